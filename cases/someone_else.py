"""A client asks to talk with somebody else. The desk decides what happens; asking ends nobody's access by itself."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.duty import roster
from accounts.enums import Role
from accounts.models import User
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_TRIAGE, CASE_VIEW
from cases import timeline
from cases.enums import AT_DESK, WITH_WORKER, EntryKind
from cases.enums.whom import SomeoneElseState
from cases.guarded import with_role
from cases.handback import goes_back
from cases.models import Case, SomeoneElse
from cases.moves import NotNow, locked
from cases.notices import tell_client
from cases.permissions import OWN_CASE, must_have
from cases.someone_else_notices import SOMEONE_ELSE_ASKED, SOMEONE_ELSE_HELPS

TAKEN_BACK = (SomeoneElseState.OPEN, SomeoneElseState.LOOKING, SomeoneElseState.OVER)
"""What the client can still take back."""


def latest(case: Case) -> SomeoneElse | None:
    """The wish that counts last. One query."""
    row = SomeoneElse.objects.filter(case=case).select_related("away_from").order_by("-asked_at", "-pk").first()
    if row is not None:
        row.case = case  # its key is at hand
    return row


def waiting_of_case() -> dict[str, Exists]:
    """Whether the desk has not answered yet, inside a query for cases, as ``someone_else_waiting``."""
    return {"someone_else_waiting": Exists(SomeoneElse.objects.open().filter(case=OuterRef("pk")))}


def is_settled(row: SomeoneElse, case: Case) -> bool:
    """Whether nothing of it is still to come: it stays as it is, it was taken back, or somebody else helps now."""
    if row.state == SomeoneElseState.LOOKING:
        return case.state in WITH_WORKER and case.owner_id != row.away_from_id
    return row.state != SomeoneElseState.OPEN


@transaction.atomic
def ask(case: Case, *, why: str = "", by: Actor, at: dt.datetime) -> SomeoneElse:
    """The client asks, or the desk for them by phone. While one waits for an answer, asking again is the same.
    Raises Refused for anyone else."""
    case = locked(case)
    must_have(CASE_VIEW if by.roles else OWN_CASE, case.pk, by=by, at=at, action="someone_else.ask")
    if by.roles and not by.may(CASE_TRIAGE):
        raise Refused("someone_else.ask", case_id=case.pk, basis="not of the desk")
    if known := SomeoneElse.objects.open().filter(case=case).first():
        return known
    if not case.is_open:
        raise NotNow(_("Your request is closed. Send a new one, or call us."))
    helper = (
        case.owner if case.state in WITH_WORKER else case.primary_contact
    )  # the desk may be the contact person still
    row = SomeoneElse(case=case, away_from=helper, asked_at=at, entered_by=by.user if by.roles else None)
    row.why = why.strip()
    row.save(force_insert=True)
    audit.record("someone_else.asked", by=by, at=at, case_id=case.pk, obj=row)
    for user in _desk_now(case, row, at):
        tell_user(
            SOMEONE_ELSE_ASKED, user, about=case.pk, occasion=str(row.pk), at=at,
            path=reverse("case_someone_else", args=[case.reference]),
        )  # fmt: skip
    return row


@transaction.atomic
def take_back(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The client says that it may stay: whoever they asked away from can be suggested again. Twice is once.
    Raises Refused for anyone else."""
    case = locked(case)
    must_have(OWN_CASE, case.pk, by=by, at=at, action="someone_else.take_back")
    row = latest(case)
    if row is None or row.state not in TAKEN_BACK:
        return
    _answer(row, SomeoneElseState.TAKEN_BACK, by, at)


@transaction.atomic
def look(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The desk looks for somebody else, and takes the case back when the one who has it is whom they asked away
    from. Raises Refused for who is not of the desk, and for whom it is about."""
    case, row = _open(case, by, at)
    _answer(row, SomeoneElseState.LOOKING, by, at)
    _tell_line(case, row, by, at)
    if case.state in WITH_WORKER and case.owner_id is not None and case.owner_id == row.away_from_id:
        worker = case.owner
        goes_back(case, reason=_("Someone else helps from now on."), by=by, at=at)
        if worker is not None:
            tell_user(SOMEONE_ELSE_HELPS, worker, about=None, occasion=str(row.pk), at=at)
    else:
        tell_client(case, occasion=f"someone_else{row.pk}", at=at)


@transaction.atomic
def stays(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The desk talked with the client, and it stays as it is. Raises Refused as ``look``."""
    case, row = _open(case, by, at)
    _answer(row, SomeoneElseState.STAYS, by, at)
    _tell_line(case, row, by, at)
    tell_client(case, occasion=f"someone_else{row.pk}", at=at)


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The case ends: nobody need answer any more. ``case`` is locked."""
    for row in SomeoneElse.objects.open().filter(case=case):
        _answer(row, SomeoneElseState.OVER, by, at)


def may_read(row: SomeoneElse, by: Actor) -> bool:
    """Whether somebody of the desk reads why, and answers; never whom it is about."""
    return row.away_from_id is None or row.away_from_id != by.user_id


def _open(case: Case, by: Actor, at: dt.datetime) -> tuple[Case, SomeoneElse]:
    case = locked(case)
    must_have(CASE_VIEW, case.pk, by=by, at=at, action="someone_else.answer")
    row = SomeoneElse.objects.open().filter(case=case).first()
    if row is None:
        raise NotNow(_("This was answered already, or the client took it back."))
    if not by.may(CASE_TRIAGE) or not may_read(row, by):
        raise Refused("someone_else.answer", case_id=case.pk, basis="not of the desk, or it is about them")
    return case, row


def _answer(row: SomeoneElse, state: SomeoneElseState, by: Actor, at: dt.datetime) -> None:
    row.state, row.answered_at, row.answered_by = state, at, by.user if by.roles else None
    row.save(update_fields=["state", "answered_at", "answered_by"])
    audit.record("someone_else.answered", by=by, at=at, case_id=row.case_id, obj=row, part=str(state))


def _tell_line(case: Case, row: SomeoneElse, by: Actor, at: dt.datetime) -> None:
    facts: dict[str, Any] = {"state": str(row.state)}
    timeline.add(case, EntryKind.SOMEONE_ELSE, by=by, at=at, facts=facts, for_client=True)


def _desk_now(case: Case, row: SomeoneElse, at: dt.datetime) -> list[User]:
    """Who is on duty, and who of the desk has the case; the coordinators when there is nobody. Never whom it is
    about."""
    people = {turn.user.pk: turn.user for turn in roster(at).on_duty}
    if case.state in AT_DESK and case.owner is not None:
        people[case.owner.pk] = case.owner
    people.pop(row.away_from_id or 0, None)
    away = frozenset({row.away_from_id} if row.away_from_id else ())
    return list(people.values()) or with_role(Role.COORDINATOR, at, but=away)
