"""Forms of the roster: a swap, a take-over, a pattern, a day to go to."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.calendar import Calendar
from accounts.enums import TAKES_TURNS, Weekday
from accounts.forms.base import HintedCheckboxes, HintedRadios, PortalForm, PortalModelForm
from accounts.forms.days import DayField, WallClockField, in_order
from accounts.forms.organisation import MOMENT, TIME, place_in_line
from accounts.forms.people import ONE_OF_THE_LIST
from accounts.models import Shift, ShiftPattern, Team, User
from accounts.rotation import LONGEST, Rhythm, overlaps, plan
from accounts.shifts import TEAMS, everyone, possible

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
MOST_PEOPLE = 8
FIRST_TURN = ONE_OF_THE_LIST | {"required": _("Choose who takes the first turn.")}


class GoToForm(PortalForm):
    """A day of the week to look at."""

    mark_optional = False
    d = DayField(label=_("Go to the week of"), required=False)


class MomentField(WallClockField):
    """A day and a time in one."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"invalid": _("Enter a day and a time, for example 2026-03-10 17:00."), "required": _("Enter a time.")}
        super().__init__(widget=MOMENT, input_formats=FORMATS, error_messages=errors, **kwargs)


class PersonForm(PortalForm):
    """One colleague of a team, other than who has the shift now."""

    to: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Which colleague?"), error_messages=ONE_OF_THE_LIST, empty_label="–"
    )

    def __init__(self, *args: Any, shift: Shift, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = possible(shift.team, at).exclude(pk=shift.user_id)


class SwapForm(PersonForm):
    """Whom you ask, and for which part."""

    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=pgettext_lazy("hour", "Until"), help_text=_("The whole shift, or a part of it."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the start."))
        return data


class PatternForm(PortalModelForm):
    """A pattern, with the people who take turns in the order of their fields."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days on which a shift begins"), choices=Weekday.choices, coerce=int, widget=HintedCheckboxes,
        error_messages={"required": _("Choose at least one day."), "invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("At most 400 days later."))

    class Meta:
        model = ShiftPattern
        fields: ClassVar = [
            "team", "position", "weekdays", "starts", "ends", "closed_days", "every", "rotation", "first_day",
            "last_day",
        ]  # fmt: skip
        widgets: ClassVar = {"starts": TIME, "ends": TIME, "closed_days": HintedRadios, "rotation": HintedRadios}
        help_texts: ClassVar = {
            "position": _("1 is called first, then 2."),
            "ends": _("A time that is not later than the start is on the next day."),
            "every": _("1 is every week, 2 is every other week."),
        }

    def __init__(self, *args: Any, at: dt.datetime, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        team: Any = self.fields["team"]
        team.queryset = Team.objects.filter(code__in=TEAMS)
        team.empty_label = None
        self.fields["position"].min_value = 1  # type: ignore[attr-defined]
        people = {user.pk: user for user in everyone(at)}
        choices = [("", "–"), *((pk, str(user)) for pk, user in people.items())]
        chosen = list(self.instance.turns.values_list("user_id", flat=True)) if self.instance.pk else []
        for place in range(1, MOST_PEOPLE + 1):
            self.fields[f"person_{place}"] = forms.TypedChoiceField(
                label=_("Turn %(n)d") % {"n": place}, choices=choices, coerce=lambda pk: people[int(pk)],
                required=place == 1, empty_value=None, error_messages=FIRST_TURN,
                initial=chosen[place - 1] if place <= len(chosen) else "",
            )  # fmt: skip

    @property
    def people(self) -> list[User]:
        """Who takes turns, in order."""
        found = (self.cleaned_data.get(f"person_{place}") for place in range(1, MOST_PEOPLE + 1))
        return [user for user in found if user]

    def clean_position(self) -> int:
        return place_in_line(self.cleaned_data["position"])

    def clean_every(self) -> int:
        every = int(self.cleaned_data["every"])
        if not 1 <= every <= 12:
            raise ValidationError(_("Choose a number from 1 to 12."))
        return every

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        in_order(self, "first_day", "last_day")
        first, last, team = data.get("first_day"), data.get("last_day"), data.get("team")
        if first and last and last - first > LONGEST:
            self.add_error("last_day", _("That is too far ahead. Choose a day within 400 days of the first."))
        for place in range(1, MOST_PEOPLE + 1):
            user = data.get(f"person_{place}")
            if user and team and not user.memberships.filter(team=team, role__in=TAKES_TURNS).exists():
                self.add_error(f"person_{place}", _("This person is not a member of that team."))
            elif user and not user.reachable_number and data.get("position") == 1:
                self.add_error(f"person_{place}", _("This person has no number and cannot be the first to be called."))
        if not self.errors and overlaps(plan(self._rhythm(data), self.calendar)):
            self.add_error("ends", _("One shift would begin before the one before it has ended."))
        return data

    def _rhythm(self, data: dict[str, Any]) -> Rhythm:
        return Rhythm(
            frozenset(data["weekdays"]), data["closed_days"], data["starts"], data["ends"], data["every"],
            data["rotation"], data["first_day"], data["last_day"], tuple(user.pk for user in self.people),
        )  # fmt: skip
