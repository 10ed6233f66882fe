"""Letters to providers outside: the coordinator's templates, writing one, and the provider's answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedCheckboxes, HintedRadios, PortalForm, PortalModelForm, RowRadios
from accounts.forms.words import StoryField, WordsField
from cases.enums import Language
from cases.forms.work import SubmittedForm
from referrals.letters.enums import (
    ABOUT_CLIENT,
    ANSWERS,
    LONGEST_NOTE,
    LONGEST_QUESTION,
    LONGEST_REASON,
    Field,
    LetterState,
)
from referrals.letters.fields import problems_of
from referrals.models.letters import LetterTemplate

CHOSEN = tuple(field for field in ABOUT_CLIENT if field != Field.QUESTION)
"""What a worker ticks. The question is what the letter is for: it is always in it, and the client reads it there."""

PROVIDER_ANSWERS = ((LetterState.ACCEPTED, _("Yes, we can help")), (LetterState.DECLINED, _("No, we cannot help")))


class LetterTemplateForm(PortalModelForm):
    """A template in both languages; only fields of the list, and no brace that stands alone."""

    class Meta:
        model = LetterTemplate
        fields = ("name_nl", "name_en", "text_nl", "text_en", "active")
        widgets = {"text_nl": forms.Textarea(attrs={"rows": 14}), "text_en": forms.Textarea(attrs={"rows": 14})}
        help_texts = {
            "text_nl": _(
                "Write fields between braces, such as {name}. A line whose field is unknown or not wanted is left out."
            ),
        }

    def clean_text_nl(self) -> str:
        return _sound(self.cleaned_data["text_nl"])

    def clean_text_en(self) -> str:
        return _sound(self.cleaned_data["text_en"])


def language_of(given: str | None) -> str:
    """A language that letters have."""
    return given if given in Language.values else Language.DUTCH


def _sound(text: str) -> str:
    if problems := problems_of(text):
        raise ValidationError(problems)
    return text


class LetterForm(SubmittedForm):
    """What the letter asks, and what of the client may be in it. ``facts`` are shown beside the fields they fill."""

    template = forms.ModelChoiceField(
        LetterTemplate.objects.in_use(), label=_("Which letter?"), empty_label=None,
        error_messages={"required": _("Choose a letter."), "invalid_choice": _("This letter is not in use any more.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the letter"), choices=Language.choices, widget=RowRadios)
    question = StoryField(
        label=_("What do you ask of them?"), most=LONGEST_QUESTION, rows=4, required=True,
        help_text=_("The client reads this, and so do they. Write to them, about the client, in plain words."),
        error_messages={"required": _("Write what you ask of them.")},
    )  # fmt: skip
    covers = forms.MultipleChoiceField(
        label=_("What may be in it about the client?"), required=False,
        help_text=_("No more than they need. The client can take things out before they say yes."),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    reason = StoryField(
        label=_("Why this provider?"), most=LONGEST_REASON, rows=2, required=True,
        help_text=_("For the file. It is not in the letter."),
        error_messages={"required": _("Write down why this provider fits.")},
    )  # fmt: skip
    field_order = ("template", "language", "question", "covers", "reason", "submission")

    def __init__(self, *args: Any, facts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        covers: Any = self.fields["covers"]
        known = [field for field in CHOSEN if facts.get(field)]
        covers.widget = HintedCheckboxes(details={field.value: {"hint": facts[field]} for field in known})
        covers.choices = [(field.value, field.label) for field in known]

    @property
    def covered(self) -> list[str]:
        """The fields about the client that may be in it. Only for a valid form."""
        return [*self.cleaned_data["covers"], Field.QUESTION.value]


class AnsweredForm(PortalForm):
    """What the provider said, by phone or by post."""

    answer = forms.ChoiceField(
        label=_("What did they answer?"), widget=HintedRadios,
        choices=[(state.value, state.label) for state in ANSWERS],
        error_messages={"required": _("Choose what they answered.")},
    )  # fmt: skip
    on = forms.DateField(
        label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter a day, for example 26-11-2026.")},
    )  # fmt: skip
    note = StoryField(label=_("What else did they say?"), most=LONGEST_NOTE, rows=3)


class LetterCodeForm(PortalForm):
    """The code that was told by another way than the link."""

    code = WordsField(
        label=_("Code"), most=60, required=True,
        help_text=_("Eight digits. You got them by phone or in a text message."),
        error_messages={"required": _("Enter the code.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric", "autocomplete": "one-time-code", "class": "w-mid", "spellcheck": "false",
        }  # fmt: skip


class ProviderAnswerForm(PortalForm):
    """Whether they can help. ``ticket`` says that the code was given."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=400)
    answer = forms.ChoiceField(
        label=_("Can you help this person?"), choices=PROVIDER_ANSWERS, widget=HintedRadios,
        error_messages={"required": _("Choose yes or no.")},
    )  # fmt: skip
    note = StoryField(
        label=_("What should we know?"), most=LONGEST_NOTE, rows=3,
        help_text=_("For example when somebody can come, or who could help instead."),
    )  # fmt: skip
