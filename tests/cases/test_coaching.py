"""Coaching: who may, how often, how far apart (R15, R19)."""

import datetime as dt

import pytest
from django.test import override_settings
from django.utils import translation

from cases import appointments, coaching, tracks
from cases.coaching import NoCoach
from cases.enums import EntryKind
from cases.enums.tracks import CoachingFocus, TrackKind
from cases.models import Case, Session, TimelineEntry, Track
from cases.telling import STAFF
from cases.telling.told import Told
from cases.tracks import TrackFull
from tests.factories.cast import Cast
from tests.factories.coaches import register
from tests.factories.work import make_accepted

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def coach(case: Case, cast: Cast, focus: str = CoachingFocus.CAREER) -> Track:
    return tracks.start(
        case, TrackKind.COACHING, focus=focus, reason="Loopbaan.", by=cast.actor("bram"), at=cast.at
    )  # fmt: skip


def plan(case: Case, cast: Cast, days: int) -> Session:
    return appointments.plan_session(
        case, starts_at=cast.at + days * DAY, way="phone", by=cast.actor("bram"), at=cast.at
    )


def test_a_registered_coach_starts_it_and_the_file_says_with_what(cast: Cast) -> None:
    register(cast)
    case = make_accepted(cast)
    track = coach(case, cast, CoachingFocus.LEADERSHIP)
    assert (track.kind, track.focus) == ("coaching", "leadership")
    row = TimelineEntry.objects.get(case=case, kind=EntryKind.TRACK_STARTED)
    with translation.override("en"):
        said = STAFF[EntryKind.TRACK_STARTED](Told("", "", row.facts))
    assert said.startswith("Help started: coaching (leadership). Coach in NOBCO, number 12-345, looked up on ")
    assert row.for_client


@pytest.mark.parametrize(
    "fields", [None, {"as_coach": False}, {"days": 365}, {"days": 800}, {"expires_on": dt.date(2020, 1, 1)}]
)
def test_nobody_coaches_without_a_registration_that_holds(cast: Cast, fields: dict[str, object] | None) -> None:
    if fields is not None:
        register(cast, **fields)
    case = make_accepted(cast)
    with pytest.raises(NoCoach):
        coach(case, cast)
    assert not Track.objects.filter(case=case).exists()


def test_what_a_colleague_is_registered_as_does_not_count(cast: Cast) -> None:
    register(cast, "karin")
    with pytest.raises(NoCoach):
        coach(make_accepted(cast), cast)


def test_a_check_that_got_old_stops_new_conversations_but_not_what_was_held(cast: Cast) -> None:
    row = register(cast, days=364)
    case = make_accepted(cast)
    coach(case, cast)
    later = cast.at + 2 * DAY
    with pytest.raises(NoCoach):
        appointments.plan_session(case, starts_at=later + DAY, way="phone", by=cast.actor("bram"), at=later)
    held = appointments.record_contact(
        case, starts_at=later - HOUR, minutes=60, way="phone", by=cast.actor("bram"), at=later
    )
    assert held.track.kind == TrackKind.COACHING
    assert row.user == cast.bram


def test_the_tenth_is_refused(cast: Cast) -> None:
    register(cast)
    case = make_accepted(cast)
    coach(case, cast)
    for number in range(1, 10):
        plan(case, cast, number * 16)
    with pytest.raises(TrackFull, match="9"):
        plan(case, cast, 170)
    assert Session.objects.filter(case=case).count() == 9


def test_an_unknown_kind_of_coaching_is_no_coaching(cast: Cast) -> None:
    register(cast)
    with pytest.raises(ValueError, match="magic"):
        coach(make_accepted(cast), cast, "magic")


@pytest.mark.parametrize(("days", "said"), [(13, "practise"), (14, ""), (21, ""), (22, "keep it going")])
def test_a_short_or_a_long_gap_warns_and_forbids_nothing(cast: Cast, days: int, said: str) -> None:
    register(cast)
    case = make_accepted(cast)
    coach(case, cast)
    plan(case, cast, 1)
    second = plan(case, cast, 1 + days)
    with translation.override("en"):
        words = appointments.gap_words(appointments.of_case(case), second)
    assert said in words if said else words == ""


def test_how_far_apart_is_a_setting(cast: Cast) -> None:
    with override_settings(COACHING_GAP_DAYS=(7, 10)):
        assert coaching.gap_words(cast.at, cast.at + 8 * DAY) == ""
        assert "11" in coaching.gap_words(cast.at, cast.at + 11 * DAY)


def test_short_term_help_has_no_usual_gap(cast: Cast) -> None:
    case = make_accepted(cast)
    plan(case, cast, 1)
    assert appointments.gap_words(appointments.of_case(case), plan(case, cast, 2)) == ""


def test_after_coaching_short_term_help_only_with_places_left(cast: Cast) -> None:
    register(cast)
    case, by = make_accepted(cast), cast.actor("bram")
    for hours in range(1, 6):
        appointments.record_contact(case, starts_at=cast.at - hours * HOUR, minutes=45, way="phone", by=by, at=cast.at)
    coach(case, cast)
    with pytest.raises(TrackFull):
        tracks.start(case, TrackKind.SHORT_TERM_HELP, reason="Toch nog.", by=by, at=cast.at)
    assert tracks.latest(case).kind == TrackKind.COACHING
