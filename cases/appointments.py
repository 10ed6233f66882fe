"""Planning conversations and saying how they went (R14, decision 5).

They belong to the help that runs; cases/tracks.py says which count, and how many there can be. A conversation beyond
that which did take place is kept outside the track.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.counting import recall_objects
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.notices import tell_user
from cases import coaching, safe_contact, timeline, tracks
from cases.enums import WITH_WORKER, CaseState, ContactWay, EntryKind, SessionState
from cases.enums.tracks import SHORTEST_SESSION_MINUTES, TrackKind
from cases.models import Case, Session, Track
from cases.moves import Changed, NeedsReason, NotNow, locked, move, unused
from cases.notices import OUTSIDE_TRACK, tell_client
from cases.reading import must_be_read
from cases.tracks import TrackFull, counts

FURTHEST = dt.timedelta(days=366)
"""How far from now a conversation can be written down, either way: a year that was mistyped is asked again."""
WAYS = (ContactWay.VISIT, ContactWay.VIDEO, ContactWay.PHONE)


def of_case(case: Case) -> list[Session]:
    """Every conversation of a case, earliest first, with the case itself. One query."""
    found = recall_objects(("sessions",), None, _of_case, case.pk)
    for session in found:
        session.case = case
    return found


def _of_case(case_id: uuid.UUID) -> "QuerySet[Session]":
    rows = Session.objects.filter(case=case_id).select_related("with_user", "also_user", "track")
    return rows.order_by("starts_at", "pk")


def coming(sessions: Iterable[Session], at: dt.datetime) -> Session | None:
    """The next planned conversation, also while it is going on; none when the list ends."""
    return next(
        (s for s in sessions if s.state == SessionState.PLANNED and s.starts_at + dt.timedelta(minutes=s.minutes) > at),
        None,
    )


def gap_words(sessions: Iterable[Session], session: Session) -> str:
    """For a conversation with a coach: what is unusual about the days since the one before."""
    if session.track is None or session.track.kind != TrackKind.COACHING or not counts(session):
        return ""
    same = (one for one in sessions if one.track_id == session.track_id and counts(one))
    earlier = [one.starts_at for one in same if one.starts_at < session.starts_at]
    return coaching.gap_words(max(earlier), session.starts_at) if earlier else ""


def session_for(case: Case, pk: uuid.UUID) -> Session | None:
    """A conversation of this case."""
    return Session.objects.filter(case=case, pk=pk).select_related("with_user", "also_user", "track").first()


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

    Raises TrackFull at the sixth, NoCoach when coaching runs and its worker may not coach, NeedsReason when ``way`` is
    outside the client's wishes and no ``reason`` is given, NotNow for a moment that has passed. ``session_id`` comes
    from the form: a second click is the same conversation.
    """
    case = _with_worker(case)
    if session_id and (known := session_for(case, session_id)):
        return known
    _must_be_possible(case, starts_at, minutes, way, reason, by=by, at=at)
    track = tracks.running(case, by=by, at=at)
    if track.kind == TrackKind.COACHING:
        coaching.registration_of(case, at)
    session = Session(
        id=unused(Session, session_id), case=case, track=track, with_user=case.owner, way=way,
        place=place.strip(), starts_at=starts_at, minutes=minutes,
    )  # fmt: skip
    tracks.keep_to_limit(session, track)
    session.save(force_insert=True)
    _write_down(session, EntryKind.SESSION_PLANNED, by=by, at=at, text=reason.strip())
    if case.state == CaseState.ACCEPTED:
        move(case, CaseState.ACTIVE, by=by, at=at, action="case.active")
    tell_client(case, occasion=f"session{session.pk}", at=at)
    return session


@transaction.atomic
def plan_introduction(
    case: Case, *, also: User, starts_at: dt.datetime, way: str, by: Actor, at: dt.datetime, minutes: int,
    place: str = "", reason: str = "", session_id: uuid.UUID | None = None,
) -> Session:  # fmt: skip
    """Plan a talk of three in which ``also``, whom the client knows, brings them to the owner of the case. It takes
    none of the places of a kind of help. Raises as ``plan_session``."""
    case = _with_worker(case)
    if session_id and (known := session_for(case, session_id)):
        return known
    _must_be_possible(case, starts_at, minutes, way, reason, by=by, at=at)
    session = Session(
        id=unused(Session, session_id), case=case, with_user=case.owner, also_user=also, way=way, place=place.strip(),
        starts_at=starts_at, minutes=minutes,
    )  # fmt: skip
    session.save(force_insert=True)
    _write_down(session, EntryKind.SESSION_PLANNED, by=by, at=at, text=reason.strip())
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

    Raises TrackFull when it would be one too many. With ``outside`` that one is kept as contact outside
    the track, and the coordinators are told. Held and no-show can only be said once it has begun. Raises Changed when
    something else was said about it than the form showed (``seen``, from ``mark``).
    """
    case = _with_worker(session.case)
    session = Session.objects.select_related("track").select_for_update(of=("self",)).get(pk=session.pk)
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
    _fit(session, session.track, outside=outside)
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
    track = tracks.running(case, by=by, at=at)
    session = Session(
        id=unused(Session, session_id), case=case, track=track, with_user=case.owner, way=way,
        place=place.strip(), starts_at=starts_at, minutes=minutes, state=SessionState.HELD,
    )  # fmt: skip
    _fit(session, track, outside=outside)
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


def _must_be_possible(
    case: Case, starts_at: dt.datetime, minutes: int, way: str, reason: str, *, by: Actor, at: dt.datetime
) -> None:
    """Raises NotNow for a moment that does not fit, NeedsReason for one outside the client's wishes."""
    must_be_read(case, by)
    if starts_at <= at:
        raise NotNow(_("Choose a moment that is still to come."))
    if starts_at > at + FURTHEST:
        raise NotNow(_("Choose a day within a year from now."))
    if minutes < SHORTEST_SESSION_MINUTES:
        raise NotNow(_("A conversation takes at least %(least)d minutes.") % {"least": SHORTEST_SESSION_MINUTES})
    outside = safe_contact.against(safe_contact.wishes_of(case), way, starts_at)
    if outside and not reason.strip():
        raise NeedsReason(" ".join([*outside, _("Write down why you do it all the same.")]))


def _fit(session: Session, track: Track | None, *, outside: bool) -> None:
    """Keep a conversation within its track, or take it out of it when it is one too many and did take place."""
    if track is None or not counts(session):
        return
    try:
        tracks.keep_to_limit(session, track)
    except TrackFull:
        if not outside:
            raise
        session.track = None


def _settle(session: Session, *, by: Actor, at: dt.datetime) -> None:
    """After recording: timeline, audit, state of the case, and the coordinators when it was one too many."""
    if session.state == SessionState.HELD and session.track_id is None and session.also_user_id is None:
        _write_down(session, EntryKind.OUTSIDE_TRACK, by=by, at=at)
        _tell_coordinators(session, at)
    else:
        kinds = {
            SessionState.HELD: EntryKind.SESSION_HELD,
            SessionState.NO_SHOW: EntryKind.SESSION_MISSED,
            SessionState.CANCELLED: EntryKind.SESSION_CANCELLED,
        }
        _write_down(session, kinds[SessionState(session.state)], by=by, at=at)
    counted = any(counts(one) for one in Session.objects.filter(case=session.case))
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
