"""Keeping entries: each verb is one transaction with its line in the audit, and the words it is found by."""

import datetime as dt
from collections.abc import Collection, Iterable
from copy import copy
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Membership, Region, User
from cases.models import Topic
from referrals.directory.freshness import KEEPERS
from referrals.directory.indexing import index
from referrals.directory.models import (
    Need,
    Place,
    Provider,
    RegisterEntry,
    Service,
    ServiceArea,
    ServiceAtPlace,
    ServiceLanguage,
)


class Changed(Exception):
    """Somebody saved the entry since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_("Someone changed this entry while you had it open. Look at it again before you save."))


@transaction.atomic
def keep(
    service: Service,
    *,
    provider: str,
    needs: Iterable[Need],
    regions: Collection[Region],
    languages: Collection[str],
    seen: str,
    by: Actor,
    at: dt.datetime,
) -> Service:
    """Save an entry as it was filled in, new or changed; a new one is kept by ``by`` unless it says who keeps it.

    A ``provider`` with this name is that one, whatever its capitals. ``seen`` is ``changed_at`` as the form had it, as
    text: raises Changed when somebody was quicker. A new entry that is sent twice is the same one.
    """
    before = Service.objects.select_for_update().filter(pk=service.pk).first()
    if before is not None and service._state.adding:
        return before
    if before is not None and stamp(before) != seen:
        raise Changed
    service.provider = provider_called(provider, by=by, at=at)
    if before is None and service.owner_id is None:
        service.owner = by.user
    service.changed_at = at
    try:
        with transaction.atomic():
            service.save(force_insert=before is None)
    except IntegrityError:  # the second click of two came in between
        return Service.objects.get(pk=service.pk)
    service.needs.set(needs)
    _match(service, ServiceArea, "region_id", [region.pk for region in regions])
    _match(service, ServiceLanguage, "code", languages)
    index([service.pk])
    audit.record("directory.added" if before is None else "directory.changed", by=by, at=at, obj=service)
    return service


def stamp(service: Service) -> str:
    """When it was changed last, for a form to bring back."""
    return service.changed_at.astimezone(dt.UTC).isoformat() if service.changed_at else "-"


def _match(service: Service, model: Any, field: str, wanted: Collection[Any]) -> None:
    """Exactly these of what we know; rows without a value here came from elsewhere and stay."""
    rows = model.objects.filter(service=service)
    rows.exclude(**{field: None}).exclude(**{f"{field}__in": wanted}).delete()
    there = set(rows.values_list(field, flat=True))
    model.objects.bulk_create([model(service=service, **{field: one}) for one in wanted if one not in there])


def provider_called(name: str, *, by: Actor, at: dt.datetime) -> Provider:
    """The provider with this name; made when there is none."""
    known = Provider.objects.filter(name__iexact=name).order_by("id").first()
    if known is not None:
        return known
    made = Provider.objects.create(name=name)
    audit.record("directory.provider_added", by=by, at=at, obj=made)
    return made


@transaction.atomic
def keep_part(service: Service, row: Any, *, by: Actor, at: dt.datetime) -> None:
    """Add or change a part of an entry: a number, hours, costs, a place and so on. A register belongs to the provider,
    with who looked the number up. A new one that is sent twice is the same one."""
    _locked(service)
    is_new = row._state.adding
    if is_new and type(row).objects.filter(pk=row.pk).exists():
        return
    if isinstance(row, RegisterEntry):
        row.checked_by = by.user if row.checked_on else None
    if isinstance(row, RegisterEntry) or (isinstance(row, Place) and is_new):
        row.provider_id = service.provider_id  # a register fits only where there is one
    elif not isinstance(row, Place):  # one that is there may be another provider's
        row.service = service
    row.save()
    if isinstance(row, Place) and is_new:
        ServiceAtPlace.objects.create(service=service, place=row)
    _changed(service, "part_added" if is_new else "part_changed", row, by=by, at=at)


@transaction.atomic
def remove_part(service: Service, row: Model, *, by: Actor, at: dt.datetime) -> None:
    """Take a part away; the audit keeps that it was there. A place that others use stays for them."""
    _locked(service)
    gone = copy(row)  # still says which one it was
    if isinstance(row, Place) and row.at_services.exclude(service=service).exists():
        row.at_services.filter(service=service).delete()
    else:
        row.delete()
    _changed(service, "part_removed", gone, by=by, at=at)


@transaction.atomic
def change_provider(provider: Provider, service: Service, *, by: Actor, at: dt.datetime) -> None:
    """Save what is said of a provider; it shows with all its entries."""
    _locked(service)
    provider.save()
    index(Service.objects.filter(provider=provider).values_list("pk", flat=True))
    audit.record("directory.provider_changed", by=by, at=at, obj=provider)


@transaction.atomic
def keep_need(need: Need, *, topics: Iterable[Topic], by: Actor, at: dt.datetime) -> None:
    """Save a need with its words, new or changed; its entries are found by them from then on."""
    action = "directory.need_added" if need._state.adding else "directory.need_changed"
    need.save()
    need.topics.set(topics)
    index(need.services.values_list("pk", flat=True))
    audit.record(action, by=by, at=at, obj=need)


def _locked(service: Service) -> None:
    Service.objects.select_for_update().get(pk=service.pk)


def _changed(service: Service, what: str, row: Model, *, by: Actor, at: dt.datetime) -> None:
    Service.objects.filter(pk=service.pk).update(changed_at=at)
    audit.record(f"directory.{what}", by=by, at=at, obj=row, part=str(service.pk))
    if isinstance(row, Place):  # it is found by its town, and by nothing else of a part
        index({service.pk, *ServiceAtPlace.objects.filter(place=row).values_list("service_id", flat=True)})


def keepers(day: dt.date) -> "QuerySet[User]":
    """Colleagues who may keep entries on this day, by name."""
    rows = Membership.objects.live_on(day).filter(role__in=KEEPERS)
    return User.objects.filter(is_active=True, pk__in=rows.values("user")).order_by("name", "pk")
