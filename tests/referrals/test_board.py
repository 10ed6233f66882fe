"""The pick-up board over HTTP: what is on it, what is not, and answering."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from cases import mediation, merging
from cases.closing import withdraw
from cases.enums import AccessReason, SessionState, Urgency
from cases.models import Case, Session, Track
from cases.permissions import grant
from cases.tracks import counter
from referrals import actions, board, cards
from referrals.models import Coverage, Referral
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_team, to_worker
from tests.factories.work import make_accepted

Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def stopped_clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Views live at the cast's moment."""
    monkeypatch.setattr(timezone, "now", lambda: cast.at)
    yield


def page_of(browser: Client, address: str = "/overnemen/") -> str:
    response = browser.get(address, headers={"accept-language": "en"})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def counts(text: str) -> list[int]:
    """The numbers above the three lists."""
    return [int(number) for number in re.findall(r'</h2><span class="num">(\d+)</span>', text)]


def counted_queries(browser: Client, address: str) -> int:
    """As DECISIONS counts: without transaction control and without the audit's INSERT."""
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    skipped = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", 'INSERT INTO "accounts_auditevent"')
    return len([query for query in seen.captured_queries if not query["sql"].startswith(skipped)])


def test_a_card_shows_what_travels_and_nothing_of_the_story(cast: Cast, logged_in: Browser) -> None:
    make_referral(cast, urgency=Urgency.URGENT, story="Mijn geheime verhaal over de kazerne")
    text = page_of(logged_in(cast.bram))
    assert counts(text) == [1, 0, 0]
    assert SUMMARY in text
    assert "Part of your unit 90 Fictief Bataljon: A-compagnie, 90 Fictief Bataljon" in text
    assert "4 hours left" in text
    assert "Answer today before 14:15" in text
    assert "geheime verhaal" not in text
    assert "Tom Jansen" not in text
    assert "06 00 00 00 11" not in text


def test_each_summary_that_is_shown_is_in_the_audit(cast: Cast, logged_in: Browser) -> None:
    referrals = [make_referral(cast) for _ in range(3)]
    page_of(logged_in(cast.bram))
    events = AuditEvent.objects.filter(action="referral.viewed", part="summary", actor_id=str(cast.bram.pk))
    assert {event.case_id for event in events} == {referral.case_id for referral in referrals}


def test_most_urgent_first_then_the_longest_waiting(cast: Cast) -> None:
    hour = dt.timedelta(hours=1)
    made = [
        make_referral(cast, urgency=urgency, at=cast.at - n * hour)
        for n, urgency in ((0, Urgency.ROUTINE), (1, Urgency.SOON), (2, Urgency.SOON), (0, Urgency.URGENT))
    ]
    seen = board.see(cast.actor("bram"), cast.at)
    assert [row.pk for row in seen.offered.rows] == [made[n].pk for n in (3, 2, 1, 0)]


@pytest.mark.parametrize("name", ["samira", "els", "nadia", "vera", "arie", "tom", "max"])
def test_other_roles_get_no_board(cast: Cast, logged_in: Browser, name: str) -> None:
    for address in ("/overnemen/", reverse("referral_news")):
        assert logged_in(cast.users[name]).get(address).status_code == 404
    assert AuditEvent.objects.filter(action="open:board", outcome="denied").count() == 1


def test_other_teams_see_an_empty_board_and_cannot_open_a_card(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast)
    browser = logged_in(cast.karin)
    assert counts(page_of(browser)) == [0, 0, 0]
    for name in ("referral", "referral_return"):
        assert browser.get(reverse(name, args=[referral.pk])).status_code == 404
        assert browser.post(reverse(name, args=[referral.pk]), {"read": "on"}).status_code == 404
    denied = AuditEvent.objects.filter(outcome="denied", case_id=referral.case_id)
    assert sorted(event.action for event in denied) == ["referral.accept"] * 2 + ["referral.return"] * 2


def test_a_blocked_worker_and_one_who_knows_the_client_see_nothing(cast: Cast) -> None:
    case = make_case(cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=cast.at)
    make_referral(cast, case)
    known = make_referral(cast)
    actions.return_to_desk(known, reason="conflict", note="", by=cast.actor("bram"), at=cast.at)
    make_referral(cast, known.case)
    assert board.see(cast.actor("bram"), cast.at).offered.count == 0
    assert board.see(cast.actor("ilse"), cast.at).offered.count == 2


