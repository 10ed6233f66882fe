"""The reporting code: five signed steps in order, for a small circle, and nowhere else."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Absence, AuditEvent, Notice
from accounts.permissions import Refused
from cases import closing, deputies, guarded, reporting, timeline
from cases.enums import AccessReason, AccessScope, CaseOutcome, Urgency
from cases.models import Alert, Case, ReportingCodeCase, ReportingMember, ReportingStep
from cases.moves import NotNow
from cases.permissions import grant
from cases.reporting import Done
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, client="tom")


@pytest.fixture
def code(cast: Cast, case: Case) -> ReportingCodeCase:
    return reporting.start(case, by=cast.actor("bram"), at=cast.at)


def done(cast: Cast, words: str = "Blauwe plekken gezien.", **other: object) -> Done:
    return Done(words, cast.at.date(), **other)


def opens(cast: Cast, name: str, code: ReportingCodeCase) -> bool:
    return guarded.codes(cast.actor(name), cast.at).filter(pk=code.pk).exists()


def test_five_steps_in_order(cast: Cast, code: ReportingCodeCase) -> None:
    bram = cast.actor("bram")
    with pytest.raises(NotNow):
        reporting.sign(code, 2, done(cast), by=bram, at=cast.at)
    for number in range(1, 6):
        decision = "help" if number == 5 else ""
        reporting.sign(code, number, done(cast, f"Stap {number}", decision=decision), by=bram, at=cast.at)
        with pytest.raises(NotNow):
            reporting.sign(code, number, done(cast), by=bram, at=cast.at)
    rows = reporting.steps_of(code)
    assert [row.number for row in rows] == [1, 2, 3, 4, 5] and reporting.next_number(rows) is None
    assert rows[4].decision == "help" and rows[0].what == "Stap 1"


def test_a_correction_is_a_line_beside_the_first(cast: Cast, code: ReportingCodeCase) -> None:
    bram = cast.actor("bram")
    step = reporting.sign(code, 1, done(cast), by=bram, at=cast.at)
    reporting.correct(step, done(cast, "Eén blauwe plek."), by=bram, at=cast.at + dt.timedelta(hours=1))
    rows = reporting.steps_of(code)
    assert [(row.what, row.corrects_id) for row in rows] == [
        ("Blauwe plekken gezien.", None),
        ("Eén blauwe plek.", step.pk),
    ]
    assert reporting.next_number(rows) == 2


def test_no_day_that_has_not_come(cast: Cast, code: ReportingCodeCase) -> None:
    tomorrow = Done("Morgen.", cast.at.date() + dt.timedelta(days=1))
    with pytest.raises(NotNow):
        reporting.sign(code, 1, tomorrow, by=cast.actor("bram"), at=cast.at)


def test_only_the_circle_and_coordinators_know_of_it(cast: Cast, case: Case, code: ReportingCodeCase) -> None:
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.ilse.pk, at=cast.at, ends_at=cast.at + dt.timedelta(days=1))
    night = cast.teams["after-hours"].pk
    grant(case, reason=AccessReason.NIGHT, team_id=night, at=cast.at)
    assert [name for name in cast.users if opens(cast, name, code)] == ["els", "bram"]
    assert not guarded.in_circle(cast.actor("els")).exists()


def test_a_colleague_who_is_consulted_joins(cast: Cast, code: ReportingCodeCase) -> None:
    bram = cast.actor("bram")
    reporting.sign(code, 1, done(cast), by=bram, at=cast.at)
    reporting.sign(code, 2, done(cast, consulted=cast.karin, asked_veilig_thuis=True), by=bram, at=cast.at)
    assert opens(cast, "karin", code)
    assert Notice.objects.filter(user=cast.karin, kind="guarded.waits", channel="inbox").count() == 1
    reporting.sign(code, 3, done(cast), by=cast.actor("karin"), at=cast.at)


def test_a_coordinator_adds_and_does_not_read(cast: Cast, code: ReportingCodeCase) -> None:
    els = cast.actor("els")
    with pytest.raises(Refused):
        reporting.sign(code, 1, done(cast), by=els, at=cast.at)
    reporting.add(code, cast.ilse, by=els, at=cast.at)
    assert {member.user.name for member in reporting.circle(code)} == {"Bram de Wit", "Ilse Çelik"}


@pytest.mark.parametrize("who", ["ilse", "karin", "samira", "nadia", "vera", "arie", "tom"])
def test_others_add_nobody(cast: Cast, code: ReportingCodeCase, who: str) -> None:
    with pytest.raises(Refused):
        reporting.add(code, cast.users[who], by=cast.actor(who), at=cast.at)


def test_who_is_taken_out_sees_nothing_and_somebody_stays(cast: Cast, code: ReportingCodeCase) -> None:
    els = cast.actor("els")
    reporting.add(code, cast.ilse, by=els, at=cast.at)
    member = ReportingMember.objects.get(user=cast.ilse)
    reporting.take_out(member, by=els, at=cast.at)
    assert not opens(cast, "ilse", code)
    with pytest.raises(NotNow):
        reporting.take_out(ReportingMember.objects.get(user=cast.bram), by=els, at=cast.at)


@pytest.mark.parametrize("reason", [AccessReason.BLOCKED, AccessReason.FAMILY])
def test_a_relative_who_works_here_never_joins(cast: Cast, case: Case, code: ReportingCodeCase, reason: str) -> None:
    end = cast.at + dt.timedelta(days=9) if reason == AccessReason.FAMILY else None
    scope = AccessScope.MESSAGES if end else AccessScope.FULL
    reporting.add(code, cast.ilse, by=cast.actor("bram"), at=cast.at)
    grant(case, reason=AccessReason(reason), user_id=cast.ilse.pk, scope=scope, at=cast.at, ends_at=end)
    grant(case, reason=AccessReason(reason), user_id=cast.els.pk, scope=scope, at=cast.at, ends_at=end)
    assert not opens(cast, "ilse", code) and not opens(cast, "els", code)
    grant(case, reason=AccessReason(reason), user_id=cast.karin.pk, scope=scope, at=cast.at, ends_at=end)
    with pytest.raises(NotNow):
        reporting.add(code, cast.karin, by=cast.actor("bram"), at=cast.at)


def test_it_leaves_no_trace_in_the_case(cast: Cast, case: Case) -> None:
    before, audit = len(timeline.for_staff(case)), AuditEvent.objects.filter(case_id=case.pk).count()
    code = reporting.start(case, [cast.ilse], by=cast.actor("bram"), at=cast.at)
    reporting.sign(code, 1, done(cast), by=cast.actor("bram"), at=cast.at)
    assert len(timeline.for_staff(case)) == before
    assert AuditEvent.objects.filter(case_id=case.pk).count() == audit
    assert AuditEvent.objects.filter(action__startswith="reporting.").count() == 3
    assert not Notice.objects.filter(subject_id=case.pk).exists()


def test_closing_does_not_end_it(cast: Cast, case: Case, code: ReportingCodeCase) -> None:
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    reporting.sign(code, 1, done(cast), by=cast.actor("bram"), at=cast.at)
    assert ReportingStep.objects.count() == 1


def test_who_stands_in_for_the_worker_is_not_in_the_circle(cast: Cast, case: Case, code: ReportingCodeCase) -> None:
    today = cast.at.date()
    deputies.enter(cast.bram, first_day=today, last_day=today, deputy=cast.ilse, by=cast.actor("els"), at=cast.at)
    assert Absence.objects.count() == 1 and not opens(cast, "ilse", code)


@pytest.fixture
def now(db: None) -> Cast:
    """For pages, which read the clock."""
    return make_cast(timezone.localtime())


def test_the_pages(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    bram, number = logged_in(now.bram), str(uuid.uuid4())
    begin = [bram.post(f"/zaken/{case.reference}/afgeschermd/s/", {"submission": number}) for _twice in range(2)]
    page = begin[0]["Location"]
    assert begin[1]["Location"] == page and "112" in bram.get(page).content.decode()
    step = {"do": "step", "number": "1", "done_on": f"{now.at:%Y-%m-%d}", "what": "Blauwe plekken gezien."}
    wrong = bram.post(page, step | {"done_on": "gisteren"})
    assert wrong.status_code == 200 and "Blauwe plekken gezien." in wrong.content.decode()
    assert bram.post(page, step).status_code == 302
    assert bram.post(page, step).status_code == 200  # a second click signs nothing
    assert ReportingStep.objects.count() == 1
    line = ReportingStep.objects.get()
    assert bram.post(f"{page}?correct={line.pk}", step | {"what": "Eén plek."}).status_code == 302
    els = logged_in(now.els)
    assert "Blauwe plekken" not in els.get(page).content.decode()
    assert els.post(page, {"do": "add", "colleague": str(now.els.pk)}).status_code == 302
    assert "Blauwe plekken" in els.get(page).content.decode()
    for who in ("ilse", "samira", "nadia", "vera", "tom"):
        assert logged_in(now.users[who]).get(page).status_code == 404
    for client in ("", "verloop/", "wie-keek/", "verslagen/"):
        shown = logged_in(now.tom).get(f"/mijn/{case.reference}/{client}").content.decode()
        assert "eldcode" not in shown and "Blauwe" not in shown


def test_acute_danger_alerts_who_is_on_duty_without_saying_why(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    code = reporting.start(case, by=now.actor("bram"), at=now.at)
    page = f"/afgeschermd/s/{code.pk}/nu/"
    assert logged_in(now.samira).post(page).status_code == 404
    assert logged_in(now.els).post(page).status_code == 404
    assert logged_in(now.bram).get(page).status_code == 405
    assert logged_in(now.bram).post(page).status_code == 302
    case.refresh_from_db()
    assert case.urgency == Urgency.EMERGENCY and Alert.objects.filter(case=case, ended_at=None).count() == 1
    said = " ".join(f"{line.text} {line.detail}" for line in timeline.for_staff(case))
    assert "kan wachten" in said and "eldcode" not in said
