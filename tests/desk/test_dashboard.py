"""The desk's landing page: who sees what, exact counts, filters, search, what is new, and its price in queries."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from accounts.models import AuditEvent, Membership, User
from cases.enums import AccessReason, CaseState, Requester, Urgency
from cases.models import Case, CaseAccess
from cases.permissions import grant
from desk import sought
from desk.lists import saving
from desk.lists.saving import Wish
from referrals.enums import Consent, MatchStep, ReferralState
from referrals.models import Referral
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.walk import READS

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)
DUTCH = {"accept-language": "nl"}
NEWS = {"HX-Request": "true", "HX-Current-URL": "http://testserver/loket/?queue=new"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def rows(response: Any) -> list[str]:
    return [row.reference for row in response.context["rows"]]


def search(client: Client, words: str) -> Any:
    """The list that somebody gets who searches."""
    return client.get(client.post("/loket/zoek/", {"q": words})["Location"], headers=DUTCH)


def count(response: Any, label: str) -> int:
    return next(queue["count"] for queue in response.context["queues"] if queue["label"] == label)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("samira", 200),
        ("els", 200),
        ("nadia", 404),
        ("bram", 404),
        ("ruben", 404),
        ("vera", 404),
        ("arie", 404),
        ("tom", 404),
    ],
)
def test_only_the_desk_opens_it(cast: Cast, logged_in: LogIn, who: str, status: int) -> None:
    assert logged_in(cast.users[who]).get("/loket/").status_code == status
    denied = AuditEvent.objects.filter(action="open:dashboard", outcome="denied").count()
    assert denied == (1 if status == 404 else 0)


def test_the_night_opens_it_on_shift(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    with time_machine.travel(at.replace(hour=22), tick=False):
        assert rows(logged_in(cast.nadia).get("/loket/")) == [case.reference]


def test_most_urgent_first_then_longest_waiting(desk: Client, cast: Cast, at: dt.datetime) -> None:
    soon = make_case(cast, urgency=Urgency.SOON)
    late = make_case(cast, urgency=Urgency.ROUTINE, at=at - 5 * HOUR)
    later = make_case(cast, urgency=Urgency.ROUTINE, at=at - 4 * HOUR)
    first = make_case(cast, urgency=Urgency.EMERGENCY, at=at)
    assert rows(desk.get("/loket/")) == [case.reference for case in (first, soon, late, later)]


def test_no_name_and_no_story_in_the_list(desk: Client, cast: Cast) -> None:
    make_case(cast, story="KANARIE")
    page = desk.get("/loket/", headers=DUTCH).content.decode()
    assert "Ruzie of spanning op het werk" in page
    assert "A-compagnie, 90 Fictief Bataljon" in page
    for secret in ("KANARIE", "Jansen", "06 00 00 00 11", "tom@thuis.example"):
        assert secret not in page


def test_counts_are_exact_and_each_is_a_link(desk: Client, cast: Cast, at: dt.datetime) -> None:
    make_case(cast, state=CaseState.SUBMITTED, owner=None, urgency=Urgency.URGENT)
    make_case(cast, state=CaseState.REFERRED, owner="joost")
    make_case(cast, state=CaseState.WAITING_CLIENT, first_contact_due_at=at - HOUR)
    make_case(cast, first_contact_due_at=at - HOUR, returned_at=at)
    make_case(cast, state=CaseState.ACTIVE, owner="bram")
    make_case(cast, state=CaseState.CLOSED, outcome="no_request", closed_at=at)
    page = desk.get("/loket/", headers=DUTCH)
    wanted = {"Spoed": 1, "Nieuw": 1, "Te laat": 1, "Teruggekomen": 1, "Van mij": 2, "Wacht op overname": 1}
    assert {label: count(page, label) for label in wanted} == wanted
    for queue in page.context["queues"]:
        if queue["url"].startswith("?"):  # the call list: tests/desk/test_calls_today.py
            assert len(rows(desk.get(f"/loket/{queue['url']}"))) == queue["count"], queue["label"]


def test_what_you_may_not_see_is_neither_listed_nor_counted(desk: Client, cast: Cast, at: dt.datetime) -> None:
    hidden = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    CaseAccess.objects.filter(case=hidden).delete()
    blocked = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    grant(blocked, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    page = desk.get("/loket/", headers=DUTCH)
    assert (rows(page), count(page, "Nieuw")) == ([], 0)
    assert "Geen open aanvragen" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("urgency=urgent&urgency=soon", "ab"), ("topic=private.money", "b"), ("unit=inkoop", "c"),
        ("unit=ondersteuning", "c"),
        ("owner=me", "a"), ("owner=nobody", "bc"), ("waiting=24", "c"), ("queue=family", "b"),
        ("queue=new&unit=90", "b"),
        ("topic=nonsense", "abc"), ("page=99", "abc"), ("owner=me&topic=private.money", ""),
    ],
)  # fmt: skip
def test_filters_by_get(desk: Client, cast: Cast, at: dt.datetime, query: str, found: str) -> None:
    new: dict[str, Any] = {"state": CaseState.SUBMITTED, "owner": None}
    cases = {
        "a": make_case(cast, urgency=Urgency.URGENT),
        "b": make_case(cast, topics=("private.money",), requester=Requester.FAMILY_OF_COLLEAGUE, **new),
        "c": make_case(cast, unit="inkoop", urgency=Urgency.ROUTINE, at=at - 30 * HOUR, **new),
    }
    assert rows(desk.get(f"/loket/?{query}")) == [cases[letter].reference for letter in found]


def test_chips_take_one_filter_away(desk: Client, cast: Cast) -> None:
    chips = desk.get("/loket/?urgency=urgent&urgency=soon&owner=me", headers=DUTCH).context["chips"]
    assert [(chip["text"], chip["remove_url"]) for chip in chips] == [
        ("Urgentie: Spoed", "?urgency=soon&owner=me"),
        ("Urgentie: Snel", "?urgency=urgent&owner=me"),
        ("Eigenaar: Ik", "?urgency=urgent&urgency=soon"),
    ]


def test_an_unknown_value_is_said_at_the_field(desk: Client, cast: Cast) -> None:
    page = desk.get("/loket/?topic=nonsense&waiting=7", headers=DUTCH)
    assert set(page.context["form"].errors) == {"topic", "waiting"}
    assert "Fout:" in page.content.decode()


@pytest.mark.parametrize("words", ["jansen", "06-00000011", "TOM@thuis.example", "{reference}", "{start}"])
def test_search_by_whole_identity_or_reference(desk: Client, cast: Cast, at: dt.datetime, words: str) -> None:
    from cases.search import indexes_of

    case = make_case(cast, state=CaseState.CLOSED, outcome="no_request", closed_at=at)
    make_case(cast, person=None, unit="inkoop")
    person = case.person
    for name, value in indexes_of(name="Tom Jansen", phone="06 00 00 00 11", email="tom@thuis.example").items():
        setattr(person, name, value)
    person.save()
    asked = words.format(reference=case.reference.lower(), start=case.reference[3:10])
    assert rows(search(desk, asked)) == [case.reference]


def test_what_was_searched_for_stands_in_no_address(desk: Client, cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, unit="inkoop")
    to = desk.post("/loket/zoek/", {"q": "  Inkoop\x00 "})["Location"]
    assert to.startswith("/loket/?q=")
    assert "nkoop" not in to
    page = desk.get(to, headers=DUTCH)
    assert rows(page) == [case.reference]
    assert 'value="Inkoop"' in page.content.decode()
    other = logged_in(cast.joost).get(to)
    assert (other.context["filters"].words, len(rows(other))) == ("", 1)  # somebody else's address is the whole list
    assert AuditEvent.objects.filter(action="case.searched").count() == 1


def test_a_search_lasts_a_day(desk: Client, cast: Cast, at: dt.datetime) -> None:
    to = desk.post("/loket/zoek/", {"q": "nergens"})["Location"]
    token = QueryDict(to.partition("?")[2])["q"]
    by = cast.actor("samira")
    assert sought.words_of(token, by, at + sought.LASTS) == "nergens"
    assert sought.words_of(token, by, at + sought.LASTS + dt.timedelta(seconds=1)) == ""
    assert [sought.words_of(wrong, by, at) for wrong in ("", "x", "dev:AAAA", token[:-4], f"{token}A")] == [""] * 5


def test_an_empty_search_is_the_whole_list(desk: Client, cast: Cast) -> None:
    assert desk.post("/loket/zoek/", {"q": " \x00 "})["Location"] == "/loket/"
    assert desk.get("/loket/zoek/").status_code == 405


def test_search_is_audited_without_its_words(desk: Client, cast: Cast) -> None:
    search(desk, "jansen")
    event = AuditEvent.objects.get(action="case.searched")
    assert (event.actor_id, event.part, event.basis) == (str(cast.samira.pk), "dashboard", "")


@pytest.mark.parametrize(("words", "said"), [("ja", "minstens drie tekens"), ("pietersen", "Niets gevonden")])
def test_search_says_why_it_found_nothing(desk: Client, cast: Cast, words: str, said: str) -> None:
    make_case(cast)
    page = search(desk, words)
    assert rows(page) == []
    assert said in page.content.decode()


def test_what_is_new_since_then(desk: Client, cast: Cast, at: dt.datetime) -> None:
    make_case(cast, state=CaseState.SUBMITTED, owner=None, at=at - HOUR)
    asked = {"since": (at - 2 * HOUR).isoformat()}
    line = desk.get("/loket/", asked, headers=NEWS | DUTCH).content.decode()
    assert "1 nieuwe aanvraag sinds 08:15." in line
    assert 'href="/loket/?queue=new"' in line
    assert "<html" not in line
    quiet = desk.get("/loket/", {"since": at.isoformat()}, headers=NEWS).content.decode()
    assert quiet.strip() == ""
    assert desk.get("/loket/", {"since": "gisteren"}, headers=NEWS).status_code == 200


def test_pages_of_25_with_the_number_in_the_title(desk: Client, cast: Cast) -> None:
    for _ in range(27):
        make_case(cast)
    page = desk.get("/loket/?page=2", headers=DUTCH)
    assert len(rows(page)) == 2
    assert "<title>Bij het loket, pagina 2 van 2 – " in page.content.decode()


def test_the_title_says_which_list_it_is_and_counts_pages_of_that(desk: Client, cast: Cast, at: dt.datetime) -> None:
    for _ in range(27):
        make_case(cast)
    by = cast.actor("samira")
    kept = {"title": "De eigen lijst", "query": "queue=mine&urgency=emergency", "team": None, "wish": Wish()}
    view = saving.make(uuid.uuid4(), **kept, by=by, at=at)
    titles = {
        "queue=advice": "Requests for advice", "queue=mine": "Mine, page 1 of 2",
        "urgency=emergency": "At the desk, filtered", "queue=mine&unit=Vermeer": "Mine, filtered",
        view.query: "De eigen lijst",
    }  # fmt: skip
    for query, title in titles.items():
        page = desk.get(f"/loket/?{query}", headers={"accept-language": "en"}).content.decode()
        assert f"<title>{title} – " in page, query


@pytest.mark.parametrize("query", ["", "?queue=new", "?urgency=soon&unit=fictief", "?q=", "?queue=advice"])
def test_same_price_with_1_and_30_rows(desk: Client, cast: Cast, at: dt.datetime, query: str) -> None:
    address = desk.post("/loket/zoek/", {"q": "inkoop"})["Location"] if query == "?q=" else f"/loket/{query}"
    make_case(cast, state=CaseState.SUBMITTED, owner=None, unit="inkoop", next_action_at=at)
    few = queries_of(lambda: desk.get(address))
    for number in range(30):
        unit = "inkoop" if number % 2 else "90bat-a"
        make_case(cast, state=CaseState.SUBMITTED, owner=None, unit=unit, next_action_at=at)
    many = queries_of(lambda: desk.get(address))
    assert len(many) <= len(few)
    assert len(many) <= 12, "\n".join(many)


def test_the_night_pays_no_more(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    make_case(cast, state=CaseState.SUBMITTED, owner=None)
    with time_machine.travel(at.replace(hour=22), tick=False):
        night = logged_in(cast.nadia)
        searched = night.post("/loket/zoek/", {"q": "inkoop"})["Location"]
        for address in ("/loket/", f"{searched}&urgency=soon"):
            assert len(queries_of(partial(night.get, address))) <= 12


def test_the_big_table_is_never_counted(desk: Client, cast: Cast) -> None:
    make_case(cast)
    for sql in queries_of(lambda: desk.get("/loket/?urgency=soon")):
        if "COUNT(" in sql and '"cases_case"' in sql:
            assert '"state"' in sql


def test_looking_changes_nothing(desk: Client, cast: Cast) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    before = Case.objects.values().get(pk=case.pk)
    for sql in queries_of(lambda: desk.get("/loket/")):
        assert sql.startswith(READS), sql
    assert Case.objects.values().get(pk=case.pk) == before


def test_taking_what_was_ticked(desk: Client, cast: Cast) -> None:
    mine = [make_case(cast, state=CaseState.SUBMITTED, owner=None) for _ in range(2)]
    gone = make_case(cast, owner="joost")
    picked = {"pick": [case.reference for case in (*mine, gone)], "next": "/loket/?queue=new"}
    answer = desk.post("/loket/nemen/", picked, headers=DUTCH)
    assert answer.headers["Location"] == "/loket/?queue=new"
    assert [Case.objects.get(pk=case.pk).owner for case in (*mine, gone)] == [cast.samira, cast.samira, cast.joost]
    page = desk.get("/loket/", headers=DUTCH).content.decode()
    assert "2 aanvragen zijn van jou." in page
    assert f"{gone.reference}: Joost Verkerk heeft deze aanvraag al." in page


def test_one_row_is_taken_without_the_ticked_ones(desk: Client, cast: Cast) -> None:
    ticked, asked = (make_case(cast, state=CaseState.SUBMITTED, owner=None) for _ in range(2))
    desk.post("/loket/nemen/", {"pick": ticked.reference, "one": asked.reference})
    assert [Case.objects.get(pk=case.pk).owner for case in (ticked, asked)] == [None, cast.samira]


def test_taking_asks_for_post_and_for_a_visible_case(desk: Client, cast: Cast) -> None:
    assert desk.get("/loket/nemen/").status_code == 405
    hidden = make_case(cast, owner=None, state=CaseState.SUBMITTED)
    CaseAccess.objects.filter(case=hidden).delete()
    page = desk.post("/loket/nemen/", {"pick": hidden.reference}, follow=True, headers=DUTCH).content.decode()
    assert Case.objects.get(pk=hidden.pk).owner is None
    assert "Eén van de gekozen aanvragen mag jij niet wijzigen." in page and hidden.reference not in page
    denied = AuditEvent.objects.get(outcome="denied")
    assert (denied.case_id, denied.basis) == (hidden.pk, "not visible or not existing")


@pytest.mark.parametrize("strange", ["a\x00b", "NB-AAAA-AAAA", "", "x" * 5000])
def test_what_is_not_there_is_skipped_and_the_rest_is_taken(desk: Client, cast: Cast, strange: str) -> None:
    free = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    picked = {"pick": [strange, free.reference]}
    page = desk.post("/loket/nemen/", picked, follow=True, headers=DUTCH).content.decode()
    assert Case.objects.get(pk=free.pk).owner == cast.samira
    assert "1 aanvraag is van jou." in page and "Eén van de gekozen aanvragen mag jij niet wijzigen." in page


def test_height_of_rows_and_keys_are_kept_on_the_account(desk: Client, cast: Cast) -> None:
    make_case(cast)
    desk.post("/loket/weergave/", {"compact_rows": "on", "next": "https://elders.example/"})
    answer = desk.post("/loket/weergave/", {"keyboard_shortcuts": "on", "next": "/loket/?queue=mine"})
    assert answer.headers["Location"] == "/loket/?queue=mine"
    user = User.objects.get(pk=cast.samira.pk)
    assert (user.compact_rows, user.keyboard_shortcuts) == (True, True)
    page = desk.get("/loket/").content.decode()
    assert "stackable compact" in page
    assert 'data-shortcuts="on"' in page
    assert desk.post("/loket/weergave/", {"next": "nowhere"})["Location"] == "nowhere"
    assert desk.get("/loket/weergave/").status_code == 405


def test_who_is_on_duty_and_who_is_next(desk: Client, cast: Cast) -> None:
    page = desk.get("/loket/", headers=DUTCH).content.decode()
    assert "<strong>Samira El Amrani</strong>, <strong>Joost Verkerk</strong>" in page
    assert "Vanaf 17:00: Nadia Haddad, Otto Blom" in page


def test_an_empty_roster_is_said(desk: Client, cast: Cast) -> None:
    from accounts.models import Shift

    Shift.objects.all().delete()
    assert desk.get("/loket/").status_code == 200
    bar = desk.get("/loket/").context["topbar"]
    assert (bar["duty"], bool(bar["handover"])) == ([], True)


def test_today_shows_calls_questions_and_offers(desk: Client, cast: Cast, at: dt.datetime) -> None:
    from cases.models import Message

    call = make_case(cast, next_action_at=at + HOUR)
    make_case(cast, next_action_at=at + 30 * HOUR)
    asked = make_case(cast)
    question = Message(case=asked, submission_id=asked.pk, sender=None, sent_at=at, thread_at=at, answer_by=at - HOUR)
    question.body = "Wanneer?"
    question.save(force_insert=True)
    offered = make_case(cast, state=CaseState.REFERRED)
    Referral.objects.create(
        case=offered, destination="REGIONAL_DIRECT", to_team=cast.teams["regional-west"], state=ReferralState.OFFERED,
        match_step=MatchStep.UNIT, consent=Consent.BY_PHONE, created_by=cast.samira, created_at=at, urgency="soon",
        urgency_rank=2, offered_at=at, remind_at=at + HOUR, due_at=at + 2 * HOUR,
    )  # fmt: skip
    page = desk.get("/loket/")
    assert [(line.reference, line.late) for line in page.context["today"]] == [
        (asked.reference, True), (call.reference, False),
    ]  # fmt: skip
    assert [line.reference for line in page.context["offers"]] == [offered.reference]


def test_the_rail_follows_permissions(cast: Cast, logged_in: LogIn) -> None:
    make_case(cast, state=CaseState.SUBMITTED, owner=None)
    page = logged_in(cast.samira).get("/loket/")
    assert [(item.url, item.count, item.current) for item in page.context["rail"]][0] == ("/loket/", 1, True)
    assert list(page.context["rail_admin"]) == []
    coordinator = logged_in(cast.els).get("/loket/")
    managed = ["/organisatie/mensen/", "/organisatie/", "/organisatie/routering/"]
    assert [item.url for item in coordinator.context["rail_admin"]] == managed


def test_a_membership_that_ended_closes_the_door(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    Membership.objects.filter(user=cast.joost).update(ends_on=at.date() - dt.timedelta(days=1))
    assert logged_in(cast.joost).get("/loket/").status_code == 404


@pytest.mark.parametrize(
    "since", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-10T09:00:00+23:59"]
)
@pytest.mark.parametrize("here", ["http://[", "http://testserver/loket/?queue=new"])
def test_what_is_new_bears_any_moment_and_any_address(desk: Client, since: str, here: str) -> None:
    answer = desk.get("/loket/", {"since": since}, headers={"HX-Request": "true", "HX-Current-URL": here})
    assert (answer.status_code, answer.context_data["new"]) == (200, 0)
