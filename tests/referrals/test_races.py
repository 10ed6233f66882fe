"""Answers at the same moment, each with a connection of its own: never two winners, and never nobody who has the case.

Twenty rounds of each; five hundred in the long run.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Absence, AuditEvent, Membership
from cases import actions as case_actions
from cases import deputies, handback
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState
from cases.models import Case, CaseAccess
from referrals import actions, answering_for
from referrals.enums import ReferralState, ReturnReason
from referrals.models import Referral
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import make_referral, to_worker
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("committed_db")
ROUNDS = [20, pytest.param(500, marks=pytest.mark.long)]
SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
CLOSED = {"outcome": CaseOutcome.SOLVED_AT_DESK, "note": "Uitgelegd."}


@pytest.fixture
def cast(at: dt.datetime) -> Cast:
    """Committed, so that the other connection sees it."""
    return make_cast(at)


def accepts(row: Referral, name: str, cast: Cast, at: dt.datetime | None = None) -> Any:
    by, moment = cast.actor(name), at or cast.at
    return lambda: actions.accept(row, read=True, by=by, at=moment)


def in_one_hand(row: Referral, at: dt.datetime) -> str:
    """Who has the case by now, "desk" or a first name; everything that says so must say the same."""
    case = Case.objects.select_related("owner").get(pk=row.case_id)
    row.refresh_from_db()
    live = CaseAccess.objects.live(at + SECOND).filter(case=case, scope=AccessScope.FULL)
    helpers = [one.user for one in live.filter(reason=AccessReason.REFERRAL).select_related("user")]
    at_desk = live.filter(reason=AccessReason.DESK).exists()
    said = AuditEvent.objects.filter(case_id=case.pk, action__in=["referral.accepted", "case.accepted"]).count()
    if case.state in {CaseState.ACCEPTED, CaseState.ACTIVE}:
        assert case.owner is not None and (helpers, at_desk, said) == ([case.owner], False, 2)
        assert (row.state, row.answered_by, case.primary_contact) == (ReferralState.ACCEPTED, case.owner, case.owner)
        return case.owner.first_name.lower()
    assert (helpers, at_desk, said) == ([], True, 0)
    assert Referral.objects.pending().filter(case=case).count() == (case.state == CaseState.REFERRED)
    return "desk"


def rounds(cast: Cast, number: int, **more: Any) -> Iterator[Referral]:
    for _round in range(number):
        yield make_referral(cast, **more)


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_accept(cast: Cast, number: int) -> None:
    for row in rounds(cast, number):
        answers = at_once(accepts(row, "bram", cast), accepts(row, "ilse", cast))
        assert sorted(answers) == ["NotNow", "done"]
        assert in_one_hand(row, cast.at) == ("bram" if answers[0] == "done" else "ilse")


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_the_coordinator_who_gives_it(cast: Cast, number: int) -> None:
    first, west = cast.at.date() - DAY, cast.teams["regional-west"]
    Membership.objects.create(user=cast.joost, team=west, role=Role.COORDINATOR, starts_on=first)
    joost = cast.actor("joost")
    for row in rounds(cast, number):
        answers = at_once(
            accepts(row, "ilse", cast),
            lambda row=row: answering_for.accept_for(row, cast.bram, by=joost, at=cast.at),
        )
        assert sorted(answers) == ["NotNow", "done"]
        assert in_one_hand(row, cast.at) == ("ilse" if answers[0] == "done" else "bram")


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_take_back(cast: Cast, number: int) -> None:
    desk = cast.actor("samira")
    for row in rounds(cast, number):
        answers = at_once(
            accepts(row, "bram", cast), lambda row=row: actions.withdraw(row, by=desk, at=cast.at)
        )  # fmt: skip
        assert sorted(answers) == ["NotNow", "done"]
        assert in_one_hand(row, cast.at) == ("bram" if answers[0] == "done" else "desk")


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_return(cast: Cast, number: int) -> None:
    """Two of one team, who read it at the same time."""
    ilse = cast.actor("ilse")
    for row in rounds(cast, number):
        answers = at_once(
            accepts(row, "bram", cast),
            lambda row=row: actions.return_to_desk(
                row, reason=ReturnReason.NO_CAPACITY, note="", by=ilse, at=cast.at
            ),
        )  # fmt: skip
        assert sorted(answers) == ["NotNow", "done"]
        assert in_one_hand(row, cast.at) == ("bram" if answers[0] == "done" else "desk")


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_the_deadline(cast: Cast, number: int) -> None:
    """The sweep leaves what somebody holds; what it took first is told to who came second."""
    for row in rounds(cast, number):
        due = row.due_at
        answers = at_once(accepts(row, "bram", cast, due), lambda due=due: actions.expire_due(due))
        assert answers[1] == "done"
        assert in_one_hand(row, due) == ("bram" if answers[0] == "done" else "desk")
        assert row.state == (ReferralState.ACCEPTED if answers[0] == "done" else ReferralState.EXPIRED)


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_close(cast: Cast, number: int) -> None:
    """A closed case is nobody's; whoever closes too late is told that somebody helps."""
    desk = cast.actor("samira")
    for row in rounds(cast, number, first_contact_at=cast.at):
        case = Case.objects.get(pk=row.case_id)
        answers = at_once(
            accepts(row, "bram", cast), lambda case=case: case_actions.close(case, by=desk, at=cast.at, **CLOSED)
        )
        assert sorted(answers) == ["NotNow", "done"]
        case.refresh_from_db()
        if answers[0] == "done":
            assert in_one_hand(row, cast.at) == "bram"
        else:
            assert case.state == CaseState.CLOSED
            assert not CaseAccess.objects.filter(case=case, reason=AccessReason.REFERRAL).exists()
            assert actions.expire_due(cast.at) == 1 and not Referral.objects.pending().filter(case=case).exists()


