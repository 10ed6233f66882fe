"""Conversations, and the guard of five (R14, decision 5).

Held conversations of at least fifteen minutes count, and planned ones too; a no-show or a cancelled one frees its
place. The guard stands in the verbs themselves, behind a lock on the track, so that no page, caller or second click
at the same moment passes it. A conversation beyond five that did take place is kept outside the track.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.counting import recall_objects
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.notices import tell_user
from cases import safe_contact, timeline
from cases.enums import (
    SESSION_LIMIT,
    SHORTEST_SESSION_MINUTES,
    WITH_WORKER,
    CaseState,
    ContactWay,
    EntryKind,
    SessionState,
    TrackKind,
)
from cases.models import Case, Session, Track
from cases.moves import Changed, NeedsReason, NotNow, locked, move, unused
from cases.notices import OUTSIDE_TRACK, tell_client

FURTHEST = dt.timedelta(days=366)
"""How far from now a conversation can be written down, either way: a year that was mistyped is asked again."""
WAYS = (ContactWay.VISIT, ContactWay.VIDEO, ContactWay.PHONE)


class TrackFull(NotNow):
    """Five conversations have been held or planned. ``ways_on`` says what can be done instead."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            _("All %(limit)d conversations have been held or planned. Another one cannot be added.") % {"limit": limit}
        )


@dataclass(frozen=True)
class Counter:
    """How far a track is. ``held`` and ``planned`` are the conversations that count."""

    held: int
    planned: int
    limit: int

    @property
    def counted(self) -> int:
        return self.held + self.planned

    @property
    def left(self) -> int:
        return max(0, self.limit - self.counted)

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_near(self) -> bool:
        """One place left: time to talk about what comes afterwards."""
        return self.left == 1

    @property
    def sentence(self) -> str:
        """Such as "Conversation 2 of at most 5"."""
        if not self.held:
            return _("No conversation yet, at most %(limit)d") % {"limit": self.limit}
        return _("Conversation %(held)d of at most %(limit)d") % {"held": self.held, "limit": self.limit}


def counts(session: Session) -> bool:
    """Whether a conversation takes one of the places of its track."""
    if session.track_id is None:
        return False
    if session.state == SessionState.HELD:
        return session.minutes >= SHORTEST_SESSION_MINUTES
    return session.state == SessionState.PLANNED


def count(sessions: Iterable[Session], kind: str = TrackKind.SHORT_TERM_HELP) -> Counter:
    """The counter for these conversations of one case."""
    counted = [session for session in sessions if counts(session)]
    held = sum(session.state == SessionState.HELD for session in counted)
    return Counter(held=held, planned=len(counted) - held, limit=SESSION_LIMIT[kind])


def of_case(case: Case) -> list[Session]:
    """Every conversation of a case, earliest first, with the case itself. One query."""
    rows = Session.objects.select_related("with_user").order_by("starts_at", "pk")
    found = recall_objects(("sessions",), None, lambda pk: rows.filter(case=pk), case.pk)
    for session in found:
        session.case = case
    return found


def coming(sessions: Iterable[Session], at: dt.datetime) -> Session | None:
    """The next planned conversation, also while it is going on; none when the list ends."""
    return next(
        (s for s in sessions if s.state == SessionState.PLANNED and s.starts_at + dt.timedelta(minutes=s.minutes) > at),
        None,
    )


def session_for(case: Case, pk: uuid.UUID) -> Session | None:
    """A conversation of this case."""
    return Session.objects.filter(case=case, pk=pk).select_related("with_user").first()


@transaction.atomic
def start_track(case: Case, *, by: Actor, at: dt.datetime, kind: str = TrackKind.SHORT_TERM_HELP) -> Track:
    """Start this kind of help, or answer with the one that runs. A case has it once: ending does not give five more."""
    return _track_of(_with_worker(case), kind, by=by, at=at)


