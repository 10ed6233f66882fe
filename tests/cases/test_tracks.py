"""Kinds of help that follow each other in one case (R14-R18)."""

import datetime as dt

import pytest
from django.utils import translation

from accounts.models import AuditEvent
from cases import appointments, tracks, workspace
from cases.enums import CaseState, EntryKind, SessionState
from cases.enums.tracks import TrackKind
from cases.models import Case, Session, TimelineEntry, Track
from cases.moves import NeedsReason, NotNow
from cases.tracks import TrackFull
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SHORT, MEDIATION, DEBRIEFING = TrackKind.SHORT_TERM_HELP, TrackKind.MEDIATION, TrackKind.DEBRIEFING


def start(case: Case, cast: Cast, kind: str, reason: str = "Dit past nu beter.", days: int = 0) -> Track:
    return tracks.start(case, kind, reason=reason, by=cast.actor("bram"), at=cast.at + days * DAY)


def end(case: Case, cast: Cast, reason: str = "We zijn klaar.", days: int = 0) -> Track:
    return tracks.end(case, reason=reason, by=cast.actor("bram"), at=cast.at + days * DAY)


def hold(case: Case, cast: Cast, number: int = 1, minutes: int = 45) -> list[Session]:
    return [
        appointments.record_contact(
            case, starts_at=cast.at - hours * HOUR, minutes=minutes, way="phone", by=cast.actor("bram"), at=cast.at
        )
        for hours in range(1, number + 1)
    ]


def counted(case: Case, kind: str) -> tuple[int, int, int | None]:
    counter = tracks.count(appointments.of_case(case), kind)
    return counter.held, counter.planned, counter.limit


def test_one_kind_follows_the_other_in_both_orders(cast: Cast) -> None:
    case = make_accepted(cast)
    hold(case, cast, 2)
    start(case, cast, MEDIATION)
    hold(case, cast)
    start(case, cast, SHORT, days=1)
    assert [(one.kind, one.ended_at is None) for one in tracks.of_case(case)] == [
        (SHORT, False), (MEDIATION, False), (SHORT, True),
    ]  # fmt: skip
    assert (counted(case, SHORT), counted(case, MEDIATION)) == ((3, 0, 5), (1, 0, None))
    told = TimelineEntry.objects.filter(case=case, kind=EntryKind.TRACK_ENDED).order_by("at")
    assert [row.facts for row in told] == [
        {"kind": "short_term_help", "next": "mediation"}, {"kind": "mediation", "next": "short_term_help"},
    ]  # fmt: skip


def test_starting_the_same_kind_again_is_the_same_track(cast: Cast) -> None:
    case = make_accepted(cast)
    assert start(case, cast, MEDIATION) == start(case, cast, MEDIATION, reason="")
    assert AuditEvent.objects.filter(case_id=case.pk, action="track.started").count() == 1


def test_the_first_needs_no_reason_nor_does_what_explains_itself_the_next_does(cast: Cast) -> None:
    case = make_accepted(cast)
    start(case, cast, SHORT, reason="")
    start(case, cast, MEDIATION, reason="")
    with pytest.raises(NeedsReason):
        start(case, cast, SHORT, reason=" ")
    assert tracks.latest(case).kind == MEDIATION


def test_short_term_help_never_gives_five_more(cast: Cast) -> None:
    case = make_accepted(cast)
    hold(case, cast, 4)
    start(case, cast, MEDIATION)
    start(case, cast, SHORT, days=1)
    hold(case, cast)
    with pytest.raises(TrackFull):
        hold(case, cast)
    start(case, cast, MEDIATION, days=2)
    with pytest.raises(TrackFull):
        start(case, cast, SHORT, days=3)
    assert counted(case, SHORT) == (5, 0, 5)


