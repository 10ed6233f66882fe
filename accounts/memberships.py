"""Giving and taking roles. Every verb is one transaction with a line in the audit; what was, stays readable."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actions import Clash
from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Membership, Team, User
from accounts.people import is_last_administrator, lock_administrators, must_handle

DAY = dt.timedelta(days=1)


@transaction.atomic
def add(
    user: User, *, team: Team, role: str, starts_on: dt.date, ends_on: dt.date | None, by: Actor, at: dt.datetime
) -> Membership:
    """Give someone a role in a team for these days. Raises NotYours, or Clash when they have it already then."""
    must_handle(by, user, team=team, role=role)
    return _add(user, team=team, role=role, starts_on=starts_on, ends_on=ends_on, by=by, at=at)


@transaction.atomic
def change(
    row: Membership, *, team: Team, role: str, starts_on: dt.date, ends_on: dt.date | None, by: Actor, at: dt.datetime
) -> Membership:
    """Another role or team from ``starts_on`` on; the old one ends the day before. Raises as ``add``."""
    must_handle(by, row.user, team=team, role=role)
    last_day = starts_on - DAY
    end(row, last_day=min(last_day, row.ends_on) if row.ends_on else last_day, by=by, at=at)
    return _add(row.user, team=team, role=role, starts_on=starts_on, ends_on=ends_on, by=by, at=at)


@transaction.atomic
def end(row: Membership, *, last_day: dt.date, by: Actor, at: dt.datetime) -> Membership:
    """Let it count until and including ``last_day``; one that had not begun by then never counted, and goes. Raises as
    ``add``, and Clash where it would change days that have been."""
    if row.role == Role.ADMINISTRATOR:
        lock_administrators()
    row = Membership.objects.select_for_update().select_related("user", "team").get(pk=row.pk)
    must_handle(by, row.user, team=row.team, role=row.role)
    _not_the_past(row, last_day, timezone.localdate(at))
    if row.role == Role.ADMINISTRATOR and is_last_administrator(row.user, last_day + DAY):
        raise Clash(_("This is the last administrator. Appoint another one first."))
    audit.record("membership.ended", by=by, at=at, obj=row, part=f"{row.role} until {last_day}"[:60])
    if last_day < row.starts_on:
        row.delete()
        return row
    row.ends_on = last_day
    row.save(update_fields=["ends_on"])
    return row


def _not_the_past(row: Membership, last_day: dt.date, today: dt.date) -> None:
    if row.ends_on is not None and row.ends_on < today:
        raise Clash(_("This role has ended already."))
    if row.starts_on < today and last_day < today - DAY:
        raise Clash(_("This role counted until today. Choose a later day."))


def _add(
    user: User, *, team: Team, role: str, starts_on: dt.date, ends_on: dt.date | None, by: Actor, at: dt.datetime
) -> Membership:
    same = Membership.objects.filter(user=user, team=team, role=role)
    if ends_on:
        same = same.filter(starts_on__lte=ends_on)
    if same.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).exists():
        raise Clash(_("This person has this role in this team already on one of these days."))
    try:
        with transaction.atomic():
            row = Membership.objects.create(user=user, team=team, role=role, starts_on=starts_on, ends_on=ends_on)
    except IntegrityError as error:
        raise Clash(_("Someone changed this at the same moment. Look at the list and try again.")) from error
    audit.record("membership.added", by=by, at=at, obj=row, part=role)
    return row
