"""Giving a case back to the desk after it was accepted: the desk is responsible again and looks further."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.duty import roster
from accounts.enums import TeamKind
from accounts.models import Team
from accounts.notices import tell_user
from cases import appointments, timeline
from cases.enums import WITH_WORKER, AccessReason, AccessScope, CaseState, EntryKind
from cases.models import Case
from cases.moves import NeedsReason, NotNow, locked, move
from cases.notices import HANDED_BACK, tell_client
from cases.permissions import end_access, end_deputies, grant


@transaction.atomic
def hand_back(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """The desk gets the case and its file again, the worker's access ends, what is planned is cancelled.

    The track stays: conversations held with one worker count for the next. Raises NeedsReason without a reason.
    """
    case = locked(case)
    if case.state not in WITH_WORKER:
        raise NotNow(_("This case is no longer with a worker."))
    if not reason.strip():
        raise NeedsReason(_("Write down why you give the case back."))
    appointments.end_tracks(case, by=by, at=at)
    desk = Team.objects.get(kind=TeamKind.DESK)
    move(
        case, CaseState.IN_TRIAGE, by=by, at=at, action="case.handed_back",
        owner=None, primary_contact=None, team=desk, returned_at=at, next_action_at=at,
    )  # fmt: skip
    end_access(case, at=at, reason=AccessReason.REFERRAL)
    end_deputies(case, at=at)
    end_access(case, at=at, reason=AccessReason.DESK, scope=AccessScope.CONTACT)
    grant(case, reason=AccessReason.DESK, team_id=desk.pk, at=at, source="handed back")
    night = Team.objects.get(kind=TeamKind.AFTER_HOURS)
    grant(case, reason=AccessReason.NIGHT, team_id=night.pk, at=at, source="handed back")
    timeline.add(case, EntryKind.RETURNED, by=by, at=at, text=reason.strip(), for_client=True)
    for turn in roster(at).on_duty:
        tell_user(
            HANDED_BACK, turn.user, about=case.pk, occasion=at.isoformat(), at=at,
            path=reverse("triage", args=[case.reference]),
        )  # fmt: skip
    tell_client(case, occasion=f"handed_back{case.version}", at=at)
    return case
