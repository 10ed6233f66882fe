"""A coordinator answers for the people of their own team: names who takes a case, or gives it back for them.

They read nothing of what the client approved: that yes is for who helps, not for who divides the work (ADR 33).
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Absence, User
from accounts.notices import tell_user
from accounts.people import stay_open
from cases import deputies, mediation
from cases.moves import NeedsReason, NotNow
from referrals.answering import NOTE_NEEDED, give_back, give_to, locked_for
from referrals.enums import MOVES_CASE, ReferralState, ReturnReason
from referrals.models import Referral
from referrals.moves import receivers
from referrals.notices import ANSWERED_FOR, TAKEN_FOR
from referrals.permissions import refused

REASONS = tuple(why for why in ReturnReason if why not in {ReturnReason.CONFLICT, ReturnReason.DUPLICATE})
"""What a coordinator can know; that somebody knows the client, or helps them already, only that one can say."""


def team_referral_for(by: Actor, referral_id: UUID, *, action: str) -> Referral:
    """The one door: what was offered to the people of a team that ``by`` coordinates. Raises Refused for anything else;
    one that was answered is found too, so that who comes second reads who has it."""
    rows = Referral.objects.in_team_of(by).defer("summary", "choice_reason", "reason", "case__summary")
    rows = rows.select_related("case__unit", "to_user", "to_team", "created_by", "answered_by")
    found = rows.filter(pk=referral_id).first()
    if found is None:
        raise refused(referral_id, action)
    return found


def able(referral: Referral, by: Actor, at: dt.datetime) -> list[User]:
    """Who of the people it was offered to can take it now: not who is away, nor ``by``, who has a board for that. Of
    advice nobody, because giving it is personal; nor of what goes on without the client's yes, which is read first by
    who takes it. Five queries."""
    if referral.kind not in MOVES_CASE or referral.overridden_by_id:
        return []
    day = timezone.localdate(at)
    away = set(Absence.objects.touching(day, day).values_list("user_id", flat=True))
    return [user for user in receivers(referral, at) if user.pk not in {*away, by.user_id}]


@transaction.atomic
def accept_for(referral: Referral, worker: User, *, by: Actor, at: dt.datetime) -> Referral:
    """The case is ``worker``'s from now on, who is told, and reads the summary before their first contact (R25).

    Twice is once. Raises Refused for who does not coordinate that team or sent it, NotNow when it was answered or
    ``worker`` cannot take it.
    """
    deputies.lock()
    if not stay_open([by.user_id or 0, worker.pk]):
        raise refused(referral.pk, "referral.accept_for")
    case, referral = locked_for(referral, by, "referral.accept_for", theirs=Referral.objects.in_team_of)
    if referral.state == ReferralState.ACCEPTED and referral.answered_by_id == worker.pk == case.owner_id:
        return referral
    if worker.pk not in {user.pk for user in able(referral, by, at)} or mediation.leads_for(worker.pk, case):
        raise NotNow(_("%(name)s cannot take this case now. Choose somebody else, or give it back.") % {"name": worker})
    referral = give_to(case, referral, worker, by=by, at=at)
    path = reverse("case", args=[case.reference])
    tell_user(TAKEN_FOR, worker, about=case.pk, occasion=str(referral.pk), path=path, at=at)
    return referral


@transaction.atomic
def return_for(referral: Referral, *, reason: str, note: str, by: Actor, at: dt.datetime) -> Referral:
    """Give it back for them. "No room" of a whole team means that nobody of it is asked next by itself.

    Raises ValueError for an unknown reason, NeedsReason where words are missing, otherwise as ``accept_for``.
    """
    why = ReturnReason(reason)
    if why not in REASONS:
        raise ValueError(reason)
    case, referral = locked_for(referral, by, "referral.return_for", theirs=Referral.objects.in_team_of)
    if referral.state == ReferralState.RETURNED and referral.answered_by_id == by.user_id:
        return referral
    if why in NOTE_NEEDED and not note.strip():
        raise NeedsReason(_("Write what the desk should know."))
    people = receivers(referral, at)
    referral = give_back(case, referral, why, note, None, by=by, at=at, answered_for=True)
    for user in people:
        if user.pk != by.user_id:
            tell_user(ANSWERED_FOR, user, about=case.pk, occasion=str(referral.pk), path=reverse("board"), at=at)
    return referral
