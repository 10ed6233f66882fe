"""Giving a case back to the desk after it was accepted: the desk is responsible again and looks further."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.duty import roster
from accounts.enums import TeamKind
from accounts.models import Team, User
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_TRIAGE, CASE_WORK
from cases import appointments, case_tasks, debriefing, deputies, merged, timeline
from cases.enums import AT_DESK, WITH_WORKER, AccessReason, AccessScope, CaseState, EntryKind
from cases.models import Case
from cases.moves import NeedsReason, NotNow, locked, move
from cases.notices import HANDED_BACK, tell_client
from cases.permissions import end_access, end_consultations, end_deputies, grant, must_have


@transaction.atomic
def hand_back(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """The desk gets the case and its file again, the worker's access ends, what is planned is cancelled.

    The track stays: conversations held with one worker count for the next. Raises NeedsReason without a reason,
    Refused for who does not work on it.
    """
    case = locked(case)
    if case.state in WITH_WORKER:
        must_have(CASE_WORK, case.pk, by=by, at=at, action="case.hand_back")
    return goes_back(case, reason=reason, by=by, at=at)


@transaction.atomic
def goes_back(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """The same as a part of what somebody may do by another right, such as a client who keeps the worker out."""
    case = locked(case)
    if case.state not in WITH_WORKER:
        raise NotNow(_("This case is no longer with a worker."))
    if not reason.strip():
        raise NeedsReason(_("Write down why you give the case back."))
    told = not case.is_quiet
    _to_desk(case, None, by=by, at=at, action="case.handed_back")
    timeline.add(case, EntryKind.RETURNED, by=by, at=at, text=reason.strip(), for_client=told)
    for turn in roster(at).on_duty:
        tell_user(
            HANDED_BACK, turn.user, about=case.pk, occasion=at.isoformat(), at=at,
            path=reverse("triage", args=[case.reference]),
        )  # fmt: skip
    if told:
        tell_client(case, occasion=f"handed_back{case.version}", at=at)
    return case


@transaction.atomic
def fetch_back(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """The desk takes a case back from a worker who works here no longer; ``by`` is the client's contact person now.

    Raises NotNow while its worker still works here, NeedsReason without a reason, Refused for who is not of the desk
    that sees the case. Twice by the same person is once.
    """
    case = locked(case)
    must_have(CASE_CONTACT, case.pk, by=by, at=at, action="case.fetch_back")
    if not by.may(CASE_TRIAGE):
        raise Refused("case.fetch_back", case_id=case.pk, basis="not of the desk")
    if case.state in AT_DESK and case.owner_id == by.user_id:
        return case
    if why_not := may_fetch(case, at):
        raise NotNow(why_not)
    if not reason.strip():
        raise NeedsReason(_("Write down why you take the case back."))
    before, told = case.owner_id, not case.is_quiet
    _to_desk(case, by.user, by=by, at=at, action="case.fetched_back")
    timeline.add(case, EntryKind.RETURNED, by=by, at=at, facts={"from": before}, text=reason.strip(), for_client=told)
    facts = {"owner": by.user_id, "from": before}
    timeline.add(case, EntryKind.TAKEN, by=by, at=at, facts=facts, for_client=told)
    if told:
        tell_client(case, occasion=f"fetched_back{case.version}", at=at)
    return case


def may_fetch(case: Case, at: dt.datetime) -> str:
    """Why the desk may not take this case back by itself; empty when it may."""
    if case.state not in WITH_WORKER:
        return _("This case is no longer with a worker.")
    if deputies.works_here(case.owner, at):
        return _("The worker of this case still works here. Ask them to give it back.")
    return ""


def _to_desk(case: Case, owner: User | None, *, by: Actor, at: dt.datetime, action: str) -> None:
    """The file and the duty are the desk's again; whoever had them is out, and what they planned is off."""
    appointments.end_tracks(case, by=by, at=at)
    debriefing.call_off(case, by=by, at=at)
    desk = Team.objects.get(kind=TeamKind.DESK)
    move(
        case, CaseState.IN_TRIAGE, by=by, at=at, action=action,
        owner=owner, primary_contact=owner, team=desk, returned_at=at, next_action_at=at, is_quiet=False,
    )  # fmt: skip
    end_access(case, at=at, reason=AccessReason.REFERRAL)
    merged.let_out(case, at)
    end_deputies(case, at=at)
    end_consultations(case, at=at)
    end_access(case, at=at, reason=AccessReason.DESK, scope=AccessScope.CONTACT)
    grant(case, reason=AccessReason.DESK, team_id=desk.pk, at=at, source="handed back")
    night = Team.objects.get(kind=TeamKind.AFTER_HOURS)
    grant(case, reason=AccessReason.NIGHT, team_id=night.pk, at=at, source="handed back")
    case_tasks.settle(case, by=by, at=at)
