"""Taking in a request: everything or nothing, once, to the right place, with the right promise."""

import datetime as dt
import uuid
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from accounts.actors import ANONYMOUS
from accounts.models import AuditEvent, DataKey, Notice
from cases import passphrase
from cases.enums import AccessReason, AccessScope, EntryKind
from cases.intake import Submission
from cases.models import Alert, Case, CaseAccess, CommanderAdvice, Intake, Person
from cases.permissions import OWN_CASE, case_for
from desk import confirmation, paging, reception, snapshot
from desk.reception import take_in
from tests.conftest import AMSTERDAM
from tests.factories.cast import Cast

NIGHT = dt.datetime(2026, 3, 12, 20, 40, tzinfo=AMSTERDAM)
CONTACT: dict[str, Any] = {
    "name": "Noor de Vries", "phone": "06 00 00 00 12", "email": "noor@thuis.example", "channels": ["phone", "email"],
    "window_from": dt.time(10), "safe_to_email": True, "weekdays": [1, 3],
}  # fmt: skip


def ask(**changed: Any) -> Submission:
    """A request with everything filled in."""
    usual: dict[str, Any] = {
        "submission_id": uuid.uuid4(), "danger": "no", "requester": "self", "situation": "at_home",
        "topics": ("work.conflict",), "topic_titles": ("Ruzie of vervelend gedrag",),
        "story": "Hij maakt me belachelijk.", "contact": CONTACT,
    }  # fmt: skip
    return Submission(**usual | changed)


def rows() -> int:
    return sum(
        model.objects.count() for model in (Intake, Case, Person, DataKey, CaseAccess, Notice, Alert, AuditEvent)
    )


def test_one_request_becomes_a_case_that_the_desk_can_open(cast: Cast, at: dt.datetime) -> None:
    receipt = take_in(ask(unit_id=cast.units["90bat-a"].pk), by=ANONYMOUS, at=at)
    case = case_for(cast.actor("samira"), receipt.reference, needs="case.triage", at=at)
    assert (case.urgency, case.state, case.unit.code, case.region.code) == ("soon", "submitted", "90bat-a", "west")
    assert case.first_contact_due_at == case.intake.promised_at == receipt.promised_at
    assert receipt.promised_at == dt.datetime(2026, 3, 11, 17, 0, tzinfo=AMSTERDAM)
    assert (case.own_words, case.intake.story) == ("Ruzie of vervelend gedrag", "Hij maakt me belachelijk.")
    assert (case.person.contact.window_from, case.person.contact.weekdays) == (dt.time(10), [1, 3])
    assert set(case.access.values_list("reason", "team__code")) == {("desk", "desk"), ("night", "after-hours")}


def test_what_is_written_with_it(cast: Cast, at: dt.datetime) -> None:
    take_in(ask(), by=ANONYMOUS, at=at)
    case = Case.objects.get()
    entry = case.timeline.get()
    assert (entry.kind, entry.by_client, entry.for_client, entry.facts) == (
        EntryKind.RECEIVED,
        True,
        True,
        {"channel": "web"},
    )
    event = AuditEvent.objects.get(action="intake.received")
    assert (event.actor_kind, event.case_id, event.part) == ("anonymous", case.pk, "DESK")
    notice = Notice.objects.get()
    assert (notice.kind, notice.subject_id, notice.path) == ("client.received", case.pk, "/volgen/")


@pytest.mark.parametrize("contact", [{}, CONTACT | {"safe_to_email": False}, CONTACT | {"email": ""}])
def test_no_mail_without_an_address_that_is_safe(cast: Cast, at: dt.datetime, contact: dict[str, Any]) -> None:
    take_in(ask(contact=contact), by=ANONYMOUS, at=at)
    assert not Notice.objects.exists() and Case.objects.count() == 1


def test_the_same_request_again_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    asked = ask()
    first = take_in(asked, by=ANONYMOUS, at=at)
    before = rows()
    again = take_in(asked, by=ANONYMOUS, at=at + dt.timedelta(hours=3))
    assert (again.reference, again.passphrase, again.promised_at, again.sent_at) == (
        first.reference, first.passphrase, first.promised_at, at,
    )  # fmt: skip
    assert (again.repeated, again.changed, rows()) == (True, False, before)


@pytest.mark.parametrize(
    "change",
    [
        {"story": "Anders."},
        {"danger": "yes"},
        {"topics": ()},
        {"contact": {}},
        {"wish": "chaplain"},
        {"unit_words": "x"},
    ],
)
def test_the_same_id_with_other_answers_is_noticed(cast: Cast, at: dt.datetime, change: dict[str, Any]) -> None:
    asked = ask()
    take_in(asked, by=ANONYMOUS, at=at)
    again = take_in(ask(submission_id=asked.submission_id, **change), by=ANONYMOUS, at=at)
    assert (again.changed, Intake.objects.get().story) == (True, "Hij maakt me belachelijk.")


def test_a_taken_reference_gives_way_to_another(cast: Cast, at: dt.datetime) -> None:
    first = take_in(ask(), by=ANONYMOUS, at=at)
    real = passphrase.reference_for
    taken = lambda submission, attempt=0: first.reference if attempt == 0 else real(submission, attempt)  # noqa: E731
    with patch.object(passphrase, "reference_for", taken):
        second = take_in(ask(), by=ANONYMOUS, at=at)
    assert second.reference != first.reference and Case.objects.count() == 2


def test_all_or_nothing(cast: Cast, at: dt.datetime) -> None:
    before = rows()
    with patch.object(paging, "raise_alert", side_effect=OperationalError("gone")), pytest.raises(OperationalError):
        take_in(ask(), by=ANONYMOUS, at=at)
    assert rows() == before


