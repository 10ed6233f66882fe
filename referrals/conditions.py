"""What a routing rule may ask, and how to say it: the conditions of a rule in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from cases.enums import Danger, Requester, Wish

Choices = Iterable[tuple[str, Any]]

DEPLOYMENTS: list[tuple[str, Any]] = [
    ("no", _("Not on deployment")),
    ("unit_mission", _("On a mission with their unit")),
    ("small_deployment", _("On a small deployment")),
    ("individual", _("On an individual deployment")),
]
YES_NO: list[tuple[str, Any]] = [("yes", _("Yes")), ("no", _("No"))]


@dataclass(frozen=True)
class Condition:
    """One fact a rule may look at, and the values it can have. Topics are data, so their values come from the caller."""

    name: str
    label: Any
    choices: Callable[[Mapping[str, Any]], Choices]


CONDITIONS: dict[str, Condition] = {
    condition.name: condition
    for condition in (
        Condition("requester", _("Who asks"), lambda topics: Requester.choices),
        Condition("deployment", _("The client is"), lambda topics: DEPLOYMENTS),
        Condition("wish", _("Wants to talk to"), lambda topics: Wish.choices),
        Condition("danger", _("In danger now"), lambda topics: Danger.choices),
        Condition("return_interview_due", _("Due a return interview and asks about it"), lambda topics: YES_NO),
        Condition("topics", _("One of the topics"), lambda topics: [(code, str(topic)) for code, topic in topics.items()]),
    )
}
"""By the name that ``RoutingRule.conditions`` and ``routing.condition_values`` use."""


def in_words(conditions: Mapping[str, list[str]], topics: Mapping[str, Any]) -> list[str]:
    """A line per condition, in the language of the moment; one line when the rule fits every request."""
    lines = []
    for name, condition in CONDITIONS.items():
        if wanted := conditions.get(name):
            names = dict(condition.choices(topics))
            values = [str(names.get(value, value)) for value in wanted]
            said = now(" or ").join(values[:1] + [value[:1].lower() + value[1:] for value in values[1:]])
            lines.append(f"{capfirst(str(condition.label))}: {said}")
    return lines or [now("Every request that reaches this rule")]


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
