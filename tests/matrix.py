"""The world of the permission matrix: one case in every state, full of words that can be recognised, and its actors.

A canary is a word such as ``cnrystoryzztriagezz``: the field it was written in and the stage of its case. Seeing one
in an answer proves that its reader was shown that field of that case.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from django.urls import reverse

from accounts import factor_reset, feeds, invitations, patterns, photos, swaps
from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.duty import load_calendar
from accounts.enums import Line, Role
from accounts.models import DataKey, Device, Membership, Shift, ShiftFeed, ShiftPattern, User
from accounts.sessions import kept
from cases import (
    actions,
    appointments,
    blocks,
    call_attempts,
    callbacks,
    claiming,
    closing,
    contact,
    deputies,
    drafts,
    family,
    first_contact,
    invited,
    links,
    messages,
    notes,
    telephone,
    tokens,
)
from cases.enums import AccessScope, AttemptOutcome, CaseOutcome, ContactWay, NoteKind, SessionState
from cases.family import Guest, Wanted
from cases.first_contact import Agreed
from cases.intake import ByDesk, Submission
from cases.invited import Back, as_family
from cases.models import Case, Intake, Invitation, Note, Session
from cases.telephone import Event
from desk import advice as desk_advice
from desk import reception, shift_handover, snapshot, triage, wizard
from desk.demo.family import accept
from desk.demo.organisation import PASSWORD, Organisation, build, fill_roster, let_in
from desk.mailroom import filing, keeping, sorting
from desk.mailroom.enums import MailState
from desk.mailroom.models import Enclosure, Mail
from desk.triage import REFER, Decision
from referrals import actions as referrals
from referrals.enums import Destination, ReturnReason
from referrals.matching import candidates
from referrals.models import Referral
from tests.world import MOMENT, follower_session, user_session

STAGES = ("submitted", "triage", "waiting", "consent", "referred", "returned", "accepted", "active", "solved", "helped")
HERS = "hers"
"""The stage of Fenna's own case, of which she shows Tom something in return."""
FEED = "the-secret-of-a-calendar"
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

    def conversation(self, stage: str) -> uuid.UUID:
        found = Session.objects.filter(case=self.cases[stage]).order_by("starts_at").last()
        return found.pk if found else uuid.UUID(int=1)

    def file(self, stage: str) -> uuid.UUID:
        """The file that came with the mail of that case."""
        return Enclosure.objects.get(mail__case=self.cases[stage]).pk

    def shift(self) -> Shift:
        """Samira's next one."""
        return Shift.objects.filter(user=self.made.users["samira"], starts_at__gt=MOMENT).earliest("starts_at")

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
    _show_each_other(matrix)
    matrix.cases = {stage: Case.objects.get(pk=case.pk) for stage, case in matrix.cases.items()}
    for stage in STAGES:
        _mailed(matrix, stage)
    matrix.mail = _mailed(matrix, "mailroom").pk
    matrix.advice, matrix.answered = _advice(matrix, "advice"), _advice(matrix, "answered")
    _answer(matrix)
    _away_and_invited(matrix)
    _kept_and_linked(matrix)
    _typed_and_lost(matrix)
    _rang(matrix)
    _roster(matrix)
    _open_browsers(matrix)
    return matrix


def _let_in(matrix: Matrix, stage: str) -> None:
    """Fenna sees the appointments and messages of every case. Who she is to the client, helpers read when she writes.
    Another has the link, by mail."""
    wanted = Wanted(AccessScope.MESSAGES, MOMENT.date() + 30 * DAY)
    guest = Guest(canary("guest", stage), canary("relation", stage), canary("called", stage))
    at = MOMENT - 8 * HOUR
    made = family.invite(
        matrix.cases[stage], guest, wanted, submission_id=uuid.uuid4(), by=matrix.by("tom"), at=at
    )  # fmt: skip
    accept(made, matrix.made.users["fenna"], at)
    matrix.guests[stage] = made.invitation.pk
    waits = Guest(canary("invitee", stage), email=f"{canary('guestmail', stage)}@thuis.example")
    family.invite(matrix.cases[stage], waits, wanted, submission_id=uuid.uuid4(), by=matrix.by("tom"), at=at)


