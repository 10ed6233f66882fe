"""Colleagues whom a worker can ask to take a case over, or for advice: those who may answer and are not kept out."""

import datetime as dt

from django.db.models import OuterRef
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership
from cases.models import Case, CaseAccess, Mediation
from referrals.matching import Candidate, candidates, chosen
from referrals.models.hand_over import not_again
from referrals.permissions import ANSWERING_ROLES

NEAREST = 6


def nearest(case: Case, at: dt.datetime, *, by: Actor) -> list[Candidate]:
    """The workers and teams that fit this case best, as ``by`` may know; not who has it."""
    found = [one for one in candidates(case, at, by=by) if one.user is None or one.user.pk != case.owner_id]
    return found[:NEAREST]


def everyone(case: Case, at: dt.datetime) -> list[Candidate]:
    """Every worker who could be asked about this case, by name; not who does not come again for it. One query."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(role__in=ANSWERING_ROLES, user__is_active=True)
    out = CaseAccess.objects.keeping_out_of(case.pk).values("user")
    leads = Mediation.objects.filter(case=case, ended_at=None).values("leader")
    rows = (
        rows.exclude(user__in=out)
        .exclude(user__in=leads)
        .exclude(user=case.owner_id)
        .exclude(not_again(case.pk, OuterRef("user")))
    )
    return [chosen(row.team, row.user) for row in rows.select_related("user", "team").order_by("user__name", "pk")]
