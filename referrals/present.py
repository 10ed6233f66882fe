"""Everyone who may answer, as they are at this moment."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from accounts.enums import TeamKind
from accounts.models import Team
from referrals.enums import MatchStep
from referrals.matching import Candidate, Place
from referrals.matching.people import Member, everyone
from referrals.matching.ranking import as_they_are
from referrals.models import Capacity, Coverage

KINDS = (TeamKind.REGIONAL, TeamKind.SMT, TeamKind.BIU)
"""Kinds of team that can be asked to help a unit."""

NOWHERE = Place(MatchStep.CHOSEN, "")


class Present:
    """By team and by worker. Two queries at any size."""

    def __init__(self, people: Iterable[Member]) -> None:
        self.teams: dict[int, list[Member]] = defaultdict(list)
        self.users: dict[int, list[Member]] = {}
        for one in people:
            self.teams[one.team.pk].append(one)
            self.users.setdefault(one.someone.user.pk, [one])

    @classmethod
    def at(cls, at: dt.datetime) -> "Present":
        return cls(everyone(KINDS, at))

    def those(self, row: Coverage | Capacity) -> list[Member]:
        """Whom a row is about; nobody when nobody can answer."""
        return self.users.get(row.user_id, []) if row.user_id else self.teams.get(row.team_id or 0, [])

    def now(self, row: Coverage | Capacity, place: Place = NOWHERE) -> Candidate | None:
        """How they are, those whom a row is about; None when nobody can answer."""
        those = self.those(row)
        return as_they_are(place, those, row.user_id) if those else None

    @property
    def full_teams(self) -> list[Team]:
        """Teams in which nobody has room, by name. Where nobody said how much fits nothing is full."""
        full = [those[0].team for those in self.teams.values() if as_they_are(NOWHERE, those, None).full]
        return sorted(full, key=str)

    @property
    def has_pool(self) -> bool:
        """Whether anyone in a national pool can answer."""
        return any(those[0].team.is_national_pool for those in self.teams.values())
