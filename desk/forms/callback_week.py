"""A part of the list of calls, or the first day of a week, as they stand in an address. What is wrong is left out."""

import datetime as dt

from django import forms

from desk import callback_week
from desk.callback_week import Window

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2200, 1, 1)


class WindowForm(forms.Form):
    dag = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    uur = forms.IntegerField(required=False, min_value=0, max_value=23)
    voor = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def window(self) -> Window | None:
        """None for the whole list."""
        self.is_valid()
        day, hour, before = (self.cleaned_data.get(name) for name in ("dag", "uur", "voor"))
        if before and _sensible(before):
            return callback_week.before(before)
        return callback_week.hour_of(day, hour) if day and _sensible(day) and hour is not None else None


class WeekForm(forms.Form):
    vanaf = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def first(self, today: dt.date) -> dt.date:
        """The first day that is shown."""
        given = self.cleaned_data.get("vanaf") if self.is_valid() else None
        return given if given and _sensible(given) else today


def _sensible(day: dt.date) -> bool:
    return EARLIEST <= day <= LATEST
