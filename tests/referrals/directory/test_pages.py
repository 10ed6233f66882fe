"""The pages of outside help: what everyone sees, what is for colleagues only, and what a case gets of it."""

import uuid
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from cases.enums import CaseOutcome, CaseState, EntryKind
from cases.models import TimelineEntry
from referrals.directory import finding, freshness, keeping, shown
from referrals.directory.models import Contact, Phone, Schedule, Service
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.directory import give_phone, make_entry

Browser = Callable[..., Client]
TYPED = {"provider_name": "Geldloket", "kind": "help", "state": "shown", "name_nl": "Hulp bij geld", "needs": []}


@pytest.fixture
def entry(cast: Cast) -> Service:
    """With a line and a number that clients do not see."""
    service = make_entry(cast, "Schuldhulp", for_professionals="Bel voor negen uur.")
    give_phone(cast, service)
    give_phone(cast, service, "088 000 01 77", for_staff=True)
    contact = Contact(name="Intake van Geldloket", email="intake@example.org")
    keeping.keep_part(service, contact, by=cast.actor("els"), at=cast.at)
    return service


def text_of(client: Client, path: str, **form: Any) -> str:
    answer = client.post(path, form) if form else client.get(path)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_everyone_finds_it_without_logging_in(cast: Cast, entry: Service) -> None:
    page = text_of(Client(), "/wegwijzer/?words=schulden&region=west")
    assert "Schuldhulp" in page and "088 000 01 00" in page and "1 plek voor hulp" in page


def test_what_is_for_colleagues_stays_with_them(cast: Cast, entry: Service, logged_in: Browser) -> None:
    hidden = ("088 000 01 77", "Intake van Geldloket", "Bel voor negen uur.")
    public = text_of(Client(), f"/wegwijzer/{entry.pk}/") + text_of(Client(), "/wegwijzer/")
    staff = text_of(logged_in(cast.samira), f"/kaart/{entry.pk}/")
    assert [words in public for words in hidden] == [False, False, False]
    assert [words in staff for words in hidden] == [True, True, True]


def test_nothing_found_says_so_with_the_nearest_needs_and_a_number(cast: Cast, entry: Service) -> None:
    page = text_of(Client(), "/wegwijzer/?words=schuldennn&region=noord&open_now=on")
    assert "Niets gevonden" in page and "Schulden en geldzorgen" in page and "088 000 00" in page
    assert "?need=debts&amp;region=noord" in page and '"?words=schuldennn"' in page


def test_a_choice_that_is_not_there_says_so_and_the_rest_counts(cast: Cast, entry: Service) -> None:
    page = text_of(Client(), "/wegwijzer/?need=niets&words=schulden&page=zzz")
    assert "Kies er een uit de lijst." in page and "Schuldhulp" in page


@pytest.mark.parametrize("path", ["/wegwijzer/", f"/wegwijzer/{uuid.UUID(int=4)}/"])
def test_while_the_database_is_away_it_gives_the_numbers(db: None, path: str) -> None:
    gone = OperationalError("gone")
    with patch.object(finding, "find", side_effect=gone), patch.object(shown, "whole", side_effect=gone), patch(
        "referrals.directory.views.public.public_entry", side_effect=gone
    ):  # fmt: skip
        answer = Client().get(path)
    assert answer.status_code == 503 and "088 000 00" in answer.content.decode()


