"""Keeping a followed request in an account. Whoever knows reference and pass-phrase may, once, for one account."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.models import Membership, User
from cases import merged, timeline
from cases.enums import AccessReason, AccessScope, EntryKind
from cases.models import Case, CaseAccess, Person
from cases.moves import NotNow, locked
from cases.permissions import grant


def claim(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """Give the account of ``by`` the client's own access. A second time changes nothing.

    Raises NotNow when another account has it, when the person works on it, or when the client is under 16, who is
    called back rather than given an account; all in the same words, so that they tell nothing about anyone. The caller
    has seen the reference and its pass-phrase.
    """
    kept = _keep(case, by, at)
    if kept is None:  # written down outside the transaction, which was about nothing
        why = "another account has it, they work on it, or under 16"
        audit.record("case.claimed", by=by, at=at, case_id=case.pk, obj=case, basis=why, outcome=Outcome.DENIED)
        raise NotNow(_("This request cannot be kept in this account. You can go on following it with its pass-phrase."))
    return kept


@transaction.atomic
def _keep(case: Case, by: Actor, at: dt.datetime) -> Case | None:
    """The case, kept now or before; None when it is not theirs to keep."""
    assert by.user is not None  # noqa: S101 - the page is for who logged in
    case = locked(case)
    rows = CaseAccess.objects.live(at).filter(case=case, scope=AccessScope.CLIENT, reason=AccessReason.CLIENT)
    having = set(rows.values_list("user_id", flat=True))
    if by.user_id in having:
        return case
    if case.intake.is_young:
        return None
    if (having | {case.person.user_id}) - {None, by.user_id} or _works_on(case, by.user, at):
        return None
    _link(case.person, by.user)
    grant(case, reason=AccessReason.CLIENT, scope=AccessScope.CLIENT, user_id=by.user_id, at=at, source="claim")
    merged.keep_out_of_all(case, at)
    timeline.add(case, EntryKind.CLAIMED, by=by, at=at, for_client=True)
    audit.record("case.claimed", by=by, at=at, case_id=case.pk, obj=case, basis="reference and pass-phrase")
    return case


def _works_on(case: Case, user: User, at: dt.datetime) -> bool:
    """Whether the user, or a team they are in, ever had access to it as a worker, or never may."""
    teams = Membership.objects.filter(user=user).live_on(timezone.localdate(at)).values("team")
    rows = CaseAccess.objects.filter(case=case).exclude(scope=AccessScope.CLIENT)
    return case.owner_id == user.pk or rows.filter(user=user).exists() or rows.filter(team__in=teams).exists()


def _link(person: Person, user: User) -> None:
    """The account is this person's, when neither belongs to another yet; someone who asked twice has two persons."""
    if person.user_id is None and not Person.objects.filter(user=user).exists():
        person.user = user
        person.save(update_fields=["user"])
