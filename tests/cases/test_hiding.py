"""People whom no search finds."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cases import hiding, links
from cases.models import Case, Person
from cases.search import indexes_of, matching
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]


@pytest.mark.parametrize("words", ["jansen", "06 00 00 00 11", "tom@thuis.example", "1234567", "{reference}", "inkoop"])
def test_who_is_hidden_is_found_by_nothing(cast: Cast, logged_in: LogIn, words: str) -> None:
    case, desk = make_case(cast, unit="inkoop"), logged_in(cast.samira)
    found = indexes_of(name="Tom Jansen", phone="06 00 00 00 11", email="tom@thuis.example", personnel_number="1234567")
    Person.objects.filter(pk=case.person_id).update(**found)
    asked = words.format(reference=case.reference)

    def searched() -> list[str]:
        to = desk.post("/loket/zoek/", {"q": asked})["Location"]
        return [row.reference for row in desk.get(to).context["rows"]]

    page = f"/zaken/{case.reference}/zoeken/"
    assert searched() == [case.reference]
    desk.post(page, {"hidden": "yes"})
    assert searched() == []
    assert len(desk.get("/loket/").context["rows"]) == 1  # it is worked as usual
    desk.post(page, {"hidden": "no"})
    assert searched() == [case.reference]


def test_hiding_is_written_down_once_and_needs_the_file(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case, desk = make_case(cast), logged_in(cast.samira)
    page = f"/zaken/{case.reference}/zoeken/"
    for answer in ("yes", "yes", "maybe"):
        desk.post(page, {"hidden": answer})
    assert AuditEvent.objects.filter(action="person.hidden", case_id=case.pk).count() == 1
    assert logged_in(cast.bram).post(page, {"hidden": "no"}).status_code == 404
    assert Person.objects.get(pk=case.person_id).is_hidden


@pytest.mark.parametrize("when", ["before", "afterwards"])
def test_a_request_that_was_linked_is_hidden_too(cast: Cast, at: dt.datetime, when: str) -> None:
    """Whoever asked twice without an account was written down twice."""
    case, other, by = make_case(cast), make_case(cast), cast.actor("samira")
    if when == "before":
        links.link(case, other, reason="Zelfde stem.", by=by, at=at)
    hiding.hide(case, True, by=by, at=at)
    if when == "afterwards":
        links.link(case, other, reason="Zelfde stem.", by=by, at=at)
    assert matching(Case.objects.visible_to(by, at), other.reference) == []
    assert set(Person.objects.values_list("is_hidden", flat=True)) == {True}