def _show_each_other(matrix: Matrix) -> None:
    """Fenna asks for help herself; she and Tom read messages in a case of the other. What Tom wrote down counts on both
    sides: in her case he is called as he is to her."""
    tom, fenna, at = matrix.by("tom"), matrix.by("fenna"), MOMENT - 7 * HOUR
    receipt = reception.take_in(
        Submission(
            submission_id=uuid.uuid4(), requester="family_of_colleague", situation="at_home", danger="no",
            topics=("private.relationship",), story=canary("story", HERS),
            contact={"name": canary("name", HERS), "channels": ["portal"]},
        ),
        by=fenna, at=at,
    )  # fmt: skip
    hers = Case.objects.get(reference=receipt.reference)
    for name in ("dirk", "bo"):
        blocks.block(hers, matrix.made.users[name], by=fenna, at=at)
    wanted, stage = Wanted(AccessScope.MESSAGES, MOMENT.date() + 30 * DAY), "submitted"
    guest = Guest(canary("guest", stage), canary("relation", stage), canary("called", stage), mutual=True)
    made = family.invite(matrix.cases[stage], guest, wanted, submission_id=uuid.uuid4(), by=tom, at=at)
    row, let_in_as = made.invitation, as_family(fenna)
    token = tokens.token_of(row.pk, row.token_hash)
    invited.try_code(token, made.code, by=let_in_as, at=at)
    assert invited.accept(token, by=let_in_as, at=at, back=Back(hers, AccessScope.MESSAGES))
    messages.send(hers, submission_id=uuid.uuid4(), body=canary("fromclient", HERS), by=fenna, at=at + HOUR)
    matrix.guests[stage], matrix.guests[HERS] = row.pk, Invitation.objects.get(answers=row).pk
    matrix.cases[HERS] = hers


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
    picture = b"RIFF" + canary("picture", "bram").encode()
    photos.keep(matrix.made.users["bram"], picture, by=matrix.by("bram"), at=MOMENT)
    device = Device(user=matrix.made.users["bram"], data_key=DataKey.objects.make(), label="Telefoon", added_at=MOMENT)
    device.endpoint, device.secrets = canary("endpoint", "advice"), {"auth": canary("endpoint", "advice")}
    device.save(force_insert=True)  # where it is reached is shown to nobody
    deputies.enter(matrix.made.users["karin"], first_day=today, last_day=today, deputy=None, by=els, at=MOMENT)
    invitations.invite(
        email="nora@nabij.example", name="Nora", language="nl", team=matrix.made.teams["pool"], role=Role.COACH,
        starts_on=today, ends_on=None, by=els, at=MOMENT - DAY,
    )  # fmt: skip


def _kept_and_linked(matrix: Matrix) -> None:
    """Tom keeps a request that is not finished, a guest too; and two requests are linked."""
    for where in ("account", "guest"):
        state = wizard.begin(MOMENT - HOUR, {"story": {"story": [canary("draft", where)]}})
        state.step = "story"
        body: dict[str, Any] = {"submission_id": state.submission_id, "language": "nl", "at": MOMENT - HOUR}
        if where == "account":
            drafts.keep(matrix.made.users["tom"], wizard.body_of(state), by=matrix.by("tom"), **body)
        else:
            drafts.keep_by_mail(f"{canary('draftmail', where)}@thuis.example", wizard.body_of(state), **body)
    pair = [matrix.cases[stage] for stage in ("submitted", "triage")]
    links.link(*pair, reason=canary("linkreason", "submitted"), by=matrix.by("samira"), at=MOMENT - HOUR)


def _typed_and_lost(matrix: Matrix) -> None:
    """What Bram had typed when a session of his ended; and Karin has lost her telephone."""
    path = reverse("case_notes", args=[matrix.cases["active"].reference])
    answers = [kept.Answer("body", (canary("typed", "bram"),), "Note")]
    assert kept.keep(matrix.made.users["bram"].pk, path, answers, at=MOMENT)
    reason = canary("lostfactor", "karin")
    factor_reset.ask(matrix.made.users["karin"], reason=reason, by=matrix.by("arie"), at=MOMENT - HOUR)


