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
    accepted: bool = False  # by which a deputy follows

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
    partner: object = None  # the other half of a mutual one
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
    absences: list[tuple[str, dt.date, dt.date, str]] = field(default_factory=list)  # who, first and last day, deputy

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

    def stands_in(self, person: str, case: str, at: dt.datetime) -> bool:
        """Whether somebody who accepted the case is away, and the chain of deputies of that day ends here."""
        day = at.date()
        relative = any(row.case == case and person in row.ever for row in self.invites.values())
        able = any(
            post.person == person and post.first <= day and (post.last is None or day <= post.last)
            and "case.work" in PERMISSIONS.get(post.role, frozenset())
            for post in self.posts
        )  # fmt: skip
        kept_out = relative or (case, person) in self.blocks or self.clients[case] == person
        if kept_out or not able or person in self.closed_accounts:
            return False
        deputies = {who: deputy for who, first, last, deputy in self.absences if first <= day <= last}
        for grant in self.grants:
            if grant.case != case or not grant.accepted or not grant.live(at):
                continue
            chain = [grant.person]
            while chain[-1] in deputies and deputies[chain[-1]] not in chain:
                chain.append(deputies[chain[-1]])
            if len(chain) > 1 and chain[-1] == person and person not in deputies:
                return True
        return False

    def works_on(self, person: str, case: str, at: dt.datetime) -> bool:
        """Whether some grant of work names this person, or a team in which they count now, or they stand in."""
        teams = self.roles(person, at)
        return self.stands_in(person, case, at) or any(
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
        if self.stands_in(person, case, at):
            allowed |= set().union(*(PERMISSIONS.get(role, frozenset()) for role in set().union(*teams.values())))
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
                self.end(other)
        row.accepted_by = person
        row.ever.add(person)
        return "yes"

    def share(self, key: object, half: object, back: Invite) -> None:
        """The other half of an invitation that was just accepted; it takes the place of an older one."""
        for other in self.invites.values():
            if other.case == back.case and any(other.shows(person, back.open_until) for person in back.ever):
                self.end(other)
        self.invites[half] = back
        self.invites[key].partner, back.partner = half, key

    def end(self, row: Invite) -> None:
        """Both halves end in the same moment."""
        row.gone = True
        if row.partner is not None:
            self.invites[row.partner].gone = True
