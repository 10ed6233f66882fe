"""The receiver's side of a hand-over: accept it, or return it with a reason."""

import datetime as dt
from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Line, TeamKind
from accounts.models import Absence, Team, User
from accounts.notices import tell_user
from accounts.people import stays_open
from cases import blocks, callbacks, case_tasks, deputies, mediation, merged, reading, timeline
from cases import moves as case_moves
from cases.enums import AccessReason, AccessScope, CaseState, EntryKind
from cases.models import Case, CaseAccess
from cases.moves import NeedsReason, NotNow
from cases.notices import tell_client
from cases.permissions import end_access, grant
from referrals import introducing, taking
from referrals.enums import BY_WORKER, HandOver, NextStep, ReferralState, ReturnReason, next_step
from referrals.models import Referral
from referrals.moves import back_to_desk, how_it_ended, locked_pair, move, say, stands, tell_desk, tell_sender
from referrals.notices import ACCEPTED, ACCEPTED_WARMLY, ANSWERED, BACK_AT_DESK, JOINED, NEXT_ASKED, NOBODY_LEFT
from referrals.permissions import refused
from referrals.steering import ask_next, join, lock_both

SHIFT = dt.timedelta(hours=12)
"""So long after an evening call that was promised it can still be made that night."""

NOTE_NEEDED = (ReturnReason.OTHER_HELP, ReturnReason.MORE_NEEDED)
"""Reasons that help the desk only with words beside them."""


class MustRead(NotNow):
    """The summary has to be read first, so that the client need not tell the story again (R25)."""

    def __init__(self) -> None:
        super().__init__(_("Read the summary and tick that you have read it."))


@transaction.atomic
def accept(referral: Referral, *, read: bool, by: Actor, at: dt.datetime) -> Referral:
    """Take the case over: from now on ``by`` is responsible, and the client's contact person once they have met.

    Of two at the same moment one wins; the other gets NotNow, which says who has it. An answer that comes before the
    desk took the case back counts, also when it is late. Raises Refused for anyone to whom it was not addressed.
    """
    deputies.lock()  # before the case: who has days off ahead is planned for in the end
    case, referral = locked_for(referral, by, "referral.accept")
    kept = referral.kind == HandOver.CONSULTATION or case.owner_id == by.user_id
    if referral.state == ReferralState.ACCEPTED and referral.answered_by_id == by.user_id and kept:
        return referral
    if referral.state == ReferralState.OFFERED and not read:
        raise MustRead
    if referral.state == ReferralState.OFFERED and mediation.leads_for(by.user_id, case):
        raise NotNow(_("You lead a talk that this client takes part in, so you cannot help them now. Give it back."))
    return give_to(case, referral, cast(User, by.user), by=by, at=at)


def give_to(case: Case, referral: Referral, worker: User, *, by: Actor, at: dt.datetime) -> Referral:
    """Part of accepting, after ``deputies.lock`` and with both rows locked: the case is ``worker``'s from now on. They
    read the summary already when they accepted it themselves; else they do before their first contact (R25)."""
    if referral.kind in BY_WORKER:
        return taking.take(case, referral, worker, by=by, at=at)
    clock = introducing.clock(case, at)
    move(referral, ReferralState.ACCEPTED, by=by, at=at, answered_at=at, answered_by=worker, **clock)
    contact = introducing.until_they_met(case, worker, at)
    case_moves.move(
        case, CaseState.ACCEPTED, by=by, at=at, action="case.accepted",
        owner=worker, primary_contact=contact, team=referral.to_team, returned_at=None, next_action_at=None,
    )  # fmt: skip
    _hand_over_access(case, referral, worker, at)
    themselves = by.user_id == worker.pk
    if themselves:
        reading.was_read(case, str(referral.summary), by=by, at=at)
    if Absence.objects.not_over(timezone.localdate(at)).filter(user=worker).exists():
        deputies.replan(at)
    facts, told = {"to_user": worker.pk, "summary_read": themselves}, not referral.untold_reason
    timeline.add(case, EntryKind.ACCEPTED, by=by, at=at, facts=facts, for_client=told)
    case_tasks.settle(case, by=by, at=at)
    _tell_giver(case, referral, at)
    if told:
        tell_client(case, occasion=f"accepted{referral.pk}", at=at)
    return referral


def _tell_giver(case: Case, referral: Referral, at: dt.datetime) -> None:
    """Who passed it on; and with a talk of three to come the contact person, who has that to plan."""
    occasion, contact = str(referral.pk), case.primary_contact
    stays = contact if referral.warm and contact is not None and contact.pk != case.owner_id else None
    if stays is not None:
        path = reverse("case_hand_overs", args=[case.reference])
        tell_user(ACCEPTED_WARMLY, stays, about=case.pk, occasion=occasion, path=path, at=at)
    if stays != referral.created_by:
        path = reverse("dashboard")
        tell_user(ACCEPTED, referral.created_by, about=case.pk, occasion=occasion, path=path, at=at)


