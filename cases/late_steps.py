"""When what comes next in a worker's case is late: they hear of it once for each moment, and coordinators see it.

Each case is looked at when its next moment has passed, and at least once a day; whatever happens in it takes the mark
away (cases/timeline.py).
"""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import system
from accounts.notices import Kind, register, tell_user
from cases import deputies, next_step
from cases.enums.steps import AFTER, StepKind
from cases.models import Case
from cases.next_step import DAY, NextStep

BY = system("steps")
AT_ONCE = 200
OURS = (StepKind.DECIDE, *AFTER.values())
"""Nothing else reminds of these. What has a reminder of its own is said a day later."""

STEP_LATE = register(
    Kind(
        code="case.step_late",
        title=_("Say what comes next"),
        text=_("In one of your cases the next moment has passed. Open it and say what comes next."),
        label=_("The next moment in a case has passed"),
    )
)


def look_due(at: dt.datetime) -> int:
    """Look at the cases of workers whose time it is; returns how many are late. May run late, twice, or twice at once:
    what another sweep or a colleague holds is left for the next time."""
    with transaction.atomic():
        rows = Case.objects.to_look_at(at).annotate(**next_step.of_case())
        cases = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
        late = [case for case in cases if _look(case, at)]
        Case.objects.bulk_update(cases, ["next_look_at", "late_since"])
    return len(late)


def late_from(step: NextStep) -> dt.datetime:
    """From when whoever has the case is reminded."""
    return step.due_at if step.kind in OURS else step.due_at + DAY


def _look(case: Case, at: dt.datetime) -> bool:
    step = next_step.of(case, at)
    from_ = late_from(step)
    if from_ > at:
        case.late_since, case.next_look_at = None, min(from_, at + DAY)
        return False
    if case.late_since is None:
        audit.record("step.late", by=BY, at=at, case_id=case.pk, obj=case, part=str(step.kind))
    case.late_since, case.next_look_at = step.due_at, at + DAY
    _remind(case, step, at)
    return True


def _remind(case: Case, step: NextStep, at: dt.datetime) -> None:
    """Whoever answers for the case now, each once. While nobody does, the coordinators see it on their dashboard."""
    occasion, path = f"{step.kind}{step.due_at.isoformat()}", reverse("case", args=[case.reference])
    for user in deputies.helpers_of(case, at):
        tell_user(STEP_LATE, user, about=case.pk, occasion=occasion, path=path, at=at)
