"""Kinds of help that follow each other within one case, and how far each is (R14-R18).

What counts as a conversation is decided in one place: ``counts``. The limit of a kind holds over all its periods within
a case, so that ending it and starting it again never gives more. It stands in the verbs themselves, behind the lock on
the case, so that no page, caller or second click at the same moment passes it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.actors import Actor
from cases import timeline
from cases.coaching import registration_of
from cases.enums import WITH_WORKER, EntryKind, SessionState
from cases.enums.tracks import (
    EXPLAINS_ITSELF,
    SESSION_LEAST,
    SESSION_LIMIT,
    SHORTEST_SESSION_MINUTES,
    CoachingFocus,
    TrackKind,
    places_of,
)
from cases.models import Case, Merge, Session, Track
from cases.moves import NeedsReason, NotNow, locked


class TrackFull(NotNow):
    """Every conversation that this help has was held or planned; the decision page says what can be done instead."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            _("All %(limit)d conversations have been held or planned. Another one cannot be added.") % {"limit": limit}
        )


@dataclass(frozen=True)
class Counter:
    """How far a kind of help is. ``held`` and ``planned`` are the conversations that count; ``limit`` is None where
    there is none."""

    held: int
    planned: int
    limit: int | None
    kind: str = TrackKind.SHORT_TERM_HELP

    @property
    def counted(self) -> int:
        return self.held + self.planned

    @property
    def boxes(self) -> int:
        """How many there are to draw."""
        return self.counted if self.limit is None else self.limit

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.counted)

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_near(self) -> bool:
        """One place left: time to talk about what comes afterwards."""
        return self.left == 1

    @property
    def sentence(self) -> str:
        """Such as "Conversation 2 of at most 5", or "Coaching, 2 of 5 to 9"."""
        if self.kind != TrackKind.SHORT_TERM_HELP:
            return self.short
        if not self.held:
            return _("No conversation yet, at most %(limit)d") % {"limit": self.limit}
        return _("Conversation %(held)d of at most %(limit)d") % {"held": self.held, "limit": self.limit}

    @property
    def short(self) -> str:
        """For a strip or a row of a list."""
        if self.kind == TrackKind.SHORT_TERM_HELP:
            return _("Short, %(held)d of %(limit)d") % {"held": self.held, "limit": self.limit}
        if self.limit is None and not self.held:
            return str(TrackKind(self.kind).label)
        words = {"kind": TrackKind(self.kind).label, "held": self.held, "limit": self.limit}
        if least := SESSION_LEAST.get(self.kind):
            return _("%(kind)s, %(held)d of %(least)d to %(limit)d") % (words | {"least": least})
        return ngettext("%(kind)s, %(held)d conversation", "%(kind)s, %(held)d conversations", self.held) % words


def counts(session: Session) -> bool:
    """Whether a conversation takes one of the places of its kind of help: planned, or held for long enough."""
    if session.track_id is None:
        return False
    if session.state == SessionState.HELD:
        return session.minutes >= SHORTEST_SESSION_MINUTES
    return session.state == SessionState.PLANNED


def held_ones() -> QuerySet[Session]:
    """The same for lists, which count in the database: conversations that were held and count."""
    held = Session.objects.filter(state=SessionState.HELD, minutes__gte=SHORTEST_SESSION_MINUTES)
    return held.filter(track__isnull=False)


def takes_place(kind: Any) -> Q:
    """A condition on conversations: one of this kind, or that took one of its places. ``kind`` is what the outer query
    says; where it says nothing it is what a case begins with."""
    kind = Coalesce(kind, Value(TrackKind.SHORT_TERM_HELP))
    beside = Q(track__kind__in=list(EXPLAINS_ITSELF)) & Q(Exact(kind, Value(TrackKind.SHORT_TERM_HELP)))
    return Q(track__kind=kind) | beside


def of_page(case: Case, sessions: Iterable[Session]) -> Counter:
    """The counter of the help that runs, or else ran last, for a case read with ``track_kind`` and with what was held
    in requests that it was put together with (cases/merged.counted_of_case)."""
    seen: Any = case
    return count(sessions, seen.track_kind or TrackKind.SHORT_TERM_HELP, elsewhere=seen.held_elsewhere or 0)


def count(sessions: Iterable[Session], kind: str = TrackKind.SHORT_TERM_HELP, *, elsewhere: int = 0) -> Counter:
    """The counter of one kind for these conversations of one case, which were read with their track; ``elsewhere`` were
    held in requests that it was put together with. Of short-term help with those that took one of its places."""
    counted = [
        one for one in sessions if counts(one) and one.track and kind in {one.track.kind, places_of(one.track.kind)}
    ]
    held = sum(one.state == SessionState.HELD for one in counted)
    return counter(kind, held + elsewhere, len(counted) - held)


def held_in(sessions: Iterable[Session], track: Track) -> int:
    """How many conversations that count were held in one period of help."""
    held = (one for one in sessions if one.track_id == track.pk and one.state == SessionState.HELD)
    return sum(counts(one) for one in held)


def counter(kind: str | None, held: int, planned: int = 0) -> Counter:
    """For lists, which count in the database. Without a kind it is what a case begins with."""
    kind = kind or TrackKind.SHORT_TERM_HELP
    return Counter(held, planned, SESSION_LIMIT.get(kind), kind)


def latest_kind(case: str) -> Subquery:
    """The kind of help that runs in a case, or else ran last; ``case`` is its column in the outer query."""
    return Subquery(_latest().filter(case=OuterRef(case)).values("kind")[:1])


def latest_end(case: str) -> Subquery:
    """When the latest help of a case ended; empty while it runs."""
    return Subquery(_latest().filter(case=OuterRef(case)).values("ended_at")[:1])


