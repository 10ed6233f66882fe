"""A complaint about a worker: kept from that person, handled by named others, within its terms."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions as account_actions
from accounts.duty import load_calendar
from accounts.enums import Role
from accounts.models import AuditEvent, Membership, Notice
from cases import closing, complaints, deputies, guarded, merging, messages, timeline
from cases import mediation as talks
from cases.complaints import Said
from cases.enums import AccessReason, CaseOutcome
from cases.enums.guarded import ComplaintState
from cases.models import Case, Complaint, ComplaintLine, ComplaintTerm
from cases.moves import NotNow
from cases.permissions import grant
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted
from tests.racing import at_once

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, client="tom")


def complain(
    cast: Cast, case: Case, about: str = "bram", *, by: str = "tom", not_by: tuple[str, ...] = ()
) -> Complaint:
    said = Said("Hij luistert niet.", cast.users[about], "", tuple(cast.users[name] for name in not_by))
    return complaints.receive(case, said, by=cast.actor(by), at=cast.at, calendar=load_calendar())


def coordinator(cast: Cast, name: str) -> None:
    start = cast.at.date() - 90 * DAY
    Membership.objects.create(user=cast.users[name], team=cast.teams["desk"], role=Role.COORDINATOR, starts_on=start)


def named(complaint: Complaint) -> set[str]:
    return {row.user.name.split()[0].lower() for row in complaint.handlers.select_related("user")}


def sees(cast: Cast, name: str, complaint: Complaint) -> bool:
    return guarded.complaints(cast.actor(name)).filter(pk=complaint.pk).exists()


def test_the_coordinator_handles_it_and_nobody_else_sees_it(cast: Cast, case: Case) -> None:
    row = complain(cast, case)
    assert named(row) == {"els"}
    assert [name for name in cast.users if sees(cast, name, row)] == ["els"]
    assert Notice.objects.filter(kind="guarded.asks", user=cast.els, channel="inbox").count() == 1
    assert not Notice.objects.filter(kind__startswith="guarded.", user=cast.bram).exists()


def test_terms_are_five_working_days_and_six_weeks(cast: Cast, case: Case) -> None:
    row = complain(cast, case)
    assert timezone.localtime(row.acknowledge_by) == dt.datetime(2026, 3, 17, 17, tzinfo=cast.at.tzinfo)
    assert row.answer_by == cast.at + 42 * DAY


def test_the_coordinator_may_change_the_terms(cast: Cast, case: Case) -> None:
    ComplaintTerm.objects.filter(step="answer").update(days=10)
    assert complain(cast, case).answer_by == cast.at + 10 * DAY


def test_a_coordinator_complained_about_leaves_it_to_another(cast: Cast, case: Case) -> None:
    coordinator(cast, "joost")
    row = complain(cast, case, about="els")
    assert named(row) == {"joost"} and not sees(cast, "els", row)


def test_without_another_coordinator_the_privacy_officer_handles_it(cast: Cast, case: Case) -> None:
    row = complain(cast, case, about="els")
    assert named(row) == {"vera"} and sees(cast, "vera", row) and not sees(cast, "els", row)


def test_when_nobody_is_left_the_administrators_hear_that_and_no_more(cast: Cast, case: Case) -> None:
    row = complain(cast, case, about="els", not_by=("vera",))
    assert named(row) == set()
    notice = Notice.objects.filter(kind="guarded.nobody", user=cast.arie).first()
    assert notice is not None and notice.subject_id is None and not sees(cast, "arie", row)
    coordinator(cast, "joost")
    complaints.look_due(cast.at + DAY)
    assert named(row) == {"joost"}


def test_neither_who_has_the_case_nor_who_stands_in_nor_who_is_kept_out(cast: Cast, case: Case) -> None:
    for name in ("bram", "ilse", "joost"):
        coordinator(cast, name)
    today = cast.at.date()
    days = {"first_day": today, "last_day": today, "by": cast.actor("els"), "at": cast.at}
    deputies.enter(cast.karin, deputy=cast.ilse, **days)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=cast.at)
    row = complain(cast, case, about="karin")
    assert named(row) == {"els"}
    row.handlers.create(user=cast.ilse, named_at=cast.at)  # even when a row were left behind
    row.handlers.create(user=cast.bram, named_at=cast.at)
    row.handlers.create(user=cast.joost, named_at=cast.at)
    assert [name for name in cast.users if sees(cast, name, row)] == ["els"]


def test_a_handler_who_leaves_is_replaced_by_the_sweep(cast: Cast, case: Case) -> None:
    coordinator(cast, "joost")
    row = complain(cast, case)
    account_actions.disable_user(cast.els, by=cast.actor("arie"), at=cast.at)
    complaints.look_due(cast.at + DAY)
    assert named(row) == {"joost"}


def test_reminders_once_before_and_once_after(cast: Cast, case: Case) -> None:
    row = complain(cast, case)
    told = Notice.objects.filter(kind="guarded.asks", channel="inbox")
    for days, count in ((1, 1), (6.5, 2), (7.5, 3), (34, 3), (36, 4), (43, 5), (90, 5)):
        for _twice in range(2):
            complaints.look_due(cast.at + days * DAY)
        assert told.count() == count, days
    complaints.withdraw(row, by=cast.actor("tom"), at=cast.at + 91 * DAY)
    complaints.look_due(cast.at + 200 * DAY)
    assert told.count() == 6  # that it was taken back


def test_it_goes_from_received_to_answered(cast: Cast, case: Case) -> None:
    row, els, number = complain(cast, case), cast.actor("els"), uuid.uuid4()
    for _twice in range(2):
        row = complaints.say(row, "Ik kijk ernaar.", by=els, at=cast.at + DAY, number=number)
    assert (row.state, row.handler) == (ComplaintState.IN_HANDLING, cast.els)
    complaints.client_says(row, "Dank.", by=cast.actor("tom"), at=cast.at + DAY)
    row = complaints.say(row, "Bram biedt excuses aan.", ends="answered", by=els, at=cast.at + 2 * DAY)
    assert (row.state, row.next_look_at) == (ComplaintState.ANSWERED, None)
    assert ComplaintLine.objects.filter(complaint=row).count() == 4
    with pytest.raises(NotNow):
        complaints.client_says(row, "Nog iets.", by=cast.actor("tom"), at=cast.at + 3 * DAY)


def test_it_leaves_no_trace_in_the_case(cast: Cast, case: Case) -> None:
    before, audit = len(timeline.for_staff(case)), AuditEvent.objects.filter(case_id=case.pk).count()
    row = complain(cast, case)
    complaints.say(row, "Ik kijk ernaar.", by=cast.actor("els"), at=cast.at)
    complaints.withdraw(row, by=cast.actor("tom"), at=cast.at)
    assert len(timeline.for_staff(case)) == before
    assert AuditEvent.objects.filter(case_id=case.pk).count() == audit
    assert AuditEvent.objects.filter(action__startswith="complaint.").count() == 3


def test_whom_the_client_meant_is_found_out_and_shut_out(cast: Cast, case: Case) -> None:
    said = Said("Zij was kortaf.", None, "De mevrouw van de telefoon")
    row = complaints.receive(case, said, by=cast.actor("tom"), at=cast.at, calendar=load_calendar())
    assert named(row) == {"els"}
    with pytest.raises(NotNow):
        complaints.found_out(row, cast.ilse, by=cast.actor("vera"), at=cast.at)
    complaints.found_out(row, cast.els, by=cast.actor("els"), at=cast.at)
    assert named(row) == {"vera"} and not sees(cast, "els", row)


def test_closing_the_case_does_not_end_it(cast: Cast, case: Case) -> None:
    row = complain(cast, case)
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    row.refresh_from_db()
    assert row.state == ComplaintState.RECEIVED and row.next_look_at is not None


def test_one_at_a_time_and_nobody_writes_down_their_own(cast: Cast, case: Case) -> None:
    with pytest.raises(NotNow):
        complain(cast, case, about="samira", by="samira")
    complain(cast, case, by="samira")
    with pytest.raises(NotNow):
        complain(cast, case)


@pytest.mark.parametrize("who", ["bram", "ilse", "karin", "samira", "nadia", "arie", "tom"])
def test_nobody_else_says_anything_in_it(cast: Cast, case: Case, who: str) -> None:
    row = complain(cast, case)
    with pytest.raises(NotNow):
        complaints.say(row, "Ik ook.", by=cast.actor(who), at=cast.at)


@pytest.fixture
def now(db: None) -> Cast:
    """For pages, which read the clock."""
    return make_cast(timezone.localtime())


def sent(body: str, **other: Any) -> dict[str, Any]:
    return {"body": body, "submission": str(uuid.uuid4())} | other


def test_the_client_complains_and_hears_back(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    tom, page = logged_in(now.tom), f"/mijn/{case.reference}/horen/"
    assert "Choose" not in tom.get(page).content.decode()
    assert "Kies iemand" in tom.post(page, sent("Hij luistert niet.")).content.decode()
    good = sent("Hij luistert niet.", about=str(now.bram.pk))
    assert [tom.post(page, good).status_code for _twice in range(2)] == [302, 302]
    row = Complaint.objects.get()
    els, there = logged_in(now.els), f"/afgeschermd/k/{row.pk}/"
    assert "Hij luistert niet." in els.get(there).content.decode()
    assert row.case.reference in els.get("/afgeschermd/").content.decode()
    assert els.post(there, sent("Ik kijk ernaar.", ends="message")).status_code == 302
    shown = tom.get(page).content.decode()
    assert "Ik kijk ernaar." in shown and "Els Koning behandelt de klacht." in shown
    assert tom.post(page, {"do": "withdraw"}).status_code == 302
    assert tom.post(page, {"do": "withdraw"}).status_code == 200
    assert Complaint.objects.get().state == ComplaintState.WITHDRAWN


@pytest.mark.parametrize("who", ["bram", "ilse", "karin", "samira", "nadia", "vera", "arie", "tom", "fenna"])
def test_others_get_404(now: Cast, logged_in: LogIn, who: str) -> None:
    row = complain(now, make_accepted(now, client="tom"))
    browser = logged_in(now.users[who])
    assert browser.get(f"/afgeschermd/k/{row.pk}/").status_code == 404
    assert browser.post(f"/afgeschermd/k/{row.pk}/", sent("Ik ook.")).status_code == 404
    listed = browser.get("/afgeschermd/")
    assert listed.status_code in {200, 404} and row.case.reference not in listed.content.decode()


def test_the_worker_reads_nothing_of_it_anywhere(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    bram = logged_in(now.bram)
    pages = [f"/zaken/{case.reference}/{tail}" for tail in ("", "betrokkenen/", "afgeschermd/", "berichten/")]
    before = [bram.get(page).content.decode().count("lacht") for page in pages]
    complain(now, case)
    assert [bram.get(page).content.decode().count("lacht") for page in pages] == before


def test_the_desk_writes_one_down_and_does_not_see_it_again(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    samira, page = logged_in(now.samira), f"/zaken/{case.reference}/horen/"
    assert samira.post(page, sent("Over mij.", about=str(now.samira.pk))).status_code == 200
    assert samira.post(page, sent("Over Bram.", about=str(now.bram.pk))).status_code == 302
    row = Complaint.objects.get()
    assert "Over Bram." in logged_in(now.tom).get(f"/mijn/{case.reference}/horen/").content.decode()
    assert samira.post(page, sent("Nog een.", about=str(now.bram.pk))).status_code == 302
    both = logged_in(now.tom).get(f"/mijn/{case.reference}/horen/").content.decode()
    assert "Over Bram." in both and "Nog een." in both
    assert row.entered_by == now.samira and samira.get(f"/afgeschermd/k/{row.pk}/").status_code == 404
    assert logged_in(now.karin).get(page).status_code == 404


def test_the_privacy_officer_answers_when_the_coordinator_is_complained_about(now: Cast, logged_in: LogIn) -> None:
    row = complain(now, make_accepted(now, client="tom"), about="els")
    there, vera = f"/afgeschermd/k/{row.pk}/", logged_in(now.vera)
    assert logged_in(now.els).get(there).status_code == 404
    assert row.case.reference not in logged_in(now.els).get("/afgeschermd/").content.decode()
    assert row.case.reference in vera.get("/afgeschermd/").content.decode()
    assert vera.post(there, sent("Ik praat met haar.", ends="answered")).status_code == 302
    assert Complaint.objects.get().state == ComplaintState.ANSWERED
    assert vera.get(f"/zaken/{row.case.reference}/").status_code == 404


def test_the_handler_says_whom_the_client_meant(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    said = Said("Hij was kortaf.", None, "De man van de telefoon")
    row = complaints.receive(case, said, by=now.actor("tom"), at=now.at, calendar=load_calendar())
    els, there = logged_in(now.els), f"/afgeschermd/k/{row.pk}/"
    wrong = els.post(there, {"do": "about"})
    assert wrong.status_code == 200 and Complaint.objects.get().about is None
    assert els.post(there, {"do": "about", "colleague": str(now.joost.pk)}).status_code == 302
    assert Complaint.objects.get().about == now.joost
    assert els.post(there, {"do": "about", "colleague": str(now.samira.pk)}).status_code == 200
    assert Complaint.objects.get().about == now.joost


def talk(cast: Cast, case: Case, leader: str) -> None:
    talks.begin(
        case, other=talks.OtherOne("Piet Sterk", "manager", "piet@werk.example"), called="Tom", subject="Samen verder.",
        leader=cast.users[leader], wanted=True, by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip


def test_who_leads_a_talk_of_the_client_can_be_named_and_does_not_handle_it(cast: Cast, case: Case) -> None:
    coordinator(cast, "joost")
    Case.objects.filter(pk=case.pk).update(region=None)
    talk(cast, case, "els")
    assert cast.els in complaints.who_it_could_be(case, cast.at)
    row = complain(cast, case)
    assert named(row) == {"joost"} and not sees(cast, "els", row)


def test_whoever_begins_to_lead_one_sees_it_no_longer(cast: Cast, case: Case) -> None:
    row = complain(cast, case)
    assert sees(cast, "els", row)
    talk(cast, case, "els")
    assert not sees(cast, "els", row)


def test_who_has_what_the_case_was_put_together_with_does_not_handle_it(cast: Cast) -> None:
    gone, stays = make_case(cast), make_case(cast, owner="els")
    row = complain(cast, gone, by="samira")
    assert sees(cast, "els", row)
    merging.merge(gone, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    assert not sees(cast, "els", row)
    complaints.look_due(cast.at + 2 * DAY)
    assert named(row) == {"vera"}


def test_looking_at_the_complaint_is_not_reading_the_messages(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    sent = timezone.now() - dt.timedelta(hours=1)
    messages.send(case, submission_id=uuid.uuid4(), body="Tot morgen.", by=now.actor("bram"), at=sent)
    assert logged_in(now.tom).get(f"/mijn/{case.reference}/horen/").status_code == 200
    assert [row.seen_at for row in messages.of_case(case)] == [None]


def test_what_was_written_stays_when_the_complaint_was_closed_or_runs_already(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    tom, page = logged_in(now.tom), f"/mijn/{case.reference}/horen/"
    row = complain(now, case)
    running = tom.post(page, sent("En nog iets anders.", do="new", about=str(now.bram.pk))).content.decode()
    assert "En nog iets anders.</textarea>" in running and ComplaintLine.objects.count() == 1
    complaints.say(row, "Opgelost.", ends=ComplaintState.ANSWERED, by=now.actor("els"), at=now.at)
    closed = tom.post(page, sent("Ik ben het er niet mee eens.", do="more")).content.decode()
    assert "Niet verstuurd: je klacht is afgesloten." in closed and "niet mee eens.</textarea>" in closed


def test_two_clicks_at_once_are_one_line(committed_db: None) -> None:
    cast = make_cast(timezone.localtime())
    row, number = complain(cast, make_accepted(cast, client="tom")), uuid.uuid4()
    tom, els = cast.actor("tom"), cast.actor("els")
    for _round in range(3):
        at_once(*[lambda: complaints.client_says(row, "Nog iets.", by=tom, at=cast.at, number=number)] * 2)
        at_once(*[lambda: complaints.say(row, "Ik lees het.", by=els, at=cast.at, number=uuid.UUID(int=7))] * 2)
    assert ComplaintLine.objects.filter(complaint=row).count() == 3