@transaction.atomic
def return_to_desk(
    referral: Referral, *, reason: str, note: str, by: Actor, at: dt.datetime, other: Case | None = None
) -> Referral:
    """Give it back. What happens then follows from the reason: see STEERS. Whoever does not fit is not suggested again
    for this case; ``other`` is the case in which ``by`` helps this client already.

    Raises ValueError for an unknown reason, NeedsReason where words or the other case are missing, otherwise as
    ``accept``.
    """
    why = ReturnReason(reason)
    if other is not None:
        stays_open(by)  # people before cases, as in deputies.lock
        lock_both(referral.case_id, other)
    case, referral = locked_for(referral, by, "referral.return")
    if referral.state == ReferralState.RETURNED and referral.answered_by_id == by.user_id:
        return referral
    if why in NOTE_NEEDED and not note.strip():
        raise NeedsReason(_("Write what the desk should know."))
    if why == ReturnReason.DUPLICATE and other is None and referral.kind == HandOver.REFERRAL:
        raise NeedsReason(_("Fill in the reference of the case in which you help this client."))
    return give_back(case, referral, why, note, other, by=by, at=at)


def give_back(
    case: Case, referral: Referral, why: ReturnReason, note: str, other: Case | None, *, by: Actor, at: dt.datetime,
    answered_for: bool = False,
) -> Referral:  # fmt: skip
    """Part of returning, with both rows locked. ``answered_for`` when the coordinator says it for who was asked."""
    step = next_step(why, referral.kind, referral.state)
    move(
        referral, ReferralState.RETURNED, by=by, at=at,
        answered_at=at, answered_by=by.user, answered_for=answered_for, return_reason=why, return_note=note.strip(),
    )  # fmt: skip
    if step == NextStep.STAYS:
        say(referral, "returned", by=by, at=at, text=note.strip())
    else:
        back_to_desk(case, by=by, at=at, action="case.returned", returned_at=at, next_action_at=at)
        facts, for_client = {"reason": str(why)}, step != NextStep.JOINED and not referral.untold_reason
        timeline.add(case, EntryKind.RETURNED, by=by, at=at, facts=facts, text=note.strip(), for_client=for_client)
    if why == ReturnReason.CONFLICT and by.user is not None:
        blocks.block(case, by.user, by=by, at=at, reason=note.strip() or str(why.label))
    if step == NextStep.STAYS:
        tell_sender(BACK_AT_DESK, referral, at=at, of_worker=ANSWERED)
    else:
        _go_on(case, referral, step, other, by=by, at=at)
    return referral


def _go_on(
    case: Case, referral: Referral, step: NextStep | None, other: Case | None, *, by: Actor, at: dt.datetime
) -> None:
    """What the reason leads to for the desk, and who is told of it."""
    occasion = str(referral.pk)
    kind, what = BACK_AT_DESK, ""
    if step == NextStep.NEXT_WORKER:
        whole_team = referral.answered_for and referral.to_user_id is None
        asked = ask_next(case, referral, at=at, but_team=referral.to_team_id if whole_team else None)
        kind, what = (NEXT_ASKED, "") if asked else (NOBODY_LEFT, "nobody")
    elif step == NextStep.JOINED and other is not None:
        reason = str(referral.return_note) or str(ReturnReason.DUPLICATE.label)
        kind, what = (JOINED if join(case, other, reason=reason, by=by, at=at) else BACK_AT_DESK), "joined"
    if what:
        timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts={"what": what})
    tell_desk(kind, case, occasion=occasion, at=at)


def locked_for(
    referral: Referral, by: Actor, action: str, *, theirs: Callable[[Actor], QuerySet[Referral]] | None = None
) -> tuple[Case, Referral]:
    """Both rows, locked, for someone to whom it is addressed, or of whom it is among ``theirs``; Refused for anyone
    else, NotNow when it moved on."""
    here = stays_open(by)  # before the case, as who closes an account does
    case, row = locked_pair(referral)
    rows = (theirs or Referral.objects.addressed_to)(by)
    if not here or not rows.filter(pk=row.pk).exists():
        raise refused(row.pk, action)
    if row.state == ReferralState.OFFERED and not stands(row):
        raise NotNow(how_it_ended(row))
    if row.state in {ReferralState.OFFERED, ReferralState.ACCEPTED, ReferralState.RETURNED}:
        return case, row
    raise NotNow(how_it_ended(row))


def _hand_over_access(case: Case, referral: Referral, worker: User, at: dt.datetime) -> None:
    """The worker gets the file; the desk keeps sight of status and contact details; the night line lets go.

    When the client chose to be called in the evening, that was promised: until then the night line keeps the number.
    """
    desk = set(
        CaseAccess.objects.live(at)
        .filter(case=case, reason=AccessReason.DESK, team__isnull=False)
        .values_list("team_id", flat=True)
    )
    end_access(case, at=at, reason__in=[AccessReason.DESK, AccessReason.NIGHT])
    source = str(referral.pk)
    for team_id in desk:
        grant(case, reason=AccessReason.DESK, team_id=team_id, scope=AccessScope.CONTACT, at=at, source=source)
    grant(case, reason=AccessReason.REFERRAL, user_id=worker.pk, at=at, source=source)
    merged.let_in(case, worker.pk, at)
    row = callbacks.open_of(case)
    if row is not None and row.slot_at is not None and row.line == Line.AFTER_HOURS:
        night = Team.objects.get(kind=TeamKind.AFTER_HOURS)
        grant(
            case, reason=AccessReason.NIGHT, team_id=night.pk, scope=AccessScope.CONTACT, at=at,
            ends_at=row.slot_at + SHIFT, source=source,
        )  # fmt: skip
