"""Somebody leaves while a case of theirs moves: nothing stays behind with an account that is closed."""

import datetime as dt

import pytest

from accounts.enums import Role
from accounts.models import AuditEvent, Membership, User
from cases import actions as case_actions
from cases import closing, deputies, handback, presence
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState
from cases.models import Case, CaseAccess
from desk import bulk, handover
from referrals import actions, answering_for
from referrals.enums import HandOver, ReturnReason
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import make_referral, to_team, to_worker
from tests.factories.work import make_accepted
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("committed_db")
ROUNDS = [6, pytest.param(100, marks=pytest.mark.long)]
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.fixture
def cast(at: dt.datetime) -> Cast:
    """Committed, so that the other connection sees it."""
    return make_cast(at)


def there_again(cast: Cast, *names: str) -> None:
    """For the next round: the account is open and the role is there."""
    for name in names:
        user = cast.users[name]
        User.objects.filter(pk=user.pk).update(is_active=True)
        user.is_active = True
        user.memberships.update(ends_on=None)


def one_hand(case: Case, at: dt.datetime) -> str:
    """Who has it: "desk", "closed", or the first name of somebody who works here."""
    case = Case.objects.select_related("owner").get(pk=case.pk)
    live = CaseAccess.objects.live(at + SECOND).filter(case=case, scope=AccessScope.FULL)
    helpers = [row.user for row in live.filter(reason=AccessReason.REFERRAL).select_related("user")]
    if case.state == CaseState.CLOSED:
        return "closed"
    if case.state in {CaseState.ACCEPTED, CaseState.ACTIVE}:
        assert case.owner is not None and case.owner.is_active
        assert helpers == [case.owner]
        assert not live.filter(reason=AccessReason.DESK).exists()
        return case.owner.first_name.lower()
    assert helpers == []
    assert live.filter(reason=AccessReason.DESK).exists()
    return "desk"


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_closing(cast: Cast, number: int) -> None:
    els, bram = cast.actor("els"), cast.actor("bram")
    for _round in range(number):
        case = make_accepted(cast)
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.ilse}, by=els, at=cast.at + SECOND),
            lambda case=case: closing.close(case, outcome=CaseOutcome.HELPED, note="", by=bram, at=cast.at + SECOND),
        )
        assert answers == ["done", "done"]
        assert one_hand(case, cast.at + SECOND) == "closed"
        assert not Case.objects.open().filter(owner=cast.bram).exists()
        there_again(cast, "bram")


@pytest.mark.parametrize("whole_team", [True, False])
@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_accepting(cast: Cast, number: int, whole_team: bool) -> None:
    """What they accept just before goes along; what they would accept just after they cannot."""
    els, bram = cast.actor("els"), cast.actor("bram")
    to = to_team(cast, "regional-west") if whole_team else to_worker(cast, "bram")
    for _round in range(number):
        row = make_referral(cast, to=to)
        chosen = {"cases": cast.ilse, "offers": cast.ilse}
        answers = at_once(
            lambda chosen=chosen: handover.stop(cast.bram, chosen, by=els, at=cast.at + SECOND),
            lambda row=row: actions.accept(row, read=True, by=bram, at=cast.at),
        )
        assert answers[0] == "done"
        assert answers[1] in {"done", "Refused"}
        assert one_hand(row.case, cast.at + SECOND) == ("ilse" if answers[1] == "done" else "desk")
        there_again(cast, "bram")
        if answers[1] == "done":
            handback.hand_back(
                Case(pk=row.case_id), reason="Past niet.", by=cast.actor("ilse"), at=cast.at + 2 * SECOND
            )


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_getting_a_case_from_the_coordinator(cast: Cast, number: int) -> None:
    """Who leaves gets nothing any more; what came just before goes along."""
    first, west = cast.at.date() - dt.timedelta(days=1), cast.teams["regional-west"]
    Membership.objects.create(user=cast.joost, team=west, role=Role.COORDINATOR, starts_on=first)
    els, joost = cast.actor("els"), cast.actor("joost")
    for _round in range(number):
        row = make_referral(cast, to=to_team(cast, "regional-west"))
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.ilse}, by=els, at=cast.at + SECOND),
            lambda row=row: answering_for.accept_for(row, cast.bram, by=joost, at=cast.at),
        )
        assert answers[0] == "done"
        assert answers[1] in {"done", "Refused", "NotNow"}
        assert one_hand(row.case, cast.at + SECOND) == ("ilse" if answers[1] == "done" else "desk")
        there_again(cast, "bram")
        if answers[1] == "done":
            handback.hand_back(
                Case(pk=row.case_id), reason="Past niet.", by=cast.actor("ilse"), at=cast.at + 2 * SECOND
            )


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_getting_requests_of_the_desk(cast: Cast, number: int) -> None:
    """What they got just before is handed over; once they left they get none, one by one or many at a time."""
    els, samira = cast.actor("els"), cast.actor("samira")
    for _round in range(number):
        one, more = make_case(cast), make_case(cast)
        answers = at_once(
            lambda: handover.stop(cast.joost, {}, by=els, at=cast.at + SECOND),
            lambda one=one: case_actions.give(one, to=cast.joost, by=samira, at=cast.at),
            lambda more=more: bulk.give([more.reference], to=cast.joost, by=samira, at=cast.at),
        )
        assert (answers[0], answers[2]) == ("done", "done") and answers[1] in {"done", "NotNow"}
        assert not Case.objects.open().filter(owner=cast.joost).exists()
        there_again(cast, "joost")


