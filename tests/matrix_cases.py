"""The cases of the permission matrix: asked, brought to their stage by the real verbs, shared and mailed about."""

import datetime as dt
import json
import uuid
from email.message import EmailMessage

from accounts import registrations
from accounts.actors import ANONYMOUS
from cases import (
    actions,
    agreed,
    analysis,
    appointments,
    blocks,
    case_tasks,
    claiming,
    closing,
    confidentiality,
    contact,
    family,
    first_contact,
    invited,
    messages,
    note_drafts,
    notes,
    outlines,
    plan,
    tokens,
    tracks,
)
from cases.enums import AccessScope, AttemptOutcome, CaseOutcome, ContactWay, NoteKind, SessionState
from cases.enums.notes import DraftOf
from cases.enums.plan import Side
from cases.enums.tracks import CoachingFocus, OutlineMoment, TrackKind
from cases.family import Guest, Wanted
from cases.first_contact import Agreed
from cases.intake import ByDesk, Submission
from cases.invited import Back, as_family
from cases.models import Case, Invitation
from cases.models.plan import Goal
from desk import reception, triage
from desk.demo.family import accept
from desk.mailroom import filing, keeping, sorting
from desk.mailroom.enums import MailState
from desk.mailroom.models import Mail
from desk.triage import REFER, Decision
from referrals import actions as referrals
from referrals import feedback
from referrals.enums import ReturnReason, Verdict
from referrals.matching import candidates
from referrals.models import Referral
from tests import matrix_endings as endings
from tests.matrix_words import DAY, DIRECT, HERS, HOUR, STAGES, Matrix, canary
from tests.world import MOMENT


def let_in_fenna(matrix: Matrix, stage: str) -> None:
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


def show_each_other(matrix: Matrix) -> None:
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


def asked(matrix: Matrix, stage: str) -> Case:
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
                "accessibility_needs": canary("needs", stage), "talks_with": canary("talkswith", stage),
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


def bring(matrix: Matrix, stage: str) -> None:
    """To its stage by the real verbs, writing canaries on the way."""
    case, desk, when = matrix.cases[stage], matrix.by("samira"), MOMENT - 6 * HOUR
    actions.take(case, by=desk, at=when)
    contact.log_attempt(
        case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, note=canary("attempt", stage), by=desk, at=when,
        reason=canary("reason", stage),
    )  # fmt: skip
    actions.client_added(case, canary("added", stage), by=matrix.by("tom"), at=when)
    _correct(matrix, case, stage, when)
    if stage == "triage":
        case_tasks.add(case, what=canary("task", stage), due_at=MOMENT + DAY, by=desk, at=when)
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
            sent, reason=ReturnReason.OTHER_HELP, note=canary("return", stage), by=matrix.by("ilse"), at=when + HOUR
        )
        said = {"note": canary("opinion", stage), "by": matrix.by("samira"), "at": when + 2 * HOUR}
        feedback.say(sent, Verdict.INCOMPLETE, **said)
    if stage in {"accepted", "active", "helped"}:
        referrals.accept(sent, read=True, by=bram, at=when + HOUR)
        feedback.say(sent, Verdict.INCOMPLETE, note=canary("opinion", stage), by=bram, at=when + 2 * HOUR)
    if stage in {"active", "helped"}:
        _work(matrix, case, stage, when + 2 * HOUR)
    if stage == "helped":
        endings.close(matrix, case, stage)


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
    _plan(matrix, case, stage, when)
    notes.write(case, canary("filenote", stage), kind=NoteKind.FILE, by=bram, at=when + HOUR)
    notes.write(case, canary("workingnote", stage), kind=NoteKind.WORKING, by=bram, at=when + HOUR)
    for what, for_desk in (("task", False), ("desktask", True)):
        case_tasks.add(case, what=canary(what, stage), due_at=MOMENT + DAY, for_desk=for_desk, by=bram, at=when + HOUR)
    place = note_drafts.Place(case, bram.user_id, NoteKind.FILE)
    note_drafts.keep(place, canary("notedraft", stage), note_drafts.Page(uuid.uuid4()), by=bram, at=when + HOUR)
    if stage == "active":
        form = note_drafts.Place(case, bram.user_id, DraftOf.ANALYSIS)
        page, typed = note_drafts.Page(uuid.uuid4(), of_version=1), json.dumps({"demand": canary("formdraft", stage)})
        note_drafts.keep(form, typed, page, by=bram, at=when + HOUR)
    for by, what in ((tom, "fromclient"), (bram, "fromworker")):
        messages.send(case, submission_id=uuid.uuid4(), body=canary(what, stage), by=by, at=when + HOUR)
    guest = Invitation.objects.get(pk=matrix.guests[stage])
    fenna = as_family(matrix.by("fenna"))
    body = canary("fromfamily", stage)
    messages.send(case, submission_id=uuid.uuid4(), body=body, by=fenna, at=when + HOUR, family=guest)
    _coached(matrix, case, stage, when + HOUR)
    if stage == "active":
        appointments.plan_session(
            case, starts_at=MOMENT + DAY, way=ContactWay.VISIT, place=canary("place", stage), by=bram, at=MOMENT - HOUR,
            reason=canary("plan", stage),
        )  # fmt: skip


