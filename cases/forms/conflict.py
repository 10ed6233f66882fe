"""Somebody saved the same while a form was open: both versions beside each other, and the form ready to save again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Both:
    """One answer as it is kept now and as it was typed, in words."""

    label: str
    now: str
    mine: str


def both(form: forms.Form, now: Mapping[str, Any], **renewed: Any) -> list[Both]:
    """The answers that differ. ``now`` has what is kept, as the form would show it. What was typed stays in the form,
    which gets ``renewed`` (its version), so that sending it again replaces what is kept."""
    typed: Any = form.data
    form.data = again = typed.copy()
    for name, value in renewed.items():
        again[form.add_prefix(name)] = str(value)
    rows = []
    for bound in form:
        if bound.is_hidden or bound.name == "reason":
            continue
        kept, typed = _words(bound.field, now.get(bound.name)), _words(bound.field, bound.value())
        if kept != typed:
            rows.append(Both(str(bound.label), kept, typed))
    return rows


def _words(field: forms.Field, value: Any) -> str:
    """An answer as a person reads it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in values).replace("\r\n", "\n").strip()
