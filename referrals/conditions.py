"""What a routing rule may ask, and how to say it: the conditions of a rule in words."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.enums import Danger, Overlay, Requester, Wish
from cases.topics import load_topics

Choices = Iterable[tuple[str, Any]]

ASKERS: list[tuple[str, Any]] = [
    (Requester.SELF.value, _("the person themselves")),
    (Requester.MY_FAMILY.value, _("someone of ours, for a relative")),
    (Requester.FAMILY_OF_COLLEAGUE.value, _("a relative of someone of ours")),
    (Requester.TEAM_ADVICE.value, _("a commander, for advice")),
    (Requester.TEAM_HELP.value, _("a commander, for help now")),
]
DEPLOYMENTS: list[tuple[str, Any]] = [
    ("no", _("not on deployment")),
    ("unit_mission", _("on a mission with their unit")),
    ("small_deployment", _("on a small deployment")),
    ("individual", _("on an individual deployment")),
]
WISHES: list[tuple[str, Any]] = [
    (Wish.NONE.value, _("no preference")),
    (Wish.DUTY_WORKER.value, _("the worker on duty")),
    (Wish.OWN_WORKER.value, _("their own social worker")),
    (Wish.CHAPLAIN.value, _("a chaplain")),
]
YES_NO: list[tuple[str, Any]] = [("yes", _("yes")), ("no", _("no"))]
DANGERS = [*YES_NO, (Danger.PREFER_NOT_TO_SAY.value, _("would rather not say"))]


OVERLAYS: list[tuple[str, Any]] = [
    (Overlay.EMERGENCY.value, _("an emergency")),
    (Overlay.NONE.value, _("no emergency")),
]
HOURS: list[tuple[str, Any]] = [("open", _("while the desk is open")), ("closed", _("after hours"))]
WEEKDAYS: list[tuple[str, Any]] = [
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")), ("5", _("Friday")),
    ("6", _("Saturday")), ("7", _("Sunday")),
]  # fmt: skip
STRETCH = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Words:
    """What is data in the conditions: topics by code and units by id, each by its name."""

    topics: Mapping[str, Any]
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """One fact a rule may look at, and the values it can have, in words that may stand within a sentence.

    ``choices`` is None where the values are typed: units and times.
    """

    name: str
    label: Any
    choices: Callable[[Words], Choices] | None = None


CONDITIONS: dict[str, Condition] = {
    condition.name: condition
    for condition in (
        Condition("requester", _("Who asks"), lambda words: ASKERS),
        Condition("deployment", _("The client is"), lambda words: DEPLOYMENTS),
        Condition("wish", _("Wants to talk to"), lambda words: WISHES),
        Condition("danger", _("In danger now"), lambda words: DANGERS),
        Condition("return_interview_due", _("Due a return interview and asks about it"), lambda words: YES_NO),
        Condition(
            "topics", _("One of the topics"), lambda words: [(code, str(topic)) for code, topic in words.topics.items()]
        ),
        Condition("overlay", _("It begins as"), lambda words: OVERLAYS),
        Condition("hours", _("It is sent"), lambda words: HOURS),
        Condition("weekday", _("Day of the week"), lambda words: WEEKDAYS),
        Condition("time", _("Time of day")),
        Condition("unit", _("Unit, with everything under it")),
    )
}
"""By the name that ``RoutingRule.conditions`` and ``routing.condition_values`` use."""


def in_words(conditions: Mapping[str, list[str]], words: Words) -> list[str]:
    """A line per condition, in the language of the moment; one line when the rule fits every request."""
    lines = []
    for name, condition in CONDITIONS.items():
        if wanted := conditions.get(name):
            names = dict(condition.choices(words)) if condition.choices else words.units if name == "unit" else {}
            said = gettext(" or ").join(str(names.get(value, value)) for value in wanted)
            lines.append(f"{condition.label}: {said}")
    return lines or [gettext("Every request that reaches this rule")]


def check(conditions: Any, words: Words) -> None:
    """Raises ValidationError when the conditions ask something that no request can answer."""
    if not isinstance(conditions, dict):
        raise ValidationError(_("The conditions must be a list of questions with their answers."))
    for name, wanted in conditions.items():
        if name not in CONDITIONS:
            raise ValidationError(_("No request knows “%(name)s”."), params={"name": name})
        if not isinstance(wanted, list) or not wanted or not all(_exists(name, str(value), words) for value in wanted):
            raise ValidationError(_("“%(name)s” has an answer that does not exist."), params={"name": name})


def _exists(name: str, value: str, words: Words) -> bool:
    if name == "unit":
        return value in words.units
    if name == "time":
        return bool(STRETCH.fullmatch(value)) and value[:5] != value[6:]
    choices = CONDITIONS[name].choices
    return choices is not None and value in {known for known, _label in choices(words)}


NEVER: tuple[tuple[dict[str, set[str]], str, set[str], Any], ...] = (
    ({"requester": {code for code, _label in ASKERS} - {Requester.SELF.value}}, "deployment", {"no"},
     _("Only someone who asks for themselves can be on deployment, so this rule would never fit.")),
    ({"requester": {code for code, _label in ASKERS} - {Requester.SELF.value}}, "return_interview_due", {"no"},
     _("Only someone who asks for themselves can be due a return interview, so this rule would never fit.")),
    ({"requester": {Requester.TEAM_ADVICE.value}}, "wish", {Wish.NONE.value},
     _("A commander who asks for advice is not asked whom to talk to, so this rule would never fit.")),
    ({"danger": {Danger.NO.value}}, "overlay", {Overlay.NONE.value},
     _("Without danger there is no emergency, so this rule would never fit.")),
    ({"danger": {Danger.YES.value}}, "overlay", {Overlay.EMERGENCY.value},
     _("In danger it is always an emergency, so this rule would never fit.")),
)  # fmt: skip
"""When all answers to the first are among these, the second can only have those, or the rule never fits."""


def never_fits(conditions: Mapping[str, list[str]]) -> tuple[str, Any] | None:
    """The condition that contradicts another, and why; None when a request can fit."""
    for given, name, possible, why in NEVER:
        first, among = next(iter(given.items()))
        asked = conditions.get(first)
        if asked and set(asked) <= among and conditions.get(name) and not set(conditions[name]) & possible:
            return name, why
    return None


def covers(wider: Mapping[str, list[str]], narrower: Mapping[str, list[str]]) -> bool:
    """Whether every request that fits the narrower conditions fits the wider ones as well."""
    return all(name in narrower and set(narrower[name]) <= set(wanted) for name, wanted in wider.items())


def load_words() -> Words:
    """The names of all topics and units. Two queries."""
    return Words(load_topics(), {str(pk): name for pk, name in Unit.objects.values_list("pk", "name")})
