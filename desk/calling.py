"""Who has to be called, told in time: whoever took it, or who is on duty; the coordinator when it was not done.

Everything due lies with the call-back itself, so that a sweep may run late, twice and beside another.
"""

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts import duty
from accounts.actors import actor_for, system
from accounts.calendar import Calendar
from accounts.enums import Line, Role, TeamKind
from accounts.models import Absence, Membership, User
from accounts.notices import Kind, tell_user
from cases import callbacks
from cases.callbacks import holds
from cases.enums import FROM_TELEPHONE
from cases.models import CallBack, PhoneEvent
from cases.notices import CALL_BACK_MISSED, CALL_BACK_SOON, CALL_BACK_USED_UP, MISSED_CALL

log = logging.getLogger("desk.calling")

BY = system("desk.calling")
RELATED = ("claimed_by", "data_key", "case__data_key", "case__person__data_key", "case__person__contact")
AHEAD = dt.timedelta(minutes=10)
"""So long before the moment whoever is to call is reminded."""


def tell_due(at: dt.datetime) -> int:
    """Remind of calls that are near, tell of those that were missed, let go of claims that were left; how many."""
    seen: set[UUID] = set()
    while (pk := _next(at, seen)) is not None:
        seen.add(pk)
    return len(seen)


def _waiting(at: dt.datetime) -> Q:
    """A fresh missed call is on the list at once and needs no reminder; one that comes back does."""
    near = Q(next_at__lte=at + AHEAD) & (Q(told_at=None) | ~Q(told_at=F("next_at")))
    near &= ~Q(source__in=FROM_TELEPHONE, attempts=0)
    return near | Q(due_at__lte=at, missed_at=None)


@transaction.atomic
def _next(at: dt.datetime, seen: set[UUID]) -> UUID | None:
    """One call-back in a transaction of its own; those in other hands are left to them."""
    rows = CallBack.objects.open().filter(_waiting(at)).exclude(pk__in=seen).by_moment()
    row = rows.select_for_update(of=("self",), skip_locked=True).select_related(*RELATED).first()
    if row is None:
        return None
    try:
        with transaction.atomic():
            _tell(row, at)
    except Exception:
        log.exception("nobody could be told of call-back %s", row.pk)
    return row.pk


def _tell(row: CallBack, at: dt.datetime) -> None:
    callbacks.heed(row, by=BY, at=at)
    if row.due_at <= at and row.missed_at is None:
        row.missed_at = at
        _send(CALL_BACK_MISSED, row, coordinators(at), row.due_at, at)
    elif row.is_used_up:
        _send(CALL_BACK_USED_UP, row, coordinators(at), row.next_at, at)
    else:
        caller = row.claimed_by if row.claimed_by and holds(row, at) else None
        if caller and not _can_call(caller, max(at, row.next_at)):
            caller = row.claimed_by = row.claimed_at = None  # or nobody else could take it
        _send(CALL_BACK_SOON, row, [caller] if caller else on_duty(max(at, row.next_at)), row.next_at, at)
    row.told_at = row.next_at
    row.save(update_fields=["missed_at", "told_at", "claimed_by", "claimed_at"])


def _can_call(user: User, moment: dt.datetime) -> bool:
    """Whether somebody is at the desk then, or on shift at the after-hours line. Three queries at most."""
    day = timezone.localdate(moment)
    there = actor_for(user, moment).in_kind(TeamKind.DESK, TeamKind.AFTER_HOURS)
    return there and not Absence.objects.touching(day, day).filter(user=user).exists()


def tell_of_call(event: PhoneEvent, at: dt.datetime, calendar: Calendar) -> None:
    """Somebody rang the after-hours line while the desk was closed, and nobody answered: who is on duty hears it."""
    if event.line != Line.AFTER_HOURS or event.withheld or duty.line_at(at, calendar) != Line.AFTER_HOURS:
        return
    for user in on_duty(at):
        tell_user(MISSED_CALL, user, about=event.call_back_id, occasion=event.pk, path=reverse("call_backs"), at=at)


def on_duty(at: dt.datetime) -> list[User]:
    """Who is on the roster; the coordinators when nobody is."""
    return [turn.user for turn in duty.roster(at).on_duty] or coordinators(at)


def coordinators(at: dt.datetime) -> list[User]:
    """Those who are there today, or all of them when none is. One query."""
    today = timezone.localdate(at)
    away = Absence.objects.touching(today, today).filter(user=OuterRef("user"))
    rows = Membership.objects.live_on(today).of_desk().filter(role=Role.COORDINATOR).annotate(away=Exists(away))
    found = list(rows.select_related("user"))
    return list({row.user_id: row.user for row in [row for row in found if not row.away] or found}.values())


def _send(kind: Kind, row: CallBack, users: list[User], moment: dt.datetime, at: dt.datetime) -> None:
    """The same thing once, however often it is swept."""
    occasion, path = f"{row.pk}:{moment:%Y%m%d%H%M%S}", reverse("call_backs")
    for user in users:
        tell_user(kind, user, about=row.case_id or row.pk, occasion=occasion, path=path, at=at)
