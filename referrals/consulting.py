"""Reading along with a part of a case, to give advice; the case itself stays shut, and it ends by the clock."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.actors import Actor, system
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_REFER
from cases import documents, notes
from cases.enums import AccessReason, NoteKind
from cases.models import CaseAccess, DocumentVersion, Note
from cases.moves import NotNow
from cases.permissions import permissions_on
from referrals.enums import HandOver, ReferralState
from referrals.models import Referral, Travelling
from referrals.moves import how_it_ended, locked_pair, move, say, tell_sender
from referrals.notices import ADVISED, ANSWERED, CONSULTATION_OVER
from referrals.permissions import refused

AT_ONCE = 200


def mine(by: Actor, at: dt.datetime) -> list[Referral]:
    """What this user reads along in now, what ends first before the rest. One query."""
    rows = Referral.objects.consulted_by(by, at).select_related("case__owner", "case__data_key", "created_by")
    return list(rows.defer("case__own_words", "case__summary"))


def reading_for(by: Actor, pk: UUID, *, at: dt.datetime, action: str = "consultation.read", part: str = "") -> Referral:
    """The one door: a consultation that ``by`` accepted and that is not over, to the second. Raises Refused.

    With ``part`` the look is written to the audit first, and so to the client's list of who looked.
    """
    rows = Referral.objects.consulted_by(by, at)
    found = (
        rows.select_related(
            "case__data_key",
            "case__unit",
            "case__person__contact",
            "case__person__data_key",
            "case__owner",
            "created_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise refused(pk, action)
    if part:
        audit.record("case.viewed", by=by, at=at, case_id=found.case_id, obj=found, part=part)
    return found


def open_document(
    referral: Referral, item: int, *, place: int = 0, by: Actor, at: dt.datetime
) -> tuple[DocumentVersion, bytes]:
    """The bytes of a document that travels with this one: in the version that was approved. Raises Refused."""
    row = Travelling.objects.filter(referral=referral, pk=item, document__isnull=False).first()
    if row is None or row.document_id is None:
        raise Refused("document.open", case_id=referral.case_id, basis="does not travel")
    return documents.open_document(referral.case, row.document_id, row.number, place=place, chosen=True, by=by, at=at)


def open_page(referral: Referral, item: int, place: int, *, by: Actor, at: dt.datetime) -> bytes:
    """The picture of a page, from 1 on. Raises Refused."""
    if place < 1:
        raise Refused("document.open", case_id=referral.case_id, basis="not a page")
    return open_document(referral, item, place=place, by=by, at=at)[1]


@transaction.atomic
def advise(referral: Referral, text: str, *, by: Actor, at: dt.datetime, note_id: UUID | None = None) -> Note:
    """Keep the advice as a note of the file, which the client may read, and tell who asked. ``note_id`` comes from the
    form: a second click is the same note."""
    case, row = locked_pair(referral)
    reading_for(by, row.pk, at=at, action="consultation.advise")
    known = note_id is not None and Note.objects.filter(pk=note_id, case=case, author_id=by.user_id).exists()
    note = notes.write(case, text, kind=NoteKind.FILE, by=by, at=at, note_id=note_id)
    if not known:
        say(row, "advised", by=by, at=at)
        tell_sender(ADVISED, row, at=at)
        audit.record("consultation.advised", by=by, at=at, case_id=case.pk, obj=row)
    return note


@transaction.atomic
def stop(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """Either side ends it before its day: who reads along, or who may pass the case on. Twice is once. Raises Refused
    for anyone else."""
    case, row = locked_pair(referral)
    reads = row.answered_by_id is not None and row.answered_by_id == by.user_id
    if row.kind != HandOver.CONSULTATION or not (reads or CASE_REFER in permissions_on(case.pk, by, at)):
        raise refused(row.pk, "consultation.stop")
    if row.state == ReferralState.ENDED:
        return row
    if row.state != ReferralState.ACCEPTED:
        raise NotNow(how_it_ended(row))
    end(row, by=by, at=at)
    if reads:
        tell_sender(ANSWERED, row, at=at)
    elif row.answered_by is not None:
        tell_user(CONSULTATION_OVER, row.answered_by, about=case.pk, occasion=str(row.pk), path="/start/", at=at)
    return row


def end_over(at: dt.datetime) -> int:
    """Say of what ended by the clock or with its case that it is over; returns how many. Reading ended without it."""
    due = Referral.objects.consultations_over(at).values_list("pk", "case_id")[:AT_ONCE]
    return sum(_end_over(Referral(pk=pk, case_id=case_id), at) for pk, case_id in due)


@transaction.atomic
def _end_over(referral: Referral, at: dt.datetime) -> bool:
    locked_pair(referral)
    row = Referral.objects.consultations_over(at).select_related("case").filter(pk=referral.pk).first()
    if row is None:
        return False
    end(row, by=system("consultation.over"), at=at)
    return True


def end(row: Referral, *, by: Actor, at: dt.datetime) -> None:
    """Nobody reads along by it any more. Part of ending it, with both rows locked."""
    move(row, ReferralState.ENDED, by=by, at=at)
    rows = CaseAccess.objects.filter(case=row.case_id, reason=AccessReason.CONSULTATION, source=str(row.pk))
    rows.filter(ends_at__gt=at).update(ends_at=at)
    say(row, "ended", by=by, at=at, for_client=row.answered_by_id != row.case.owner_id)  # who has it reads on
