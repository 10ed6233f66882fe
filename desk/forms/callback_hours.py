"""How many people can be called in each half hour, on a day × hour grid."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Weekday
from accounts.forms.base import PortalForm

MOST = 20
Places = dict[tuple[int, int], int]
"""By weekday and hour; without zeros."""

WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
WRONG = _("%(day)s %(hour)02d:00: enter a whole number from 0 to %(most)d.")


class GridForm(PortalForm):
    """One number for each day and hour; empty is none."""

    mark_optional = False

    def __init__(self, *args: Any, hours: list[int], places: Mapping[tuple[int, int], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours = hours
        for day in Weekday:
            for hour in hours:
                self.fields[_name(day, hour)] = _cell(day, hour, places.get((day, hour)))

    @property
    def rows(self) -> list[tuple[str, list[Any]]]:
        """For the table: the hour, and its fields from Monday to Sunday."""
        return [(f"{hour:02d}:00", [self[_name(day, hour)] for day in Weekday]) for hour in self.hours]

    def places(self) -> Places:
        """What was typed. Only for a valid form."""
        return {
            (int(day), hour): count
            for day in Weekday
            for hour in self.hours
            if (count := self.cleaned_data[_name(day, hour)])
        }


def copied(typed: Mapping[str, Any], hours: list[int]) -> dict[str, Any]:
    """What was typed, with Monday's numbers on the other working days as well."""
    monday = {hour: typed.get(_name(Weekday.MONDAY, hour), "") for hour in hours}
    return dict(typed.items()) | {_name(day, hour): monday[hour] for day in WEEK for hour in hours}


def _name(day: int, hour: int) -> str:
    return f"d{int(day)}h{hour:02d}"


def _cell(day: Weekday, hour: int, places: int | None) -> forms.IntegerField:
    words = WRONG % {"day": day.label, "hour": hour, "most": MOST}
    label = _("%(day)s %(hour)02d:00") % {"day": day.label, "hour": hour}
    widget = forms.NumberInput(
        attrs={"class": "cell num", "inputmode": "numeric", "min": 0, "max": MOST, "aria-label": label}
    )
    return forms.IntegerField(
        label=label, required=False, initial=places, min_value=0, max_value=MOST, widget=widget,
        error_messages={"invalid": words, "min_value": words, "max_value": words},
    )  # fmt: skip
