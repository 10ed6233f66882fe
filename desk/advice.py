"""Advice a commander asked for (R10): taken, answered, or passed to the unit's social workers. No client's file."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.forms.phone import as_written
from accounts.models import Membership, Team
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_VIEW, permissions_of
from cases import safe_contact
from cases.contact import WISHES
from cases.enums import AdviceState
from cases.models import CommanderAdvice, ContactPreference, Intake
from cases.moves import NeedsReason, NotNow
from cases.safe_contact import Rule
from desk import paging
from desk.notices import ADVICE_PASSED
from referrals.matching import Candidate, candidates

OPEN = (AdviceState.OPEN, AdviceState.TAKEN)


class AdviceChanged(NotNow):
    """Somebody saved it since the form was opened. ``advice`` is how it is now."""

    def __init__(self, advice: CommanderAdvice) -> None:
        super().__init__(_("Someone changed this request while you had it open. Your text is kept below."))
        self.advice = advice


def advice_for(by: Actor, reference: str, *, at: dt.datetime, part: str = "", lock: bool = False) -> CommanderAdvice:
    """The request for advice with this reference, for the desk or the team that received it; anyone else gets Refused.

    ``lock`` takes it FOR UPDATE. With ``part`` the reading is written to the audit before the page is made.
    """
    rows = CommanderAdvice.objects.visible_to(by).select_related("intake__data_key", "intake__unit", "taken_by", "team")
    if lock:
        rows = rows.select_for_update(of=("self",))
    advice = rows.filter(intake__reference=reference.strip().upper()).first()
    if advice is None or not by.may(CASE_VIEW):
        raise Refused("advice:open", basis="not visible or not existing")
    if part:
        audit.record("advice.viewed", by=by, at=at, obj=advice, part=part)
    return advice


@transaction.atomic
def take(advice: CommanderAdvice, *, by: Actor, at: dt.datetime) -> CommanderAdvice:
    """Make it yours. The loser of a race is told who has it; twice is fine."""
    row = _locked(advice)
    if row.taken_by_id == by.user_id and row.state in {AdviceState.TAKEN, AdviceState.PASSED_ON}:
        return row
    _must_be_open(row)
    if row.taken_by is not None:
        raise NotNow(_("%(name)s has this request already.") % {"name": row.taken_by.name})
    row.taken_by = by.user
    paging.acknowledge(row, by=by, at=at)
    state = row.state if row.state == AdviceState.PASSED_ON else AdviceState.TAKEN
    return _save(row, state, "advice.taken", "taken_by", by=by, at=at)


@transaction.atomic
def answer(
    advice: CommanderAdvice, text: str, *, by: Actor, at: dt.datetime, version: int | None = None
) -> CommanderAdvice:
    """Keep what was advised, sealed, and be done. Raises NeedsReason without words, AdviceChanged when it is stale."""
    row = _locked(advice)
    if row.state == AdviceState.DONE and row.advice == text.strip() and row.taken_by_id == by.user_id:
        return row
    _must_be_open(row)
    _must_be_the_same(row, version)
    _must_be_mine(row, by)
    if not text.strip():
        raise NeedsReason(_("Write down what you advised."))
    paging.end_alert(row, at=at)
    row.taken_by, row.advice, row.done_at = by.user, text.strip(), at
    return _save(row, AdviceState.DONE, "advice.given", "taken_by", "advice", "done_at", by=by, at=at)


@transaction.atomic
def pass_on(
    advice: CommanderAdvice, team: Team, *, by: Actor, at: dt.datetime, version: int | None = None
) -> CommanderAdvice:
    """To the social workers of the unit, who are told; they answer, the desk can still see it."""
    row = _locked(advice)
    if row.state == AdviceState.PASSED_ON and row.team_id == team.pk:
        return row
    _must_be_open(row)
    _must_be_the_same(row, version)
    _must_be_mine(row, by)
    paging.end_alert(row, at=at)
    row.team, row.taken_by = team, None
    row = _save(row, AdviceState.PASSED_ON, "advice.passed_on", "team", "taken_by", by=by, at=at)
    path = reverse("advice", args=[row.intake.reference])
    members = Membership.objects.live_on(timezone.localdate(at)).filter(team=team, user__is_active=True)
    for member in members.select_related("user"):
        if CASE_VIEW in permissions_of({member.role}):
            tell_user(ADVICE_PASSED, member.user, about=row.pk, occasion=f"passed{row.version}", path=path, at=at)
    return row


def teams_for(advice: CommanderAdvice, at: dt.datetime) -> list[Candidate]:
    """The regional teams that serve the unit, nearest first, each once. Three queries."""
    found: dict[int, Candidate] = {}
    for candidate in candidates(advice.intake.unit, at):
        found.setdefault(candidate.team.pk, candidate)
    return list(found.values())


@dataclass(frozen=True)
class Reach:
    """How the commander wants to be reached, from the answers as they were sent."""

    name: str
    phone: str
    email: str
    rules: list[Rule]


def reach_of(intake: Intake) -> Reach:
    """Name, numbers and wishes for contact; empty where nothing was answered."""
    given = dict(intake.contact_answers)
    wishes = ContactPreference(**{name: given[name] for name in WISHES if name in given})
    for name in ("window_from", "window_until"):
        setattr(wishes, name, dt.time.fromisoformat(given[name]) if given.get(name) else None)
    name, phone, email = (str(given.get(key) or "") for key in ("name", "phone", "email"))
    return Reach(name=name, phone=as_written(phone), email=email, rules=safe_contact.rules(wishes))


def _locked(advice: CommanderAdvice) -> CommanderAdvice:
    return (
        CommanderAdvice.objects.select_related("intake__data_key", "taken_by", "team")
        .select_for_update(of=("self",))
        .get(pk=advice.pk)
    )


def _must_be_open(row: CommanderAdvice) -> None:
    if row.done_at is not None:
        raise NotNow(_("This request has been answered."))


def _must_be_the_same(row: CommanderAdvice, version: int | None) -> None:
    if version is not None and version != row.version:
        raise AdviceChanged(row)


def _must_be_mine(row: CommanderAdvice, by: Actor) -> None:
    if row.taken_by is not None and row.taken_by_id != by.user_id:
        raise NotNow(_("%(name)s has this request.") % {"name": row.taken_by.name})


def _save(row: CommanderAdvice, state: str, action: str, *names: str, by: Actor, at: dt.datetime) -> CommanderAdvice:
    row.state = state
    row.version += 1
    row.save(update_fields=["state", "version", *names])
    audit.record(action, by=by, at=at, obj=row)
    return row
