"""Who can see a case and who looked, in words for the client and for colleagues (NEN 7513, UX page F)."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, Func, Max, Q
from django.db.models.functions import TruncDate
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


@dataclass(frozen=True)
class Look:
    """One person on one day: how often, and when last."""

    name: str
    roles: str
    last: dt.datetime
    how_often: int


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


def looks(case: Case, page: int | str = 1) -> "Page[dict[str, Any]]":
    """One page of who of the staff, and of whom the client let in, opened the case on a local day and how often, newest
    first. Two queries."""
    newest = {name: _newest(f"actor_{name}") for name in ("name", "roles")}
    seen = AuditEvent.objects.filter(SHOWN_TO, case_id=case.pk).annotate(day=TruncDate("at")).order_by()
    found: Any = seen.values("day", "actor_id", "action")
    found = found.annotate(last=Max("at"), how_often=Count("pk"), **newest)
    return Paginator(found.order_by("-day", "-last", "actor_id", "action"), PER_PAGE).get_page(page)


def _newest(column: str) -> Func:
    """Of several lines what the last one says."""
    told = ArrayAgg(column, order_by=F("at").desc())
    return Func(told, template="(%(expressions)s)[1]", output_field=CharField())


def by_day(found: "Page[dict[str, Any]]", names: dict[str, str] | None = None) -> list[Day]:
    """The same in words, per day; the roles are always named. ``names`` are those of ``guests``."""
    return [
        Day(day, [_look(row, names or {}) for row in of_day])
        for day, of_day in groupby(found, key=lambda row: row["day"])
    ]


def _look(row: dict[str, Any], names: dict[str, str]) -> Look:
    who = row["name"] or names.get(row["actor_id"]) or _("Someone you invited")
    return Look(who, _in_words(row["roles"], row["action"]), row["last"], row["how_often"])


def _in_words(codes: str, action: str) -> str:
    if not codes:
        return _("invited by the client")
    roles = role_words(codes)
    if action == DIVIDES:
        return _("%(roles)s, saw that you wait for help, not what you told") % {"roles": roles}
    return _("%(roles)s, read the summary") % {"roles": roles} if action == "referral.viewed" else roles


def role_words(codes: str) -> str:
    """Role codes as in the audit, in words."""
    known = [Role(code).label for code in codes.split(",") if code in Role.values]
    return ", ".join(str(label) for label in known)
