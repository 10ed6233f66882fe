"""Opening a closed case again: by whom, for whom, with what promise, and what stays of how it ended."""

import datetime as dt

import pytest
from django.conf import settings

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.models import AuditEvent, Membership, Notice
from accounts.roles import CASE_CONTACT, CASE_WORK
from cases import actions, closing, reopening, timeline, tracks
from cases.enums import AccessReason, CaseOutcome, CaseState, EntryKind, Overlay, SessionState
from cases.enums.tracks import TrackKind
from cases.models import Case, CaseAccess, Ending, Track
from cases.moves import NeedsReason, NotNow
from cases.permissions import case_for, grant
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.endings import DAY, closed_by_bram, hold, with_bram

HOUR = dt.timedelta(hours=1)


def reopen(case: Case, by: object, at: dt.datetime, **more: object) -> Case:
    reason = {"reason": "Belde: het gaat weer slechter."} | more
    return reopening.reopen(case, by=by, at=at, calendar=load_calendar(), **reason)


def test_back_in_the_queue_with_a_promise_of_its_own(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at)
    later = at + 10 * DAY
    reopen(case, cast.actor("samira", later), later)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.owner, case.outcome, case.closed_at) == (CaseState.SUBMITTED, None, "", None)
    assert (case.reopened_at, case.first_contact_at) == (later, None)
    assert case.promised_at == case.first_contact_due_at > later
    assert case in Case.objects.at_desk().new()
    lines = timeline.for_staff(case).object_list
    assert lines[0].text == "Weer geopend. Eerder geëindigd als: hulp afgerond"
    assert lines[0].detail == "Belde: het gaat weer slechter."
    assert Ending.objects.get(case=case).outcome == CaseOutcome.HELPED
    assert AuditEvent.objects.filter(action="case.reopened", part="closed>submitted").count() == 1


def test_the_desk_sees_it_again_and_who_had_it_does_not(cast: Cast, at: dt.datetime) -> None:
    case, later = closed_by_bram(cast, at), at + 300 * DAY
    assert case not in Case.objects.visible_to(cast.actor("samira", later), later)
    reopen(case, follower(case.pk), later, reason="")
    assert case in Case.objects.visible_to(cast.actor("samira", later), later)
    assert case not in Case.objects.visible_to(cast.actor("bram", later), later)


def test_the_worker_who_had_it_goes_on_and_five_stay_five(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.ACCEPTED, owner="bram")
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    for day in (1, 2):
        hold(cast, case, at + day * DAY)
    closing.close(case, outcome=CaseOutcome.STOPPED, by=cast.actor("bram"), at=at + 3 * DAY)
    case = reopen(case, cast.actor("bram"), at + 4 * DAY, to=reopening.WORKER)
    assert (case.state, case.owner) == (CaseState.ACTIVE, cast.bram)
    track = Track.objects.get(case=case)
    assert (track.ended_at, track.sessions.filter(state=SessionState.HELD).count()) == (None, 2)
    hold(cast, case, at + 5 * DAY)
    assert Track.objects.filter(case=case).count() == 1
    later = at + 60 * DAY
    opened = case_for(cast.actor("samira", later), case.reference, needs=CASE_CONTACT, at=later)
    assert CASE_WORK not in opened.allowed


def test_the_next_worker_goes_on_counting(cast: Cast, at: dt.datetime) -> None:
    case = with_bram(cast, at)
    hold(cast, case, at + HOUR)
    closing.close(case, outcome=CaseOutcome.STOPPED, by=cast.actor("bram"), at=at + DAY)
    reopen(case, cast.actor("samira"), at + 2 * DAY)
    Case.objects.filter(pk=case.pk).update(state=CaseState.ACCEPTED, owner=cast.bram)
    hold(cast, case, at + 3 * DAY)
    assert Track.objects.get(case=case).sessions.count() == 2


@pytest.mark.parametrize("why", ["left", "kept out", "no row"])
def test_not_to_a_worker_who_cannot_go_on(cast: Cast, at: dt.datetime, why: str) -> None:
    case = closed_by_bram(cast, at)
    if why == "left":
        Membership.objects.filter(user=cast.bram).delete()
    elif why == "kept out":
        grant(case, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=at)
    else:
        CaseAccess.objects.filter(case=case, reason=AccessReason.REFERRAL).delete()
    with pytest.raises(NotNow):
        reopen(case, cast.actor("samira"), at + DAY, to=reopening.WORKER)
    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED


def test_a_client_who_withdrew_comes_back_without_a_reason_and_once(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.withdraw(case, by=follower(case.pk), at=at)
    for _time in range(2):
        reopen(case, follower(case.pk), at + HOUR, reason="")
    assert case.timeline.filter(kind=EntryKind.REOPENED, by_client=True).count() == 1
    assert Notice.objects.filter(kind="client.news", dedupe_key__contains=":reopened").count() == 1


def test_who_helps_says_why(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at)
    with pytest.raises(NeedsReason):
        reopen(case, cast.actor("samira"), at + DAY, reason=" ")


def test_after_a_year_it_is_a_new_request(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at)
    with pytest.raises(NotNow, match="te lang geleden"):
        reopen(case, follower(case.pk), at + settings.REOPEN_WITHIN + 2 * DAY)


@pytest.mark.parametrize("verb", ["give_back", "take", "set_urgency", "ask_more"])
def test_no_other_verb_opens_it(cast: Cast, at: dt.datetime, verb: str) -> None:
    case, by = closed_by_bram(cast, at), cast.actor("samira")
    doing = {
        "give_back": lambda: actions.give_back(case, by=by, at=at),
        "take": lambda: actions.take(case, by=by, at=at),
        "set_urgency": lambda: actions.set_urgency(case, "routine", reason="x", by=by, at=at, calendar=load_calendar()),
        "ask_more": lambda: actions.ask_more(case, "Wat?", until=at + DAY, by=by, at=at),
    }
    with pytest.raises(NotNow):
        doing[verb]()
    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED


def test_attempts_and_danger_begin_anew(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, overlay=Overlay.EMERGENCY)
    actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor("samira"), at=at)
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("samira"), at=at)
    actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    case = reopen(case, cast.actor("samira"), at + DAY)
    assert (case.overlay, case.danger_now, closing.tries_missing(case)) == (Overlay.NONE, None, 3)
    assert case not in Case.objects.unreached()


def test_only_the_help_that_ran_last_goes_on(cast: Cast, at: dt.datetime) -> None:
    """Also when another kind ended in the same moment."""
    case = with_bram(cast, at)
    hold(cast, case, at + HOUR)
    then = at + 2 * HOUR
    tracks.start(case, TrackKind.DEBRIEFING, by=cast.actor("bram"), at=then)
    closing.close(case, outcome=CaseOutcome.STOPPED, by=cast.actor("bram"), at=then)
    reopen(case, cast.actor("bram"), then + HOUR, to=reopening.WORKER)
    assert Track.objects.get(case=case, ended_at=None).kind == TrackKind.DEBRIEFING
