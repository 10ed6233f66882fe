"""Planning a talk of three, deciding about a second hand-over, and what both sides think afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.words import StoryField
from accounts.models import Team
from cases.forms.work import PlanForm
from referrals.enums import Verdict
from referrals.feedback import DAYS, Wanted


class TalkForm(PlanForm):
    """A talk of the client, the desk and the worker: when, how and where."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"minutes": 30} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class DecideForm(PortalForm):
    """Yes, or no with a reason."""

    asked_sometimes = ("reason",)

    answer = forms.ChoiceField(
        label=_("Is this right?"),
        choices=[("yes", _("Yes, hand it over")), ("no", _("No, it stays where it is"))],
        widget=HintedRadios,
        error_messages={"required": _("Choose yes or no.")},
    )
    reason = StoryField(
        label=_("Why not?"), most=1000, rows=3, help_text=_("Only for a no. Who asked reads this, the client does not.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == "no" and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write down why it stays where it is."))
        return data


class FeedbackForm(PortalForm):
    """How it was passed on, or how it came back."""

    verdict = forms.ChoiceField(
        label=_("How was it?"), choices=Verdict.choices, widget=HintedRadios,
        error_messages={"required": _("Choose how it was.")},
    )  # fmt: skip
    note = StoryField(
        label=_("What should have been different?"), most=1000, rows=3,
        help_text=_("The coordinators read this. Leave out who the client is."),
    )  # fmt: skip


class FeedbackFilter(PortalForm):
    """What the list of the coordinators is narrowed to. What cannot be understood narrows nothing."""

    mark_optional = False

    side = forms.ChoiceField(
        label=_("Who says it"), required=False,
        choices=[("", _("Both sides")), ("receiver", _("Who received it")), ("desk", _("The desk, of a return"))],
    )  # fmt: skip
    verdict = forms.ChoiceField(label=_("What they say"), required=False, choices=[("", _("Everything"))])
    team = forms.ChoiceField(label=_("Handed over to"), required=False)
    days = forms.ChoiceField(label=_("Of the last"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["days"].choices = [(str(n), gettext("%(n)d days") % {"n": n}) for n in DAYS]
        fields["verdict"].choices = [("", _("Everything")), *Verdict.choices]
        fields["team"].choices = [("", _("All teams")), *((str(team.pk), str(team)) for team in Team.objects.all())]

    def wanted(self) -> Wanted:
        """Call after is_valid, whatever it said."""
        got = self.cleaned_data
        team = got.get("team")
        return Wanted(
            got.get("side", ""), got.get("verdict", ""), int(team) if team else None, int(got.get("days") or 90)
        )
