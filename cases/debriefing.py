"""Talking in a group after an incident: planned, held, and looked at again some weeks later (R10).

It is a kind of help within the case of whoever asked for the team. It counts no conversations and keeps no names: how
many came, how many want a talk of their own, and what the group needs. Each of them asks for that by the usual ways.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.notices import tell_user
from accounts.roles import CASE_WORK, PERMISSIONS
from cases import timeline, tracks
from cases.appointments import FURTHEST
from cases.enums import WITH_WORKER, EntryKind, SessionState
from cases.enums.tracks import TrackKind
from cases.models import Case, CaseAccess, GroupTalk
from cases.moves import NotNow, locked, unused
from cases.notices import LOOK_AGAIN, SECOND_LEFT, tell_client
from cases.reading import must_be_read

LOOK_AGAIN_AFTER = dt.timedelta(weeks=5)
"""Usual time until somebody asks how the team is; the worker can choose another day."""
MOST_PEOPLE = 500


class Conflict(NotNow):
    """Somebody wrote down how it went meanwhile. ``saved`` is that; nothing of what was typed is saved."""

    def __init__(self, saved: GroupTalk) -> None:
        super().__init__(_("Someone wrote this down while you had it open."))
        self.saved = saved


def of_case(case: Case) -> list[GroupTalk]:
    """All of a case, the latest first. One query."""
    rows = list(GroupTalk.objects.filter(case=case).select_related("led_by", "second").order_by("-starts_at", "-pk"))
    for row in rows:
        row.case = case
    return rows


def colleagues(case: Case, at: dt.datetime) -> "QuerySet[User]":
    """Who may lead it beside the worker of the case: whoever works with cases and is not kept out. By name."""
    roles = [role for role in Role.values if CASE_WORK in PERMISSIONS.get(role, frozenset())]
    works = Membership.objects.live_on(timezone.localdate(at)).filter(role__in=roles)
    out = CaseAccess.objects.keeping_out_of(case.pk).values("user")
    people = User.objects.filter(is_active=True, pk__in=works.values("user")).exclude(pk__in=out)
    return people.exclude(pk=case.owner_id or 0).order_by("name")


@transaction.atomic
def plan(
    case: Case,
    *,
    starts_at: dt.datetime,
    minutes: int,
    place: str,
    incident: str,
    second: User,
    by: Actor,
    at: dt.datetime,
    talk_id: uuid.UUID | None = None,
) -> GroupTalk:
    """Plan a meeting with the team, led by the worker of the case and ``second``; starts this kind of help when it does
    not run. ``talk_id`` comes from the form: a second click is the same meeting. Raises NotNow, and MustRead before
    the client's summary was read."""
    case = _with_worker(case)
    if talk_id and (known := GroupTalk.objects.filter(pk=talk_id, case=case).first()):
        return known
    must_be_read(case, by)
    if not at < starts_at <= at + FURTHEST:
        raise NotNow(_("Choose a moment that is still to come, within a year from now."))
    _must_fit(second, case)
    tracks.start(case, TrackKind.DEBRIEFING, by=by, at=at)
    talk = GroupTalk(
        id=unused(GroupTalk, talk_id), case=case, led_by=case.owner, second=second, starts_at=starts_at, minutes=minutes
    )
    talk.place, talk.incident = place.strip(), incident.strip()
    talk.save(force_insert=True)
    _write_down(talk, by=by, at=at)
    tell_client(case, occasion=f"group{talk.pk}", at=at)
    return talk


@transaction.atomic
def choose_second(talk: GroupTalk, second: User, *, by: Actor, at: dt.datetime) -> GroupTalk:
    """Who leads it too, where that is open. Raises NotNow; of two choices the first counts."""
    talk = _locked(talk)
    if talk.second_id == second.pk:
        return talk
    if talk.state != SessionState.PLANNED or talk.second_id is not None:
        raise NotNow(_("Somebody leads it too already, or it is over."))
    _must_fit(second, talk.case)
    talk.second = second
    talk.save(update_fields=["second"])
    audit.record("group_talk.second_chosen", by=by, at=at, case_id=talk.case_id, obj=talk)
    return talk


