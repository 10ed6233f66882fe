"""The coordinator's say over a second hand-over: yes, or no with a reason."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.duty import load_calendar
from accounts.permissions import Refused
from accounts.roles import HAND_OVER_DECIDE
from cases import timeline
from cases.deadlines import referral_clock
from cases.enums import WITH_WORKER, EntryKind
from cases.models import Case
from cases.moves import NeedsReason, NotNow
from referrals import asking
from referrals.consent import go_on
from referrals.enums import BY_WORKER, Consent, ReferralState
from referrals.models import Referral
from referrals.moves import how_it_ended, locked_pair, move, tell_sender
from referrals.notices import DECISION_NO, YOURS_STAYS
from referrals.offering import ask_client


def to_decide(by: Actor, referral_id: UUID, *, at: dt.datetime) -> Referral | None:
    """A second hand-over that waits for this coordinator, with what the page shows of it."""
    rows = Referral.objects.to_decide(by, at).select_related(
        "case__data_key", "case__unit", "to_user", "to_team", "created_by"
    )
    return rows.filter(pk=referral_id).first()


def may_know(by: Actor, referral_id: UUID, *, at: dt.datetime) -> bool:
    """Whether it is of a case that this coordinator may see, however it ended."""
    return Referral.objects.filter(pk=referral_id, case__in=Case.objects.visible_to(by, at)).exists()


@transaction.atomic
def agree(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """It goes on as any other: to the receiver when the client said yes already, else to the client first. Raises
    NotNow when the case was closed or left its worker meanwhile: the client is not asked for nothing."""
    case, referral = locked_pair(referral)
    if _is_done(referral, by, at, yes=True):
        return referral
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    if referral.kind in BY_WORKER and case.state not in WITH_WORKER:
        raise NotNow(_("This case is no longer with a worker."))
    remind_at, due_at = referral_clock(case.urgency, at, load_calendar())
    move(
        referral, ReferralState.AWAITING_CONSENT, by=by, at=at, decided_by=by.user, decided_at=at,
        remind_at=remind_at, due_at=due_at, reminded_at=None,
    )  # fmt: skip
    timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts={"what": "agreed"})
    asking.settle(referral, by=by, at=at)
    if referral.consent == Consent.ASKED:
        return ask_client(case, referral, by=by, at=at)
    return go_on(case, referral, by, at)


@transaction.atomic
def refuse(referral: Referral, *, reason: str, by: Actor, at: dt.datetime) -> Referral:
    """The case stays where it is, and who asked reads why. Raises NeedsReason without a reason."""
    case, referral = locked_pair(referral)
    if _is_done(referral, by, at, yes=False):
        return referral
    if not reason.strip():
        raise NeedsReason(_("Write down why it stays where it is."))
    move(
        referral, ReferralState.REFUSED, by=by, at=at,
        decided_by=by.user, decided_at=at, return_note=reason.strip(),
    )  # fmt: skip
    timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts={"what": "refused"}, text=reason.strip())
    tell_sender(DECISION_NO, referral, at=at, of_worker=YOURS_STAYS)
    return referral


def _is_done(referral: Referral, by: Actor, at: dt.datetime, *, yes: bool) -> bool:
    """Whether ``by`` decided this already. Raises Refused for who may not, NotNow when it no longer waits."""
    sees = Case.objects.visible_to(by, at).filter(pk=referral.case_id).exists()
    if not sees or not by.may(HAND_OVER_DECIDE) or referral.created_by_id == by.user_id:
        raise Refused("referral.decide", case_id=referral.case_id, basis="not a coordinator, or their own")
    if Referral.objects.left_behind().filter(pk=referral.pk).exists():
        raise NotNow(_("This case was closed or went elsewhere since. You need not do anything."))
    if referral.state == ReferralState.AWAITING_COORDINATOR:
        return False
    refused = referral.state == ReferralState.REFUSED
    if referral.decided_by_id == by.user_id and refused != yes:
        return True
    if referral.decided_by is not None:
        raise NotNow(_("%(name)s has decided about this already.") % {"name": referral.decided_by.name})
    raise NotNow(how_it_ended(referral))
