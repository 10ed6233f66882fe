"""Trying out a moment: a date and a time by the local clock, and the facts of a request."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from cases.enums import Danger, Requester, Situation, Wish
from referrals.conditions import Words
from referrals.forms.routing import DAY, RowCheckboxes
from referrals.routing import Facts, facts_of

WHEN = _("Enter a date and a time, for example 2026-12-24 16:59")
FIRST_YEAR, LAST_YEAR = 2000, 2100


class LocalMoment(forms.DateTimeField):
    """What a clock on the wall says, without a zone: some times come twice and some never."""

    input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        for shape in self.input_formats:
            try:
                return dt.datetime.strptime(text, shape)  # noqa: DTZ007 - the zone comes with the other answers
            except ValueError:
                continue
        if text:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return None


class TryForm(PortalForm):
    """A moment and the facts of a request, to see where it would go."""

    mark_optional = False

    at = LocalMoment(
        label=_("Moment of sending"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "w-mid"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": WHEN, "invalid": WHEN},
    )
    again = forms.ChoiceField(
        label=_("Which of the two?"), required=False, choices=[("first", _("The first time")), ("second", _("Again"))],
        widget=HintedRadios(), help_text=_("In the night that the clock goes back, an hour comes twice."),
    )  # fmt: skip
    requester = forms.ChoiceField(label=_("Who asks"), choices=Requester.choices, required=False)
    situation = forms.ChoiceField(label=_("Situation"), choices=Situation.choices, required=False)
    returned_month = forms.DateField(
        label=_("Back since"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Only for someone who is just back."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("Unit"), required=False, max_length=160,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )  # fmt: skip
    topic = forms.MultipleChoiceField(label=_("Topics"), required=False, widget=RowCheckboxes)
    wish = forms.ChoiceField(label=_("Wants to talk to"), choices=Wish.choices, required=False)
    danger = forms.ChoiceField(
        label=_("In danger now"),
        choices=[(code.value, code.label) for code in (Danger.NO, Danger.PREFER_NOT_TO_SAY, Danger.YES)],
        required=False,
    )
    rules = forms.ChoiceField(label=_("Rules"), required=False)

    def __init__(self, *args: Any, words: Words, has_draft: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        topics: Any = self.fields["topic"]
        topics.choices = [(code, str(topic)) for code, topic in words.topics.items()]
        tables: Any = self.fields["rules"]
        tables.choices = [("", _("As they count now")), ("draft", _("The draft"))]
        if not has_draft:
            del self.fields["rules"]
        self.comes_twice = False
        if not self.is_bound:
            del self.fields["again"]

    def clean_unit(self) -> int | None:
        name = " ".join(self.cleaned_data["unit"].split()).casefold()
        found = next((pk for pk, known in self.words.units.items() if known.casefold() == name), None)
        if name and found is None:
            raise ValidationError(_("There is no unit with this name."))
        return int(found) if found else None

    def clean(self) -> dict[str, Any]:
        """The moment in its zone. A time that comes twice is asked about, one that never comes is refused."""
        cleaned = super().clean() or self.cleaned_data
        wall = cleaned.get("at")
        if wall is not None and not FIRST_YEAR <= wall.year <= LAST_YEAR:
            self.add_error("at", _("Look at the year again."))
        elif wall is not None:
            self._in_zone(cleaned, wall)
        if not self.comes_twice:
            del self.fields["again"]
        return cleaned

    def _in_zone(self, cleaned: dict[str, Any], wall: dt.datetime) -> None:
        zone = ZoneInfo(timezone.get_default_timezone_name())
        first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != wall:
            self.add_error("at", _("This time does not exist: that night the clock goes an hour ahead."))
            return
        self.comes_twice = first.utcoffset() != second.utcoffset()
        cleaned["at"] = second if self.comes_twice and cleaned.get("again") == "second" else first

    def facts(self, parents: Any) -> Facts:
        """The facts that were filled in, read as those of a request; empty answers count as the first choice."""
        return facts_of(_Tried(self.cleaned_data), parents)


class _Tried:
    """Cleaned data in the shape of a request's answers."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.requester: str = data["requester"] or Requester.SELF
        self.situation: str = data["situation"] or Situation.AT_HOME
        self.danger: str = data["danger"] or Danger.NO
        self.wish: str = data["wish"] or Wish.NONE
        self.topics: tuple[str, ...] = tuple(data["topic"])
        self.returned_month: dt.date | None = data["returned_month"]
        self.unit_id: int | None = data["unit"]
