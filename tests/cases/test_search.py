"""Finding a case by its whole reference, unit or identity, without reading anything sealed."""

import datetime as dt

import pytest

from cases import search
from cases.enums import CaseState
from cases.models import Case
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("Tom Jansen", "jansen"),
        ("jansen", "jansen"),
        ("Ilse van den Çelik", "celik"),
        ("Samira El Amrani", "amrani"),
        ("O'Brien", "obrien"),
        ("A. Vries-Bakker", "bakker"),
        ("van de", ""),
        ("", ""),
    ],
)
def test_surname_as_it_is_looked_up(name: str, surname: str) -> None:
    assert search.surname(name) == surname


@pytest.mark.parametrize("typed", ["06 12345678", "06-12 34 56 78", "+31 6 12345678", "0031612345678", "(06)12345678"])
def test_phone_numbers_in_any_notation_are_one(typed: str) -> None:
    assert search.phone(typed) == "+31612345678"


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("nb-7k4q-2m9t", "NB-7K4Q-2M9T"),
        ("7k4q 2", "NB-7K4Q-2"),
        ("NB7K4Q", "NB-7K4Q"),
        ("NB-7K4", "NB-7K4"),
        *((none, "") for none in ("", "NB", "NB-7", "NB-7K", "NBé", "Bär", "Öçü", "Weiß", "Иванов", "محمد", "7K4O")),
    ],
)
def test_reference_in_any_notation(typed: str, start: str) -> None:
    assert search.reference_start(typed) == start


def test_an_index_is_a_keyed_hash_and_nothing_stays_nothing() -> None:
    found = search.indexes_of(name="Tom Jansen", email="", phone="06 00 00 00 11", personnel_number="12.345")
    assert found["email_index"] == ""
    assert {len(value) for name, value in found.items() if name != "email_index"} == {64}
    assert found["surname_index"] == search.indexes_of(name="tom  JANSEN")["surname_index"]
    assert found["surname_index"] != search.indexes_of(email="jansen")["email_index"]


def test_two_people_may_share_a_number(cast: Cast, at: dt.datetime) -> None:
    cases = []
    for name in ("Tom Jansen", "Lisa Jansen"):
        person = make_person(at=at)
        person.name = name
        for field, value in search.indexes_of(name=name, phone="06 00 00 00 11").items():
            setattr(person, field, value)
        person.save()
        cases.append(make_case(cast, person=person))
    assert set(search.matching(Case.objects.all(), "0600000011")) == {case.pk for case in cases}
    assert set(search.matching(Case.objects.filter(pk=cases[0].pk), "Jansen")) == {cases[0].pk}


@pytest.mark.parametrize("words", ["", "ab", " - ", "a.b"])
def test_too_short_finds_nothing(cast: Cast, words: str) -> None:
    make_case(cast)
    assert (search.too_short(words), search.matching(Case.objects.all(), words)) == (True, [])


def make_case_with(cast: Cast, reference: str) -> Case:
    case = make_case(cast)
    Case.objects.filter(pk=case.pk).update(reference=reference)
    return case


NAMES = {"Boris Иванов": "Иванов", "محمد": "محمد", "Ayşe Öçü": "Öçü", "Jan NBé": "NBé", "Eva Bär": "Bär"}


@pytest.mark.parametrize(("name", "words"), NAMES.items())
def test_a_name_with_other_letters_finds_who_is_called_so_and_nobody_else(
    cast: Cast, at: dt.datetime, name: str, words: str
) -> None:
    for first in ("7", "B"):
        make_case_with(cast, f"NB-{first}YYY-YYYY")
    assert search.matching(Case.objects.all(), words) == []
    person = make_person(at=at)
    person.surname_index = search.indexes_of(name=name)["surname_index"]
    person.save()
    wanted = make_case(cast, person=person)
    assert search.matching(Case.objects.all(), words) == [wanted.pk]


def test_the_start_of_a_reference_has_three_signs_after_the_prefix(cast: Cast) -> None:
    wanted, _other = make_case_with(cast, "NB-7K4Q-2M9T"), make_case_with(cast, "NB-7YYY-YYYY")
    assert search.matching(Case.objects.all(), "NB-7K4") == [wanted.pk]
    for words in ("NB", "NB-7", "nb 7k"):
        assert search.matching(Case.objects.all(), words) == []


def test_a_unit_finds_all_that_is_open_the_most_pressing_first_and_then_what_was_closed_last(
    cast: Cast, at: dt.datetime
) -> None:
    closed = {"unit": "inkoop", "state": CaseState.CLOSED, "outcome": "no_request"}
    day = dt.timedelta(days=1)
    wanted = [
        make_case(cast, unit="inkoop", state=CaseState.ACTIVE, owner="bram", urgency="urgent"),
        make_case(cast, unit="inkoop", at=at - day), make_case(cast, unit="inkoop"),
        make_case(cast, closed_at=at, **closed), make_case(cast, closed_at=at - day, urgency="urgent", **closed),
    ]  # fmt: skip
    make_case(cast)
    assert search.matching(Case.objects.all(), "inkoop") == [case.pk for case in wanted]


def test_signs_with_a_meaning_elsewhere_are_plain_signs(cast: Cast) -> None:
    make_case(cast)
    for words in ("%%%", "___", "'; DROP", "\\\\\\", "a" * 120):
        assert search.matching(Case.objects.all(), words) == []
