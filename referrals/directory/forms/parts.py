"""The parts of an entry: each a row that is added, changed or taken away by itself."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalModelForm
from accounts.forms.numbered import NumberedMixin
from accounts.forms.organisation import clean_number
from accounts.permissions import Refused
from referrals.directory import hours
from referrals.directory.enums import Day
from referrals.directory.forms.entry import PLURAL, field_of
from referrals.directory.models import (
    Contact,
    CostOption,
    Phone,
    Place,
    RegisterEntry,
    RequiredDocument,
    Schedule,
    Service,
)


class PartForm(NumberedMixin, PortalModelForm):
    """``submission`` is the number of a row that is new: a second click is the same one. ``day`` is today."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    day = dt.date.max

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = self.instance.pk


class PhoneForm(PartForm):
    class Meta:
        model = Phone
        formfield_callback = field_of
        fields: ClassVar = ["number", "extension", "kind", "about_nl", "about_en", "for_staff"]

    def clean_number(self) -> str:
        return clean_number(self.cleaned_data["number"])


class ContactForm(PartForm):
    class Meta:
        model = Contact
        formfield_callback = field_of
        fields: ClassVar = ["name", "title", "department", "email", "for_staff"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ("name", "title", "department")):
            self.add_error("name", _("Enter a name, what they do there, or a department."))
        return data


class ScheduleForm(PartForm):
    chosen = forms.MultipleChoiceField(
        label=_("Days"), choices=Day.choices, required=False, widget=forms.CheckboxSelectMultiple, error_messages=PLURAL
    )

    class Meta:
        model = Schedule
        formfield_callback = field_of
        fields: ClassVar = ["chosen", "opens_at", "closes_at", "about_nl", "about_en", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        days = [day for day in kwargs["instance"].days.split(",") if day in Day.values]
        kwargs["initial"] = {"chosen": days}
        super().__init__(*args, **kwargs)
        self.fields["closes_at"].help_text = _("Day and night: from 00:00 to 00:00.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if (opens is None) != (closes is None):
            self.add_error("opens_at" if opens is None else "closes_at", _("Enter both times, or neither."))
        elif opens is not None and not data["chosen"]:
            self.add_error("chosen", _("Choose the days."))
        elif opens is None and not data.get("about_nl"):
            self.add_error("opens_at", _("Enter the times, or an explanation."))
        starts, ends = data.get("valid_from"), data.get("valid_to")
        if starts and ends and ends < starts:
            self.add_error("valid_to", _("The last day is before the first day."))
        self.instance.days = ",".join(data.get("chosen", []))
        return data


class CostForm(PartForm):
    class Meta:
        model = CostOption
        formfield_callback = field_of
        fields: ClassVar = ["option_nl", "option_en", "amount", "about"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option_nl"].required = True
        self.fields["amount"].help_text = _("In euros. Leave it empty when it differs.")


class DocumentForm(PartForm):
    class Meta:
        model = RequiredDocument
        formfield_callback = field_of
        fields: ClassVar = ["name_nl", "name_en", "url"]


class RegisterForm(PartForm):
    """A number is looked up today or before."""

    class Meta:
        model = RegisterEntry
        formfield_callback = field_of
        fields: ClassVar = ["register", "number", "checked_on", "expires_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].help_text = _("For example Registerplein, or NOBCO for coaches.")
        self.fields["checked_on"].help_text = _("The day on which you found it in the register.")

    def clean_checked_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["checked_on"]
        if day and day > self.day:
            raise forms.ValidationError(_("This day is still to come."))
        return day


class PlaceForm(PartForm):
    class Meta:
        model = Place
        formfield_callback = field_of
        fields: ClassVar = [
            "kind", "name", "street", "postal_code", "town", "region", "about_nl", "about_en", "accessibility",
            "transport", "url",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not data.get("town") and not data.get("name"):
            self.add_error("town", _("Enter a town, or a name."))
        return data


@dataclass(frozen=True)
class Part:
    """A kind of part: its word in addresses, its form, and what adding and changing one is called."""

    slug: str
    form: Any
    title: Any
    add: Any
    icon: str
    words: Callable[[Any], str] = str  # what one of them is called in the list

    @property
    def model(self) -> Any:
        return self.form._meta.model

    def fits(self, service: Service) -> bool:
        """A register is of a provider: without one there is nothing to look up."""
        return self.model is not RegisterEntry or service.provider_id is not None

    def form_of(self, row: Any, data: Any, day: dt.date) -> Any:
        """``row`` is new, or one of ``rows``."""
        form = self.form(data, instance=row)
        form.day = day
        return form

    def rows(self, service: Service) -> "QuerySet[Any]":
        """Those of this entry that are changed on their own."""
        if self.model is RegisterEntry:
            return RegisterEntry.objects.filter(provider=service.provider_id)
        if self.model is Place:
            return Place.objects.filter(at_services__service=service)
        return self.model.objects.filter(service=service)

    def row(self, service: Service, pk: UUID) -> Any:
        """One of ``rows``; raises Refused for one of another entry, the same as for none."""
        row = self.rows(service).filter(pk=pk).first()
        if row is None:
            raise Refused("directory.part", basis="of another entry or not existing")
        return row


PARTS: dict[str, Part] = {
    part.slug: part
    for part in (
        Part("nummer", PhoneForm, _("Phone numbers"), _("Add a number"), "telephone"),
        Part("uren", ScheduleForm, _("Hours"), _("Add hours"), "clock", hours.words),
        Part("plek", PlaceForm, _("Places"), _("Add a place"), "geo-alt"),
        Part("kosten", CostForm, _("Costs"), _("Add costs"), "cash-coin"),
        Part("papier", DocumentForm, _("Papers they ask for"), _("Add a paper"), "file-earmark-text"),
        Part("contact", ContactForm, _("Contacts"), _("Add a contact"), "person"),
        Part("register", RegisterForm, _("Registers"), _("Add a registration"), "person-check"),
    )
}
