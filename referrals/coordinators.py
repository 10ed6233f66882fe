"""Who is asked before a case is handed over a second time. Who is family is handed over once and no more (R8)."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.duty import load_calendar
from accounts.models import Absence, Membership, User
from accounts.notices import Kind, tell_user
from accounts.roles import HAND_OVER_DECIDE, PERMISSIONS, REFERRAL_ANSWER_FOR
from cases import timeline
from cases.cautions import FAMILY
from cases.deadlines import referral_clock
from cases.enums import EntryKind
from cases.models import Case, CaseAccess, Mediation
from cases.moves import NotNow
from referrals.models import Referral
from referrals.moves import desk_people
from referrals.notices import DECISION_ASKED

ANSWERING_FOR = tuple(role for role, permissions in PERMISSIONS.items() if REFERRAL_ANSWER_FOR in permissions)
DECIDING_ROLES = tuple(role for role, permissions in PERMISSIONS.items() if HAND_OVER_DECIDE in permissions)


def must_ask(case: Case, by: Actor) -> bool:
    """Whether the coordinator is asked before this case is handed over once more; not when it is the coordinator who
    does it. Raises NotNow for a client who is family and was handed over before."""
    if not Referral.objects.handed_over().filter(case=case).exists():
        return False
    if case.requester in FAMILY:
        raise NotNow(_("This client is family, and family is handed over once at most. Help them at the desk."))
    return not by.may(HAND_OVER_DECIDE)


def ask(case: Case, referral: Referral, *, by: Actor, at: dt.datetime) -> None:
    """Lay it before the coordinators, with a clock in opening hours."""
    referral.remind_at, referral.due_at = referral_clock(case.urgency, at, load_calendar())
    referral.save(update_fields=["remind_at", "due_at"])
    timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts={"what": "asked"})
    audit.record("referral.decision_asked", by=by, at=at, case_id=case.pk, obj=referral)
    tell(DECISION_ASKED, referral, at=at)


def people(case: Case, at: dt.datetime) -> list[User]:
    """Who decides today: everyone in the role who is there. When all are away, all of them, and who is at the desk."""
    day = timezone.localdate(at)
    rows = Membership.objects.live_on(day).filter(role__in=DECIDING_ROLES, user__is_active=True)
    found = list(User.objects.filter(pk__in=rows.values("user")).order_by("pk"))
    away = set(Absence.objects.touching(day, day).filter(user__in=found).values_list("user_id", flat=True))
    there = [user for user in found if user.pk not in away]
    return there or list({user.pk: user for user in [*found, *desk_people(case, at)]}.values())


def of_team(referral: Referral, at: dt.datetime) -> list[User]:
    """Who coordinates the team that is asked and may answer for its people; not whom the client keeps out."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(team=referral.to_team, role__in=ANSWERING_FOR)
    out = CaseAccess.objects.keeping_out_of(referral.case_id).values("user")
    led = Mediation.objects.filter(case=referral.case_id, ended_at=None).values("leader")
    people = User.objects.filter(pk__in=rows.values("user"), is_active=True).exclude(pk__in=out).exclude(pk__in=led)
    not_them = [pk for pk in (referral.created_by_id, referral.to_user_id) if pk]
    return list(people.exclude(pk__in=not_them).order_by("pk"))


def tell(kind: Kind, referral: Referral, *, at: dt.datetime) -> None:
    """A notice to who decides, with a link to what waits for them."""
    for user in people(referral.case, at):
        path = reverse("hand_over_decide", args=[referral.pk])
        tell_user(kind, user, about=referral.case_id, occasion=str(referral.pk), path=path, at=at)
