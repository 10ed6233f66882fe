"""Conversations and the guard of five (R14, decision 5)."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection

from accounts.models import AuditEvent, Notice
from cases import appointments, tracks
from cases.enums import CaseState, ContactWay, EntryKind, SessionState
from cases.enums.tracks import TrackKind
from cases.models import Case, Session, TimelineEntry, Track
from cases.moves import NeedsReason, NotNow
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def plan(case: Case, cast: Cast, days: int = 1, **extra: object) -> Session:
    return appointments.plan_session(
        case, starts_at=cast.at + days * DAY, by=cast.actor("bram"), at=cast.at, **{"way": ContactWay.PHONE, **extra}
    )


def hold(case: Case, cast: Cast, minutes: int = 45, hours: int = 1, **extra: object) -> Session:
    return appointments.record_contact(
        case, starts_at=cast.at - hours * HOUR, minutes=minutes, way="phone", by=cast.actor("bram"), at=cast.at, **extra
    )


def counter(case: Case) -> tracks.Counter:
    return tracks.count(appointments.of_case(case))


def test_first_plan_starts_the_track_and_the_case(cast: Cast) -> None:
    case = make_accepted(cast)
    session = plan(case, cast, place="Kamp Duinzicht, kamer 12")
    case.refresh_from_db()
    assert (case.state, session.track.kind, session.with_user) == (CaseState.ACTIVE, "short_term_help", cast.bram)
    kinds = set(TimelineEntry.objects.filter(case=case).values_list("kind", flat=True))
    assert kinds == {EntryKind.TRACK_STARTED, EntryKind.SESSION_PLANNED}
    assert AuditEvent.objects.filter(case_id=case.pk, action="session.session_planned").count() == 1
    assert Notice.objects.filter(subject_id=case.pk, kind="client.news", channel="email").count() == 1


def test_same_form_twice_is_one_conversation(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    assert plan(case, cast, session_id=number) == plan(case, cast, session_id=number)
    assert Session.objects.filter(case=case).count() == 1


def test_planned_and_held_count_together(cast: Cast) -> None:
    case = make_accepted(cast)
    hold(case, cast), hold(case, cast, hours=2), plan(case, cast)
    assert counter(case) == tracks.Counter(held=2, planned=1, limit=5)
    assert counter(case).left == 2


def test_the_sixth_is_refused_when_planning(cast: Cast) -> None:
    case = make_accepted(cast)
    for day in range(1, 6):
        plan(case, cast, day)
    with pytest.raises(tracks.TrackFull):
        plan(case, cast, 6)
    assert Session.objects.filter(case=case).count() == 5


def test_the_sixth_is_refused_when_recording(cast: Cast) -> None:
    case = make_accepted(cast)
    for hours in range(1, 6):
        hold(case, cast, hours=hours)
    with pytest.raises(tracks.TrackFull):
        hold(case, cast, hours=6)
    assert counter(case).held == 5


@pytest.mark.parametrize(("minutes", "counted"), [(1, 0), (14, 0), (15, 1), (16, 1)])
def test_short_calls_do_not_count(cast: Cast, minutes: int, counted: int) -> None:
    case = make_accepted(cast)
    hold(case, cast, minutes=minutes)
    assert counter(case).counted == counted


def test_a_short_call_is_always_possible(cast: Cast) -> None:
    case = make_accepted(cast)
    for day in range(1, 6):
        plan(case, cast, day)
    assert hold(case, cast, minutes=14).track is not None


def test_a_call_that_ran_into_its_sixteenth_minute_meets_the_guard(cast: Cast) -> None:
    case = make_accepted(cast)
    for day in range(1, 6):
        plan(case, cast, day)
    short = hold(case, cast, minutes=14)
    with pytest.raises(tracks.TrackFull):
        appointments.record_session(short, SessionState.HELD, minutes=16, by=cast.actor("bram"), at=cast.at)
    short.refresh_from_db()
    assert (short.minutes, counter(case).counted) == (14, 5)


@pytest.mark.parametrize("state", [SessionState.NO_SHOW, SessionState.CANCELLED])
def test_no_show_and_cancelled_free_their_place(cast: Cast, state: str) -> None:
    case = make_accepted(cast)
    first = [plan(case, cast, day) for day in range(1, 6)][0]
    later = cast.at + 2 * DAY
    appointments.record_session(first, state, by=cast.actor("bram"), at=later)
    appointments.plan_session(case, starts_at=later + DAY, way="phone", by=cast.actor("bram"), at=later)
    assert counter(case).counted == 5


def test_a_no_show_corrected_to_held_meets_the_guard(cast: Cast) -> None:
    case, later = make_accepted(cast), cast.at + 2 * DAY
    first = [plan(case, cast, day) for day in range(1, 6)][0]
    appointments.record_session(first, SessionState.NO_SHOW, by=cast.actor("bram"), at=later)
    appointments.plan_session(case, starts_at=later + DAY, way="phone", by=cast.actor("bram"), at=later)
    with pytest.raises(tracks.TrackFull):
        appointments.record_session(first, SessionState.HELD, minutes=45, by=cast.actor("bram"), at=later)


def test_a_sixth_that_took_place_stands_outside_the_track(cast: Cast) -> None:
    case = make_accepted(cast)
    for hours in range(1, 6):
        hold(case, cast, hours=hours)
    sixth = hold(case, cast, hours=6, outside=True)
    assert (sixth.track, sixth.state, counter(case).held) == (None, SessionState.HELD, 5)
    told = Notice.objects.filter(kind="case.outside_track", channel="inbox")
    assert [notice.user for notice in told] == [cast.els]
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.OUTSIDE_TRACK).count() == 1


def test_outside_is_no_way_around_the_guard_while_there_is_room(cast: Cast) -> None:
    case = make_accepted(cast)
    assert hold(case, cast, outside=True).track is not None
    assert counter(case).held == 1


def test_a_second_track_does_not_give_five_more(cast: Cast) -> None:
    case = make_accepted(cast)
    track = tracks.start(case, TrackKind.SHORT_TERM_HELP, by=cast.actor("bram"), at=cast.at)
    assert tracks.start(case, TrackKind.SHORT_TERM_HELP, by=cast.actor("bram"), at=cast.at) == track
    Track.objects.filter(pk=track.pk).update(ended_at=cast.at)
    with pytest.raises(NotNow, match="ended|afgelopen"):
        plan(case, cast)


def test_warning_comes_with_one_place_left(cast: Cast) -> None:
    case = make_accepted(cast)
    for day in range(1, 4):
        plan(case, cast, day)
    assert not counter(case).is_near
    plan(case, cast, 4)
    assert (counter(case).is_near, counter(case).is_full) == (True, False)


def test_against_the_wishes_needs_a_reason(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NeedsReason):
        plan(case, cast, way=ContactWay.VISIT)
    session = plan(case, cast, way=ContactWay.VISIT, reason="Tom vroeg er zelf om.")
    entry = TimelineEntry.objects.get(case=case, kind=EntryKind.SESSION_PLANNED)
    assert (session.way, entry.text) == ("visit", "Tom vroeg er zelf om.")


def test_nothing_is_planned_in_the_past_or_held_in_the_future(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NotNow):
        plan(case, cast, days=-1)
    session = plan(case, cast)
    with pytest.raises(NotNow):
        appointments.record_session(session, SessionState.HELD, minutes=45, by=cast.actor("bram"), at=cast.at)


def test_cancelling_the_only_one_makes_the_case_accepted_again(cast: Cast) -> None:
    case = make_accepted(cast)
    session = plan(case, cast)
    appointments.record_session(session, SessionState.CANCELLED, by=cast.actor("bram"), at=cast.at)
    case.refresh_from_db()
    assert case.state == CaseState.ACCEPTED


def test_no_conversations_while_the_desk_has_the_case(cast: Cast) -> None:
    case = make_accepted(cast, state=CaseState.IN_TRIAGE)
    with pytest.raises(NotNow):
        plan(case, cast)


def test_ending_cancels_what_is_planned_and_keeps_what_was_held(cast: Cast) -> None:
    from django.db import transaction

    case = make_accepted(cast)
    held, planned = hold(case, cast), plan(case, cast)
    with transaction.atomic():
        case.refresh_from_db()
        appointments.end_tracks(case, by=cast.actor("bram"), at=cast.at)
    held.refresh_from_db(), planned.refresh_from_db()
    assert (held.state, planned.state) == (SessionState.HELD, SessionState.CANCELLED)


def test_two_at_the_same_moment_never_make_six(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    case = make_accepted(cast)
    for day in range(1, 5):
        plan(case, cast, day)
    start, answers = threading.Barrier(4), []

    def try_it(day: int) -> None:
        start.wait()
        try:
            plan(case, cast, day)
            answers.append("planned")
        except tracks.TrackFull:
            answers.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(day,)) for day in range(5, 9)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert sorted(answers) == ["full", "full", "full", "planned"]
    assert counter(case).counted == 5


@pytest.mark.parametrize("year", [1, 1970, 2030, 9999])
def test_a_mistyped_year_is_asked_again(cast: Cast, year: int) -> None:
    """A moment that no calendar can hold would break the pages of that case for good."""
    case, far = make_accepted(cast), dt.datetime(year, 12, 31, 23, 59, tzinfo=dt.UTC)
    with pytest.raises(NotNow):
        appointments.plan_session(
            case, starts_at=far, minutes=480, way=ContactWay.PHONE, by=cast.actor("bram"), at=cast.at
        )
    with pytest.raises(NotNow):
        appointments.record_contact(case, starts_at=far, minutes=45, way="phone", by=cast.actor("bram"), at=cast.at)
    assert not Session.objects.filter(case=case).exists()
