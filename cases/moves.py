"""The bottom of every verb on a case: lock the row, check the move, save with a new version."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases.enums import NEXT, CaseState
from cases.models import Case


class NotNow(Exception):
    """It cannot be done, or no longer. ``str(error)`` is a calm sentence for the person who tried."""


class NeedsReason(NotNow):
    """It can be done when a reason is given; ``str(error)`` says why one is asked."""


class Changed(NotNow):
    """Somebody saved the case since the form was opened. ``case`` is how it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__(_("Someone changed this case while you had it open."))
        self.case = case


def locked(case: Case, *, version: int | None = None) -> Case:
    """The row as it is now, taken FOR UPDATE, with its person, owner and key. Needs a transaction.

    With ``version`` (from a form) raises Changed when somebody saved in between.
    """
    # Two queries: a row that waited for its lock is joined to what it pointed at before, and would be lost.
    Case.objects.select_for_update().only("pk").get(pk=case.pk)
    row = Case.objects.select_related("data_key", "person__data_key", "person__contact", "owner", "team").get(
        pk=case.pk
    )
    if version is not None and row.version != version:
        raise Changed(row)
    return row


def save(case: Case, *names: str) -> None:
    """Save these fields of a locked case and count the version up."""
    case.version += 1
    case.save(update_fields=[*names, "version"])


def unused(model: type[models.Model], number: uuid.UUID | None, field: str = "pk") -> uuid.UUID:
    """The number a form brought for a new row, or another one when there is none or a row elsewhere has it already.

    So that a number from another case's form makes a row of its own, and says nothing about that case.
    """
    if number is None or model._default_manager.filter(**{field: number}).exists():
        return uuid.uuid4()
    return number


def move(
    case: Case, state: str, *, by: Actor, at: dt.datetime, action: str = "case.moved", again: Collection[str] = (),
    **changes: Any,
) -> Case:  # fmt: skip
    """Bring a case to ``state``, with other fields to set in the same save. Raises NotNow when NEXT does not allow it.
    Out of CLOSED nothing leads but ``again``, so that only who means to open a case again does.

    Low-level: ``case`` must come from ``locked`` (or ``case_for(lock=True)``) in this transaction. Writes the audit
    line ``action``; the timeline is the caller's. Time spent waiting for the client is added to a promise that was
    not yet broken.
    """
    old = case.state
    if state not in (again if old == CaseState.CLOSED else NEXT[old]):
        raise NotNow(_still(old))
    if old == CaseState.WAITING_CLIENT:
        changes.setdefault("waiting_until", None)
        if case.first_contact_at is None and case.first_contact_due_at > case.state_since:
            changes.setdefault("first_contact_due_at", case.first_contact_due_at + (at - case.state_since))
    changes |= {"state": state, "state_since": at, "next_look_at": None}
    for name, value in changes.items():
        setattr(case, name, value)
    save(case, *changes)
    audit.record(action, by=by, at=at, case_id=case.pk, obj=case, part=f"{old}>{state}")
    return case


def _still(state: str) -> str:
    """Why a move is refused, from where the case is."""
    if state == CaseState.CLOSED:
        return _("This case is closed.")
    return _("This is not possible now: the case is “%(state)s”.") % {"state": CaseState(state).label}
