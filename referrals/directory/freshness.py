"""Whether an entry still holds: verified by a person less than so many days ago. Changing one says nothing of that."""

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor, system
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.notices import tell_user
from accounts.roles import DIRECTORY_ALL, DIRECTORY_EDIT, PERMISSIONS
from cases.guarded import with_role
from referrals.directory.models import Service
from referrals.directory.notices import STALE

BY = system("directory")
AGAIN_AFTER = dt.timedelta(days=30)
AT_ONCE = 500
KEEPERS = tuple(role for role, permissions in PERMISSIONS.items() if DIRECTORY_EDIT in permissions)


def oldest(at: dt.datetime) -> dt.date:
    """What was verified before this day is stale."""
    return timezone.localdate(at) - dt.timedelta(days=settings.DIRECTORY_CHECK_DAYS)


def is_stale(service: Service, at: dt.datetime) -> bool:
    return service.verified_on is None or service.verified_on < oldest(at)


@transaction.atomic
def verify(service: Service, *, by: Actor, at: dt.datetime) -> Service:
    """``by`` asked there whether all of it is still so. A second time on one day changes nothing."""
    row = Service.objects.select_for_update().get(pk=service.pk)
    today = timezone.localdate(at)
    if row.verified_on == today and row.verified_by_id == by.user_id:
        return row
    row.verified_on, row.verified_by, row.reminded_at = today, by.user, None
    row.save(update_fields=["verified_on", "verified_by", "reminded_at"])
    audit.record("directory.verified", by=by, at=at, obj=row)
    return row


def to_check(by: Actor, at: dt.datetime) -> "QuerySet[Service]":
    """What is stale and ``by`` keeps, the longest ago first; for coordinators also what nobody keeps any more."""
    rows = Service.objects.stale(oldest(at)).select_related("provider", "owner", "verified_by")
    mine = Q(owner_id__in=[by.user_id or 0, *sorted(by.stands_in_for)])
    if by.may(DIRECTORY_ALL):
        mine |= Q(owner=None) | ~Exists(_keeping(at))
    return rows.filter(mine)


def _keeping(at: dt.datetime) -> "QuerySet[Membership]":
    """That the owner still works here in a role that keeps entries."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(role__in=KEEPERS, user__is_active=True)
    return rows.filter(user=OuterRef("owner"))


@transaction.atomic
def remind_due(at: dt.datetime) -> int:
    """Tell each keeper once about all that became stale, and again every month; returns how many entries that were.
    Whose keeper has left, or that has none, is for the coordinators."""
    again = Q(reminded_at=None) | Q(reminded_at__lte=at - AGAIN_AFTER)
    rows = Service.objects.stale(oldest(at)).filter(again).annotate(kept=Exists(_keeping(at)))
    due = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    if not due:
        return 0
    of: dict[int | None, list[Service]] = defaultdict(list)
    for service in due:
        of[service.owner_id if service.kept else None].append(service)  # type: ignore[attr-defined]
    people = list(User.objects.filter(pk__in=[pk for pk in of if pk]).order_by("pk"))
    if None in of:
        people += [one for one in with_role(Role.COORDINATOR, at, but=frozenset()) if one.pk not in of]
    for user in people:
        occasion = f"{timezone.localdate(at).isoformat()}"
        tell_user(STALE, user, about=None, occasion=occasion, path=reverse("directory_check"), at=at)
    Service.objects.filter(pk__in=[service.pk for service in due]).update(reminded_at=at)
    return len(due)
