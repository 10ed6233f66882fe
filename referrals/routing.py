"""Where a request goes (MISSION, Routing): pure, always an answer, with the reason in words.

The rules are rows, ordered and dated; the first one whose conditions all hold decides. The overlay sits on top: it
raises the urgency and never changes the route (decision 3).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from accounts.calendar import Calendar
from accounts.duty import line_at
from accounts.enums import Line
from accounts.models.organisation import in_language
from cases.deadlines import TopicStart, first_contact_by, starting_urgency
from cases.enums import Danger, Overlay, Requester, Situation, Urgency, Wish
from referrals.defaults import RULES
from referrals.enums import Destination
from referrals.models import RoutingRule

RETURN_TOPIC = "mission.return"
"""Asking about a return interview means that this topic was chosen."""


@dataclass(frozen=True)
class Facts:
    """What is known of a request when it is sent. ``deployment`` is the client's own, never a relative's."""

    requester: str = Requester.SELF
    deployment: str = "no"  # no, unit_mission, small_deployment, individual
    danger: str = Danger.PREFER_NOT_TO_SAY
    topics: tuple[str, ...] = ()
    wish: str = Wish.NONE
    returned: dt.date | None = None  # from their last deployment
    unit: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of the routing table, without the database."""

    code: str
    order: int
    conditions: Mapping[str, list[str]]
    to: str
    because_nl: str
    because_en: str
    source: str = ""
    valid_from: dt.date = dt.date.min
    valid_until: dt.date | None = None

    @property
    def because(self) -> str:
        return in_language(self.because_nl, self.because_en)

    def counts_on(self, day: dt.date) -> bool:
        """Whether the rule is in force on a local day; ``valid_until`` is the last one."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def fits(self, values: Mapping[str, frozenset[str]]) -> bool:
        """Whether every condition finds one of its values; no conditions fit everything."""
        return all(values.get(name, frozenset()) & set(wanted) for name, wanted in self.conditions.items())


@dataclass(frozen=True)
class Route:
    """The answer. A human confirms it or chooses otherwise (decision 10)."""

    to: Destination
    handler_now: Line
    overlay: Overlay
    urgency: Urgency
    deadline: dt.datetime  # the first human contact, as promised to the client
    rule: str
    because_nl: str
    because_en: str
    source: str = field(default="")

    @property
    def because(self) -> str:
        """The reason in the language of the moment."""
        return in_language(self.because_nl, self.because_en)


LAST_RULE = Rule(**{key: value for key, value in RULES[-1].items()})
"""Decides when no row does, so that no request is ever without an answer."""


def route(
    facts: Facts, at: dt.datetime, *, rules: Iterable[Rule], calendar: Calendar, topics: Mapping[str, TopicStart]
) -> Route:
    """Where a request sent at ``at`` goes. ``rules`` may include rows that do not count on that day."""
    rule = rule_for(facts, calendar.local(at).date(), rules)
    overlay = overlay_of(facts, topics)
    urgency = starting_urgency(overlay, facts.topics, topics)
    return Route(
        to=Destination(rule.to),
        handler_now=line_at(at, calendar),
        overlay=overlay,
        urgency=urgency,
        deadline=first_contact_by(urgency, at, calendar),
        rule=rule.code,
        because_nl=rule.because_nl,
        because_en=rule.because_en,
        source=rule.source,
    )


def rule_for(facts: Facts, today: dt.date, rules: Iterable[Rule]) -> Rule:
    """The rule that decides on a local day: of those that count then, the first by order that fits."""
    values = condition_values(facts, today)
    live = sorted((rule for rule in rules if rule.counts_on(today)), key=lambda rule: (rule.order, rule.code))
    return next((rule for rule in live if rule.fits(values)), LAST_RULE)


def overlay_of(facts: Facts, topics: Mapping[str, TopicStart]) -> Overlay:
    """EMERGENCY when the person is in danger, or would rather not say and chose a risk topic."""
    risk = any(topics[code].is_risk for code in facts.topics if code in topics)
    if facts.danger == Danger.YES or facts.danger == Danger.PREFER_NOT_TO_SAY and risk:
        return Overlay.EMERGENCY
    return Overlay.NONE


def return_interview_due(facts: Facts, today: dt.date) -> bool:
    """Back for at least the set number of weeks, and asking about it; only for the person who was away (R11)."""
    if facts.requester != Requester.SELF or facts.returned is None or RETURN_TOPIC not in facts.topics:
        return False
    return today - facts.returned >= dt.timedelta(weeks=settings.RETURN_INTERVIEW_WEEKS)


def condition_values(facts: Facts, today: dt.date) -> dict[str, frozenset[str]]:
    """The facts by the names that conditions use; see CONDITIONS in referrals/conditions.py for what may be asked."""
    return {
        "requester": frozenset({facts.requester}),
        "deployment": frozenset({facts.deployment}),
        "wish": frozenset({facts.wish}),
        "danger": frozenset({facts.danger}),
        "topics": frozenset(facts.topics),
        "return_interview_due": frozenset({"yes" if return_interview_due(facts, today) else "no"}),
    }


class Answers(Protocol):
    """The wizard's answers, or an Intake."""

    @property
    def requester(self) -> str: ...
    @property
    def situation(self) -> str: ...
    @property
    def danger(self) -> str: ...
    @property
    def wish(self) -> str: ...
    @property
    def topics(self) -> Iterable[str]: ...
    @property
    def returned_month(self) -> dt.date | None: ...


def facts_of(answers: Answers) -> Facts:
    """The facts in a request's answers. Only someone who asks for themselves can be on deployment or just back."""
    own = answers.requester == Requester.SELF
    deployments: dict[str, str] = {
        Situation.UNIT_MISSION: "unit_mission",
        Situation.SMALL_DEPLOYMENT: "small_deployment",
    }
    return Facts(
        requester=answers.requester,
        deployment=deployments.get(answers.situation, "no") if own else "no",
        danger=answers.danger,
        topics=tuple(answers.topics),
        wish=answers.wish,
        returned=answers.returned_month if own and answers.situation == Situation.JUST_BACK else None,
    )


def load_rules(day: dt.date | None = None) -> list[Rule]:
    """The rules as they are in the database now, in order; with ``day`` only those that count on it. One query."""
    fields = ("code", "order", "conditions", "to", "because_nl", "because_en", "source", "valid_from", "valid_until")
    rules = [Rule(**row) for row in RoutingRule.objects.values(*fields)]
    return [rule for rule in rules if day is None or rule.counts_on(day)]