def test_a_hidden_or_unknown_entry_is_not_there(cast: Cast) -> None:
    draft = make_entry(cast, "Schuldhulp", state="draft")
    assert Client().get(f"/wegwijzer/{draft.pk}/").status_code == 404
    assert Client().get(f"/wegwijzer/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_few_queries_however_many(cast: Cast, logged_in: Browser, count: int) -> None:
    for number in range(count):
        give_phone(cast, make_entry(cast, f"Hulp {number:02d}"))
    client = logged_in(cast.els)
    with CaptureQueriesContext(connection) as seen:
        text_of(client, "/kaart/")
    assert len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 12


def test_an_entry_is_added_with_its_parts(cast: Cast, logged_in: Browser) -> None:
    client, number = logged_in(cast.bram), uuid.uuid4()
    for _click in range(2):
        answer = client.post("/kaart/nieuw/", TYPED | {"submission": str(number)})
        pages = f"/kaart/{Service.objects.get().pk}/delen/"
        assert answer["Location"] == pages
    for last in ("05", "05", "06"):  # the same form again is the same number, with another number it is another
        client.post(f"{pages}nummer/", {"number": f"088 000 01 {last}", "kind": "voice", "submission": number})
    assert {(row.number, row.service.owner) for row in Phone.objects.all()} == {
        ("088 000 01 05", cast.bram), ("088 000 01 06", cast.bram),
    }  # fmt: skip


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(cast: Cast, logged_in: Browser) -> None:
    wrong = TYPED | {"name_nl": "", "minimum_age": "30", "maximum_age": "20", "url": "geen adres", "email": "x"}
    page = text_of(logged_in(cast.bram), "/kaart/nieuw/", **wrong)
    for words in ("Vul een webadres in", "Vul een e-mailadres in", "lager dan de beginleeftijd", 'value="geen adres"'):
        assert words in page
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"opens_at": "09:00"}, "Vul beide tijden in"),
        ({"opens_at": "09:00", "closes_at": "17:00"}, "Kies de dagen."),
        ({"opens_at": "9 uur", "closes_at": "17:00"}, "Vul een tijd in"),
        ({"chosen": ["MO"]}, "Vul de tijden in, of een uitleg."),
        ({"about_nl": "Op afspraak", "valid_from": "2026-03-02", "valid_to": "2026-03-01"}, "De laatste dag"),
    ],
)
def test_hours_that_cannot_be(cast: Cast, entry: Service, logged_in: Browser, typed: Any, words: str) -> None:
    assert words in text_of(logged_in(cast.bram), f"/kaart/{entry.pk}/delen/uren/", **typed)
    assert not Schedule.objects.exists()


def test_of_two_who_change_it_the_slower_is_told(cast: Cast, entry: Service, logged_in: Browser) -> None:
    path, client = f"/kaart/{entry.pk}/wijzigen/", logged_in(cast.bram)
    seen = {"seen": keeping.stamp(Service.objects.get())}
    assert client.post(path, TYPED | seen | {"name_nl": "Eerste"})["Location"] == f"/kaart/{entry.pk}/"
    page = text_of(client, path, **(TYPED | {"seen": "2026-03-01", "name_nl": "Tweede"}))
    assert "Iemand wijzigde deze vermelding" in page and "Tweede" in page
    assert Service.objects.get().name_nl == "Eerste"


@pytest.mark.parametrize("more", ["wijzigen/", "aanbieder/", "delen/", "delen/uren/"])
def test_another_worker_keeps_out(cast: Cast, entry: Service, logged_in: Browser, more: str) -> None:
    assert logged_in(cast.karin).get(f"/kaart/{entry.pk}/{more}").status_code == 404
    assert AuditEvent.objects.filter(action="directory.keep", outcome="denied").count() == 1


def test_a_part_of_another_entry_is_not_there(cast: Cast, entry: Service, logged_in: Browser) -> None:
    other = make_entry(cast, "Anders")
    path = f"/kaart/{other.pk}/delen/nummer/{Phone.objects.earliest('number').pk}/"
    client = logged_in(cast.bram)
    assert [client.get(path).status_code, client.post(f"{path}weg/").status_code] == [404, 404]
    assert client.get(f"/kaart/{other.pk}/delen/onzin/").status_code == 404
    assert Phone.objects.count() == 2


def test_verified_from_the_list(cast: Cast, entry: Service, logged_in: Browser) -> None:
    client = logged_in(cast.bram)
    assert "Schuldhulp" in text_of(client, "/kaart/nakijken/")
    assert client.get(f"/kaart/{entry.pk}/nagekeken/").status_code == 405
    assert client.post(f"/kaart/{entry.pk}/nagekeken/", {"next": "check"})["Location"] == "/kaart/nakijken/"
    assert "Alles is nagekeken" in text_of(client, "/kaart/nakijken/")
    assert Service.objects.get().verified_by == cast.bram


def test_what_referrals_tell_is_shown_to_colleagues_only_and_only_when_known(
    cast: Cast, entry: Service, logged_in: Browser
) -> None:
    client, words = logged_in(cast.samira), "Zei op 1 maart 2026 voor het laatst ja"
    assert words not in text_of(client, f"/kaart/{entry.pk}/")
    known = {entry.pk: shown.Accepted(on=cast.at.date().replace(day=1), days=4)}
    with patch.object(shown, "accepted", [lambda ids: known]):
        assert words in text_of(client, f"/kaart/{entry.pk}/") and words in text_of(client, "/kaart/")
        assert words not in text_of(Client(), f"/wegwijzer/{entry.pk}/")