def _rang(matrix: Matrix) -> None:
    """Two people rang whom nobody knows: one is to be called, of the other it is written why not."""
    els = matrix.by("els")
    for number, end in (("+31880000801", False), ("+31880000802", True)):
        event = Event(f"call-{number}", "missed_call", Line.DESK, MOMENT - HOUR, number=number)
        row = telephone.take_event(event, at=MOMENT, calendar=load_calendar())[0].call_back
        call_attempts.try_stranger(row, "no_answer", note=canary("callnote", "caller"), by=els, at=MOMENT)
        if end:
            callbacks.finish(row, canary("callreason", "caller"), by=els, at=MOMENT)


def _asked(matrix: Matrix, stage: str) -> Case:
    """Sent through the front door; Tom may follow it with his account; Dirk and Bo may never see it.

    Of one case the unit is not on the list.
    """
    number, made, at = STAGES.index(stage), matrix.made, MOMENT - 2 * DAY
    unit_id = None if stage == "submitted" else made.units["90bat-a"].pk
    receipt = reception.take_in(
        Submission(
            submission_id=uuid.uuid4(), requester="self", situation="at_home", danger="no",
            unit_id=unit_id, unit_words=canary("unitwords", stage),
            topics=("work.conflict",), topic_titles=(canary("ownwords", stage),), story=canary("story", stage),
            by_desk=ByDesk("relative", canary("caller", stage)),
            contact={
                "name": canary("name", stage), "phone": f"+318800009{number:02d}",
                "channels": ["phone", "email", "portal"],
                "email": f"{canary('email', stage)}@thuis.example", "safe_to_email": True,
                "contact_person": canary("contactperson", stage), "spoken_language": canary("language", stage),
                "accessibility_needs": canary("needs", stage),
            },
        ),
        by=ANONYMOUS, at=at,
    )  # fmt: skip
    case, tom = Case.objects.get(reference=receipt.reference), matrix.by("tom")
    case.intake.raised_by = canary("raised", stage)  # as a word would, without the urgency that comes with it
    case.intake.save(using="owner", update_fields=["raised_by"])
    claiming.claim(case, by=tom, at=at)
    blocks.ask(case, canary("neverwords", stage), by=tom, at=at)
    blocks.block(case, made.users["dirk"], by=tom, at=at)
    blocks.block(case, made.users["bo"], reason=canary("neverwhy", stage), by=matrix.by("samira"), at=at)
    agreed = Agreed(
        canary("firstname", stage), canary("firstrelation", stage), canary("firstnumber", stage), [dt.time(8, 30)],
        [1], True, canary("abroad", stage),
    )  # fmt: skip
    first_contact.change(case, agreed, by=tom, at=at)
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
    _correct(matrix, case, stage, when)
    if stage == "waiting":
        contact.ask_more(case, canary("question", stage), until=MOMENT + 3 * DAY, by=desk, at=when)
    if stage == "solved":
        closing.close(case, outcome=CaseOutcome.SOLVED_AT_DESK, note=canary("outcome", stage), by=desk, at=when)
    if stage in {"consent", "referred", "returned", "accepted", "active", "helped"}:
        _hand_over(matrix, stage, when)


def _correct(matrix: Matrix, case: Case, stage: str, when: dt.datetime) -> None:
    """What staff write down for the client, with their reasons."""
    desk, row = matrix.by("samira"), first_contact.of(case)
    assert row is not None
    names = ("name", "relation", "number", "ring_times", "ring_days", "tell_abroad", "abroad_how")
    agreed = Agreed(**{name: getattr(row, name) for name in names})
    first_contact.change(case, agreed, reason=canary("firstwhy", stage), by=desk, at=when)
    contact.change_contact(case, {"personnel_number": canary("personnel", stage)}, by=desk, at=when)
    mistake = blocks.block(case, matrix.made.users["cato"], reason=canary("neverwhy", stage), by=desk, at=when)
    blocks.lift(mistake, reason=canary("lifted", stage), by=desk, at=when)


def _hand_over(matrix: Matrix, stage: str, when: dt.datetime) -> None:
    case, bram = Case.objects.get(pk=matrix.cases[stage].pk), matrix.by("bram")
    what = Decision(
        REFER, note=canary("summary", stage), otherwise=canary("choice", stage), destination=DIRECT,
        to=candidates(case, when, destination=DIRECT)[0], by_phone=stage != "consent",
    )  # fmt: skip
    triage.decide(case, what, by=matrix.by("samira"), at=when)
    sent = Referral.objects.get(case=case)
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
    guest = Invitation.objects.get(pk=matrix.guests[stage])
    fenna = as_family(matrix.by("fenna"))
    body = canary("fromfamily", stage)
    messages.send(case, submission_id=uuid.uuid4(), body=body, by=fenna, at=when + HOUR, family=guest)
    if stage == "active":
        appointments.plan_session(
            case, starts_at=MOMENT + DAY, way=ContactWay.VISIT, place=canary("place", stage), by=bram, at=MOMENT - HOUR,
            reason=canary("plan", stage),
        )  # fmt: skip


