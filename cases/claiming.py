"""Keeping a followed request in an account. Whoever knows reference and pass-phrase may, once, for one account."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Membership, User
from cases import timeline
from cases.enums import AccessReason, AccessScope, EntryKind
from cases.models import Case, CaseAccess, Person
from cases.moves import NotNow, locked
from cases.permissions import grant


@transaction.atomic
def claim(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """Give the account of ``by`` the client's own access. A second time changes nothing.

    Raises NotNow when another account has it, or when the person works on it; both in the same words, so that they
    tell nothing about anyone. The caller has seen the reference and its pass-phrase.
    """
    assert by.user is not None  # noqa: S101 - the page is for who logged in
    case = locked(case)
    kept = CaseAccess.objects.live(at).filter(case=case, scope=AccessScope.CLIENT, reason=AccessReason.CLIENT)
    owners = set(kept.values_list("user_id", flat=True)) | {case.person.user_id} - {None}
    if by.user_id in owners and kept.filter(user=by.user_id).exists():
        return case
    if owners - {by.user_id} or _works_on(case, by.user, at):
        audit.record("case.claim_refused", by=by, at=at, case_id=case.pk, obj=case, basis="not theirs to keep")
        raise NotNow(_("This request cannot be kept in this account. You can go on following it with its pass-phrase."))
    _link(case.person, by.user)
    grant(case, reason=AccessReason.CLIENT, scope=AccessScope.CLIENT, user_id=by.user_id, at=at, source="claim")
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
