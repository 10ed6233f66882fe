"""Who may see what is guarded, and the one door to each of it (ADR 23).

What ``case_for`` is to a case, ``opened`` is to these: the same rows make the lists and let somebody in; for everyone
else a thing does not exist. What lets into a case does not let into its reporting code or its complaints.
"""

import datetime as dt
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.permissions import Refused
from accounts.roles import CASE_WORK, COMPLAINT_HANDLE, GUARDED_KEEP, permissions_of
from cases.enums import KEEPS_OUT, AccessScope
from cases.models import Case, CaseAccess, Complaint, ConfidentialityBreach, Incident, Merge, ReportingCodeCase
from cases.models.breaches import BreachQuerySet

Row = TypeVar("Row", bound=Model)


def reads_file(by: Actor, at: dt.datetime) -> "QuerySet[Any]":
    """Ids of the cases whose whole file this actor works in now, by the role that counts where the row lets them in."""
    teams = [team for team, roles in by.teams.items() if CASE_WORK in permissions_of(set(roles))]
    rows = CaseAccess.objects.live(at).filter(scope=AccessScope.FULL).exclude(reason__in=KEEPS_OUT)
    named = Q(user_id=by.user_id) if by.may(CASE_WORK) and by.user_id else Q(pk=None)
    return rows.filter(named | Q(team_id__in=teams)).values("case")


def seen_by(by: Actor, at: dt.datetime) -> Q:
    """A condition on what stands beside a case: who works in its file sees it, and every coordinator; nobody who is
    kept out of that case."""
    seen = Q() if by.may(GUARDED_KEEP) else Q(case__in=reads_file(by, at))
    return seen & ~Q(case__in=CaseAccess.objects.blocking(by).values("case"))


def breaches(by: Actor, at: dt.datetime) -> BreachQuerySet:
    """Newest first."""
    return ConfidentialityBreach.objects.filter(seen_by(by, at)).order_by("-made_at", "pk")


def incidents(by: Actor, at: dt.datetime) -> "QuerySet[Incident]":
    return Incident.objects.filter(seen_by(by, at)).order_by("-opened_at", "pk")


def codes(by: Actor, at: dt.datetime) -> "QuerySet[ReportingCodeCase]":
    """Those of which this actor is in the small circle. A coordinator knows of each, and may add people to it."""
    circle = Q() if by.may(GUARDED_KEEP) else Q(pk__in=in_circle(by))
    kept_out = CaseAccess.objects.blocking(by).values("case")
    return ReportingCodeCase.objects.filter(circle).exclude(case__in=kept_out).order_by("-started_at", "pk")


def in_circle(by: Actor) -> "QuerySet[Any]":
    """Ids of the reporting codes whose words this actor may read, by name."""
    mine = Q(members__user_id=by.user_id or 0, members__ended_at=None)
    return ReportingCodeCase.objects.filter(mine).values("pk")


def complaints(by: Actor) -> "QuerySet[Complaint]":
    """Those that this actor is named for, unless something has come between since: then at once no longer."""
    if not by.may(COMPLAINT_HANDLE):
        return Complaint.objects.none()
    one_of = {by.user_id or 0, *by.stands_in_for}
    barred = (
        Q(about__in=one_of)
        | Q(pk__in=Complaint.not_by.through.objects.filter(user__in=one_of).values("complaint"))
        | Q(case__owner__in=one_of)
        | Q(case__primary_contact__in=one_of)
        | Q(case__mediations__leader__in=one_of)
        | Q(case__in=Merge.objects.filter(undone_at=None, into__owner__in=one_of).values("case"))
        | Q(case__in=Merge.objects.filter(undone_at=None, case__owner__in=one_of).values("into"))
        | Q(case__in=CaseAccess.objects.blocking(by).values("case"))
    )
    named = Complaint.objects.filter(handlers__user_id=by.user_id or 0)
    return named.exclude(pk__in=Complaint.objects.filter(barred).values("pk")).order_by("answer_by", "pk")


def opened(rows: "QuerySet[Row]", pk: UUID, *, by: Actor, at: dt.datetime) -> Row:
    """The one with this number among ``rows``, with its case; the look is in the audit. Raises Refused: 404.

    The line names the thing and not the case, so that no look at the lines of a case shows that it is there.
    """
    related = ("case__data_key", "case__owner", "case__person__data_key", "case__person__contact")
    name = rows.model._meta.model_name
    row = rows.select_related(*related).filter(pk=pk).first()
    if row is None:
        raise Refused(f"{name}.open", basis="not visible or not existing")
    audit.record(f"{name}.viewed", by=by, at=at, obj=row)
    return row


def coordinators(at: dt.datetime, *, case: Case, but: AbstractSet[int] = frozenset()) -> list[User]:
    """Who coordinates today and may know of this case. Two queries."""
    return with_role(Role.COORDINATOR, at, but={*but, *kept_out(case)})


def with_role(role: Role, at: dt.datetime, *, but: AbstractSet[int]) -> list[User]:
    """Everyone with an account who has this role today, but for these."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(role=role).exclude(user__in=but)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("name", "pk"))


def kept_out(case: Case) -> set[int]:
    """User ids of who may never see this case at work."""
    return {user_id for user_id in CaseAccess.objects.keeping_out_of(case).values_list("user_id", flat=True) if user_id}