def test_who_leads_a_talk_of_the_client_does_not_read_what_a_team_is_offered(cast: Cast) -> None:
    with_worker = make_accepted(cast)
    make_referral(cast, make_case(cast, person=with_worker.person))
    assert board.see(cast.actor("ilse"), cast.at).offered.count == 1
    mediation.begin(
        with_worker, other=mediation.OtherOne("Piet", "manager", "piet@werk.example"), called="Tom",
        subject="Samen verder.", leader=cast.ilse, wanted=True, by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    assert board.see(cast.actor("ilse"), cast.at).offered.count == 0
    assert board.see(cast.actor("bram"), cast.at).offered.count == 1


def test_before_the_clients_yes_there_is_nothing_on_the_board(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast, by_phone=False)
    browser = logged_in(cast.bram)
    assert counts(page_of(browser)) == [0, 0, 0]
    assert browser.get(reverse("referral", args=[referral.pk])).status_code == 404


def test_taking_over_from_the_card_leads_to_the_case(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast)
    browser = logged_in(cast.bram)
    answer = browser.post(reverse("referral", args=[referral.pk]), {"read": "on"})
    assert (answer.status_code, answer.url) == (302, reverse("case", args=[referral.case.reference]))
    assert counts(page_of(browser)) == [0, 1, 0]
    again = browser.post(reverse("referral", args=[referral.pk]), {"read": "on"})
    assert (again.status_code, again.url) == (302, answer.url)


def test_who_takes_over_reads_who_the_contact_person_is_until_they_met(cast: Cast, logged_in: Browser) -> None:
    case = make_case(cast, owner="samira", state="in_triage", primary_contact=cast.samira)
    row, browser = make_referral(cast, case), logged_in(cast.bram, headers={"accept-language": "en"})
    browser.post(reverse("referral", args=[row.pk]), {"read": "on"})
    case.refresh_from_db()
    assert case.primary_contact == cast.samira
    page = browser.get(reverse("case", args=[case.reference])).content.decode()
    assert f"Until you have met the client, {cast.samira.name} is their contact person." in unescape(page)


def test_without_the_tick_the_page_says_so_at_the_field(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast)
    answer = logged_in(cast.bram).post(reverse("referral", args=[referral.pk]), {}, headers={"accept-language": "en"})
    text = answer.content.decode()
    assert text.count("Read the summary and tick that you have read it.") == 2
    assert SUMMARY in text
    referral.refresh_from_db()
    assert referral.state == "offered"


def test_who_comes_second_is_told_calmly_who_has_it(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast)
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    browser = logged_in(cast.bram)
    for answer in (
        browser.post(reverse("referral", args=[referral.pk]), {"read": "on"}, headers={"accept-language": "en"}),
        browser.get(reverse("referral", args=[referral.pk]), headers={"accept-language": "en"}),
        browser.get(reverse("referral_return", args=[referral.pk]), headers={"accept-language": "en"}),
    ):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Ilse Çelik has accepted this case already." in text
        assert SUMMARY not in text


def test_returning_asks_a_reason_and_keeps_what_was_typed(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast)
    browser, address = logged_in(cast.bram), reverse("referral_return", args=[referral.pk])
    text = browser.post(address, {"note": "Eerst bellen."}, headers={"accept-language": "en"}).content.decode()
    assert "Choose why you return it." in text
    assert "Eerst bellen." in text
    text = browser.post(address, {"reason": "more_needed"}, headers={"accept-language": "en"}).content.decode()
    assert "Write what the desk should know." in text
    answer = browser.post(address, {"reason": "more_needed", "note": "Welk rooster?"})
    assert (answer.status_code, answer.url) == (302, "/overnemen/")
    referral.refresh_from_db()
    assert (referral.state, referral.return_note) == ("returned", "Welk rooster?")


def test_what_i_returned_shows_who_looks_further_and_not_the_person(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast)
    actions.return_to_desk(referral, reason="conflict", note="Mijn buurman.", by=cast.actor("bram"), at=cast.at)
    text = page_of(logged_in(cast.bram))
    assert counts(text) == [0, 0, 1]
    assert "I know this person, or they know me" in text
    assert "Samira El Amrani at the desk looks further." in text
    assert SUMMARY not in text
    assert "Mijn buurman." not in text


def test_an_accepted_card_says_how_far_the_help_is(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    track = Track.objects.create(case=referral.case, kind="short_term_help", started_at=cast.at)
    later = cast.at + dt.timedelta(days=2)
    for state, starts, minutes in (
        (SessionState.HELD, cast.at, 45), (SessionState.HELD, cast.at, 10), (SessionState.PLANNED, later, 45),
    ):  # fmt: skip
        Session.objects.create(
            case=referral.case, track=track, with_user=cast.bram, state=state, starts_at=starts, minutes=minutes
        )
    lane = board.see(cast.actor("bram"), cast.at).accepted
    assert (lane.rows[0].held, lane.rows[0].next_session) == (1, later)
    with translation.override("en"):
        [card] = board.see(cast.actor("bram"), cast.at).accepted.cards
    assert card.text == "Conversation 1 of at most 5 held."
    assert card.done == "Next conversation: Thursday 12 March, 10:15"
    assert cards.progress_text(counter(None, 0), planned=False) != cards.progress_text(counter(None, 0), planned=True)


def test_a_card_counts_the_help_that_runs_over_all_its_periods(cast: Cast) -> None:
    """Short-term help before and after coaching is one count; while coaching runs, only that is counted."""
    referral, days = make_referral(cast), dt.timedelta(days=1)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    said = []
    for number, kind in enumerate(("short_term_help", "coaching", "short_term_help")):
        Track.objects.filter(case=referral.case, ended_at=None).update(ended_at=cast.at + number * days)
        track = Track.objects.create(case=referral.case, kind=kind, started_at=cast.at + number * days)
        Session.objects.create(
            case=referral.case, track=track, with_user=cast.bram, state=SessionState.HELD, starts_at=cast.at, minutes=45
        )
        with translation.override("en"):
            [card] = board.see(cast.actor("bram"), cast.at).accepted.cards
        said.append(card.text.removesuffix(" Nothing planned."))
    assert said == [
        "Conversation 1 of at most 5 held.", "Coaching, 1 of 5 to 9.", "Conversation 2 of at most 5 held.",
    ]  # fmt: skip


def test_a_card_counts_what_was_put_together_with_its_case(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    gone = make_accepted(cast, person=referral.case.person)
    for case in (gone, referral.case):
        track = Track.objects.create(case=case, kind="short_term_help", started_at=cast.at)
        Session.objects.create(
            case=case, track=track, with_user=cast.bram, state=SessionState.HELD, starts_at=cast.at, minutes=45
        )
    merging.merge(gone, referral.case, reason="Zelfde stem.", by=cast.actor("bram"), at=cast.at)
    [row] = board.see(cast.actor("bram"), cast.at).accepted.rows
    assert row.held == 2


def test_only_open_cases_that_are_still_mine_stay_on_the_board(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    assert board.see(cast.actor("bram"), cast.at).accepted.count == 1
    Case.objects.filter(pk=referral.case_id).update(owner=cast.ilse)
    assert board.see(cast.actor("bram"), cast.at).accepted.count == 0


def serve(cast: Cast, name: str, unit: str) -> None:
    Coverage.objects.create(user=cast.users[name], unit=cast.units[unit], starts_on=cast.at.date())


def test_who_serves_units_sees_those_first_and_the_rest_on_request(cast: Cast, logged_in: Browser) -> None:
    serve(cast, "bram", "90bat-b")
    mine = make_referral(cast, unit="90bat-b")
    make_referral(cast, unit="90bat-a")
    pressing = make_referral(cast, unit="90bat-a", urgency=Urgency.URGENT)
    by_name = make_referral(cast, unit="90bat-a", to=to_worker(cast, "bram"))
    seen = board.see(cast.actor("bram"), cast.at)
    assert {row.pk for row in seen.offered.rows} == {mine.pk, pressing.pk, by_name.pk}
    assert (seen.may_widen, seen.hidden) == (True, 1)
    text = page_of(logged_in(cast.bram))
    assert "1 case for another unit in your region waits too." in text
    assert counts(page_of(logged_in(cast.bram), "/overnemen/?region=1"))[0] == 4
    assert board.see(cast.actor("ilse"), cast.at).may_widen is False


def test_what_waited_half_its_time_is_never_left_out(cast: Cast) -> None:
    serve(cast, "bram", "90bat-b")
    referral = make_referral(cast, unit="90bat-a")
    assert board.see(cast.actor("bram"), cast.at).offered.count == 0
    actions.remind_due(referral.remind_at)
    assert board.see(cast.actor("bram"), cast.at).offered.count == 1


def test_the_units_under_a_served_unit_are_own_units(cast: Cast) -> None:
    serve(cast, "bram", "90bat")
    make_referral(cast, unit="90bat-a")
    make_referral(cast, unit="inkoop")
    seen = board.see(cast.actor("bram"), cast.at)
    assert (seen.offered.count, seen.hidden) == (1, 1)


def test_twelve_queries_at_most_with_one_and_with_thirty(cast: Cast, logged_in: Browser) -> None:
    serve(cast, "bram", "90bat")
    browser = logged_in(cast.bram)
    fill(cast, 1)
    few = counted_queries(browser, "/overnemen/")
    fill(cast, 30)
    assert board.see(cast.actor("bram"), cast.at).offered.count == 31
    assert counted_queries(browser, "/overnemen/") == few
    assert few <= 12


def fill(cast: Cast, number: int) -> None:
    """So many in each of the three lists, all of one person."""
    person, bram = make_person(at=cast.at), cast.actor("bram")
    for _ in range(number):
        make_referral(cast, make_case(cast, person=person))
        accepted = make_referral(cast, make_case(cast, person=person))
        actions.accept(accepted, read=True, by=bram, at=cast.at)
        returned = make_referral(cast, make_case(cast, person=person))
        actions.return_to_desk(returned, reason="client_declines", note="", by=bram, at=cast.at)


def test_a_page_has_twenty_five_and_each_list_turns_its_own(cast: Cast, logged_in: Browser) -> None:
    for _ in range(27):
        make_referral(cast)
    browser = logged_in(cast.bram)
    assert page_of(browser).count("data-row") == 25
    assert page_of(browser, "/overnemen/?list=offered&page=2").count("data-row") == 2
    assert page_of(browser, "/overnemen/?list=accepted&page=2").count("data-row") == 25
    assert page_of(browser, "/overnemen/?list=nonsense&page=x%00").count("data-row") == 25


def test_news_is_one_polite_line_and_only_when_there_is_any(cast: Cast, logged_in: Browser) -> None:
    browser, address = logged_in(cast.bram), reverse("referral_news")
    make_referral(cast, at=cast.at - dt.timedelta(hours=1))
    since = {"since": (cast.at - dt.timedelta(minutes=5)).isoformat()}
    assert browser.get(address, since).content.strip() == b""
    make_referral(cast)
    text = browser.get(address, since, headers={"accept-language": "en"}).content.decode()
    assert "1 new case is offered to you." in text
    assert "<html" not in text
    for odd in ("", "yesterday", "2026-13-99T99:99", "2026-03-10T10:00"):
        assert browser.get(address, {"since": odd}).content.strip() == b""


def test_an_empty_board_says_that_all_is_well(cast: Cast, logged_in: Browser) -> None:
    text = page_of(logged_in(cast.ruben))
    assert counts(text) == [0, 0, 0]
    assert "Nothing waits for you" in text
    assert "Nothing given back" in text


def test_a_mission_team_has_the_same_board(cast: Cast, logged_in: Browser) -> None:
    referral = make_referral(cast, to=to_team(cast, "smt-90"))
    answer = logged_in(cast.ruben).post(reverse("referral", args=[referral.pk]), {"read": "on"})
    assert answer.status_code == 302
    assert Case.objects.get(pk=referral.case_id).team.code == "smt-90"


def test_a_made_up_id_is_not_found(cast: Cast, logged_in: Browser) -> None:
    made_up = "00000000-0000-4000-8000-000000000000"
    assert logged_in(cast.bram).get(f"/overnemen/{made_up}/").status_code == 404
    assert not Referral.objects.filter(pk=made_up).exists()


def test_a_summary_is_out_of_sight_as_soon_as_the_client_withdrew(cast: Cast, logged_in: Browser) -> None:
    offered = make_referral(cast)
    withdraw(offered.case, by=cast.actor("tom"), at=cast.at)
    text = page_of(logged_in(cast.bram), f"/overnemen/{offered.pk}/")
    assert SUMMARY not in text and "The desk has taken this case back." in text


@pytest.mark.parametrize(
    "since", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-10T09:00:00+23:59"]
)
def test_news_bears_any_moment(cast: Cast, logged_in: Browser, since: str) -> None:
    answer = logged_in(cast.bram).get("/overnemen/nieuws/", {"since": since})
    assert (answer.status_code, answer.context_data["fresh"]) == (200, 0)


def test_the_line_with_news_takes_only_news_and_no_page_to_log_in(cast: Cast, logged_in: Browser) -> None:
    page = logged_in(cast.bram).get("/overnemen/").content.decode()
    assert re.search(r'hx-get="/overnemen/nieuws/[^>]*hx-select="\[data-news\]"', page)
    asked = {"HX-Request": "true", "X-Background": "yes"}
    answer = Client().get("/overnemen/nieuws/", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert Client().get("/overnemen/nieuws/").status_code == 302
