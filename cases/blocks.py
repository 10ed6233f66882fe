"""Keeping someone out of a case for good: relatives, direct colleagues, whoever the client names (SECURITY 2.2).

One mechanism for everybody who asks it: a CaseAccess row with reason BLOCKED, which wins over every grant, now and
later. Whoever is kept out hears nothing of it and gets no notice about the case.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.duty import roster
from accounts.enums import TeamKind
from accounts.models import Membership, User
from accounts.notices import tell_user
from cases import case_tasks, merged, timeline
from cases.enums import AT_DESK, WITH_WORKER, AccessReason, CaseState, EntryKind
from cases.handback import goes_back
from cases.models import Case, KeepOut
from cases.moves import NeedsReason, NotNow, locked, save
from cases.notices import KEEP_OUT_ASKED
from cases.permissions import grant

MOST = 20


def of_case(case: Case) -> list[KeepOut]:
    """Every wish, oldest first. One query."""
    rows = list(KeepOut.objects.filter(case=case).select_related("user", "asked_by").order_by("asked_at", "pk"))
    for row in rows:
        row.case = case
    return rows


def is_waiting(case: Case) -> bool:
    """Whether somebody still has to find out whom the client meant. One query."""
    return KeepOut.objects.waiting().filter(case=case).exists()


def waiting_of_case() -> dict[str, Exists]:
    """The same inside a query for cases, as ``keep_out_waiting``."""
    return {"keep_out_waiting": Exists(KeepOut.objects.waiting().filter(case=OuterRef("pk")))}


def who_could(case: Case, at: dt.datetime) -> list[User]:
    """Colleagues whom the client may name: of the desk, the after-hours line, and the teams of the region."""
    nearby = Q(team__kind__in=[TeamKind.DESK, TeamKind.AFTER_HOURS]) | Q(team=case.team_id)
    if case.region_id:
        nearby |= Q(team__region=case.region_id)
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(nearby)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("name", "pk"))


def colleagues(at: dt.datetime) -> list[User]:
    """Everyone who works here now, for staff to choose from."""
    rows = Membership.objects.live_on(timezone.localdate(at))
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("name", "pk"))


def account_with(email: str) -> User | None:
    """An account by its log-in address; staff only."""
    return User.objects.filter(email=email.strip().lower()).first()


@transaction.atomic
def ask(case: Case, words: str, *, by: Actor, at: dt.datetime) -> KeepOut:
    """The client names someone in their own words; the desk finds out which account that is."""
    case = locked(case)
    _room(case)
    row = KeepOut(case=case, by_client=True, asked_at=at)
    row.words = words.strip()
    row.save(force_insert=True)
    timeline.add(case, EntryKind.KEEP_OUT, by=by, at=at, for_client=True)
    audit.record("block.asked", by=by, at=at, case_id=case.pk, obj=row)
    name = "triage" if case.state in AT_DESK else "case"
    people = {turn.user.pk: turn.user for turn in roster(at).on_duty}
    if case.owner is not None:
        people[case.owner.pk] = case.owner
    for user in people.values():
        tell_user(
            KEEP_OUT_ASKED, user, about=case.pk, occasion=str(row.pk), path=reverse(name, args=[case.reference]), at=at
        )
    return row


@transaction.atomic
def block(
    case: Case, user: User, *, by: Actor, at: dt.datetime, reason: str = "", answers: KeepOut | None = None
) -> KeepOut:
    """From now on this account never sees the case, whatever lets it in, nor what it was put together with. Twice is
    once.

    Staff give a reason. ``answers`` is the wish in words that this settles. A case of which they are the owner goes
    back to the desk. Raises NotNow for the client's own account.
    """
    case, others = _all_locked(case)
    staff = bool(by.roles)
    if staff and not reason.strip():
        raise NeedsReason(_("Write down why this person may not see the case."))
    if case.person.user_id == user.pk or case.access.filter(reason=AccessReason.CLIENT, user=user).exists():
        raise NotNow(_("This is the client's own account."))
    known = KeepOut.objects.filter(case=case, user=user, by_client=not staff).first()
    if known and answers is None:
        return known
    if answers is None:
        _room(case)
    row = answers or KeepOut(case=case, by_client=not staff, asked_by=by.user if staff else None, asked_at=at)
    row.case, row.user, row.resolved_at, row.resolved_by = case, user, at, by.user if staff else None
    row.reason = reason.strip()
    row.save()
    grant(case, reason=AccessReason.BLOCKED, user_id=user.pk, at=at, source="blocked")
    timeline.add(case, EntryKind.KEEP_OUT, by=by, at=at, for_client=True)
    audit.record("block.made", by=by, at=at, case_id=case.pk, obj=row, basis="client" if row.by_client else "staff")
    merged.keep_out_of_all(case, at)
    for one in (case, *others):
        _take_away(one, user, at)
        case_tasks.settle(one, by=by, at=at)
    return row


def liftable(rows: list[KeepOut], by: Actor) -> list[KeepOut]:
    """Those that ``by`` may take back: the client what they asked, staff what staff did."""
    return [row for row in rows if row.by_client != bool(by.roles)]


@transaction.atomic
def lift(row: KeepOut, *, by: Actor, at: dt.datetime, reason: str = "") -> None:
    """It was a mistake: what lets this person in counts again, unless somebody else keeps them out too. Twice is once.

    Staff give a reason. What keeps a worker out of their own case or a relative's is no wish, and stays. Raises NotNow
    for what the other side asked.
    """
    case = locked(row.case)
    if not KeepOut.objects.filter(pk=row.pk, case=case).exists():
        return
    if by.roles and not reason.strip():
        raise NeedsReason(_("Write down why this was a mistake."))
    if not liftable([row], by):
        raise NotNow(_("Only who asked for this can take it back."))
    audit.record("block.lifted", by=by, at=at, case_id=case.pk, obj=row, basis="client" if row.by_client else "staff")
    facts = {"lifted": True}
    timeline.add(case, EntryKind.KEEP_OUT, by=by, at=at, facts=facts, text=reason.strip(), for_client=True)
    user = row.user
    row.delete()
    if user is not None and not KeepOut.objects.filter(case=case, user=user).exists():
        given = case.access.filter(reason=AccessReason.BLOCKED, user=user)
        given.exclude(source__startswith=merged.SOURCE).delete()  # what keeps them out of another one counts here too
        merged.keep_out_of_all(case, at)


@transaction.atomic
def no_account(row: KeepOut, *, by: Actor, at: dt.datetime) -> None:
    """Looked for, and this person has no account here: there is nobody to keep out."""
    case = locked(row.case)
    row.resolved_at, row.resolved_by = at, by.user
    row.save(update_fields=["resolved_at", "resolved_by"])
    audit.record("block.nobody", by=by, at=at, case_id=case.pk, obj=row)


def _all_locked(case: Case) -> tuple[Case, list[Case]]:
    """The case and what it was put together with, in the order in which merging locks them."""
    ids = {pk for row in merged.joined_with(case) for pk in (row.case_id, row.into_id)} | {case.pk}
    rows = {pk: locked(Case(pk=pk)) for pk in sorted(ids)}
    return rows.pop(case.pk), list(rows.values())


def _take_away(case: Case, user: User, at: dt.datetime) -> None:
    """Who may not see a case cannot be its owner: the desk looks for someone else. Nor the contact person until the
    client has met their worker: then that is the worker."""
    if case.owner_id != user.pk:
        if case.primary_contact_id == user.pk:
            case.primary_contact = case.owner
            save(case, "primary_contact")
            audit.record("case.contact_person", by=system("blocked"), at=at, case_id=case.pk, obj=case)
        return
    if case.state in WITH_WORKER:
        goes_back(case, reason=_("Someone else helps from now on."), by=system("blocked"), at=at)
    elif case.state != CaseState.CLOSED:
        case.owner = case.primary_contact = None
        save(case, "owner", "primary_contact")
        audit.record("case.given_back", by=system("blocked"), at=at, case_id=case.pk, obj=case)


def _room(case: Case) -> None:
    if KeepOut.objects.filter(case=case).count() >= MOST:
        raise NotNow(_("There are many names already. Please call us, then we look at it together."))
