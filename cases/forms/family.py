"""Inviting someone, changing what they see, and giving the code of an invitation."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import ChoiceDetail, HintedRadios, PortalForm
from accounts.forms.words import CHOOSE_ONE, WordsField
from cases import family
from cases.enums import FAMILY_SCOPES, AccessScope
from cases.family import Guest, Wanted
from cases.forms.contact import EMAIL_MESSAGE
from cases.forms.work import SubmittedForm
from cases.invited import Back
from cases.models import Case, Invitation, Session

SHOWS: dict[str, Any] = {
    AccessScope.NAMED: _("They know that you named them. They see nothing else."),
    AccessScope.DATES: _("The day, the time, how and where of your conversations. Not what they are about."),
    AccessScope.MESSAGES: _("Also the messages from now on. They can write too, and you read what they write."),
    AccessScope.JOINT: _("Only the day, the time and the place of that conversation."),
}
WAYS: dict[str, Any] = {
    "link": _("We show you a link. You pass it on in the way that is safe for you."),
    "mail": _("The mail does not say who you are or what this is about."),
}


def _hinted(hints: dict[str, Any]) -> HintedRadios:
    details: dict[str, ChoiceDetail] = {code: {"hint": hint} for code, hint in hints.items()}
    return HintedRadios(details=details)


class ScopeForm(SubmittedForm):
    """What someone may see, and until when. ``sessions`` are the conversations to which one can be invited."""

    scope = forms.ChoiceField(
        label=_("What may this person see?"),
        choices=[(scope.value, scope.label) for scope in FAMILY_SCOPES],
        widget=_hinted(SHOWS),
        error_messages=CHOOSE_ONE,
    )
    session = forms.ChoiceField(label=_("Which conversation?"), required=False, error_messages=CHOOSE_ONE)
    ends_on = forms.DateField(
        label=_("Until which day?"),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d"),
        help_text=_("After this day they see nothing any more. At most a year ahead."),
        error_messages={"required": _("Choose a last day."), "invalid": _("Enter a date, for example 31-12-2026.")},
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = (
        "name",
        "relation",
        "called",
        "scope",
        "session",
        "ends_on",
        "mutual",
        "way",
        "email",
        "submission",
        "sure",
    )

    def __init__(self, *args: Any, sessions: list[Session], at: dt.datetime, **kwargs: Any) -> None:
        usual = timezone.localdate(at) + settings.FAMILY_USUAL
        kwargs["initial"] = {"ends_on": usual, "scope": AccessScope.DATES} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.at = at
        if sessions:
            self.fields["session"].choices = [(str(one.pk), _moment(one.starts_at)) for one in sessions]  # type: ignore[attr-defined]
        else:
            del self.fields["session"]
            offered = [(scope.value, scope.label) for scope in FAMILY_SCOPES if scope != AccessScope.JOINT]
            self.fields["scope"].choices = offered  # type: ignore[attr-defined]

    def clean_ends_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["ends_on"]
        if not timezone.localdate(self.at) <= day <= family.latest_end(self.at):
            raise forms.ValidationError(gettext("Choose a last day from today, at most a year ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("scope") == AccessScope.JOINT and not given.get("session") and "session" not in self.errors:
            self.add_error("session", gettext("Choose the conversation you will have together."))
        return given

    def wanted(self) -> Wanted:
        """What cases.family takes."""
        given = self.cleaned_data
        joint = given["scope"] == AccessScope.JOINT
        return Wanted(given["scope"], given["ends_on"], given["session"] if joint else None)

    def typed(self) -> list[dict[str, str]]:
        """Everything that was filled in, for the warning that sends it again with a yes."""
        kept = [{"name": name, "value": str(self.data.get(name, ""))} for name in self.fields if name != "sure"]
        return [*kept, {"name": "sure", "value": "on"}]


class InviteForm(ScopeForm):
    name = WordsField(
        label=_("Who do you invite?"),
        help_text=_("Only you and who helps you read this name."),
        most=120,
        required=True,
        error_messages={"required": _("Write down who it is.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )
    relation = WordsField(
        label=_("Who is this person to you?"),
        help_text=format_lazy(
            "{} {}",
            _("In your own words. For example: my wife, my brother, a friend."),
            _("Only you and who helps you read this."),
        ),
        most=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )
    called = WordsField(
        label=_("What does this person call you?"),
        help_text=_("They see this name."),
        most=80,
        required=True,
        error_messages={"required": _("Write down the name they know you by.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )
    way = forms.ChoiceField(
        label=_("How does the invitation get there?"),
        choices=[("link", _("I give the link myself")), ("mail", _("Send a neutral e-mail"))],
        widget=_hinted(WAYS),
        error_messages=CHOOSE_ONE,
        initial="link",
    )
    mutual = forms.BooleanField(
        label=_("Only if this person also shows me something of their own case"),
        help_text=_("You both need an account and a case here. If one of you stops, it stops for both."),
        required=False,
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("Only if you are sure that nobody else reads it. Only needed for an e-mail."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-mid"}),
        error_messages={"invalid": EMAIL_MESSAGE},
    )

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_account:
            del self.fields["mutual"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("mutual") and given.get("scope") == AccessScope.JOINT:
            self.add_error("scope", gettext("Choose something else: a conversation together is yours both already."))
        if given.get("way") == "mail" and not given.get("email") and "email" not in self.errors:
            self.add_error("email", EMAIL_MESSAGE)
        return given

    def guest(self) -> Guest:
        """What cases.family takes."""
        given = self.cleaned_data
        email = given["email"] if given["way"] == "mail" else ""
        return Guest(given["name"], given["relation"], given["called"], email, bool(given.get("mutual")))


class BackForm(PortalForm):
    """What someone shows in return, of which of their own cases."""

    case = forms.ChoiceField(label=_("Of which case do you show something?"), error_messages=CHOOSE_ONE)
    scope = forms.ChoiceField(
        label=_("What may they see of yours?"),
        choices=[(scope.value, scope.label) for scope in FAMILY_SCOPES if scope != AccessScope.JOINT],
        widget=_hinted({code: hint for code, hint in SHOWS.items() if code != AccessScope.JOINT}),
        error_messages=CHOOSE_ONE,
    )

    def __init__(self, *args: Any, cases: list[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = {case.reference: case for case in cases}
        self.fields["case"].choices = [(reference, reference) for reference in self.cases]  # type: ignore[attr-defined]

    def back(self) -> Back:
        """What cases.invited.accept takes."""
        return Back(self.cases[self.cleaned_data["case"]], self.cleaned_data["scope"])


class CodeForm(PortalForm):
    code = WordsField(
        label=_("Which code did you get?"),
        help_text=_("Eight digits. The person who invites you tells you the code."),
        most=40,
        required=True,
        error_messages={"required": _("Fill in the code.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-mid mono"}),
    )


def answers_of(invitation: Invitation) -> dict[str, Any]:
    """The present scope and last day, as ScopeForm shows them."""
    return {
        "scope": invitation.scope,
        "session": str(invitation.session_id or ""),
        "ends_on": family.last_day(invitation),
    }


def _moment(moment: dt.datetime) -> str:
    return date_format(localtime(moment), "l j F, H:i")
