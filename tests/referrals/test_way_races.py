"""Two at the same moment over a case that its worker gives away: one of them wins, and nobody is left in between.

Five rounds of each; five hundred in the long run.
"""

import datetime as dt

import pytest

from cases.models import Case, CaseAccess
from referrals import actions, asking, taking_back
from referrals.enums import HandOver
from referrals.models import Referral
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import SUMMARY, to_worker
from tests.factories.work import make_accepted
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("committed_db")
ROUNDS = [5, pytest.param(500, marks=pytest.mark.long)]


@pytest.fixture
def cast(at: dt.datetime) -> Cast:
    """Committed, so that the other connection sees it."""
    return make_cast(at)


def give(cast: Cast, case: Case, to: str = "karin") -> Referral:
    code = {"ilse": "regional-west", "karin": "regional-noord"}[to]
    return actions.propose(
        case, to_worker(cast, to, code), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor("bram"),
        at=cast.at, by_phone=True, terms=actions.Terms(HandOver.TRANSFER, "Zij vroeg erom."),
    )  # fmt: skip


@pytest.mark.parametrize("number", ROUNDS)
def test_accepting_against_taking_back(cast: Cast, number: int) -> None:
    bram, karin = cast.actor("bram"), cast.actor("karin")
    for _round in range(number):
        case = make_accepted(cast)
        sent = give(cast, case)
        answers = at_once(
            lambda sent=sent: actions.accept(sent, read=True, by=karin, at=cast.at),
            lambda case=case, sent=sent: taking_back.of_case(case, sent.pk, by=bram, at=cast.at),
        )
        sent.refresh_from_db()
        case.refresh_from_db()
        assert sorted(answers) == ["NotNow", "done"]
        assert (sent.state, case.owner) == (
            ("accepted", cast.karin) if answers[0] == "done" else ("withdrawn", cast.bram)
        )
        full = CaseAccess.objects.live(cast.at).filter(case=case, reason="referral", scope="full")
        assert [row.user for row in full] == [case.owner]


@pytest.mark.parametrize("number", ROUNDS)
def test_giving_it_to_two_at_once(cast: Cast, number: int) -> None:
    for _round in range(number):
        case = make_accepted(cast)
        answers = at_once(
            *[lambda to=to, case=case: give(cast, Case.objects.get(pk=case.pk), to) for to in ("ilse", "karin")]
        )
        assert sorted(answers) == ["NotNow", "done"]
        assert Referral.objects.pending().filter(case=case).count() == 1


@pytest.mark.parametrize("number", ROUNDS)
def test_giving_it_to_one_while_another_asks(cast: Cast, number: int) -> None:
    """Who asked before has an answer; who asks meanwhile has one, or may still be answered."""
    ilse, karin = cast.actor("ilse"), cast.actor("karin")
    for _round in range(number):
        case = make_accepted(cast)
        asking.ask(case.reference, "Zij vroeg naar mij.", by=karin, at=cast.at)
        answers = at_once(
            lambda case=case: asking.ask(case.reference, "Zij vroeg naar mij.", by=ilse, at=cast.at),
            lambda case=case: give(cast, Case.objects.get(pk=case.pk)),
        )
        asked = Referral.objects.filter(kind=HandOver.REQUEST, case=case)
        states = dict(asked.values_list("created_by", "state"))
        assert answers == ["done", "done"]
        assert (states[cast.karin.pk], states[cast.ilse.pk] in {"returned", "offered"}) == ("accepted", True)


@pytest.mark.parametrize("number", ROUNDS)
def test_the_same_question_twice_at_once_is_one(cast: Cast, number: int) -> None:
    karin = cast.actor("karin")
    for _round in range(number):
        case = make_accepted(cast)
        question = lambda case=case: asking.ask(case.reference, "Zij vroeg naar mij.", by=karin, at=cast.at)  # noqa: E731
        at_once(question, question)
        assert Referral.objects.filter(kind=HandOver.REQUEST, case=case).count() == 1


def second(cast: Cast) -> Referral:
    """A transfer of a case that was handed over before: it waits for the coordinator."""
    case = make_accepted(cast)
    first = give(cast, case, "ilse")
    Referral.objects.filter(pk=first.pk).update(state="accepted", answered_by=cast.bram, answered_at=cast.at)
    return give(cast, Case.objects.get(pk=case.pk))


@pytest.mark.parametrize("other", ["refuse", "withdraw"])
@pytest.mark.parametrize("number", ROUNDS)
def test_the_coordinator_agrees_against_a_no_or_taking_it_back(cast: Cast, number: int, other: str) -> None:
    els, bram = cast.actor("els"), cast.actor("bram")
    for _round in range(number):
        row = second(cast)
        verbs = {
            "refuse": lambda row=row: actions.refuse(row, reason="Nog niet.", by=els, at=cast.at),
            "withdraw": lambda row=row: taking_back.of_case(row.case, row.pk, by=bram, at=cast.at),
        }
        assert row.state == "awaiting_coordinator"
        answers = at_once(lambda row=row: actions.agree(row, by=els, at=cast.at), verbs[other])
        row.refresh_from_db()
        if other == "refuse":
            assert sorted(answers) == ["NotNow", "done"]
            assert row.state == ("offered" if answers[0] == "done" else "refused")
        else:  # what was agreed to can still be taken back
            assert row.state == "withdrawn"
        assert Case.objects.get(pk=row.case_id).owner == cast.bram
