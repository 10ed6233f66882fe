"""Assessing and deciding: what changes, what is asked first, who hears of it."""

import datetime as dt
import uuid
from typing import Any

import pytest

from accounts.models import Notice
from cases import actions
from cases.actions import Changed, NeedsReason, NotNow
from cases.enums import CaseOutcome, CaseState, EntryKind, Overlay, Urgency
from cases.models import Alert, Case, Message
from desk import paging, snapshot, triage
from desk.triage import Assessment, Decision
from referrals.enums import Destination, ReferralState
from referrals.matching import candidates
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast


def assess(case: Case, cast: Cast, **seen: Any) -> Case:
    what: dict[str, Any] = {"danger": None, "topics": tuple(case.topics), "urgency": case.urgency} | seen
    return triage.assess(
        case, Assessment(**what), by=cast.actor("samira"), at=cast.at, calendar=snapshot.read().calendar
    )


def test_taking_answers_the_alert(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency=Urgency.URGENT, state=CaseState.SUBMITTED, owner=None)
    alert = paging.raise_alert(case, by=paging.BY, at=at)
    triage.take(case, by=cast.actor("joost"), at=at)
    assert alert is not None
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.acknowledged_by) == (at, cast.joost)


def test_assessing_a_free_request_makes_it_yours(cast: Cast) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    case = assess(case, cast, danger=False, topics=("private.money", "work.conflict"))
    assert (case.owner, case.danger_now, case.topics) == (cast.samira, False, ["private.money", "work.conflict"])


def test_a_request_of_a_colleague_is_taken_over_first(cast: Cast) -> None:
    case = make_case(cast, owner="joost")
    with pytest.raises(NotNow, match="Joost Verkerk"):
        assess(case, cast, danger=True)
    assert Case.objects.get(pk=case.pk).danger_now is None


def test_danger_makes_it_an_emergency_with_half_an_hour(cast: Cast, at: dt.datetime) -> None:
    case = assess(make_case(cast, urgency=Urgency.ROUTINE), cast, danger=True)
    assert (case.urgency, case.overlay) == (Urgency.EMERGENCY, Overlay.EMERGENCY)
    assert case.first_contact_due_at == at + dt.timedelta(minutes=30)
    assert Alert.objects.filter(case=case, urgency=Urgency.EMERGENCY).count() == 1


@pytest.mark.parametrize(("urgency", "alerts"), [(Urgency.URGENT, 1), (Urgency.EMERGENCY, 1), (Urgency.SOON, 0)])
def test_what_becomes_pressing_is_alerted(cast: Cast, urgency: str, alerts: int) -> None:
    case = assess(make_case(cast, urgency=Urgency.ROUTINE), cast, urgency=urgency, reason="klinkt slecht")
    assert (case.urgency, Alert.objects.filter(case=case).count()) == (urgency, alerts)


def test_all_of_an_assessment_or_nothing(cast: Cast) -> None:
    case = make_case(cast, urgency=Urgency.ROUTINE)
    with pytest.raises(NeedsReason):
        assess(case, cast, danger=False, topics=("private.money",), urgency=Urgency.URGENT)
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.danger_now, fresh.topics, fresh.version) == (None, ["work.conflict"], 1)


def test_solving_closes_it_and_ends_the_alert(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency=Urgency.URGENT, state=CaseState.SUBMITTED, owner=None)
    paging.raise_alert(case, by=paging.BY, at=at)
    what = Decision(CaseOutcome.SOLVED_AT_DESK, note="Uitgelegd hoe verlof werkt.")
    case = triage.decide(case, what, by=cast.actor("samira"), at=at)
    assert (case.state, case.outcome, case.outcome_note) == ("closed", "solved_at_desk", "Uitgelegd hoe verlof werkt.")
    assert not Alert.objects.open().exists()
    facts = case.timeline.get(kind=EntryKind.TRIAGED).facts
    assert facts == {"proposal": "DESK", "outcome": "solved_at_desk", "otherwise": False}


