"""Calling back over HTTP: the list, one of them, the grid, the client's page and the question in the form."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.enums import Line
from accounts.models import AuditEvent
from cases import actions, call_attempts, callbacks, telephone
from cases.enums import AccessReason, CallBackState
from cases.models import CallBack, CallBackHour, Case, Intake
from cases.permissions import grant
from cases.telephone import Event
from desk import calling, snapshot
from tests.desk.asking import CONTACT, Asking
from tests.desk.counting import queries_of
from tests.desk.test_entering import SPOKEN, Entering
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast
from tests.world import follower_session

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)
LIST = "/loket/terugbellen/"
DUTCH = {"accept-language": "nl"}
CHOSEN = CONTACT | {"call_slot": "2026-03-10T10:00Z"}


@pytest.fixture(autouse=True)
def clock(at: dt.datetime, settings: Any, tmp_path: Any) -> Any:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def grid(cast: Cast) -> Cast:
    """One place in each half hour from 11 to 12, and the public snapshot of it."""
    for day in range(1, 6):
        CallBackHour.objects.create(line=Line.DESK, weekday=day, hour=11, places=1)
    snapshot.write(cast.at)
    return cast


def rang(at: dt.datetime, number: str = "+31600000021", **more: Any) -> CallBack:
    event = Event(f"call-{number}", "missed_call", Line.DESK, at, number=number, **more)
    return telephone.take_event(event, at=at, calendar=load_calendar())[0].call_back


def page_of(row: CallBack) -> str:
    return f"{LIST}{row.pk}/"


def fresh(row: CallBack) -> CallBack:
    return CallBack.objects.get(pk=row.pk)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_many(cast: Cast, at: dt.datetime, logged_in: LogIn, count: int) -> None:
    for number in range(count):
        callbacks.agree(make_case(cast), at + (number + 1) * HOUR, by=cast.actor("samira"), at=at)
        rang(at, f"+316000000{number + 21}")
    desk = logged_in(cast.samira)
    found = queries_of(lambda: desk.get(LIST))
    assert len(found) <= 12, "\n".join(found)
    assert len(desk.get(LIST).context["page"].object_list) == min(2 * count, 25)


def test_the_list_shows_the_first_due_and_no_number(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    rang(at - 2 * HOUR)
    case = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at).case
    text = logged_in(cast.samira).get(LIST, headers=DUTCH).content.decode()
    assert text.index("Beller nog onbekend") < text.index(case.reference)
    assert "Te laat" in text and "00 21" not in text and "Tom" not in text


@pytest.mark.parametrize(("who", "status"), [("els", 200), ("nadia", 404), ("bram", 404), ("vera", 404), ("tom", 404)])
def test_only_the_desk_opens_them(cast: Cast, at: dt.datetime, logged_in: LogIn, who: str, status: int) -> None:
    row = rang(at)
    client = logged_in(cast.users[who])
    for url in (LIST, page_of(row)):
        assert client.get(url).status_code == status


def test_a_blocked_colleague_sees_neither_the_row_nor_the_page(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)
    grant(row.case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    client = logged_in(cast.joost)
    assert row.case.reference not in client.get(LIST).content.decode()
    assert client.get(page_of(row)).status_code == 404
    assert client.post(page_of(row), {"do": "claim"}).status_code == 404
    assert fresh(row).claimed_by is None


def test_the_number_stands_under_the_wishes_and_the_look_is_written_down(
    cast: Cast, at: dt.datetime, logged_in: LogIn
) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)
    page = logged_in(cast.samira).get(page_of(row), headers=DUTCH).content.decode()
    wish = "Zeg niet wie je bent als iemand anders opneemt."
    assert page.index("Niets inspreken") < page.index(wish) < page.index("06 00 00 00 11")
    assert "Bericht ingesproken" not in page
    assert AuditEvent.objects.filter(action="case.viewed", case_id=row.case_id, part="call back").count() == 1
    stranger = rang(at)
    assert wish in logged_in(cast.samira).get(page_of(stranger), headers=DUTCH).content.decode()
    assert AuditEvent.objects.filter(action="call_back.viewed", object_id=str(stranger.pk)).count() == 1


def test_take_try_and_come_back(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)
    samira, joost = logged_in(cast.samira), logged_in(cast.joost)
    samira.post(page_of(row), {"do": "claim"})
    assert fresh(row).claimed_by == cast.samira
    page = joost.post(page_of(row), {"do": "claim"}, follow=True, headers=DUTCH).content.decode()
    assert "Samira El Amrani belt deze persoon." in page
    said = samira.post(page_of(row), {"do": "tried", "tried-way": "phone", "tried-outcome": "", "tried-note": "Bezig."})
    assert (said.status_code, "Bezig." in said.content.decode(), fresh(row).attempts) == (200, True, 0)
    typed = {"do": "tried", "tried-way": "phone", "tried-outcome": "no_answer", "tried-attempt_id": str(row.pk)}
    for _click in range(2):
        samira.post(page_of(row), typed)
    assert (fresh(row).attempts, fresh(row).next_at, fresh(row).claimed_by) == (1, at + 8 * HOUR, None)


def test_a_second_click_about_a_stranger_is_the_same_attempt(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row, samira = rang(at), logged_in(cast.samira)
    typed = {"do": "tried", "tried-outcome": "no_answer", "tried-note": "Bezet."}
    typed["tried-attempt_id"] = "6f1d7c1e-3a55-4a0e-9d0e-0f6c9f2b7a10"
    for _click in range(2):
        samira.post(page_of(row), typed)
    assert (fresh(row).attempts, fresh(row).note.count("Bezet.")) == (1, 1)


def test_a_message_that_may_not_be_left_is_refused(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)
    typed = {"do": "tried", "tried-way": "phone", "tried-outcome": "voicemail", "tried-attempt_id": str(row.pk)}
    for found in (row, rang(at)):
        page = logged_in(cast.samira).post(page_of(found), typed, headers=DUTCH)
        assert "De cliënt wil niet dat je iets inspreekt." in page.content.decode()
        assert fresh(found).attempts == 0


def test_the_fourth_attempt_is_for_the_coordinator(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row = rang(at)
    CallBack.objects.filter(pk=row.pk).update(attempts=3, outcome="no_answer")
    typed = {"do": "tried", "tried-outcome": "no_answer", "tried-attempt_id": str(row.pk)}
    samira, els = logged_in(cast.samira), logged_in(cast.els)
    assert "3 keer gebeld" in samira.post(page_of(row), typed, headers=DUTCH).content.decode()
    assert samira.post(page_of(row), {"do": "allow", "allow-reason": "Toch."}).status_code == 403
    assert (fresh(row).attempts, fresh(row).limit) == (3, 3)
    assert "Schrijf op waarom." in els.post(page_of(row), {"do": "allow"}, headers=DUTCH).content.decode()
    els.post(page_of(row), {"do": "allow", "allow-reason": "Belde drie keer zelf."})
    assert (fresh(row).limit, "Belde drie keer zelf." in fresh(row).note) == (4, True)
    samira.post(page_of(row), typed)
    assert fresh(row).attempts == 4


def test_a_call_is_linked_by_a_person(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row, case, hidden = rang(at), make_case(cast), make_case(cast)
    grant(hidden, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    samira = logged_in(cast.samira)
    for wrong in ("NB-2222-2222", hidden.reference):
        page = samira.post(page_of(row), {"do": "link", "link-reference": wrong}, headers=DUTCH).content.decode()
        assert "Je hebt geen zaak met dit kenmerk." in page
    assert AuditEvent.objects.filter(outcome="denied", case_id=hidden.pk).count() == 1
    samira.post(page_of(row), {"do": "link", "link-reference": case.reference.lower()})
    assert fresh(row).case == case
    assert "06 00 00 00 21" in samira.get(page_of(row)).content.decode()
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("samira"), at=at)
    assert fresh(row).state == CallBackState.DONE


def test_linked_to_who_may_not_be_called(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row, case = rang(at), make_case(cast, person=make_person(at=at, channels=["portal"]))
    samira = logged_in(cast.samira)
    samira.post(page_of(row), {"do": "link", "link-reference": case.reference})
    assert fresh(row).state == CallBackState.OTHER_WAY
    assert "06 00 00 00 21" not in samira.get(page_of(row)).content.decode()


def test_off_the_list_with_a_reason(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row, samira = rang(at), logged_in(cast.samira)
    assert "Schrijf op waarom." in samira.post(page_of(row), {"do": "finish"}, headers=DUTCH).content.decode()
    answer = samira.post(page_of(row), {"do": "finish", "finish-reason": "Verkeerd verbonden."})
    assert answer.headers["Location"] == LIST
    assert (fresh(row).state, fresh(row).reason) == (CallBackState.DONE, "Verkeerd verbonden.")
    assert samira.post(page_of(row), {"do": "nonsense"}).status_code == 302


def test_a_reason_stays_when_a_colleague_calls_already(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row, samira = rang(at), logged_in(cast.samira)
    with transaction.atomic():
        callbacks.claim(row, by=cast.actor("joost"), at=at)
    page = samira.post(page_of(row), {"do": "finish", "finish-reason": "Verkeerd verbonden."}).content.decode()
    assert "Verkeerd verbonden." in page and fresh(row).is_open


def test_agreeing_on_a_moment(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case, samira = make_case(cast), logged_in(cast.samira)
    url = reverse("call_back_agree", args=[case.reference])
    page = samira.post(url, {"day": "2026-03-10", "time": "10:15"}, headers=DUTCH).content.decode()
    assert "Kies een moment dat nog moet komen." in page
    samira.post(url, {"day": "2026-03-11", "time": "09:20"})
    assert CallBack.objects.get().next_at == at.replace(day=11, hour=9, minute=20)
    assert logged_in(cast.bram).get(url).status_code == 404


def test_the_grid_is_edited_and_copied(cast: Cast, logged_in: LogIn) -> None:
    els, url = logged_in(cast.els), "/organisatie/terugbellen/"
    page = els.post(url, {"d1h09": "3", "d1h10": "x", "copy": "monday"}, headers=DUTCH)
    assert [page.context["form"][f"d{day}h09"].value() for day in range(1, 8)] == ["3"] * 5 + [None, None]
    assert not CallBackHour.objects.exists()
    page = els.post(url, {"d1h09": "3", "d2h10": "21"}, headers=DUTCH).content.decode()
    assert "dinsdag 10:00: vul een heel getal in van 0 tot en met 20." in page and 'value="3"' in page
    els.post(url, {"d1h09": "3", "d2h10": "0", "d2h11": "1"})
    assert callbacks.places_of(Line.DESK) == {(1, 9): 3, (2, 11): 1}
    els.post(f"{url}?lijn=nacht", {"d7h23": "2"})
    assert snapshot.read().slots.places == {
        (Line.DESK, 1, 9): 3, (Line.DESK, 2, 11): 1, (Line.AFTER_HOURS, 7, 23): 2,
    }  # fmt: skip
    assert logged_in(cast.samira).get(url).status_code == 404


def test_the_client_chooses_changes_and_cancels(grid: Cast, at: dt.datetime) -> None:
    case = make_case(grid)
    client = Client(headers=DUTCH)
    client.cookies[settings.SESSION_COOKIE_NAME] = follower_session(case.intake, at)
    url = "/volgen/aanvraag/bellen/"
    assert "Kies een tijd" in client.post(url, {}, headers=DUTCH).content.decode()
    client.post(url, {"call_slot": "2026-03-10T10:00Z"})
    client.post(url, {"call_slot": "2026-03-10T10:30Z"})
    row = CallBack.objects.get()
    assert (row.slot_at, row.source) == (at.replace(hour=11, minute=30), "chosen")
    assert "We bellen je: dinsdag 10 maart, 11:30–12:00." in client.get("/volgen/aanvraag/").content.decode()
    other = make_case(grid)
    callbacks.choose(other, at.replace(hour=11, minute=0), by=follower(other.pk), at=at, calendar=load_calendar())
    page = client.post(url, {"call_slot": "2026-03-10T10:00Z"}).content.decode()
    assert "Deze tijd kun je niet meer kiezen. Vrij in de buurt: woensdag 11 maart 11:00–11:30" in page
    client.post(url, {"cancel": "1"})
    assert fresh(row).state == CallBackState.CANCELLED


def slot_of(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]*Z)"', page)


def test_a_time_is_chosen_in_the_form_and_promised(grid: Cast, at: dt.datetime) -> None:
    asking = Asking("nl")
    asking.walk(contact=CHOSEN)
    assert "dinsdag 10 maart, 11:00–11:30" in asking.page
    asking.post(send="1")
    row, receipt = CallBack.objects.get(), asking.response.context["receipt"]
    assert (row.slot_at, row.case.reference) == (at.replace(hour=11, minute=0), receipt.reference)
    assert receipt.promised_at == row.case.first_contact_due_at == at.replace(hour=11, minute=30)
    assert "We bellen je: dinsdag 10 maart, 11:00–11:30." in asking.page
    asking.post(send="1")
    assert CallBack.objects.count() == Intake.objects.count() == 1


def test_taken_meanwhile_keeps_what_was_typed(grid: Cast, at: dt.datetime) -> None:
    asking = Asking("nl")
    asking.walk(contact=CHOSEN)
    other = make_case(grid)
    callbacks.choose(other, at.replace(hour=11, minute=0), by=follower(other.pk), at=at, calendar=load_calendar())
    asking.post(send="1")
    assert Case.objects.count() == 1
    assert "Vrij in de buurt: dinsdag 10 maart 11:30–12:00" in asking.page
    assert CONTACT["phone"] in asking.page
    assert "2026-03-10T10:00Z" not in slot_of(asking.page) and "2026-03-10T10:30Z" in slot_of(asking.page)


def test_taken_meanwhile_at_the_desk_keeps_what_was_typed(grid: Cast, at: dt.datetime) -> None:
    desk = Entering(grid)
    desk.press("fill", **SPOKEN | {"call_slot": "2026-03-10T10:00Z"})
    other = make_case(grid)
    callbacks.choose(other, at.replace(hour=11, minute=0), by=follower(other.pk), at=at, calendar=load_calendar())
    desk.press("send", read_out="on")
    assert (Case.objects.count(), desk.shown) == (1, "form.html")
    assert list(desk.errors) == ["call_slot"] and SPOKEN["story"] in desk.page
    desk.press("fill", **SPOKEN | {"call_slot": "2026-03-10T10:30Z"})
    desk.press("send", read_out="on")
    assert (Case.objects.count(), CallBack.objects.count(), desk.shown) == (2, 2, "receipt.html")


@pytest.mark.parametrize(("minute", "second", "kept"), [(30, 0, 1), (30, 1, 0)])
def test_begun_earlier_and_sent_too_late(grid: Cast, at: dt.datetime, minute: int, second: int, kept: int) -> None:
    asking = Asking("nl")
    asking.walk(contact=CHOSEN)
    with time_machine.travel(at.replace(minute=minute, second=second), tick=False):
        asking.post(send="1")
    assert CallBack.objects.count() == Intake.objects.count() == kept
    assert ("Deze tijd kun je niet meer kiezen." in asking.page) is not bool(kept)


def test_without_the_phone_a_time_is_not_sent(grid: Cast) -> None:
    asking = Asking("nl")
    asking.walk(contact=CHOSEN | {"channels": ["portal"]})
    asking.post(send="1")
    assert (Case.objects.count(), CallBack.objects.count()) == (1, 0)


def test_none_left_shows_the_number(grid: Cast, at: dt.datetime) -> None:
    CallBackHour.objects.exclude(weekday=2).delete()
    for minutes in (0, 30):
        for ahead in (0, 7):
            CallBack.objects.create(
                case=make_case(grid), source="chosen", created_at=at, next_at=at, due_at=at, place=0,
                slot_at=at.replace(hour=11, minute=minutes) + dt.timedelta(days=ahead),
            )  # fmt: skip
    snapshot.write(at)
    asking = Asking("nl")
    asking.walk(until="contact")
    assert "Alle tijden om gebeld te worden zijn bezet." in asking.page
    assert slot_of(asking.page) == []


def test_the_day_shows_who_is_to_be_called(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)
    rang(at - HOUR)
    samira = logged_in(cast.samira)
    today = samira.get("/loket/", headers=DUTCH).context["today"]
    assert [(line.reference, line.text) for line in today] == [
        ("Beller nog onbekend", "Gemiste oproep"), (row.case.reference, "Afgesproken met een medewerker"),
    ]  # fmt: skip
    listed = samira.get("/loket/terugbellen/").context["page"].object_list
    assert [(line.label, line.words) for line in listed] == [(line.reference, line.text) for line in today]
    duty = samira.get("/wacht/", headers=DUTCH).content.decode()
    assert page_of(CallBack.objects.get(case=None)) in duty and page_of(row) not in duty


def test_sent_again_finds_the_half_hour_that_it_took_itself(grid: Cast, at: dt.datetime) -> None:
    asking = Asking("nl")
    asking.walk(contact=CHOSEN)
    check = asking.blob
    asking.post(send="1")
    for later in (HOUR / 4, HOUR):
        with time_machine.travel(at + later, tick=False):
            snapshot.write(at + later)
            for more in ({}, {"state": check, "send": "1"}):
                asking.post(**more)
                assert asking.step == "sent", asking.errors
                assert asking.response.context["receipt"].repeated
    assert Case.objects.count() == CallBack.objects.count() == 1


def test_other_words_for_a_request_whose_half_hour_is_full_by_now(grid: Cast, at: dt.datetime) -> None:
    desk = Entering(grid)
    desk.enter(call_slot="2026-03-10T10:00Z")
    first = desk.answer.context["phrase"]
    assert "We bellen je: dinsdag 10 maart, 11:00–11:30." in desk.page
    snapshot.write(at)
    desk.press("words")
    assert (desk.shown, Case.objects.count()) == ("receipt.html", 1)
    assert desk.answer.context["phrase"] not in {"", first}


def test_who_rings_from_another_number_after_a_wrong_one_is_called_there(cast: Cast, at: dt.datetime) -> None:
    case, by = make_case(cast), cast.actor("samira")
    row = callbacks.agree(case, at + HOUR, by=by, at=at)
    actions.log_attempt(case, way="phone", outcome="wrong_number", by=by, at=at)
    with transaction.atomic():
        ringing = callbacks.call_back_for(by, rang(at + HOUR).pk, at, lock=True)
        callbacks.link(ringing, case, by=by, at=at + HOUR)
    row = fresh(row)
    assert (row.state, row.number, row.next_at) == (CallBackState.CALL, "+31600000021", at + HOUR)
    assert fresh(ringing).state == CallBackState.DONE
    calling.tell_due(at + 2 * HOUR)
    assert fresh(row).state == CallBackState.CALL


def test_who_rings_again_from_a_number_that_seemed_wrong_is_called_again(cast: Cast, at: dt.datetime) -> None:
    row, by = rang(at), cast.actor("samira")
    with transaction.atomic():
        call_attempts.try_stranger(callbacks.call_back_for(by, row.pk, at, lock=True), "wrong_number", by=by, at=at)
    assert fresh(row).state == CallBackState.OTHER_WAY
    event = Event("again", "missed_call", Line.DESK, at + HOUR, number="+31600000021")
    telephone.take_event(event, at=at + HOUR, calendar=load_calendar())
    assert (fresh(row).state, fresh(row).next_at) == (CallBackState.CALL, at + HOUR)
