"""Keeping entries: who may, twice, at once, and what the audit keeps."""

import uuid
from typing import Any

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Refused
from referrals.directory import finding, keeping
from referrals.directory.models import Phone, Place, Provider, RegisterEntry, Service, ServiceAtPlace
from referrals.directory.permissions import entry_for, may_keep, public_entry
from tests.factories.cast import Cast
from tests.factories.directory import give_phone, make_entry


def keep_again(cast: Cast, service: Service, seen: str, by: str = "bram") -> Service:
    return keeping.keep(
        service, provider="Geldloket", needs=service.needs.all(), regions=[], languages=["en"], seen=seen,
        by=cast.actor(by), at=cast.at,
    )  # fmt: skip


def test_whoever_adds_it_keeps_it(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    assert (service.owner, service.provider.name, service.verified_on) == (cast.bram, "Geldloket", None)
    assert [need.code for need in service.needs.all()] == ["debts"]
    assert AuditEvent.objects.filter(action="directory.added").count() == 1


def test_a_known_provider_is_that_one_whatever_its_capitals(cast: Cast) -> None:
    first, second = make_entry(cast, "Een"), make_entry(cast, "Twee", provider="GELDLOKET")
    assert first.provider == second.provider and Provider.objects.count() == 1


def test_sent_twice_it_is_one(cast: Cast) -> None:
    number = uuid.uuid4()
    for _click in range(2):
        make_entry(cast, "Schuldhulp", pk=number)
    assert Service.objects.count() == 1 and AuditEvent.objects.filter(action="directory.added").count() == 1


def test_who_was_slower_is_told(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    service.name_nl = "Anders"
    with pytest.raises(keeping.Changed):
        keep_again(cast, service, seen="2026-01-01")
    assert Service.objects.get().name_nl == "Schuldhulp"
    keep_again(cast, service, seen=keeping.stamp(service))
    changed = Service.objects.get()
    assert (changed.name_nl, [row.code for row in changed.languages.all()], changed.areas.count()) == (
        "Anders", ["en"], 0,
    )  # fmt: skip


def test_its_owner_and_coordinators_keep_it(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    may = {name: may_keep(cast.actor(name), service) for name in ("bram", "els", "karin", "samira", "ruben")}
    assert may == {"bram": True, "els": True, "karin": False, "samira": False, "ruben": False}


def test_an_entry_of_somebody_else_answers_as_none(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    with pytest.raises(Refused):
        entry_for(cast.actor("karin"), service.pk, to_keep=True)
    with pytest.raises(Refused):
        entry_for(cast.actor("bram"), uuid.uuid4(), to_keep=True)


def test_a_draft_is_for_who_keeps_entries(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp", state="draft")
    assert public_entry(service.pk) is None
    with pytest.raises(Refused):
        entry_for(cast.actor("samira"), service.pk)
    assert entry_for(cast.actor("bram"), service.pk) == service


def test_a_part_is_added_once_changed_and_taken_away(cast: Cast) -> None:
    service, els = make_entry(cast, "Schuldhulp"), cast.actor("els")
    phone = give_phone(cast, service)
    keeping.keep_part(service, Phone(pk=phone.pk, number="088 000 01 99"), by=els, at=cast.at)
    assert [row.number for row in service.phones.all()] == ["088 000 01 00"]
    phone.number = "088 000 01 01"
    keeping.keep_part(service, phone, by=els, at=cast.at)
    assert service.phones.get().number == "088 000 01 01"
    keeping.remove_part(service, phone, by=els, at=cast.at)
    assert not service.phones.exists()
    kept = AuditEvent.objects.filter(action__startswith="directory.part").order_by("pk")
    assert [line.action for line in kept] == [
        "directory.part_added", "directory.part_changed", "directory.part_removed",
    ]  # fmt: skip


def test_a_place_that_others_use_stays_for_them(cast: Cast) -> None:
    first, second, els = make_entry(cast, "Een"), make_entry(cast, "Twee"), cast.actor("els")
    place = Place(town="Zandoord")
    keeping.keep_part(first, place, by=els, at=cast.at)
    second.at_places.create(place=place)
    keeping.remove_part(first, place, by=els, at=cast.at)
    assert [row.place.town for row in second.at_places.all()] == ["Zandoord"] and not first.at_places.exists()
    keeping.remove_part(second, place, by=els, at=cast.at)
    assert not Place.objects.exists()


def test_who_looked_a_register_up_is_kept(cast: Cast) -> None:
    service = make_entry(cast, "Coach", kind="coach")
    row = RegisterEntry(register="NOBCO", number="F-1", checked_on=cast.at.date())
    keeping.keep_part(service, row, by=cast.actor("els"), at=cast.at)
    kept: Any = RegisterEntry.objects.get()
    assert (kept.provider, kept.checked_by) == (service.provider, cast.els)


def test_a_place_of_two_providers_stays_whose_it_is_and_both_are_found_by_its_new_town(cast: Cast) -> None:
    els, first, other = (
        cast.actor("els"),
        make_entry(cast, "Schuldhulp"),
        make_entry(cast, "Maatwerk", provider="Bureau"),
    )
    place = Place(town="Zandoord")
    keeping.keep_part(first, place, by=els, at=cast.at)
    ServiceAtPlace.objects.create(service=other, place=place)
    changed = Place.objects.get()
    changed.town = "Klipdorp"
    keeping.keep_part(other, changed, by=els, at=cast.at)
    assert Place.objects.get().provider_id == first.provider_id
    found = finding.find(finding.Wanted(words="klipdorp"), cast.at)
    assert {service.name_nl for service in found} == {"Schuldhulp", "Maatwerk"}
