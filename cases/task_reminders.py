"""Reminding of tasks, by the sweep: once for each, also when it runs late."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.actors import system
from accounts.duty import roster
from accounts.models import User
from accounts.notices import tell_user
from cases import case_tasks, colleagues, deputies, guarded
from cases.enums.tasks import Reminder
from cases.models import Case, CaseTask
from cases.moves import locked
from cases.notices import TASK_DUE

BY = system("tasks")
AT_ONCE = 200


def remind_due(at: dt.datetime) -> int:
    """Tell each holder whose moment has come, and who stands in for them; of a task of the desk whoever is on duty, or
    the coordinators when nobody is. Returns how many tasks that were. Whoever can no longer open the case is not told:
    then the task goes to somebody who can (case_tasks.settle)."""
    due = list(CaseTask.objects.to_tell(at).order_by("tell_at").values_list("pk", flat=True)[:AT_ONCE])
    on_duty = [turn.user for turn in roster(at).on_duty] if due else []
    return sum(_remind(pk, on_duty, at) for pk in due)


@transaction.atomic
def _remind(pk: UUID, on_duty: list[User], at: dt.datetime) -> bool:
    """The case first, as everywhere. What another sweep or a colleague was quicker with is left alone."""
    found = CaseTask.objects.select_related("case").filter(pk=pk).first()
    if found is None:
        return False
    case = locked(found.case)
    if not CaseTask.objects.to_tell(at).filter(pk=pk).exists():
        return False
    case_tasks.settle(case, by=BY, at=at)
    task = CaseTask.objects.select_related("user").get(pk=pk)
    task.told_at = at
    task.save(update_fields=["told_at"])
    if task.reminder == Reminder.NONE:
        return True
    path = reverse("case_tasks", args=[case.reference])
    holders = _holders(task.user, case, at) if task.user else on_duty or guarded.coordinators(at, case=case)
    for user in holders:
        tell_user(TASK_DUE, user, about=case.pk, occasion=f"{task.pk}{task.tell_at.isoformat()}", path=path, at=at)
    audit.record("task.reminded", by=BY, at=at, case_id=case.pk, obj=task)
    return True


def _holders(user: User, case: Case, at: dt.datetime) -> list[User]:
    """Whose task it is, and who stands in for them today, when they can open the case."""
    away = deputies.stands_in_until([user.pk], at).get(user.pk)
    deputy = away.deputy if away else None
    return [user, deputy] if deputy and deputy in colleagues.of_case(case, at) else [user]
