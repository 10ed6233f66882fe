"""Where a request goes (MISSION, Routing): pure, always an answer, with the reason in words.

The rules come in versions, ordered and dated; the first one whose conditions all hold decides. The overlay sits on
top: it raises the urgency and never changes the route (decision 3). Words in a story do no more than that either.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from django.conf import settings

from accounts.calendar import Calendar
from accounts.duty import line_at
from accounts.enums import Line
from accounts.models.organisation import in_language
from cases.deadlines import TopicStart, first_contact_by, starting_urgency
from cases.enums import Danger, Overlay, Requester, Situation, Urgency, Wish
from referrals.defaults import RULES
from referrals.enums import Destination
from referrals.models import RuleVersion

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
    unit: str = ""  # as a file of requests names it
    units: tuple[str, ...] = ()  # the own unit and everything it is part of, by id
    raised_to: str = ""  # the urgency that words in the story ask for


@dataclass(frozen=True)
class Rule:
    """One row of the routing table. ``fixed`` ones are the mission's; for the others ``owner`` answers, and looks
    at them again on ``review_on``."""

    code: str
    order: int
    conditions: Mapping[str, list[str]]
    to: str
    because_nl: str
    because_en: str
    source: str = ""
    valid_from: dt.date = dt.date.min
    valid_until: dt.date | None = None
    owner: str = ""
    review_on: dt.date | None = None
    fixed: bool = False

    @property
    def because(self) -> str:
        return in_language(self.because_nl, self.because_en)

    def counts_on(self, day: dt.date) -> bool:
        """Whether the rule is in force on a local day; ``valid_until`` is the last one."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def fits(self, values: Mapping[str, frozenset[str]]) -> bool:
        """Whether every condition finds one of its values; no conditions fit everything."""
        return all(_holds(name, wanted, values.get(name, frozenset())) for name, wanted in self.conditions.items())


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
    also: tuple[str, ...] = ()  # rules with conditions that fitted too, but came later
    raised: bool = False  # words in the story made it more urgent than it would have been

    @property
    def because(self) -> str:
        """The reason in the language of the moment."""
        return in_language(self.because_nl, self.because_en)


LAST_RULE = Rule(**RULES[-1])
"""Decides when no row does, so that no request is ever without an answer."""

TIME = "time"
"""The condition whose values are stretches of the day, such as 17:00-08:00, until and not including the end."""


def route(
    facts: Facts, at: dt.datetime, *, rules: Iterable[Rule], calendar: Calendar, topics: Mapping[str, TopicStart]
) -> Route:
    """Where a request sent at ``at`` goes. ``rules`` may include rows that do not count on that day."""
    rule, *rest = fitting(facts, at, rules=rules, calendar=calendar, topics=topics)
    overlay = overlay_of(facts, topics)
    starts = urgency = starting_urgency(overlay, facts.topics, topics)
    if facts.raised_to in Urgency.values:
        urgency = min(starts, Urgency(facts.raised_to), key=lambda one: one.rank)
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
        also=tuple(other.code for other in rest if other.conditions),
        raised=urgency != starts,
    )


def fitting(
    facts: Facts, at: dt.datetime, *, rules: Iterable[Rule], calendar: Calendar, topics: Mapping[str, TopicStart]
) -> list[Rule]:
    """Every rule that fits on the local day of ``at``, in order; the first one decides. Never empty."""
    local = calendar.local(at)
    values = condition_values(facts, local, is_open=calendar.is_open(at), overlay=overlay_of(facts, topics))
    live = sorted((rule for rule in rules if rule.counts_on(local.date())), key=lambda rule: (rule.order, rule.code))
    return [rule for rule in live if rule.fits(values)] or [LAST_RULE]


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


def condition_values(facts: Facts, local: dt.datetime, *, is_open: bool, overlay: str) -> dict[str, frozenset[str]]:
    """The facts by the names that conditions use; see CONDITIONS in referrals/conditions.py for what may be asked."""
    due = return_interview_due(facts, local.date())
    return {
        "requester": frozenset({facts.requester}),
        "deployment": frozenset({facts.deployment}),
        "wish": frozenset({facts.wish}),
        "danger": frozenset({facts.danger}),
        "overlay": frozenset({str(overlay)}),
        "topics": frozenset(facts.topics),
        "unit": frozenset(facts.units),
        "hours": frozenset({"open" if is_open else "closed"}),
        "weekday": frozenset({str(local.isoweekday())}),
        TIME: frozenset({f"{local:%H:%M}"}),
        "return_interview_due": frozenset({"yes" if due else "no"}),
    }


def _holds(name: str, wanted: Iterable[str], found: frozenset[str]) -> bool:
    if name == TIME:
        return any(_within(time, stretch) for time in found for stretch in wanted)
    return bool(found & set(wanted))


def _within(time: str, stretch: str) -> bool:
    """Times as HH:MM; a stretch that ends before it begins goes on after midnight."""
    begin, _dash, end = stretch.partition("-")
    return begin <= time < end if begin < end else time >= begin or time < end


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


def facts_of(answers: Answers, parents: Mapping[int, int] | None = None) -> Facts:
    """The facts in a request's answers. Only someone who asks for themselves can be on deployment or just back.

    ``parents`` are the units that are part of another one, with that one.
    """
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
        units=line_of(getattr(answers, "unit_id", None), parents or {}),
    )


def line_of(unit: int | None, parents: Mapping[int, int]) -> tuple[str, ...]:
    """A unit and everything it is part of, nearest first, as conditions name them."""
    line: list[str] = []
    while unit is not None and str(unit) not in line:
        line.append(str(unit))
        unit = parents.get(unit)
    return tuple(line)


def rule_of(row: Mapping[str, Any]) -> Rule:
    """A rule as JSON keeps it; raises ValueError or TypeError for what is none."""
    dates = {
        name: dt.date.fromisoformat(row[name]) for name in ("valid_from", "valid_until", "review_on") if row.get(name)
    }
    return Rule(**{**row, **dates})


def row_of(rule: Rule) -> dict[str, Any]:
    """The reverse of ``rule_of``."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(rule).items()}


def load_rules() -> list[Rule]:
    """The rules of the version that counts now, in order. One query."""
    return load_version()[1]


def load_version() -> tuple[int, list[Rule]]:
    """The version that counts now and its rules. One query; without any version the defaults stand in."""
    newest = RuleVersion.objects.order_by("-number").values_list("number", "rules").first()
    return (newest[0], [rule_of(row) for row in newest[1]]) if newest else (1, [Rule(**row) for row in RULES])
