"""Base classes for every form of the portal: no browser bubbles, no silent cutting, optional instead of asterisks.

The templates in templates/bootstrap5/ draw them. A page that asks one thing sets `page_question` to the name of
that field: its label or legend becomes the h1 of the page.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from django import forms
from django.utils.translation import gettext as _


class PortalFormMixin:
    """What all our forms share. `mark_optional` is switched off where everything is optional, such as filters.
    `asked_sometimes` names what some answers ask for, as its hint says: it is not called optional."""

    use_required_attribute = False
    label_suffix = ""
    page_question: str = ""
    mark_optional: bool = True
    asked_sometimes: tuple[str, ...] = ()
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _let_people_type(field)
            _name_what_is_missing(field)


def _let_people_type(field: forms.Field) -> None:
    """Browsers cut pasted text at maxlength without a word; the server says it, and long texts get a counter."""
    limit = field.widget.attrs.pop("maxlength", None)
    field.widget.attrs.pop("minlength", None)
    if limit and isinstance(field.widget, forms.Textarea):
        field.widget.attrs["data-count-max"] = str(limit)


def _name_what_is_missing(field: forms.Field) -> None:
    """In the summary "This field is required" says nothing. A form's own words, when it has them, stay."""
    if not field.label or field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
        return
    chooses = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    words = _("Choose an answer: %(label)s") if chooses else _("Fill in: %(label)s")
    field.error_messages["required"] = words % {"label": field.label}


class PortalForm(PortalFormMixin, forms.Form):
    """A form that belongs to no table."""


class PortalModelForm(PortalFormMixin, forms.ModelForm):
    """A form that shows a row. Saving still goes through an action."""


class ChoiceDetail(TypedDict):
    """What a choice shows besides its label."""

    hint: NotRequired[str]
    icon: NotRequired[str]
    wide: NotRequired[bool]
    shape: NotRequired[str]


class _DetailedChoices(forms.widgets.ChoiceWidget):
    """Choices with a hint, an icon, or an urgency shape of their own, by value."""

    look = "list"

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Any = (), details: Mapping[str, ChoiceDetail] | None = None
    ) -> None:
        super().__init__(attrs, choices)
        self.details = dict(details or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"detail": self.details.get(str(value), {})}


class HintedRadios(_DetailedChoices, forms.RadioSelect):
    """Radio buttons under each other; a choice may carry a hint."""


class RowRadios(_DetailedChoices, forms.RadioSelect):
    """Radio buttons beside each other, for short answers such as yes and no."""

    look = "row"


class PillRadios(_DetailedChoices, forms.RadioSelect):
    """Compact radio buttons for staff. `shape` in the details is an urgency code."""

    look = "pills"


class HintedCheckboxes(_DetailedChoices, forms.CheckboxSelectMultiple):
    """Checkboxes under each other; a choice may carry a hint."""


class TileCheckboxes(_DetailedChoices, forms.CheckboxSelectMultiple):
    """Checkboxes in large labels with an icon."""

    look = "tiles"


class TileRadios(_DetailedChoices, forms.RadioSelect):
    """Radio buttons in large labels with an icon."""

    look = "tiles"
