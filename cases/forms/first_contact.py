"""First contact person, ring times, and telling the service member abroad."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Weekday
from accounts.forms.base import PortalForm
from accounts.forms.phone import PhoneField
from accounts.forms.words import StoryField, WordsField
from cases.first_contact import MOST_TIMES, Agreed
from cases.forms.contact import LenientChoices, RowCheckboxes, YesNoField
from cases.models import FirstContact

TIME = re.compile(r"^(\d{1,2})[:.](\d{2})$")


class FirstContactForm(PortalForm):
    name = WordsField(
        label=_("Who is the first contact person?"),
        help_text=_("Whom we call first when something happens."),
        most=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )
    relation = WordsField(
        label=_("Who is this person to you?"),
        most=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )
    number = PhoneField(label=_("Phone number"))
    ring_times = WordsField(
        label=_("At which times do we ring?"),
        help_text=_("Only if you agreed on fixed moments. For example: 08:30, 19:00"),
        most=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid num"}),
    )
    ring_days = LenientChoices(
        label=_("On which days?"),
        help_text=_("Choose nothing if every day is fine."),
        choices=Weekday.choices,
        required=False,
        widget=RowCheckboxes,
    )
    tell_abroad = YesNoField(label=_("Something serious at home: do we tell the one who is abroad?"))
    abroad_how = WordsField(
        label=_("How, and by whom?"), help_text=_("For example: by the commander, never by e-mail."), most=200
    )

    def clean_ring_times(self) -> list[dt.time]:
        """Hours and minutes, in any order; sorted and each once."""
        found = set()
        for word in re.split(r"[,;\s]+", self.cleaned_data["ring_times"]):
            match = TIME.match(word)
            if not word or word in {"en", "and"}:
                continue
            if match is None or int(match[1]) > 23 or int(match[2]) > 59:
                wrong = gettext("“%(word)s” is no time. Write it like 08:30.") % {"word": word}
                raise forms.ValidationError(wrong)
            found.add(dt.time(int(match[1]), int(match[2])))
        if len(found) > MOST_TIMES:
            raise forms.ValidationError(gettext("At most %(most)d times a day.") % {"most": MOST_TIMES})
        return sorted(found)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("ring_days") and not given.get("ring_times") and "ring_times" not in self.errors:
            self.add_error("ring_times", gettext("Write down at which times, or choose no days."))
        return given

    def agreed(self) -> Agreed:
        """What cases.first_contact.change takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"reason", "seen"}}
        return Agreed(**given | {"ring_days": sorted(int(day) for day in given["ring_days"])})


class StaffFirstContactForm(FirstContactForm):
    reason = StoryField(
        label=_("Who asked for this, or why does it change?"), most=400, rows=2, required=True,
        error_messages={"required": _("Write down who asked for this, or why it changes.")},
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


def answers_of(row: FirstContact | None) -> dict[str, Any]:
    """The present answers as the form shows them."""
    if row is None:
        return {}
    return {
        "name": row.name, "relation": row.relation, "number": row.number, "abroad_how": row.abroad_how,
        "ring_times": ", ".join(f"{time:%H:%M}" for time in row.ring_times),
        "ring_days": [str(day) for day in row.ring_days], "tell_abroad": "yes" if row.tell_abroad else "no",
    }  # fmt: skip
