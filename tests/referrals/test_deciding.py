"""A second hand-over asks the coordinator; family is handed over once and no more. By the verbs, so by direct call."""

import contextlib
import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Absence, AuditEvent, Membership, Notice
from accounts.permissions import Refused
from cases import merging
from cases.closing import close
from cases.enums import CaseOutcome, CaseState, EntryKind, Requester, Urgency
from cases.models import Case, Merge, TimelineEntry
from desk import handover
from referrals import actions, coordinators, deciding, hand_overs, spreading
from referrals.enums import HandOver, ReferralState
from referrals.models import Referral
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_come_back, make_referral, make_second, to_team, to_worker
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)


def told(kind: str) -> set[str]:
    return {row.user.first_name for row in Notice.objects.filter(kind=kind, channel="inbox").select_related("user")}


def test_a_second_hand_over_waits_for_the_coordinator(cast: Cast) -> None:
    case = make_come_back(cast)
    assert Referral.objects.handed_over().filter(case=case).count() == 1
    referral = make_second(cast, case)
    assert (referral.state, referral.offered_at, Case.objects.get(pk=case.pk).state) == (
        "awaiting_coordinator", None, "in_triage",
    )  # fmt: skip
    assert told("referral.decide") == {"Els"}
    assert not Referral.objects.addressed_to(cast.actor("karin")).filter(pk=referral.pk).exists()
    assert TimelineEntry.objects.get(case=case, kind=EntryKind.HAND_OVER).facts == {"what": "asked"}


def test_it_is_offered_by_no_other_road(cast: Cast) -> None:
    referral = make_second(cast)
    for verb in (actions.offer, partial(actions.approve_by_phone, phrase=PHRASE), actions.approve_summary):
        with contextlib.suppress(actions.NotNow, Refused):
            verb(referral, by=cast.actor("samira"), at=cast.at)
        assert Referral.objects.get(pk=referral.pk).state == "awaiting_coordinator"
    with pytest.raises(Refused):
        actions.accept(referral, read=True, by=cast.actor("karin"), at=cast.at)


def test_a_first_hand_over_and_what_came_back_unaccepted_ask_nobody(cast: Cast) -> None:
    first = make_referral(cast)
    actions.return_to_desk(first, reason="wrong_unit", note="", by=cast.actor("bram"), at=cast.at)
    assert make_second(cast, first.case).state == "offered"


def test_the_coordinator_agrees_and_it_goes_on(cast: Cast) -> None:
    referral = make_second(cast)
    actions.agree(referral, by=cast.actor("els"), at=cast.at + HOUR)
    row = Referral.objects.get(pk=referral.pk)
    assert (row.state, row.decided_by, row.decided_at, row.case.state) == (
        "offered", cast.els, cast.at + HOUR, "referred",
    )  # fmt: skip
    actions.agree(referral, by=cast.actor("els"), at=cast.at + 2 * HOUR)
    assert AuditEvent.objects.filter(action="referral.offered", case_id=row.case_id).count() == 2  # with the first
    with pytest.raises(actions.NotNow):
        actions.refuse(referral, reason="Toch niet.", by=cast.actor("els"), at=cast.at + HOUR)


def test_the_client_is_asked_after_the_coordinator_and_not_before(cast: Cast) -> None:
    referral = make_second(cast, by_phone=False)
    asked = TimelineEntry.objects.filter(case=referral.case, kind=EntryKind.CONSENT_ASKED, for_client=True)
    assert asked.count() == 0
    actions.agree(referral, by=cast.actor("els"), at=cast.at)
    assert asked.count() == 1
    assert Referral.objects.get(pk=referral.pk).state == "awaiting_consent"


def test_the_coordinator_refuses_with_a_reason_that_the_desk_reads(cast: Cast) -> None:
    referral = make_second(cast)
    with pytest.raises(actions.NeedsReason):
        actions.refuse(referral, reason="  ", by=cast.actor("els"), at=cast.at)
    actions.refuse(referral, reason="Eerst zelf nog eens bellen.", by=cast.actor("els"), at=cast.at)
    row = Referral.objects.get(pk=referral.pk)
    assert (row.state, row.return_note, row.case.state) == ("refused", "Eerst zelf nog eens bellen.", "in_triage")
    assert told("referral.decided_no") >= {"Samira"}
    entry = TimelineEntry.objects.filter(case=row.case, kind=EntryKind.HAND_OVER).latest("at", "pk")
    assert not entry.for_client
    actions.refuse(referral, reason="Nog eens.", by=cast.actor("els"), at=cast.at)
    assert AuditEvent.objects.filter(action="referral.refused").count() == 1


