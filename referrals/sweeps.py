"""What happens by the clock: a reminder at half time, and back to the desk at the deadline (decision 7).

Safe to run twice, late, or at the same time elsewhere: a row that is locked is left for the next round, and every
round looks again at what is due. Both answer with how many hand-overs they handled.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.actors import system
from accounts.duty import load_calendar
from accounts.notices import tell_user
from cases import deputies, timeline
from cases.deadlines import referral_clock
from cases.enums import EntryKind
from cases.models import Case
from cases.notices import tell_client
from referrals import asking, coordinators, introducing
from referrals.enums import BY_WORKER, PENDING, HandOver, ReferralState
from referrals.models import Referral, ReferralQuerySet
from referrals.moves import (
    back_to_desk,
    desk_people,
    locked_pair,
    move,
    receivers,
    say,
    tell_desk,
    tell_receivers,
    tell_sender,
)
from referrals.notices import (
    ANSWERED,
    BACK_AT_DESK,
    CONSENT_LATE,
    CONSENT_WAITS,
    CONTACT_LATE,
    CONTACT_WAITS,
    DECISION_LATE,
    DECISION_WAITS,
    HASTENED,
    REMINDER,
    TEAM_WAITS,
    YOURS_UNDECIDED,
)
from referrals.offering import addressee, withdraw

AT_ONCE = 200


def hasten_due(at: dt.datetime) -> int:
    """What waits in a case that became more urgent since is due as that urgency says, and never later than it was."""
    return sum(_hasten(*ids, at) for ids in _ids(_raised()))


def remind_due(at: dt.datetime) -> int:
    """Remind everyone who can answer, once, when half of the time has passed."""
    return sum(_remind(*ids, at) for ids in _ids(Referral.objects.to_remind(at)))


def expire_due(at: dt.datetime) -> int:
    """Take back what nobody answered in time or can answer, and what was left behind by a case that is closed."""
    over = sum(_expire(*ids, at) for ids in _ids(Referral.objects.expired(at)))
    over += sum(_take_back(*ids, at) for ids in _ids(Referral.objects.barred()))
    return over + sum(_let_go(*ids, at) for ids in _ids(Referral.objects.left_behind()))


def chase_due(at: dt.datetime) -> int:
    """Tell the desk, at half of the time and at its end, that the client has not answered the summary yet."""
    return sum(_chase(*ids, at) for ids in _ids(Referral.objects.to_chase(at)))


def chase_decisions(at: dt.datetime) -> int:
    """Remind the coordinators at half of the time; at its end they and who asked are told that nobody decided."""
    return sum(_chase_decision(*ids, at) for ids in _ids(Referral.objects.undecided(at)))


def settle_introductions(at: dt.datetime) -> int:
    """Who met their worker has them as contact person from now on; what fell through is planned again."""
    return sum(_settle(*ids, at) for ids in _ids(introducing.to_settle(at)))


def chase_contact(at: dt.datetime) -> int:
    """Remind the worker at half of the time for their first contact; at its end the desk and the coordinators."""
    return sum(_chase_contact(*ids, at) for ids in _ids(Referral.objects.uncontacted(at)))


@transaction.atomic
def _settle(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    if _free(introducing.to_settle(at), pk, case_id) is None:
        return False
    return introducing.settle(Referral(pk=pk, case_id=case_id), at)


@transaction.atomic
def _chase_decision(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(Referral.objects.undecided(at), pk, case_id)
    if referral is None:
        return False
    referral.reminded_at = at
    referral.save(update_fields=["reminded_at"])
    late = referral.due_at is not None and referral.due_at <= at
    coordinators.tell(DECISION_LATE if late else DECISION_WAITS, referral, at=at)
    if late:
        tell_sender(DECISION_LATE, referral, at=at, of_worker=YOURS_UNDECIDED)
    return True


@transaction.atomic
def _chase_contact(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(Referral.objects.uncontacted(at), pk, case_id)
    if referral is None:
        return False
    referral.contact_reminded_at = at
    referral.save(update_fields=["contact_reminded_at"])
    case, due = referral.case, referral.contact_due_at
    late = due is not None and due <= at
    people = deputies.helpers_of(case, at) or desk_people(case, at)
    if late:
        people = [*people, *desk_people(case, at), *coordinators.people(case, at)]
    for user in {user.pk: user for user in people}.values():
        tell_user(
            CONTACT_LATE if late else CONTACT_WAITS, user, about=case.pk, occasion=f"{referral.pk}{due}",
            path=reverse("case_hand_overs", args=[case.reference]), at=at,
        )  # fmt: skip
    return True


@transaction.atomic
def _chase(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(Referral.objects.to_chase(at), pk, case_id)
    if referral is None:
        return False
    referral.reminded_at = at
    referral.save(update_fields=["reminded_at"])
    late = referral.due_at is not None and referral.due_at <= at
    tell_sender(CONSENT_LATE if late else CONSENT_WAITS, referral, at=at)
    return True


def _raised() -> ReferralQuerySet:
    rows = Referral.objects.filter(state__in=PENDING, case__urgency_rank__lt=F("urgency_rank"))
    return rows.order_by("case__urgency_rank", "id")


@transaction.atomic
def _hasten(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(_raised(), pk, case_id)
    if referral is None:
        return False
    case = referral.case
    referral.urgency, referral.urgency_rank = case.urgency, case.urgency_rank
    remind_at, due_at = referral_clock(case.urgency, at, load_calendar())
    if referral.due_at is None or due_at < referral.due_at:
        referral.remind_at, referral.due_at = remind_at, due_at
    referral.save(update_fields=["urgency", "urgency_rank", "remind_at", "due_at"])
    if referral.state == ReferralState.OFFERED and referral.kind != HandOver.REQUEST:
        for user in receivers(referral, at):
            occasion = f"{referral.pk}{referral.urgency}"
            tell_user(HASTENED, user, about=case_id, occasion=occasion, path=reverse("board"), at=at)
    return True


@transaction.atomic
def _remind(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(Referral.objects.to_remind(at), pk, case_id)
    if referral is None:
        return False
    referral.reminded_at = at
    referral.save(update_fields=["reminded_at"])
    if referral.kind == HandOver.REQUEST:
        asking.remind(referral, at=at)
        return True
    tell_receivers(REMINDER, receivers(referral, at), referral, at=at)
    for user in coordinators.of_team(referral, at):
        path = reverse("team_referral", args=[referral.pk])
        tell_user(TEAM_WAITS, user, about=referral.case_id, occasion=str(referral.pk), path=path, at=at)
    return True


@transaction.atomic
def _expire(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    if _free(Referral.objects.expired(at), pk, case_id) is None:
        return False
    by = system("referral.expire")
    case, referral = locked_pair(Referral(pk=pk, case_id=case_id))
    if referral.kind == HandOver.REQUEST:
        asking.lapse(referral, ReferralState.EXPIRED, by=by, at=at)
        return True
    move(referral, ReferralState.EXPIRED, by=by, at=at, answered_at=at)
    if referral.kind in BY_WORKER:
        if case.is_open:
            say(referral, "expired", by=by, at=at)
            tell_sender(BACK_AT_DESK, referral, at=at, of_worker=ANSWERED)
        return True
    back_to_desk(case, by=by, at=at, action="case.expired", returned_at=at, next_action_at=at)
    if case.is_open:
        told = not referral.untold_reason
        timeline.add(case, EntryKind.EXPIRED, by=by, at=at, facts=addressee(referral), for_client=told)
        tell_desk(BACK_AT_DESK, case, occasion=str(referral.pk), at=at)
        if told:
            tell_client(case, occasion=f"expired{referral.pk}", at=at)
    return True


@transaction.atomic
def _take_back(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(Referral.objects.barred(), pk, case_id)
    if referral is None:
        return False
    referral = withdraw(referral, by=system("referral.barred"), at=at)
    tell_sender(BACK_AT_DESK, referral, at=at, of_worker=ANSWERED)
    return True


@transaction.atomic
def _let_go(pk: UUID, case_id: UUID, at: dt.datetime) -> bool:
    referral = _free(Referral.objects.left_behind(), pk, case_id)
    if referral is None:
        return False
    by = system("referral.let_go")
    if referral.kind == HandOver.REQUEST:
        asking.lapse(referral, ReferralState.WITHDRAWN, by=by, at=at)
    else:
        move(referral, ReferralState.WITHDRAWN, by=by, at=at, answered_at=at)
    return True


def _ids(due: ReferralQuerySet) -> list[tuple[UUID, UUID]]:
    """Looked up without locks; each is looked at again when its turn comes."""
    return list(due.values_list("pk", "case_id")[:AT_ONCE])


def _free(due: ReferralQuerySet, pk: UUID, case_id: UUID) -> Referral | None:
    """The hand-over if it is still due and nobody else has it in hands: case first, then the row, as everywhere."""
    if Case.objects.only("pk").select_for_update(skip_locked=True).filter(pk=case_id).first() is None:
        return None
    return due.filter(pk=pk).select_related("case").select_for_update(skip_locked=True, of=("self",)).first()
