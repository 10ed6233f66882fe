"""Forms about the routing rules: editing one, and trying out a moment."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedCheckboxes, PortalForm, PortalModelForm
from cases.enums import Danger, Requester, Situation, Wish
from referrals import conditions
from referrals.enums import Destination
from referrals.models import RoutingRule
from referrals.routing import Facts, facts_of
from referrals.rules import counting_between

DAY = {"type": "date", "class": "w-mid"}


class RowCheckboxes(HintedCheckboxes):
    """Checkboxes beside each other, for the many short answers of a condition."""

    look = "row"


class RuleForm(PortalModelForm):
    """One row of the routing table. Each condition is a question of its own; nothing ticked: any answer will do."""

    class Meta:
        model = RoutingRule
        fields: ClassVar = [
            "order", "code", "to", "because_nl", "because_en", "source", "valid_from", "valid_until",
        ]  # fmt: skip
        widgets: ClassVar = {
            "order": forms.NumberInput(attrs={"class": "w-short num", "inputmode": "numeric"}),
            "code": forms.TextInput(attrs={"class": "w-mid"}),
            "source": forms.TextInput(attrs={"class": "w-mid"}),
            "because_nl": forms.Textarea(attrs={"rows": 2}),
            "because_en": forms.Textarea(attrs={"rows": 2}),
            "valid_from": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "valid_until": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }
        help_texts: ClassVar = {
            "order": _("The first rule that fits decides. Leave room between numbers, for rules to come."),
            "code": _("A short name in small letters, such as own-worker."),
            "because_nl": _("Shown at triage, with the proposal."),
            "source": _("For example R4."),
        }

    def __init__(self, *args: Any, topics: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topics
        self.fields["to"].choices = [("", _("Choose where it goes")), *Destination.choices]  # type: ignore[attr-defined]
        chosen = self.instance.conditions or {}
        asked = {
            f"if_{name}": forms.MultipleChoiceField(
                label=condition.label,
                choices=[(value, capfirst(str(label))) for value, label in condition.choices(topics)],
                required=False,
                initial=chosen.get(name, []),
                widget=RowCheckboxes,
            )
            for name, condition in conditions.CONDITIONS.items()
        }
        rest = {name: field for name, field in self.fields.items() if name not in {"order", "code"}}
        self.fields = {"order": self.fields["order"], "code": self.fields["code"], **asked, **rest}

    def conditions(self) -> dict[str, list[str]]:
        """The conditions as they are stored; questions without a tick are left out."""
        found = {name: self.cleaned_data.get(f"if_{name}") or [] for name in conditions.CONDITIONS}
        return {name: values for name, values in found.items() if values}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.conditions = self.conditions()
        conditions.check(self.instance.conditions, self.topics)
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day must not be before the first."))
        elif first and cleaned.get("order") is not None:
            self._check_place(cleaned["order"], first, last)
        return cleaned

    def _check_place(self, order: int, first: dt.date, last: dt.date | None) -> None:
        """One rule per place, and nothing after a rule that fits everything: it would never be asked."""
        others = counting_between(first, last).exclude(pk=self.instance.pk)
        if others.filter(order=order).exists():
            self.add_error("order", _("Another rule has this place in the same period."))
        if not self.instance.conditions and others.filter(order__gt=order).exists():
            self.add_error("order", _("Without conditions this rule decides everything, so it must come last."))
        catch_all = others.filter(conditions={}, order__lt=order).first()
        if catch_all:
            message = _("Rule %(order)s decides everything before this one is asked. Choose a lower number.")
            self.add_error("order", ValidationError(message, params={"order": catch_all.order}))


class TryForm(PortalForm):
    """A moment and the facts of a request, to see where it would go."""

    mark_optional = False

    at = forms.DateTimeField(
        label=_("Moment of sending"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "w-mid"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": _("Enter a date and a time, for example 2026-12-24 16:59"),
            "invalid": _("Enter a date and a time, for example 2026-12-24 16:59"),
        },
    )
    requester = forms.ChoiceField(label=_("Who asks"), choices=Requester.choices, required=False)
    situation = forms.ChoiceField(label=_("Situation"), choices=Situation.choices, required=False)
    returned_month = forms.DateField(
        label=_("Back since"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Only for someone who is just back."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    wish = forms.ChoiceField(label=_("Wants to talk to"), choices=Wish.choices, required=False)
    danger = forms.ChoiceField(
        label=_("In danger now"),
        choices=[(code.value, code.label) for code in (Danger.NO, Danger.PREFER_NOT_TO_SAY, Danger.YES)],
        required=False,
    )

    def clean_at(self) -> dt.datetime:
        """In a year that can be: the calendar looks days ahead."""
        at: dt.datetime = self.cleaned_data["at"]
        if not 2000 <= at.year <= 2100:
            raise forms.ValidationError(_("Look at the year again."))
        return at

    def __init__(self, *args: Any, topics: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("No topic chosen"))] + [(code, str(topic)) for code, topic in topics.items()]
        self.fields["topic"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """The facts that were filled in, read as those of a request; empty answers count as the first choice."""
        return facts_of(_Tried(self.cleaned_data))


class _Tried:
    """Cleaned data in the shape of a request's answers."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.requester: str = data["requester"] or Requester.SELF
        self.situation: str = data["situation"] or Situation.AT_HOME
        self.danger: str = data["danger"] or Danger.NO
        self.wish: str = data["wish"] or Wish.NONE
        self.topics: tuple[str, ...] = (data["topic"],) if data["topic"] else ()
        self.returned_month: dt.date | None = data["returned_month"]
