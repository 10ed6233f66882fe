"""Opening a closed case again: by who helps, or by the client, who need not tell it again (R25).

Whoever may still work on it can, within ``settings.REOPEN_WITHIN``. It goes to the worker who had it, when they are
still here, or into the queue of the desk as anything new, with a promise of its own. How it ended before stays in the
timeline; the five conversations are still five.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import TeamKind
from accounts.models import Team
from cases import after_care, appointments, deputies, merged, timeline, tracks
from cases.deadlines import first_contact_by
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState, EntryKind, Overlay
from cases.enums.ending import AGAIN
from cases.enums.tracks import TrackKind
from cases.models import Case, CaseAccess, Track
from cases.moves import NeedsReason, NotNow, locked, move
from cases.notices import tell_client
from cases.permissions import end_access, grant

DESK, WORKER = "desk", "worker"


def why_not(case: Case, at: dt.datetime) -> str:
    """Why this case cannot be opened again, in a sentence; empty when it can."""
    if case.closed_at is None:
        return _("This case is open already.")
    if case.outcome == CaseOutcome.MERGED:
        return _("This request was put together with another one. Undo that first.")
    if at > case.closed_at + settings.REOPEN_WITHIN:
        return _("This case was closed too long ago. Please start a new request.")
    return ""


def worker_of(case: Case, at: dt.datetime) -> bool:
    """Whether the worker who had it can go on: they work here, and were never let out of it. Two queries."""
    if case.owner is None or not deputies.works_here(case.owner, at):
        return False
    rows = CaseAccess.objects.live(at).filter(case=case, user=case.owner, reason=AccessReason.REFERRAL)
    kept_out = CaseAccess.objects.keeping_out_of(case.pk).filter(user=case.owner)
    return rows.exists() and not kept_out.exists()


@transaction.atomic
def reopen(case: Case, *, reason: str, by: Actor, at: dt.datetime, calendar: Calendar, to: str = DESK) -> Case:
    """Help goes on, at the desk or with the worker who had it. Raises NotNow, or NeedsReason for who helps and gives
    none; a client need not say why. What they write is added to their story. Already open again is no error."""
    case = locked(case)
    if case.is_open and case.reopened_at is not None:
        return case
    if words := why_not(case, at):
        raise NotNow(words)
    if by.roles and not reason.strip():
        raise NeedsReason(_("Write down why the case is opened again."))
    if to == WORKER and not worker_of(case, at):
        raise NotNow(_("The worker who had it can no longer go on with it. Let the desk have it."))
    before, ended_at = case.outcome, case.closed_at
    _open(case, to, by=by, at=at, calendar=calendar)
    _go_on_with_help(case, ended_at)
    _let_desk_in(case, at, whole=to == DESK)
    facts = {"was": before, "to": to}
    timeline.add(case, EntryKind.REOPENED, by=by, at=at, facts=facts, text=reason.strip(), for_client=True)
    after_care.end_of(case, by=by, at=at)
    tell_client(case, occasion=f"reopened{case.version}", at=at)
    return case


def _open(case: Case, to: str, *, by: Actor, at: dt.datetime, calendar: Calendar) -> None:
    """A new promise; nothing is left of how it ended but the timeline."""
    changes: dict[str, Any] = {
        "outcome": "", "outcome_note": "", "closed_at": None, "reopened_at": at, "first_contact_at": None,
        "tried_at": None, "first_contact_due_at": first_contact_by(case.urgency, at, calendar), "overlay": Overlay.NONE,
        "danger_now": None, "returned_at": None,
    }  # fmt: skip
    if to == WORKER:
        counted = any(tracks.counts(session) for session in appointments.of_case(case))
        state = CaseState.ACTIVE if counted else CaseState.ACCEPTED
    else:
        state, desk = CaseState.SUBMITTED, Team.objects.get(kind=TeamKind.DESK)
        changes |= {"owner": None, "primary_contact": None, "team": desk}
    move(case, state, by=by, at=at, action="case.reopened", again=AGAIN, **changes)


def _go_on_with_help(case: Case, ended_at: dt.datetime | None) -> None:
    """The one kind that ran until the end runs again; a mediation is asked anew."""
    track = tracks.latest(case)
    if track is not None and track.ended_at == ended_at and track.kind != TrackKind.MEDIATION:
        Track.objects.filter(pk=track.pk).update(ended_at=None)


def _let_desk_in(case: Case, at: dt.datetime, *, whole: bool) -> None:
    """The file is the desk's and the after-hours line's, and who had it is out until it is referred to them again; or
    the desk has the status and the contact details, as of any case that a worker has."""
    desk, source = Team.objects.get(kind=TeamKind.DESK), f"reopened {case.version}"
    if not whole:
        scope = AccessScope.CONTACT
        grant(case, reason=AccessReason.DESK, team_id=desk.pk, scope=scope, at=at, source=source)
        return
    end_access(case, at=at, reason=AccessReason.REFERRAL)
    merged.let_out(case, at)
    night = Team.objects.get(kind=TeamKind.AFTER_HOURS)
    grant(case, reason=AccessReason.DESK, team_id=desk.pk, at=at, source=source)
    grant(case, reason=AccessReason.NIGHT, team_id=night.pk, at=at, source=source)
