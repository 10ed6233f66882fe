"""Who can see a case and who looked, in words for the client and for colleagues (NEN 7513, UX page F)."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Outcome, Role
from accounts.models import AuditEvent
from cases.enums import AccessReason, AccessScope
from cases.models import Case, CaseAccess

PER_PAGE = 50
NEAREST_FIRST = [
    AccessReason.REFERRAL,
    AccessReason.DEPUTY,
    AccessReason.DESK,
    AccessReason.NIGHT,
    AccessReason.COORDINATOR,
]


@dataclass(frozen=True)
class Seer:
    """Someone, or a team, who can see the case, and why."""

    name: str
    because: str
    icon: str
    until: dt.datetime | None = None


@dataclass
class Look:
    """One person on one day: how often, and when first and last."""

    name: str
    roles: str
    times: list[dt.datetime] = field(default_factory=list)

    @property
    def last(self) -> dt.datetime:
        return max(self.times)

    @property
    def how_often(self) -> int:
        return len(self.times)


@dataclass(frozen=True)
class Day:
    day: dt.date
    looks: list[Look]


def seers(case: Case, at: dt.datetime, *, for_client: bool) -> list[Seer]:
    """Everyone with access now except the client, nearest first. Blocked people are named to nobody. One query.

    The reasons are said to the client, or to a colleague.
    """
    rows = CaseAccess.objects.live(at).filter(case=case, reason__in=NEAREST_FIRST).select_related("user", "team")
    found = sorted(rows, key=lambda row: NEAREST_FIRST.index(AccessReason(row.reason)))
    return [
        Seer(
            name=str(row.user.name if row.user else row.team),
            because=to_client(row) if for_client else to_colleague(row),
            icon="person-check" if row.user else "people",
            until=row.ends_at,
        )
        for row in found
    ]


def to_client(row: CaseAccess) -> str:
    """Why, in words the client understands."""
    if row.scope == AccessScope.CONTACT:
        return _("passed your case on; sees only how far it is and how to reach you")
    return {
        AccessReason.DESK: _("handles your request"),
        AccessReason.NIGHT: _("only who is on duty, in the evening, at night and at weekends"),
        AccessReason.REFERRAL: _("helps you"),
        AccessReason.DEPUTY: _("stands in while your worker is away"),
        AccessReason.COORDINATOR: _("coordinates the work"),
    }[AccessReason(row.reason)]


def to_colleague(row: CaseAccess) -> str:
    """Why, for staff."""
    if row.scope == AccessScope.CONTACT:
        return _("sees the status and the contact details, not the file")
    return {
        AccessReason.DESK: _("handles the request"),
        AccessReason.NIGHT: _("whoever is on shift there"),
        AccessReason.REFERRAL: _("accepted the case"),
        AccessReason.DEPUTY: _("stands in while the worker is away"),
        AccessReason.COORDINATOR: _("coordinates the work"),
    }[AccessReason(row.reason)]


def looks(case: Case, page: int | str = 1) -> "Page[AuditEvent]":
    """One page of the moments at which staff opened the case, newest first. Two queries."""
    return Paginator(_seen(case), PER_PAGE).get_page(page)


def latest(case: Case) -> AuditEvent | None:
    """The last time staff opened the case. One query."""
    return _seen(case).first()


def by_day(events: "Page[AuditEvent]") -> list[Day]:
    """Grouped per local day and person; the roles are always named."""
    days = []
    for day, of_day in groupby(events, key=lambda event: timezone.localdate(event.at)):
        people: dict[str, Look] = {}
        for event in of_day:
            look = people.setdefault(event.actor_id, Look(event.actor_name, role_words(event.actor_roles)))
            look.times.append(event.at)
        days.append(Day(day, list(people.values())))
    return days


def role_words(codes: str) -> str:
    """Role codes as in the audit, in words."""
    known = [Role(code).label for code in codes.split(",") if code in Role.values]
    return ", ".join(str(label) for label in known)


def _seen(case: Case) -> "QuerySet[AuditEvent]":
    """What the client did with their own case is no look: staff always have a role."""
    events = AuditEvent.objects.filter(case_id=case.pk, action="case.viewed", outcome=Outcome.DONE, actor_kind="user")
    return events.exclude(actor_roles="").order_by("-at")
