"""The words that raise the urgency of a request: editing one, and trying them on a text."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm, PortalModelForm
from accounts.forms.words import StoryField
from cases.keywords import in_words
from cases.models import Keyword


class KeywordForm(PortalModelForm):
    """One word, or a few together."""

    class Meta:
        model = Keyword
        fields: ClassVar = ["phrase", "language", "raises_to", "active", "remark", "owner"]
        help_texts: ClassVar = {
            "phrase": _("Whole words; capitals, accents and signs make no difference. A “not” is not understood."),
            "raises_to": _("It is never lowered, and it does not change where the request goes."),
            "owner": _("A person or a role, such as the coordinator."),
        }

    def clean_phrase(self) -> str:
        phrase = " ".join(self.cleaned_data["phrase"].split())
        if not in_words(phrase):
            raise ValidationError(_("Use letters or figures: this would never be found."))
        if len(in_words(phrase).strip()) < 3:
            raise ValidationError(_("This is too short: it would be found everywhere."))
        return phrase

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        phrase, language = data.get("phrase"), data.get("language")
        others = Keyword.objects.exclude(pk=self.instance.pk).filter(language=language)
        if phrase and any(in_words(other.phrase) == in_words(phrase) for other in others):
            self.add_error("phrase", _("This is on the list already."))
        return data


class TextForm(PortalForm):
    """A text to try the list on. It is not kept."""

    sample = StoryField(
        label=_("Text"), help_text=_("Make one up. It is not kept."), rows=6, most=4000, required=True,
        error_messages={"required": _("Write a text to try.")},
    )  # fmt: skip