def test_a_case_begins_with_its_need_and_region(cast: Cast, entry: Service, logged_in: Browser) -> None:
    case = make_case(cast, unit="inkoop", topics=("private.money",))  # in the north
    make_entry(cast, "Rouwgroep", needs=("mourning",), regions=("noord",))
    make_entry(cast, "Budgetcoach", regions=("noord",))
    page = text_of(logged_in(cast.samira), f"/zaken/{case.reference}/elders/")
    assert [name in page for name in ("Budgetcoach", "Rouwgroep", "Schuldhulp")] == [True, False, False]
    assert "Rouwgroep" in text_of(logged_in(cast.samira), f"/zaken/{case.reference}/elders/?need=")


def test_telling_the_client_of_help_is_in_the_timeline_once(cast: Cast, entry: Service, logged_in: Browser) -> None:
    case, client = make_case(cast, client="tom"), logged_in(cast.samira)
    path = f"/zaken/{case.reference}/elders/?need=debts"
    for _click in range(2):
        assert client.post(path, {"entry": str(entry.pk)})["Location"] == path
    line = TimelineEntry.objects.get(kind=EntryKind.OUTSIDE_HELP)
    assert (line.text, line.for_client, line.facts) == (
        "Schuldhulp, Geldloket, 088 000 01 00", True, {"entry": str(entry.pk)},
    )  # fmt: skip
    assert "De cliënt is hierop gewezen" in text_of(client, path)
    assert "088 000 01 00" in text_of(logged_in(cast.tom), reverse("my_history", args=[case.reference]))


def test_a_closed_case_gets_nothing_more(cast: Cast, entry: Service, logged_in: Browser) -> None:
    case = make_case(cast, state=CaseState.CLOSED, outcome=CaseOutcome.SOLVED_AT_DESK, closed_at=cast.at)
    logged_in(cast.samira).post(f"/zaken/{case.reference}/elders/", {"entry": str(entry.pk)})
    assert not TimelineEntry.objects.filter(kind=EntryKind.OUTSIDE_HELP).exists()


@pytest.mark.parametrize("typed", ["", "zzz"])
def test_no_entry_chosen_says_so(cast: Cast, logged_in: Browser, typed: str) -> None:
    case, client = make_case(cast), logged_in(cast.samira)
    answer = client.post(f"/zaken/{case.reference}/elders/", {"entry": typed}, follow=True)
    assert "Kies er een uit de lijst." in answer.content.decode()


def test_who_may_not_read_the_case_finds_no_help_for_it(cast: Cast, entry: Service, logged_in: Browser) -> None:
    case = make_case(cast)
    assert logged_in(cast.bram).post(f"/zaken/{case.reference}/elders/", {"entry": entry.pk}).status_code == 404
    assert not TimelineEntry.objects.filter(kind=EntryKind.OUTSIDE_HELP).exists()


def test_stale_says_so_to_everyone(cast: Cast, entry: Service) -> None:
    assert "Nog niet door een mens nagekeken." in text_of(Client(), f"/wegwijzer/{entry.pk}/")
    freshness.verify(entry, by=cast.actor("els"), at=cast.at)
    assert "Nagekeken op 10 maart 2026" in text_of(Client(), f"/wegwijzer/{entry.pk}/")


def test_a_new_word_of_a_need_finds_its_entries_at_once(cast: Cast, entry: Service, logged_in: Browser) -> None:
    client = logged_in(cast.els)
    typed = {"name_nl": "Schulden", "words_nl": "stufi, studieschuld", "order": "10", "topics": ["private.money"]}
    assert client.post("/kaart/woorden/debts/", typed)["Location"] == "/kaart/woorden/"
    assert "Schuldhulp" in text_of(Client(), "/wegwijzer/?words=stufi")
    assert AuditEvent.objects.filter(action="directory.need_changed").count() == 1
    assert "stufi, studieschuld" in text_of(client, "/kaart/woorden/")


def test_a_need_is_added_under_a_code_of_its_own(cast: Cast, logged_in: Browser) -> None:
    client, typed = logged_in(cast.els), {"name_nl": "Dieren", "words_nl": "hond, kat", "order": "99"}
    assert "Gebruik alleen kleine letters" in text_of(client, "/kaart/woorden/nieuw/", **typed, code="Met Spatie")
    assert "bestaat al" in text_of(client, "/kaart/woorden/nieuw/", **typed, code="debts")
    assert client.post("/kaart/woorden/nieuw/", typed | {"code": "pets"}).status_code == 302
    assert "Dieren" in text_of(Client(), "/wegwijzer/")
