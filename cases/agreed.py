"""What was agreed that either side does: the client or the worker, by a day. The client sees all of it."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Refused
from cases import timeline
from cases.confidentiality import must_be_explained
from cases.enums import WITH_WORKER, EntryKind
from cases.enums.plan import Side
from cases.models import AgreedAction, Case
from cases.moves import NotNow, locked, unused

LONGEST = 200
FURTHEST = dt.timedelta(days=366)


def of_case(case: Case) -> list[AgreedAction]:
    """What still counts: first what is to be done, by its day, then what was done. One query."""
    rows = list(AgreedAction.objects.filter(case=case, dropped_at=None).order_by("made_at", "pk"))
    for row in rows:
        row.case = case  # the key is at hand
    return sorted(rows, key=lambda row: (row.done_at is not None, row.by_day or dt.date.max))


@transaction.atomic
def add(
    case: Case, *, who: str, words: str, by_day: dt.date | None, by: Actor, at: dt.datetime,
    action_id: uuid.UUID | None = None,
) -> AgreedAction:  # fmt: skip
    """Write down something that one of the two does. ``action_id`` comes from the form: a second click is the same.

    Raises NotExplained, and NotNow for a day that is over or far, or a case that no worker has.
    """
    case = locked(case)
    if action_id and (known := AgreedAction.objects.filter(pk=action_id, case=case).first()):
        return known
    if case.state not in WITH_WORKER:
        raise NotNow(_("This belongs to a case that a worker has accepted."))
    must_be_explained(case)
    today = timezone.localdate(at)
    if by_day and not today <= by_day <= today + FURTHEST:
        raise NotNow(_("Choose a day from today on, within a year."))
    row = AgreedAction(
        id=unused(AgreedAction, action_id), case=case, who=Side(who), words=words.strip(), by_day=by_day, made_at=at,
        made_by=by.user,
    )  # fmt: skip
    row.save(force_insert=True)
    _write_down(row, "added", by=by, at=at)
    return row


@transaction.atomic
def settle(case: Case, action_id: uuid.UUID, *, done: bool, by: Actor, at: dt.datetime) -> AgreedAction:
    """Tick it, or untick it: the client what they do themselves, a worker both. Twice is once.

    Raises Refused for what is not of this case or not theirs to tick, NotNow when the case is closed.
    """
    case, row = _opened(case, action_id)
    if not by.roles and row.who != Side.CLIENT:
        raise Refused("agreed.settle", visible=True, case_id=case.pk, basis="not theirs to do")
    if (row.done_at is not None) == done:
        return row
    row.done_at = at if done else None
    row.save(update_fields=["done_at"])
    _write_down(row, "done" if done else "undone", by=by, at=at)
    return row


@transaction.atomic
def drop(case: Case, action_id: uuid.UUID, *, by: Actor, at: dt.datetime) -> AgreedAction:
    """It is no longer needed: gone from the lists, kept in the file. Twice is once."""
    case, row = _opened(case, action_id)
    if row.dropped_at is None:
        row.dropped_at = at
        row.save(update_fields=["dropped_at"])
        _write_down(row, "dropped", by=by, at=at)
    return row


def _opened(case: Case, action_id: uuid.UUID) -> tuple[Case, AgreedAction]:
    case = locked(case)
    row = AgreedAction.objects.select_for_update().filter(case=case, pk=action_id).first()
    if row is None:
        raise Refused("agreed.opened", case_id=case.pk, basis="not of this case")
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    row.case = case
    return case, row


def _write_down(row: AgreedAction, what: str, *, by: Actor, at: dt.datetime) -> None:
    facts = {"what": what, "side": row.who}
    timeline.add(row.case, EntryKind.AGREED_ACTION, by=by, at=at, facts=facts, for_client=True)
    audit.record(f"agreed.{what}", by=by, at=at, case_id=row.case_id, obj=row)
