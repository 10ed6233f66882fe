"""The end of a case."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from cases import appointments, breaches, callbacks, incidents, timeline
from cases.enums import (
    AT_DESK,
    DESK_OUTCOMES,
    WORKER_OUTCOMES,
    AccessReason,
    AttemptOutcome,
    CaseOutcome,
    CaseState,
    EntryKind,
    NoteKind,
    Overlay,
    Urgency,
)
from cases.models import Case, ContactAttempt, Note
from cases.moves import NotNow, locked, move
from cases.notices import tell_client
from cases.permissions import end_access, end_deputies

TRIES_BEFORE_NOT_REACHED = 3


def may_end(case: Case) -> str:
    """Why the desk may not decide about this case yet; empty when it may.

    In an emergency nothing is decided until a person has spoken to the client (MISSION, Routing).
    """
    pressing = case.overlay == Overlay.EMERGENCY or case.urgency == Urgency.EMERGENCY
    if pressing and case.first_contact_at is None:
        return _("First speak to this person. Until then an emergency is neither passed on nor closed.")
    return ""


@transaction.atomic
def close(case: Case, *, outcome: str, by: Actor, at: dt.datetime, note: str = "", version: int | None = None) -> Case:
    """End a case with an outcome that fits who has it, and ``note`` about what was done (sealed).

    Working notes are removed, the desk and the after-hours line lose sight of the file after
    ``settings.ACCESS_AFTER_CLOSING``, and the client gets a neutral mail where that is safe.
    """
    case = locked(case, version=version)
    if case.state == CaseState.CLOSED:
        raise NotNow(_("This case is closed."))
    _check(case, CaseOutcome(outcome), note)
    _end(case, outcome, note, kind=EntryKind.CLOSED, by=by, at=at, action="case.closed")
    return case


@transaction.atomic
def withdraw(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """The client no longer wants help. Someone who said to be in danger is spoken to first."""
    case = locked(case)
    if case.state == CaseState.CLOSED:
        if case.outcome == CaseOutcome.WITHDRAWN:
            return case
        raise NotNow(_("Your request is closed already."))
    if may_end(case):
        raise NotNow(_("You told us that you are in danger. We want to speak to you first. Or call us."))
    _end(case, CaseOutcome.WITHDRAWN, "", kind=EntryKind.WITHDRAWN, by=by, at=at, action="case.withdrawn")
    return case


def _check(case: Case, outcome: CaseOutcome, note: str) -> None:
    """Raises NotNow when this outcome does not fit the case as it is."""
    if why := may_end(case) or incidents.why_not_close(case):
        raise NotNow(why)
    fitting = DESK_OUTCOMES if case.state in AT_DESK else WORKER_OUTCOMES
    if outcome not in fitting:
        raise NotNow(_("“%(outcome)s” does not fit this case now.") % {"outcome": outcome.label})
    if outcome == CaseOutcome.SOLVED_AT_DESK and not note.strip():
        raise NotNow(_("Write down what was done."))
    if outcome == CaseOutcome.NOT_REACHED and (missing := tries_missing(case)):
        raise NotNow(
            _("Try at least %(least)d times first; %(missing)d to go.")
            % {"least": TRIES_BEFORE_NOT_REACHED, "missing": missing}
        )


def tries_missing(case: Case) -> int:
    """How many more attempts it takes before a case may be closed as not reached."""
    tries = ContactAttempt.objects.filter(case=case).exclude(outcome=AttemptOutcome.SPOKEN).count()
    return max(0, TRIES_BEFORE_NOT_REACHED - tries)


def _end(case: Case, outcome: str, note: str, *, kind: EntryKind, by: Actor, at: dt.datetime, action: str) -> None:
    move(
        case, CaseState.CLOSED, by=by, at=at, action=action,
        outcome=outcome, outcome_note=note.strip(), closed_at=at, next_action_at=None, waiting_until=None,
    )  # fmt: skip
    timeline.add(case, kind, by=by, at=at, facts={"outcome": str(outcome)}, for_client=True)
    appointments.end_tracks(case, by=by, at=at)
    Note.objects.filter(case=case, kind=NoteKind.WORKING).delete()
    end_access(case, at=at + settings.ACCESS_AFTER_CLOSING, reason__in=[AccessReason.DESK, AccessReason.NIGHT])
    end_deputies(case, at=at)
    callbacks.end_of(case, at=at)
    breaches.lapse(case, by=by, at=at)
    incidents.end_of(case, by=by, at=at)
    tell_client(case, occasion="closed", at=at)
