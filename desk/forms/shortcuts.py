"""The keys of the keyboard shortcuts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import PortalForm
from desk.shortcuts import ACTS


class ShortcutsForm(PortalForm):
    """One field for each act; empty: no key."""

    mark_optional = False
    on = forms.BooleanField(label=gettext_lazy("Keyboard shortcuts work"), required=False)

    def __init__(self, *args: Any, keys: Mapping[str, str], on: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": on, **keys}, **kwargs)
        for act in ACTS:
            self.fields[act.code] = forms.CharField(
                label=capfirst(act.label), required=False, max_length=1,
                error_messages={"max_length": _("One letter or sign.")},
                widget=forms.TextInput(
                    attrs={"class": "key-field mono", "autocomplete": "off", "autocapitalize": "off", "maxlength": "1"}
                ),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        seen: dict[str, Any] = {}
        for act in ACTS:
            key = got.get(act.code, "")
            if key and (not key.isprintable() or key.isspace()):
                self.add_error(act.code, _("One letter or sign."))
            elif key and key in seen:
                self.add_error(act.code, _("This key is for “%(act)s” already.") % {"act": seen[key]})
            elif key:
                seen[key] = act.label
        return got

    def keys(self) -> dict[str, str]:
        """By act; only for a valid form."""
        return {act.code: self.cleaned_data[act.code] for act in ACTS}

    @property
    def key_fields(self) -> list[Any]:
        return [self[act.code] for act in ACTS]