@pytest.mark.parametrize("number", ROUNDS)
def test_two_leave_and_each_gets_the_work_of_the_other(cast: Cast, number: int) -> None:
    """Whoever is second gets nothing: the case is at the desk in the end, with nobody who left."""
    els, arie = cast.actor("els"), cast.actor("arie")
    for _round in range(number):
        cases = make_accepted(cast), make_accepted(cast, owner="ilse")
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.ilse}, by=els, at=cast.at + SECOND),
            lambda: handover.stop(cast.ilse, {"cases": cast.bram}, by=arie, at=cast.at + SECOND),
        )
        assert answers == ["done", "done"]
        assert [one_hand(case, cast.at + SECOND) for case in cases] == ["desk", "desk"]
        there_again(cast, "bram", "ilse")


@pytest.mark.parametrize("number", ROUNDS)
def test_two_coordinators_close_the_same_account(cast: Cast, number: int) -> None:
    els, arie = cast.actor("els"), cast.actor("arie")
    for round_ in range(number):
        case = make_accepted(cast)
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.ilse}, by=els, at=cast.at + SECOND),
            lambda: handover.stop(cast.bram, {"cases": cast.karin}, by=arie, at=cast.at + SECOND),
        )
        assert answers == ["done", "done"]
        assert one_hand(case, cast.at + SECOND) in {"ilse", "karin"}
        assert AuditEvent.objects.filter(action="person.stopped").count() == round_ + 1
        there_again(cast, "bram")


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_days_away(cast: Cast, number: int) -> None:
    """Whoever enters days for them meanwhile does not hold it up, and nobody stands in for who left."""
    els, bram, day = cast.actor("els"), cast.actor("bram"), cast.at.date()
    for _round in range(number):
        case = make_accepted(cast)
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.karin}, by=els, at=cast.at + SECOND),
            lambda: deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.ilse, by=bram, at=cast.at),
        )
        assert answers == ["done", "done"]
        deputies.replan(cast.at + 2 * SECOND)
        assert one_hand(case, cast.at + SECOND) == "karin"
        live = CaseAccess.objects.live(cast.at + 3 * SECOND).filter(case=case, reason=AccessReason.DEPUTY)
        assert not live.exists()
        cast.bram.absences.all().delete()
        deputies.replan(cast.at + 2 * SECOND)
        there_again(cast, "bram")


def away_ahead(cast: Cast, name: str, deputy: str) -> None:
    """Days off from tomorrow on, so that a case they accept is planned for at once."""
    day, by = cast.at.date() + 2 * DAY, cast.actor(name)
    deputies.enter(cast.users[name], first_day=day, last_day=day, deputy=cast.users[deputy], by=by, at=cast.at)