def _latest() -> Any:
    """The running one first, then as they were started."""
    return Track.objects.order_by(F("ended_at").desc(nulls_first=True), "-started_at")


def latest(case: Case) -> Track | None:
    """The track that runs, or else the one that ran last."""
    return _latest().filter(case=case).first()


def of_case(case: Case) -> list[Track]:
    """Every track of a case, the first one first."""
    return list(Track.objects.filter(case=case).order_by("started_at", F("ended_at").asc(nulls_last=True)))


def _conversations(case_id: UUID) -> "QuerySet[Session]":
    """Those of a case and of what it was put together with: putting together never gives a sixth."""
    merged = Merge.objects.filter(into=case_id, undone_at=None).values("case")
    return Session.objects.filter(Q(case=case_id) | Q(case__in=merged)).select_related("track")


def keep_to_limit(session: Session, track: Track) -> None:
    """Raises TrackFull when there is no place for this one beside the others of its kind. The case must be locked."""
    so_far = count(_conversations(track.case_id).exclude(pk=session.pk), places_of(track.kind))
    if so_far.limit is not None and so_far.is_full:
        raise TrackFull(so_far.limit)


def running(case: Case, *, by: Actor, at: dt.datetime) -> Track:
    """The track that new conversations belong to, in a locked case. The first conversation of a case starts short-term
    help by itself; after that, help that ended is followed only by what somebody starts. Raises NotNow."""
    track = latest(case)
    if track is None:
        return _begin(case, TrackKind.SHORT_TERM_HELP, "", by=by, at=at)
    if track.ended_at is not None:
        raise NotNow(_("This help has ended. Start the next one first."))
    return track


@transaction.atomic
def start(case: Case, kind: str, *, by: Actor, at: dt.datetime, reason: str = "", focus: str = "") -> Track:
    """Start a kind of help, or answer with the one that runs when it is this kind. Help of another kind that runs ends
    with it. After the first a ``reason`` is asked, unless the kind explains itself: raises NeedsReason without one.
    ``focus`` is the kind of coaching.

    Raises TrackFull for a kind of which this case has had every conversation, NoCoach when its worker may not coach,
    NotNow as ``end`` does.
    """
    case = _with_worker(case)
    before = latest(case)
    if before and before.ended_at is None and before.kind == kind:
        return before
    if before and not reason.strip() and kind not in EXPLAINS_ITSELF:
        raise NeedsReason(_("Write down why this help fits now."))
    if (so_far := count(_conversations(case.pk), kind)).limit is not None and so_far.is_full:
        raise TrackFull(so_far.limit)
    facts = _coached(case, focus, at) if kind == TrackKind.COACHING else {}
    if before and before.ended_at is None:
        _finish(before, case, "", facts={"next": str(kind)}, by=by, at=at)
    return _begin(case, kind, reason.strip(), by=by, at=at, focus=focus, facts=facts)


@transaction.atomic
def end(case: Case, *, reason: str, by: Actor, at: dt.datetime, decision: str = "") -> Track:
    """End the help that runs, with what was decided; the case stays open. Raises NotNow while a conversation is planned
    in it or none runs, NeedsReason without a reason."""
    case = _with_worker(case)
    track = latest(case)
    if track is None or track.ended_at is not None:
        raise NotNow(_("No help runs that could be ended."))
    if not reason.strip() and track.kind not in EXPLAINS_ITSELF:
        raise NeedsReason(_("Write down why this help ends."))
    facts = {"decision": str(decision)} if decision else {}
    return _finish(track, case, reason.strip(), facts=facts, by=by, at=at)


def finish(track: Track, case: Case, *, by: Actor, at: dt.datetime) -> Track:
    """End a kind that explains itself, whoever has the case, which is locked."""
    return _finish(track, case, "", facts={}, by=by, at=at)


def _coached(case: Case, focus: str, at: dt.datetime) -> dict[str, Any]:
    """The kind of coaching, and what the coach was registered as when it began."""
    row = registration_of(case, at)
    checked = {"register": row.register, "number": row.number, "checked_on": row.checked_on.isoformat()}
    return {"focus": str(CoachingFocus(focus)), **checked}


def _with_worker(case: Case) -> Case:
    case = locked(case)
    if case.state not in WITH_WORKER:
        raise NotNow(_("Help is given in a case that a worker has accepted."))
    return case


def _begin(
    case: Case,
    kind: str,
    reason: str,
    *,
    by: Actor,
    at: dt.datetime,
    focus: str = "",
    facts: dict[str, Any] | None = None,
) -> Track:
    track = Track(case=case, kind=kind, focus=focus, started_at=at)
    track.save(force_insert=True)
    facts = {"kind": str(kind), **(facts or {})}
    timeline.add(case, EntryKind.TRACK_STARTED, by=by, at=at, facts=facts, text=reason, for_client=True)
    audit.record("track.started", by=by, at=at, case_id=case.pk, obj=track, part=kind)
    return track


def _finish(track: Track, case: Case, reason: str, *, facts: dict[str, Any], by: Actor, at: dt.datetime) -> Track:
    """What is planned is not swept away: somebody expects it, so it is cancelled or held first."""
    if Session.objects.filter(track=track, state=SessionState.PLANNED).exists():
        raise NotNow(_("A conversation is still planned. Say how it went, or cancel it first."))
    track.ended_at = at
    track.save(update_fields=["ended_at"])
    facts = {"kind": track.kind, **facts}
    timeline.add(case, EntryKind.TRACK_ENDED, by=by, at=at, facts=facts, text=reason, for_client=True)
    audit.record("track.ended", by=by, at=at, case_id=case.pk, obj=track, part=track.kind)
    return track
