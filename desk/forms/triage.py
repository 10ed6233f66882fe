"""The forms of the triage page: assessing, an attempt to reach someone, and one form per outcome (UX I)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import ChoiceDetail, HintedCheckboxes, HintedRadios, PillRadios, PortalForm
from accounts.forms.numbered import NumberedMixin
from accounts.forms.words import WordsField
from cases.actions import MOST_TOPICS
from cases.enums import AttemptOutcome, CaseOutcome, ContactWay, Urgency
from cases.forms.ending import ResultsMixin
from cases.forms.work import OutsideMixin, offer_outcomes
from cases.models import Case
from desk.forms.intake import name_of_unit, unit_named, unit_names
from desk.snapshot import UnitFacts
from desk.triage import ASK, REFER, Assessment
from referrals import considering
from referrals.actions import MOST_LETTERS
from referrals.destinations import HANDED_OVER, TABLE
from referrals.finding import Found
from referrals.forms.ways import NOT_SAID, PhraseField

LONGEST_WAIT = dt.timedelta(days=60)
LONGEST_TO_CALL = dt.timedelta(days=366)
SHAPES: Mapping[str, ChoiceDetail] = {code: {"shape": code} for code in Urgency.values}


class VersionedForm(PortalForm):
    """Carries the version of the case it was made for, so that a colleague's change is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AssessForm(VersionedForm):
    """The first three decisions. The urgency changes only with a reason."""

    danger = forms.ChoiceField(
        label=gettext_lazy("Danger now?"),
        choices=[("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes, or in doubt"))],
        required=False,
        widget=PillRadios,
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"),
        help_text=gettext_lazy("Three at most."),
        required=False,
        widget=HintedCheckboxes,
    )
    unit = WordsField(
        label=gettext_lazy("Unit"), most=160,
        help_text=gettext_lazy("Begin typing and choose. Leave it empty when it is not known."),
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=Urgency.choices, widget=PillRadios(details=SHAPES)
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does the urgency change?"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    mark_optional = False

    def __init__(
        self, *args: Any, case: Case, topics: Iterable[tuple[str, str]], units: tuple[UnitFacts, ...], **kwargs: Any
    ) -> None:
        self.case, self.units = case, units
        known = {True: "yes", False: "no", None: ""}[case.danger_now]
        initial = {"version": case.version, "danger": known, "topics": case.topics, "urgency": case.urgency}
        initial["unit"] = name_of_unit(case.unit_id, units) or (case.unit.name if case.unit else "")
        super().__init__(*args, initial=initial, prefix="assess", **kwargs)
        field: Any = self.fields["topics"]
        field.choices = list(topics)

    def clean_topics(self) -> list[str]:
        chosen = list(self.cleaned_data["topics"])
        if len(chosen) > MOST_TOPICS:
            raise forms.ValidationError(_("Choose three topics at most."))
        kept = [code for code in self.case.topics if code in chosen]  # the leading topic stays in front
        return [*kept, *(code for code in chosen if code not in kept)]

    def clean_unit(self) -> int | None:
        """The id of the one on the list; as it is when the page had no such field."""
        words = self.cleaned_data["unit"]
        if self.add_prefix("unit") not in self.data or words == self.initial["unit"]:
            return self.case.unit_id
        found = unit_named(words, self.units)
        if words and found is None:
            raise forms.ValidationError(_("Choose a unit from the list, or leave it empty."))
        return found.id if found else None

    @property
    def names(self) -> list[str]:
        """What the browser offers while typing."""
        return unit_names(self.units)

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        changed = got.get("urgency") and got["urgency"] != self.case.urgency
        if changed and got.get("danger") != "yes" and not got.get("reason", "").strip():
            self.add_error("reason", _("Write down why the urgency changes."))
        return got

    def assessment(self) -> Assessment:
        got = self.cleaned_data
        danger = {"yes": True, "no": False}.get(got["danger"])
        return Assessment(danger, tuple(got["topics"]), got["urgency"], got["reason"], got["unit"])


class AttemptForm(NumberedMixin, PortalForm):
    """One try to reach the client. A second click is the same try."""

    numbered = "attempt_id"
    attempt_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=ContactWay.choices)
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it went"), choices=AttemptOutcome.choices, widget=HintedRadios,
        error_messages={"required": gettext_lazy("Choose how it went")},
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("What was said"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=gettext_lazy("Why outside the client's wishes?"),
        help_text=gettext_lazy("Only when this way or this hour is not what the client asked for."),
        required=False, max_length=500,
    )  # fmt: skip
    call_on = forms.DateField(
        label=gettext_lazy("Call again on"), required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d"),
    )  # fmt: skip
    call_time = forms.TimeField(
        label=gettext_lazy("Time"), required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "w-mid"}, format="%H:%M"),
    )  # fmt: skip

    def __init__(self, *args: Any, at: dt.datetime, wishes: Any = None, **kwargs: Any) -> None:
        self.at = at
        first = next(iter(wishes.channels), ContactWay.PHONE) if wishes else ContactWay.PHONE
        super().__init__(*args, initial={"attempt_id": uuid.uuid4(), "way": first}, prefix="attempt", **kwargs)
        if wishes:
            offer_outcomes(self, wishes)

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("call_time") and not got.get("call_on"):
            self.add_error("call_on", _("Choose the day as well."))
        when = self.call_at()
        if when is not None and when < self.at:
            self.add_error("call_on", _("Choose a moment that is still to come."))
        elif when is not None and when > self.at + LONGEST_TO_CALL:
            self.add_error("call_on", _("Look at the year again."))
        return got

    def call_at(self) -> dt.datetime | None:
        """When to try again, aware; nine in the morning when no time was given."""
        day = self.cleaned_data.get("call_on")
        if not day:
            return None
        time = self.cleaned_data.get("call_time") or (
            dt.time(9) if day > timezone.localdate(self.at) else dt.time(23, 59)
        )
        return timezone.make_aware(dt.datetime.combine(day, time))