def test_who_lost_the_race_gets_the_winners_receipt(cast: Cast, at: dt.datetime) -> None:
    asked = ask()
    first = take_in(asked, by=ANONYMOUS, at=at)
    found = reception._sent_before
    with patch.object(reception, "_sent_before", side_effect=[None, found(asked)]):
        second = take_in(asked, by=ANONYMOUS, at=at)
    assert (second.reference, Intake.objects.count()) == (first.reference, 1)


def test_an_emergency_alerts_who_is_on_duty_now(cast: Cast) -> None:
    receipt = take_in(ask(danger="yes"), by=ANONYMOUS, at=NIGHT)
    told = set(Notice.objects.filter(kind="case.alert").values_list("user__email", "channel"))
    assert told == {("nadia@nabij.example", "inbox"), ("nadia@nabij.example", "email")}
    assert (receipt.urgency, receipt.promised_at) == ("emergency", NIGHT + dt.timedelta(minutes=30))
    assert Alert.objects.get().case.reference == receipt.reference


def test_advice_for_a_commander_makes_no_case_and_no_person(cast: Cast, at: dt.datetime) -> None:
    receipt = take_in(ask(requester="team_advice"), by=ANONYMOUS, at=at)
    advice = CommanderAdvice.objects.get()
    assert (Case.objects.count(), Person.objects.count(), advice.team.code) == (0, 0, "desk")
    assert (advice.due_at, receipt.is_advice) == (receipt.promised_at, True)
    assert advice.intake.contact_answers["phone"] == "06 00 00 00 12"
    assert advice.intake.contact_answers["window_from"] == "10:00"


def test_advice_that_cannot_wait_alerts_who_is_on_duty(cast: Cast, at: dt.datetime) -> None:
    receipt = take_in(ask(requester="team_advice", danger="yes"), by=ANONYMOUS, at=at)
    alert = Alert.objects.get()
    assert (alert.advice, alert.case, alert.urgency) == (CommanderAdvice.objects.get(), None, "emergency")
    told = Notice.objects.filter(kind="case.alert", channel="email").values_list("user__email", "path")
    assert list(told) == [("samira@nabij.example", "/wacht/")]
    assert take_in(ask(submission_id=alert.subject.intake.submission_id), by=ANONYMOUS, at=at).repeated
    assert (receipt.is_advice, Alert.objects.count()) == (True, 1)


@pytest.mark.parametrize(
    ("change", "proposal"),
    [
        ({}, "DESK"), ({"wish": "chaplain"}, "CHAPLAIN"), ({"wish": "own_worker"}, "REGIONAL_DIRECT"),
        ({"situation": "unit_mission"}, "SMT"), ({"situation": "small_deployment"}, "BIU"),
        ({"requester": "team_help", "situation": "unit_mission"}, "DESK"),
        ({"requester": "family_of_colleague", "situation": "relative_away"}, "DESK"),
    ],
)  # fmt: skip
def test_the_route_is_kept_with_the_request(cast: Cast, at: dt.datetime, change: dict[str, Any], proposal: str) -> None:
    receipt = take_in(ask(**change), by=ANONYMOUS, at=at)
    intake = Intake.objects.get()
    assert (intake.proposal, receipt.proposal, intake.handler_now, intake.desk_was_open) == (
        proposal,
        proposal,
        "DESK_LINE",
        True,
    )
    assert intake.because_nl and intake.because_en and intake.rule


def test_someone_with_an_account_sees_it_among_their_own(cast: Cast, at: dt.datetime) -> None:
    tom = cast.actor("tom")
    receipts = [take_in(ask(), by=tom, at=at) for _ in range(2)]
    case = case_for(tom, receipts[0].reference, needs=OWN_CASE, at=at)
    row = case.access.get(reason=AccessReason.CLIENT)
    assert (row.user, row.scope, Person.objects.count()) == (cast.tom, AccessScope.CLIENT, 1)
    assert case.timeline.get().by_client


def test_a_unit_that_is_gone_never_stops_a_request(cast: Cast, at: dt.datetime) -> None:
    take_in(ask(unit_id=999_999, unit_words="Oude eenheid"), by=ANONYMOUS, at=at)
    case = Case.objects.get()
    assert (case.unit, case.region, case.intake.unit_words) == (None, None, "Oude eenheid")


@pytest.mark.parametrize(("unit", "region"), [("90bat-a", "west"), ("inkoop", "noord"), ("alone", None)])
def test_the_region_is_found_upwards(cast: Cast, at: dt.datetime, unit: str, region: str | None) -> None:
    take_in(ask(unit_id=cast.units[unit].pk), by=ANONYMOUS, at=at)
    case = Case.objects.get()
    assert (case.region.code if case.region else None) == region


def test_a_routine_request_takes_twelve_queries_at_most(cast: Cast, at: dt.datetime) -> None:
    seen = snapshot.read()
    with CaptureQueriesContext(connections["default"]) as queries:
        receipt = take_in(ask(unit_id=cast.units["90bat-a"].pk), by=ANONYMOUS, at=at)
        confirmation.reader_of(receipt, seen.calendar)
    counted = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len([sql for sql in counted if "accounts_auditevent" not in sql]) <= 12, counted


def test_no_word_of_it_lies_open_in_the_database(cast: Cast, at: dt.datetime) -> None:
    take_in(
        ask(story="kanarie-verhaal", unit_words="kanarie-eenheid", contact={"name": "Kanarie"}), by=ANONYMOUS, at=at
    )
    with connections["default"].cursor() as cursor:
        for table in ("cases_intake", "cases_case", "cases_person", "cases_contactpreference", "accounts_auditevent"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608 - names above
            assert "anarie" not in (cursor.fetchone()[0] or "")
