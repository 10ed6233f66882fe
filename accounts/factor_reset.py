"""Someone lost their second factor: two administrators agree, and the person has a day to say no.

The waiting time is what makes it safe: whoever talks two administrators into it still has to get past the owner of the
account, who hears of it at once and can stop it with a password alone. It counts while both are administrators: when
one is that no longer it stops, and whoever still needs it asks anew.
"""

import datetime as dt
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, factors
from accounts.actors import Actor, system
from accounts.enums import Role
from accounts.models import FactorReset, Membership, UsedCode, User
from accounts.notices import Kind, register, tell_user
from accounts.sessions import opened

OWN_PAGE = "/account/beveiliging/terugzetten/"
WATCH = register(
    Kind(
        code="factor_reset.watch",
        title=gettext_lazy("Somebody wants to reset your second factor"),
        text=gettext_lazy("Did you ask for that yourself? Then you need do nothing. If not, log in and stop it."),
        priority=1,
    )
)
AGREE = register(
    Kind(
        code="factor_reset.agree",
        title=gettext_lazy("A reset of a second factor waits for your answer"),
        text=gettext_lazy("A colleague lost their second factor. Find out if it is really them before you agree."),
    )
)
DONE = register(
    Kind(
        code="factor_reset.done",
        title=gettext_lazy("Your second factor was reset"),
        text=gettext_lazy("You were logged out everywhere. Log in and add a new passkey or app."),
    )
)
STOPPED = register(
    Kind(
        code="factor_reset.stopped",
        title=gettext_lazy("A reset of a second factor was stopped"),
        text=gettext_lazy(
            "Someone who asked for it or agreed is no longer an administrator. Nothing was changed. "
            "Is it still needed? Then it has to be asked for again."
        ),
        priority=2,
    )
)


class NotPossible(Exception):
    """It cannot be done now; the message says why, to the person who asked."""


@transaction.atomic
def ask(user: User, *, reason: str, by: Actor, at: dt.datetime) -> FactorReset:
    """Ask for a reset. The person and the other administrators hear of it at once."""
    if by.user is None or by.user_id == user.pk:
        raise NotPossible(_("You cannot ask this for yourself. Ask another administrator."))
    if not factors.has_factor(user):
        raise NotPossible(_("This account has no second factor to reset."))
    try:
        with transaction.atomic():
            made = FactorReset.objects.create(user=user, reason=reason, asked_by=by.user, asked_at=at)
    except IntegrityError as error:
        raise NotPossible(_("A reset was asked for already, and it is still open.")) from error
    audit.record("factor_reset.asked", by=by, at=at, obj=made, part=f"user {user.pk}")
    tell_user(WATCH, user, about=made.pk, occasion="asked", path=OWN_PAGE, at=at)
    for other in _administrators(at).exclude(pk__in=[user.pk, by.user_id]):
        tell_user(AGREE, other, about=made.pk, occasion="asked", path=f"/organisatie/terugzetten/{made.pk}/", at=at)
    return made


@transaction.atomic
def agree(reset: FactorReset, *, by: Actor, at: dt.datetime) -> FactorReset:
    """The second administrator agrees: from now on the waiting time runs, and the person hears it again."""
    found = _locked(reset)
    if found.agreed_by_id is not None:
        raise NotPossible(_("Somebody agreed already."))
    if by.user is None or by.user_id in {found.asked_by_id, found.user_id}:
        raise NotPossible(_("Another administrator has to agree."))
    if not _administrators(at).filter(pk=found.asked_by_id).exists():
        raise NotPossible(_("The colleague who asked is no longer an administrator. It has to be asked for again."))
    found.agreed_by, found.agreed_at, found.due_at = by.user, at, at + settings.FACTOR_RESET_WAIT
    found.save(update_fields=["agreed_by", "agreed_at", "due_at"])
    audit.record("factor_reset.agreed", by=by, at=at, obj=found, part=f"user {found.user_id}")
    tell_user(WATCH, found.user, about=found.pk, occasion="agreed", path=OWN_PAGE, at=at)
    return found


@transaction.atomic
def stop(reset: FactorReset, *, by: Actor, at: dt.datetime) -> FactorReset:
    """The person says no, or an administrator takes it back. Nothing was changed."""
    found = _locked(reset)
    assert by.user is not None  # noqa: S101 - the pages are for who logged in
    found.stopped_by, found.stopped_at = by.user, at
    found.save(update_fields=["stopped_by", "stopped_at"])
    audit.record("factor_reset.stopped", by=by, at=at, obj=found, part=f"user {found.user_id}")
    return found


def carry_out_due(at: dt.datetime) -> int:
    """Stop what has lost one of its administrators and do what waited long enough; by the sweep. Returns how many were
    done. May run late, twice, or side by side."""
    ruling = _administrators(at)
    lost = ~Q(asked_by__in=ruling) | Q(agreed_by__isnull=False) & ~Q(agreed_by__in=ruling)
    _each(FactorReset.objects.open().filter(lost), _stop_lost, at)
    return _each(FactorReset.objects.due(at).filter(asked_by__in=ruling, agreed_by__in=ruling), _carry_out, at)


def _each(
    rows: "models.QuerySet[FactorReset]", act: Callable[[FactorReset, dt.datetime], None], at: dt.datetime
) -> int:
    """Each in a transaction of its own, if it is still one of these; what is in other hands is left to them."""
    done = 0
    for pk in rows.values_list("pk", flat=True):
        with transaction.atomic():
            found = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if found is not None:
                act(found, at)
                done += 1
    return done


def _stop_lost(reset: FactorReset, at: dt.datetime) -> None:
    """The person hears it, who asked or agreed and still may, or all administrators when neither does."""
    reset.stopped_at = at
    reset.save(update_fields=["stopped_at"])
    audit.record("factor_reset.stopped", by=system("factor reset"), at=at, obj=reset, part=f"user {reset.user_id}")
    tell_user(STOPPED, reset.user, about=reset.pk, occasion="lost", path=OWN_PAGE, at=at)
    ruling = _administrators(at).exclude(pk=reset.user_id)
    involved = ruling.filter(pk__in=[reset.asked_by_id, reset.agreed_by_id or 0])
    for other in involved or ruling:
        tell_user(STOPPED, other, about=reset.pk, occasion="lost", path=f"/organisatie/terugzetten/{reset.pk}/", at=at)


def _carry_out(reset: FactorReset, at: dt.datetime) -> None:
    Authenticator.objects.filter(user=reset.user_id).delete()
    UsedCode.objects.filter(user=reset.user_id).delete()
    opened.end_all(reset.user)
    reset.done_at = at
    reset.save(update_fields=["done_at"])
    audit.record("factor_reset.done", by=system("factor reset"), at=at, obj=reset, part=f"user {reset.user_id}")
    tell_user(DONE, reset.user, about=reset.pk, occasion="done", path="/account/beveiliging/", at=at)


def _locked(reset: FactorReset) -> FactorReset:
    """The reset as it is now, held until the end of the transaction; NotPossible when it is over."""
    found = FactorReset.objects.select_for_update(of=("self",)).select_related("user").get(pk=reset.pk)
    if not found.is_open:
        raise NotPossible(_("This reset is over."))
    return found


def _administrators(at: dt.datetime) -> "models.QuerySet[User]":
    live = Membership.objects.filter(role=Role.ADMINISTRATOR).live_on(timezone.localdate(at))
    return User.objects.filter(is_active=True, pk__in=live.values("user"))
