"""Forms of the organisation: units, teams, people, hours, shifts and numbers. Saving goes through accounts.actions."""

import re
from typing import Any, ClassVar

import phonenumbers
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import shifts
from accounts.actions import Clash
from accounts.calendar import AFTER_HOURS, DESK
from accounts.enums import TAKES_TURNS, OpenFor
from accounts.forms.base import PortalForm, PortalModelForm
from accounts.forms.days import WallClockField, in_a_year_that_can_be
from accounts.models import (
    Closure,
    Helpline,
    Location,
    OpeningHours,
    PhoneLine,
    Region,
    ServiceBranch,
    Shift,
    Team,
    Unit,
    User,
)

DAY = forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d")
TIME = forms.TimeInput(attrs={"type": "time", "class": "w-short"}, format="%H:%M")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "w-mid"}, format="%Y-%m-%dT%H:%M")
WIDGETS: dict[str, forms.Widget] = {
    "valid_from": DAY,
    "valid_until": DAY,
    "starts_on": DAY,
    "ends_on": DAY,
    "day": DAY,
    "checked_on": DAY,
    "opens": TIME,
    "closes": TIME,
    "starts_at": MOMENT,
    "ends_at": MOMENT,
}
OWN_SHAPE = re.compile(r"112|113|144|116 ?\d{3}|0[89]00[- ]?\d{4}(?: ?\d{3})?")
"""Short and free numbers that the list of valid numbers does not know, such as 113."""


def clean_number(number: str) -> str:
    """A phone number as it may be shown; raises ValidationError when nobody could dial it."""
    number = " ".join(number.split())
    if OWN_SHAPE.fullmatch(number) and number.isascii():
        return number
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None:
        raise ValidationError(_("Enter a phone number, for example 088 000 00 01"))
    if not phonenumbers.is_valid_number(parsed):
        raise ValidationError(_("Nobody can dial this number. Enter one that exists, for example 088 000 00 01"))
    return number


def place_in_line(position: Any) -> int:
    """The order of calling, which begins with 1; raises ValidationError."""
    if not 1 <= int(position) <= 9:
        raise ValidationError(_("Choose a number from 1 to 9."))
    return int(position)


class BranchForm(PortalModelForm):
    class Meta:
        model = ServiceBranch
        fields: ClassVar = ["code", "name_nl", "name_en", "valid_from", "valid_until"]
        widgets = WIDGETS


class RegionForm(PortalModelForm):
    class Meta:
        model = Region
        fields: ClassVar = ["code", "name_nl", "name_en"]


class LocationForm(PortalModelForm):
    class Meta:
        model = Location
        fields: ClassVar = ["code", "name", "town", "region"]


class UnitForm(PortalModelForm):
    class Meta:
        model = Unit
        fields: ClassVar = ["code", "name", "branch", "parent", "location", "region", "valid_from", "valid_until"]
        widgets = WIDGETS

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and any(up.pk == self.instance.pk for up in Unit.objects.ancestors_of(parent)):
            raise ValidationError(_("A unit cannot be part of itself. Choose another unit."))
        return parent


