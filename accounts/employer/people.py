"""The people whom the employer's provider sends: made, tied to an account, untied, turned away."""

import datetime as dt
import logging

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from accounts import audit
from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.employer.claims import BY
from accounts.enums import Outcome
from accounts.models import User
from accounts.models.users import NO_ADDRESS

log = logging.getLogger("accounts.employer")


class NotYours(Exception):
    """This log-in is tied to somebody else's account, or this account to another log-in."""


@transaction.atomic
def welcome(account: SocialAccount, *, at: dt.datetime) -> User:
    """An account without a role for somebody new, who can come in by the employer only.

    Their address is not taken over: that it stands there proves nothing, and whether it is in use here is nobody's
    business.
    """
    user = User(language=(get_language() or "nl")[:2])
    user.email = f"{user.public_id}@{NO_ADDRESS}"
    user.set_unusable_password()
    user.save()
    account.user = user
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # the same person, in two windows at once
        user.delete()
        return SocialAccount.objects.get(provider=account.provider, uid=account.uid).user
    audit.record("user.made", by=BY, at=at, obj=user, basis="employer log-in")
    return user


@transaction.atomic
def tie(account: SocialAccount, user: User, *, at: dt.datetime) -> None:
    """From now on this log-in at the employer opens this account. Twice is harmless. Raises NotYours."""
    User.objects.select_for_update().get(pk=user.pk)
    known = SocialAccount.objects.filter(provider=account.provider)
    if known.filter(uid=account.uid, user=user).exists():
        return
    if known.filter(uid=account.uid).exists() or known.filter(user=user).exists():
        raise NotYours
    SocialAccount.objects.create(provider=account.provider, uid=account.uid, user=user)
    audit.record("employer.tied", by=actor_for(user, at), at=at, obj=user)


@transaction.atomic
def untie(user: User, *, by: Actor, at: dt.datetime) -> bool:
    """The log-in at the employer opens this account no more. False when it is the only way in, or was not tied."""
    rows = SocialAccount.objects.filter(user=user, provider=settings.OIDC.issuer if settings.OIDC else "")
    if not user.has_usable_password() or not rows.delete()[0]:
        return False
    audit.record("employer.untied", by=by, at=at, obj=user)
    return True


def refuse(why: str, *, at: dt.datetime) -> None:
    """A line in the audit; it names nobody, for nobody was let in."""
    log.warning("employer log-in refused: %s", why)
    audit.record("employer.login", by=ANONYMOUS, at=at, basis=why[:60], outcome=Outcome.DENIED)