class OutcomeForm(VersionedForm):
    """Any outcome: a note about it, and the reason when it is not what the system proposed."""

    note_label: Any = gettext_lazy("Note")
    note_hint: Any = ""
    note_needed: Any = ""
    longest = 4000

    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    otherwise = forms.CharField(
        label=gettext_lazy("Why otherwise than proposed?"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, differs: bool, **kwargs: Any) -> None:
        initial = {"version": case.version, "submission_id": uuid.uuid4()} | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, prefix="decide", **kwargs)
        note: Any = self.fields["note"]
        note.label, note.help_text = self.note_label, self.note_hint
        note.max_length = self.longest
        note.widget.attrs["data-count-max"] = str(self.longest)
        note.validators.append(MaxLengthValidator(self.longest))
        if not self.is_bound:
            note.widget.attrs["autofocus"] = True  # the page was opened by choosing this outcome
        if self.note_needed:
            note.required, note.error_messages["required"] = True, self.note_needed
        if differs:
            reason = self.fields["otherwise"]
            reason.required = True
            reason.error_messages["required"] = _("Write down why you choose otherwise than proposed.")
        else:
            del self.fields["otherwise"]


class ClosingForm(ResultsMixin, OutcomeForm):
    """It ends here; a case that a worker had may have a plan."""


class SolvedForm(ClosingForm):
    note_label = gettext_lazy("What was done")
    note_hint = gettext_lazy("The client may read this.")
    note_needed = gettext_lazy("Write down what was done")


