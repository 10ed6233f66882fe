"""Writing a note: the text, whom to tell of it, and a text to begin with."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedCheckboxes, PortalModelForm
from accounts.forms.words import StoryField
from accounts.models import User
from cases import notes
from cases.enums import NoteKind
from cases.forms.work import SubmittedForm
from cases.models import NoteTemplate

KEEPS_ITSELF = {
    "data-keeps": "", "hx-post": "", "hx-trigger": "keep", "hx-vals": '{"do": "keep"}', "hx-target": "#kept-line",
    "hx-sync": "this:queue last",
}  # fmt: skip
"""What lets htmx keep the text while somebody types. Without a script there is a button."""


class NoteForm(SubmittedForm):
    """``people`` can be told of it: none for a working note. Only for saving must there be a text."""

    mark_optional = False
    by_words = False  # what is kept while somebody types belongs to the page, whatever its words

    body = StoryField(
        label=_("Text"), most=notes.LONGEST, rows=10,
        help_text=_("A short first line becomes the heading."),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    tell = forms.MultipleChoiceField(
        label=_("Whom do you tell?"), required=False, widget=HintedCheckboxes,
        help_text=_(
            "Only who may open this case. They get a notice without any detail. In the text you can also write @Name."
        ),
        error_messages={"invalid_choice": _("This person cannot open this case.")},
    )  # fmt: skip
    template = forms.ModelChoiceField(
        NoteTemplate.objects.in_use(), label=_("Text to begin with"), required=False, empty_label=_("Choose one"),
        error_messages={"invalid_choice": _("This text is not there any more.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    over = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, people: Sequence[User] = (), saving: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        body: Any = self.fields["body"]
        body.required = saving
        body.widget.attrs |= KEEPS_ITSELF
        if kind == NoteKind.WORKING:
            body.help_text = _("A short first line becomes the heading. Nobody is told of it: only you see it.")
        tell: Any = self.fields["tell"]
        tell.choices = [(pk, user.name) for pk, user in self.people.items()]

    @property
    def chosen(self) -> list[User]:
        """Whom to tell, as ticked. Only for a valid form."""
        return [self.people[pk] for pk in self.cleaned_data["tell"]]

    def again(self, **changed: Any) -> dict[str, Any]:
        """What the form began with, to show it once more with this changed. Only for a valid form."""
        answers = self.cleaned_data
        kept = ("submission", "body", "tell", "version", "seen")
        return {name: answers[name] for name in kept} | changed


class ThrowAwayForm(forms.Form):
    """Which kept text goes."""

    draft = forms.UUIDField()

    @property
    def number(self) -> uuid.UUID | None:
        return self.cleaned_data["draft"] if self.is_valid() else None


class NoteTemplateForm(PortalModelForm):
    """A text that notes can begin with, in both languages."""

    class Meta:
        model = NoteTemplate
        fields = ("moment", "name_nl", "name_en", "body_nl", "body_en", "active")
        widgets = {"body_nl": forms.Textarea(attrs={"rows": 10}), "body_en": forms.Textarea(attrs={"rows": 10})}
        help_texts = {
            "body_nl": _("Headings and questions. Write nothing about anybody: everyone who writes notes sees it."),
        }
