"""Tasks of a case: who still has to do what, and when. A task is always somebody's, or the desk's.

What is asked of somebody who can no longer open the case goes to whoever has the case then, and without an owner to
the desk; closing ends what is open, but for aftercare.
"""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_WORK
from cases import colleagues, timeline
from cases.enums import EntryKind
from cases.enums.tasks import OUTLIVES_CLOSING, Reminder, TaskKind, TaskState
from cases.models import Case, CaseTask
from cases.moves import NotNow, locked, unused
from cases.notices import TASK_GIVEN

LONGEST = 300
FURTHEST = dt.timedelta(days=366)
"""A year that was mistyped is asked again."""


class TaskChanged(NotNow):
    """Somebody saved the task meanwhile. ``saved`` is how it is now."""

    def __init__(self, saved: CaseTask) -> None:
        super().__init__(_("This task was changed while you had it open. Nothing is lost: both texts are below."))
        self.saved = saved


def of_case(case: Case, *, reads_all: bool) -> list[CaseTask]:
    """Open ones first, by when they are due; then the rest, the last ended first. One query."""
    rows = list(CaseTask.objects.of_case(case, reads_all=reads_all).order_by("due_at", "pk"))
    for row in rows:
        row.case = case  # the key is at hand
    ended = sorted((row for row in rows if row.ended_at), key=lambda row: row.ended_at, reverse=True)  # type: ignore[arg-type,return-value]
    return [row for row in rows if row.is_open] + ended


def open_of_case() -> dict[str, Subquery]:
    """How many are open, inside a query for cases, as ``open_tasks``; None when there are none."""
    rows = CaseTask.objects.open().filter(case=OuterRef("pk")).order_by().values("case").annotate(n=Count("pk"))
    return {"open_tasks": Subquery(rows.values("n"))}


def first_of(case: Case, *, reads_all: bool, most: int = 3) -> list[CaseTask]:
    """The open ones that are due first. One query, and none when the workspace counted none."""
    if not case.open_tasks:  # type: ignore[attr-defined]
        return []
    rows = list(CaseTask.objects.of_case(case, reads_all=reads_all).open().order_by("due_at", "pk")[:most])
    for row in rows:
        row.case = case
    return rows


def task_for(case: Case, pk: UUID) -> CaseTask:
    """A task of this case, for who opened it through ``case_for``: without the file only what is asked of the desk."""
    reads_all = CASE_WORK in case.allowed  # type: ignore[attr-defined]
    task = CaseTask.objects.of_case(case, reads_all=reads_all).filter(pk=pk).first()
    if task is None:
        raise Refused("task.open", case_id=case.pk, basis="not in this case, or not asked of the desk")
    task.case = case
    return task


@transaction.atomic
def add(
    case: Case, *, what: str, due_at: dt.datetime, by: Actor, at: dt.datetime, user: User | None = None,
    for_desk: bool = False, kind: str = "", reminder: str = Reminder.THEN, task_id: UUID | None = None,
) -> CaseTask:  # fmt: skip
    """Ask something of ``user``, of the desk, or, of neither, of whoever has the case. ``task_id`` comes from the form,
    so that a second click is the same task."""
    case = locked(case)
    if task_id and (known := CaseTask.objects.filter(pk=task_id, case=case, created_by=by.user_id).first()):
        return known
    if kind not in OUTLIVES_CLOSING:
        _must_be_open(case)
    holder = None if for_desk else user or case.owner
    _must_have_access(case, holder, at)
    task = CaseTask(
        id=unused(CaseTask, task_id), case=case, kind=TaskKind(kind), user=holder, created_by=by.user, created_at=at
    )
    task.what = what.strip()
    _set_moments(task, due_at, reminder, at)
    task.save(force_insert=True)
    _line(task, "added", by, at)
    _tell_holder(task, by, at)
    return task


@transaction.atomic
def change(
    task: CaseTask, *, what: str, due_at: dt.datetime, user: User | None, reminder: str, version: int, by: Actor,
    at: dt.datetime, kind: str,
) -> CaseTask:  # fmt: skip
    """Other words, another moment, aftercare or not, or somebody else (None: the desk). Raises TaskChanged when it is
    no longer at ``version``; then nothing is saved."""
    case, task = _locked(task)
    _must_be_open(case)
    if not task.is_open:
        raise NotNow(_("This task is no longer open. Reopen it first."))
    before = task.user_id
    asked = (what.strip(), due_at, user.pk if user else None, reminder, kind)
    if (task.what, task.due_at, before, task.reminder, task.kind) == asked:
        return task
    if task.version != version:
        raise TaskChanged(task)
    if user is None or user.pk != before:
        _must_have_access(case, user, at)
    task.what, task.user, task.kind = what.strip(), user, TaskKind(kind)
    if (task.due_at, task.reminder) != (due_at, reminder):
        _set_moments(task, due_at, reminder, at)
    _save(task, "what", "user", "kind", "due_at", "reminder", "tell_at", "told_at")
    if task.user_id != before:
        _line(task, "given", by, at)
        _tell_holder(task, by, at)
    audit.record("task.changed", by=by, at=at, case_id=case.pk, obj=task)
    return task


@transaction.atomic
def finish(task: CaseTask, *, by: Actor, at: dt.datetime) -> CaseTask:
    """It is done. Twice is once."""
    return _end(task, TaskState.DONE, by, at)


