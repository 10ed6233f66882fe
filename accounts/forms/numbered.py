"""Forms that make something new bring a number along: a second click makes nothing twice."""

import hashlib
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class NumberedMixin:
    """``numbered`` names the hidden field with the number of the form.

    It is cleaned to a number of what was filled in: whoever stopped a slow page, or went back to it, and wrote
    something else made something else. Not so where ``by_words`` is off: there the number is that of the page.
    """

    numbered = "submission"
    by_words = True
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    is_bound: bool

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        if self.is_bound and self.by_words and self.cleaned_data.get(self.numbered):
            self.cleaned_data[self.numbered] = uuid.uuid5(self.cleaned_data[self.numbered], self._filled_in())

    def _filled_in(self) -> str:
        """What somebody can see of it, the same for the same; of a file what is in it."""
        shown = [self[name] for name, field in self.fields.items() if not field.widget.is_hidden]  # type: ignore[index]
        return repr([(field.name, [_told(value) for value in _several(field.data)]) for field in shown])


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _told(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if not isinstance(value, UploadedFile):
        return value
    value.seek(0)
    content = value.read()
    value.seek(0)
    return value.name, value.size, hashlib.sha256(content).hexdigest()
