"""Who serves what and how much fits, as a coordinator writes it down."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.days import DayField, in_order
from accounts.models import Location, Region, Unit
from cases.forms.contact import RowCheckboxes
from referrals import capacity, coverage
from referrals.capacity import MOST
from referrals.languages import Speaks
from referrals.models import Capacity, Coverage

WHO = ("team", "user")
WHAT = ("unit", "location", "region", "everywhere")


class _WhoForm(PortalForm):
    """Exactly one team or worker, and the days on which it counts."""

    mark_optional = False
    team: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Team"), required=False)
    user: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Or one worker"), required=False)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("Until and including"), required=False, help_text=_("Leave it empty when there is no end.")
    )

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in self.offered(day).items():
            field: Any = self.fields[name]
            field.queryset = queryset
            field.empty_label = "–"
            field.error_messages["invalid_choice"] = _("Choose one from the list.")
        self.fields["starts_on"].initial = day

    def offered(self, day: dt.date) -> dict[str, Any]:
        """What there is to choose, by field."""
        return {"team": coverage.teams(), "user": coverage.workers(day)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.exactly_one(WHO, _("Choose a team or a worker."), _("Choose a team or a worker, not both."))
        in_order(self, "starts_on", "ends_on")
        return data

    def exactly_one(self, names: tuple[str, ...], none: Any, more: Any) -> None:
        if any(name in self.errors for name in names):
            return
        chosen = [name for name in names if self.cleaned_data.get(name)]
        if len(chosen) != 1:
            self.add_error(chosen[1] if chosen else names[0], more if chosen else none)


class CoverageForm(_WhoForm):
    """And exactly one unit, location or region, or the whole country; for everyone there or only for some."""

    unit: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Serves this unit"), required=False)
    with_parts = forms.BooleanField(label=_("and everything under it"), required=False, initial=True)
    location: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Or this location"), required=False)
    region: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Or this region"), required=False)
    everywhere = forms.BooleanField(label=_("Or the whole country"), required=False)
    topics = forms.MultipleChoiceField(
        label=_("Only for these topics"), required=False, widget=RowCheckboxes,
        help_text=_("Choose nothing when it is for every topic."),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Only for who talks in one of these languages"), required=False, widget=RowCheckboxes,
        choices=Speaks.choices, help_text=_("Choose nothing when it is for everyone."),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    field_order = ["team", "user", "unit", "with_parts", "location", "region", "everywhere", "starts_on", "ends_on"]

    def __init__(self, *args: Any, topics: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["topics"]
        field.choices = list(topics)

    def offered(self, day: dt.date) -> dict[str, Any]:
        places = {"unit": Unit.objects.order_by("name", "pk"), "location": Location.objects.all()}
        return super().offered(day) | places | {"region": Region.objects.all()}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.exactly_one(
            WHAT,
            _("Choose a unit, a location, a region or the whole country."),
            _("Choose one: a unit, a location, a region or the whole country."),
        )
        if not self.errors and (same := coverage.overlapping(self.row())):
            day = same.starts_on.isoformat()
            self.add_error("starts_on", _("This line exists already, from %(day)s.") % {"day": day})
        return data

    def row(self) -> Coverage:
        """The line as filled in, not yet kept."""
        return Coverage(**{name: self.cleaned_data[name] for name in self.fields})


class CapacityForm(_WhoForm):
    """And how much fits: one of the two numbers at least."""

    most_open = forms.IntegerField(
        label=_("Open cases at most"), min_value=0, max_value=MOST, required=False,
        help_text=_("Empty: nobody says how many. Nothing at all: 0."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-short num"}),
    )  # fmt: skip
    most_new = forms.IntegerField(
        label=_("New cases a week at most"), min_value=0, max_value=MOST, required=False,
        help_text=_("A week begins on Monday."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-short num"}),
    )  # fmt: skip
    field_order = ["team", "user", "most_open", "most_new", "starts_on", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = _("Enter a number from 0 to %(most)d.") % {"most": MOST}
        for name in ("most_open", "most_new"):
            self.fields[name].error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
            for validator in self.fields[name].validators:
                validator.message = wrong  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        numbers = ("most_open", "most_new")
        if not self.errors.keys() & set(numbers) and all(data.get(name) is None for name in numbers):
            self.add_error("most_open", _("Fill in one of the two numbers."))
        if not self.errors and (same := capacity.overlapping(self.row())):
            text = _("There is a number for these days already, from %(day)s. End that one first.")
            self.add_error("starts_on", text % {"day": same.starts_on.isoformat()})
        return data

    def row(self) -> Capacity:
        """The line as filled in, not yet kept."""
        return Capacity(**{name: self.cleaned_data[name] for name in self.fields})


class EndForm(PortalForm):
    """The last day that counts."""

    last_day = DayField(label=_("Last day"))

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = day
