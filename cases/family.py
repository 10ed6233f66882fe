"""What a client lets someone else see: inviting, changing, withdrawing. The invited person's side is cases/invited.py.

Access is a CaseAccess row with reason FAMILY, the invitation as its source and always an end (ADR 0009). Nothing here
tells the other person that something was taken away.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.notices import mail_client
from cases import held, merged, timeline, tokens
from cases.enums import AccessReason, AccessScope, EntryKind, InvitationState, SessionState
from cases.models import Case, CaseAccess, Invitation, Session
from cases.moves import NotNow, locked
from cases.notices import INVITED
from cases.permissions import OUTSIDE, grant

MOST = 20
"""Invitations at a time that are open or accepted."""


class NeedsYes(NotNow):
    """It shows more than before: the client has to read the warning first."""


@dataclass(frozen=True)
class Wanted:
    """What the client filled in. ``ends_on`` is the last day; ``session_id`` belongs to a joint conversation."""

    scope: str
    ends_on: dt.date
    session_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Guest:
    """Who is invited, in the client's words. Without ``email`` the client hands over the link."""

    name: str
    relation: str = ""
    called: str = ""
    email: str = ""
    mutual: bool = False  # only if they show something of their own case in return


@dataclass(frozen=True)
class Invited:
    """A new invitation; ``code`` is known only now, and is empty when it was made before by the same form."""

    invitation: Invitation
    code: str


def of_case(case: Case) -> list[Invitation]:
    """Every invitation, newest first, those that ended too. One query."""
    rows = list(Invitation.objects.filter(case=case).select_related("session").order_by("-created_at", "pk"))
    for row in rows:
        row.case = case  # the key is at hand, so no row asks for it again
    return rows


def in_force(case: Case, at: dt.datetime) -> list[Invitation]:
    """Who takes part now. One query."""
    rows = list(Invitation.objects.in_force(at).filter(case=case).order_by("-accepted_at"))
    for row in rows:
        row.case = case
    return rows


def invitation_of(case: Case, pk: uuid.UUID) -> Invitation | None:
    """One invitation of this case; those of other cases are not found."""
    row = Invitation.objects.filter(case=case, pk=pk).select_related("session").first()
    if row is not None:
        row.case = case
    return row


def joint_sessions(case: Case, at: dt.datetime) -> list[Session]:
    """Planned conversations to which someone can be invited, the first first. One query."""
    rows = Session.objects.filter(case=case, state=SessionState.PLANNED, starts_at__gt=at)
    return list(rows.order_by("starts_at"))


