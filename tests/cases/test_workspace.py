"""The workers' pages of one case: who may open what, what they show, and what they cost."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from cases import appointments, messages, notes, who_sees
from cases.enums import AccessReason, CaseOutcome, CaseState, NoteKind
from cases.models import Case, CaseAccess, ContactAttempt, Message, Note, Session
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)
TABS = ("", "verslagen/", "gesprekken/", "berichten/", "betrokkenen/", "afsluiten/", "contact/", "teruggeven/")
CONTENT = ("verslagen/", "gesprekken/", "berichten/", "afsluiten/", "teruggeven/", "gesprekken/geweest/")
SKIPPED = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "SET LOCAL", 'INSERT INTO "accounts_auditevent"')


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


def address(case: Case, tail: str = "") -> str:
    return f"/zaken/{case.reference}/{tail}"


def busy(cast: Cast) -> Case:
    """A case with something on every page."""
    case, by, at = make_accepted(cast), cast.actor("bram"), cast.at
    hour = dt.timedelta(hours=1)
    appointments.record_contact(case, starts_at=at - hour, minutes=45, way="phone", by=by, at=at)
    appointments.plan_session(case, starts_at=at + 30 * hour, way="phone", place="Kamer 12", by=by, at=at)
    notes.write(case, "Kop\n\nDOSSIERTEKST", kind=NoteKind.FILE, by=by, at=at)
    notes.write(case, "GEHEUGENSTEUN", kind=NoteKind.WORKING, by=by, at=at)
    tom = cast.actor("tom")
    messages.send(case, submission_id=uuid.uuid4(), body="VRAAG VAN TOM", by=tom, at=at)
    return case


def count(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len([query for query in asked.captured_queries if not query["sql"].startswith(SKIPPED)])


@pytest.mark.parametrize("tail", TABS)
def test_each_page_opens_and_writes_one_look(cast: Cast, logged_in: LogIn, tail: str) -> None:
    case = busy(cast)
    assert logged_in(cast.bram).get(address(case, tail)).status_code == 200
    event = AuditEvent.objects.get(action="case.viewed", case_id=case.pk)
    assert (event.actor_id, event.part != "", event.outcome) == (str(cast.bram.pk), True, "done")


@pytest.mark.parametrize("tail", TABS)
@pytest.mark.parametrize("who", ["ilse", "karin", "ruben", "vera", "arie", "tom", "max"])
def test_others_find_nothing_and_it_is_written_down(cast: Cast, logged_in: LogIn, who: str, tail: str) -> None:
    case = make_accepted(cast)
    before = AuditEvent.objects.filter(outcome="denied").count()
    assert logged_in(cast.users[who]).get(address(case, tail)).status_code == 404
    assert AuditEvent.objects.filter(outcome="denied").count() == before + 1


def test_someone_who_is_blocked_finds_nothing(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast)
    CaseAccess.objects.create(case=case, user=cast.bram, reason=AccessReason.BLOCKED, starts_at=cast.at)
    assert logged_in(cast.bram).get(address(case)).status_code == 404


@pytest.mark.parametrize("tail", CONTENT)
def test_the_desk_may_not_open_the_file_after_acceptance(cast: Cast, logged_in: LogIn, tail: str) -> None:
    case = busy(cast)
    assert logged_in(cast.samira).get(address(case, tail)).status_code == 403
    assert AuditEvent.objects.filter(case_id=case.pk, outcome="denied").count() == 1


def test_the_desk_finds_the_way_back_to_the_request(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, owner="samira", state=CaseState.IN_TRIAGE, summary="Wil rust.")
    way_back = f'href="/loket/{case.reference}/"'
    assert way_back in logged_in(cast.samira).get(address(case)).content.decode()
    accepted = make_accepted(cast)
    assert f'href="/loket/{accepted.reference}/"' not in logged_in(cast.samira).get(address(accepted)).content.decode()


def test_contact_scope_shows_contact_and_no_content(cast: Cast, logged_in: LogIn) -> None:
    case = busy(cast)
    ContactAttempt.objects.create(case=case, at=cast.at, by=cast.samira, way="phone", outcome="no_answer")
    page = logged_in(cast.samira).get(address(case), headers={"accept-language": "nl"}).content.decode()
    assert "06 00 00 00 11" in page and "Tom Jansen" in page and case.reference in page
    for secret in ("Ruzie", "sergeant", "DOSSIERTEKST", "GEHEUGENSTEUN", "VRAAG VAN TOM", "verslagen/"):
        assert secret not in page


def test_a_working_note_is_on_no_page_of_a_colleague(cast: Cast, logged_in: LogIn) -> None:
    case = busy(cast)
    CaseAccess.objects.create(case=case, user=cast.ilse, reason=AccessReason.DEPUTY, starts_at=cast.at)
    pages = [logged_in(cast.ilse).get(address(case, tail)).content.decode() for tail in TABS]
    assert "DOSSIERTEKST" in "".join(pages) and "GEHEUGENSTEUN" not in "".join(pages)
    assert "GEHEUGENSTEUN" in logged_in(cast.bram).get(address(case, "verslagen/")).content.decode()


@pytest.mark.parametrize("tail", ["", "verslagen/", "gesprekken/", "berichten/", "betrokkenen/", "afsluiten/"])
def test_twelve_queries_at_most(cast: Cast, logged_in: LogIn, tail: str) -> None:
    browser, case = logged_in(cast.bram), busy(cast)
    assert count(browser, address(case, tail)) <= 12


def test_the_list_costs_the_same_with_one_and_with_thirty(cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.bram)
    busy(cast)
    one = count(browser, "/zaken/")
    for _number in range(29):
        make_accepted(cast)
    assert count(browser, "/zaken/") == one <= 12


def test_the_list_shows_only_what_is_mine_and_open(cast: Cast, logged_in: LogIn) -> None:
    mine, others = make_accepted(cast), make_accepted(cast, owner="ilse")
    closed = make_accepted(cast, state=CaseState.CLOSED, outcome=CaseOutcome.HELPED, closed_at=cast.at)
    browser = logged_in(cast.bram)
    page, finished = browser.get("/zaken/").content.decode(), browser.get("/zaken/?status=closed").content.decode()
    assert mine.reference in page and others.reference not in page + finished
    assert closed.reference in finished and closed.reference not in page


def test_planning_over_http(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    day = (cast.at + dt.timedelta(days=2)).date().isoformat()
    sent = {"day": day, "time": "10:30", "way": "phone", "minutes": "45", "submission": str(uuid.uuid4())}
    for _twice in range(2):
        assert browser.post(address(case, "gesprekken/"), sent).status_code == 302
    session = Session.objects.get(case=case)
    assert timezone.localtime(session.starts_at).isoformat()[:16] == f"{day}T10:30"


def test_a_way_the_client_did_not_choose_asks_for_a_reason(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    day = (cast.at + dt.timedelta(days=2)).date().isoformat()
    sent = {"day": day, "time": "10:30", "way": "visit", "minutes": "45", "submission": str(uuid.uuid4())}
    answer = browser.post(address(case, "gesprekken/"), sent)
    assert answer.context["form"].errors.keys() == {"reason"} and not Session.objects.filter(case=case).exists()
    assert browser.post(address(case, "gesprekken/"), sent | {"reason": "Zij vroeg erom."}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"day": ""}, "day"), ({"day": "31-31-2026"}, "day"), ({"time": "25:99"}, "time"), ({"minutes": "x"}, "minutes"),
     ({"minutes": "999"}, "minutes"), ({"way": "telepathy"}, "way"), ({"day": "2020-01-01"}, "day")],
)  # fmt: skip
def test_bad_input_stays_at_its_field(cast: Cast, logged_in: LogIn, wrong: dict[str, str], field: str) -> None:
    case = make_accepted(cast)
    good = {"day": "2099-01-05", "time": "10:30", "way": "phone", "minutes": "45", "submission": str(uuid.uuid4())}
    answer = logged_in(cast.bram).post(address(case, "gesprekken/"), good | {"place": "Kamer 12"} | wrong)
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert "Kamer 12" in answer.content.decode()


def test_the_sixth_shows_three_ways_on(cast: Cast, logged_in: LogIn) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    for day in range(1, 6):
        appointments.plan_session(case, starts_at=cast.at + dt.timedelta(days=day), way="phone", by=by, at=cast.at)
    page = logged_in(cast.bram).get(address(case, "gesprekken/")).content.decode()
    for way in ("hulp/?step=stop#decide", "hulp/?step=refer#decide", "hulp/?step=coaching#decide"):
        assert f'href="{address(case, way)}"' in page
    assert 'name="day"' not in page


def test_a_sixth_that_took_place_is_kept_outside_after_being_asked(cast: Cast, logged_in: LogIn) -> None:
    case, by, browser = make_accepted(cast), cast.actor("bram"), logged_in(cast.bram)
    for hours in range(1, 6):
        start = cast.at - dt.timedelta(hours=hours)
        appointments.record_contact(case, starts_at=start, minutes=30, way="phone", by=by, at=cast.at)
    yesterday = (cast.at - dt.timedelta(days=1)).date().isoformat()
    sent = {"day": yesterday, "time": "10:00", "way": "phone", "minutes": "40", "submission": str(uuid.uuid4())}
    asked = browser.post(address(case, "gesprekken/geweest/"), sent)
    assert asked.context["refused"] and Session.objects.filter(case=case).count() == 5
    assert browser.post(address(case, "gesprekken/geweest/"), sent | {"outside": "on"}).status_code == 302
    assert Session.objects.get(case=case, track=None).minutes == 40


def test_recording_how_it_went(cast: Cast, logged_in: LogIn) -> None:
    case, by, browser = make_accepted(cast), cast.actor("bram"), logged_in(cast.bram)
    before = cast.at - dt.timedelta(days=1)
    session = appointments.plan_session(case, starts_at=cast.at - dt.timedelta(hours=2), way="phone", by=by, at=before)
    path = address(case, f"gesprekken/{session.pk}/")
    assert "minutes" in browser.post(path, {"state": "held", "minutes": ""}).context["form"].errors
    assert browser.post(path, {"state": "no_show", "minutes": ""}).status_code == 302
    session.refresh_from_db()
    assert session.state == "no_show"
    assert browser.get(address(case, f"gesprekken/{uuid.uuid4()}/")).status_code == 404


def test_two_tabs_keep_both_texts(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    note = notes.write(case, "Begin.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at)
    path, number = address(case, f"verslagen/{note.pk}/"), str(uuid.uuid4())
    assert browser.post(path, {"body": "EERSTE", "version": "1", "submission": number}).status_code == 302
    page = browser.post(path, {"body": "TWEEDE", "version": "1", "submission": number})
    assert page.status_code == 200 and "EERSTE" in page.content.decode() and "TWEEDE" in page.content.decode()
    assert browser.post(path, {"body": "SAMEN", "version": "2", "submission": number}).status_code == 302
    assert notes.for_client(case)[0].body == "SAMEN"


def test_sharing_asks_first(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    note = notes.write(case, "Let op.", kind=NoteKind.WORKING, by=cast.actor("bram"), at=cast.at)
    path = address(case, f"verslagen/{note.pk}/delen/")
    assert browser.get(path).status_code == 200 and Note.objects.get(pk=note.pk).kind == "working"
    assert browser.post(path).status_code == 302 and Note.objects.get(pk=note.pk).kind == "file"


def test_a_message_and_its_read_mark(cast: Cast, logged_in: LogIn) -> None:
    case, browser = busy(cast), logged_in(cast.bram)
    browser.get(address(case, "berichten/"))
    assert Message.objects.get(case=case).read_at is None
    assert browser.post(address(case, "berichten/gelezen/")).status_code == 302
    assert Message.objects.get(case=case).read_at is not None
    sent = {"body": "Dag Tom", "submission": str(uuid.uuid4())}
    asked = browser.post(address(case, "berichten/"), sent)  # he chose the telephone
    assert asked.context["form"].errors.keys() == {"reason"}
    assert browser.post(address(case, "berichten/"), sent | {"reason": "Afgesproken."}).status_code == 302
    assert [row.body for row in messages.of_case(case)] == ["VRAAG VAN TOM", "Dag Tom"]
    assert browser.post(address(case, "berichten/"), {"body": ""}).context["form"].errors["body"]


def test_an_attempt_outside_the_wishes_asks_for_a_reason(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.samira)
    sent = {"way": "email", "outcome": "no_answer", "submission": str(uuid.uuid4())}
    asked = browser.post(address(case, "contact/"), sent)
    assert asked.context["form"].errors.keys() == {"reason"}
    assert browser.post(address(case, "contact/"), sent | {"reason": "Afgesproken."}).status_code == 302
    assert ContactAttempt.objects.get(case=case).by == cast.samira


def test_closing_over_http(cast: Cast, logged_in: LogIn) -> None:
    case, browser = busy(cast), logged_in(cast.bram)
    assert browser.post(address(case, "afsluiten/"), {}).context["form"].errors["outcome"]
    tried = browser.post(address(case, "afsluiten/"), {"outcome": "not_reached", "afterwards": "ask"})
    assert tried.context["form"].non_field_errors()
    assert (
        browser.post(
            address(case, "afsluiten/"), {"outcome": "helped", "note": "Goed.", "afterwards": "ask"}
        ).status_code
        == 302
    )
    case.refresh_from_db()
    assert (case.state, case.outcome) == (CaseState.CLOSED, "helped")
    assert Session.objects.filter(case=case, state="cancelled").count() == 1
    assert browser.get(address(case, "gesprekken/")).status_code == 200


def test_giving_back_ends_access_and_tells_the_desk(cast: Cast, logged_in: LogIn) -> None:
    case, browser = busy(cast), logged_in(cast.bram)
    assert browser.post(address(case, "teruggeven/"), {"reason": " "}).context["form"].errors["reason"]
    assert browser.post(address(case, "teruggeven/"), {"reason": "Coaching past beter."}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.owner, case.returned_at is not None) == (CaseState.IN_TRIAGE, None, True)
    assert browser.get(address(case)).status_code == 404
    assert logged_in(cast.samira).get(address(case, "verslagen/")).status_code == 200


@pytest.mark.parametrize(("name", "leads_to"), [("bram", "/overnemen/"), ("els", "/loket/")])
def test_an_empty_list_leads_only_to_where_its_reader_may_go(
    cast: Cast, logged_in: Callable[..., Client], name: str, leads_to: str
) -> None:
    browser = logged_in(cast.users[name])
    page = browser.get("/zaken/")
    assert f'<p><a href="{leads_to}">' in page.content.decode()
    assert browser.get(leads_to).status_code == 200


def test_who_looked_is_one_line_for_each_day_however_often(cast: Cast, logged_in: LogIn) -> None:
    case, seconds = make_accepted(cast), dt.timedelta(seconds=1)
    same = {"action": "case.viewed", "actor_kind": "user", "actor_roles": "social_worker", "case_id": case.pk}
    noon = (cast.at - DAY).replace(hour=12)
    AuditEvent.objects.bulk_create(
        AuditEvent(**same, at=noon + n * seconds, actor_id="7", actor_name="Nieuw" if n == 119 else "Oud")
        for n in range(120)
    )
    AuditEvent.objects.bulk_create(
        AuditEvent(**same, at=noon - DAY - n * seconds, actor_id=str(100 + n), actor_name=f"Collega {n:02}")
        for n in range(52)
    )
    first = who_sees.looks(case)
    assert (first.paginator.count, first.paginator.num_pages) == (53, 2)
    days = who_sees.by_day(first)
    [look] = days[0].looks
    assert (look.name, look.how_often, look.last) == ("Nieuw", 120, noon + 119 * seconds)
    assert [one.name for one in days[1].looks[:2]] == ["Collega 00", "Collega 01"]
    assert [one.name for day in who_sees.by_day(who_sees.looks(case, 2)) for one in day.looks] == [
        "Collega 49", "Collega 50", "Collega 51",
    ]  # fmt: skip
    page = logged_in(cast.bram).get(address(case, "betrokkenen/"), headers={"accept-language": "en"}).content.decode()
    assert "120 times" in page and "1–50 of 54 lines" in page  # with this look itself