@pytest.mark.parametrize("name", ["samira", "joost", "bram", "karin", "arie", "vera", "otto"])
def test_nobody_else_decides(cast: Cast, name: str) -> None:
    referral = make_second(cast)
    for verb in (actions.agree, lambda row, **who: actions.refuse(row, reason="Nee.", **who)):
        with pytest.raises(Refused):
            verb(referral, by=cast.actor(name), at=cast.at)
    assert Referral.objects.get(pk=referral.pk).state == "awaiting_coordinator"


def test_who_sent_it_does_not_decide_about_it(cast: Cast) -> None:
    """Els sent it while she was no coordinator yet."""
    referral = make_second(cast)
    Referral.objects.filter(pk=referral.pk).update(created_by=cast.els)
    with pytest.raises(Refused):
        actions.agree(referral, by=cast.actor("els"), at=cast.at)


def of_els(cast: Cast, reason: str = "") -> Referral:
    """A second hand-over by the coordinator herself."""
    case = make_come_back(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.els)
    return actions.propose(
        Case.objects.get(pk=case.pk), to_team(cast, "regional-noord"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("els"), at=cast.at, by_phone=True, choice_reason=reason,
    )  # fmt: skip


def test_a_coordinator_asks_another_one(cast: Cast) -> None:
    desk = {"team": cast.teams["desk"], "role": Role.COORDINATOR, "starts_on": cast.at.date()}
    Membership.objects.create(user=cast.joost, **desk)
    referral = of_els(cast)
    assert (referral.state, referral.decided_by) == ("awaiting_coordinator", None)
    with pytest.raises(Refused):
        actions.agree(referral, by=cast.actor("els"), at=cast.at)
    actions.agree(referral, by=cast.actor("joost"), at=cast.at)
    assert Referral.objects.get(pk=referral.pk).state == "offered"


def test_without_another_one_a_coordinator_writes_why_and_the_privacy_officer_reads_it(
    cast: Cast, logged_in: Callable[..., Client]
) -> None:
    with pytest.raises(actions.NeedsReason):
        of_els(cast, " ")
    case = Case.objects.get()
    referral = actions.propose(
        case, to_team(cast, "regional-noord"), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor("els"),
        at=cast.at, by_phone=True, choice_reason="Bram past toch niet.",
    )  # fmt: skip
    assert (referral.state, referral.decided_by, referral.decided_at) == ("offered", cast.els, cast.at)
    assert AuditEvent.objects.get(action="referral.decided_alone").case_id == referral.case_id
    with time_machine.travel(cast.at, tick=False):
        page = logged_in(cast.vera).get(reverse("overrides"), headers={"accept-language": "nl"}).content.decode()
    assert "Bram past toch niet." in page and "Els Koning, aan" in page
    assert SUMMARY not in page


def test_a_case_whose_worker_left_was_handed_over(cast: Cast) -> None:
    case = make_accepted(cast)
    handover.stop(cast.bram, {"cases": cast.ilse}, by=cast.actor("els"), at=cast.at)
    case = Case.objects.get(pk=case.pk)
    assert (case.passed_along, hand_overs.of_case(case, cast.actor("ilse"), cast.at).count) == (1, 1)
    row = actions.propose(
        case, to_worker(cast, "karin", "regional-noord"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("ilse"), at=cast.at, by_phone=True, terms=actions.Terms(HandOver.TRANSFER, "Verhuisd."),
    )  # fmt: skip
    assert row.state == "awaiting_coordinator"


def test_family_whose_worker_leaves_goes_to_the_desk(cast: Cast) -> None:
    """They were handed over once."""
    family = make_accepted(cast, requester=Requester.MY_FAMILY, team=cast.teams["regional-west"])
    [share] = spreading.spread([family], but=cast.bram, at=cast.at).shares
    assert (share.fit, share.fits) == (None, [])
    result = handover.stop(cast.bram, {"cases": {family.pk: cast.ilse}}, by=cast.actor("els"), at=cast.at)
    assert (result.refused, result.to_desk["cases"]) == (1, 1)
    case = Case.objects.get(pk=family.pk)
    assert (case.owner, case.state, case.passed_along) == (None, CaseState.IN_TRIAGE, 0)


@pytest.mark.parametrize("by", ["samira", "els"])
@pytest.mark.parametrize("requester", [Requester.FAMILY_OF_COLLEAGUE, Requester.MY_FAMILY])
def test_family_is_never_handed_over_more_than_once(cast: Cast, requester: str, by: str) -> None:
    case = make_come_back(cast, requester=requester)
    with pytest.raises(actions.NotNow, match="familie"):
        make_second(cast, case, by=by)
    assert not Referral.objects.pending().filter(case=case).exists()
    assert Case.objects.get(pk=case.pk).state == CaseState.IN_TRIAGE


def joined(cast: Cast, requester: str) -> Case:
    """A new request, with which the desk put one together that was handed over before."""
    gone = make_come_back(cast, requester=requester)
    stays = make_case(cast, owner="samira", requester=requester)
    merging.merge(gone, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    return Case.objects.get(pk=stays.pk)


@pytest.mark.parametrize("left", [False, True])
def test_what_was_put_together_with_it_counts(cast: Cast, left: bool) -> None:
    case = joined(cast, Requester.SELF)
    if left:
        Referral.objects.all().delete()
        Case.objects.exclude(pk=case.pk).update(passed_along=1)
    assert hand_overs.of_case(case, cast.actor("samira"), cast.at).count == 1
    assert make_second(cast, case).state == "awaiting_coordinator"


def test_family_is_not_handed_over_again_by_putting_requests_together(cast: Cast) -> None:
    case = joined(cast, Requester.MY_FAMILY)
    with pytest.raises(actions.NotNow, match="familie"):
        make_second(cast, case)
    merging.undo(Merge.objects.get(), by=cast.actor("samira"), at=cast.at)
    assert make_second(cast, Case.objects.get(pk=case.pk)).state == "offered"


def test_family_is_handed_over_once(cast: Cast) -> None:
    assert make_referral(cast, requester=Requester.FAMILY_OF_COLLEAGUE).state == "offered"


def test_a_consultation_does_not_count(cast: Cast) -> None:
    referral = make_referral(cast)
    Referral.objects.filter(pk=referral.pk).update(kind=HandOver.CONSULTATION, state=ReferralState.ACCEPTED)
    assert Referral.objects.handed_over().count() == 0


def test_it_never_gets_stuck(cast: Cast) -> None:
    referral = make_second(cast, make_come_back(cast, urgency=Urgency.URGENT))
    half, due = cast.at + 2 * HOUR, cast.at + 4 * HOUR
    assert (referral.remind_at, referral.due_at) == (half, due)
    assert [actions.chase_decisions(half - dt.timedelta(seconds=1)), actions.chase_decisions(half)] == [0, 1]
    assert told("referral.decide_waits") == {"Els"}
    assert [actions.chase_decisions(due), actions.chase_decisions(due + HOUR)] == [1, 0]
    assert told("referral.decide_late") == {"Els", "Samira", "Joost"}
    actions.withdraw(referral, by=cast.actor("samira"), at=due)
    assert Referral.objects.get(pk=referral.pk).state == "withdrawn"
    assert actions.chase_decisions(due + 90 * HOUR) == 0


def test_a_coordinator_who_is_away_is_not_waited_for(cast: Cast) -> None:
    case = make_come_back(cast)
    day = cast.at.date()
    Absence.objects.create(user=cast.els, first_day=day, last_day=day, entered_by=cast.els, entered_at=cast.at)
    people = coordinators.people(case, cast.at)
    assert {user.first_name for user in people} >= {"Els", "Samira"}  # nobody else coordinates: the desk hears it too


def test_only_a_coordinator_who_sees_the_case_finds_it(cast: Cast) -> None:
    referral = make_second(cast)
    found = deciding.to_decide(cast.actor("els"), referral.pk, at=cast.at)
    assert found is not None
    assert (found.pk, found.summary) == (referral.pk, SUMMARY)


def test_the_client_is_not_asked_about_a_case_that_was_closed_meanwhile(cast: Cast) -> None:
    """Until the clock takes back what was left behind."""
    second = make_second(cast, by_phone=False)
    close(second.case, outcome=CaseOutcome.SOLVED_AT_DESK, note="Uitgelegd.", by=cast.actor("samira"), at=cast.at)
    with pytest.raises(actions.NotNow):
        actions.agree(second, by=cast.actor("els"), at=cast.at)
    second.refresh_from_db()
    assert second.state == "awaiting_coordinator"
    asked = TimelineEntry.objects.filter(case=second.case_id, kind=EntryKind.CONSENT_ASKED, at__gte=second.created_at)
    assert not asked.exists()
