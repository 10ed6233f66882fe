"""Registrations of colleagues: looked up in the register by somebody else, with the day, and again every year (R19)."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actions import Clash
from accounts.actors import Actor
from accounts.models import Registration, User
from accounts.people import NotYours


@transaction.atomic
def keep(
    user: User,
    *,
    register: str,
    number: str,
    as_coach: bool,
    checked_on: dt.date,
    expires_on: dt.date | None,
    by: Actor,
    at: dt.datetime,
    row: Registration | None = None,
) -> Registration:
    """Write down what ``by`` found in a register, or that ``row`` was looked up again. Raises NotYours for one's own,
    Clash when this person has the same line already."""
    _not_own(user, by)
    new = row or Registration(user=user)
    new.register, new.number, new.as_coach = register, number, as_coach
    new.checked_on, new.expires_on = checked_on, expires_on
    if by.user is not None:
        new.checked_by = by.user
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError as error:
        raise Clash(_("This registration is on the list already.")) from error
    audit.record("registration.checked", by=by, at=at, obj=new, part=f"{register} {number}"[:60])
    return new


@transaction.atomic
def remove(row: Registration, *, by: Actor, at: dt.datetime) -> None:
    """It no longer holds, or was a mistake. The audit keeps what it was."""
    _not_own(row.user, by)
    audit.record("registration.removed", by=by, at=at, obj=row, part=str(row)[:60])
    row.delete()


def _not_own(user: User, by: Actor) -> None:
    if user.pk == by.user_id:
        raise NotYours(_("You cannot check your own registration. Ask a colleague who may."))


def of(user: User) -> list[Registration]:
    """All of somebody, by register. One query."""
    return list(Registration.objects.filter(user=user).select_related("checked_by").order_by("register", "number"))


def is_sound(row: Registration, day: dt.date) -> bool:
    """Whether it was looked up less than a year ago and is not over."""
    oldest = day - dt.timedelta(days=settings.REGISTRATION_CHECK_DAYS)
    return row.checked_on > oldest and (row.expires_on is None or row.expires_on >= day)


def as_coach(user: User, day: dt.date) -> Registration | None:
    """The registration with which somebody may coach on this day; the one that was checked last."""
    oldest = day - dt.timedelta(days=settings.REGISTRATION_CHECK_DAYS)
    rows = Registration.objects.filter(Q(expires_on=None) | Q(expires_on__gte=day), user=user, as_coach=True)
    return rows.filter(checked_on__gt=oldest).order_by("-checked_on").first()
