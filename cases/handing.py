"""Who has a request at the desk: one, or many at a time. Each is checked by itself, in as many queries."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, actor_for
from accounts.models import User
from accounts.roles import CASE_TRIAGE
from cases import case_tasks, timeline
from cases.enums import AT_DESK, CaseState, EntryKind
from cases.models import Case
from cases.permissions import on_each


@dataclass
class Handed:
    """Which came to somebody now, and why others did not, by id: sentences for who tried. What they had already is in
    neither."""

    now: list[Case] = field(default_factory=list)
    left: dict[UUID, str] = field(default_factory=dict)


def take(cases: Iterable[Case], *, by: Actor, at: dt.datetime) -> Handed:
    """Make ``by`` the owner of those that nobody owns. The cases are locked."""
    others = {
        case.pk: _("%(name)s has this request already.") % {"name": case.owner.name} for case in cases if case.owner
    }
    return _hand(cases, by.user, others, by=by, at=at, action="case.taken")


def give(cases: Sequence[Case], *, to: User, is_here: bool, by: Actor, at: dt.datetime) -> Handed:
    """Make ``to`` the owner of those that they may assess now. The cases are locked, and before them ``to``
    (accounts.people.stay_open, which says whether they still are here)."""
    allowed = on_each([case.pk for case in cases], actor_for(to, at), at)
    words = _("%(name)s cannot open this request now.") % {"name": to.name}
    unable = {pk: words for pk, permissions in allowed.items() if not is_here or CASE_TRIAGE not in permissions}
    return _hand(cases, to, unable, by=by, at=at, action="case.given")


def _hand(
    cases: Iterable[Case], to: User | None, why_not: Mapping[UUID, str], *, by: Actor, at: dt.datetime, action: str
) -> Handed:
    """The new owner is the client's one contact person too, as long as the desk has the case (R25)."""
    done = Handed()
    for case in cases:
        if to is None or case.owner_id == to.pk:
            continue
        if case.pk in why_not:
            done.left[case.pk] = why_not[case.pk]
        elif case.state not in AT_DESK:
            done.left[case.pk] = _("This case is no longer at the desk.")
        else:
            done.now.append(case)
    if to is None or not done.now:
        return done
    before = {case: case.owner_id for case in done.now}
    new = [case for case in done.now if case.state == CaseState.SUBMITTED]
    rows = Case.objects.filter(pk__in=[case.pk for case in done.now])
    rows.update(owner=to, primary_contact=to, version=F("version") + 1)
    Case.objects.filter(pk__in=[case.pk for case in new]).update(
        state=CaseState.IN_TRIAGE, state_since=at, next_look_at=None
    )
    audit.record_each(action, new, by=by, at=at, part=f"{CaseState.SUBMITTED}>{CaseState.IN_TRIAGE}")
    audit.record_each(action, [case for case in done.now if case.state != CaseState.SUBMITTED], by=by, at=at)
    for case in done.now:
        case.owner, case.primary_contact, case.version = to, to, case.version + 1
    for case in new:
        case.state, case.state_since, case.next_look_at = CaseState.IN_TRIAGE, at, None
    facts = {case: {"owner": to.pk, "from": was} for case, was in before.items()}
    timeline.add_each(facts, EntryKind.TAKEN, by=by, at=at, for_client=True)
    case_tasks.settle_each(before, by=by, at=at)
    return done
