"""An entry in words, for a card of a list and for its own page. What is for colleagues only is left out for others."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models.organisation import in_language
from referrals.directory import freshness, hours
from referrals.directory.enums import ServiceKind, ServiceState
from referrals.directory.finding import described
from referrals.directory.languages import name_of
from referrals.directory.models import (
    Contact,
    CostOption,
    Phone,
    Place,
    RegisterEntry,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtPlace,
    WebAddress,
)

ICONS: dict[str, str] = {
    ServiceKind.HELP: "life-preserver",
    ServiceKind.COACH: "compass",
    ServiceKind.FUND: "cash-coin",
    ServiceKind.HELPLINE: "telephone",
}


@dataclass(frozen=True)
class Accepted:
    """When this provider last said yes to somebody we referred, and after how many days."""

    on: dt.date
    days: int


accepted: list[Callable[[Iterable[UUID]], Mapping[UUID, Accepted]]] = []
"""Asked with entries: what referrals say of them. Filled by who refers to providers; one query each."""


def last_accepted(services: Iterable[UUID]) -> dict[UUID, Accepted]:
    """Of each entry to which somebody was referred with success, the last time."""
    ids = list(services)
    return {pk: one for asked in accepted for pk, one in asked(ids).items()}


@dataclass(frozen=True)
class Card:
    """One entry in a list."""

    service: Service
    regions: str
    languages: str
    needs: list[dict[str, str]]
    numbers: list[Any]
    hours: list[str]
    towns: str
    is_stale: bool
    is_paused: bool
    icon: str
    accepted: Accepted | None = None

    @property
    def ages(self) -> str:
        """From which age until which; empty for all."""
        first, last = self.service.minimum_age, self.service.maximum_age
        if first is not None and last is not None:
            return _("%(first)d to %(last)d years") % {"first": first, "last": last}
        if first is not None:
            return _("From %(first)d years") % {"first": first}
        return _("Until and including %(last)d years") % {"last": last} if last is not None else ""


@dataclass(frozen=True)
class Spot:
    """A place where it is, with the numbers and hours of there."""

    place: Place
    numbers: list[Phone] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Whole:
    """All of one entry."""

    card: Card
    places: list[Spot]
    costs: list[dict[str, str]]
    papers: list[dict[str, str]]
    pages: list[dict[str, str]]
    contacts: list[Contact]
    registers: list[dict[str, Any]]


def cards(services: Iterable[Service], at: dt.datetime, *, experience: bool = False) -> list[Card]:
    """Of rows as ``finding.for_list`` gives them: no query, or what ``experience`` with referrals costs."""
    rows = list(services)
    known = last_accepted(row.pk for row in rows) if experience else {}
    return [_card(row, at, _dialled(row), _kept(row), row.towns, known.get(row.pk)) for row in rows]  # type: ignore[attr-defined]


def _dialled(row: Any) -> list[dict[str, str]]:
    return [{"number": one["number"], "about": _both(one)} for one in row.dialled]


def _kept(row: Any) -> list[Schedule]:
    """Its hours, from the values that the list brought along."""
    clock = ("opens_at", "closes_at")
    return [
        Schedule(**facts | {name: facts[name] and dt.time.fromisoformat(facts[name]) for name in clock})
        for facts in row.times
    ]  # fmt: skip


def _card(
    row: Any, at: dt.datetime, phones: list[Any], schedules: list[Schedule], towns: list[str], known: Accepted | None
) -> Card:
    """``row`` is described (finding.described)."""
    return Card(
        service=row,
        regions=_("The whole country") if row.everywhere else ", ".join(_both(one) for one in row.region_names),
        languages=", ".join(name_of(one["code"], one["name"]) for one in row.spoken),
        needs=[{"code": one["code"], "name": _both(one)} for one in row.need_names],
        numbers=[row.helpline] if row.helpline else phones,
        hours=[line for line in map(hours.words, schedules) if line],
        towns=", ".join(dict.fromkeys(towns)),
        is_stale=freshness.is_stale(row, at),
        is_paused=row.state == ServiceState.PAUSED,
        icon=ICONS.get(row.kind, "life-preserver"),
        accepted=known,
    )


def _both(one: dict[str, Any]) -> str:
    return in_language(one["nl"] or "", one["en"] or "")


def whole(service: Service, at: dt.datetime, *, for_staff: bool) -> Whole:
    """Everything of it that may be read. Six queries; for staff also what referrals say."""
    papers = RequiredDocument.objects.filter(service=OuterRef("pk")).order_by("name_nl")
    pages = WebAddress.objects.filter(service=OuterRef("pk")).order_by("label")
    registered = RegisterEntry.objects.filter(provider=OuterRef("provider")).order_by("register", "number")
    looked_up = JSONObject(register="register", number="number", checked_on="checked_on")
    row: Any = described(Service.objects.filter(pk=service.pk)).annotate(
        papers=ArraySubquery(papers.values(facts=JSONObject(nl="name_nl", en="name_en", url="url"))),
        registered=ArraySubquery(registered.values(facts=looked_up)),
        linked=ArraySubquery(pages.values(facts=JSONObject(label="label", url="url"))),
    ).get()  # fmt: skip
    there = list(ServiceAtPlace.objects.filter(service=row).select_related("place__region").order_by("place__town"))
    phones, times = _phones(row, there, for_staff=for_staff), _times(row, there)
    own = [one for one in phones if one.place_id is None and one.at_place_id is None and one.contact_id is None]
    always = [one for one in times if one.place_id is None and one.at_place_id is None]
    known = last_accepted([row.pk]).get(row.pk) if for_staff else None
    card = _card(row, at, own, always, [one.place.town for one in there if one.place.town], known)
    return Whole(
        card=card,
        places=[_spot(one, phones, times) for one in there],
        costs=[{"words": str(one), "price": _price(one), "about": one.about} for one in row.costs.all()],
        papers=[{"name": _both(one), "url": one["url"]} for one in row.papers],
        pages=[{"label": one["label"] or one["url"], "url": one["url"]} for one in row.linked],
        contacts=_contacts(row, phones, for_staff=for_staff),
        registers=[_register(facts) for facts in row.registered],
    )


def _register(facts: dict[str, Any]) -> dict[str, Any]:
    checked_on = facts["checked_on"]
    return facts | {"checked_on": checked_on and dt.date.fromisoformat(checked_on)}


def _price(cost: CostOption) -> str:
    """Empty when it differs."""
    if cost.amount is None:
        return ""
    amount = number_format(cost.amount, 2)
    return f"€ {amount}" if cost.currency == "EUR" else f"{amount} {cost.currency}"


def _phones(row: Service, there: list[ServiceAtPlace], *, for_staff: bool) -> list[Phone]:
    of_provider = Q(provider=row.provider_id) if row.provider_id else Q()
    rows = Phone.objects.filter(
        Q(service=row) | of_provider | Q(at_place__in=there) | Q(place__in=[one.place_id for one in there])
        | Q(contact__service=row) | (Q(contact__provider=row.provider_id) if row.provider_id else Q())
    )  # fmt: skip
    return list(rows if for_staff else rows.filter(for_staff=False))


def _times(row: Service, there: list[ServiceAtPlace]) -> list[Schedule]:
    places = [one.place_id for one in there]
    return list(Schedule.objects.filter(Q(service=row) | Q(at_place__in=there) | Q(place__in=places)))


def _spot(there: ServiceAtPlace, phones: list[Phone], times: list[Schedule]) -> Spot:
    def here(one: Any) -> bool:
        return one.place_id == there.place_id or one.at_place_id == there.pk

    lines = [line for line in (hours.words(one) for one in times if here(one)) if line]
    return Spot(there.place, [one for one in phones if here(one)], lines)


def _contacts(row: Service, phones: list[Phone], *, for_staff: bool) -> list[Contact]:
    """With ``numbers``."""
    of_provider = Q(provider=row.provider_id) if row.provider_id else Q()
    rows = Contact.objects.filter(Q(service=row) | of_provider)
    found = list(rows if for_staff else rows.filter(for_staff=False))
    for contact in found:
        contact.numbers = [one for one in phones if one.contact_id == contact.pk]  # type: ignore[attr-defined]
    return found
