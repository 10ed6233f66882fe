"""How may we reach you? Question 7 of the intake, and the same question later on the client's own page (UX 1.3)."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import Weekday
from accounts.forms.base import HintedCheckboxes, PortalForm, RowRadios
from accounts.forms.phone import MESSAGE as PHONE_MESSAGE
from accounts.forms.phone import PhoneField
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from cases import how_we_reach
from cases.enums import ContactWay
from cases.enums.whom import Gender
from cases.models import Person

NO_YES = [("no", _("No")), ("yes", _("Yes"))]
HOURS = [f"{hour:02d}:00" for hour in range(7, 24)]
NEEDS_PHONE = (ContactWay.PHONE, ContactWay.TEXT)
FLAGS = ("may_leave_voicemail", "may_identify", "safe_to_text", "safe_to_email")
EMAIL_MESSAGE = _("Enter an e-mail address, for example name@home.example")
WAYS = [
    (ContactWay.PHONE.value, _("Call me")),
    (ContactWay.PORTAL.value, _("Message on this website")),
    (ContactWay.TEXT.value, _("Text message")),
    (ContactWay.EMAIL.value, _("E-mail")),
    (ContactWay.VIDEO.value, _("Video call")),
    (ContactWay.VISIT.value, _("Visit")),
]


class RowCheckboxes(HintedCheckboxes):
    """Checkboxes beside each other, for short words such as days."""

    look = "row"


class LenientChoices(forms.MultipleChoiceField):
    """Several answers, or none; values that no longer exist are left out without a word."""

    def validate(self, value: Any) -> None:
        """Whatever is left is fine, also when the label does not say that it is optional."""

    def to_python(self, value: Any) -> list[str]:
        choices: Any = self.choices
        known = {str(key) for key, _label in choices}
        given = value if isinstance(value, list | tuple) else []
        return [str(one) for one in dict.fromkeys(given) if str(one) in known]


class YesNoField(forms.ChoiceField):
    """Yes or no; anything else is no, which gives nothing away."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=NO_YES, widget=RowRadios, initial="no", **kwargs)

    def clean(self, value: Any) -> bool:
        return bool(value == "yes")


