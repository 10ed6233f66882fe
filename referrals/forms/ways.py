"""Forms of a worker who gives a case away or asks for advice, of who gives it, and of who takes back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedCheckboxes, HintedRadios, PortalForm
from accounts.forms.words import StoryField, WordsField
from cases.forms.work import SubmittedForm
from cases.notes import LONGEST
from referrals.enums import HandOver
from referrals.matching import Candidate
from referrals.offering import LONGEST_CONSULTATION, MOST_LETTERS, Terms
from referrals.travelling import Item

CLOSES = dt.time(17)
"""On its last day somebody who is consulted reads along until then."""

PREVIEW = 140
MOST_REASON = 1000
NOT_SAID = gettext_lazy("Type the six words that the client says.")


class PhraseField(WordsField):
    """The client's pass-phrase as they say it. It never comes back on a page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            most=200, label=gettext_lazy("The client's pass-phrase"),
            help_text=gettext_lazy("Only when they say yes by voice: the six words. They are checked, not kept."),
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}), **kwargs,
        )  # fmt: skip


class SpokenForm(PortalForm):
    """A yes that was said at the desk."""

    phrase = PhraseField(required=True, error_messages={"required": NOT_SAID})


class WayForm(SubmittedForm):
    """Whom, why, and what exactly travels."""

    asked_sometimes = ("phrase",)

    kind: HandOver
    chooses = True  # what travels beside the summary

    to = forms.ChoiceField(
        label=gettext_lazy("Whom do you ask?"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose whom you ask.")),
    )  # fmt: skip
    reason = StoryField(
        label=gettext_lazy("Why do you ask this?"), required=True, most=MOST_REASON, rows=2,
        help_text=gettext_lazy("Your colleague reads this. The client may read it too."),
        error_messages={"required": gettext_lazy("Write why you ask this.")},
    )  # fmt: skip
    summary = StoryField(
        label=gettext_lazy("Summary that travels"), required=True, most=MOST_LETTERS, rows=7,
        help_text=gettext_lazy("The client reads this first. Only what is needed."),
        error_messages={"required": gettext_lazy("Write the summary that will travel.")},
    )  # fmt: skip
    items = forms.MultipleChoiceField(
        label=gettext_lazy("What else may they read?"), required=False, widget=HintedCheckboxes,
        help_text=gettext_lazy("The client sees each of these, and can leave it out. Working notes never travel."),
        error_messages={"invalid_choice": gettext_lazy("Something you chose can no longer travel. Choose again.")},
    )  # fmt: skip
    contact = forms.BooleanField(label=gettext_lazy("Name and ways to reach the client"), required=False)
    consent = forms.ChoiceField(
        label=gettext_lazy("Does the client approve this?"),
        choices=[("ask", gettext_lazy("Ask on the website")), ("phone", gettext_lazy("Yes, I read it all out"))],
        widget=HintedRadios,
        error_messages={"required": gettext_lazy("Choose how the client approves")},
    )  # fmt: skip
    phrase = PhraseField()

    def __init__(
        self, *args: Any, whom: Sequence[Candidate], ranked: bool = False, items: Sequence[Item], at: dt.datetime,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.at = at
        self.known = {one.key: one for one in whom}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self._whom(fields["to"], ranked=ranked)
        fields["consent"].widget.details = {
            "ask": {"hint": _("It goes after the client said yes.")},
            "phone": {"hint": _("They say their pass-phrase; it goes at once.")},
        }
        fields["items"].choices = [(item.key, item.title) for item in items]
        fields["items"].widget.details = {item.key: {"hint": _begin(item)} for item in items}
        if not items:
            del self.fields["items"]

    def _whom(self, field: Any, *, ranked: bool) -> None:
        """The nearest with why they are, or everybody by name."""
        choices = [(key, one.who) for key, one in self.known.items()]
        if ranked:
            field.widget = HintedRadios(
                details={key: {"hint": ". ".join(one.reasons)} for key, one in self.known.items()}
            )
        field.choices = choices if ranked else [("", _("Choose a colleague")), *choices]

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("consent") == "phone" and not got.get("phrase") and "phrase" not in self.errors:
            self.add_error("phrase", NOT_SAID)
        return got

    def chosen(self) -> Candidate:
        """Whom it goes to."""
        return self.known[self.cleaned_data["to"]]

    def terms(self) -> Terms:
        got = self.cleaned_data
        items = tuple(got.get("items", ()))
        return Terms(self.kind, got["reason"], items, share_contact=self._contact(), ends_at=self.ends_at())

    def _contact(self) -> bool:
        return bool(self.cleaned_data.get("contact"))

    def ends_at(self) -> dt.datetime | None:
        return None


class TransferForm(WayForm):
    """The whole case goes, and the ways to reach the client with it; nothing else is read before it is accepted."""

    kind = HandOver.TRANSFER
    chooses = False
    warm = forms.BooleanField(
        label=gettext_lazy("Warm hand-over: a talk of three first"), required=False,
        help_text=gettext_lazy(
            "You, the client and your colleague. You stay the contact person until it has been held; without it, until "
            "their first contact."
        ),
    )  # fmt: skip
    field_order = ["to", "reason", "summary", "warm", "consent", "phrase", "submission"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["contact"]

    def _contact(self) -> bool:
        return True


class ConsultForm(WayForm):
    """A part of the case, until a day."""

    kind = HandOver.CONSULTATION
    until = forms.DateField(
        label=gettext_lazy("Until and including"),
        help_text=gettext_lazy("On that day until 17:00. You can stop it earlier."),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose until when they read along."),
            "invalid": gettext_lazy("Enter a day, for example 26-11-2026."),
        },
    )  # fmt: skip
    field_order = ["to", "reason", "summary", "items", "contact", "until", "consent", "phrase", "submission"]

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        if not self.at < _end_of(day) <= self.at + LONGEST_CONSULTATION:
            words = _("Choose a day that is still to come, at most %(n)d days from now.")
            raise forms.ValidationError(words % {"n": LONGEST_CONSULTATION.days})
        return day

    def ends_at(self) -> dt.datetime | None:
        return _end_of(self.cleaned_data["until"])


class AskForm(PortalForm):
    """Which case, and why."""

    reference = WordsField(
        label=gettext_lazy("Reference of the case"), required=True, most=40,
        help_text=gettext_lazy("For example NB-7K4Q-2M9T."),
        error_messages={"required": gettext_lazy("Enter the reference.")},
    )  # fmt: skip
    reason = StoryField(
        label=gettext_lazy("Why do you ask for it?"), required=True, most=MOST_REASON, rows=3,
        help_text=gettext_lazy("Whoever has the case reads this. Do not tell the client's story here."),
        error_messages={"required": gettext_lazy("Write why you ask for it.")},
    )  # fmt: skip


class AdviceForm(SubmittedForm):
    """What who reads along advises."""

    advice = StoryField(
        label=gettext_lazy("What do you advise?"), required=True, most=LONGEST, rows=6,
        help_text=gettext_lazy("It becomes a note in the file. The client may read it."),
        error_messages={"required": gettext_lazy("Write your advice.")},
    )  # fmt: skip


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, CLOSES))


def _begin(item: Item) -> str:
    """The first words of a note; a document opens by its own page."""
    text = " ".join(item.words.split())
    return f"{text[:PREVIEW]}…" if len(text) > PREVIEW else text
