"""What a routing rule may ask, and how to say it: the conditions of a rule in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.enums import Danger, Requester, Wish

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


@dataclass(frozen=True)
class Condition:
    """One fact a rule may look at, and the values it can have, in words that may stand within a sentence.

    Topics are data, so their values come from the caller.
    """

    name: str
    label: Any
    choices: Callable[[Mapping[str, Any]], Choices]


CONDITIONS: dict[str, Condition] = {
    condition.name: condition
    for condition in (
        Condition("requester", _("Who asks"), lambda topics: ASKERS),
        Condition("deployment", _("The client is"), lambda topics: DEPLOYMENTS),
        Condition("wish", _("Wants to talk to"), lambda topics: WISHES),
        Condition("danger", _("In danger now"), lambda topics: DANGERS),
        Condition("return_interview_due", _("Due a return interview and asks about it"), lambda topics: YES_NO),
        Condition(
            "topics", _("One of the topics"), lambda topics: [(code, str(topic)) for code, topic in topics.items()]
        ),
    )
}
"""By the name that ``RoutingRule.conditions`` and ``routing.condition_values`` use."""


def in_words(conditions: Mapping[str, list[str]], topics: Mapping[str, Any]) -> list[str]:
    """A line per condition, in the language of the moment; one line when the rule fits every request."""
    lines = []
    for name, condition in CONDITIONS.items():
        if wanted := conditions.get(name):
            names = dict(condition.choices(topics))
            said = gettext(" or ").join(str(names.get(value, value)) for value in wanted)
            lines.append(f"{condition.label}: {said}")
    return lines or [gettext("Every request that reaches this rule")]


def check(conditions: Any, topics: Mapping[str, Any]) -> None:
    """Raises ValidationError when the conditions ask something that no request can answer."""
    if not isinstance(conditions, dict):
        raise ValidationError(_("The conditions must be a list of questions with their answers."))
    for name, wanted in conditions.items():
        if name not in CONDITIONS:
            raise ValidationError(_("No request knows “%(name)s”."), params={"name": name})
        known = {value for value, _label in CONDITIONS[name].choices(topics)}
        if not isinstance(wanted, list) or not wanted or not set(map(str, wanted)) <= known:
            raise ValidationError(_("“%(name)s” has an answer that does not exist."), params={"name": name})