def second_left(user: User, *, by: Actor, at: dt.datetime) -> None:
    """Who would lead talks of colleagues too works here no longer: they hear of it and choose somebody else. In the
    transaction of who leaves, the cases of the leaver handed over before."""
    rows = GroupTalk.objects.filter(second=user, state=SessionState.PLANNED).select_related("case__owner")
    talks = list(rows.select_for_update(of=("self",)).order_by("pk"))
    rows.update(second=None)
    audit.record_each("group_talk.second_left", talks, by=by, at=at)
    for talk in talks:
        if talk.case.owner is not None:
            path = reverse("case_group_talk", args=[talk.case.reference, talk.pk])
            tell_user(SECOND_LEFT, talk.case.owner, about=talk.case_id, occasion=str(talk.pk), path=path, at=at)


@transaction.atomic
def hold(
    talk: GroupTalk,
    *,
    present: int,
    want_own_talk: int,
    report: str,
    look_again_on: dt.date,
    by: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> GroupTalk:
    """It took place, with so many people; also to correct what was said. Raises NotNow before it began, and Conflict
    when it is no longer at ``version``; then nothing is saved."""
    talk = _locked(talk)
    said: dict[str, Any] = {"present": present, "want_own_talk": want_own_talk, "report": report.strip()}
    if talk.state == SessionState.HELD and talk.look_again_on == look_again_on and said == _said(talk):
        return talk
    if version is not None and talk.version != version:
        raise Conflict(talk)
    if talk.starts_at > at:
        raise NotNow(_("This conversation is still to come."))
    if talk.state == SessionState.CANCELLED:
        raise NotNow(_("This meeting was cancelled."))
    if want_own_talk > present:
        raise NotNow(_("More people want a talk of their own than there were."))
    if look_again_on != talk.look_again_on:
        _must_be_near(look_again_on, timezone.localdate(at))
    first = talk.state != SessionState.HELD
    if talk.look_again_on != look_again_on:
        talk.reminded_at = None
    talk.state, talk.present, talk.want_own_talk, talk.look_again_on = (
        SessionState.HELD,
        present,
        want_own_talk,
        look_again_on,
    )
    talk.report, talk.version = said["report"], talk.version + 1
    talk.save(update_fields=["state", "present", "want_own_talk", "look_again_on", "report", "reminded_at", "version"])
    if first:
        _write_down(talk, by=by, at=at)
    else:
        audit.record("group_talk.corrected", by=by, at=at, case_id=talk.case_id, obj=talk)
    return talk


@transaction.atomic
def cancel(talk: GroupTalk, *, by: Actor, at: dt.datetime) -> GroupTalk:
    """It does not take place; whoever asked for it is told."""
    talk = _locked(talk)
    if talk.state == SessionState.CANCELLED:
        return talk
    if talk.state != SessionState.PLANNED:
        raise NotNow(_("How this meeting went was written down already."))
    _cancel(talk, by=by, at=at)
    tell_client(talk.case, occasion=f"group_off{talk.pk}", at=at)
    return talk


@transaction.atomic
def look_again(talk: GroupTalk, *, by: Actor, at: dt.datetime) -> GroupTalk:
    """Somebody asked how the team is. Twice is once."""
    talk = _locked(talk)
    if talk.looked_at is None:
        if talk.state != SessionState.HELD:
            raise NotNow(_("This meeting was not held yet."))
        talk.looked_at = at
        talk.save(update_fields=["looked_at"])
        audit.record("group_talk.looked_again", by=by, at=at, case_id=talk.case_id, obj=talk)
    return talk


@transaction.atomic
def remind_due(at: dt.datetime) -> int:
    """Tell the worker whose team is to be asked how it is; once per meeting, however late. Returns how many. While the
    desk looks for another worker it waits for that one."""
    due = GroupTalk.objects.filter(
        look_again_on__lte=timezone.localdate(at), looked_at=None, reminded_at=None, case__state__in=WITH_WORKER,
        case__owner__is_active=True,
    )  # fmt: skip
    rows = list(due.select_related("case__owner").select_for_update(of=("self",), skip_locked=True)[:200])
    for talk in rows:
        talk.reminded_at = at
        talk.save(update_fields=["reminded_at"])
        if talk.case.owner is not None:
            tell_user(
                LOOK_AGAIN, talk.case.owner, about=talk.case_id, occasion=f"{talk.pk}:{talk.look_again_on}", at=at,
                path=reverse("case_debriefing", args=[talk.case.reference]),
            )  # fmt: skip
    return len(rows)


def _must_be_near(day: dt.date, today: dt.date) -> None:
    if day <= today:
        raise NotNow(_("Choose a day that is still to come."))
    if day > today + FURTHEST:
        raise NotNow(_("Choose a day within a year from now."))


def _said(talk: GroupTalk) -> dict[str, Any]:
    return {"present": talk.present, "want_own_talk": talk.want_own_talk, "report": str(talk.report)}


def still_due() -> "QuerySet[GroupTalk]":
    """What somebody waits for: a meeting that is planned, or that the group is asked how it is."""
    again = Q(look_again_on__isnull=False, looked_at=None, reminded_at=None)
    return GroupTalk.objects.filter(Q(state=SessionState.PLANNED) | Q(state=SessionState.HELD) & again)


def call_off(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """What is planned is cancelled: part of closing and of handing back, under the lock of the case."""
    for talk in GroupTalk.objects.select_for_update().filter(case=case, state=SessionState.PLANNED):
        talk.case = case
        _cancel(talk, by=by, at=at)


def pass_on(case: Case, was: int | None, *, by: Actor, at: dt.datetime) -> None:
    """The worker ``was`` gave the case to its owner of now: they lead what is planned, unless they would be the second
    as well. Part of it, under the lock of the case."""
    for talk in GroupTalk.objects.select_for_update().filter(case=case, state=SessionState.PLANNED, led_by=was):
        talk.case = case
        if talk.second_id == case.owner_id:
            _cancel(talk, by=by, at=at)
        elif case.owner is not None:
            talk.led_by = case.owner
            talk.save(update_fields=["led_by"])


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """Part of closing a case: what is planned is cancelled, and nobody is reminded any more."""
    call_off(case, by=by, at=at)
    GroupTalk.objects.filter(case=case, looked_at=None, reminded_at=None).update(reminded_at=at)


def _cancel(talk: GroupTalk, *, by: Actor, at: dt.datetime) -> None:
    talk.state = SessionState.CANCELLED
    talk.save(update_fields=["state"])
    _write_down(talk, by=by, at=at)


def _must_fit(second: User, case: Case) -> None:
    if second.pk == case.owner_id or CaseAccess.objects.keeping_out_of(case.pk).filter(user=second).exists():
        raise NotNow(_("Two different people lead it. Choose a colleague."))


def _with_worker(case: Case) -> Case:
    case = locked(case)
    if case.state not in WITH_WORKER:
        raise NotNow(_("Help is given in a case that a worker has accepted."))
    return case


def _locked(talk: GroupTalk) -> GroupTalk:
    case = _with_worker(talk.case)
    row = GroupTalk.objects.select_for_update().get(pk=talk.pk)
    row.case = case
    return row


def _write_down(talk: GroupTalk, *, by: Actor, at: dt.datetime) -> None:
    facts = {"what": talk.state, "starts_at": talk.starts_at.isoformat(), "group": str(talk.pk)}
    timeline.add(talk.case, EntryKind.GROUP_TALK, by=by, at=at, facts=facts, for_client=True)
    audit.record(f"group_talk.{talk.state}", by=by, at=at, case_id=talk.case_id, obj=talk)
