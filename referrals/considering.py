"""A minute in which a worker is held for one who looks at them, so that two of the desk do not give the same worker
a case at the same moment. It ends by the clock, when the case is decided, and when the page is left.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from cases.models import Case
from referrals.matching import Candidate
from referrals.models import Considered

LASTS = dt.timedelta(seconds=60)


def consider(worker: User, case: Case, *, by: Actor, at: dt.datetime) -> bool:
    """Hold this worker for ``by``; False when somebody else does. One query: of two at once exactly one gets True."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_considered AS held (worker_id, case_id, by_id, until) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (worker_id) DO UPDATE SET case_id = excluded.case_id, by_id = excluded.by_id,"
            " until = excluded.until WHERE held.until <= %s OR held.by_id = excluded.by_id RETURNING 1",
            [worker.pk, case.pk, by.user_id, at + LASTS, at],
        )
        return cursor.fetchone() is not None


def suggest(found: Iterable[Candidate], case: Case, *, by: Actor, at: dt.datetime) -> Candidate | None:
    """Hold the nearest of these whom nobody else looks at, and let go of whom ``by`` held before for this case. A team
    is never held: whoever of it has time picks up."""
    release(case, by=by)
    for one in found:
        if one.user is None or consider(one.user, case, by=by, at=at):
            return one
    return None


def release(case: Case, *, by: Actor) -> None:
    """Let go of whoever ``by`` holds for this case."""
    Considered.objects.filter(case=case, by=by.user_id).delete()


def forget_over(at: dt.datetime) -> int:
    """Remove what no longer counts; returns how many."""
    return Considered.objects.filter(until__lte=at).delete()[0]


def words(name: str, until: dt.datetime) -> str:
    """Who looks at a worker, and until when."""
    until_words = time_format(timezone.localtime(until), "H:i")
    return _("%(name)s is looking at this worker until %(time)s") % {"name": name, "time": until_words}
