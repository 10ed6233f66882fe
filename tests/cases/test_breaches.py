"""Breaking confidentiality: weighed, signed by another, carried out, and never changed."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Notice
from cases import breaches, closing, timeline
from cases.breaches import Weighed
from cases.enums import AccessReason, CaseOutcome
from cases.enums.guarded import BreachAct, Ground
from cases.models import BreachStep, Case, ConfidentialityBreach
from cases.moves import NeedsReason, NotNow
from cases.permissions import grant
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]


def weighed(cast: Cast, **other: Any) -> Weighed:
    facts = {
        "ground": Ground.DANGER_SELF, "weighing": "Er is geen andere weg.", "consulted": cast.ilse,
        "to_whom": "De huisarts", "what": "Dat hij niet slaapt.", "tells_client": True, "telling_note": "Morgen.",
    }  # fmt: skip
    return Weighed(**(facts | other))


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, client="tom")


@pytest.fixture
def asked(cast: Cast, case: Case) -> ConfidentialityBreach:
    return breaches.ask(case, weighed(cast), by=cast.actor("bram"), at=cast.at)


def test_the_coordinator_signs_and_the_worker_carries_it_out(cast: Cast, asked: ConfidentialityBreach) -> None:
    assert Notice.objects.filter(user=cast.els, kind="guarded.waits", channel="inbox").count() == 1
    breaches.sign(asked, by=cast.actor("els"), at=cast.at)
    breaches.carry_out(asked, how="Vandaag gebeld.", told=True, by=cast.actor("bram"), at=cast.at)
    acts = list(breaches.steps_of(asked))
    assert sorted(acts) == sorted([BreachAct.SIGNED, BreachAct.CARRIED_OUT, BreachAct.TOLD])
    actions = set(AuditEvent.objects.filter(action__startswith="breach.").values_list("action", flat=True))
    assert actions == {"breach.asked", "breach.signed", "breach.carried_out", "breach.told"}


def test_nobody_signs_their_own(cast: Cast, asked: ConfidentialityBreach) -> None:
    with pytest.raises(NotNow, match="zelf"):
        breaches.sign(asked, by=cast.actor("bram"), at=cast.at)
    assert not BreachStep.objects.exists()


@pytest.mark.parametrize("who", ["ilse", "karin", "samira", "nadia", "vera", "arie", "tom"])
def test_who_does_not_work_in_the_file_does_not_sign(cast: Cast, asked: ConfidentialityBreach, who: str) -> None:
    with pytest.raises(NotNow):
        breaches.sign(asked, by=cast.actor(who), at=cast.at)


def test_who_stands_in_may_sign(cast: Cast, case: Case, asked: ConfidentialityBreach) -> None:
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.ilse.pk, at=cast.at, ends_at=cast.at + dt.timedelta(days=1))
    assert breaches.sign(asked, by=cast.actor("ilse"), at=cast.at).by == cast.ilse


def test_the_after_hours_line_signs_only_while_on_shift_and_at_the_desk(cast: Cast) -> None:
    case = make_case(cast, state="in_triage", owner="samira")
    asked = breaches.ask(case, weighed(cast), by=cast.actor("samira"), at=cast.at)
    with pytest.raises(NotNow):
        breaches.sign(asked, by=cast.actor("nadia"), at=cast.at)
    night = cast.at.replace(hour=22)
    assert breaches.sign(asked, by=cast.actor("nadia", night), at=night).by == cast.nadia


def test_a_kept_out_coordinator_does_not_sign(cast: Cast, case: Case, asked: ConfidentialityBreach) -> None:
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.els.pk, at=cast.at)
    with pytest.raises(NotNow):
        breaches.sign(asked, by=cast.actor("els"), at=cast.at)


def test_not_before_the_signature_and_not_after_a_refusal(cast: Cast, asked: ConfidentialityBreach) -> None:
    bram, els = cast.actor("bram"), cast.actor("els")
    with pytest.raises(NotNow):
        breaches.carry_out(asked, how="Gebeld.", told=False, by=bram, at=cast.at)
    with pytest.raises(NeedsReason):
        breaches.refuse(asked, reason=" ", by=els, at=cast.at)
    breaches.refuse(asked, reason="Vraag het hem eerst.", by=els, at=cast.at)
    with pytest.raises(NotNow):
        breaches.carry_out(asked, how="Gebeld.", told=False, by=bram, at=cast.at)
    assert breaches.state_of(breaches.steps_of(asked)) == "Niet getekend"


def test_twice_is_once(cast: Cast, case: Case) -> None:
    number, bram, els = uuid.uuid4(), cast.actor("bram"), cast.actor("els")
    rows = {breaches.ask(case, weighed(cast), by=bram, at=cast.at, number=number).pk for _twice in range(2)}
    asked = ConfidentialityBreach.objects.select_related("case__data_key").get(pk=rows.pop())
    for _twice in range(2):
        breaches.sign(asked, by=els, at=cast.at)
    for _twice in range(2):
        breaches.carry_out(asked, how="Gebeld.", told=True, by=bram, at=cast.at)
    assert ConfidentialityBreach.objects.count() == 1 and BreachStep.objects.count() == 3


def test_the_client_reads_it_only_when_told(cast: Cast, case: Case, asked: ConfidentialityBreach) -> None:
    bram = cast.actor("bram")
    breaches.sign(asked, by=cast.actor("els"), at=cast.at)
    breaches.carry_out(asked, how="Gebeld.", told=False, by=bram, at=cast.at)
    assert "breach" not in {line.kind for line in timeline.for_client(case)}
    breaches.tell(asked, how="Vandaag.", by=bram, at=cast.at)
    line = next(line for line in timeline.for_client(case) if line.kind == "breach")
    assert line.detail == "De huisarts: Dat hij niet slaapt."


def test_closing_leaves_nothing_to_sign(cast: Cast, case: Case, asked: ConfidentialityBreach) -> None:
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    assert list(breaches.steps_of(asked)) == [BreachAct.LAPSED]
    with pytest.raises(NotNow):
        breaches.sign(asked, by=cast.actor("els"), at=cast.at)


@pytest.mark.parametrize(
    "table", ["cases_confidentialitybreach", "cases_breachstep", "cases_reportingstep", "cases_complaintline"]
)
def test_the_site_changes_and_removes_nothing(db: None, table: str) -> None:
    for words in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):  # noqa: S608 - one of ours
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_two_signatures_at_once(committed_db: None) -> None:
    at = timezone.localtime()
    cast = make_cast(at)
    case = make_accepted(cast, client="tom")
    asked = breaches.ask(case, weighed(cast), by=cast.actor("bram"), at=at)
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.ilse.pk, at=at, ends_at=at + dt.timedelta(days=1))
    start, said = threading.Barrier(2), []

    def decide(name: str) -> None:
        row = ConfidentialityBreach.objects.select_related("case__data_key").get(pk=asked.pk)
        start.wait()
        try:
            if name == "els":
                breaches.sign(row, by=cast.actor("els"), at=at)
            else:
                breaches.refuse(row, reason="Nog niet.", by=cast.actor("ilse"), at=at)
            said.append(name)
        except NotNow:
            said.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[name]) for name in ("els", "ilse")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("late") == 1 and BreachStep.objects.count() == 1


GOOD = {
    "ground": "danger_self", "to_whom": "De huisarts", "what": "Dat hij niet slaapt.", "weighing": "Geen andere weg.",
    "tells": "yes", "telling_note": "Morgen.", "submission": "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c22",
}  # fmt: skip


def test_the_pages_ask_once_more_and_show_one_thing_to_do(db: None, logged_in: LogIn) -> None:
    cast = make_cast(timezone.localtime())
    case = make_accepted(cast, client="tom")
    bram, page = logged_in(cast.bram), f"/zaken/{case.reference}/afgeschermd/g/"
    wrong = bram.post(page, GOOD)
    assert wrong.status_code == 200 and "Kies de collega" in wrong.content.decode()
    good = GOOD | {"consulted": str(cast.ilse.pk)}
    assert "interrupt" in bram.post(page, good).content.decode() and not ConfidentialityBreach.objects.exists()
    assert "Geen andere weg." in bram.post(page, good | {"do": "again"}).content.decode()
    there = bram.post(page, good | {"sure": "on"})
    assert there.status_code == 302 and bram.post(page, good | {"sure": "on"})["Location"] == there["Location"]
    els, own = logged_in(cast.els), there["Location"]
    assert "do" not in {name for name in bram.get(own).context["forms"]}
    assert list(els.get(own).context["forms"]) == ["sign", "refuse"]
    assert els.post(own, {"do": "sign"}).status_code == 200
    assert els.post(own, {"do": "sign", "sure": "on"}).status_code == 302
    assert list(bram.get(own).context["forms"]) == ["carry_out"]
    assert bram.post(own, {"do": "carry_out", "how": "Gebeld.", "told": "yes"}).status_code == 302
    assert "De huisarts" in logged_in(cast.tom).get(f"/mijn/{case.reference}/verloop/").content.decode()


@pytest.mark.parametrize("who", ["els", "samira", "karin", "nadia", "vera", "tom"])
def test_who_opens_it(db: None, logged_in: LogIn, who: str) -> None:
    cast = make_cast(timezone.localtime())
    case = make_accepted(cast, client="tom")
    asked = breaches.ask(case, weighed(cast), by=cast.actor("bram"), at=cast.at)
    right = 200 if who == "els" else 404
    assert logged_in(cast.users[who]).get(f"/afgeschermd/g/{asked.pk}/").status_code == right


def told(cast: Cast) -> int:
    return Notice.objects.filter(user=cast.els, kind="guarded.waits", channel="inbox").count()


def test_while_nobody_signs_the_coordinator_hears_it_once_a_day(cast: Cast, asked: ConfidentialityBreach) -> None:
    day = dt.timedelta(days=1)
    assert breaches.remind_due(cast.at + day - dt.timedelta(minutes=1)) == 0
    for moment in (cast.at + day, cast.at + 1.5 * day, cast.at + 3 * day):  # late, and a day was missed
        assert [breaches.remind_due(moment) for _time in range(2)] == [1, 1]
    assert told(cast) == 3
    breaches.sign(asked, by=cast.actor("els"), at=cast.at + 3 * day)
    assert breaches.remind_due(cast.at + 9 * day) == 0
    assert Notice.objects.filter(user=cast.bram, kind="guarded.waits", channel="inbox").count() == 1  # of the signature


@pytest.mark.parametrize("ends", ["refused", "closed"])
def test_what_was_refused_or_lapsed_reminds_nobody(cast: Cast, asked: ConfidentialityBreach, ends: str) -> None:
    if ends == "refused":
        breaches.refuse(asked, reason="Nee.", by=cast.actor("els"), at=cast.at)
    else:
        closing.close(asked.case, outcome=CaseOutcome.HELPED, note="Klaar.", by=cast.actor("bram"), at=cast.at)
    assert breaches.remind_due(cast.at + dt.timedelta(days=3)) == 0


def test_the_rail_counts_what_waits_for_who_looks(cast: Cast, asked: ConfidentialityBreach, logged_in: LogIn) -> None:
    def counted(user: Any) -> tuple[int, int]:
        page = logged_in(user).get("/afgeschermd/?list=breaches")
        rail = next(item.count for item in page.context["rail"] if item.url == "/afgeschermd/")
        return rail, next(tab["count"] or 0 for tab in page.context["tabs"] if tab["url"] == "?list=breaches")

    assert (counted(cast.els), counted(cast.bram), counted(cast.ilse)) == ((1, 1), (0, 0), (0, 0))
    breaches.sign(asked, by=cast.actor("els"), at=cast.at)
    assert (counted(cast.els), counted(cast.bram)) == ((0, 0), (1, 1))
    breaches.carry_out(asked, how="Gebeld.", told=True, by=cast.actor("bram"), at=cast.at)
    assert (counted(cast.els), counted(cast.bram)) == ((0, 0), (0, 0))


def test_where_the_only_coordinator_asks_who_else_works_in_the_file_is_asked(cast: Cast) -> None:
    case = make_case(cast)
    row = breaches.ask(case, weighed(cast), by=cast.actor("els"), at=cast.at)
    waiting = Notice.objects.filter(kind="guarded.waits", channel="inbox")
    told_now = set(waiting.values_list("user", flat=True))
    assert cast.samira.pk in told_now and cast.els.pk not in told_now
    breaches.sign(row, by=cast.actor("samira"), at=cast.at)
