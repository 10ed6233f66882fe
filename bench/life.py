"""The life of one made-up case, step by step. Every step leaves the rows that its verb would leave, unsaved."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from typing import Any

from accounts.calendar import Calendar
from accounts.enums import Channel
from accounts.models import AuditEvent, Notice, Unit
from bench.organisation import Organisation, Worker
from bench.people import Rows, data_key
from bench.words import NOTES, STORY, text
from cases.deadlines import first_contact_by, starting_urgency
from cases.enums import AccessReason, AccessScope, Danger, EntryKind, Overlay, Requester, Situation, Urgency, Wish
from cases.models import Case, CaseAccess, Intake, Person, TimelineEntry
from cases.topics import TopicFacts

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SPACE = len(ALPHABET) ** 8
STRIDE = 614_889_782_521  # shares no factor with SPACE, so that no two numbers below SPACE give one reference
BECAUSE = ("Iedereen komt eerst bij het loket.", "Everyone starts at the desk.")
MACHINE = Worker(0, "", "")


def reference_of(number: int) -> str:
    """The reference of the case with this number; looks random and never comes twice."""
    left, signs = number * STRIDE % SPACE, ""
    for _ in range(8):
        left, index = divmod(left, len(ALPHABET))
        signs += ALPHABET[index]
    return f"NB-{signs[:4]}-{signs[4:]}"


@dataclass(frozen=True)
class World:
    """What all lives share. ``at`` is now: no step is later."""

    at: dt.datetime
    organisation: Organisation
    calendar: Calendar
    topics: dict[str, TopicFacts]


class Life:
    """One case and its clock. ``rows`` collects what it leaves behind."""

    def __init__(self, world: World, rows: Rows, rng: random.Random, number: int, *, at_home: bool = False) -> None:
        self.world, self.rows, self.rng, self.number, self.at_home = world, rows, rng, number, at_home
        self.clock = world.at
        self.case: Case
        self.open_access: list[dict[str, Any]] = []

    # -- the clock, and what every step writes -----------------------------------------------------

    def later(self, least: float, most: float) -> dt.datetime:
        """So many hours on, but never in the future."""
        step = dt.timedelta(hours=self.rng.uniform(least, most))
        self.clock = min(self.clock + step, self.world.at - dt.timedelta(seconds=self.rng.randint(5, 240)))
        return self.clock

    def told(
        self, kind: EntryKind, by: Worker | None, /, *, text: str = "", client: bool = False, **facts: Any
    ) -> None:
        """A line of the timeline; without ``by`` it is the client's own."""
        entry: dict[str, Any] = {
            "case_id": self.case.pk, "at": self.clock, "kind": kind, "by_id": by.id or None if by else None,
            "by_client": by is None, "facts": facts, "for_client": client,
        }  # fmt: skip
        sealed = text and TimelineEntry(case=self.case, text=text, **{k: v for k, v in entry.items() if k != "case_id"})
        self.rows[TimelineEntry].append(sealed or entry)

    def audited(self, action: str, by: Worker | None, obj: Any = None, part: str = "") -> None:
        """A line of the audit."""
        seen = obj or self.case
        kind = "anonymous" if by is None else "user" if by.id else "system"
        self.rows[AuditEvent].append(
            {
                "at": self.clock, "action": action, "actor_kind": kind, "actor_id": str(by.id) if by and by.id else "",
                "actor_name": by.name if by else "", "actor_roles": by.roles if by else "", "case_id": self.case.pk,
                "object_type": seen._meta.label_lower, "object_id": str(seen.pk), "part": part,
                "request_id": f"{self.rng.getrandbits(128):032x}",
            }
        )  # fmt: skip

    def viewed(self, by: Worker, *parts: str) -> None:
        """Reading leaves a line too."""
        for part in parts:
            self.audited("case.viewed", by, part=part)

    def noticed(self, kind: str, *people: Worker, path: str, occasion: object = "") -> None:
        """To everyone by inbox and mail, delivered; without people a mail to the client."""
        for who in people or (MACHINE,):
            for channel in (Channel.INBOX, Channel.EMAIL) if people else (Channel.EMAIL,):
                self._notice(kind, who, channel, path, occasion)

    def _notice(self, kind: str, who: Worker, channel: str, path: str, occasion: object) -> None:
        read = channel == Channel.INBOX and (self.world.at - self.clock) > dt.timedelta(days=2)
        name = f"user{who.id}" if who.id else "client"
        self.rows[Notice].append(
            {
                "kind": kind, "dedupe_key": f"{kind}:{self.number}:{name}:{occasion}:{channel}", "channel": channel,
                "user_id": who.id or None, "subject_id": self.case.pk, "path": path, "created_at": self.clock,
                "available_at": self.clock, "finished_at": self.clock, "sent_at": self.clock, "attempts": 1,
                "read_at": self.clock + dt.timedelta(hours=1) if read else None,
            }
        )  # fmt: skip

    # -- asking --------------------------------------------------------------------------------------

    def receive(self, of: Person, sent_at: dt.datetime, topics: list[str], unit: Unit | None, place: int) -> None:
        """The request arrives: intake, case, access of the desk, the night line and the client."""
        rng, desk = self.rng, self.world.organisation.desk
        self.clock = sent_at
        danger = rng.random() < 0.01
        urgency = starting_urgency(Overlay.EMERGENCY if danger else Overlay.NONE, topics, self.world.topics)
        self.place = place
        intake = self._intake(sent_at, topics, unit, urgency, danger)
        self.case = Case(
            reference=intake.reference, data_key=intake.data_key, person=of, intake=intake, state_since=sent_at,
            urgency=urgency, urgency_rank=urgency.rank, overlay=intake.overlay, topics=topics, unit=unit,
            requester=intake.requester, region_id=self.world.organisation.regional[place].region_id if unit else None,
            team=desk, sent_at=sent_at, first_contact_due_at=intake.promised_at,
        )  # fmt: skip
        self.case.own_words = intake.story[:120]
        self.rows[Case].append(self.case)
        self.grant(AccessReason.DESK, team=desk.pk)
        self.grant(AccessReason.NIGHT, team=self.world.organisation.night.pk)
        if of.user_id:
            self.grant(AccessReason.CLIENT, user=of.user_id, scope=AccessScope.CLIENT)
        self.told(EntryKind.RECEIVED, None, client=True, channel="web")
        self.audited("intake.received", None, obj=intake)
        self.noticed("client.received", path="/volgen/")

    def _intake(
        self, sent_at: dt.datetime, topics: list[str], unit: Unit | None, urgency: Urgency, danger: bool
    ) -> Intake:
        rng, calendar = self.rng, self.world.calendar
        is_open = calendar.is_open(sent_at)
        intake = Intake(
            submission_id=uuid.uuid4(), reference=reference_of(self.number), passphrase_hash=f"{self.number:064x}",
            data_key=data_key(self.rows), sent_at=sent_at, danger=Danger.YES if danger else Danger.NO,
            requester=rng.choices([Requester.SELF, Requester.MY_FAMILY, Requester.FAMILY_OF_COLLEAGUE], [80, 8, 12])[0],
            situation=rng.choices([Situation.AT_HOME, Situation.UNIT_MISSION, Situation.JUST_BACK], [85, 10, 5])[0],
            unit=unit, topics=topics, wish=rng.choices([Wish.NONE, Wish.OWN_WORKER], [85, 15])[0],
            desk_was_open=is_open, handler_now="DESK_LINE" if is_open else "AFTER_HOURS_LINE", proposal="DESK",
            overlay=Overlay.EMERGENCY if danger else Overlay.NONE, rule="everyone", because_nl=BECAUSE[0],
            because_en=BECAUSE[1], urgency=urgency, promised_at=first_contact_by(urgency, sent_at, calendar),
        )  # fmt: skip
        intake.story = text(rng, STORY, 1, 14)
        intake.contact_answers = {"channels": ["phone"], "may_identify": "no", "may_leave_voicemail": "no"}
        if unit is None:
            intake.unit_words = "Weet ik niet precies"
        self.rows[Intake].append(intake)
        return intake

    # -- who may see it ------------------------------------------------------------------------------

    def grant(
        self,
        reason: AccessReason,
        *,
        team: int | None = None,
        user: int | None = None,
        scope: AccessScope = AccessScope.FULL,
        source: str = "",
    ) -> None:
        """Let a team or a user in from this moment on."""
        row = {
            "case_id": self.case.pk, "team_id": team, "user_id": user, "scope": scope, "reason": reason,
            "starts_at": self.clock, "ends_at": None, "source": source,
        }  # fmt: skip
        self.rows[CaseAccess].append(row)
        self.open_access.append(row)

    def end_access(self, ends_at: dt.datetime) -> None:
        """The desk and the night line stop seeing it then."""
        for row in self.open_access:
            if row["ends_at"] is None and row["reason"] in {AccessReason.DESK, AccessReason.NIGHT}:
                row["ends_at"] = ends_at

    # -- its state -----------------------------------------------------------------------------------

    def move(self, state: str, by: Worker, action: str, **changes: Any) -> None:
        """To another state, with whatever changes along."""
        was, self.case.state, self.case.state_since = self.case.state, state, self.clock
        for name, value in changes.items():
            setattr(self.case, name, value)
        self.case.version += 1
        self.audited(action, by, part=f"{was}>{state}")

    def note_words(self) -> str:
        """What someone writes down."""
        return text(self.rng, NOTES, 1, 4)
