"""Who has a case and what waits for whom, said a second time in plain Python: no query, no code of the site but its
table of roles. Who sees what follows from it by tests/access_model.py.

The machine of tests/referrals/test_referral_machine.py does the same things here and there, and compares. Each verb
answers with ``YES``, with ``NO`` (it can no longer be done) or with ``STRANGER`` (it does not exist for who tries).
What joins, such as another kind of hand-over, adds its verbs and says in ``moves`` what it does to the case.
"""

import datetime as dt
from dataclasses import dataclass, field

from accounts.roles import PERMISSIONS
from tests.access_model import NIGHT, Grant, Model

YES, NO, STRANGER = "yes", "no", "stranger"
TRIAGE, REFERRED, HELPED, CLOSED = "at the desk", "offered", "with a worker", "closed"
ASKED, OFFERED, ACCEPTED, RETURNED, EXPIRED, WITHDRAWN, REFUSED = (
    "asked", "offered", "accepted", "returned", "expired", "withdrawn", "refused",
)  # fmt: skip
PENDING = {ASKED, OFFERED}
DESK = "desk"


@dataclass
class Offer:
    """A hand-over. ``person`` is empty when it is for whoever of the ``team`` has time."""

    by: str
    team: str
    person: str
    state: str = ASKED
    approved: str = ""  # by the client, on the site or by phone
    due: dt.datetime | None = None
    answered_by: str = ""


