"""A day in a form: a calendar where the browser has one, and 2026-03-10 typed anywhere."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.calendar import EARLIEST, LATEST


def in_a_year_that_can_be(day: dt.date) -> None:
    """Raises ValidationError for a slip of the fingers, such as the year 0206."""
    if not EARLIEST <= day < LATEST:
        raise forms.ValidationError(_("Look at the year again."), code="year")


class DayField(forms.DateField):
    """A day in a year that somebody can mean."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-mid num"})
        errors = {"invalid": _("Enter a day, for example 2026-03-10."), "required": _("Enter a day.")}
        super().__init__(widget=widget, error_messages=errors | kwargs.pop("error_messages", {}), **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            in_a_year_that_can_be(value)


class WallClockField(forms.DateTimeField):
    """A moment by the clock on the wall. In the night that the clock goes back a time comes twice: it is the first."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            wall = parse_datetime(str(value).strip()) if error.code == "ambiguous_timezone" else None
            if wall is None:
                raise
        first = wall.replace(tzinfo=timezone.get_current_timezone())
        if first.astimezone(dt.UTC).astimezone(first.tzinfo).replace(tzinfo=None) != wall:
            raise forms.ValidationError(
                _("This time does not exist: that night the clock goes an hour ahead."), code="never"
            )
        return first


def in_order(form: Any, first: str, last: str) -> None:
    """An error at ``last`` when it lies before ``first``."""
    starts, ends = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if starts and ends and ends < starts:
        form.add_error(last, _("The last day is before the first day."))
