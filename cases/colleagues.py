"""Which colleagues can open the file of a case now: who can be given a task in it, or named in a note.

The same answer as ``permissions_on`` gives for each of them, asked for all at once (tests/cases/test_colleagues.py).
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.enums import TeamKind
from accounts.models import Membership, Shift, User
from accounts.roles import CASE_WORK, PERMISSIONS
from cases.enums import KEEPS_OUT, AccessScope
from cases.models import Case, CaseAccess

WORKING_ROLES = [role for role, permissions in PERMISSIONS.items() if CASE_WORK in permissions]


def of_case(case: Case, at: dt.datetime) -> list[User]:
    """Everyone who may work in this case at ``at``, by name. Of the after-hours team: who is on shift. One query."""
    full = CaseAccess.objects.live(at).filter(case=case, scope=AccessScope.FULL).exclude(reason__in=KEEPS_OUT)
    let_in = Q(user__in=full.values("user")) | Q(team__in=full.values("team"))
    at_work = Membership.objects.live_on(timezone.localdate(at)).filter(role__in=WORKING_ROLES).exclude(_off_shift(at))
    able = at_work.filter(let_in)
    kept_out = CaseAccess.objects.keeping_out_of(case.pk)
    people = User.objects.filter(pk__in=able.values("user"), is_active=True)
    return list(people.exclude(pk__in=kept_out.values("user")).order_by("name", "pk"))


def _off_shift(at: dt.datetime) -> Q:
    shifts = Shift.objects.filter(user=OuterRef("user"), team=OuterRef("team"), starts_at__lte=at, ends_at__gt=at)
    return Q(team__kind=TeamKind.AFTER_HOURS) & ~Q(Exists(shifts))
