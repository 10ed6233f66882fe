"""Saying that two requests are of the same person. Only a human does, who may open both; nothing is merged.

It gives no access and is never proposed: two people may share a phone or an address (decision 8). Who cannot open the
other request sees nothing of the link, on no page: that there is another request is for those who may know it.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT
from cases import after_care, held, meanwhile, timeline
from cases.enums import EntryKind
from cases.models import Case, Person, SamePerson
from cases.moves import NotNow, locked
from cases.passphrase import canonical_reference
from cases.permissions import case_for


@dataclass(frozen=True)
class Link:
    """A link as seen from one of the two: ``other`` may be opened by who sees this."""

    row: SamePerson
    other: Case

    @property
    def is_open(self) -> bool:
        return self.row.undone_at is None


def linked_of_case() -> dict[str, Exists]:
    """Whether there is any link at all, inside a query for cases: as ``is_linked``, so that most cases ask no more."""
    either = Q(case=OuterRef("pk")) | Q(other=OuterRef("pk"))
    return {"is_linked": Exists(SamePerson.objects.filter(either))}


def of_case(case: Case, by: Actor, at: dt.datetime) -> list[Link]:
    """Every link whose other side ``by`` may open too, those that were undone as well. One query; none when
    ``is_linked`` is known and false."""
    if not getattr(case, "is_linked", True):
        return []
    opens = Case.objects.visible_to(by, at)
    mine = Q(case=case.pk) & Exists(opens.filter(pk=OuterRef("other")))
    theirs = Q(other=case.pk) & Exists(opens.filter(pk=OuterRef("case")))
    rows = SamePerson.objects.filter(mine | theirs).select_related("case__data_key", "other", "linked_by")
    return [Link(row, row.other if row.case_id == case.pk else row.case) for row in rows.order_by("-linked_at")]


def people_of(case: Case) -> set[UUID]:
    """Whoever was written down for this client: in this request, and in every one that was linked with it. Two queries,
    one when there is no link."""
    found: set[UUID] = set()
    todo = {case.person_id}
    while todo:
        found |= todo
        either = Q(case__person__in=todo) | Q(other__person__in=todo)
        rows = SamePerson.objects.filter(either, undone_at=None).values_list("case__person", "other__person")
        todo = {pk for pair in rows for pk in pair} - found
    return found


def other_of(reference: str, *, by: Actor, at: dt.datetime) -> Case:
    """The request that is meant. Raises NotNow, in the same words, for one that is not there or may not be opened."""
    try:
        return case_for(by, canonical_reference(reference), needs=CASE_CONTACT, at=at)
    except Refused as refused:
        audit.record("case.linked", by=by, at=at, case_id=refused.case_id, basis=refused.basis, outcome=Outcome.DENIED)
        raise NotNow(_("There is no request with this reference that you can open.")) from refused


@transaction.atomic
def link(case: Case, other: Case, *, reason: str, by: Actor, at: dt.datetime) -> SamePerson:
    """Say that both are of one person; twice is once. ``by`` may open both. Raises NotNow for the same request, and
    for two accounts: those are two people."""
    if case.pk == other.pk:
        raise NotNow(_("This is the request itself. Fill in the other one."))
    first, second = (locked(one) for one in sorted((case, other), key=lambda one: one.pk))
    accounts = {first.person.user_id, second.person.user_id} - {None}
    if len(accounts) > 1:
        raise NotNow(_("These requests are of two accounts, so of two people. They are never linked."))
    if known := SamePerson.objects.filter(case=first, other=second, undone_at=None).first():
        return known
    row = SamePerson(case=first, other=second, linked_by=by.user, linked_at=at)
    row.reason = reason.strip()
    row.save(force_insert=True)
    held.together(first, second, at)
    people = Person.objects.filter(pk__in=[first.person_id, second.person_id])
    if first.person.is_hidden or second.person.is_hidden:  # one person, whom no search finds
        people.update(is_hidden=True)
    if first.person.no_call_after or second.person.no_call_after:
        people.update(no_call_after=True)
        after_care.end_for([first.person_id, second.person_id], by=by, at=at)
    _tell(row, EntryKind.LINKED, "case.linked", by=by, at=at)
    for one in (first, second):
        meanwhile.tell_worker(meanwhile.ASKS_AGAIN, one, occasion=str(row.pk), by=by, at=at)
    return row


@transaction.atomic
def undo(row: SamePerson, *, by: Actor, at: dt.datetime) -> None:
    """Take it back. A second time changes nothing."""
    if SamePerson.objects.filter(pk=row.pk, undone_at=None).update(undone_at=at, undone_by=by.user):
        _tell(row, EntryKind.UNLINKED, "case.unlinked", by=by, at=at)


def visible_ids(links: list[Link]) -> list[UUID]:
    """What the timeline needs to leave out the links that this reader may not know of."""
    return [one.other.pk for one in links]


def _tell(row: SamePerson, kind: EntryKind, action: str, *, by: Actor, at: dt.datetime) -> None:
    for case, other in ((row.case, row.other), (row.other, row.case)):
        timeline.add(case, kind, by=by, at=at, facts={"other": str(other.pk)})
        audit.record(action, by=by, at=at, case_id=case.pk, obj=row)
