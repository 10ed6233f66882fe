"""The world of the permission matrix: one case in every state, full of words that can be recognised, and its actors.

A canary is a word such as ``cnrystoryzztriagezz``: the field it was written in and the stage of its case. Seeing one
in an answer proves that its reader was shown that field of that case.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field

from accounts import invitations, photos
from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.enums import Role
from accounts.models import DataKey, Device, Membership, Shift, User
from cases import actions, appointments, closing, contact, deputies, family, messages, notes
from cases.enums import AccessReason, AccessScope, AttemptOutcome, CaseOutcome, ContactWay, NoteKind, SessionState
from cases.family import Guest, Wanted
from cases.intake import Submission
from cases.models import Case, Intake, Note, Session
from cases.permissions import grant
from desk import advice as desk_advice
from desk import reception, snapshot
from desk.demo.family import accept
from desk.demo.organisation import PASSWORD, Organisation, build, fill_roster, let_in
from referrals import actions as referrals
from referrals.enums import Destination, ReturnReason
from referrals.matching import candidates
from referrals.models import Referral
from tests.world import MOMENT, follower_session, user_session

STAGES = ("submitted", "triage", "waiting", "consent", "referred", "returned", "accepted", "active", "solved", "helped")
CANARY = re.compile(r"cnry([a-z]+?)zz([a-z]+?)zz", re.IGNORECASE)
NUMBER = re.compile(r"88[\s.\-]*000[\s.\-]*09[\s.\-]*(\d\d)")
DIRECT = Destination.REGIONAL_DIRECT
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def canary(what: str, stage: str) -> str:
    return f"cnry{what}zz{stage}zz"


def canaries(text: str) -> set[tuple[str, str]]:
    """Which fields of which cases can be read in this text."""
    found = {(match[1].lower(), match[2].lower()) for match in CANARY.finditer(text)}
    numbers = {int(match[1]) for match in NUMBER.finditer(text)}
    return found | {("phone", STAGES[number]) for number in numbers if number < len(STAGES)}


@dataclass
class Matrix:
    """The cases by stage, the session of each actor, and the advice request."""

    made: Organisation
    cases: dict[str, Case] = field(default_factory=dict)
    guests: dict[str, uuid.UUID] = field(default_factory=dict)
    advice: str = ""
    sessions: dict[str, str] = field(default_factory=dict)

    def by(self, name: str) -> Actor:
        return actor_for(self.made.users[name], MOMENT)

    def note(self, stage: str, kind: str = NoteKind.WORKING) -> uuid.UUID:
        """The id of a note of that case; of none when it has none."""
        found = Note.objects.filter(case=self.cases[stage], kind=kind).first()
        return found.pk if found else uuid.UUID(int=1)

    def conversation(self, stage: str) -> uuid.UUID:
        found = Session.objects.filter(case=self.cases[stage]).order_by("starts_at").last()
        return found.pk if found else uuid.UUID(int=1)

    def referral(self, stage: str) -> uuid.UUID:
        found = Referral.objects.filter(case=self.cases[stage]).first()
        return found.pk if found else uuid.UUID(int=1)


def build_matrix() -> Matrix:
    """Write it all into an empty database, at MOMENT."""
    made = build(MOMENT.date())
    fill_roster(made, MOMENT.date() - 10 * DAY, 20, MOMENT.tzinfo or dt.UTC)
    matrix = Matrix(made)
    _more_people(made)
    snapshot.write(MOMENT)
    for stage in STAGES:
        matrix.cases[stage] = _asked(matrix, stage)
        _let_in(matrix, stage)
    for stage in STAGES[1:]:
        _bring(matrix, stage)
    matrix.cases = {stage: Case.objects.get(pk=case.pk) for stage, case in matrix.cases.items()}
    matrix.advice = _advice(matrix)
    _away_and_invited(matrix)
    _open_browsers(matrix)
    return matrix


def _let_in(matrix: Matrix, stage: str) -> None:
    """Fenna sees the appointments and messages of every case; the client's words for her are theirs."""
    wanted = Wanted(AccessScope.MESSAGES, MOMENT.date() + 30 * DAY)
    guest = Guest(canary("guest", stage), canary("relation", stage), canary("called", stage))
    at = MOMENT - 8 * HOUR
    made = family.invite(
        matrix.cases[stage], guest, wanted, submission_id=uuid.uuid4(), by=matrix.by("tom"), at=at
    )  # fmt: skip
    accept(made, matrix.made.users["fenna"], at)
    matrix.guests[stage] = made.invitation.pk


