"""Joining a team by a link in a mail: sent by the outbox, used once, worth nothing after a week.

The token in the link is derived by HMAC from the invitation and its round, at the moment the mail is made; kept is
only a keyed hash of it. A link that was sent again makes the one before it worthless.
"""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actions import Clash
from accounts.actors import Actor, actor_for
from accounts.enums import Audience
from accounts.models import Membership, Notice, StaffInvitation, Team, User
from accounts.models.people import InvitationQuerySet
from accounts.notices import Address, Kind, mail_stranger, register
from accounts.people import must_handle, roles_for, teams_of
from accounts.permissions import Refused

NOBODY = UUID(int=0)
LASTS = dt.timedelta(days=7)


class Gone(Exception):
    """The link was right and is worth nothing any more. ``why`` is expired, used, withdrawn or closed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def address_of(notice: Notice) -> Address:
    """The invited address, as long as this very link still works."""
    found = StaffInvitation.objects.open().filter(pk=notice.subject_id or NOBODY).first()
    if found is None:
        return Address(skip="invitation is gone")
    if found.round != notice.params.get("round"):
        return Address(skip="a newer one follows")
    return Address(email=found.email)


def path_of(notice: Notice) -> str:
    """The link, made only when the mail is."""
    return reverse("invitation", args=[token_of(StaffInvitation.objects.get(pk=notice.subject_id or NOBODY))])


INVITED = register(
    Kind(
        code="staff.invited",
        title=gettext_lazy("An account is waiting for you"),
        text=gettext_lazy("Open the link and choose a password. The link works once, and for 7 days."),
        address=address_of,
        path=path_of,
        audience=Audience.OUTSIDE,
    )
)


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    language: str,
    team: Team,
    role: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
    by: Actor,
    at: dt.datetime,
) -> StaffInvitation:
    """Send someone a link. Whether the address has an account already is kept, and said to nobody.

    Raises NotYours for a role or team that ``by`` may not give, Clash when the same invitation is open.
    """
    must_handle(by, None, team=team, role=role)
    email = email.strip().lower()
    found = StaffInvitation(
        email=email, name=name.strip(), language=language, team=team, role=role, starts_on=starts_on, ends_on=ends_on,
        user=User.objects.filter(email=email).first(), invited_by=by.user, sent_at=at, expires_at=at + LASTS,
    )  # fmt: skip
    found.token_hash = next(_hashes(token_of(found)))
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError as error:
        raise Clash(_("This person has an open invitation for this role. Send that one again.")) from error
    audit.record("invitation.sent", by=by, at=at, obj=found, part=role)
    _send(found, at)
    return found


@transaction.atomic
def resend(invitation: StaffInvitation, *, by: Actor, at: dt.datetime) -> StaffInvitation:
    """A new link for seven days; the one before stops working. Raises Gone, and NotYours as ``invite``."""
    row = _open(invitation)
    must_handle(by, None, team=row.team, role=row.role)
    row.round += 1
    row.token_hash, row.sent_at, row.expires_at = next(_hashes(token_of(row))), at, at + LASTS
    row.save(update_fields=["round", "token_hash", "sent_at", "expires_at"])
    audit.record("invitation.resent", by=by, at=at, obj=row, part=f"round {row.round}")
    _send(row, at)
    return row


@transaction.atomic
def withdraw(invitation: StaffInvitation, *, by: Actor, at: dt.datetime) -> StaffInvitation:
    """The link stops working at once. Twice is once; raises Gone when it was used meanwhile."""
    row = StaffInvitation.objects.select_for_update(of=("self",)).select_related("team").get(pk=invitation.pk)
    if row.withdrawn_at is not None:
        return row
    if row.accepted_at is not None:
        raise Gone("used")
    must_handle(by, None, team=row.team, role=row.role)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit.record("invitation.withdrawn", by=by, at=at, obj=row)
    return row


def find(token: str) -> StaffInvitation | None:
    """The invitation with exactly this token, whatever became of it."""
    return StaffInvitation.objects.select_related("team", "user").filter(token_hash__in=list(_hashes(token))).first()


def must_work(invitation: StaffInvitation, at: dt.datetime) -> None:
    """Raises Gone when the link is worth nothing any more."""
    if invitation.accepted_at is not None:
        raise Gone("used")
    if invitation.withdrawn_at is not None:
        raise Gone("withdrawn")
    if invitation.expires_at <= at:
        raise Gone("expired")
    owner = owner_of(invitation)
    if owner is not None and not owner.is_active:
        raise Gone("closed")


def owner_of(invitation: StaffInvitation) -> User | None:
    """Who has an account and must log in to accept: who had this address then, or who has it now."""
    return invitation.user or User.objects.filter(email=invitation.email).first()


@transaction.atomic
def accept_new(
    invitation: StaffInvitation, *, name: str, language: str, password: str, by: Actor, at: dt.datetime
) -> User:
    """Make the account and the membership. Raises Gone, Clash when the address got an account meanwhile, and
    ValidationError for a weak password."""
    row = _open(invitation)
    must_work(row, at)
    user = User(email=row.email, name=name.strip(), language=language)
    validate_password(password, user)
    if owner_of(row) is not None:
        raise Clash(_("This address has an account. Log in first, then open the link again."))
    try:
        with transaction.atomic():
            user = User.objects.create_user(row.email, password, name=name.strip(), language=language)
    except IntegrityError as error:
        raise Clash(_("This address has an account. Log in first, then open the link again.")) from error
    _join(row, user, by=by, at=at)
    return user


@transaction.atomic
def accept_as(invitation: StaffInvitation, user: User, *, name: str, by: Actor, at: dt.datetime) -> User:
    """Add the membership to the account that the invitation belongs to. Raises Gone; ValueError for another account."""
    row = _open(invitation)
    must_work(row, at)
    owner = owner_of(row)
    if owner is None or owner.pk != user.pk:
        raise ValueError("an invitation for somebody else")
    if not user.name and name.strip():
        user.name = name.strip()
        user.save(update_fields=["name"])
    _join(row, user, by=by, at=at)
    return user


def token_of(invitation: StaffInvitation) -> str:
    """What stands in the link: 43 characters, from the key under which the hash was made."""
    tokens = [_token(key, invitation) for key in settings.INTAKE_KEY.values()]
    fitting = (token for token in tokens if invitation.token_hash in set(_hashes(token)))
    return next(fitting, tokens[0])


def invitation_for(by: Actor, pk: UUID) -> StaffInvitation:
    """The one door to an open invitation. Raises Refused for one that ``by`` does not handle."""
    found = handled_by(by).filter(pk=pk).first()
    if found is None:
        raise Refused("invitation.change", basis="not handled or not open")
    return found


def handled_by(by: Actor) -> InvitationQuerySet:
    """Open invitations for the teams that ``by`` handles and the roles they may give, the last sent first."""
    rows = StaffInvitation.objects.open().filter(team__in=teams_of(by), role__in=[code for code, _n in roles_for(by)])
    return rows.newest_first()


def _open(invitation: StaffInvitation) -> StaffInvitation:
    """Locked, and neither used nor withdrawn."""
    row = StaffInvitation.objects.select_for_update(of=("self",)).select_related("team", "user").get(pk=invitation.pk)
    if row.accepted_at is not None:
        raise Gone("used")
    if row.withdrawn_at is not None:
        raise Gone("withdrawn")
    return row


def _join(row: StaffInvitation, user: User, *, by: Actor, at: dt.datetime) -> None:
    Membership.objects.get_or_create(
        user=user, team=row.team, role=row.role, starts_on=row.starts_on, defaults={"ends_on": row.ends_on}
    )
    row.accepted_at, row.accepted_by = at, user
    row.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("invitation.accepted", by=actor_for(user, at) if by.user is None else by, at=at, obj=row)


def _send(row: StaffInvitation, at: dt.datetime) -> None:
    mail_stranger(
        INVITED, about=row.pk, occasion=f"round{row.round}", language=row.language, at=at, params={"round": row.round}
    )


def _token(key: bytes, invitation: StaffInvitation) -> str:
    made = _derived(key, "invitation", f"{invitation.pk}|{invitation.round}".encode())
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hashes(token: str) -> Iterator[str]:
    for key in settings.INTAKE_KEY.values():
        yield _derived(key, "invitation hash", token.encode()).hex()


def _derived(key: bytes, use: str, value: bytes) -> bytes:
    """The key is also used for other things: a key of its own for each use."""
    return hmac.new(hmac.new(key, use.encode(), hashlib.sha256).digest(), value, hashlib.sha256).digest()