@pytest.mark.parametrize("number", ROUNDS)
def test_accept_against_absence(cast: Cast, number: int) -> None:
    """Whichever is first: after the sweep the deputy has it once, for that day, and who is away keeps it."""
    bram, day, kept = cast.actor("bram"), cast.at.date(), list[Absence]()
    for row in rounds(cast, number):
        answers = at_once(
            accepts(row, "bram", cast),
            lambda: kept.append(
                deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.ilse, by=bram, at=cast.at)
            ),
        )
        assert answers == ["done", "done"]
        deputies.replan(cast.at)
        rows = CaseAccess.objects.live(cast.at).filter(case=row.case_id, reason=AccessReason.DEPUTY)
        assert [one.user for one in rows] == [cast.ilse]
        assert in_one_hand(row, cast.at) == "bram"
        deputies.remove(kept.pop(), by=bram, at=cast.at + SECOND)
        handback.hand_back(Case(pk=row.case_id), reason="Past niet.", by=bram, at=cast.at + SECOND)


@pytest.mark.parametrize("number", ROUNDS)
def test_giving_back_against_a_next_offer(cast: Cast, number: int) -> None:
    """A worker gives back while the desk wants to offer: either order leaves one who has it."""
    bram = cast.actor("bram")
    for row in rounds(cast, number):
        accepts(row, "bram", cast)()
        case = Case.objects.get(pk=row.case_id)
        answers = at_once(
            lambda case=case: handback.hand_back(case, reason="Past niet.", by=bram, at=cast.at + HOUR),
            lambda case=case: make_referral(
                cast,
                case,
                to=to_worker(cast, "ilse"),
                at=cast.at + HOUR,
                by="els",
                why="Er is geen ander.",
            ),
        )
        assert answers[0] == "done" and answers[1] in {"done", "NotNow", "Refused"}
        case.refresh_from_db()
        assert case.state == (CaseState.REFERRED if answers[1] == "done" else CaseState.IN_TRIAGE)
        live = CaseAccess.objects.live(cast.at + 2 * HOUR).filter(case=case, reason=AccessReason.REFERRAL)
        assert not live.exists()
