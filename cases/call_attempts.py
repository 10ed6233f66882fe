"""Attempts to call somebody back, and what they lead to (R25).

Three attempts are made; the coordinator decides about another. Who was not reached is due again after eight hours, for
whoever is there then.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Refused
from accounts.roles import CALL_BACK_ALLOW
from cases import timeline
from cases.callbacks import end, not_another, set_due, still_open, why_not
from cases.enums import AT_DESK, AttemptOutcome, CallBackSource, CallBackState, ContactWay, EntryKind
from cases.models import CallBack, Case
from cases.moves import NeedsReason, NotNow

AGAIN_AFTER = dt.timedelta(hours=8)
UNREACHED = (AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL)


def guard(row: CallBack, way: str, *, by: Actor, at: dt.datetime, reason: str) -> None:
    """Raises NotNow when ``by`` may not try now: a colleague does, or it was tried as often as may be."""
    still_open(row)
    not_another(row, by, at)
    if way == ContactWay.PHONE and row.is_used_up:
        if not by.may(CALL_BACK_ALLOW):
            raise NotNow(
                _("This person was called %(n)d times. The coordinator decides whether anybody calls again.")
                % {"n": row.attempts}
            )
        if not reason.strip():
            raise NeedsReason(_("This person was called %(n)d times. Write down why again.") % {"n": row.attempts})
        allow(row, reason, by=by, at=at)


def allow(row: CallBack, reason: str, *, by: Actor, at: dt.datetime) -> None:
    """The coordinator lets one more attempt be made, with the reason. ``row`` is locked. Raises NotNow."""
    still_open(row)
    if not by.may(CALL_BACK_ALLOW):
        raise Refused("call_back:allow", visible=True, case_id=row.case_id, basis="not the coordinator")
    if not row.is_used_up:
        raise NotNow(_("No permission is needed: it may still be tried."))
    if not reason.strip():
        raise NeedsReason(_("Write down why it is tried once more."))
    row.limit = row.attempts + 1
    row.save(update_fields=["limit"])
    if row.case:
        timeline.add(row.case, EntryKind.CALL_BACK, by=by, at=at, facts={"what": "allowed"}, text=reason.strip())
    else:
        _note(row, reason, by=by, at=at)
    audit.record("call_back.allowed", by=by, at=at, case_id=row.case_id, obj=row, part=str(row.limit))


def tried(row: CallBack, way: str, outcome: str, *, at: dt.datetime, call_at: dt.datetime | None = None) -> None:
    """What an attempt leads to: done, another way, or due again. ``row`` is locked and guarded."""
    row.tried_at, row.outcome = at, outcome
    if way == ContactWay.PHONE:
        row.attempts += 1
    if outcome == AttemptOutcome.SPOKEN and call_at is None:
        row.save(update_fields=["tried_at", "outcome", "attempts"])
        end(row, CallBackState.DONE, at=at)
        return
    row.slot_at, row.place = None, None
    if outcome == AttemptOutcome.SPOKEN:
        row.attempts, row.limit, row.source = 0, CallBack._meta.get_field("limit").default, CallBackSource.AGREED
    if outcome == AttemptOutcome.WRONG_NUMBER and row.state == CallBackState.CALL:
        row.state = CallBackState.OTHER_WAY
    set_due(row, call_at or at + AGAIN_AFTER)
    row.save()


def begin(
    case: Case, way: str, outcome: str, *, at: dt.datetime, call_at: dt.datetime | None = None
) -> CallBack | None:
    """After an attempt for a case without a call-back: when it has to be tried again, that is kept from now on."""
    unreached = way == ContactWay.PHONE and outcome in UNREACHED and case.state in AT_DESK
    if (call_at is None and not unreached) or why_not(case):
        return None
    source = CallBackSource.UNREACHED if outcome in UNREACHED else CallBackSource.AGREED
    row = CallBack(case=case, source=source, created_at=at, tried_at=at, outcome=outcome)
    row.attempts = int(way == ContactWay.PHONE and outcome != AttemptOutcome.SPOKEN)
    set_due(row, call_at or at + AGAIN_AFTER)
    row.save(force_insert=True)
    return row


@transaction.atomic
def try_stranger(
    row: CallBack, outcome: str, *, by: Actor, at: dt.datetime, note: str = "", reason: str = "",
    attempt_id: UUID | None = None,
) -> None:  # fmt: skip
    """An attempt to call somebody of whom only the number is known. ``row`` is locked. Raises NotNow."""
    if attempt_id and row.attempt_id == attempt_id:
        return
    if outcome == AttemptOutcome.VOICEMAIL:
        raise NotNow(_("Leave no message: we do not know who listens to it."))
    guard(row, ContactWay.PHONE, by=by, at=at, reason=reason)
    if note.strip():
        _note(row, note, by=by, at=at)
    row.attempt_id = attempt_id
    row.save(update_fields=["attempt_id"])
    tried(row, ContactWay.PHONE, outcome, at=at)
    audit.record("call_back.attempt", by=by, at=at, obj=row, part=outcome)


def _note(row: CallBack, text: str, *, by: Actor, at: dt.datetime) -> None:
    line = f"{date_format(at, 'j F H:i')}, {by.name}: {text.strip()}"
    row.note = "\n".join(part for part in (str(row.note), line) if part)
    row.save(update_fields=["note"])
