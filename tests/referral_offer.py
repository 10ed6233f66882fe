"""One hand-over as tests/referral_model.py knows it, the words for where it and its case are, and who may answer."""

import datetime as dt
from dataclasses import dataclass, field

from accounts.roles import PERMISSIONS
from tests.access_model import NIGHT, Grant, Model

YES, NO, STRANGER = "yes", "no", "stranger"
TRIAGE, REFERRED, HELPED, CLOSED = "at the desk", "offered", "with a worker", "closed"
UNDECIDED, ASKED, OFFERED, ACCEPTED, RETURNED, EXPIRED, WITHDRAWN, REFUSED, OVER = (
    "undecided", "asked", "offered", "accepted", "returned", "expired", "withdrawn", "refused", "over",
)  # fmt: skip
PENDING = {UNDECIDED, ASKED, OFFERED}
REFERRAL, TRANSFER, ADVICE, REQUEST = "referral", "transfer", "consultation", "request"
MOVING = {REFERRAL, TRANSFER}
KNOWS_THEM, NO_ROOM, TWICE, WRONG_UNIT = "conflict", "no_capacity", "duplicate", "wrong_unit"
DESK = "desk"


@dataclass(eq=False)
class Offer:
    """A hand-over. ``person`` is empty when it is for whoever of the ``team`` has time."""

    case: str
    by: str
    team: str
    person: str
    kind: str = REFERRAL
    state: str = ASKED
    approved: str = ""  # by the client, on the site or by phone, or "without" them; or "taken back"
    due: dt.datetime | None = None
    until: dt.datetime | None = None  # of advice
    answered_by: str = ""
    decided_by: str = ""
    overridden_by: str = ""
    key: object = None  # of its row

    @property
    def pending(self) -> bool:
        return self.state in PENDING


@dataclass
class Answering(Model):
    """Who may answer now, and for whom. ``holder`` is who answers for a case: somebody by name, or the desk."""

    holder: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)  # on to a colleague, because their worker left
    contact: dict[str, str] = field(default_factory=dict)  # the client's one contact person; empty for the desk
    offers: dict[str, list[Offer]] = field(default_factory=dict)  # of each case, the oldest first
    not_again: set[tuple[str, str]] = field(default_factory=set)  # no more for a whole team
    know_them: set[tuple[str, str]] = field(default_factory=set)  # gave it back because they know the client

    def begin(self, case: str, client: str, contact: str, at: dt.datetime) -> None:
        self.clients[case], self.holder[case], self.state[case] = client, DESK, TRIAGE
        self.contact[case], self.offers[case] = contact, []
        for team in (DESK, NIGHT):
            self.grants.append(Grant(case, "full", at, team=team))

    def waiting(self, case: str, *kinds: str) -> list[Offer]:
        return [offer for offer in self.offers[case] if offer.pending and offer.kind in kinds]

    def everything(self) -> list[Offer]:
        return [offer for offers in self.offers.values() for offer in offers]

    def stands(self, offer: Offer) -> bool:
        """Whether the case is where an offer of this kind needs it."""
        return self.state[offer.case] == (REFERRED if offer.kind == REFERRAL else HELPED)

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