class ChaplainForm(OutsideMixin, OutcomeForm):
    """Nothing is written down but that the client chose a chaplain (R5)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        if "otherwise" in self.fields:
            self.fields["otherwise"].help_text = _("Such as: the client asks for it. Nothing of their story.")


class AskForm(OutsideMixin, OutcomeForm):
    note_label = gettext_lazy("Your question")
    note_hint = gettext_lazy("The client gets this as a message.")
    note_needed = gettext_lazy("Write what you want to know")
    until = forms.DateField(
        label=gettext_lazy("Wait until"), help_text=gettext_lazy("After this day the request is back in the queue."),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose until when we wait")},
    )  # fmt: skip

    def __init__(self, *args: Any, at: dt.datetime, **kwargs: Any) -> None:
        self.today = timezone.localdate(at)
        super().__init__(*args, **kwargs)

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        if not self.today < day <= self.today + LONGEST_WAIT:
            raise forms.ValidationError(_("Choose a day from tomorrow, at most 60 days ahead."))
        return day

    def ends_at(self) -> dt.datetime:
        """17:00 on the chosen day."""
        return timezone.make_aware(dt.datetime.combine(self.cleaned_data["until"], dt.time(17)))


class ReferForm(OutcomeForm):
    """Who gets it, what travels, and how the client said yes."""

    asked_sometimes = ("all_the_same", "phrase")

    note_label = gettext_lazy("Summary that travels")
    note_hint = gettext_lazy("The client reads this first. Only what is needed.")
    note_needed = gettext_lazy("Write the summary that will travel")
    longest = MOST_LETTERS

    destination = forms.ChoiceField(choices=[(code, code) for code in HANDED_OVER], widget=forms.HiddenInput)
    to = forms.ChoiceField(
        label=gettext_lazy("To whom"), widget=HintedRadios,
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose who gets it")),
    )  # fmt: skip
    contact = forms.BooleanField(
        label=gettext_lazy("How the client wants to be reached travels too"), required=False, initial=True,
        help_text=gettext_lazy("Without it they see that only after they accept."),
    )  # fmt: skip
    consent = forms.ChoiceField(
        label=gettext_lazy("Does the client approve this summary?"),
        choices=[("phone", gettext_lazy("Yes, I read it out by phone")), ("ask", gettext_lazy("Ask on the website"))],
        widget=HintedRadios,
        error_messages={"required": gettext_lazy("Choose how the client approves")},
    )  # fmt: skip

    all_the_same = forms.CharField(
        label=gettext_lazy("Why someone who has no room?"), required=False, max_length=500,
        help_text=gettext_lazy("Only when you choose somebody who has no room now."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    phrase = PhraseField()
    warm = forms.BooleanField(
        label=gettext_lazy("Warm hand-over: a talk of three first"), required=False,
        help_text=gettext_lazy("You, the client and the worker. You stay the contact person until it has been held."),
    )  # fmt: skip

    field_order = [
        "version", "submission_id", "destination", "to", "all_the_same", "note", "contact", "consent", "phrase",
        "warm", "otherwise",
    ]  # fmt: skip

    def __init__(self, *args: Any, found: Found, destination: str, **kwargs: Any) -> None:
        self.found, self.lacks, self.left = found.candidates, found.lacks, found.left
        free = [one for one in self.found if not one.held_by]
        kwargs["initial"] = kwargs.get("initial", {}) | {
            "destination": destination, "to": next((one.key for one in free[:1] if not one.close), ""),
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs.pop("autofocus", None)  # who gets it comes first
        if (why := TABLE[destination].reason) and "otherwise" in self.fields:
            self.fields["otherwise"].label = _("The reason")
            self.fields["otherwise"].error_messages["required"] = str(why)
            self.fields["otherwise"].help_text = str(why)
        field: Any = self.fields["to"]
        field.choices = [(one.key, one.who) for one in self.found]
        field.widget.details = {one.key: {"hint": self._hint(one)} for one in self.found}
        if not any(one.full for one in self.found):
            del self.fields["all_the_same"]
        consent: Any = self.fields["consent"]
        consent.widget.details = {
            "phone": {"hint": _("It goes to the worker at once.")},
            "ask": {"hint": _("It goes after the client said yes.")},
        }

    @staticmethod
    def _hint(one: Any) -> str:
        """Who looks at them now, and why they stand where they stand."""
        held = considering.words(one.held_by, one.held_until) if one.held_by else ""
        return ". ".join(filter(None, [held, *one.reasons]))

    @property
    def is_full(self) -> bool:
        """Whether there is somebody, and nobody has room."""
        return bool(self.found) and all(one.full for one in self.found)

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("to") and self.chosen().full and not got.get("all_the_same", "").strip():
            self.add_error("all_the_same", _("Write down why you choose someone who has no room."))
        if got.get("consent") == "phone" and not got.get("phrase") and "phrase" not in self.errors:
            self.add_error("phrase", NOT_SAID)
        return got

    def chosen(self) -> Any:
        """The candidate behind the choice."""
        return next(one for one in self.found if one.key == self.cleaned_data["to"])


FORMS: dict[str, type[OutcomeForm]] = {
    CaseOutcome.SOLVED_AT_DESK: SolvedForm,
    REFER: ReferForm,
    ASK: AskForm,
    CaseOutcome.CHAPLAIN: ChaplainForm,
    CaseOutcome.NOT_REACHED: ClosingForm,
    CaseOutcome.NO_REQUEST: ClosingForm,
}