def end_of(day: dt.date) -> dt.datetime:
    """The moment a last day is over, by the local clock."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def last_day(invitation: Invitation) -> dt.date:
    return timezone.localtime(invitation.ends_at).date() - dt.timedelta(days=1)


def latest_end(at: dt.datetime) -> dt.date:
    return timezone.localdate(at) + settings.FAMILY_LONGEST


@transaction.atomic
def invite(
    case: Case, guest: Guest, wanted: Wanted, *, submission_id: uuid.UUID, by: Actor, at: dt.datetime
) -> Invited:
    """Make an invitation that whoever has its link and its code can accept, once. The same form makes one."""
    case = locked(case)
    if known := Invitation.objects.filter(submission_id=submission_id, case=case).first():
        known.case = case
        return Invited(known, "")
    if not case.is_open:
        raise NotNow(_("This case is closed. You can no longer invite someone here."))
    _check(case, wanted, at)
    if guest.mutual and case.person.user_id is None:
        raise NotNow(_("For this you need an account of your own."))
    if sum(row.state(at) in {InvitationState.OPEN, InvitationState.ACCEPTED} for row in of_case(case)) >= MOST:
        raise NotNow(_("You have invited many people. Withdraw an invitation first."))
    code, pk = tokens.new_code(), uuid.uuid4()
    ends_at = end_of(wanted.ends_on)
    taken = Invitation.objects.filter(submission_id=submission_id).exists()
    row = Invitation(
        id=pk, case=case, submission_id=uuid.uuid4() if taken else submission_id, scope=wanted.scope,
        session_id=wanted.session_id, mutual=guest.mutual, token_hash=tokens.token_hashes(tokens.new_token(pk))[0],
        code_hash=tokens.code_hash(pk, code), created_at=at,
        open_until=min(at + settings.FAMILY_INVITATION_OPEN, ends_at), ends_at=ends_at,
    )  # fmt: skip
    row.name, row.relation, row.email = guest.name.strip(), guest.relation.strip(), guest.email.strip()
    row.called = guest.called.strip() or case.person.name
    row.save(force_insert=True)
    _tell(row, EntryKind.FAMILY_INVITED, "family.invited", by=by, at=at)
    held.follow(case, row.pk, at)
    if guest.email:
        language = case.person.language
        mail_client(INVITED, about=row.pk, occasion="invited", language=language, at=at)
    return Invited(row, code)


@transaction.atomic
def new_code(invitation: Invitation, *, by: Actor, at: dt.datetime) -> str:
    """Another code, to be told once; the one before no longer works and wrong tries are forgotten."""
    row = _locked(invitation)
    if row.state(at) != InvitationState.OPEN:
        raise NotNow(_("This invitation is no longer open."))
    code = tokens.new_code()
    row.code_hash, row.failures, row.failed_at = tokens.code_hash(row.pk, code), 0, None
    row.shown_to, row.shown_as = None, ""
    row.save(update_fields=["code_hash", "failures", "failed_at", "shown_to", "shown_as"])
    audit.record("family.new_code", by=by, at=at, case_id=row.case_id, obj=row)
    return code


@transaction.atomic
def change(invitation: Invitation, wanted: Wanted, *, sure: bool, by: Actor, at: dt.datetime) -> Invitation:
    """Another scope or last day, from now on. More than before raises NeedsYes until ``sure``."""
    row = _locked(invitation)
    if row.state(at) not in {InvitationState.OPEN, InvitationState.ACCEPTED}:
        raise NotNow(_("This invitation has ended. Make a new one."))
    _check(row.case, wanted, at)
    partner = row.partner
    if partner and end_of(wanted.ends_on) > row.ends_at:
        raise NotNow(_("You show each other something until this day. Make a new invitation to go on longer."))
    if is_more(row, wanted) and not sure:
        raise NeedsYes(_("This person sees more by it."))
    row.scope, row.session_id, row.ends_at = wanted.scope, wanted.session_id, end_of(wanted.ends_on)
    row.open_until = min(row.created_at + settings.FAMILY_INVITATION_OPEN, row.ends_at)
    row.save(update_fields=["scope", "session", "ends_at", "open_until"])
    if row.accepted_at:
        end_rows(row, at)
        let_in(row, at)
    if partner and partner.ends_at > row.ends_at:
        end_partner(partner, row.ends_at)
    _tell(row, EntryKind.FAMILY_CHANGED, "family.changed", by=by, at=at)
    return row


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor, at: dt.datetime) -> Invitation:
    """Nothing is to be seen from the next request on. Nobody is told. Twice is once."""
    row = _locked(invitation)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        end_rows(row, at)
        if (partner := row.partner) and partner.ends_at > at:
            end_partner(partner, at)
        _tell(row, EntryKind.FAMILY_ENDED, "family.withdrawn", by=by, at=at)
    return row


def is_more(invitation: Invitation, wanted: Wanted) -> bool:
    """Whether this shows something that was not shown, or shows it longer."""
    before, after = OUTSIDE[AccessScope(invitation.scope)], OUTSIDE[AccessScope(wanted.scope)]
    other_session = wanted.session_id is not None and wanted.session_id != invitation.session_id
    return bool(after - before) or other_session or end_of(wanted.ends_on) > invitation.ends_at


def link_of(invitation: Invitation) -> str:
    """The whole address to hand over."""
    token = tokens.token_of(invitation.pk, invitation.token_hash)
    return settings.SITE_URL + reverse("family_invited", args=[token]) if token else ""


def let_in(invitation: Invitation, at: dt.datetime) -> None:
    """The row that opens the case as far as the scope goes. Needs a transaction."""
    grant(
        invitation.case, reason=AccessReason.FAMILY, user_id=invitation.accepted_by_id, at=at,
        scope=AccessScope(invitation.scope), ends_at=invitation.ends_at, source=str(invitation.pk),
    )  # fmt: skip
    merged.keep_out_of_all(invitation.case, at)


def end_rows(invitation: Invitation, at: dt.datetime) -> None:
    """End what this invitation opened."""
    rows = CaseAccess.objects.filter(
        case=invitation.case_id, reason=AccessReason.FAMILY, source=str(invitation.pk), ends_at__gt=at
    )
    rows.update(ends_at=at)


def end_partner(partner: Invitation, moment: dt.datetime) -> None:
    """The other half of a mutual one ends at this moment too, by the clock: nobody is told who stopped."""
    partner.ends_at = moment
    partner.save(update_fields=["ends_at"])
    rows = CaseAccess.objects.filter(case=partner.case_id, reason=AccessReason.FAMILY, source=str(partner.pk))
    rows.filter(ends_at__gt=moment).update(ends_at=moment)


def _locked(invitation: Invitation) -> Invitation:
    Invitation.objects.select_for_update().only("pk").get(pk=invitation.pk)
    return Invitation.objects.select_related("case__data_key", "case__person__data_key").get(pk=invitation.pk)


def _check(case: Case, wanted: Wanted, at: dt.datetime) -> None:
    """Raises NotNow for what the form should not have let through."""
    if not timezone.localdate(at) <= wanted.ends_on <= latest_end(at):
        raise NotNow(_("Choose a last day from today, at most a year ahead."))
    joint = wanted.scope == AccessScope.JOINT
    if joint != (wanted.session_id is not None):
        raise NotNow(_("Choose the conversation you will have together."))
    if wanted.session_id and not Session.objects.filter(case=case, pk=wanted.session_id).exists():
        raise NotNow(_("This conversation is no longer there."))


def _tell(row: Invitation, kind: EntryKind, action: str, *, by: Actor, at: dt.datetime) -> None:
    timeline.add(row.case, kind, by=by, at=at, facts={"invitation": str(row.pk)}, for_client=True)
    audit.record(action, by=by, at=at, case_id=row.case_id, obj=row, part=row.scope)
