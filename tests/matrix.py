"""The world of the permission matrix: one case in every state, and everyone who may or may not see it."""

import datetime as dt
import uuid
from typing import Any

from django.urls import reverse

from accounts import factor_reset, feeds, invitations, patterns, photos, swaps
from accounts.actors import ANONYMOUS, actor_for
from accounts.duty import load_calendar
from accounts.enums import Line, Role
from accounts.models import DataKey, Device, Membership, Shift, ShiftFeed, ShiftPattern, User
from accounts.sessions import kept
from cases import (
    call_attempts,
    callbacks,
    deputies,
    drafts,
    links,
    telephone,
)
from cases.intake import Submission
from cases.models import Case, Intake
from cases.telephone import Event
from desk import advice as desk_advice
from desk import reception, shift_handover, snapshot, wizard
from desk.demo.organisation import PASSWORD, Organisation, build, fill_roster, let_in
from desk.lists import saving
from desk.mailroom import deciding
from referrals.sweeps import settle_introductions
from tests import matrix_endings
from tests.matrix_cases import asked, bring, let_in_fenna, mailed, show_each_other
from tests.matrix_coverage import limit_and_ask
from tests.matrix_directory import with_outside_help
from tests.matrix_files import with_documents
from tests.matrix_guarded import guard
from tests.matrix_letters import with_letter
from tests.matrix_talk import talk_with_group, talk_with_lisa
from tests.matrix_ways import hand_over
from tests.matrix_words import DAY, FEED, HOUR, STAGES, Matrix, canary
from tests.world import MOMENT, follower_session, user_session


def build_matrix() -> Matrix:
    """Write it all into an empty database, at MOMENT."""
    made = build(MOMENT.date())
    fill_roster(made, MOMENT.date() - 10 * DAY, 20, MOMENT.tzinfo or dt.UTC)
    matrix = Matrix(made)
    _more_people(made)
    snapshot.write(MOMENT)
    for stage in STAGES:
        matrix.cases[stage] = asked(matrix, stage)
        let_in_fenna(matrix, stage)
    for stage in STAGES:
        with_documents(matrix, stage)
    for stage in STAGES[1:]:
        bring(matrix, stage)
    show_each_other(matrix)
    matrix.cases = {stage: Case.objects.get(pk=case.pk) for stage, case in matrix.cases.items()}
    for stage in STAGES:
        mailed(matrix, stage)
    matrix.mail = mailed(matrix, "mailroom").pk
    guard(matrix)
    with_letter(matrix)
    _set_aside(matrix)
    matrix.advice, matrix.answered = _advice(matrix, "advice"), _advice(matrix, "answered")
    _answer(matrix)
    _away_and_invited(matrix)
    _kept_and_linked(matrix)
    matrix_endings.afterwards(matrix)
    _typed_and_lost(matrix)
    _rang(matrix)
    hand_over(matrix)
    talk_with_group(matrix)
    talk_with_lisa(matrix)
    _roster(matrix)
    limit_and_ask(matrix)
    _lists(matrix)
    with_outside_help(matrix)
    settle_introductions(MOMENT)
    _open_browsers(matrix)
    return matrix


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
    Membership.objects.create(  # who answers for the people of that team too
        user=made.users["els"], team=made.teams["regional-west"], role=Role.COORDINATOR,
        starts_on=MOMENT.date() - 90 * DAY,
    )  # fmt: skip
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
    for number, end in (("+31880000980", False), ("+31880000981", True)):
        event = Event(f"call-{number}", "missed_call", Line.DESK, MOMENT - HOUR, number=number)
        row = telephone.take_event(event, at=MOMENT, calendar=load_calendar())[0].call_back
        call_attempts.try_stranger(row, "no_answer", note=canary("callnote", "caller"), by=els, at=MOMENT)
        if end:
            callbacks.finish(row, canary("callreason", "caller"), by=els, at=MOMENT)


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


def _set_aside(matrix: Matrix) -> None:
    """A mail that was not for us, with the reason."""
    by = matrix.by("samira")
    mail = deciding.claim(mailed(matrix, "aside"), by=by, at=MOMENT - HOUR)
    deciding.set_aside(mail, canary("mailreason", "aside"), by=by, at=MOMENT - HOUR)


def _lists(matrix: Matrix) -> None:
    """Samira shares a view of the list with the desk."""
    saving.make(
        uuid.uuid4(), title="Spoed", query="urgency=urgent", team=matrix.made.teams["desk"], wish=saving.Wish(),
        by=matrix.by("samira"), at=MOMENT - HOUR,
    )  # fmt: skip


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