def _more_people(made: Organisation) -> None:
    """Relatives who work here (blocked), somebody who has left, and another night's shift."""
    for first, team, role in (
        ("dirk", "desk", Role.DESK_WORKER),
        ("bo", "regional-west", Role.REGIONAL_WORKER),
        ("dora", "desk", Role.DESK_WORKER),
        ("cor", "regional-west", Role.COMMANDER),  # in teams that get cases, whose roles are not about cases
        ("cato", "desk", Role.CLIENT_TEAM_MEMBER),
    ):
        user = User.objects.create_user(f"{first}@nabij.example", PASSWORD, name=first.capitalize())
        made.users[first] = user
        Membership.objects.create(user=user, team=made.teams[team], role=role, starts_on=MOMENT.date() - 90 * DAY)
    let_in(made.users.values(), with_app=[made.users[first] for first in ("dirk", "bo", "dora", "cor", "cato")])
    Shift.objects.filter(user=made.users["joost"], starts_at__lte=MOMENT, ends_at__gt=MOMENT).delete()
    Shift.objects.create(
        team=made.teams["after-hours"],
        user=made.users["otto"],
        position=3,
        starts_at=MOMENT - HOUR,
        ends_at=MOMENT + HOUR,
    )


def _away_and_invited(matrix: Matrix) -> None:
    """Karin is away without anybody who stands in, somebody is invited, and Bram has a photo."""
    els, today = matrix.by("els"), MOMENT.date()
    photos.keep(matrix.made.users["bram"], b"RIFF", by=matrix.by("bram"), at=MOMENT)
    device = Device(user=matrix.made.users["bram"], data_key=DataKey.objects.make(), label="Telefoon", added_at=MOMENT)
    device.endpoint, device.secrets = canary("endpoint", "advice"), {"auth": canary("endpoint", "advice")}
    device.save(force_insert=True)  # where it is reached is shown to nobody
    deputies.enter(matrix.made.users["karin"], first_day=today, last_day=today, deputy=None, by=els, at=MOMENT)
    invitations.invite(
        email="nora@nabij.example", name="Nora", language="nl", team=matrix.made.teams["pool"], role=Role.COACH,
        starts_on=today, ends_on=None, by=els, at=MOMENT - DAY,
    )  # fmt: skip


def _asked(matrix: Matrix, stage: str) -> Case:
    """Sent through the front door; Tom may follow it with his account; Dirk and Bo may never see it."""
    number = STAGES.index(stage)
    receipt = reception.take_in(
        Submission(
            submission_id=uuid.uuid4(), requester="self", situation="at_home", danger="no",
            unit_id=matrix.made.units["90bat-a"].pk, unit_words=canary("unitwords", stage),
            topics=("work.conflict",), topic_titles=(canary("ownwords", stage),), story=canary("story", stage),
            contact={
                "name": canary("name", stage), "phone": f"+318800009{number:02d}",
                "channels": ["phone", "email", "portal"],
                "email": f"{canary('email', stage)}@thuis.example", "safe_to_email": True,
                "contact_person": canary("contactperson", stage), "spoken_language": canary("language", stage),
                "accessibility_needs": canary("needs", stage),
            },
        ),
        by=ANONYMOUS, at=MOMENT - 2 * DAY,
    )  # fmt: skip
    case = Case.objects.get(reference=receipt.reference)
    grant(
        case,
        reason=AccessReason.CLIENT,
        user_id=matrix.made.users["tom"].pk,
        scope=AccessScope.CLIENT,
        at=MOMENT - 2 * DAY,
    )
    for name in ("dirk", "bo"):
        grant(case, reason=AccessReason.BLOCKED, user_id=matrix.made.users[name].pk, at=MOMENT - 2 * DAY)
    return case


def _bring(matrix: Matrix, stage: str) -> None:
    """To its stage by the real verbs, writing canaries on the way."""
    case, desk, when = matrix.cases[stage], matrix.by("samira"), MOMENT - 6 * HOUR
    actions.take(case, by=desk, at=when)
    contact.log_attempt(
        case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, note=canary("attempt", stage), by=desk, at=when,
        reason=canary("reason", stage),
    )  # fmt: skip
    actions.client_added(case, canary("added", stage), by=matrix.by("tom"), at=when)
    if stage == "waiting":
        contact.ask_more(case, canary("question", stage), until=MOMENT + 3 * DAY, by=desk, at=when)
    if stage == "solved":
        closing.close(case, outcome=CaseOutcome.SOLVED_AT_DESK, note=canary("outcome", stage), by=desk, at=when)
    if stage in {"consent", "referred", "returned", "accepted", "active", "helped"}:
        _hand_over(matrix, stage, when)


