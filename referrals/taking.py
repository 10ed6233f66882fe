"""Accepting what a worker asks: the case itself with all that hangs on it, or to read along with a part of it."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Absence, User
from accounts.notices import tell_user
from cases import case_tasks, debriefing, deputies, merged, reading, timeline
from cases import moves as case_moves
from cases.enums import AccessReason, AccessScope, EntryKind, SessionState
from cases.models import Case, Session
from cases.moves import NotNow
from cases.notices import tell_client
from cases.permissions import end_access, end_deputies, grant
from referrals import introducing
from referrals.enums import HandOver, ReferralState
from referrals.models import Referral
from referrals.moves import move, say, tell_sender
from referrals.notices import ANSWERED, STAYS_CONTACT


def take(case: Case, referral: Referral, worker: User, *, by: Actor, at: dt.datetime) -> Referral:
    """Part of accepting, with both rows locked."""
    if case.owner_id == worker.pk:
        raise NotNow(_("You have this case yourself."))
    if referral.kind == HandOver.CONSULTATION:
        return _read_along(case, referral, by, at)
    return _take_over(case, referral, worker, by, at)


def _take_over(case: Case, referral: Referral, worker: User, by: Actor, at: dt.datetime) -> Referral:
    """The case, its access, what is planned and what is to be done go to ``worker``. Its state stays as it is; so does
    what others were let in for, such as who reads along, and who is the contact person until the client has met their
    worker: who gave it away, or who of the desk still is."""
    was, running = case.owner, introducing.of_case(case)
    clock = introducing.go_on(running, warm=referral.warm) if running else introducing.clock(case, at)
    move(referral, ReferralState.ACCEPTED, by=by, at=at, answered_at=at, answered_by=worker, **clock)
    case.owner, case.team_id = worker, referral.to_team_id or case.team_id
    case.primary_contact = introducing.until_they_met(case, worker, at)
    case_moves.save(case, "owner", "primary_contact", "team")
    audit.record("case.transferred", by=by, at=at, case_id=case.pk, obj=case)
    end_access(case, at=at, reason=AccessReason.REFERRAL)
    end_deputies(case, at=at)
    grant(case, reason=AccessReason.REFERRAL, user_id=worker.pk, at=at, source=str(referral.pk))
    introducing.let_reach(case, at)
    merged.pass_on([case.pk], worker.pk, at)
    Session.objects.filter(case=case, state=SessionState.PLANNED, with_user=was).update(with_user=worker)
    debriefing.pass_on(case, was.pk if was else None, by=by, at=at)
    themselves = by.user_id == worker.pk
    if themselves:
        reading.was_read(case, str(referral.summary), by=by, at=at)
    if Absence.objects.not_over(timezone.localdate(at)).filter(user=worker).exists():
        deputies.replan(at)
    facts = {"to_user": worker.pk, "from": was.pk if was else None, "summary_read": themselves}
    timeline.add(case, EntryKind.ACCEPTED, by=by, at=at, facts=facts, for_client=True)
    case_tasks.settle(case, by=by, at=at, was=was.pk if was else None)
    if was is not None:
        _tell_giver(case, was, str(referral.pk), at)
    tell_client(case, occasion=f"accepted{referral.pk}", at=at)
    return referral


def _tell_giver(case: Case, was: User, occasion: str, at: dt.datetime) -> None:
    """Who gave it away, with a link to what they still do for the client."""
    stays = case.primary_contact_id == was.pk
    path = reverse("case_hand_overs", args=[case.reference]) if stays else reverse("my_work")
    kind = STAYS_CONTACT if stays else ANSWERED
    tell_user(kind, was, about=case.pk, occasion=f"{occasion}accepted", path=path, at=at)


def _read_along(case: Case, referral: Referral, by: Actor, at: dt.datetime) -> Referral:
    """A row with its end by the clock, which opens nothing but the page of this consultation."""
    if referral.ends_at is None or referral.ends_at <= at:
        raise NotNow(_("The day until which you would read along has passed. You need not do anything."))
    move(referral, ReferralState.ACCEPTED, by=by, at=at, answered_at=at, answered_by=by.user)
    grant(
        case, reason=AccessReason.CONSULTATION, scope=AccessScope.PART, user_id=by.user_id, at=at,
        ends_at=referral.ends_at, source=str(referral.pk),
    )  # fmt: skip
    last_day = timezone.localdate(referral.ends_at - dt.timedelta.resolution)
    say(referral, "accepted", by=by, at=at, until=last_day.isoformat())
    tell_sender(ANSWERED, referral, at=at)
    tell_client(case, occasion=f"consulted{referral.pk}", at=at)
    return referral
