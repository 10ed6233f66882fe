"""The one door to a hand-over: ``referral_for``. The board lists by the same rule (promise 2)."""

import datetime as dt
from uuid import UUID

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Refused
from accounts.roles import PERMISSIONS, REFERRAL_ANSWER
from referrals.models import Referral

ANSWERING_ROLES = tuple(role for role, permissions in PERMISSIONS.items() if REFERRAL_ANSWER in permissions)
"""Roles that may accept or return; anyone else is never suggested."""


def referral_for(by: Actor, referral_id: UUID, *, at: dt.datetime, action: str, part: str = "") -> Referral:
    """The hand-over with this id, if it is or was addressed to ``by`` and somebody else sent it.

    Raises Refused (404 and an audit line) for anyone else, and when it does not exist. An answered one is found too:
    the one who came second must be told who has it. With ``part`` the view is written to the audit first.
    """
    found = Referral.objects.addressed_to(by).for_card().filter(pk=referral_id).first()
    if found is None:
        raise refused(referral_id, action)
    if part:
        audit.record("referral.viewed", by=by, at=at, case_id=found.case_id, obj=found, part=part)
    return found


def refused(referral_id: UUID, action: str) -> Refused:
    """For the audit the case is named; the person who tried learns nothing."""
    case_id = Referral.objects.filter(pk=referral_id).values_list("case_id", flat=True).first()
    return Refused(action, case_id=case_id, basis="not addressed or not existing")