def _hand_over(matrix: Matrix, stage: str, when: dt.datetime) -> None:
    case, bram = Case.objects.get(pk=matrix.cases[stage].pk), matrix.by("bram")
    sent = referrals.propose(
        case, candidates(case, when, destination=DIRECT)[0], destination=DIRECT,
        summary=canary("summary", stage), choice_reason=canary("choice", stage), by=matrix.by("samira"), at=when,
        by_phone=stage != "consent",
    )  # fmt: skip
    if stage == "returned":
        referrals.return_to_desk(
            sent, reason=ReturnReason.NO_CAPACITY, note=canary("return", stage), by=matrix.by("ilse"), at=when + HOUR
        )
    if stage in {"accepted", "active", "helped"}:
        referrals.accept(sent, read=True, by=bram, at=when + HOUR)
    if stage in {"active", "helped"}:
        _work(matrix, case, stage, when + 2 * HOUR)
    if stage == "helped":
        closing.close(case, outcome=CaseOutcome.HELPED, note=canary("outcome", stage), by=bram, at=MOMENT - HOUR)


def _work(matrix: Matrix, case: Case, stage: str, when: dt.datetime) -> None:
    bram, tom = matrix.by("bram"), matrix.by("tom")
    held = appointments.plan_session(
        case,
        starts_at=when,
        way=ContactWay.VISIT,
        place="Kamp",
        by=bram,
        at=when - HOUR / 2,
        reason=canary("plan", stage),
    )
    appointments.record_session(held, SessionState.HELD, minutes=50, by=bram, at=when + HOUR)
    notes.write(case, canary("filenote", stage), kind=NoteKind.FILE, by=bram, at=when + HOUR)
    notes.write(case, canary("workingnote", stage), kind=NoteKind.WORKING, by=bram, at=when + HOUR)
    for by, what in ((tom, "fromclient"), (bram, "fromworker")):
        messages.send(case, submission_id=uuid.uuid4(), body=canary(what, stage), by=by, at=when + HOUR)


def _advice(matrix: Matrix) -> str:
    receipt = reception.take_in(
        Submission(
            submission_id=uuid.uuid4(), requester="team_advice", situation="at_home", danger="no",
            unit_id=matrix.made.units["90bat-a"].pk, topics=("org.commander_advice",), story=canary("story", "advice"),
            contact={"name": canary("name", "advice"), "phone": "+31880000099", "channels": ["phone"]},
        ),
        by=ANONYMOUS, at=MOMENT - 3 * HOUR,
    )  # fmt: skip
    row = Intake.objects.get(reference=receipt.reference).advice
    desk_advice.take(row, by=matrix.by("samira"), at=MOMENT - 2 * HOUR)
    return receipt.reference


ACTORS = {
    # name in the table: first name, or what their session is
    "anonymous": "", "client_own": "tom", "client_other": "lisa", "follower": "*", "follower_other": "advice",
    "desk_on_duty": "samira", "desk_off_duty": "joost", "desk_blocked": "dirk", "night_on_shift": "otto",
    "night_off_shift": "nadia", "worker_assigned": "bram", "worker_same_team": "ilse", "worker_other_region": "karin",
    "worker_blocked": "bo", "specialist": "ruben", "coordinator": "els", "administrator": "arie",
    "privacy_officer": "vera", "disabled": "dora", "family": "fenna",
    "commander": "cor", "client_team": "cato", "staff_without_factor": "bram, with a password only",
}  # fmt: skip


def _open_browsers(matrix: Matrix) -> None:
    for actor, name in ACTORS.items():
        if name in matrix.made.users:
            matrix.sessions[actor] = user_session(matrix.made.users[name])
    matrix.sessions["staff_without_factor"] = user_session(matrix.made.users["bram"], method="password")
    matrix.sessions["follower_other"] = follower_session(Intake.objects.get(reference=matrix.advice), MOMENT)
    for stage, case in matrix.cases.items():
        matrix.sessions[f"follower {stage}"] = follower_session(case.intake, MOMENT)
    dora = matrix.made.users["dora"]
    dora.is_active = False
    dora.save()