@transaction.atomic
def plan_session(
    case: Case,
    *,
    starts_at: dt.datetime,
    way: str,
    by: Actor,
    at: dt.datetime,
    minutes: int = 45,
    place: str = "",
    reason: str = "",
    session_id: uuid.UUID | None = None,
) -> Session:
    """Plan a conversation with the owner of the case and tell the client.

    Raises TrackFull at the sixth, NeedsReason when ``way`` is outside the client's wishes and no ``reason`` is given,
    NotNow for a moment that has passed. ``session_id`` comes from the form: a second click is the same conversation.
    """
    case = _with_worker(case)
    if session_id and (known := session_for(case, session_id)):
        return known
    if starts_at <= at:
        raise NotNow(_("Choose a moment that is still to come."))
    if starts_at > at + FURTHEST:
        raise NotNow(_("Choose a day within a year from now."))
    if minutes < SHORTEST_SESSION_MINUTES:
        raise NotNow(_("A conversation takes at least %(least)d minutes.") % {"least": SHORTEST_SESSION_MINUTES})
    outside = safe_contact.against(safe_contact.wishes_of(case), way, starts_at)
    if outside and not reason.strip():
        raise NeedsReason(" ".join([*outside, _("Write down why you do it all the same.")]))
    track = _track_of(case, TrackKind.SHORT_TERM_HELP, by=by, at=at)
    number = unused(Session, session_id)
    _keep_to_limit(track, besides=number)
    session = Session(
        id=number, case=case, track=track, with_user=case.owner, way=way,
        place=place.strip(), starts_at=starts_at, minutes=minutes,
    )  # fmt: skip
    session.save(force_insert=True)
    _write_down(session, EntryKind.SESSION_PLANNED, by=by, at=at, text=reason.strip())
    if case.state == CaseState.ACCEPTED:
        move(case, CaseState.ACTIVE, by=by, at=at, action="case.active")
    tell_client(case, occasion=f"session{session.pk}", at=at)
    return session


@transaction.atomic
def record_session(
    session: Session,
    state: str,
    *,
    by: Actor,
    at: dt.datetime,
    minutes: int | None = None,
    outside: bool = False,
    seen: str | None = None,
) -> Session:
    """Say how a conversation went: held (with its minutes), no-show or cancelled; also to correct what was said.

    Raises TrackFull when it would be the sixth that counts. With ``outside`` that sixth is kept as contact outside
    the track, and the coordinators are told. Held and no-show can only be said once it has begun. Raises Changed when
    something else was said about it than the form showed (``seen``, from ``mark``).
    """
    case = _with_worker(session.case)
    session = Session.objects.select_for_update().get(pk=session.pk)
    session.case = case
    if state == SessionState.PLANNED:
        raise ValueError("a conversation is planned by plan_session")
    if state != SessionState.CANCELLED and session.starts_at > at:
        raise NotNow(_("This conversation is still to come."))
    before = (session.state, session.minutes)
    session.state = state
    session.minutes = minutes if state == SessionState.HELD and minutes else session.minutes
    if before == (session.state, session.minutes):
        return session
    if seen is not None and seen != mark(*before):
        raise Changed(case)
    _fit(session, outside, by=by, at=at)
    session.save(update_fields=["state", "minutes", "track"])
    _settle(session, by=by, at=at)
    return session


@transaction.atomic
def record_contact(
    case: Case,
    *,
    starts_at: dt.datetime,
    minutes: int,
    way: str,
    by: Actor,
    at: dt.datetime,
    place: str = "",
    outside: bool = False,
    session_id: uuid.UUID | None = None,
) -> Session:
    """Keep a conversation that was held without having been planned. The same guard as in record_session."""
    case = _with_worker(case)
    if session_id and (known := session_for(case, session_id)):
        return known
    if starts_at > at:
        raise NotNow(_("This conversation is still to come. Plan it instead."))
    if starts_at < at - FURTHEST:
        raise NotNow(_("Choose a day less than a year ago."))
    track = _track_of(case, TrackKind.SHORT_TERM_HELP, by=by, at=at)
    session = Session(
        id=unused(Session, session_id), case=case, track=track, with_user=case.owner, way=way,
        place=place.strip(), starts_at=starts_at, minutes=minutes, state=SessionState.HELD,
    )  # fmt: skip
    _fit(session, outside, by=by, at=at)
    session.save(force_insert=True)
    _settle(session, by=by, at=at)
    return session


def mark(state: str, minutes: int) -> str:
    """What is said about a conversation, for a form to carry along."""
    return f"{state} {minutes}"


