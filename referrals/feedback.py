"""What both sides think of a hand-over afterwards: who received it, of the referral; the desk, of how it came back.

Once a side, and to be changed for a day. Coordinators read it by team, never as a list of persons.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models.organisation import in_language
from accounts.roles import CASE_TRIAGE, CASE_VIEW
from cases.models import CaseAccess
from cases.moves import NotNow
from cases.permissions import permissions_on
from referrals.enums import MOVES_CASE, ReferralState, Verdict
from referrals.models import Feedback, Referral
from referrals.permissions import refused

CHANGEABLE = dt.timedelta(days=1)
PER_PAGE = 25
DAYS = (30, 90, 365)


@dataclass(frozen=True)
class Asked:
    """A hand-over of which somebody may say what they think, and what was said already by their side."""

    referral: Referral
    by_desk: bool
    said: Feedback | None

    def why_not(self, at: dt.datetime) -> str:
        """Why it can no longer be changed; empty when it can."""
        if self.said is not None and at > self.said.at + CHANGEABLE:
            return _("This was said more than a day ago, and it stays as it is.")
        return ""


def asked_of(by: Actor, referral_id: UUID, *, at: dt.datetime) -> Asked:
    """The hand-over, for who accepted it or for the desk to which it came back. Raises Refused for everyone else."""
    rows = Referral.objects.select_related("case__data_key", "to_user", "to_team", "answered_by")
    found = rows.filter(pk=referral_id).first()
    by_desk = None if found is None else _side(found, by, at)
    if found is None or by_desk is None:
        raise refused(referral_id, "referral.feedback")
    said = Feedback.objects.filter(referral=found, by_desk=by_desk).first()
    if said is not None:
        said.referral = found  # its key is at hand
    return Asked(found, by_desk, said)


def _side(referral: Referral, by: Actor, at: dt.datetime) -> bool | None:
    """False for the receiver, True for the desk, None for who has no say, and where no case was passed on."""
    if referral.kind not in MOVES_CASE:
        return None
    mine = referral.answered_by_id == by.user_id
    if mine and referral.state in {ReferralState.ACCEPTED, ReferralState.ENDED}:
        return False
    desk = referral.state == ReferralState.RETURNED and not mine and by.may(CASE_TRIAGE)
    return True if desk and CASE_VIEW in permissions_on(referral.case_id, by, at) else None


@transaction.atomic
def say(referral: Referral, verdict: str, *, by: Actor, at: dt.datetime, note: str = "") -> Feedback:
    """Keep what one side thinks; the same side changes it within a day. Raises ValueError for an unknown verdict."""
    chosen = Verdict(verdict)
    Referral.objects.select_for_update().only("pk").get(pk=referral.pk)
    asked = asked_of(by, referral.pk, at=at)
    if why := asked.why_not(at):
        raise NotNow(why)
    row = asked.said or Feedback(referral=asked.referral, by_desk=asked.by_desk, at=at)
    for name, value in {"by": by.user, "verdict": chosen, "note": note.strip()}.items():
        setattr(row, name, value)
    row.save()
    side = "desk" if asked.by_desk else "receiver"
    audit.record("referral.feedback", by=by, at=at, case_id=referral.case_id, obj=row, part=f"{side} {chosen}")
    return row


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. Empty: all of the last ninety days."""

    side: str = ""
    verdict: str = ""
    team: int | None = None
    days: int = 90


@dataclass
class Tally:
    """How often each was said about the hand-overs to one team."""

    team: str
    of: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Verdict.values, 0))

    @property
    def cells(self) -> list[dict[str, Any]]:
        """Each with its word, for a table that is stacked on a telephone."""
        return [{"label": Verdict(verdict).label, "number": number} for verdict, number in self.of.items()]


def page_of(by: Actor, wanted: Wanted, number: str | None, at: dt.datetime) -> "Page[Any]":
    """One page, the newest first, without who wrote it; it is kept that they were read. Two queries and the audit."""
    rows = _rows(by, wanted, at).select_related("referral__case__data_key", "referral__to_team").order_by("-at", "pk")
    page = Paginator(rows.annotate(case_id=F("referral__case")), PER_PAGE).get_page(number)
    audit.record_each("referral.feedback_read", page, by=by, at=at)
    return page


def tallies(by: Actor, wanted: Wanted, at: dt.datetime) -> list[Tally]:
    """The same as figures by team, in the order of the alphabet. One query."""
    names = ("referral__to_team__name_nl", "referral__to_team__name_en")
    counted = _rows(by, wanted, at).order_by().values_list(*names, "verdict").annotate(n=Count("pk"))
    found: dict[str, Tally] = {}
    for name_nl, name_en, verdict, number in counted:
        name = in_language(name_nl or "", name_en or "")
        found.setdefault(name, Tally(name)).of[verdict] += number
    return [found[name] for name in sorted(found)]


def _rows(by: Actor, wanted: Wanted, at: dt.datetime) -> QuerySet[Feedback]:
    """Never of a case that this reader may know nothing about."""
    rows = Feedback.objects.filter(at__gte=at - dt.timedelta(days=wanted.days))
    rows = rows.exclude(referral__case__in=CaseAccess.objects.blocking(by).values("case"))
    if wanted.side:
        rows = rows.filter(by_desk=wanted.side == "desk")
    if wanted.verdict:
        rows = rows.filter(verdict=wanted.verdict)
    return rows.filter(referral__to_team=wanted.team) if wanted.team else rows


def said_of(referrals: list[Referral]) -> dict[UUID, dict[bool, Feedback]]:
    """What was said of each, by side. One query, and none without any."""
    found: dict[UUID, dict[bool, Feedback]] = defaultdict(dict)
    for row in Feedback.objects.filter(referral__in=referrals) if referrals else ():
        found[row.referral_id][row.by_desk] = row
    return found
