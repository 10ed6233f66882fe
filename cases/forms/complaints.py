"""A complaint: by the client, written down for them, and the conversation about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from accounts.models import User
from cases.complaints import Said
from cases.enums.guarded import ComplaintState
from cases.forms.breaches import DoForm
from cases.forms.keep_out import UserField
from cases.forms.work import SubmittedForm


class ComplaintForm(SubmittedForm):
    """``body`` and whom it is about; the second colleague is somebody who may not handle it either."""

    about = UserField(label=_("Who is it about?"))
    about_words = WordsField(label=_("Or in your own words"), most=200)
    body = StoryField(label=_("What happened?"), rows=6, most=4000, required=True)
    not_by = UserField(
        label=_("Is there somebody else who should not read this?"),
        help_text=_("For example who leads that person, or is close to them."),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("about", "not_by"):
            self.fields[name].offer(people)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("about") and not given.get("about_words") and not self.errors:
            self.add_error("about_words", gettext("Choose someone, or write down who it is."))
        return given

    @property
    def said(self) -> Said:
        given = self.cleaned_data
        others = (given["not_by"],) if given["not_by"] else ()
        return Said(given["body"], given["about"], given["about_words"], others)


class FoundOutForm(DoForm):
    colleague = UserField(label=_("Whom did the client mean?"))

    def __init__(self, do: str, data: Any = None, *, people: list[User], **kwargs: Any) -> None:
        super().__init__(do, data, **kwargs)
        self.fields["colleague"].offer(people, must=gettext("Choose a colleague"))  # type: ignore[attr-defined]


class MoreForm(SubmittedForm):
    body = StoryField(
        label=_("Your message"), rows=4, most=4000, required=True,
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip


class HandlerForm(MoreForm):
    ends = forms.ChoiceField(
        label=_("What is this?"),
        choices=[
            ("message", _("A message; we go on")),
            (ComplaintState.ANSWERED, _("The answer: with this it is closed")),
            (ComplaintState.WITHDRAWN, _("The client took it back, and said so to me")),
        ],
        widget=HintedRadios, initial="message", error_messages=CHOOSE_ONE,
    )  # fmt: skip

    @property
    def state(self) -> str:
        """In which state the complaint ends with this; empty when it goes on."""
        return self.cleaned_data["ends"] if self.cleaned_data["ends"] in ComplaintState.values else ""