def end_tracks(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """Cancel what is planned and end the running help; part of closing and of handing back, in their transaction."""
    for session in Session.objects.select_for_update().filter(case=case, state=SessionState.PLANNED):
        session.case, session.state = case, SessionState.CANCELLED
        session.save(update_fields=["state"])
        _write_down(session, EntryKind.SESSION_CANCELLED, by=by, at=at)
    if case.state == CaseState.CLOSED:
        Track.objects.filter(case=case, ended_at=None).update(ended_at=at)


def _with_worker(case: Case) -> Case:
    """The case under lock, if a worker has it."""
    case = locked(case)
    if case.state not in WITH_WORKER:
        raise NotNow(_("Conversations belong to a case that a worker has accepted."))
    return case


def _track_of(case: Case, kind: str, *, by: Actor, at: dt.datetime) -> Track:
    """The case's track, locked, made when there is none yet."""
    track = Track.objects.select_for_update().filter(case=case, kind=kind).order_by("started_at").first()
    if track is None:
        track = Track(case=case, kind=kind, started_at=at)
        track.save(force_insert=True)
        timeline.add(case, EntryKind.TRACK_STARTED, by=by, at=at, facts={"kind": kind})
        audit.record("track.started", by=by, at=at, case_id=case.pk, obj=track, part=kind)
    if track.ended_at is not None:
        raise NotNow(_("This help has ended."))
    return track


def _keep_to_limit(track: Track, besides: uuid.UUID) -> None:
    """Raises TrackFull when there is no place for this one beside the others. The track must be locked."""
    others = Session.objects.filter(track=track).exclude(pk=besides)
    if (counter := count(others, track.kind)).is_full:
        raise TrackFull(counter.limit)


def _fit(session: Session, outside: bool, *, by: Actor, at: dt.datetime) -> None:
    """Keep a conversation within its track, or take it out of it when it is one too many and did take place."""
    if not counts(session):
        return
    track = _track_of(session.case, TrackKind.SHORT_TERM_HELP, by=by, at=at)
    try:
        _keep_to_limit(track, besides=session.pk)
    except TrackFull:
        if not outside:
            raise
        session.track = None


def _settle(session: Session, *, by: Actor, at: dt.datetime) -> None:
    """After recording: timeline, audit, state of the case, and the coordinators when it was one too many."""
    if session.state == SessionState.HELD and session.track_id is None:
        _write_down(session, EntryKind.OUTSIDE_TRACK, by=by, at=at)
        _tell_coordinators(session, at)
    else:
        kinds = {
            SessionState.HELD: EntryKind.SESSION_HELD,
            SessionState.NO_SHOW: EntryKind.SESSION_MISSED,
            SessionState.CANCELLED: EntryKind.SESSION_CANCELLED,
        }
        _write_down(session, kinds[SessionState(session.state)], by=by, at=at)
    counted = count(of_case(session.case)).counted
    if counted and session.case.state == CaseState.ACCEPTED:
        move(session.case, CaseState.ACTIVE, by=by, at=at, action="case.active")
    elif not counted and session.case.state == CaseState.ACTIVE:
        move(session.case, CaseState.ACCEPTED, by=by, at=at, action="case.accepted_again")
    if session.state == SessionState.CANCELLED:
        tell_client(session.case, occasion=f"cancelled{session.pk}", at=at)


def _write_down(session: Session, kind: EntryKind, *, by: Actor, at: dt.datetime, text: str = "") -> None:
    facts = {
        "session": str(session.pk), "starts_at": session.starts_at.isoformat(), "minutes": session.minutes,
        "way": session.way, "with_user": session.with_user_id,
    }  # fmt: skip
    timeline.add(session.case, kind, by=by, at=at, facts=facts, text=text, for_client=True)
    audit.record(f"session.{kind}", by=by, at=at, case_id=session.case_id, obj=session, part=session.state)


def _tell_coordinators(session: Session, at: dt.datetime) -> None:
    """Once per conversation, to everyone who coordinates today."""
    coordinating = Membership.objects.live_on(timezone.localdate(at)).filter(role=Role.COORDINATOR)
    for user in User.objects.filter(is_active=True, pk__in=coordinating.values("user")):
        tell_user(
            OUTSIDE_TRACK, user, about=session.case_id, occasion=str(session.pk), at=at,
            path=reverse("case", args=[session.case.reference]),
        )  # fmt: skip