def test_ended_help_takes_no_conversation_and_the_case_stays_open(cast: Cast) -> None:
    case = make_accepted(cast)
    hold(case, cast)
    end(case, cast)
    case.refresh_from_db()
    assert case.state == CaseState.ACTIVE
    with pytest.raises(NotNow, match="ended|afgelopen"):
        hold(case, cast)
    start(case, cast, SHORT, days=1)
    assert counted(case, SHORT) == (1, 0, 5)


def test_ending_needs_a_reason_and_something_that_runs(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NotNow):
        end(case, cast)
    hold(case, cast)
    with pytest.raises(NeedsReason):
        end(case, cast, reason="")


def test_what_is_planned_is_not_swept_away(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    planned = appointments.plan_session(case, starts_at=cast.at + DAY, way="phone", by=by, at=cast.at)
    for verb in (end, lambda case, cast: start(case, cast, MEDIATION)):
        with pytest.raises(NotNow, match="planned|gepland"):
            verb(case, cast)
    appointments.record_session(planned, SessionState.CANCELLED, by=by, at=cast.at)
    assert end(case, cast).ended_at == cast.at


def test_a_conversation_of_ended_help_can_still_be_corrected(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    first = hold(case, cast, 5)[0]
    appointments.record_session(first, SessionState.NO_SHOW, by=by, at=cast.at)
    end(case, cast)
    appointments.record_session(first, SessionState.HELD, minutes=30, by=by, at=cast.at)
    assert counted(case, SHORT) == (5, 0, 5)


def test_only_a_worker_gives_help(cast: Cast) -> None:
    case = make_accepted(cast, state=CaseState.IN_TRIAGE)
    for verb in (end, lambda case, cast: start(case, cast, MEDIATION)):
        with pytest.raises(NotNow):
            verb(case, cast)


@pytest.mark.parametrize(
    ("kind", "held", "words"),
    [
        (SHORT, 0, "No conversation yet, at most 5"),
        (SHORT, 2, "Conversation 2 of at most 5"),
        (TrackKind.COACHING, 2, "Coaching, 2 of 5 to 9"),
        (MEDIATION, 0, "Mediation"),
        (MEDIATION, 1, "Mediation, 1 conversation"),
        (DEBRIEFING, 3, "Debriefing, 3 conversations"),
        (None, 1, "Conversation 1 of at most 5"),
    ],
)
def test_the_counter_in_words(kind: str | None, held: int, words: str) -> None:
    with translation.override("en"):
        assert tracks.counter(kind, held).sentence == words


@pytest.mark.parametrize("kind", [MEDIATION, DEBRIEFING])
def test_no_sixth_beside_a_kind_with_meetings_of_its_own(cast: Cast, kind: str) -> None:
    """Such as: five conversations, then a talk with a group is planned, and now a sixth with the worker."""
    case, by = make_accepted(cast), cast.actor("bram")
    first, *_rest = hold(case, cast, 4)
    start(case, cast, kind)
    hold(case, cast)
    with pytest.raises(TrackFull):
        appointments.plan_session(case, starts_at=cast.at + DAY, way="phone", by=by, at=cast.at)
    with pytest.raises(TrackFull):
        hold(case, cast)
    appointments.record_session(first, SessionState.NO_SHOW, by=by, at=cast.at)
    hold(case, cast)
    with pytest.raises(TrackFull):
        appointments.record_session(first, SessionState.HELD, minutes=45, by=by, at=cast.at)
    assert counted(case, SHORT) == (5, 0, 5)


def test_the_list_counts_as_the_case_does(cast: Cast) -> None:
    """A conversation beside a talk with a group took a place of short-term help, which runs again."""
    case, by = make_accepted(cast), cast.actor("bram")
    hold(case, cast, 2)
    start(case, cast, "debriefing")
    hold(case, cast)
    start(case, cast, SHORT, days=1)
    space = workspace.open_workspace(by, case.reference, tab="case", part="x", at=cast.at + DAY)
    [row] = workspace.work_of(by, cast.at + DAY)
    assert (space.counter.short, workspace.counter_of(row).short) == (space.counter.short,) * 2
    assert space.counter.held == 3
