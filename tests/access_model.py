"""Who may see what, said a second time in plain Python: no query, no code of the site but its table of roles.

The machine of tests/cases/test_access_machine.py does the same things here and there, and compares.
"""

import datetime as dt
from dataclasses import dataclass, field

from accounts.roles import PERMISSIONS

NIGHT = "after-hours"
FAMILY_GIVES = {
    "named": {"family.named"},
    "dates": {"family.named", "family.dates"},
    "messages": {"family.named", "family.dates", "family.messages"},
    "joint": {"family.named", "family.joint"},
}


@dataclass
class Grant:
    """Work on a case, for a team or for one person."""

    case: str
    scope: str
    start: dt.datetime
    team: str = ""
    person: str = ""
    end: dt.datetime | None = None
    source: str = ""

    def live(self, at: dt.datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass
class Invite:
    case: str
    scope: str
    open_until: dt.datetime
    end: dt.datetime
    accepted_by: str = ""
    gone: bool = False  # withdrawn, declined, left, or replaced by a newer one
    ever: set[str] = field(default_factory=set)

    def shows(self, person: str, at: dt.datetime) -> bool:
        return self.accepted_by == person and not self.gone and at < self.end


@dataclass
class Post:
    """A role in a team, from and until and including a day."""

    person: str
    team: str
    role: str
    first: dt.date
    last: dt.date | None = None


@dataclass
class Model:
    clients: dict[str, str]  # case: first name of its client
    posts: list[Post] = field(default_factory=list)
    shifts: list[tuple[str, dt.datetime, dt.datetime]] = field(default_factory=list)  # of the after-hours line
    grants: list[Grant] = field(default_factory=list)
    invites: dict[object, Invite] = field(default_factory=dict)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    closed_accounts: set[str] = field(default_factory=set)

    def roles(self, person: str, at: dt.datetime) -> dict[str, set[str]]:
        """By team, the roles that count now; those of the night only during one's own shift."""
        found: dict[str, set[str]] = {}
        day = at.astimezone(at.tzinfo).date()
        for post in self.posts:
            if post.person != person or day < post.first or (post.last and day > post.last):
                continue
            on_shift = any(who == person and start <= at < end for who, start, end in self.shifts)
            if post.team != NIGHT or on_shift:
                found.setdefault(post.team, set()).add(post.role)
        return found

    def works_on(self, person: str, case: str, at: dt.datetime) -> bool:
        """Whether some grant of work names this person, or a team in which they count now."""
        teams = self.roles(person, at)
        return any(
            grant.case == case and grant.live(at) and (grant.person == person or grant.team in teams)
            for grant in self.grants
        )

    def may(self, person: str, capacity: str, case: str, at: dt.datetime) -> set[str] | None:
        """What they may do with the case; None when it does not exist for them."""
        if person in self.closed_accounts or (case, person) in self.blocks:
            return None
        if capacity == "family":
            rows = [invite for invite in self.invites.values() if invite.case == case and invite.shows(person, at)]
            return set().union(*(FAMILY_GIVES[row.scope] for row in rows)) if rows else None
        if capacity == "own" or not self.roles(person, at):
            return {"case.own"} if self.clients[case] == person else None
        return self._at_work(person, case, at)

    def _at_work(self, person: str, case: str, at: dt.datetime) -> set[str] | None:
        relative = any(row.case == case and person in row.ever for row in self.invites.values())
        if self.clients[case] == person or relative or not self.works_on(person, case, at):
            return None
        teams, allowed = self.roles(person, at), set()
        for grant in self.grants:
            if grant.case != case or not grant.live(at):
                continue
            if grant.person == person:
                roles = set().union(*teams.values()) if teams else set()
            else:
                roles = teams.get(grant.team, set())
            given = set().union(*(PERMISSIONS.get(role, frozenset()) for role in roles)) if roles else set()
            allowed |= given if grant.scope == "full" else given & {"case.view", "case.contact"}
        return allowed

    def accept(self, key: object, person: str, at: dt.datetime) -> str:
        """What an attempt with the right link and the right code comes to; the model is changed when it is "yes"."""
        row = self.invites[key]
        if (row.case, person) in self.blocks or row.gone and not row.accepted_by:
            return "unknown"
        if row.accepted_by:
            return "again" if row.shows(person, at) else "refused"
        if at >= row.open_until:
            return "over"
        if self.clients[row.case] == person:
            return "own"
        if self.works_on(person, row.case, at):
            return "colleague"
        for other in self.invites.values():
            if other.case == row.case and other.shows(person, at):
                other.gone = True
        row.accepted_by = person
        row.ever.add(person)
        return "yes"
