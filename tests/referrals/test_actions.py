"""Offering, accepting, returning and taking back: who may, what changes, and who is told."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.actors import actor_for, follower
from accounts.duty import load_calendar
from accounts.enums import Line, Role
from accounts.models import AuditEvent, DataKey, Membership, Notice
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_VIEW
from cases import callbacks
from cases import moves as case_moves
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState, EntryKind, Overlay, Urgency
from cases.handback import hand_back
from cases.models import CallBack, CallBackHour, Case, CaseAccess, Mediation, TimelineEntry
from cases.permissions import grant, permissions_on
from referrals import actions
from referrals.enums import Destination, MatchStep, ReferralState, ReturnReason
from referrals.models import Referral
from tests.conftest import AMSTERDAM
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import SUMMARY, make_referral, to_team, to_worker

HOUR = dt.timedelta(hours=1)


def propose(cast: Cast, case: Case, **more: object) -> Referral:
    settings = {"to": to_team(cast), "summary": SUMMARY, "by": cast.actor("samira"), "at": cast.at} | more
    return actions.propose(case, destination=Destination.REGIONAL_DIRECT, **settings)


def told(kind: str, channel: str = "inbox") -> set[str]:
    """First names of who got a notice of this kind."""
    return {
        notice.user.first_name for notice in Notice.objects.filter(kind=kind, channel=channel).select_related("user")
    }


def test_a_proposal_waits_for_the_client_and_the_desk_keeps_the_case(cast: Cast) -> None:
    case = make_case(cast)
    referral = propose(cast, case, choice_reason="De cliënt kent Bram.")
    case.refresh_from_db()
    assert (referral.state, referral.consent, referral.offered_at) == ("awaiting_consent", "asked", None)
    assert (case.state, referral.summary, referral.choice_reason) == ("in_triage", SUMMARY, "De cliënt kent Bram.")
    assert told("referral.offered") == set()
    assert Notice.objects.get(kind="client.news").subject_id == case.pk
    assert TimelineEntry.objects.get(case=case, kind=EntryKind.CONSENT_ASKED).for_client


def test_a_yes_by_phone_is_recorded_and_offers_at_once(cast: Cast) -> None:
    referral = make_referral(cast)
    case = referral.case
    assert (referral.consent, referral.consent_recorded_by, referral.consent_at) == ("by_phone", cast.samira, cast.at)
    assert (referral.state, case.state, case.summary) == ("offered", "referred", SUMMARY)
    assert told("referral.offered") == {"Bram", "Ilse"}
    assert TimelineEntry.objects.get(case=case, kind=EntryKind.REFERRED).facts["to_team"] == referral.to_team_id
    names = set(AuditEvent.objects.filter(case_id=case.pk).values_list("action", flat=True))
    assert names >= {"referral.proposed", "referral.consent", "referral.offered", "case.referred"}


@pytest.mark.parametrize(
    ("urgency", "remind", "due"),
    [
        (Urgency.URGENT, "2026-03-10T12:15", "2026-03-10T14:15"),
        (Urgency.SOON, "2026-03-10T14:45", "2026-03-11T10:15"),
        (Urgency.ROUTINE, "2026-03-11T14:45", "2026-03-13T10:15"),
    ],
)
def test_the_clock_runs_in_opening_hours(cast: Cast, urgency: Urgency, remind: str, due: str) -> None:
    referral = make_referral(cast, urgency=urgency)
    clock = [f"{moment.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}" for moment in (referral.remind_at, referral.due_at)]
    assert clock == [remind, due]


def test_an_emergency_is_offered_only_after_someone_spoke_to_the_person(cast: Cast) -> None:
    case = make_case(cast, urgency=Urgency.EMERGENCY, overlay=Overlay.EMERGENCY)
    with pytest.raises(actions.NotNow):
        propose(cast, case, by_phone=True)
    assert not Referral.objects.exists()
    Case.objects.filter(pk=case.pk).update(first_contact_at=cast.at)
    referral = propose(cast, case, by_phone=True)
    assert referral.due_at == cast.at + 2 * HOUR


def test_one_hand_over_at_a_time_and_a_double_click_is_one(cast: Cast) -> None:
    case = make_case(cast)
    first = propose(cast, case)
    assert propose(cast, case).pk == first.pk
    with pytest.raises(actions.NotNow, match="Regioteam West"):
        propose(cast, case, to=to_team(cast, "regional-noord"))
    assert Referral.objects.count() == 1


@pytest.mark.parametrize("summary", ["", "   \r\n", "x" * 1501])
def test_a_summary_is_neither_empty_nor_endless(cast: Cast, summary: str) -> None:
    with pytest.raises(actions.NotNow):
        propose(cast, make_case(cast), summary=summary)


def test_only_a_case_in_triage_is_passed_on(cast: Cast) -> None:
    for state in (CaseState.SUBMITTED, CaseState.WAITING_CLIENT, CaseState.ACCEPTED):
        with pytest.raises(actions.NotNow):
            propose(cast, make_case(cast, state=state))


def test_a_stale_form_is_told_so(cast: Cast) -> None:
    case = make_case(cast)
    case_moves.save(case, "topics")
    with pytest.raises(actions.Changed):
        propose(cast, case, version=1)


def works_in_both(cast: Cast) -> None:
    """Samira of the desk helps clients in the west too."""
    Membership.objects.create(
        user=cast.samira, team=cast.teams["regional-west"], role=Role.REGIONAL_WORKER, starts_on=cast.at.date()
    )


def test_nobody_is_asked_who_cannot_answer(cast: Cast) -> None:
    with pytest.raises(actions.NotNow, match="Landelijke pool"):
        propose(cast, make_case(cast), to=to_team(cast, "pool", MatchStep.CHOSEN))
    works_in_both(cast)
    with pytest.raises(actions.NotNow, match="uzelf|jezelf"):
        make_referral(cast, to=to_worker(cast, "samira"))
    with pytest.raises(Refused):
        make_referral(cast, by="bram", to=to_worker(cast, "ilse"))


def test_accepting_makes_one_person_responsible(cast: Cast) -> None:
    referral = actions.accept(make_referral(cast), read=True, by=cast.actor("bram"), at=cast.at + HOUR)
    case = Case.objects.get(pk=referral.case_id)
    assert (referral.state, referral.answered_by, referral.answered_at) == ("accepted", cast.bram, cast.at + HOUR)
    assert (case.state, case.owner, case.primary_contact, case.team.code) == (
        "accepted", cast.bram, cast.bram, "regional-west",
    )  # fmt: skip
    entry = TimelineEntry.objects.get(case=case, kind=EntryKind.ACCEPTED)
    assert (entry.by, entry.for_client, entry.facts["summary_read"]) == (cast.bram, True, True)
    assert told("referral.accepted") == {"Samira"}
    assert Notice.objects.filter(kind="client.news", user=None).count() == 1


def test_accepting_moves_the_file_and_leaves_the_desk_the_contact_details(cast: Cast) -> None:
    later = cast.at + HOUR
    referral = actions.accept(make_referral(cast), read=True, by=cast.actor("bram"), at=later)
    rows = CaseAccess.objects.filter(case=referral.case).live(later + HOUR)
    assert sorted((row.reason, row.scope, row.source) for row in rows) == [
        (AccessReason.DESK, AccessScope.CONTACT, str(referral.pk)),
        (AccessReason.REFERRAL, AccessScope.FULL, str(referral.pk)),
    ]
    ended = CaseAccess.objects.filter(case=referral.case, ends_at=later).values_list("reason", flat=True)
    assert sorted(ended) == [AccessReason.DESK, AccessReason.NIGHT]
    assert "case.work" in permissions_on(referral.case_id, cast.actor("bram"), later)
    assert permissions_on(referral.case_id, cast.actor("samira"), later) == {"case.view", "case.contact"}
    assert not permissions_on(referral.case_id, cast.actor("ilse"), later)


def test_a_call_in_the_evening_that_was_promised_is_still_made(cast: Cast) -> None:
    for hour in (11, 20):
        line = Line.DESK if hour == 11 else Line.AFTER_HOURS
        CallBackHour.objects.create(line=line, weekday=2, hour=hour, places=2)
    promised = {}
    for hour in (11, 20):
        referral = make_referral(cast)
        start = cast.at.replace(hour=hour, minute=0)
        row = callbacks.choose(
            referral.case, start, by=follower(referral.case.pk), at=cast.at, calendar=load_calendar()
        )
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
        promised[hour] = row
    evening = cast.at.replace(hour=20, minute=0)
    nadia = cast.actor("nadia", evening)
    assert list(CallBack.objects.open().visible_to(nadia, evening)) == [promised[20]]
    case = promised[20].case
    assert permissions_on(case.pk, nadia, evening) == {CASE_VIEW, CASE_CONTACT}
    assert not permissions_on(case.pk, cast.actor("nadia", evening + 12 * HOUR), evening + 12 * HOUR)


def test_the_summary_has_to_be_read_first(cast: Cast) -> None:
    referral = make_referral(cast)
    with pytest.raises(actions.MustRead):
        actions.accept(referral, read=False, by=cast.actor("bram"), at=cast.at)
    referral.refresh_from_db()
    assert referral.state == ReferralState.OFFERED


def test_accepting_twice_is_once_and_the_second_worker_hears_who_has_it(cast: Cast) -> None:
    referral = make_referral(cast)
    for _ in range(2):
        actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    with pytest.raises(actions.NotNow, match="Ilse Çelik"):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    assert CaseAccess.objects.filter(case=referral.case, reason=AccessReason.REFERRAL).count() == 1
    assert TimelineEntry.objects.filter(kind=EntryKind.ACCEPTED).count() == 1


@pytest.mark.parametrize("name", ["karin", "samira", "els", "nadia", "ruben", "vera", "arie", "tom", "max"])
def test_nobody_else_may_answer_and_only_the_audit_knows(cast: Cast, name: str) -> None:
    referral = make_referral(cast)
    with pytest.raises(Refused) as refusal:
        actions.accept(referral, read=True, by=cast.actor(name), at=cast.at)
    assert (refusal.value.visible, refusal.value.case_id) == (False, referral.case_id)
    with pytest.raises(Refused):
        actions.return_to_desk(referral, reason="no_capacity", note="", by=cast.actor(name), at=cast.at)


def test_one_named_worker_means_no_colleague(cast: Cast) -> None:
    referral = make_referral(cast, to=to_worker(cast, "ilse"))
    assert told("referral.offered") == {"Ilse"}
    with pytest.raises(Refused):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    assert actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at).answered_by == cast.ilse


def test_the_sender_never_answers_their_own(cast: Cast) -> None:
    works_in_both(cast)
    referral = make_referral(cast, to=to_team(cast))
    assert told("referral.offered") == {"Bram", "Ilse"}
    with pytest.raises(Refused):
        actions.accept(referral, read=True, by=cast.actor("samira"), at=cast.at)


def test_whoever_the_client_blocked_is_not_told_and_may_not_answer(cast: Cast) -> None:
    case = make_case(cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=cast.at)
    referral = make_referral(cast, case)
    assert told("referral.offered") == {"Ilse"}
    with pytest.raises(Refused):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)


def test_returning_brings_it_back_to_the_desk_with_the_reason(cast: Cast) -> None:
    referral = actions.return_to_desk(
        make_referral(cast),
        reason=ReturnReason.OTHER_HELP,
        note="Tot mei vol.",
        by=cast.actor("bram"),
        at=cast.at + HOUR,
    )
    case = Case.objects.get(pk=referral.case_id)
    assert (referral.state, referral.return_reason, referral.return_note) == ("returned", "other_help", "Tot mei vol.")
    assert (case.state, case.returned_at, case.owner) == ("in_triage", cast.at + HOUR, cast.samira)
    assert told("referral.back") == {"Samira", "Joost"}
    entry = TimelineEntry.objects.get(case=case, kind=EntryKind.RETURNED)
    assert (entry.facts, entry.text) == ({"reason": "other_help"}, "Tot mei vol.")
    assert permissions_on(case.pk, cast.actor("bram"), cast.at + HOUR) == frozenset()


@pytest.mark.parametrize("reason", actions.NOTE_NEEDED)
def test_some_reasons_need_words(cast: Cast, reason: str) -> None:
    referral = make_referral(cast)
    with pytest.raises(actions.NeedsReason):
        actions.return_to_desk(referral, reason=reason, note=" ", by=cast.actor("bram"), at=cast.at)
    with pytest.raises(ValueError, match="bored"):
        actions.return_to_desk(referral, reason="bored", note="", by=cast.actor("bram"), at=cast.at)


def test_after_a_return_the_same_case_can_be_offered_again(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.return_to_desk(referral, reason="client_declines", note="", by=cast.actor("bram"), at=cast.at)
    again = make_referral(cast, referral.case, to=to_worker(cast, "ilse"))
    assert (again.state, Case.objects.get(pk=again.case_id).returned_at) == ("offered", None)
    assert Referral.objects.filter(case=referral.case).count() == 2


def test_the_desk_takes_back_what_nobody_answered(cast: Cast) -> None:
    referral = actions.withdraw(make_referral(cast), by=cast.actor("samira"), at=cast.at)
    assert (referral.state, Case.objects.get(pk=referral.case_id).state) == ("withdrawn", "in_triage")
    with pytest.raises(actions.NotNow, match="loket|desk"):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    assert not actions.withdraw_pending(referral.case, by=cast.actor("samira"), at=cast.at)


def test_an_accepted_one_cannot_be_taken_back(cast: Cast) -> None:
    referral = actions.accept(make_referral(cast), read=True, by=cast.actor("bram"), at=cast.at)
    with pytest.raises(actions.NotNow, match="Bram de Wit"):
        actions.withdraw(referral, by=cast.actor("samira"), at=cast.at)


def test_a_closed_case_is_not_accepted(cast: Cast) -> None:
    referral = make_referral(cast)
    Case.objects.filter(pk=referral.case_id).update(
        state=CaseState.CLOSED, closed_at=cast.at, outcome=CaseOutcome.WITHDRAWN
    )
    with pytest.raises(actions.NotNow):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)


def at_the_same_moment(*verbs: Callable[[], object]) -> list[object]:
    """Run each in a thread with a connection of its own; what they gave or raised, in order."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int, verb: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[number] = verb()
        except Exception as error:  # the loser's answer is what is tested
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_workers_at_the_same_moment_exactly_one_wins(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    actors = [actor_for(cast.users[name], at) for name in ("bram", "ilse")]
    for _ in range(20):
        referral = make_referral(cast)
        tries = [lambda by=by, r=referral: actions.accept(r, read=True, by=by, at=at) for by in actors]
        results = at_the_same_moment(*tries)
        [winner] = [answer for answer in results if isinstance(answer, Referral)]
        [loser] = [answer for answer in results if isinstance(answer, actions.NotNow)]
        assert winner.answered_by.name in str(loser)
        assert Case.objects.get(pk=referral.case_id).owner == winner.answered_by
        rows = CaseAccess.objects.filter(case=referral.case_id, reason=AccessReason.REFERRAL)
        assert [row.user_id for row in rows] == [winner.answered_by_id]


def test_accepting_and_the_deadline_do_not_block_each_other(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    bram = actor_for(cast.bram, at)
    for _ in range(10):
        referral = make_referral(cast)
        due = referral.due_at
        accepted, swept = at_the_same_moment(
            lambda r=referral, due=due: actions.accept(r, read=True, by=bram, at=due),
            lambda due=due: actions.expire_due(due),
        )
        referral.refresh_from_db()
        state = Case.objects.get(pk=referral.case_id).state
        assert (referral.state, state, swept) in {("accepted", "accepted", 0), ("expired", "in_triage", 1)}
        assert isinstance(accepted, Referral if referral.state == "accepted" else actions.NotNow)


def test_an_old_yes_says_nothing_of_having_the_case_after_it_was_handed_back(cast: Cast) -> None:
    referral, bram = make_referral(cast), cast.actor("bram")
    assert actions.accept(referral, read=True, by=bram, at=cast.at).case.owner == cast.bram
    assert actions.accept(referral, read=True, by=bram, at=cast.at).answered_by == cast.bram
    hand_back(referral.case, reason="Past niet.", by=bram, at=cast.at + HOUR)
    with pytest.raises(actions.NotNow, match="heeft die niet meer"):
        actions.accept(referral, read=True, by=bram, at=cast.at + HOUR)


def test_who_leads_a_talk_of_the_client_does_not_accept_the_case(cast: Cast) -> None:
    referral = make_referral(cast, to=to_worker(cast, "bram"))
    case = referral.case
    Mediation.objects.create(
        case=case, data_key=DataKey.objects.make(), leader=cast.bram, opened_by=cast.ilse, opened_at=cast.at,
        answer_by=cast.at + HOUR,
    )  # fmt: skip
    with pytest.raises(case_moves.NotNow):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    case.refresh_from_db()
    assert case.state == CaseState.REFERRED
    Mediation.objects.update(state="ended", ending="withdrawn", ended_at=cast.at)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
