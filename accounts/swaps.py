"""Swaps: somebody asks a colleague to take (part of) a shift, and it counts when the colleague says yes.

A question about a shift to come ends when that part begins; one about a running shift when the part is over. When the
roster changed meanwhile the question is void, and that is said.
"""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, shifts
from accounts.actions import Clash
from accounts.actors import Actor, system
from accounts.enums import SwapState
from accounts.models import Shift, ShiftSwap, User
from accounts.notices import Kind, register, tell_user
from accounts.permissions import Refused

BY = system("accounts.swaps")
ASKED = register(
    Kind(
        code="swap.asked",
        title=gettext_lazy("A colleague asks you to take a shift"),
        text=gettext_lazy("Look at the roster and answer. Nothing changes before you say yes."),
        priority=2,
    )
)
ANSWERED = register(
    Kind(
        code="swap.answered",
        title=gettext_lazy("An answer about your shift"),
        text=gettext_lazy("The roster shows what was answered, and whose shift it is."),
        priority=2,
    )
)


def own_shift(by: Actor, pk: int, at: dt.datetime) -> Shift:
    """A shift of ``by`` that is not over; of somebody else's it does not exist. Raises Refused."""
    row = Shift.objects.select_related("team", "user").filter(pk=pk, user=by.user_id, ends_at__gt=at).first()
    if row is None:
        raise Refused("shift.swap", basis="of somebody else, over or not existing")
    return row


def swap_for(by: Actor, pk: uuid.UUID, *, action: str) -> ShiftSwap:
    """A question that ``by`` asked or got. Raises Refused for anyone else's."""
    row = ShiftSwap.objects.with_people().filter(pk=pk).first()
    if row is None or by.user_id not in {row.asked_by_id, row.asked_to_id}:
        raise Refused(action, basis="between others or not existing")
    return row


@transaction.atomic
def ask(
    shift: Shift, to: User, *, starts_at: dt.datetime, ends_at: dt.datetime, by: Actor, at: dt.datetime
) -> ShiftSwap:
    """Ask ``to`` to take this part; of a shift that runs, what is left of it. Raises Clash when it cannot be."""
    row = shifts.locked(shift, at)
    start = max(starts_at, at) if row.starts_at <= at else starts_at
    if by.user is None or row.user_id != by.user_id or to.pk == by.user_id:
        raise Clash(shifts.OVER)
    if not (row.starts_at <= start < ends_at <= row.ends_at):
        raise Clash(_("Choose times that lie within your shift."))
    if ShiftSwap.objects.open(at).filter(shift=row, starts_at__lt=ends_at, ends_at__gt=start).exists():
        raise Clash(_("You have asked a colleague about this already. Withdraw that first."))
    shifts.must_fit(to, row.team, start, ends_at)
    shifts.must_be_reachable(
        to, team=row.team, starts_at=start, ends_at=ends_at, position=row.position, instead_of=[row.pk]
    )
    if Shift.objects.filter(user=to, starts_at__lt=ends_at, ends_at__gt=start).exists():
        raise Clash(_("This person already has a shift at that time."))
    made = ShiftSwap.objects.create(
        shift=row, asked_by=by.user, asked_to=to, starts_at=start, ends_at=ends_at, asked_at=at,
        expires_at=start if start > at else ends_at,
    )  # fmt: skip
    audit.record("swap.asked", by=by, at=at, obj=made, part=f"shift {row.pk} to user {to.pk}")
    tell_user(ASKED, to, about=None, occasion=str(made.pk), path=shifts.PAGE, at=at)
    return made


def agree(swap: ShiftSwap, *, by: Actor, at: dt.datetime) -> Shift:
    """The colleague says yes: the shift is split and this part is theirs, in one transaction. Raises Clash when the
    question has ended, or the roster changed meanwhile; then nothing happens."""
    with transaction.atomic():
        shift = shifts.locked(swap.shift, at)  # the shift first, as everywhere
        row = _locked(swap, at)
        if row.asked_to_id != by.user_id:
            raise Refused("swap.agree", basis="not the one who was asked")
        if shift.user_id != row.asked_by_id or not shift.starts_at <= row.starts_at < row.ends_at <= shift.ends_at:
            raise Clash(_("The roster has changed since this was asked. Ask again."))
        given = shifts.hand(shift, row.asked_to, starts_at=max(row.starts_at, at), ends_at=row.ends_at)
        _answer(row, SwapState.AGREED, at)
        shifts.end_questions([shift], at)  # the others fit no longer, now that it has been split
        audit.record("swap.agreed", by=by, at=at, obj=row, part=f"shift {given.pk}")
        for user in (row.asked_by, row.asked_to):
            tell_user(ANSWERED, user, about=None, occasion=str(row.pk), path=shifts.PAGE, at=at)
    return given


@transaction.atomic
def refuse(swap: ShiftSwap, *, by: Actor, at: dt.datetime) -> None:
    """The colleague says no. Nothing changes."""
    row = _locked(swap, at)
    if row.asked_to_id != by.user_id:
        raise Refused("swap.refuse", basis="not the one who was asked")
    _answer(row, SwapState.REFUSED, at)
    audit.record("swap.refused", by=by, at=at, obj=row)
    tell_user(ANSWERED, row.asked_by, about=None, occasion=str(row.pk), path=shifts.PAGE, at=at)


@transaction.atomic
def withdraw(swap: ShiftSwap, *, by: Actor, at: dt.datetime) -> None:
    """Whoever asked does not need it any more."""
    row = _locked(swap, at)
    if row.asked_by_id != by.user_id:
        raise Refused("swap.withdraw", basis="not the one who asked")
    _answer(row, SwapState.WITHDRAWN, at)
    audit.record("swap.withdrawn", by=by, at=at, obj=row)
    tell_user(shifts.ENDED, row.asked_to, about=None, occasion=str(row.pk), path=shifts.PAGE, at=at)


def expire_due(at: dt.datetime) -> int:
    """Tell both that nobody answered in time; returns how many. It ended by the clock already: run late or twice, it
    tells once."""
    due = ShiftSwap.objects.filter(state=SwapState.ASKED, expires_at__lte=at).order_by("expires_at")
    return sum(_expire(pk, at) for pk in list(due.values_list("pk", flat=True)[:200]))


@transaction.atomic
def _expire(pk: uuid.UUID, at: dt.datetime) -> bool:
    open_ones = ShiftSwap.objects.filter(pk=pk, state=SwapState.ASKED, expires_at__lte=at)
    row = open_ones.select_for_update(of=("self",), skip_locked=True).select_related("asked_by", "asked_to").first()
    if row is None:
        return False
    _answer(row, SwapState.EXPIRED, at)
    audit.record("swap.expired", by=BY, at=at, obj=row)
    for user in (row.asked_by, row.asked_to):
        tell_user(shifts.ENDED, user, about=None, occasion=str(row.pk), path=shifts.PAGE, at=at)
    return True


def _locked(swap: ShiftSwap, at: dt.datetime) -> ShiftSwap:
    rows = ShiftSwap.objects.select_for_update(of=("self",)).select_related("asked_by", "asked_to")
    row = rows.filter(pk=swap.pk).first()
    if row is None or row.state != SwapState.ASKED or row.expires_at <= at:
        raise Clash(_("This was answered or withdrawn already, or its time is over."))
    return row


def _answer(row: ShiftSwap, state: SwapState, at: dt.datetime) -> None:
    row.state, row.answered_at = state, at
    row.save(update_fields=["state", "answered_at"])
