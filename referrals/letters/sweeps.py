"""What happens to letters by the clock: a reminder at half time and at the end, and nothing due in a closed case.

As in referrals/sweeps.py: safe to run twice, late, or at the same time elsewhere.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction

from accounts.actors import system
from cases.models import Case
from referrals.letters.enums import LetterState
from referrals.letters.moves import move, opened, tell_workers
from referrals.letters.notices import LETTER_LATE, LETTER_WAITS
from referrals.models.letters import Letter, LetterQuerySet

AT_ONCE = 200
BY = system("letters")


def look_due(at: dt.datetime) -> int:
    """Tell who answers for the case that a letter has no answer; let go what a closed case left. Says how many."""
    told = sum(_remind(*ids, at) for ids in _ids(Letter.objects.to_remind(at)))
    return told + sum(_let_go(*ids, at) for ids in _ids(Letter.objects.left_behind()))


@transaction.atomic
def _remind(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    row = _free(Letter.objects.to_remind(at), pk, case_id)
    if row is None:
        return False
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    late = row.due_at is not None and row.due_at <= at
    tell_workers(LETTER_LATE if late else LETTER_WAITS, row, occasion=str(row.pk), at=at)
    return True


@transaction.atomic
def _let_go(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    row = _free(Letter.objects.left_behind(), pk, case_id)
    if row is None:
        return False
    move(opened(row), LetterState.WITHDRAWN, "ended", by=BY, at=at, code_hash="")
    return True


def _ids(due: LetterQuerySet) -> list[tuple[UUID, UUID]]:
    return list(due.values_list("pk", "case_id")[:AT_ONCE])


def _free(due: LetterQuerySet, pk: UUID, case_id: UUID) -> Letter | None:
    """The letter if it is still due and nobody else has it in hands: case first, then the row, as everywhere."""
    if Case.objects.only("pk").select_for_update(skip_locked=True).filter(pk=case_id).first() is None:
        return None
    rows = due.filter(pk=pk).select_related("case__data_key", "case__owner", "case__person")
    return rows.select_for_update(skip_locked=True, of=("self",)).first()
