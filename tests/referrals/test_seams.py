"""Where the pieces of handing over meet: a second transfer, what is not told to the client, who leaves meanwhile."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from accounts.models import Absence, Notice
from accounts.permissions import Refused
from cases import blocks, closing, deputies, who_sees
from cases.enums import AccessReason, CaseState, Requester
from cases.handback import hand_back
from cases.models import Case, TimelineEntry
from cases.permissions import grant
from desk import handover
from referrals import actions, asking, consulting, deciding, handed, overriding, taking_back
from referrals.enums import HandOver
from referrals.models import Capacity, Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_team, to_worker

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
WHY = "Zij kan niet antwoorden en moet vannacht worden gezien."


def helped(cast: Cast, **fields: Any) -> Case:
    """A case that the desk passed on to Bram, who accepted it."""
    first = make_referral(cast, client="tom", **fields)
    actions.accept(first, read=True, by=cast.actor("bram"), at=cast.at)
    return fresh(first.case)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("data_key", "owner", "person__data_key").get(pk=case.pk)


def give(
    cast: Cast, case: Case, to: str = "ilse", *, by: str = "bram", kind: HandOver = HandOver.TRANSFER, **more: Any
) -> Referral:
    ends = cast.at + 7 * DAY if kind == HandOver.CONSULTATION else None
    code = "regional-noord" if to == "karin" else "regional-west"
    return actions.propose(
        case, to_worker(cast, to, code), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor(by), at=cast.at,
        terms=actions.Terms(kind, "Ik ga met pensioen.", ends_at=ends), **{"by_phone": True} | more,
    )  # fmt: skip


def read_by_client(case: Case) -> Counter[tuple[str, Any]]:
    rows = TimelineEntry.objects.filter(case=case, for_client=True)
    return Counter((row.kind, row.facts.get("what")) for row in rows)


def told(kind: str) -> set[str]:
    return {row.user.first_name for row in Notice.objects.filter(kind=kind, channel="inbox").select_related("user")}


# -- a transfer as second hand-over ------------------------------------------------------------------


def test_a_second_transfer_goes_by_the_coordinator_and_the_client_to_the_colleague(cast: Cast) -> None:
    case = helped(cast)
    before = read_by_client(case)
    row = give(cast, case, by_phone=False)
    assert (row.state, read_by_client(case)) == ("awaiting_coordinator", before)
    assert told("referral.decide") == {"Els"}
    assert deciding.to_decide(cast.actor("els"), row.pk, at=cast.at) == row
    row = actions.agree(row, by=cast.actor("els"), at=cast.at)
    assert (row.state, read_by_client(case) - before) == ("awaiting_consent", Counter([("consent_asked", None)]))
    row = actions.approve_summary(row, by=cast.actor("tom"), at=cast.at)
    actions.accept(row, read=True, by=cast.actor("ilse"), at=cast.at)
    assert fresh(case).owner == cast.ilse


def test_the_client_reads_nothing_of_what_a_worker_took_back_before_the_coordinator_agreed(cast: Cast) -> None:
    case = helped(cast)
    before = read_by_client(case)
    row = give(cast, case, by_phone=False)
    taking_back.of_case(case, row.pk, by=cast.actor("bram"), at=cast.at)
    assert read_by_client(case) == before


def test_who_asked_hears_that_the_coordinator_did_not_agree(cast: Cast) -> None:
    case = helped(cast)
    before = read_by_client(case)
    row = give(cast, case, by_phone=False)
    actions.refuse(row, reason="Jij kent haar het best.", by=cast.actor("els"), at=cast.at)
    notices = Notice.objects.filter(kind__startswith="referral.decided_no", channel="inbox")
    assert [(one.user.first_name, one.path) for one in notices] == [("Bram", f"/zaken/{case.reference}/doorgeven/")]
    assert read_by_client(case) == before
    with pytest.raises(actions.NotNow) as why:
        actions.approve_summary(Referral.objects.get(pk=row.pk), by=cast.actor("tom"), at=cast.at)
    assert "loket" not in str(why.value)


def test_who_asked_hears_that_nobody_decided(cast: Cast) -> None:
    row = give(cast, helped(cast), by_phone=False)
    assert actions.chase_decisions(row.due_at) == 1
    assert "Bram" in told("referral.decide_late") | told("referral.decide_late_worker")


@pytest.mark.parametrize("how", ["closed", "back"])
def test_a_yes_of_the_coordinator_to_what_is_over_asks_nobody(cast: Cast, how: str) -> None:
    case = helped(cast)
    row = give(cast, case, by_phone=False)
    if how == "closed":
        closing.close(case, outcome="helped", by=cast.actor("bram"), at=cast.at)
    else:
        hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=cast.at)
    before = read_by_client(case)
    with pytest.raises(actions.NotNow):
        actions.agree(row, by=cast.actor("els"), at=cast.at)
    assert read_by_client(case) == before


def test_a_coordinator_who_is_kept_out_does_not_decide(cast: Cast) -> None:
    case = helped(cast)
    row = give(cast, case, by_phone=False)
    blocks.block(case, cast.els, by=cast.actor("tom"), at=cast.at)
    for verb in (actions.agree, lambda one, **who: actions.refuse(one, reason="Nee.", **who)):
        with pytest.raises(Refused):
            verb(row, by=cast.actor("els"), at=cast.at)


def test_family_is_not_handed_over_twice_by_a_worker(cast: Cast) -> None:
    case = helped(cast, requester=Requester.FAMILY_OF_COLLEAGUE)
    asking.ask(case.reference, "Ik ken haar.", by=cast.actor("ilse"), at=cast.at)
    with pytest.raises(actions.NotNow, match="familie"):
        give(cast, case)
    done = handover.stop(cast.bram, {"cases": cast.ilse}, by=cast.actor("els"), at=cast.at)
    assert (done.given.get("cases"), done.to_desk) == (None, {"cases": 1, "advice": 0})
    case.refresh_from_db()
    assert (case.state, case.owner) == ("in_triage", None)


# -- no room: the next one ---------------------------------------------------------------------------


def next_of(cast: Cast, referral: Referral, by: str = "bram") -> Referral | None:
    actions.return_to_desk(referral, reason="no_capacity", note="", by=cast.actor(by), at=cast.at + HOUR)
    return Referral.objects.pending().filter(case=referral.case_id).first()


def test_the_next_of_a_team_is_not_somebody_who_is_away(cast: Cast) -> None:
    referral = make_referral(cast)
    day = cast.at.date()
    Absence.objects.create(
        user=cast.ilse, first_day=day, last_day=day + 5 * DAY, entered_by=cast.els, entered_at=cast.at
    )
    deputies.replan(cast.at)
    found = next_of(cast, referral)
    assert found is None or found.to_user != cast.ilse


def test_the_next_of_a_team_is_not_somebody_without_room(cast: Cast) -> None:
    referral = make_referral(cast)
    Capacity.objects.create(user=cast.ilse, most_open=0, starts_on=cast.at.date())
    found = next_of(cast, referral)
    assert found is None or found.to_user != cast.ilse


def test_the_question_to_the_next_one_has_a_clock(cast: Cast) -> None:
    found = next_of(cast, make_referral(cast, to=to_worker(cast, "bram")))
    assert found is not None
    assert found.state == "awaiting_consent"
    assert found.due_at is not None
    Notice.objects.all().delete()
    assert actions.chase_due(found.due_at) == 1
    assert told("referral.consent_late")


@pytest.mark.parametrize("name", ["samira", "els", "bram", "karin"])
def test_nobody_of_us_says_the_yes_of_the_client(cast: Cast, name: str) -> None:
    row = make_referral(cast, by_phone=False, client="tom")
    with pytest.raises(Refused):
        actions.approve_summary(row, by=cast.actor(name), at=cast.at)
    assert actions.approve_summary(row, by=cast.actor("tom"), at=cast.at).state == "offered"


# -- without the client's yes, and where telling is not safe ----------------------------------------


def unsafe(cast: Cast, **rest: Any) -> Referral:
    row = make_referral(cast, by_phone=False, client="tom", **rest)
    return overriding.override(row, reason=WHY, untold="Haar partner leest mee.", by=cast.actor("els"), at=cast.at)


@pytest.mark.parametrize("how", ["returned", "expired", "withdrawn", "left"])
def test_what_the_client_was_not_told_of_is_not_told_when_it_comes_back(cast: Cast, how: str) -> None:
    row = unsafe(cast, to=to_worker(cast, "bram"))
    before, mails = read_by_client(row.case), Notice.objects.filter(kind="client.news").count()
    if how == "returned":
        actions.return_to_desk(row, reason="other_help", note="Arts.", by=cast.actor("bram"), at=cast.at)
    elif how == "expired":
        actions.expire_due(row.due_at)
    elif how == "withdrawn":
        actions.withdraw(row, by=cast.actor("samira"), at=cast.at)
    else:
        handover.stop(cast.bram, {}, by=cast.actor("els"), at=cast.at)
    row.refresh_from_db()
    assert row.state in {"returned", "expired", "withdrawn"}
    assert read_by_client(row.case) == before
    assert Notice.objects.filter(kind="client.news").count() == mails


@pytest.mark.parametrize("whom", ["team", "bram"])
def test_no_room_for_what_was_passed_on_without_a_yes(cast: Cast, whom: str) -> None:
    row = unsafe(cast, to=to_team(cast) if whom == "team" else to_worker(cast, "bram"))
    before = read_by_client(row.case)
    found = next_of(cast, row)
    assert read_by_client(row.case) == before
    row.refresh_from_db()
    assert row.state == "returned"
    if whom == "team":
        assert found is not None
        assert (found.state, found.overridden_by, str(found.untold_reason)) == (
            "offered",
            cast.els,
            str(row.untold_reason),
        )
    else:
        assert found is None
        assert fresh(row.case).state == CaseState.IN_TRIAGE


# -- somebody leaves, or gets the case by another road ----------------------------------------------


def test_what_waited_for_the_coordinator_is_not_told_when_the_receiver_leaves(cast: Cast) -> None:
    case = helped(cast)
    hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=cast.at)
    Case.objects.filter(pk=case.pk).update(owner=cast.samira)
    row = make_referral(cast, fresh(case), to=to_worker(cast, "ilse"), by_phone=False)
    assert row.state == "awaiting_coordinator"
    before = read_by_client(case)
    handover.stop(cast.ilse, {}, by=cast.actor("els"), at=cast.at)
    row.refresh_from_db()
    assert (row.state, read_by_client(case)) == ("withdrawn", before)


@pytest.mark.parametrize("kind", [HandOver.TRANSFER, HandOver.CONSULTATION])
def test_a_worker_hears_that_who_they_asked_left(cast: Cast, kind: HandOver) -> None:
    case = make_case(cast, state=CaseState.ACCEPTED, owner="bram", client="tom")
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=cast.at - DAY, source="test")
    row = give(cast, fresh(case), kind=kind)
    handover.stop(cast.ilse, {}, by=cast.actor("els"), at=cast.at)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert told("referral.answered") == {"Bram"}
    assert read_by_client(case)["hand_over", "withdrawn"] == 1


def test_reading_along_ends_at_once_when_the_worker_leaves_and_the_desk_gets_the_case(cast: Cast) -> None:
    case = helped(cast)
    row = actions.accept(give(cast, case, kind=HandOver.CONSULTATION), read=True, by=cast.actor("ilse"), at=cast.at)
    assert consulting.reading_for(cast.actor("ilse"), row.pk, at=cast.at + HOUR)
    handover.stop(cast.bram, {}, by=cast.actor("els"), at=cast.at + HOUR)
    with pytest.raises(Refused):
        consulting.reading_for(cast.actor("ilse"), row.pk, at=cast.at + HOUR)


@pytest.mark.parametrize("kind", [HandOver.TRANSFER, HandOver.CONSULTATION])
def test_what_was_asked_of_who_got_the_case_by_another_road_waits_no_more(cast: Cast, kind: HandOver) -> None:
    case = helped(cast)
    row = give(cast, case, by_phone=False, kind=kind)
    handover.stop(cast.bram, {"cases": cast.ilse}, by=cast.actor("els"), at=cast.at)
    assert fresh(case).owner == cast.ilse
    actions.expire_due(cast.at)
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_who_reads_along_and_gets_the_case_reads_along_no_more(cast: Cast) -> None:
    case = helped(cast)
    row = actions.accept(give(cast, case, kind=HandOver.CONSULTATION), read=True, by=cast.actor("ilse"), at=cast.at)
    handover.stop(cast.bram, {"cases": cast.ilse}, by=cast.actor("els"), at=cast.at)
    consulting.end_over(cast.at)
    row.refresh_from_db()
    assert row.state == "ended"
    assert [one.name for one in who_sees.seers(fresh(case), cast.at + HOUR, for_client=True)].count(cast.ilse.name) == 1


def test_who_asked_for_a_case_and_accepts_it_by_another_road_is_answered(cast: Cast) -> None:
    row = make_referral(cast, client="tom")
    asking.ask(row.case.reference, "Ik ken haar.", by=cast.actor("bram"), at=cast.at)
    asked = Referral.objects.get(kind=HandOver.REQUEST)
    assert asked.state == "offered"
    actions.accept(row, read=True, by=cast.actor("bram"), at=cast.at)
    actions.expire_due(cast.at)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert told("case.not_given") == set()


def test_who_is_blocked_while_reading_along_is_shown_to_nobody(cast: Cast) -> None:
    case = helped(cast)
    row = actions.accept(give(cast, case, kind=HandOver.CONSULTATION), read=True, by=cast.actor("ilse"), at=cast.at)
    blocks.block(case, cast.ilse, by=cast.actor("tom"), at=cast.at)
    at = cast.at + HOUR
    assert cast.ilse.name not in [one.name for one in who_sees.seers(fresh(case), at, for_client=True)]
    consulting.end_over(at)
    assert handed.of_case(fresh(case), at).reading == []
    row.refresh_from_db()
    assert row.state == "ended"


def test_nobody_is_shown_their_own_case_on_the_board(cast: Cast) -> None:
    """Els asked the whole team of Bram for him while he was away: he has the case himself."""
    case = helped(cast)
    row = actions.propose(
        case, to_team(cast), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor("bram"), at=cast.at,
        by_phone=True, terms=actions.Terms(HandOver.CONSULTATION, "Advies", ends_at=cast.at + DAY),
    )  # fmt: skip
    Referral.objects.filter(pk=row.pk).update(created_by=cast.els)
    assert not Referral.objects.offered_to(cast.actor("bram")).exists()
    assert Referral.objects.offered_to(cast.actor("ilse")).exists()


def test_the_desk_stays_the_contact_person_when_the_case_is_given_away_before_they_met(cast: Cast) -> None:
    case = helped(cast)
    Case.objects.filter(pk=case.pk).update(primary_contact=cast.samira)
    row = actions.agree(give(cast, fresh(case)), by=cast.actor("els"), at=cast.at)
    actions.accept(row, read=True, by=cast.actor("ilse"), at=cast.at)
    assert fresh(case).primary_contact == cast.samira


def test_who_takes_a_case_over_has_a_clock_for_the_first_contact(cast: Cast) -> None:
    case = helped(cast)
    Referral.objects.filter(case=case).update(contacted_at=cast.at)
    row = actions.agree(give(cast, fresh(case)), by=cast.actor("els"), at=cast.at)
    row = actions.accept(row, read=True, by=cast.actor("ilse"), at=cast.at)
    assert fresh(case).primary_contact == cast.bram  # who gave it away, until they have met
    assert row.contact_due_at is not None
    assert actions.chase_contact(row.contact_due_at) == 1
    assert told("referral.contact_late") >= {"Ilse", "Samira"}


@pytest.mark.parametrize("kind", [HandOver.REFERRAL, HandOver.TRANSFER])
def test_what_waits_with_somebody_who_is_kept_out_since_comes_back_at_once(cast: Cast, kind: HandOver) -> None:
    if kind == HandOver.REFERRAL:
        row = make_referral(cast, client="tom", to=to_worker(cast, "ilse"))
    else:
        row = actions.agree(give(cast, helped(cast)), by=cast.actor("els"), at=cast.at)
    blocks.block(row.case, cast.ilse, by=cast.actor("tom"), at=cast.at)
    assert actions.expire_due(cast.at) == 1
    assert actions.expire_due(cast.at) == 0
    row.refresh_from_db()
    assert (row.state, fresh(row.case).state) == ("withdrawn", "in_triage" if kind == HandOver.REFERRAL else "accepted")
    assert "Samira" in told("referral.back") or "Bram" in told("referral.answered")
