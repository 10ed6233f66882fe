"""Fields for words that people type or paste: odd characters are taken out or kept, never a reason to refuse."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# What no keyboard means to send and a database or a screen cannot keep: control characters (NUL among them), halves of
# a character, and marks that turn the direction of everything after them. Right-to-left marks in a name stay.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SHAPELESS = "\u034f\u115f\u1160\u2800\u3164\uffa0"  # letters by their class, and nothing to see


def without_unwanted(text: str) -> str:
    """The text without characters that cannot be shown or kept; line ends and tabs stay."""
    return _UNWANTED.sub("", text)


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: blanks, or signs without a shape."""
    return all(sign.isspace() or sign in _SHAPELESS or unicodedata.category(sign) == "Cf" for sign in text)


def too_long(text: str, most: int) -> str:
    """The message when a text is over its limit, counted in characters; empty when it is not."""
    over = len(text) - most
    if over <= 0:
        return ""
    return ngettext(
        "This is %(over)d character too long. You can use %(most)d.",
        "This is %(over)d characters too long. You can use %(most)d.",
        over,
    ) % {"over": over, "most": most}


class WordsField(forms.CharField):
    """One line. ``most`` is the number of characters; longer gives a message and never cuts."""

    def __init__(self, *, most: int, required: bool = False, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        self.most = most

    def to_python(self, value: Any) -> str:
        words = super().to_python(without_unwanted(value) if isinstance(value, str) else value) or ""
        return "" if is_blank(words) else words

    def validate(self, value: Any) -> None:
        super().validate(value)
        if message := too_long(value, self.most):
            raise forms.ValidationError(message, code="too_long")

    def clean(self, value: Any) -> str:
        """One line: line ends become blanks."""
        return " ".join(str(super().clean(value)).split("\n")).replace("\r", "").strip()


class StoryField(WordsField):
    """Several lines, with a counter. Line ends count as two, as browsers send them; they are kept as one."""

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "data-count-max": str(kwargs["most"])}), **kwargs)

    def clean(self, value: Any) -> str:
        return str(forms.CharField.clean(self, value)).replace("\r\n", "\n").replace("\r", "\n")


CHOOSE_ONE = {"required": _("Choose an answer."), "invalid_choice": _("Choose one of these answers.")}
"""Messages for a question with one answer."""