@transaction.atomic
def drop(task: CaseTask, *, by: Actor, at: dt.datetime) -> CaseTask:
    """It need not be done any more. Twice is once."""
    return _end(task, TaskState.DROPPED, by, at)


@transaction.atomic
def reopen(task: CaseTask, *, by: Actor, at: dt.datetime) -> CaseTask:
    """It is to be done after all. Who can no longer open the case does not get it back: see ``settle``."""
    case, task = _locked(task)
    if task.is_open:
        return task
    if task.kind not in OUTLIVES_CLOSING:
        _must_be_open(case)
    task.state, task.ended_at, task.ended_by, task.told_at = TaskState.OPEN, None, None, None
    task.tell_at = max(task.tell_at, at)
    _save(task, "state", "ended_at", "ended_by", "told_at", "tell_at")
    _line(task, "reopened", by, at)
    settle(case, by=by, at=at)
    task.refresh_from_db(fields=["user"])
    return task


def settle(case: Case, *, by: Actor, at: dt.datetime, was: int | None = None) -> int:
    """Who has the case, or access to it, has changed: what was asked of its former owner ``was``, and of people who can
    no longer open it, goes to the owner of now, or to the desk.

    ``case`` is locked. Each such task is in the timeline, and its new holder is told. One query when there are none.
    """
    rows = list(CaseTask.objects.open().filter(case=case, user__isnull=False).select_for_update(of=("self",)))
    able = {user.pk for user in colleagues.of_case(case, at)} if rows else set()
    left = [row for row in rows if row.user_id not in able or row.user_id == was]
    for task in left:
        task.case, task.user = case, case.owner if case.owner_id in able else None
        _save(task, "user")
        _line(task, "given", by, at)
        _tell_holder(task, by, at)
    return len(left)


def settle_each(was: Mapping[Case, int | None], *, by: Actor, at: dt.datetime) -> None:
    """The same for each of these cases, with its former owner. One query for all in which nothing is asked."""
    held = CaseTask.objects.open().filter(case__in=was, user__isnull=False).values_list("case_id", flat=True)
    asked = set(held)
    for case, before in was.items():
        if case.pk in asked:
            settle(case, was=before, by=by, at=at)


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> int:
    """The case is over: nothing stays due but aftercare. ``case`` is locked."""
    rows = list(CaseTask.objects.open().filter(case=case).exclude(kind__in=OUTLIVES_CLOSING).select_for_update())
    for task in rows:
        task.case, task.state, task.ended_at, task.ended_by = case, TaskState.DROPPED, at, by.user if by.roles else None
        _save(task, "state", "ended_at", "ended_by")
        _line(task, "dropped", by, at)
    return len(rows)


def _end(task: CaseTask, state: TaskState, by: Actor, at: dt.datetime) -> CaseTask:
    _case, task = _locked(task)
    if not task.is_open:
        return task
    task.state, task.ended_at, task.ended_by = state, at, by.user
    _save(task, "state", "ended_at", "ended_by")
    _line(task, str(state), by, at)
    return task


def _locked(task: CaseTask) -> tuple[Case, CaseTask]:
    """The case and the task as they are now. Case first, as everywhere, so that two verbs never wait for each other."""
    case = locked(task.case)
    CaseTask.objects.select_for_update().only("pk").get(pk=task.pk)
    task = CaseTask.objects.select_related("user").get(pk=task.pk)
    task.case = case
    return case, task


def _save(task: CaseTask, *names: str) -> None:
    task.version += 1
    task.save(update_fields=[*names, "version"])


def _set_moments(task: CaseTask, due_at: dt.datetime, reminder: str, at: dt.datetime) -> None:
    """When it is due and when its holder is told; not before it was made. Raises NotNow for a day that is far."""
    if due_at > at + FURTHEST:
        raise NotNow(_("Choose a day within a year from now."))
    task.due_at, task.reminder, task.told_at = due_at, Reminder(reminder), None
    task.tell_at = max(due_at - task.reminder.before, at)


def _line(task: CaseTask, what: str, by: Actor, at: dt.datetime) -> None:
    """In the timeline of staff and in the audit."""
    facts = {"task": str(task.pk), "what": what} | ({"to_user": task.user_id} if task.user_id else {"desk": True})
    timeline.add(task.case, EntryKind.TASK, by=by, at=at, facts=facts, text=task.what)
    audit.record(f"task.{what}", by=by, at=at, case_id=task.case_id, obj=task)


def _tell_holder(task: CaseTask, by: Actor, at: dt.datetime) -> None:
    """That something is asked of them; who asks it of themselves knows. The desk sees it on its list."""
    if task.user is not None and task.user_id != by.user_id:
        path = reverse("case_tasks", args=[task.case.reference])
        tell_user(TASK_GIVEN, task.user, about=task.case_id, occasion=f"{task.pk}{task.version}", path=path, at=at)


def _must_have_access(case: Case, user: User | None, at: dt.datetime) -> None:
    if user is not None and user.pk not in {one.pk for one in colleagues.of_case(case, at)}:
        raise NotNow(_("%(name)s cannot open this case, so nothing can be asked of them here.") % {"name": user.name})


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise NotNow(_("This case is closed. Tasks can no longer be added or changed."))
