"""Who is asked before a case is handed over a second time. Who is family is handed over once and no more (R8)."""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, actor_for
from accounts.duty import load_calendar
from accounts.models import Absence, Membership, User
from accounts.notices import Kind, tell_user
from accounts.roles import HAND_OVER_DECIDE, PERMISSIONS, REFERRAL_ANSWER_FOR
from cases import merged, timeline
from cases.cautions import FAMILY
from cases.deadlines import referral_clock
from cases.enums import EntryKind
from cases.models import Case, CaseAccess
from cases.moves import NeedsReason, NotNow
from referrals.models import Referral
from referrals.moves import desk_people
from referrals.notices import DECISION_ASKED

ANSWERING_FOR = tuple(role for role, permissions in PERMISSIONS.items() if REFERRAL_ANSWER_FOR in permissions)
DECIDING_ROLES = tuple(role for role, permissions in PERMISSIONS.items() if HAND_OVER_DECIDE in permissions)


def moved_before(case: Case) -> bool:
    """Whether this case, or one that was put together with it, was handed over before, also because its worker left."""
    if case.passed_along > 0 or Referral.objects.handed_over().filter(case=case).exists():
        return True
    gone = merged.ends_with(case)
    left = gone.filter(passed_along__gt=0)
    return left.exists() or Referral.objects.handed_over().filter(case__in=gone).exists()


def must_ask(case: Case, reason: str, *, by: Actor, at: dt.datetime) -> bool:
    """Whether a coordinator is asked before this case is handed over once more: always another than who does it. When
    there is none, a coordinator decides alone, with a reason that the privacy officer reads.

    Raises NotNow for a client who is family, NeedsReason for who decides alone without one.
    """
    if case.requester in FAMILY:
        raise NotNow(_("This client is family, and family is handed over once at most. Help them at the desk."))
    if not by.may(HAND_OVER_DECIDE) or _deciding(case, at).exclude(pk=by.user_id or 0).exists():
        return True
    if not reason.strip():
        raise NeedsReason(
            _("It was handed over before, and nobody else can decide. Write why: the privacy officer reads it.")
        )
    return False


def ask(case: Case, referral: Referral, *, by: Actor, at: dt.datetime) -> None:
    """Lay it before the coordinators, with a clock in opening hours."""
    referral.remind_at, referral.due_at = referral_clock(case.urgency, at, load_calendar())
    referral.save(update_fields=["remind_at", "due_at"])
    timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts={"what": "asked"})
    audit.record("referral.decision_asked", by=by, at=at, case_id=case.pk, obj=referral)
    tell(DECISION_ASKED, referral, at=at)


def people(case: Case, at: dt.datetime) -> list[User]:
    """Who decides today: everyone in the role who sees this case and is there. When all are away, all of them, and who
    is at the desk."""
    day = timezone.localdate(at)
    found = list(_deciding(case, at).order_by("pk"))
    away = set(Absence.objects.touching(day, day).filter(user__in=found).values_list("user_id", flat=True))
    there = [user for user in found if user.pk not in away]
    return there or list({user.pk: user for user in [*found, *desk_people(case, at)]}.values())


def _deciding(case: Case, at: dt.datetime) -> "QuerySet[User]":
    """Everyone in the role who sees this case."""
    sees = CaseAccess.objects.live(at).filter(case=case, team__isnull=False)
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(
        role__in=DECIDING_ROLES, user__is_active=True, team__in=sees.values("team")
    )
    return User.objects.filter(pk__in=rows.values("user"))


def of_team(referral: Referral, at: dt.datetime) -> list[User]:
    """Who coordinates the team that is asked and may answer this for its people."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(team=referral.to_team, role__in=ANSWERING_FOR)
    people = User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("pk")
    mine = Referral.objects.in_team_of
    return [user for user in people if mine(actor_for(user, at)).filter(pk=referral.pk).exists()]


def tell(kind: Kind, referral: Referral, *, at: dt.datetime) -> None:
    """A notice to who decides, with a link to what waits for them."""
    for user in people(referral.case, at):
        path = reverse("hand_over_decide", args=[referral.pk])
        tell_user(kind, user, about=referral.case_id, occasion=str(referral.pk), path=path, at=at)