class TeamForm(PortalModelForm):
    class Meta:
        model = Team
        fields: ClassVar = ["code", "kind", "name_nl", "name_en", "region", "is_national_pool"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The two teams that answer the lines keep their code and kind: every request is taken in by them."""
        super().__init__(*args, **kwargs)
        if self.instance.code in {DESK, AFTER_HOURS}:
            for name in ("code", "kind"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("This is fixed: every request comes in at this team.")


class OpeningHoursForm(PortalModelForm):
    class Meta:
        model = OpeningHours
        fields: ClassVar = ["team", "channel", "weekday", "opens", "closes"]
        widgets = WIDGETS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_channels(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _in_order(self, data)
        _channel_fits(self, data)
        return data


def _name_channels(form: PortalModelForm) -> None:
    channel: Any = form.fields["channel"]
    channel.choices = [("", _("The whole team")), *OpenFor.choices]
    channel.help_text = _("A channel without hours of its own keeps those of the team. The site is open day and night.")


def _in_order(form: PortalModelForm, data: dict[str, Any]) -> None:
    opens, closes = data.get("opens"), data.get("closes")
    if opens and closes and closes <= opens:
        form.add_error("closes", _("Closing time must be after opening time."))


def _channel_fits(form: PortalModelForm, data: dict[str, Any]) -> None:
    """Who answers the phone of the desk changes with the desk itself (R2), and the after-hours line never closes."""
    team, channel = data.get("team"), data.get("channel")
    if team and team.code == AFTER_HOURS:
        form.add_error("team", _("The after-hours line never closes, so it has no hours."))
    if team and team.code == DESK and channel == OpenFor.PHONE:
        form.add_error(
            "channel", _("The phone of the desk is answered as long as the desk is open. Change those hours.")
        )
    if channel and not team:
        form.add_error("team", _("Choose the team of this channel."))


class ClosureForm(PortalModelForm):
    class Meta:
        model = Closure
        fields: ClassVar = ["day", "name_nl", "name_en", "opens", "closes", "team", "channel"]
        labels: ClassVar = {"name_nl": _("Reason, in Dutch"), "name_en": _("Reason, in English")}
        help_texts: ClassVar = {
            "team": _("Empty: for every team with hours. The after-hours line never closes."),
            "opens": _("Leave both times empty when it is closed all day."),
        }
        widgets = WIDGETS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_channels(self)

    def clean_day(self) -> Any:
        in_a_year_that_can_be(self.cleaned_data["day"])
        return self.cleaned_data["day"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, other in (("opens", "closes"), ("closes", "opens")):
            if data.get(other) and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill in both times, or neither."))
        _in_order(self, data)
        _channel_fits(self, data)
        return data


class ShiftForm(PortalModelForm):
    class Meta:
        model = Shift
        fields: ClassVar = ["team", "user", "position", "starts_at", "ends_at"]
        field_classes: ClassVar = {"starts_at": WallClockField, "ends_at": WallClockField}
        widgets = WIDGETS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users: Any = self.fields["user"]
        users.queryset = (
            User.objects.filter(memberships__role__in=TAKES_TURNS, is_active=True).distinct().order_by("name")
        )
        for name in ("starts_at", "ends_at"):
            self.fields[name].input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]  # type: ignore[attr-defined]

    def clean_position(self) -> int:
        return place_in_line(self.cleaned_data["position"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        for name in ("starts_at", "ends_at"):
            if data.get(name) and not 2000 <= data[name].year <= 2100:
                self.add_error(name, _("Look at the year again."))
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the start."))
        user, team = data.get("user"), data.get("team")
        if user and team and not user.memberships.filter(team=team, role__in=TAKES_TURNS).exists():
            self.add_error("user", _("This person is not a member of that team."))
        if not self.errors and user and team and starts and ends:
            self._must_be_reachable(user, team, starts, ends, data["position"])
        self.instance.pattern = None  # from now on it is made by hand
        return data

    def _update_errors(self, errors: ValidationError) -> None:
        """What the database would refuse stands at the field where it can be put right."""
        found = getattr(errors, "error_dict", {}).pop(NON_FIELD_ERRORS, [])
        super()._update_errors(errors)  # type: ignore[misc]
        for error in found:
            taken = str(error.message) == str(_("Someone else already has this place at that time."))
            self.add_error("position" if taken else "user", error)

    def _must_be_reachable(self, user: User, team: Team, starts: Any, ends: Any, position: int) -> None:
        own = [self.instance.pk] if self.instance.pk else []
        try:
            shifts.must_be_reachable(user, team=team, starts_at=starts, ends_at=ends, position=position, instead_of=own)
        except Clash as clash:
            self.add_error("user", str(clash))


class _WithNumber(PortalModelForm):
    def clean_number(self) -> str:
        return clean_number(self.cleaned_data["number"])


class PhoneLineForm(_WithNumber):
    class Meta:
        model = PhoneLine
        fields: ClassVar = ["line", "number", "cost_nl", "cost_en", "checked_on"]
        widgets = WIDGETS


class HelplineForm(_WithNumber):
    class Meta:
        model = Helpline
        fields: ClassVar = ["code", "need", "name", "number", "about_nl", "about_en", "order", "in_bar", "checked_on"]
        widgets = WIDGETS


class ImportForm(PortalForm):
    """A CSV file, or its text once it has been looked through."""

    mark_optional = False

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload = data.get("file")
        if upload and upload.size > 2_000_000:
            self.add_error("file", _("The file is larger than 2 MB."))
        elif upload:
            try:
                data["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not in UTF-8. Save it again as 'CSV UTF-8'."))
        if not self.errors and not data.get("text"):
            self.add_error("file", _("Choose a CSV file."))
        return data
