"""Forms about people: inviting, joining, roles, and days on which someone is away."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.forms.base import PortalForm, RowRadios
from accounts.forms.days import DayField, in_order
from accounts.forms.words import WordsField
from accounts.models import User
from accounts.people import roles_for, teams_of

ONE_OF_THE_LIST = {"invalid_choice": _("Choose one from the list.")}
EMAIL = _("Enter an e-mail address, for example name@work.example")


WEAK = {
    "password_too_short": _("This password is too short. Use at least 12 characters."),
    "password_too_common": _("Many people use this password, so it is easy to guess. Choose another one."),
    "password_too_similar": _("This password looks too much like your name or address. Choose another one."),
}


def why_weak(password: str, user: User) -> list[str]:
    """What is wrong with a password, in our own words; nothing when it will do."""
    try:
        validate_password(password, user)
    except forms.ValidationError as error:
        return [str(WEAK.get(str(one.code), one.messages[0])) for one in error.error_list]
    return []


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=RowRadios, error_messages=ONE_OF_THE_LIST
    )


class RoleForm(PortalForm):
    """A role in a team, for some days. Offers only what ``by`` may give."""

    team: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Team"), error_messages=ONE_OF_THE_LIST, empty_label="–"
    )
    role = forms.ChoiceField(label=_("Role"), error_messages=ONE_OF_THE_LIST)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("Until and including"), required=False, help_text=_("Leave it empty when there is no end.")
    )

    def __init__(self, *args: Any, by: Actor, day: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_on": day} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = teams_of(by).order_by("name_nl")
        role: Any = self.fields["role"]
        role.choices = [("", "–"), *roles_for(by)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        in_order(self, "starts_on", "ends_on")
        return data


class InviteForm(RoleForm):
    """Who joins, and as what."""

    name = WordsField(label=_("Name"), most=120, required=True, help_text=_("Shown to clients and colleagues."))
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, error_messages={"invalid": EMAIL, "required": EMAIL},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    language = language_field()
    field_order = ["name", "email", "language", "team", "role", "starts_on", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"language": "nl"} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class EndForm(PortalForm):
    """The last day that counts."""

    last_day = DayField(label=_("Last day"))


class JoinForm(PortalForm):
    """Joining with an account that exists; the name is asked when there is none."""

    name = WordsField(label=_("Name"), most=120, required=True, help_text=_("Shown to clients and colleagues."))

    def __init__(self, *args: Any, known: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["name"]


class AcceptForm(PortalForm):
    """Making an account: name, language and a password."""

    name = WordsField(
        label=_("Name"), most=120, required=True, help_text=_("Shown to clients and colleagues."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    language = language_field()
    password = forms.CharField(
        label=_("Choose a password"), strip=False, max_length=200,
        help_text=_("At least 12 characters. A few words in a row work well."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        kwargs["initial"] = {"language": get_language()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if weak := why_weak(password, User(email=self.email, name=self.cleaned_data.get("name", ""))):
            raise forms.ValidationError(weak)
        return password


class AbsenceForm(PortalForm):
    """Whole days, and who stands in. Nobody asks why."""

    first_day = DayField(label=_("First day away"))
    last_day = DayField(label=_("Last day away"), help_text=_("The same day when it is one day. It counts whole."))
    deputy: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Who stands in?"), required=False, error_messages=ONE_OF_THE_LIST,
        help_text=_("They see the cases in those days, and the client can read that."),
    )  # fmt: skip

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputy: Any = self.fields["deputy"]
        deputy.queryset = colleagues
        deputy.empty_label = _("Nobody: the desk answers")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        in_order(self, "first_day", "last_day")
        return data
