"""Who serves what, as a coordinator writes it down."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.models import Location, Region, Unit
from referrals import coverage
from referrals.models import Coverage

WHO = ("team", "user")
WHAT = ("unit", "location", "region")


class DayInput(forms.DateInput):
    """A calendar where the browser has one; a day typed as 2026-03-10 anywhere."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "w-mid num"})


def _day(label: Any, **extra: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput(),
        error_messages={"invalid": _("Enter a day, for example 2026-03-10."), "required": _("Enter a day.")},
        **extra,
    )


class CoverageForm(PortalForm):
    """Exactly one team or worker, and exactly one unit, location or region."""

    mark_optional = False
    team: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Team"), required=False)
    user: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Or one worker"), required=False)
    unit: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Serves this unit"), required=False)
    with_parts = forms.BooleanField(label=_("and everything under it"), required=False, initial=True)
    location: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Or this location"), required=False)
    region: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Or this region"), required=False)
    starts_on = _day(_("From"))
    ends_on = _day(_("Until and including"), required=False, help_text=_("Leave it empty when there is no end."))

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {
            "team": coverage.teams(), "user": coverage.workers(day), "unit": Unit.objects.order_by("name", "pk"),
            "location": Location.objects.all(), "region": Region.objects.all(),
        }  # fmt: skip
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset
            field.empty_label = "–"
            field.error_messages["invalid_choice"] = _("Choose one from the list.")
        self.fields["starts_on"].initial = day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._exactly_one(WHO, _("Choose a team or a worker."), _("Choose a team or a worker, not both."))
        self._exactly_one(
            WHAT, _("Choose a unit, a location or a region."), _("Choose one: a unit, a location or a region.")
        )
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first day."))
        if not self.errors and (same := coverage.overlapping(self.row())):
            day = same.starts_on.isoformat()
            self.add_error("starts_on", _("This line exists already, from %(day)s.") % {"day": day})
        return data

    def _exactly_one(self, names: tuple[str, ...], none: Any, more: Any) -> None:
        if any(name in self.errors for name in names):
            return
        chosen = [name for name in names if self.cleaned_data.get(name)]
        if len(chosen) != 1:
            self.add_error(chosen[1] if chosen else names[0], more if chosen else none)

    def row(self) -> Coverage:
        """The line as filled in, not yet kept."""
        return Coverage(**{name: self.cleaned_data[name] for name in self.fields})


class EndForm(PortalForm):
    """The last day that counts."""

    last_day = _day(_("Last day"))

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = day