def test_referring_asks_the_client_and_keeps_the_desk_responsible(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    to = candidates(case, at)[0]
    what = Decision(triage.REFER, note="Spanning op het werk.", to=to, destination=Destination.REGIONAL_DIRECT)
    case = triage.decide(case, what, by=cast.actor("samira"), at=at)
    referral = Referral.objects.get(case=case)
    assert (case.state, referral.state, referral.to_team) == (
        "in_triage",
        "awaiting_consent",
        cast.teams["regional-west"],
    )


def test_referring_with_a_yes_by_phone_offers_at_once(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    what = Decision(
        triage.REFER, note="Spanning op het werk.", to=candidates(case, at)[0],
        destination=Destination.REGIONAL_DIRECT, by_phone=True,
    )  # fmt: skip
    assert triage.decide(case, what, by=cast.actor("samira"), at=at).state == CaseState.REFERRED
    assert Referral.objects.get(case=case).state == ReferralState.OFFERED


def test_closing_takes_a_waiting_hand_over_back(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    what = Decision(triage.REFER, note="x", to=candidates(case, at)[0], destination=Destination.REGIONAL_DIRECT)
    triage.decide(case, what, by=cast.actor("samira"), at=at)
    case = triage.decide(case, Decision(CaseOutcome.NO_REQUEST), by=cast.actor("samira"), at=at)
    assert (case.state, Referral.objects.get(case=case).state) == (CaseState.CLOSED, ReferralState.WITHDRAWN)


def test_a_chaplain_gets_nothing_and_the_client_gets_the_ways(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    case = triage.decide(case, Decision(CaseOutcome.CHAPLAIN, reason="Zij belde."), by=cast.actor("samira"), at=at)
    message = Message.objects.get(case=case)
    message.case = case
    assert (case.outcome, Referral.objects.count()) == (CaseOutcome.CHAPLAIN, 0)
    for line in snapshot.read().helplines_for("chaplain"):
        assert line.number in message.body


@pytest.mark.parametrize("outcome", [triage.ASK, CaseOutcome.CHAPLAIN])
def test_a_message_against_the_wishes_needs_a_reason(cast: Cast, at: dt.datetime, outcome: str) -> None:
    case = make_case(cast)  # chose the telephone only
    what = Decision(outcome, note="Welke dag?", until=at + dt.timedelta(days=3))
    with pytest.raises(NeedsReason):
        triage.decide(case, what, by=cast.actor("samira"), at=at)
    assert Case.objects.get(pk=case.pk).state == CaseState.IN_TRIAGE and not Message.objects.exists()


def test_asking_more_and_going_on_without_an_answer(cast: Cast, at: dt.datetime) -> None:
    until = at + dt.timedelta(days=3)
    what = Decision(triage.ASK, note="Welke dag?", until=until, reason="Zij belde.", submission_id=uuid.uuid4())
    case = triage.decide(make_case(cast), what, by=cast.actor("samira"), at=at)
    assert (case.state, case.waiting_until) == (CaseState.WAITING_CLIENT, until)
    for _ in range(2):
        case = triage.resume(case, by=cast.actor("samira"), at=at)
    assert (case.state, case.waiting_until) == (CaseState.IN_TRIAGE, None)


@pytest.mark.parametrize("outcome", triage.OUTCOMES)
def test_nothing_is_decided_about_an_emergency_before_a_person_spoke(cast: Cast, at: dt.datetime, outcome: str) -> None:
    case = make_case(cast, overlay=Overlay.EMERGENCY, urgency=Urgency.EMERGENCY)
    to = candidates(case, at)[0]
    what = Decision(outcome, note="x", to=to, destination=Destination.REGIONAL_DIRECT, until=at)
    with pytest.raises(NotNow):
        triage.decide(case, what, by=cast.actor("samira"), at=at)
    assert (Case.objects.get(pk=case.pk).state, Referral.objects.count()) == (CaseState.IN_TRIAGE, 0)


def test_after_a_talk_an_emergency_can_be_passed_on(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, overlay=Overlay.EMERGENCY, urgency=Urgency.EMERGENCY)
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("samira"), at=at)
    what = Decision(
        triage.REFER, note="x", to=candidates(case, at)[0], destination=Destination.REGIONAL_DIRECT, by_phone=True
    )
    assert triage.decide(case, what, by=cast.actor("samira"), at=at).state == CaseState.REFERRED


def test_an_old_version_decides_nothing(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.set_topics(case, ["private.money"], by=cast.actor("samira"), at=at)
    with pytest.raises(Changed):
        triage.decide(case, Decision(CaseOutcome.NO_REQUEST), by=cast.actor("samira"), at=at, version=1)


@pytest.mark.parametrize(
    ("proposal", "outcome", "destination", "asks"),
    [
        ("DESK", CaseOutcome.SOLVED_AT_DESK, "", False), ("DESK", triage.REFER, "SMT", False),
        ("SMT", triage.REFER, "SMT", False), ("SMT", triage.REFER, "REGIONAL_DIRECT", True),
        ("SMT", CaseOutcome.SOLVED_AT_DESK, "", True), ("SMT", triage.ASK, "", False),
        ("CHAPLAIN", CaseOutcome.CHAPLAIN, "", False), ("REGIONAL_DIRECT", CaseOutcome.CHAPLAIN, "", True),
        ("BIU", CaseOutcome.NOT_REACHED, "", False), ("CHAPLAIN", CaseOutcome.NO_REQUEST, "", False),
    ],
)  # fmt: skip
def test_another_road_than_proposed_asks_a_reason(proposal: str, outcome: str, destination: str, asks: bool) -> None:
    assert triage.differs(proposal, outcome, destination) is asks


def test_the_reason_to_choose_otherwise_is_kept(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    case.intake.proposal = Destination.CHAPLAIN
    case.intake.pk, case.intake.submission_id = uuid.uuid4(), uuid.uuid4()
    case.intake.reference = "NB-2222-2222"
    case.intake.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(intake=case.intake)
    with pytest.raises(NeedsReason):
        triage.decide(case, Decision(CaseOutcome.SOLVED_AT_DESK, note="x"), by=cast.actor("samira"), at=at)
    what = Decision(CaseOutcome.SOLVED_AT_DESK, note="x", otherwise="De vraag ging over verlof.")
    case = triage.decide(case, what, by=cast.actor("samira"), at=at)
    entry = case.timeline.get(kind=EntryKind.TRIAGED)
    entry.case = case
    assert (entry.text, entry.facts["otherwise"], entry.for_client) == ("De vraag ging over verlof.", True, False)


def test_who_could_take_it_over(cast: Cast, at: dt.datetime) -> None:
    assert [user.name for user in triage.colleagues(at)] == ["Els Koning", "Joost Verkerk", "Samira El Amrani"]
    assert "Nadia Haddad" in [user.name for user in triage.colleagues(at.replace(hour=22))]


def test_notices_say_nothing_about_the_case(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, story="KANARIE")
    triage.decide(case, Decision(CaseOutcome.SOLVED_AT_DESK, note="KANARIE"), by=cast.actor("samira"), at=at)
    assert [notice.params for notice in Notice.objects.all()] == [{}]
