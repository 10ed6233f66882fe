"""Who stands in for whom, now or the next time that somebody is away, for the table of who serves which unit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Substitution, User
from accounts.people import handled_by
from referrals.matching.people import Member

MOST_SHOWN = 3


@dataclass(frozen=True)
class Deputy:
    """The nearest days on which somebody is away, or nothing where none are planned; ``may_name``: who looks may write
    down their days."""

    user: User
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    name: str = ""
    absence_id: int | None = None
    may_name: bool = False

    @property
    def is_hole(self) -> bool:
        return not self.name

    @property
    def words(self) -> str:
        if self.first_day is None or self.last_day is None:
            return _("No deputy named")
        first, last = date_format(self.first_day, "j F"), date_format(self.last_day, "j F")
        said = {"name": self.name, "days": first if first == last else f"{first} – {last}"}
        return (_("%(days)s: %(name)s stands in") if self.name else _("%(days)s: nobody stands in")) % said


class StandIns:
    """Who stands in for everyone who is or will be away, and whose absence ``by`` may write down. Two queries."""

    def __init__(self, by: Actor, day: dt.date) -> None:
        rows = Substitution.objects.filter(last_day__gte=day).select_related("deputy").order_by("-first_day", "-pk")
        self.planned = {row.user_id: row for row in rows}
        self.handled = set(handled_by(by, day).values_list("pk", flat=True))

    def of(self, those: Sequence[Member]) -> list[Deputy]:
        """For one worker, or for these together, the nearest days first. Where there are more of them, who has nothing
        planned has colleagues who answer."""
        people = {one.someone.user.pk: one.someone.user for one in those}
        found = [self._of(user) for user in people.values()]
        away = sorted((one for one in found if one.first_day), key=lambda one: (one.first_day, one.user.name))
        return (away if len(found) > 1 else found)[:MOST_SHOWN]

    def _of(self, user: User) -> Deputy:
        row, may_name = self.planned.get(user.pk), user.pk in self.handled
        if row is None:
            return Deputy(user, may_name=may_name)
        name = row.deputy.name if row.deputy else ""
        return Deputy(user, row.first_day, row.last_day, name, row.absence_id, may_name=may_name)
