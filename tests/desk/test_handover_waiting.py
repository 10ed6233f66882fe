"""Somebody leaves while a hand-over of a case waits, with a coordinator too, or while somebody reads along."""

import datetime as dt

import pytest

from accounts.models import Notice
from accounts.permissions import Refused
from cases.enums import CaseState, EntryKind
from cases.models import Case, CaseAccess, TimelineEntry
from referrals import actions as referrals
from referrals import asking, consulting
from referrals.enums import Destination, HandOver, ReferralState
from referrals.models import Referral
from tests.desk.test_handover import accepted, advice, leave, may
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import to_worker
from tests.factories.work import make_accepted


@pytest.mark.parametrize("to", ["ilse", "karin", None])
@pytest.mark.parametrize("asked", [False, True], ids=["offered", "coordinator"])
def test_what_a_leaver_was_giving_away_is_taken_back(cast: Cast, to: str | None, asked: bool) -> None:
    """The case goes one road only; whoever has it now asks again, and then a coordinator is asked too."""
    case = accepted(cast, passed_along=int(asked))
    sent = given(cast, case, by="bram", to="karin")
    assert sent.state == ("awaiting_coordinator" if asked else "offered")
    leave(cast, cases=to)
    if asked:
        with pytest.raises(referrals.NotNow):
            referrals.agree(sent, by=cast.actor("els"), at=cast.at)
    with pytest.raises((referrals.NotNow, Refused)):
        referrals.accept(sent, read=True, by=cast.actor("karin"), at=cast.at)
    sent.refresh_from_db()
    case.refresh_from_db()
    assert (sent.state, case.owner) == ("withdrawn", cast.users[to] if to else None)
    assert not Referral.objects.pending().filter(case=case).exists()


@pytest.mark.parametrize("asked", [False, True], ids=["offered", "coordinator"])
def test_what_was_being_given_to_a_leaver_stays_with_its_worker(cast: Cast, asked: bool) -> None:
    case = make_accepted(cast, owner="karin", passed_along=int(asked))
    sent = given(cast, case, by="karin", to="bram")
    assert sent.state == ("awaiting_coordinator" if asked else "offered")
    leave(cast, offers="ilse")
    sent.refresh_from_db()
    case.refresh_from_db()
    assert (sent.state, case.owner, case.state) == ("withdrawn", cast.karin, CaseState.ACCEPTED)
    assert Notice.objects.filter(
        user=cast.karin, subject_id=case.pk, kind="referral.answered", channel="inbox"
    ).exists()
    assert not Referral.objects.pending().filter(case=case).exists()


@pytest.mark.parametrize(("to", "reads"), [("ilse", True), ("karin", False)])
def test_who_is_consulted_reads_along_with_the_next_worker_unless_it_is_them(cast: Cast, to: str, reads: bool) -> None:
    case = accepted(cast)
    asked = advice(cast, case, "karin")
    referrals.accept(asked, read=True, by=cast.actor("karin"), at=cast.at)
    leave(cast, cases=to)
    later = cast.at + dt.timedelta(seconds=1)
    consulting.end_over(later)
    asked.refresh_from_db()
    assert asked.state == (ReferralState.ACCEPTED if reads else ReferralState.ENDED)
    assert consulting.mine(cast.actor("karin", later), later) == ([asked] if reads else [])
    assert may(cast, case, to)


def test_a_consultation_ends_when_who_was_consulted_leaves(cast: Cast) -> None:
    case = accepted(cast)
    asked = advice(cast, case, "karin")
    referrals.accept(asked, read=True, by=cast.actor("karin"), at=cast.at)
    leave(cast, by="arie", who="karin")
    later = cast.at + dt.timedelta(seconds=1)
    assert consulting.end_over(later) == 1
    asked.refresh_from_db()
    assert asked.state == ReferralState.ENDED
    live = CaseAccess.objects.live(later).filter(case=case, user=cast.karin)
    assert not live.exists()


@pytest.mark.parametrize(("owner", "told"), [("karin", {"karin"}), (None, {"samira", "joost"})])
def test_nobody_need_answer_a_leaver_who_asked_for_a_case(cast: Cast, owner: str | None, told: set[str]) -> None:
    case = make_accepted(cast, owner=owner) if owner else make_case(cast, owner=None)
    asking.ask(case.reference, "Ik ken haar.", by=cast.actor("bram"), at=cast.at)
    row = Referral.objects.asked_for().get()
    for _again in range(2):
        leave(cast)
    row.refresh_from_db()
    assert (row.state, row.answered_by) == (ReferralState.WITHDRAWN, cast.els)
    said = TimelineEntry.objects.filter(case=case, kind=EntryKind.HAND_OVER)
    assert sorted(entry.facts["what"] for entry in said) == ["offered", "withdrawn"]
    heard = Notice.objects.filter(kind="case.not_asked", subject_id=case.pk, channel="inbox")
    assert sorted(heard.values_list("user", flat=True)) == sorted(cast.users[name].pk for name in told)


def given(cast: Cast, case: Case, *, by: str, to: str) -> Referral:
    """A case that its worker gives away, with the client's yes by voice."""
    code = {"bram": "regional-west", "karin": "regional-noord"}[to]
    terms = referrals.Terms(HandOver.TRANSFER, reason="Zij kent de kazerne.")
    return referrals.propose(
        case, to_worker(cast, to, code), destination=Destination.REGIONAL_DIRECT, summary="Wil rust.", terms=terms,
        by=cast.actor(by), at=cast.at, by_phone=True,
    )  # fmt: skip