def _coached(matrix: Matrix, case: Case, stage: str, when: dt.datetime) -> None:
    """Coaching follows, and the client is asked what the employer may hear of it."""
    bram = matrix.by("bram")
    if not registrations.of(matrix.made.users["bram"]):
        registrations.keep(
            matrix.made.users["bram"], register="NOBCO", number="12-345", as_coach=True, checked_on=when.date(),
            expires_on=None, by=matrix.by("els"), at=when,
        )  # fmt: skip
    reason = canary("trackwhy", stage)
    tracks.start(case, TrackKind.COACHING, focus=CoachingFocus.CAREER, reason=reason, by=bram, at=when)
    outlines.write(case, OutlineMoment.START, canary("outline", stage), by=bram, at=when)


def _plan(matrix: Matrix, case: Case, stage: str, when: dt.datetime) -> None:
    """Explained, analysed, planned and agreed."""
    by, words = matrix.by("bram"), {part: canary(part, stage) for part in analysis.PARTS}
    told = {"words": canary("explainedwords", stage), "questions": canary("explainedasked", stage)}
    confidentiality.explain(case, on=when.date(), **told, by=by, at=when)
    analysis.write(case, words, number=0, by=by, at=when)
    goals = [Goal("", canary("goal", stage))]
    plan.make(case, goals, talks=4, ends_when=canary("endswhen", stage), number=0, by=by, at=when)
    agreed.add(case, who=Side.CLIENT, words=canary("agreedwords", stage), by_day=None, by=by, at=when)


def mailed(matrix: Matrix, stage: str) -> Mail:
    """A mail that belongs to the case of a stage; one that waits for a person when there is no such case."""
    mail = EmailMessage()
    mail["From"], mail["X-Auto-Response-Suppress"] = (
        f"{canary('mailname', stage)} <{canary('mailsender', stage)}@mail.example>",
        "All",
    )
    mail["Subject"] = canary("mailsubject", stage)
    mail.set_content(canary("mailbody", stage))
    mail.add_attachment(
        canary("mailfile", stage).encode(),
        maintype="text",
        subtype="plain",
        filename=f"{canary('mailfilename', stage)}.txt",
    )
    raw, uid = mail.as_bytes(), Mail.objects.count() + 1
    keeping.keep(raw, folder="matrix", uidvalidity=1, uid=uid, size=len(raw), at=MOMENT - HOUR)
    sorting.sort_due(MOMENT - HOUR)
    row = Mail.objects.select_related("data_key").get(uid=uid)
    if stage in matrix.cases:
        filing.belongs_to(row, Case.objects.select_related("data_key").get(pk=matrix.cases[stage].pk), MailState.JOINED)
    return row
