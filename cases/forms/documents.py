"""Forms that take a file. What it holds is looked through later; here only whether there is one, and how big."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.words import StoryField, WordsField, is_blank, without_unwanted
from cases import documents
from cases.documents import Upload
from cases.forms.work import MessageForm, OutsideMixin, SubmittedForm
from cases.looking import LARGEST

ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.txt"
HINT = _("A PDF, a picture, a Word document or plain text, at most 10 MB. It is checked before anyone can open it.")
HINT_MANY = format_lazy(
    _(
        "At most {files} files: PDFs, pictures, Word documents or plain text. Each at most {each} MB, together {all} "
        "MB. Choose them all at once. They are checked before anyone can open them."
    ),
    files=documents.MOST_FILES, each=LARGEST // 1_000_000, all=documents.LARGEST_TOGETHER // 1_000_000,
)  # fmt: skip
AGAIN = _("Your message was not sent. Choose your files again, or send it without them.")
"""A page cannot fill in files: they are gone whenever something was not right."""


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
        content = sent.read()
        if len(content) != sent.size:  # more was sent at once than is kept (desk/uploads.py)
            raise forms.ValidationError(self.error_messages["missing"], code="cut")
        if why := documents.unknown_kind(content):
            raise forms.ValidationError(why)
        return Upload(_name(sent), content)


def _name(sent: Any) -> str:
    name = " ".join(without_unwanted(sent.name).split())
    return gettext("File") if is_blank(name.rpartition(".")[0] or name) else name


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(UploadField):
    """Cleaned to a list of Uploads. What is refused is named, with why; then nothing is taken."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=FilesInput(attrs={"accept": ACCEPT}), help_text=HINT_MANY, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        chosen, found, wrong = data or [], [], []
        for sent in chosen:
            try:
                found.append(super().clean(sent))
            except forms.ValidationError as why:
                wrong += [f"{_name(sent)}: {text}" for text in why.messages if why.code != "cut"]
        if whole := documents.too_many([(_name(sent), sent.size) for sent in chosen]):
            wrong.append(whole)
        if wrong or len(found) < len(chosen):
            raise forms.ValidationError(wrong or self.error_messages["missing"])
        return found


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


class MessageWithFilesForm(MessageForm):
    """A message that may answer another one and take files along; with files it needs no words."""

    attached = FilesField(label=_("Send files along"))
    answers = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order: tuple[str, ...] = ("body", "attached", "answers", "submission")

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if self.files and self.has_error("body", "required"):
            del self.errors["body"]
            answers["body"] = ""
        if self.errors:
            self._choose_again()
        return answers

    def refuse(self, why: str) -> None:
        """It cannot be sent, for a reason that is not in one of the answers."""
        self.add_error(None, why)
        self._choose_again()

    def _choose_again(self) -> None:
        if self.files:
            self.add_error("attached", AGAIN)


class WorkerMessageForm(OutsideMixin, MessageWithFilesForm):
    """The same by a worker."""

    field_order = ("body", "reason", "attached", "answers", "submission")
