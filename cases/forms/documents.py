"""Forms that take a file. What it holds is looked through later; here only whether there is one, and how big."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.words import StoryField, WordsField, without_unwanted
from cases import documents
from cases.documents import Upload
from cases.forms.work import MessageForm, OutsideMixin, SubmittedForm

ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.txt"
HINT = _("A PDF, a picture, a Word document or plain text, at most 10 MB. It is checked before anyone can open it.")


class UploadField(forms.FileField):
    """Cleaned to an Upload; to nothing when none was sent and none is asked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", HINT)
        super().__init__(allow_empty_file=True, **kwargs)
        self.error_messages["required"] = _("Choose a file.")
        self.error_messages["missing"] = self.error_messages["invalid"] = _("The file did not come across. Try again.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        if why := documents.too_big(sent.size):
            raise forms.ValidationError(why)
        name = " ".join(without_unwanted(sent.name).split())
        return Upload(name, sent.read())


class DocumentForm(SubmittedForm):
    """A new document, by staff."""

    file = UploadField(label=_("File"))
    title = WordsField(
        label=_("What is it?"), most=documents.LONGEST_TITLE,
        help_text=_("For example: letter of the company doctor. Empty: the name of the file."),
    )  # fmt: skip
    who = forms.ChoiceField(
        label=_("Who may see it?"),
        choices=[("client", _("The client too")), ("internal", _("Only who helps"))],
        widget=HintedRadios,
        error_messages={"required": _("Choose who may see it.")},
    )
    field_order = ("file", "title", "who", "submission")


class OwnDocumentForm(SubmittedForm):
    """A new document, by the client."""

    file = UploadField(label=_("File"))
    title = DocumentForm.base_fields["title"]
    field_order = ("file", "title", "submission")


class VersionForm(SubmittedForm):
    """A newer file of the same document."""

    file = UploadField(label=_("New version"))
    field_order = ("file", "submission")


class RemoveDocumentForm(PortalForm):
    reason = StoryField(
        label=_("Why is it removed?"), most=400, rows=2, required=True,
        help_text=_("Stays with the line in the list. The client does not read it."),
        error_messages={"required": _("Write down why it is removed.")},
    )  # fmt: skip


class MessageWithFileForm(MessageForm):
    """A message that may answer another one and take a file along."""

    file = UploadField(label=_("Send a file along"), required=False)
    answers = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order: tuple[str, ...] = ("body", "file", "answers", "submission")


class WorkerMessageForm(OutsideMixin, MessageWithFileForm):
    """The same by a worker."""

    field_order = ("body", "reason", "file", "answers", "submission")