def _mailed(matrix: Matrix, stage: str) -> Mail:
    """A mail that belongs to the case of a stage; one that waits for a person when there is no such case."""
    mail = EmailMessage()
    mail["From"], mail["X-Auto-Response-Suppress"] = f"{canary('mailname', stage)} <wie@{stage}.example>", "All"
    mail["Subject"] = canary("mailsubject", stage)
    mail.set_content(canary("mailbody", stage))
    mail.add_attachment(canary("mailfile", stage).encode(), maintype="text", subtype="plain", filename="x.txt")
    raw, uid = mail.as_bytes(), Mail.objects.count() + 1
    keeping.keep(raw, folder="matrix", uidvalidity=1, uid=uid, size=len(raw), at=MOMENT - HOUR)
    sorting.sort_due(MOMENT - HOUR)
    row = Mail.objects.select_related("data_key").get(uid=uid)
    if stage in matrix.cases:
        filing.belongs_to(row, Case.objects.select_related("data_key").get(pk=matrix.cases[stage].pk), MailState.JOINED)
    return row


def _advice(matrix: Matrix, stage: str) -> str:
    receipt = reception.take_in(
        Submission(
            submission_id=uuid.uuid4(), requester="team_advice", situation="at_home", danger="no",
            unit_words=canary("unitwords", stage), topics=("org.commander_advice",), story=canary("story", stage),
            contact={"name": canary("name", stage), "phone": "+31880000099", "channels": ["phone"]},
        ),
        by=ANONYMOUS, at=MOMENT - 3 * HOUR,
    )  # fmt: skip
    row = Intake.objects.get(reference=receipt.reference).advice
    desk_advice.take(row, by=matrix.by("samira"), at=MOMENT - 2 * HOUR)
    return receipt.reference


def _answer(matrix: Matrix) -> None:
    row = Intake.objects.get(reference=matrix.answered).advice
    desk_advice.answer(row, canary("advised", "answered"), by=matrix.by("samira"), at=MOMENT - HOUR)


ACTORS = {
    # name in the table: first name, or what their session is
    "anonymous": "", "client_own": "tom", "client_other": "lisa", "follower": "*", "follower_other": "advice",
    "desk_on_duty": "samira", "desk_off_duty": "joost", "desk_blocked": "dirk", "night_on_shift": "otto",
    "night_off_shift": "nadia", "worker_assigned": "bram", "worker_same_team": "ilse", "worker_other_region": "karin",
    "worker_blocked": "bo", "specialist": "ruben", "coordinator": "els", "administrator": "arie",
    "privacy_officer": "vera", "disabled": "dora", "family": "fenna",
    "commander": "cor", "client_team": "cato", "staff_without_factor": "bram, with a password only",
}  # fmt: skip


def _roster(matrix: Matrix) -> None:
    """Otto leaves a note for the day; Samira asks Els about a shift, and has her shifts in her own calendar."""
    before = MOMENT.replace(hour=7, minute=15)
    otto = actor_for(matrix.made.users["otto"], before)
    shift_handover.write(canary("shiftnote", "handover"), seen="", by=otto, at=before)
    patterns.keep(
        ShiftPattern(
            team=matrix.made.teams["desk"], weekdays=[1], starts=dt.time(8), ends=dt.time(17),
            first_day=MOMENT.date() + 60 * DAY, last_day=MOMENT.date() + 90 * DAY,
        ), [matrix.made.users["samira"]], by=matrix.by("els"), at=MOMENT,
    )  # fmt: skip
    shift = matrix.shift()
    part = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
    swaps.ask(shift, matrix.made.users["els"], **part, by=matrix.by("samira"), at=MOMENT)
    ShiftFeed.objects.create(user=matrix.made.users["samira"], secret_hash=feeds.hash_of(FEED), made_at=MOMENT)


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