class HourField(forms.ChoiceField):
    """A whole hour, or any time."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("any time")), *((hour, hour) for hour in HOURS)]
        super().__init__(choices=choices, required=False, **kwargs)
        self.widget.attrs["class"] = "w-short num"

    def clean(self, value: Any) -> dt.time | None:
        return dt.time.fromisoformat(value) if value in HOURS else None


class ContactForm(PortalForm):
    """Nothing is compulsory, except a number or address for a way that needs one."""

    name = WordsField(
        label=_("What may we call you?"),
        help_text=_("A first name is fine."),
        most=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "w-mid"}),
    )
    channels = LenientChoices(
        label=_("How may we reach you?"),
        help_text=_("You may choose more than one."),
        choices=WAYS,
        widget=HintedCheckboxes,
    )
    phone = PhoneField(
        label=_("Phone number"), help_text=_("A number that only you answer is the safest."), required=True
    )
    safe_to_text = YesNoField(label=_("Are you the only one who reads your text messages?"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("An address that only you read is the safest. Better not your work address."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": EMAIL_MESSAGE, "required": EMAIL_MESSAGE},
    )
    safe_to_email = YesNoField(label=_("Are you the only one who reads your e-mail?"))
    window_from = HourField(label=pgettext_lazy("hour", "From"))
    window_until = HourField(label=pgettext_lazy("hour", "Until"))
    weekdays = LenientChoices(
        label=_("On which days?"),
        help_text=_("Choose nothing if every day is fine."),
        choices=Weekday.choices,
        required=False,
        widget=RowCheckboxes,
    )
    may_leave_voicemail = YesNoField(label=_("May we leave a voice message?"))
    may_identify = YesNoField(label=_("May we say who we are if someone else answers?"))
    contact_person = WordsField(
        label=_("May we call someone else instead?"),
        help_text=_("Write down who it is, and the number."),
        most=200,
    )
    spoken_language = WordsField(label=_("In which language shall we talk?"), most=60)
    talks_with = forms.ChoiceField(
        label=_("Would you rather talk with a woman or with a man?"),
        help_text=_("We look whether that is possible."),
        choices=[("", _("That does not matter")), *Gender.choices],
        required=False,
        widget=RowRadios,
        error_messages=CHOOSE_ONE,
    )
    accessibility_needs = StoryField(
        label=_("What should we keep in mind?"),
        help_text=_("For example: I hear badly on the phone, or I need an interpreter."),
        rows=3,
        most=1000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.pop("maxlength", None)
        self.fields["spoken_language"].widget.attrs["class"] = "w-mid"

    def full_clean(self) -> None:
        """A number or address that no chosen way needs is no reason to stop somebody: it is kept when it is sound."""
        super().full_clean()
        if not self.is_bound:
            return
        ways = self.cleaned_data.get("channels", [])
        for name, needed in (("phone", NEEDS_PHONE), ("email", (ContactWay.EMAIL,))):
            if name in self.errors and not set(ways) & set(needed):
                del self.errors[name]
                self.cleaned_data[name] = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        ways = set(given.get("channels", []))
        if ways & set(NEEDS_PHONE) and "phone" not in self.errors and not given.get("phone"):
            self.add_error("phone", PHONE_MESSAGE)
        start, end = given.get("window_from"), given.get("window_until")
        if start and end and end <= start:
            self.add_error(
                "window_until",
                gettext("Choose a time after %(from)s. Now “until” is before “from”.") % {"from": f"{start:%H:%M}"},
            )
        return given

    def answers(self) -> dict[str, Any]:
        """What cases.contact.change_contact takes. A way not chosen is not safe either; no way means the website."""
        given = dict(self.cleaned_data)
        ways = given["channels"] or [ContactWay.PORTAL.value]
        return given | {
            "channels": ways,
            "weekdays": [int(day) for day in given["weekdays"]],
            "safe_to_text": given["safe_to_text"] and ContactWay.TEXT in ways,
            "safe_to_email": given["safe_to_email"] and ContactWay.EMAIL in ways,
        }

    @property
    def has_window(self) -> bool:
        """Whether calling is limited to hours or days."""
        return any(self.cleaned_data.get(name) for name in ("window_from", "window_until", "weekdays"))

    @property
    def promise(self) -> str:
        """ "This is how we do it", for a form that was filled in without mistakes."""
        given = self.cleaned_data
        hours = {name: f"{given[name]:%H:%M}" for name in ("window_from", "window_until") if given[name]}
        days = ", ".join(str(Weekday(int(day)).label) for day in given["weekdays"])
        return how_we_reach.sentence(how_we_reach.values_of(given), {"phone": given["phone"], "weekdays": days} | hours)

    @property
    def promise_parts(self) -> tuple[how_we_reach.Part, ...]:
        """The parts of the live sentence, for the template."""
        return how_we_reach.PARTS


def answers_of_person(person: Person) -> dict[str, Any]:
    """What we know of somebody already, as this form shows it; their wishes when they gave any."""
    known: dict[str, Any] = {name: getattr(person, name) for name in ("name", "phone", "email")}
    wishes = getattr(person, "contact", None)
    if wishes is None:
        return known
    wishes.person = person  # its key is the person's
    known |= {"channels": wishes.channels, "weekdays": [str(day) for day in wishes.weekdays]}
    known |= {name: "yes" if getattr(wishes, name) else "no" for name in FLAGS}
    known |= {name: f"{value:%H:%M}" for name in ("window_from", "window_until") if (value := getattr(wishes, name))}
    return known | {
        name: getattr(wishes, name)
        for name in ("contact_person", "spoken_language", "talks_with", "accessibility_needs")
    }
