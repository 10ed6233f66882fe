"""One hand-over as tests/referral_model.py knows it, the words for where it and its case are, and who may answer."""

import datetime as dt
from dataclasses import dataclass

from accounts.roles import PERMISSIONS
from tests.access_model import Model

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
    approved: str = ""  # by the client, on the site or by phone, or "without" them
    due: dt.datetime | None = None
    until: dt.datetime | None = None  # of advice
    answered_by: str = ""
    decided_by: str = ""
    overridden_by: str = ""
    key: object = None  # of its row

    @property
    def pending(self) -> bool:
        return self.state in PENDING


class Answering(Model):
    """Who may answer now, and for whom."""

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
