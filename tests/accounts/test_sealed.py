"""Encryption at rest (SECURITY, adopted 6)."""

from uuid import UUID

import pytest
from django.db import connection

from accounts import vault
from accounts.models import DataKey
from cases.models import Person

CANARY = "Şenay-O'Brien \U0001f33f CNRY-7741"


@pytest.fixture
def person(db: None) -> Person:
    person = Person(data_key=DataKey.objects.make(), name=CANARY)
    person.save()
    return person


def stored(column: str, pk: UUID) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM cases_person WHERE id = %s", [pk])  # noqa: S608 - our own column
        return bytes(cursor.fetchone()[0])


def test_text_comes_back_and_is_not_in_the_database(person: Person) -> None:
    assert Person.objects.get(pk=person.pk).name == CANARY
    assert b"CNRY" not in stored("name", person.pk)


def test_saving_again_keeps_untouched_values_readable(person: Person) -> None:
    again = Person.objects.get(pk=person.pk)
    again.phone = "+31600000000"
    again.save()
    fresh = Person.objects.get(pk=person.pk)
    assert (fresh.name, fresh.phone, fresh.email) == (CANARY, "+31600000000", "")


def test_a_value_moved_to_another_row_cannot_be_read(person: Person) -> None:
    other = Person(data_key=person.data_key, name="x")
    other.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_person SET name = %s WHERE id = %s", [stored("name", person.pk), other.pk])
    with pytest.raises(vault.CannotRead):
        _ = Person.objects.get(pk=other.pk).name


def test_a_changed_value_cannot_be_read(person: Person) -> None:
    broken = bytearray(stored("name", person.pk))
    broken[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_person SET name = %s WHERE id = %s", [bytes(broken), person.pk])
    with pytest.raises(vault.CannotRead):
        _ = Person.objects.get(pk=person.pk).name


def test_update_with_plain_text_is_refused(person: Person) -> None:
    with pytest.raises(TypeError, match="sealed"):
        Person.objects.filter(pk=person.pk).update(name="in clear")


def test_two_keys_live_and_a_lost_one_raises(person: Person, settings: object) -> None:
    old = dict(settings.VAULT_KEYS)
    settings.VAULT_KEYS = {"new": b"k" * 32, **old}
    newer = Person(data_key=DataKey.objects.make(), name="new")
    newer.save()
    assert newer.data_key.wrapped_by == "new"
    assert Person.objects.get(pk=person.pk).name == CANARY
    vault.unwrap.cache_clear()
    settings.VAULT_KEYS = {"new": b"k" * 32}
    with pytest.raises(vault.CannotRead):
        _ = Person.objects.get(pk=person.pk).name
    assert Person.objects.get(pk=newer.pk).name == "new"


def test_blind_index_is_keyed_and_empty_stays_empty(settings: object) -> None:
    first = vault.blind_index("email", "a@b.example")
    settings.INDEX_KEY = {"other": b"o" * 32}
    assert vault.blind_index("email", "a@b.example") != first
    assert vault.blind_index("phone", "") == ""
