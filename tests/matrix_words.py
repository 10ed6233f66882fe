"""What the permission matrix writes and looks for: words that can be recognised, and where each of them stands.

A canary is a word such as ``cnrystoryzztriagezz``: the field it was written in and the stage of its case. Seeing one
in an answer proves that its reader was shown that field of that case.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field

from accounts.actors import Actor, actor_for
from accounts.models import Shift
from cases.enums import NoteKind
from cases.models import AgreedAction, Case, CaseTask, Document, GroupTalk, Note, Outline, Session
from desk.demo.organisation import Organisation
from desk.mailroom.models import Enclosure
from referrals.enums import Destination, HandOver
from referrals.models import Referral
from tests.world import MOMENT

STAGES = ("submitted", "triage", "waiting", "consent", "referred", "returned", "accepted", "active", "solved", "helped")
HERS = "hers"
"""The stage of Fenna's own case, of which she shows Tom something in return."""
FEED = "the-secret-of-a-calendar"
CANARY = re.compile(r"cnry([a-z]+?)zz([a-z]+?)zz", re.IGNORECASE)
NUMBER = re.compile(r"88[\s.\-]*000[\s.\-]*09[\s.\-]*(\d\d)")
UNKNOWN = (80, 81)
"""How the numbers end of those who rang and whom nobody knows."""
DIRECT = Destination.REGIONAL_DIRECT
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def canary(what: str, stage: str) -> str:
    return f"cnry{what}zz{stage}zz"


def canaries(text: str) -> set[tuple[str, str]]:
    """Which fields of which cases can be read in this text."""
    found = {(match[1].lower(), match[2].lower()) for match in CANARY.finditer(text)}
    numbers = {int(match[1]) for match in NUMBER.finditer(text)}
    found |= {("callnumber", "caller") for number in numbers if number in UNKNOWN}
    return found | {("phone", STAGES[number]) for number in numbers if number < len(STAGES)}


@dataclass
class Matrix:
    """The cases by stage, the session of each actor, and the advice requests: one that is open, one answered."""

    made: Organisation
    cases: dict[str, Case] = field(default_factory=dict)
    guests: dict[str, uuid.UUID] = field(default_factory=dict)
    advice: str = ""
    answered: str = ""
    mail: uuid.UUID = uuid.UUID(int=1)
    sessions: dict[str, str] = field(default_factory=dict)

    def by(self, name: str) -> Actor:
        return actor_for(self.made.users[name], MOMENT)

    def note(self, stage: str, kind: str = NoteKind.WORKING) -> uuid.UUID:
        """The id of a note of that case; of none when it has none."""
        found = Note.objects.filter(case=self.cases[stage], kind=kind).first()
        return found.pk if found else uuid.UUID(int=1)

    def agreed(self, stage: str) -> uuid.UUID:
        """Something that the client of that case does; of none when nothing was agreed."""
        found = AgreedAction.objects.filter(case=self.cases[stage]).first()
        return found.pk if found else uuid.UUID(int=1)

    def task(self, stage: str) -> uuid.UUID:
        """The one that its worker has."""
        found = CaseTask.objects.filter(case=self.cases[stage], user__isnull=False).first()
        return found.pk if found else uuid.UUID(int=1)

    def conversation(self, stage: str) -> uuid.UUID:
        found = Session.objects.filter(case=self.cases[stage]).order_by("starts_at").last()
        return found.pk if found else uuid.UUID(int=1)

    def outline(self, stage: str) -> uuid.UUID:
        found = Outline.objects.filter(case=self.cases[stage]).first()
        return found.pk if found else uuid.UUID(int=1)

    def group_talk(self, stage: str) -> uuid.UUID:
        found = GroupTalk.objects.filter(case=self.cases[stage]).first()
        return found.pk if found else uuid.UUID(int=1)

    def file(self, stage: str) -> uuid.UUID:
        """The file that came with the mail of that case."""
        return Enclosure.objects.get(mail__case=self.cases[stage]).pk

    def document(self, stage: str) -> uuid.UUID:
        """What the client of that case sent: words first, then a picture."""
        return Document.objects.filter(case=self.cases[stage], added_by=None).earliest("added_at").pk

    def shift(self) -> Shift:
        """Samira's next one."""
        return Shift.objects.filter(user=self.made.users["samira"], starts_at__gt=MOMENT).earliest("starts_at")

    def referral(self, stage: str) -> uuid.UUID:
        found = Referral.objects.filter(case=self.cases[stage], kind=HandOver.REFERRAL).order_by("created_at").first()
        return found.pk if found else uuid.UUID(int=1)