@dataclass
class Handing(Model):
    """``holder`` is who answers for a case: somebody by name, or the desk."""

    holder: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)  # the latest of each case
    know_them: set[tuple[str, str]] = field(default_factory=set)  # gave it back because they know the client

    def begin(self, case: str, client: str, at: dt.datetime) -> None:
        self.clients[case], self.holder[case], self.state[case] = client, DESK, TRIAGE
        for team in (DESK, NIGHT):
            self.grants.append(Grant(case, "full", at, team=team))

    # who may answer

    def answers(self, person: str, at: dt.datetime) -> set[str]:
        """The teams in which this person may answer now."""
        if person in self.closed_accounts:
            return set()
        found = self.roles(person, at).items()
        return {team for team, roles in found if any("referral.answer" in PERMISSIONS[role] for role in roles)}

    def stand_in_of(self, person: str, at: dt.datetime) -> str:
        """Who does the work of somebody who is away, at the end of the chain; empty when they are there, or nobody."""
        day = at.date()
        deputies = {who: deputy for who, first, last, deputy in self.absences if first <= day <= last}
        chain = [person]
        while chain[-1] in deputies:
            if deputies[chain[-1]] in chain:
                return ""
            chain.append(deputies[chain[-1]])
        return chain[-1] if len(chain) > 1 and self.works(chain[-1], at) else ""

    def works(self, person: str, at: dt.datetime) -> bool:
        """Whether they have an account and a role in which cases are worked on, on shift or not."""
        day = at.date()
        return person not in self.closed_accounts and any(
            post.person == person and post.first <= day and (post.last is None or day <= post.last)
            and "case.work" in PERMISSIONS[post.role]
            for post in self.posts
        )  # fmt: skip

    def addressed(self, case: str, person: str, at: dt.datetime) -> bool:
        """Whether the latest offer of the case is there for this person."""
        offer, teams = self.offers.get(case), self.answers(person, at)
        if offer is None or not teams or offer.by == person or offer.due is None:
            return False
        if (case, person) in self.blocks or self.clients[case] == person:
            return False
        by_name = {offer.person, self.stand_in_of(offer.person, at)} if offer.person else set()
        return person in by_name or (not offer.person and offer.team in teams)

    def on_board(self, person: str, at: dt.datetime) -> set[str]:
        """The cases that wait for an answer of this person."""
        return {
            case for case, offer in self.offers.items()
            if offer.state == OFFERED and self.state[case] == REFERRED and self.addressed(case, person, at)
            and (case, person) not in self.know_them
        }  # fmt: skip

    def somebody_can(self, offer: Offer, case: str, at: dt.datetime) -> bool:
        named = {offer.person, self.stand_in_of(offer.person, at)} - {""}
        everyone = {post.person for post in self.posts}
        able = {who for who in everyone if self.answers(who, at) and (who in named or not named)}
        if not named:
            able = {who for who in able if offer.team in self.answers(who, at)}
        return bool({who for who in able - {offer.by} if (case, who) not in self.blocks and self.clients[case] != who})

    # the desk and the client

    def propose(self, case: str, offer: Offer, at: dt.datetime, *, by_phone: bool) -> str:
        old = self.offers.get(case)
        if old is not None and old.state in PENDING:
            return YES if (old.team, old.person) == (offer.team, offer.person) else NO
        if self.state[case] != TRIAGE or offer.person == offer.by or not self.somebody_can(offer, case, at):
            return NO
        self.offers[case] = offer
        if by_phone:
            offer.approved, offer.state, self.state[case] = "by phone", OFFERED, REFERRED
        return YES

    def approve(self, case: str) -> str:
        offer = self.offers[case]
        if offer.approved == "on the site":
            return YES
        if offer.state != ASKED or offer.approved:
            return NO
        offer.approved = "on the site"
        if self.state[case] == TRIAGE:
            offer.state, self.state[case] = OFFERED, REFERRED
        return YES

    def refuse(self, case: str) -> str:
        offer = self.offers[case]
        if offer.state == ASKED and not offer.approved:
            offer.state = REFUSED
        return YES if offer.state == REFUSED else NO

    def withdraw(self, case: str) -> str:
        offer = self.offers[case]
        if offer.state in PENDING:
            offer.state = WITHDRAWN
            self._back(case)
        return YES if offer.state == WITHDRAWN else NO

    # who is asked

    def take_over(self, case: str, person: str, at: dt.datetime) -> str:
        offer = self.offers[case]
        if not self.addressed(case, person, at):
            return STRANGER
        if offer.state == ACCEPTED and offer.answered_by == person == self.holder[case]:
            return YES
        if offer.state != OFFERED or self.state[case] != REFERRED:
            return NO
        offer.state, offer.answered_by = ACCEPTED, person
        self.give_to(case, person, at)
        return YES

    def give_back(self, case: str, person: str, at: dt.datetime, *, knows_them: bool) -> str:
        """Before accepting it."""
        offer = self.offers[case]
        if not self.addressed(case, person, at):
            return STRANGER
        if offer.state == RETURNED and offer.answered_by == person:
            return YES
        if offer.state != OFFERED or self.state[case] != REFERRED:
            return NO
        offer.state, offer.answered_by = RETURNED, person
        self._back(case)
        if knows_them:
            self.blocks.add((case, person))
            self.know_them.add((case, person))
        return YES

    def hand_back(self, case: str, at: dt.datetime) -> str:
        """After accepting it."""
        if self.state[case] != HELPED:
            return NO
        self.to_desk(case, at)
        return YES

    def close(self, case: str, at: dt.datetime, sight: dt.timedelta) -> str:
        if self.state[case] == CLOSED:
            return NO
        self.state[case] = CLOSED
        for grant in self._open(case):
            if grant.team:
                grant.end = at + sight
        return YES

    # what moves the case, whatever brought it about

    def give_to(self, case: str, person: str, at: dt.datetime) -> None:
        """The whole file is theirs; the desk keeps how to reach the client, the night nothing."""
        for grant in self._open(case):
            grant.end = at
        self.holder[case], self.state[case] = person, HELPED
        self.grants += [
            Grant(case, "contact", at, team=DESK),
            Grant(case, "full", at, person=person, accepted=True),
        ]

    def to_desk(self, case: str, at: dt.datetime) -> None:
        for grant in self._open(case):
            grant.end = at
        self.holder[case], self.state[case] = DESK, TRIAGE
        self.grants += [Grant(case, "full", at, team=team) for team in (DESK, NIGHT)]

    def leave(self, person: str, to: str, at: dt.datetime) -> None:
        """Their cases go to one colleague, or to the desk where that colleague is kept out; their account closes."""
        for case, holder in list(self.holder.items()):
            if holder == person and self.state[case] == HELPED:
                kept_out = not to or (case, to) in self.blocks or self.clients[case] == to
                self.to_desk(case, at) if kept_out else self.give_to(case, to, at)
        for case, offer in self.offers.items():
            if offer.person == person and offer.state in PENDING:
                if to and (case, to) not in self.blocks and self.clients[case] != to and offer.by != to:
                    offer.person = to
                else:
                    offer.state = WITHDRAWN
                    self._back(case)
        day = at.date()
        for post in self.posts:
            if post.person == person and (post.last is None or post.last > day):
                post.last = day
        self.absences = [(who, first, min(last, day) if who == person else last, deputy)
                         for who, first, last, deputy in self.absences if who != person or first <= day]  # fmt: skip
        self.closed_accounts.add(person)

    # the clock

    def time_is(self, at: dt.datetime) -> None:
        """What nobody answered in time is back, and what a closed case left behind is over."""
        for case, offer in self.offers.items():
            if offer.state == OFFERED and offer.due is not None and offer.due <= at:
                offer.state = EXPIRED
                self._back(case)
            elif offer.state in PENDING and self.state[case] == CLOSED:
                offer.state = WITHDRAWN

    def stands_in(self, person: str, case: str, at: dt.datetime) -> bool:
        return self.state[case] != CLOSED and super().stands_in(person, case, at)

    def _back(self, case: str) -> None:
        if self.state[case] == REFERRED:
            self.state[case] = TRIAGE

    def _open(self, case: str) -> list[Grant]:
        return [grant for grant in self.grants if grant.case == case and grant.end is None]
