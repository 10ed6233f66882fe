"""The note from one shift to the next."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import StoryField, WordsField
from desk.shift_handover import LONGEST


class NoteForm(PortalForm):
    """``seen`` is the stamp of the note that the page showed."""

    mark_optional = False
    text = StoryField(
        label=_("Note for the next shift"), most=LONGEST, rows=5, required=True,
        help_text=_("Write references, no names. What happened in a case belongs in the case."),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    seen = WordsField(most=60, widget=forms.HiddenInput)

    def answers(self) -> dict[str, str]:
        return {"text": self.cleaned_data["text"], "seen": self.cleaned_data["seen"]}

    def has_shown(self, stamp: str) -> None:
        """The page that comes now shows the note with this stamp; what was typed stays."""
        self.data = {**self.data.dict(), "seen": stamp}  # type: ignore[attr-defined]
