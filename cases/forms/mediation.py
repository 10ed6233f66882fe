"""Forms of a talk that somebody neutral leads."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm, RowRadios
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from accounts.models import User
from cases import search
from cases.appointments import WAYS
from cases.enums.mediation import LEADER_ENDINGS, OtherIs, TalkWith
from cases.enums.tracks import SHORTEST_SESSION_MINUTES
from cases.forms.contact import EMAIL_MESSAGE
from cases.forms.work import LONGEST_SESSION, MomentMixin, ReasonedForm, SubmittedForm
from cases.mediation import OtherOne
from cases.mediation_talks import LONGEST_AGREEMENT

LONGEST_VERSION = 9


class BeginForm(SubmittedForm):
    """Whom to ask, who leads it, and that the client wants it."""

    name = WordsField(
        label=_("With whom does the client want to talk?"), most=120, required=True,
        error_messages={"required": _("Write down who it is.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )  # fmt: skip
    relation = forms.ChoiceField(
        label=_("Who is that to the client?"), choices=OtherIs.choices, widget=RowRadios, error_messages=CHOOSE_ONE
    )
    email = forms.EmailField(
        label=_("Their e-mail address"), required=False, max_length=254, error_messages={"invalid": EMAIL_MESSAGE},
        help_text=_("The invitation goes there. It names the client, and never that there is a case."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )  # fmt: skip
    phone = WordsField(
        label=_("Their phone number"), most=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "class": "w-mid"}),
    )  # fmt: skip
    called = WordsField(
        label=_("What does the other one read as the client's name?"), most=120, required=True,
        error_messages={"required": _("Write down the name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )  # fmt: skip
    subject = StoryField(
        label=_("What do they want to talk about?"), most=400, rows=3, required=True,
        help_text=_("Both read this. Write nothing that only the client told you."),
        error_messages={"required": _("Write down what it is about, in one sentence.")},
    )  # fmt: skip
    leader = forms.ModelChoiceField(
        label=_("Who leads the talk?"), queryset=User.objects.none(), empty_label=_("Choose somebody"),
        help_text=_("Somebody who helps neither of the two now. Who helps this client is not in the list."),
        widget=forms.Select(attrs={"class": "form-select w-mid"}),
        error_messages={
            "required": _("Choose who leads the talk."), "invalid_choice": _("This person cannot lead it now."),
        },
    )  # fmt: skip
    wanted = forms.BooleanField(label=_("The client wants this, and knows that the other one is asked"), required=False)
    field_order = ("name", "relation", "email", "phone", "called", "subject", "leader", "wanted", "submission")

    def __init__(self, *args: Any, leaders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leader"]
        field.queryset = leaders
        field.label_from_instance = lambda user: user.name

    def clean_phone(self) -> str:
        given: str = self.cleaned_data["phone"]
        if given and not search.phone(given).startswith("+"):
            raise forms.ValidationError(gettext("Enter a phone number, for example 06 12 34 56 78"))
        return given

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"email", "phone"} & set(self.errors) and not (given.get("email") or given.get("phone")):
            self.add_error("email", gettext("Give an e-mail address or a phone number, so that they can be asked."))
        if not given.get("wanted"):
            self.add_error("wanted", gettext("Ask the client first. Without their yes nobody is asked."))
        return given

    def other(self) -> OtherOne:
        given = self.cleaned_data
        return OtherOne(given["name"], given["relation"], given["email"], given["phone"])


class MeetForm(MomentMixin, ReasonedForm):
    """A meeting with one of the two, or with both."""

    with_whom = forms.ChoiceField(
        label=_("With whom?"), choices=TalkWith.choices, widget=RowRadios, error_messages=CHOOSE_ONE
    )
    way = forms.ChoiceField(label=_("How?"), choices=[(way, way.label) for way in WAYS], widget=RowRadios)
    place = WordsField(
        label=_("Where?"), most=160, help_text=_("Who comes reads this. Choose a place that is nobody's own.")
    )
    minutes = forms.IntegerField(
        label=_("How many minutes?"), min_value=SHORTEST_SESSION_MINUTES, max_value=LONGEST_SESSION,
        widget=forms.NumberInput(attrs={"class": "w-short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter how many minutes, for example 45.")),
    )  # fmt: skip
    field_order = ("with_whom", "day", "time", "way", "place", "minutes", "reason", "submission")


class PrivateNoteForm(SubmittedForm):
    about = forms.ChoiceField(
        label=_("About whom?"), choices=TalkWith.choices, widget=RowRadios, error_messages=CHOOSE_ONE
    )
    body = StoryField(
        label=_("Text"), most=4000, rows=5, required=True, error_messages={"required": _("Write something first.")}
    )


class AgreementForm(PortalForm):
    text = StoryField(
        label=_("What do the two agree on?"), most=LONGEST_AGREEMENT, rows=10, required=True,
        help_text=_("Both read the same text. A change takes away what was signed."),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(PortalForm):
    ending = forms.ChoiceField(
        label=_("How did it end?"), choices=[(one, one.label) for one in LEADER_ENDINGS], widget=HintedRadios,
        error_messages={"required": _("Choose how it ended.")},
    )  # fmt: skip


def version_read(text: str) -> int:
    """Which version of the agreement was read, as a page sends it back; 0, which is none, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_VERSION else 0
