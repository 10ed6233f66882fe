"""An entry of the directory, and what is said of its provider, as its keeper fills it in."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.forms.base import PortalModelForm
from accounts.forms.days import DayField
from accounts.forms.numbered import NumberedMixin
from accounts.forms.words import StoryField, WordsField
from accounts.models import Helpline, Region
from accounts.roles import DIRECTORY_ALL
from referrals.directory import keeping
from referrals.directory.languages import LANGUAGES
from referrals.directory.models import Need, Provider, Service

LONGEST = 4000
CHOOSE = {"invalid_choice": _("Choose one from the list.")}
PLURAL = {"invalid_choice": _("Choose from the list."), "invalid_pk_value": _("Choose from the list.")}


GROUPS: tuple[tuple[Any, tuple[tuple[str, ...], ...]], ...] = (
    (
        _("What it is"),
        (
            ("provider_name", "kind"), ("name_nl", "name_en"), ("alternate_name",), ("about_nl", "about_en"),
            ("needs",),
        ),
    ),
    (
        _("For whom and where"),
        (
            ("for_whom_nl", "for_whom_en"), ("for_family",), ("minimum_age", "maximum_age"), ("everywhere",),
            ("regions",), ("spoken",), ("interpreters",),
        ),
    ),
    (
        _("How to get there and what it costs"),
        (
            ("how_nl", "how_en"), ("wait_nl", "wait_en"), ("is_free",), ("fees_nl", "fees_en"),
            ("amount_nl", "amount_en"), ("email", "url"), ("helpline",),
        ),
    ),
    (_("For colleagues"), (("for_professionals",), ("state", "owner"))),
)  # fmt: skip


def field_of(field: Any, **kwargs: Any) -> Any:
    """Texts, days and addresses as our own fields; anything else as Django makes it."""
    said = {"label": capfirst(field.verbose_name), "required": not field.blank}
    if isinstance(field, models.URLField):
        wrong = {"invalid": _("Enter a web address, for example https://example.org.")}
        return forms.URLField(assume_scheme="https", max_length=field.max_length, error_messages=wrong, **said)
    if isinstance(field, models.EmailField):
        wrong = {"invalid": _("Enter an e-mail address, for example name@example.org.")}
        return forms.EmailField(max_length=field.max_length, error_messages=wrong, **said)
    if isinstance(field, models.TextField):
        return StoryField(most=LONGEST, rows=3, **said)
    if isinstance(field, models.CharField) and not field.choices:
        return WordsField(most=field.max_length or LONGEST, **said)
    if isinstance(field, models.DateField):
        return DayField(**said)
    if isinstance(field, models.TimeField):
        clock = forms.TimeInput(attrs={"type": "time", "class": "w-short"}, format="%H:%M")
        return forms.TimeField(widget=clock, error_messages={"invalid": _("Enter a time, for example 09:00.")}, **said)
    made = field.formfield(**kwargs)
    made.error_messages |= CHOOSE if "invalid_choice" in made.error_messages else {}
    return made


class EntryForm(NumberedMixin, PortalModelForm):
    """All that is said of an entry itself. Numbers, hours, costs and places are parts of their own."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    provider_name = WordsField(
        label=_("Organisation"), most=200, required=True, help_text=_("A name that is there already is that one."),
    )  # fmt: skip
    regions: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None, label=_("Regions"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=PLURAL
    )
    spoken = forms.MultipleChoiceField(
        label=_("Languages"), choices=list(LANGUAGES.items()), required=False,
        widget=forms.CheckboxSelectMultiple, error_messages=PLURAL,
    )  # fmt: skip

    class Meta:
        model = Service
        formfield_callback = field_of
        fields: ClassVar = [
            "provider_name", "kind", "state", "name_nl", "name_en", "alternate_name", "about_nl", "about_en", "needs",
            "for_whom_nl", "for_whom_en", "for_family", "minimum_age", "maximum_age", "everywhere", "regions", "spoken",
            "how_nl", "how_en", "is_free", "fees_nl", "fees_en", "amount_nl", "amount_en", "wait_nl", "wait_en",
            "email", "url", "interpreters", "helpline", "for_professionals", "owner",
        ]  # fmt: skip
        widgets: ClassVar = {"needs": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, by: Actor, day: dt.date, **kwargs: Any) -> None:
        row: Service = kwargs["instance"]
        is_new = row._state.adding
        start: dict[str, Any] = {"submission": row.pk}
        if not is_new:
            start["seen"] = keeping.stamp(row)
            start |= {
                "provider_name": row.provider.name if row.provider else "",
                "regions": [area.region_id for area in row.areas.all() if area.region_id],
                "spoken": [language.code for language in row.languages.all()],
            }
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)
        self._fill(by, day)

    def _fill(self, by: Actor, day: dt.date) -> None:
        regions, needs, helpline, owner = (
            self.fields[name] for name in ("regions", "needs", "helpline", "owner")
        )  # fmt: skip
        regions.queryset, needs.queryset = Region.objects.all(), Need.objects.all()  # type: ignore[attr-defined]
        helpline.queryset, helpline.empty_label = Helpline.objects.all(), "–"  # type: ignore[attr-defined]
        needs.error_messages |= PLURAL
        needs.required = False
        helpline.help_text = _("Then its number is the one that stands on every page.")
        self.fields["name_nl"].help_text = _("For example: help with debts")
        self.fields["alternate_name"].help_text = _("Another name by which people look for it.")
        if by.may(DIRECTORY_ALL):
            owner.queryset = keeping.keepers(day)  # type: ignore[attr-defined]
            owner.empty_label = _("The coordinators")  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]

    def groups(self) -> list[dict[str, Any]]:
        """As the page shows it: each group with rows of fields that stand beside each other."""
        return [
            {"title": title, "rows": [[self[name] for name in row if name in self.fields] for row in rows]}
            for title, rows in GROUPS
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("minimum_age"), data.get("maximum_age")
        if first is not None and last is not None and last < first:
            self.add_error("maximum_age", _("This is lower than the age it begins with."))
        return data


class ProviderForm(PortalModelForm):
    """What is said of a provider; it shows with each of its entries."""

    class Meta:
        model = Provider
        formfield_callback = field_of
        fields: ClassVar = ["name", "alternate_name", "about_nl", "about_en", "email", "website"]
