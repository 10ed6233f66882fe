"""What an employer may hear of coaching: in outline, at its start and its end, and only the very text that the coachee
read and approved (R16). It is handed over outside the portal; no commander's account ever sees it."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import timeline, tracks
from cases.enums import WITH_WORKER, EntryKind
from cases.enums.tracks import OUTLINE_OPEN, SESSION_LEAST, OutlineMoment, OutlineState, Recipient, TrackKind
from cases.models import Case, Outline, Track
from cases.moves import NotNow, locked, unused
from cases.notices import tell_client

LONGEST = 1500
FIRST_CONVERSATIONS = 2
"""Until so many have been held, coaching is at its start."""


def of_case(case: Case) -> list[Outline]:
    """Every outline of a case, the latest first, with the case itself."""
    rows = list(Outline.objects.filter(case=case).select_related("track", "by").order_by("-asked_at"))
    for row in rows:
        row.case = case
    return rows


def track_of(case: Case) -> Track | None:
    """The coaching that an outline is about: the latest of this case."""
    return Track.objects.filter(case=case, kind=TrackKind.COACHING).order_by("-started_at").first()


def moments(case: Case, track: Track | None) -> list[OutlineMoment]:
    """At which of the two moments a text can be written now: nothing of that moment waits or was passed on."""
    if track is None or case.state not in WITH_WORKER:
        return []
    held = tracks.count(track.sessions.select_related("track"), TrackKind.COACHING).held
    at_start = track.ended_at is None and held < FIRST_CONVERSATIONS
    at_end = track.ended_at is not None or held >= SESSION_LEAST[TrackKind.COACHING]
    now = [moment for moment, fits in ((OutlineMoment.START, at_start), (OutlineMoment.END, at_end)) if fits]
    taken = Outline.objects.filter(track=track, state__in=[*OUTLINE_OPEN, OutlineState.PASSED_ON])
    used = set(taken.values_list("moment", flat=True))
    return [moment for moment in now if moment not in used]


@transaction.atomic
def write(
    case: Case, moment: str, text: str, *, by: Actor, at: dt.datetime, outline_id: uuid.UUID | None = None
) -> Outline:
    """Write a text and ask the coachee. Raises NotNow at another moment than the start and the end of coaching.

    ``outline_id`` comes from the form: a second click is the same text.
    """
    case = locked(case)
    if outline_id and (known := Outline.objects.filter(case=case, pk=outline_id).first()):
        return known
    track = track_of(case)
    if track is None or by.user is None or moment not in moments(case, track):
        raise NotNow(_("An employer hears of coaching only at its start and at its end, once each."))
    row = Outline(
        id=unused(Outline, outline_id), case=case, track=track, moment=moment, text=text.strip(), by=by.user,
        asked_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    _tell(row, "asked", by=by, at=at)
    tell_client(case, occasion=f"outline{row.pk}", at=at)
    return row


@transaction.atomic
def answer(outline: Outline, *, yes: bool, by: Actor, at: dt.datetime) -> Outline:
    """The coachee approves the text as they read it, or does not. The same answer twice is once."""
    row = _open(outline)
    state = OutlineState.APPROVED if yes else OutlineState.REFUSED
    if row.state == state:
        return row
    if row.state != OutlineState.ASKED:
        raise NotNow(_("This text was answered already."))
    row.state, row.answered_at = state, at
    row.save(update_fields=["state", "answered_at"])
    _tell(row, state, by=by, at=at)
    return row


@transaction.atomic
def withdraw(outline: Outline, *, by: Actor, at: dt.datetime) -> Outline:
    """The coachee takes a yes back, or the worker the text: what was not passed on is not passed on any more."""
    row = _open(outline)
    if row.state == OutlineState.WITHDRAWN:
        return row
    if row.state not in OUTLINE_OPEN:
        raise NotNow(_("This text was passed on already, or was not approved."))
    row.state = OutlineState.WITHDRAWN
    row.save(update_fields=["state"])
    _tell(row, "withdrawn", by=by, at=at)
    return row


@transaction.atomic
def pass_on(outline: Outline, to: str, *, by: Actor, at: dt.datetime) -> Outline:
    """Write down that the approved text was handed over, and to which role. Raises NotNow without the coachee's yes."""
    row = _open(outline)
    if row.state == OutlineState.PASSED_ON:
        return row
    if row.state != OutlineState.APPROVED or row.case.state not in WITH_WORKER:
        raise NotNow(_("Only a text that the coachee approved is passed on."))
    row.state, row.passed_on_at, row.passed_to = OutlineState.PASSED_ON, at, Recipient(to)
    row.save(update_fields=["state", "passed_on_at", "passed_to"])
    _tell(row, "passed_on", by=by, at=at, recipient=row.passed_to)
    tell_client(row.case, occasion=f"outline_passed{row.pk}", at=at)
    return row


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """A case that closes leaves nothing that could still be passed on; part of closing, in its transaction."""
    for row in Outline.objects.select_for_update().filter(case=case, state__in=OUTLINE_OPEN):
        row.case, row.state = case, OutlineState.WITHDRAWN
        row.save(update_fields=["state"])
        _tell(row, "withdrawn", by=by, at=at)


def _open(outline: Outline) -> Outline:
    """The row as it is now, with its case under lock."""
    case = locked(outline.case)
    row = Outline.objects.get(pk=outline.pk)
    row.case = case
    return row


def _tell(row: Outline, what: str, *, by: Actor, at: dt.datetime, recipient: str = "") -> None:
    facts = {"what": str(what), "moment": str(row.moment)} | ({"recipient": str(recipient)} if recipient else {})
    timeline.add(row.case, EntryKind.OUTLINE, by=by, at=at, facts=facts, for_client=True)
    audit.record(f"outline.{what}", by=by, at=at, case_id=row.case_id, obj=row, part=row.moment)
