"""Everything that happens by itself, in one call. Run by Celery beat and by ``manage.py tick``, side by side.

What is due lies in the database; each step may run late, twice, or in two processes at once without harm. A step
that fails is written down and never stops the others.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from accounts import delivery, entrance, factor_reset, swaps, throttle
from accounts.sessions import opened
from cases import (
    after_care,
    breaches,
    complaints,
    debriefing,
    deputies,
    documents,
    drafts,
    evaluation,
    incidents,
    late_steps,
    mediation,
    note_drafts,
    presence,
    task_reminders,
    telephone,
)
from desk import calling, paging, roster, shift_handover, snapshot, surge, waiting
from desk.lists import watching
from desk.mailroom import keeping, sorting
from referrals import actions as referrals
from referrals import capacity, considering
from referrals.directory import freshness
from referrals.letters import sweeps as letters

log = logging.getLogger("desk.sweeps")

LOCKS = 77_120_000  # first number of our advisory locks; the step's place in STEPS is added
SOURCES = ("tick", "worker")
FAILED = "fail:"
SHOW_FAILURES_FOR = dt.timedelta(minutes=5)


STEPS: dict[str, Callable[[dt.datetime], object]] = {
    "alerts": paging.step_due,
    "more urgent": referrals.hasten_due,
    "reminders": referrals.remind_due,
    "referrals": referrals.expire_due,
    "summaries": referrals.chase_due,
    "letters": letters.look_due,
    "consultations": referrals.end_over,
    "decisions": referrals.chase_decisions,
    "introductions": referrals.settle_introductions,
    "first contacts": referrals.chase_contact,
    "waiting": waiting.end_due,
    "call-backs": calling.tell_due,
    "tasks": task_reminders.remind_due,
    "owners gone": waiting.free_left,
    "next steps": late_steps.look_due,
    "after care": after_care.end_over,
    "evaluations": evaluation.ask_due,
    "deputies": deputies.replan,
    "mediation": mediation.lapse_due,
    "teams": debriefing.remind_due,
    "complaints": complaints.look_due,
    "signatures": breaches.remind_due,
    "incidents": incidents.remind_due,
    "capacity": capacity.tell_full,
    "swaps": swaps.expire_due,
    "roster": roster.tell_gaps,
    "shift handovers": shift_handover.remind_unread,
    "factor resets": factor_reset.carry_out_due,
    "views": watching.tell_due,
    "directory": freshness.remind_due,
    "mail": sorting.sort_due,
    "documents": documents.check_due,
    "delivery": delivery.deliver_due,
    "surge": surge.watch,
    "snapshot": snapshot.write,
    "throttle": throttle.forget_old,
    "phone events": telephone.forget_old,
    "sessions": opened.sweep,
    "drafts": drafts.forget_old,
    "note drafts": note_drafts.forget_old,
    "presence": presence.forget_over,
    "considered": considering.forget_over,
    "unproved": entrance.forget_unproved,
    "old mail": keeping.forget_over,
}
"""In this order: what tells people comes before the mail that carries it."""

SIDE_BY_SIDE = {"delivery"}
"""Steps that several processes do well at once, each taking other rows."""


def run(at: dt.datetime, *, source: str) -> list[str]:
    """Do everything that is due at ``at`` (aware); returns the names of the steps that failed.

    ``source`` is who runs it: ``tick`` or ``worker``; its heartbeat says when it last did. Call it outside a
    transaction.
    """
    failed = [] if _attempt("heartbeat", lambda moment: beat(source, moment), at) else ["heartbeat"]
    for number, (name, step) in enumerate(STEPS.items()):
        with alone(LOCKS + number, wanted=name not in SIDE_BY_SIDE) as free:
            if free and not _attempt(name, step, at):
                failed.append(name)
    return failed


def beat(name: str, at: dt.datetime) -> None:
    """Note that a part of the machinery was alive at ``at``; a late one never turns the clock back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_heartbeat (name, at) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET at = GREATEST(accounts_heartbeat.at, excluded.at)",
            [name, at],
        )


def _attempt(name: str, step: Callable[[dt.datetime], object], at: dt.datetime) -> bool:
    """Do one step; False when it failed, which is written to the log and, if the database is there, to a heartbeat.

    A connection that was lost on the way is no failure of the step: that the database was away is told by itself.
    """
    try:
        step(at)
        return True
    except Exception as error:
        log.exception("sweep step %s failed", name)
        lost = isinstance(error, OperationalError | InterfaceError) and not connection.is_usable()
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        if not lost:
            beat(f"{FAILED}{name}"[:20], at)
    except (DatabaseError, InterfaceError):
        log.warning("the failure of %s could not be written down", name)
    return False


@contextmanager
def alone(number: int, *, wanted: bool) -> Iterator[bool]:
    """Saves work when two tickers meet: False for the second. Correctness does not rest on it."""
    if not wanted:
        yield True
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
            free = bool(cursor.fetchone()[0])
    except (DatabaseError, InterfaceError):
        yield True  # the step itself finds out, and says so
        return
    try:
        yield free
    finally:
        if free:
            _release(number)


def _release(number: int) -> None:
    """Let go; a connection that died let go by dying."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
    except (DatabaseError, InterfaceError):
        connection.close()
