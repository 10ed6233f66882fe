"""Looking for lines of the timeline: by group, by who did it, and by days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from cases.enums.groups import KINDS, LineGroup
from cases.models import Case, TimelineEntry

CLIENT = "client"


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; nothing given is everything. ``who`` is the id of a user, or CLIENT."""

    groups: tuple[str, ...] = ()
    who: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def condition(self) -> Q:
        """True of the lines that fit. Days are local, and the last one counts."""
        found = Q()
        if self.groups:
            known = frozenset[Any]().union(*KINDS.values())
            rest = ~Q(kind__in=known) if LineGroup.DECISIONS in self.groups else Q(pk=None)
            found &= rest | Q(kind__in=frozenset[Any]().union(*(KINDS.get(group, ()) for group in self.groups)))
        if self.who:
            found &= Q(by_client=True) if self.who == CLIENT else Q(by=int(self.who))
        if self.since:
            found &= Q(at__gte=_midnight(self.since))
        if self.until:
            found &= Q(at__lt=_midnight(self.until + dt.timedelta(days=1)))
        return found


def people_in(*cases: Case) -> list[User]:
    """Who did anything in these cases. One query."""
    by = TimelineEntry.objects.filter(case__in=cases, by__isnull=False).values("by")
    return list(User.objects.filter(pk__in=by).order_by("name", "pk"))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
