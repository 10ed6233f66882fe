"""Putting two requests of one person together, with an undo for thirty days. A human does it, who may work on both.

Nothing moves and nothing is sealed anew. The one that goes is closed and points at the one that stays; whoever may see
both reads them as one, and who may see one sees that one, as before. Who accepts the one that stays reads both. Whoever
is kept out of one is kept out of both. Only what is at rest can be put together: what still waits in the one that goes
is settled first.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.notices import tell_user
from cases import incidents, links, mediation, merged, reopening, timeline
from cases.closing import may_end, what_is_left
from cases.enums import WITH_WORKER, CaseOutcome, CaseState, EntryKind, Urgency
from cases.enums.ending import MERGES
from cases.handback import goes_back
from cases.models import Case, CaseAccess, Merge, SomeoneElse, TimelineEntry
from cases.moves import NotNow, locked, move, save
from cases.notices import CASE_MERGED, tell_client
from cases.permissions import end_deputies

KEPT = ("state", "owner_id", "primary_contact_id", "next_action_at", "first_contact_due_at")
RAISED = ("urgency", "urgency_rank", "first_contact_due_at")
ANSWERED = (EntryKind.CONSENT_GIVEN, EntryKind.CONSENT_REFUSED, EntryKind.RETURNED, EntryKind.EXPIRED)
OWNERS = ("owner_id", "primary_contact_id")
WAITS: list[Callable[[Case], str]] = []
"""What else waits for somebody in a request, in a sentence, or nothing; referrals/at_rest.py says so."""


@transaction.atomic
def merge(gone: Case, stays: Case, *, reason: str, by: Actor, at: dt.datetime) -> Merge:
    """Close ``gone``, go on with ``stays``. The earlier promise and the greater urgency count. Twice is once. Raises
    NotNow, with what is to be settled first. ``by`` may work on both."""
    links.link(gone, stays, reason=reason, by=by, at=at)
    gone, stays = _both(gone, stays)
    if known := Merge.objects.filter(case=gone, into=stays, undone_at=None).first():
        return known
    _check(gone, stays)
    before = {"gone": _as_it_is(gone, KEPT), "stays": _as_it_is(stays, RAISED)}
    row = Merge(case=gone, into=stays, merged_by=by.user, merged_at=at, before=before)
    row.reason = reason.strip()
    row.save(force_insert=True)
    merged.keep_out_of_all(stays, at)
    if gone.owner is not None and gone.owner_id not in {by.user_id, stays.owner_id}:
        tell_user(CASE_MERGED, gone.owner, about=gone.pk, occasion=str(row.pk), at=at)
    move(
        gone, CaseState.CLOSED, by=by, at=at, action="case.merged", outcome=CaseOutcome.MERGED, closed_at=at,
        next_action_at=None,
    )  # fmt: skip
    if stays.state in WITH_WORKER:
        merged.let_in(stays, stays.owner_id, at)
    _raise(stays, gone)
    row.before["raised"] = _as_it_is(stays, RAISED)
    row.save(update_fields=["before"])
    _tell(row, EntryKind.MERGED, "case.merged", by=by, at=at)
    tell_client(gone, occasion=f"merged{row.pk}", at=at)
    return row


@transaction.atomic
def undo(row: Merge, *, by: Actor, at: dt.datetime) -> None:
    """Take them apart: the one that went is where it was, with whom it was, by when it was due. Twice is once. Raises
    NotNow after thirty days, and when the one that stayed is closed."""
    gone, stays = _both(row.case, row.into)
    row = Merge.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.undone_at is not None:
        return
    if at > row.merged_at + settings.MERGE_UNDO_WITHIN:
        raise NotNow(_("This can be undone for 30 days, and they have passed."))
    if not stays.is_open:
        raise NotNow(_("The request that stayed is closed. Open it again first."))
    row.undone_by, row.undone_at = by.user, at
    row.save(update_fields=["undone_by", "undone_at"])
    was: dict[str, Any] = dict(row.before["gone"])
    moments = {name: was[name] and dt.datetime.fromisoformat(was[name]) for name in KEPT if name.endswith("_at")}
    rest = {"outcome": "", "closed_at": None} | {name: was[name] for name in OWNERS}
    move(gone, was["state"], by=by, at=at, action="case.unmerged", again=MERGES, **rest | moments)
    if row.before["raised"] == _as_it_is(stays, RAISED) != row.before["stays"]:
        _set_back(stays, row.before["stays"])
    CaseAccess.objects.filter(case__in=[gone, stays], source=merged.source_of(row)).delete()
    end_deputies(gone, at=at)
    merged.keep_out_of_all(stays, at)
    _to_whom_it_is(gone, f"unmerged {row.pk}", by=by, at=at)
    row.case, row.into = gone, stays
    _tell(row, EntryKind.UNMERGED, "case.unmerged", by=by, at=at)
    tell_client(gone, occasion=f"unmerged{row.pk}", at=at)


def _both(one: Case, other: Case) -> tuple[Case, Case]:
    """Both under lock, always in the same order, so that two people who do it at once wait for each other."""
    rows = {case.pk: locked(case) for case in sorted((one, other), key=lambda case: case.pk)}
    return rows[one.pk], rows[other.pk]


def _check(gone: Case, stays: Case) -> None:
    """Raises NotNow when they cannot be put together as they are."""
    if not stays.is_open or not gone.is_open:
        raise NotNow(_("One of them is closed. Only open requests can be put together."))
    if gone.state not in MERGES:
        words = {"reference": gone.reference, "state": CaseState(gone.state).label}
        raise NotNow(_("%(reference)s is “%(state)s”. Settle that first.") % words)
    if why := may_end(gone) or incidents.why_not_close(gone):
        raise NotNow(why)
    if _summary_waits(gone):
        words = {"reference": gone.reference}
        raise NotNow(_("A summary in %(reference)s waits for the client's yes. Take it back first.") % words)
    if SomeoneElse.objects.open().filter(case=gone).exists():  # in words that tell nobody but the desk what was asked
        words = {"reference": gone.reference}
        raise NotNow(_("In %(reference)s a question of this client waits for the desk. That comes first.") % words)
    if why := incidents.why_not_merge(gone) or mediation.why_not_merge(gone):
        raise NotNow(f"{gone.reference}: {why}")
    if sentences := [why for waits in WAITS if (why := waits(gone))]:
        raise NotNow(f"{gone.reference}: {sentences[0]}")
    if lines := what_is_left(gone).all_lines:
        first = _("First settle what still waits in %(reference)s:") % {"reference": gone.reference}
        raise NotNow(" ".join([first, *lines]))
    if Merge.objects.filter(into=gone, undone_at=None).exists():
        raise NotNow(_("Another request was put together with this one. Let this one stay."))
    owners = [user_id for user_id in (gone.owner_id, stays.owner_id) if user_id]
    if CaseAccess.objects.keeping_out_of(gone.pk, stays.pk).filter(user__in=owners).exists():
        raise NotNow(_("These two cannot be put together, because of who may see them."))


def _summary_waits(gone: Case) -> bool:
    """Whether the client was asked to approve a summary and nothing came of it yet; the timeline knows."""
    told = TimelineEntry.objects.filter(case=gone, kind__in=[EntryKind.CONSENT_ASKED, *ANSWERED]).order_by("-at", "-pk")
    return told.values_list("kind", flat=True).first() == EntryKind.CONSENT_ASKED


def _as_it_is(case: Case, names: tuple[str, ...]) -> dict[str, Any]:
    """These fields as JSON keeps them."""
    values = {name: getattr(case, name) for name in names}
    return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in values.items()}


def _raise(stays: Case, gone: Case) -> None:
    """What was promised to this person in either, and the more pressing of both."""
    if gone.urgency_rank < stays.urgency_rank:
        stays.urgency, stays.urgency_rank = gone.urgency, gone.urgency_rank
    if stays.first_contact_at is None and gone.first_contact_at is None:
        stays.first_contact_due_at = min(stays.first_contact_due_at, gone.first_contact_due_at)
    save(stays, *RAISED)


def _set_back(stays: Case, was: dict[str, Any]) -> None:
    stays.urgency, stays.urgency_rank = Urgency(was["urgency"]), was["urgency_rank"]
    stays.first_contact_due_at = dt.datetime.fromisoformat(was["first_contact_due_at"])
    save(stays, *RAISED)


def _to_whom_it_is(gone: Case, source: str, *, by: Actor, at: dt.datetime) -> None:
    """Who had it may have given it back, left, or be kept out since: then the desk has it, and can read it."""
    if gone.state in WITH_WORKER and not reopening.worker_of(gone, at):
        goes_back(gone, reason=_("Who had this request no longer has it."), by=by, at=at)
        return
    if gone.state in WITH_WORKER:
        return
    if gone.owner_id and CaseAccess.objects.keeping_out_of(gone.pk).filter(user=gone.owner_id).exists():
        gone.owner = gone.primary_contact = None
        save(gone, *OWNERS)
    merged.open_to_desk(gone, at, source=source)


def _tell(row: Merge, kind: EntryKind, action: str, *, by: Actor, at: dt.datetime) -> None:
    for case, other, part in ((row.case, row.into, "gone"), (row.into, row.case, "stays")):
        timeline.add(case, kind, by=by, at=at, facts={"other": str(other.pk), "part": part})
        audit.record(action, by=by, at=at, case_id=case.pk, obj=row, part=part)