def given_away(cast: Cast) -> Referral:
    """Bram gives a case to Ilse, who did not answer yet."""
    return actions.propose(
        make_accepted(cast), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary="Wil rust.",
        by=cast.actor("bram"), at=cast.at, by_phone=True, terms=actions.Terms(HandOver.TRANSFER, "Zij vroeg erom."),
    )  # fmt: skip


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_who_has_days_off_ahead_and_takes_over(cast: Cast, number: int) -> None:
    """Both plan who stands in, and both lock that case: in one order, or each would wait for the other."""
    away_ahead(cast, "ilse", "karin")
    els, ilse = cast.actor("els"), cast.actor("ilse")
    for _round in range(number):
        row = given_away(cast)
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.karin}, by=els, at=cast.at + SECOND),
            lambda row=row: actions.accept(row, read=True, by=ilse, at=cast.at),
        )
        assert answers[0] == "done" and answers[1] in {"done", "NotNow"}
        assert one_hand(row.case, cast.at + SECOND) == ("ilse" if answers[1] == "done" else "karin")
        planned = CaseAccess.objects.filter(case=row.case_id, reason=AccessReason.DEPUTY, ends_at__gt=cast.at + SECOND)
        assert [one.user for one in planned] == ([cast.karin] if answers[1] == "done" else [])
        there_again(cast, "bram")


@pytest.mark.parametrize("number", ROUNDS)
def test_coming_back_against_who_has_days_off_ahead_and_takes_over(cast: Cast, number: int) -> None:
    """The plan for the one who had it ends in the moment in which somebody else gets it."""
    away_ahead(cast, "ilse", "karin")
    bram, ilse, day = cast.actor("bram"), cast.actor("ilse"), cast.at.date()
    for _round in range(number):
        row = given_away(cast)
        away = deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.karin, by=bram, at=cast.at)
        answers = at_once(
            lambda away=away: deputies.remove(away, by=bram, at=cast.at + SECOND),
            lambda row=row: actions.accept(row, read=True, by=ilse, at=cast.at + SECOND),
        )
        assert answers == ["done", "done"]
        assert one_hand(row.case, cast.at + SECOND) == "ilse"
        live = CaseAccess.objects.live(cast.at + 2 * SECOND).filter(case=row.case_id, reason=AccessReason.DEPUTY)
        assert not live.exists()


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_while_their_browser_says_that_they_look(cast: Cast, number: int) -> None:
    """Each look names them and the case; the leaving has the case, and then closes the account."""
    els, bram = cast.actor("els"), cast.actor("bram")
    for _round in range(number):
        cases = [make_accepted(cast) for _each in range(4)]

        def look(cases: list[Case] = cases) -> None:
            for case in cases:
                presence.beat(case, by=bram, at=cast.at)

        answers = at_once(lambda: handover.stop(cast.bram, {"cases": cast.ilse}, by=els, at=cast.at + SECOND), look)
        assert answers == ["done", "done"]
        assert [one_hand(case, cast.at + SECOND) for case in cases] == ["ilse"] * 4
        there_again(cast, "bram")


@pytest.mark.parametrize("number", ROUNDS)
def test_leaving_against_giving_back_for_a_case_they_have(cast: Cast, number: int) -> None:
    """Who gives it back names a second case; the leaving has the person, and then both cases."""
    els, bram = cast.actor("els"), cast.actor("bram")
    for _round in range(number):
        mine = make_accepted(cast)
        row = make_referral(cast, make_case(cast, person=mine.person), to=to_worker(cast, "bram"))
        answers = at_once(
            lambda: handover.stop(cast.bram, {"cases": cast.ilse}, by=els, at=cast.at + SECOND),
            lambda row=row, mine=mine: actions.return_to_desk(
                row, reason=ReturnReason.DUPLICATE, note="", other=mine, by=bram, at=cast.at
            ),
        )
        assert answers[0] == "done" and answers[1] in {"done", "Refused"}
        assert one_hand(mine, cast.at + SECOND) == "ilse"
        there_again(cast, "bram")
