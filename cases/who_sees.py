"""Who can see a case and who looked, in words for the client and for colleagues (NEN 7513, UX page F)."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Outcome, Role
from accounts.models import AuditEvent
from cases import invited
from cases.enums import WITH_WORKER, AccessReason, AccessScope
from cases.models import Case, CaseAccess, Invitation

PER_PAGE = 50
NEAREST_FIRST = [
    AccessReason.REFERRAL,
    AccessReason.DEPUTY,
    AccessReason.CONSULTATION,
    AccessReason.DESK,
    AccessReason.NIGHT,
    AccessReason.COORDINATOR,
    AccessReason.AFTER_CARE,
    AccessReason.FAMILY,
]
DIVIDES = "referral.divided"
LOOKS = ("case.viewed", "referral.viewed", DIVIDES)
SHOWN_TO = Q(action__in=LOOKS, outcome=Outcome.DONE, actor_kind="user") & (
    ~Q(actor_roles="") | Q(action="case.viewed", part=invited.PART)
)
"""What counts as a look. What the client did with their own case is none: staff always have a role."""


@dataclass(frozen=True)
class Seer:
    """Someone, or a team, who can see the case, and why."""

    name: str
    because: str
    icon: str
    until: dt.datetime | None = None
    reads_messages: bool = False  # someone the client let in


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


def seers(case: Case, at: dt.datetime, *, for_client: bool, names: dict[str, str] | None = None) -> list[Seer]:
    """Everyone with access now except the client, nearest first. Blocked people are named to nobody. One query, and
    one more when the client let someone in and ``names`` (those of ``guests``) are not given.

    The reasons are said to the client, or to a colleague.
    """
    rows = CaseAccess.objects.live(at).filter(case=case, reason__in=NEAREST_FIRST).select_related("user", "team")
    kept_out = CaseAccess.objects.keeping_out_of(case.pk).values("user")
    rows = rows.exclude(~Q(reason=AccessReason.FAMILY), user__in=kept_out)
    found = sorted(rows, key=lambda row: NEAREST_FIRST.index(AccessReason(row.reason)))
    bridging = _not_met_yet(case, for_client=for_client)
    if bridging:  # named once
        found = [row for row in found if row.scope != AccessScope.CONTACT or row.user_id != case.primary_contact_id]
    if names is None:
        names = guests(case) if any(row.reason == AccessReason.FAMILY for row in found) else {}
    return bridging + [
        Seer(
            name=names.get(str(row.user_id), "") or str(row.user.name if row.user else row.team),
            because=to_client(row) if for_client else to_colleague(row),
            icon="person-check" if row.user else "people",
            until=row.ends_at,
            reads_messages=row.scope == AccessScope.MESSAGES,
        )
        for row in found
    ]


def _not_met_yet(case: Case, *, for_client: bool) -> list[Seer]:
    """Who is the client's contact person until they met their worker. One query then, and else none."""
    if not for_client or case.state not in WITH_WORKER or case.primary_contact_id in {None, case.owner_id}:
        return []
    why = _("your contact person until you have met your worker; sees how far it is and how to reach you")
    return [Seer(case.primary_contact.name if case.primary_contact else "", why, "person-check")]


def guests(case: Case) -> dict[str, str]:
    """What the client calls the people they let in, by account id. One query."""
    rows = Invitation.objects.filter(case=case, accepted_by__isnull=False).only("id", "name", "accepted_by", "case")
    found = {}
    for row in rows:
        row.case = case
        found[str(row.accepted_by_id)] = str(row.name)
    return found


def to_client(row: CaseAccess) -> str:
    """Why, in words the client understands."""
    if row.reason == AccessReason.FAMILY:
        return _("let in by you: %(what)s") % {"what": str(AccessScope(row.scope).label).lower()}
    if row.reason == AccessReason.AFTER_CARE:
        return _("calls you once to ask how you are; sees only how to reach you")
    if row.scope == AccessScope.CONTACT:
        return _("passed your case on; sees only how far it is and how to reach you")
    return {
        AccessReason.DESK: _("handles your request"),
        AccessReason.NIGHT: _("only who is on duty, in the evening, at night and at weekends"),
        AccessReason.REFERRAL: _("helps you"),
        AccessReason.DEPUTY: _("stands in while your worker is away"),
        AccessReason.CONSULTATION: _("gives your worker advice; reads only what you approved"),
        AccessReason.COORDINATOR: _("coordinates the work"),
    }[AccessReason(row.reason)]


def to_colleague(row: CaseAccess) -> str:
    """Why, for staff."""
    if row.reason == AccessReason.FAMILY:
        return _("let in by the client: %(what)s") % {"what": str(AccessScope(row.scope).label).lower()}
    if row.reason == AccessReason.AFTER_CARE:
        return _("calls once, after the help has ended; sees the contact details, not the file")
    if row.scope == AccessScope.CONTACT:
        return _("sees the status and the contact details, not the file")
    return {
        AccessReason.DESK: _("handles the request"),
        AccessReason.NIGHT: _("whoever is on shift there"),
        AccessReason.REFERRAL: _("accepted the case"),
        AccessReason.DEPUTY: _("stands in while the worker is away"),
        AccessReason.CONSULTATION: _("gives advice; reads only what the client approved"),
        AccessReason.COORDINATOR: _("coordinates the work"),
    }[AccessReason(row.reason)]


def looks(case: Case, page: int | str = 1) -> "Page[AuditEvent]":
    """One page of the moments at which staff opened the case, newest first. Two queries."""
    return Paginator(_seen(case), PER_PAGE).get_page(page)


def by_day(events: "Page[AuditEvent]", names: dict[str, str] | None = None) -> list[Day]:
    """Grouped per local day and person; the roles are always named. ``names`` are those of ``guests``."""
    days = []
    for day, of_day in groupby(events, key=lambda event: timezone.localdate(event.at)):
        people: dict[tuple[str, str], Look] = {}
        for event in of_day:
            who = event.actor_name or (names or {}).get(event.actor_id) or _("Someone you invited")
            look = people.setdefault((event.actor_id, event.action), Look(who, _in_words(event)))
            look.times.append(event.at)
        days.append(Day(day, list(people.values())))
    return days


def _in_words(event: AuditEvent) -> str:
    if not event.actor_roles:
        return _("invited by the client")
    roles = role_words(event.actor_roles)
    if event.action == DIVIDES:
        return _("%(roles)s, saw that you wait for help, not what you told") % {"roles": roles}
    return _("%(roles)s, read the summary") % {"roles": roles} if event.action == "referral.viewed" else roles


def role_words(codes: str) -> str:
    """Role codes as in the audit, in words."""
    known = [Role(code).label for code in codes.split(",") if code in Role.values]
    return ", ".join(str(label) for label in known)


def _seen(case: Case) -> "QuerySet[AuditEvent]":
    return AuditEvent.objects.filter(SHOWN_TO, case_id=case.pk).order_by("-at")
