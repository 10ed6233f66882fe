"""The machine of tests/cases/test_case_machine.py: what can be done with a case, by kind of verb.

Each kind is a class with rules; those of what came later are in machine_more.py, machine_around.py and
machine_guarded.py. What joins is another class in CaseMachine's bases and, where it leaves something due, a line in
``left_over``. There are two requests of one person; ``turn`` changes which of the two the rules act on.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.actors import Actor, actor_for, follower
from accounts.permissions import Refused
from cases import (
    actions,
    appointments,
    closing,
    contact,
    family,
    handback,
    invited,
    messages,
    notes,
    outlines,
    tokens,
    tracks,
)
from cases.closing import Goodbye
from cases.enums import AccessScope, AttemptOutcome, CaseOutcome, CaseState, NoteKind, SessionState
from cases.enums.tracks import CoachingFocus, OutlineMoment, Recipient, TrackKind
from cases.family import Guest, Wanted
from cases.invited import NotForYou
from cases.models import Case, Invitation, Note, Outline, Session
from cases.moves import NotNow
from desk.sweeps import STEPS
from referrals import actions as referrals
from referrals import consent
from referrals.enums import Destination, ReturnReason
from referrals.models import Referral
from tests.factories.cast import Cast
from tests.factories.referrals import to_worker

SECRET = re.compile(r"(?:GEHEIM|EIGEN)\d+Z")
"""What no client may ever read; each text has a number of its own, because what is shared may be read."""
NOT_OF_CASES = {"snapshot", "surge", "roster", "swaps", "throttle", "sessions", "mail", "old mail"}
HOUR = dt.timedelta(hours=1)
minutes = st.sampled_from([1, 14, 15, 16, 45])
yes = st.booleans()


class OneCase:
    """What all rules share: the case, the clock, and ``do``."""

    cast: Cast
    case: Case
    other: Case  # of the same person
    at: dt.datetime
    hushed: int
    shared: set[str]  # what was hushed, and then shared on purpose

    def hush(self, *, own: bool = False) -> str:
        """A text for colleagues only, or with ``own`` for nobody but who wrote it or is named for it."""
        self.hushed += 1
        return f"{'EIGEN' if own else 'GEHEIM'}{self.hushed}Z"

    def do(self, verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Try it: what cannot be done now is refused, and nothing else goes wrong."""
        try:
            return verb(*args, at=self.at, **more)
        except (NotNow, Refused, NotForYou):
            return None

    def by(self, name: str) -> Actor:
        return actor_for(self.cast.users[name], self.at)

    @property
    def client(self) -> Actor:
        return follower(self.case.pk)

    @property
    def worker(self) -> Actor:
        """Whoever has the case, or Bram when nobody has."""
        self.case.refresh_from_db()
        return actor_for(self.case.owner or self.cast.bram, self.at)

    def latest(self, rows: Any, order: str) -> Any:
        row = rows.filter(case=self.case).order_by(order).last()
        if row is not None:
            row.case = Case.objects.get(pk=self.case.pk)
        return row


class AtTheDesk(OneCase):
    @rule(name=st.sampled_from(["samira", "els"]))
    def take(self, name: str) -> None:
        self.do(actions.take, self.case, by=self.by(name))

    @rule()
    def give_back(self) -> None:
        self.do(actions.give_back, self.case, by=self.by("samira"))

    @rule(outcome=st.sampled_from([AttemptOutcome.SPOKEN, AttemptOutcome.NO_ANSWER]))
    def try_to_reach(self, outcome: str) -> None:
        self.do(contact.log_attempt, self.case, way="phone", outcome=outcome, by=self.by("samira"), reason="Nu.")

    @rule(days=st.integers(1, 3))
    def ask_more(self, days: int) -> None:
        until = self.at + dt.timedelta(days=days)
        self.do(contact.ask_more, self.case, "Wat is er gebeurd?", until=until, by=self.by("samira"), reason="Nu.")

    @rule()
    def client_adds(self) -> None:
        self.do(contact.client_added, self.case, "Nog iets.", by=self.client)

    @rule(outcome=st.sampled_from(list(CaseOutcome)), calls=yes)
    def close(self, outcome: str, calls: bool) -> None:
        goodbye = Goodbye(calls=calls)
        self.do(closing.close, self.case, outcome=outcome, note="Gedaan.", goodbye=goodbye, by=self.worker)

    @rule(sure=st.integers(0, 5))
    def client_withdraws(self, sure: int) -> None:
        if sure == 0:  # seldom, or few cases get anywhere
            self.do(closing.withdraw, self.case, by=self.client)


class HandingOver(OneCase):
    @rule(to=st.sampled_from(["bram", "ilse"]), by_phone=yes)
    def propose(self, to: str, by_phone: bool) -> None:
        """By whoever took it: deciding on the page takes the request first (desk/triage.py)."""
        case = Case.objects.get(pk=self.case.pk)
        if case.owner_id is None:
            return
        self.do(
            referrals.propose, case, to_worker(self.cast, to), destination=Destination.REGIONAL_DIRECT,
            summary="Wil rust.", by=self.by("samira"), by_phone=by_phone,
        )  # fmt: skip

    @rule(approved=yes)
    def client_answers(self, approved: bool) -> None:
        if row := self.latest(Referral.objects, "created_at"):
            self.do(consent.approve_summary if approved else consent.refuse_summary, row, by=self.client)

    @rule(accepts=st.integers(0, 3))
    def receiver_answers(self, accepts: int) -> None:
        row = self.latest(Referral.objects, "created_at")
        if row is None:
            return
        by = actor_for(row.to_user, self.at)
        if accepts:
            self.do(referrals.accept, row, read=True, by=by)
        else:
            self.do(referrals.return_to_desk, row, reason=ReturnReason.OTHER_HELP, note="Past niet.", by=by)

    @rule()
    def desk_takes_back(self) -> None:
        if row := self.latest(Referral.objects, "created_at"):
            self.do(referrals.withdraw, row, by=self.by("samira"))

    @rule(reason=st.sampled_from(["Past niet.", ""]))
    def hand_back(self, reason: str) -> None:
        self.do(handback.hand_back, self.case, reason=reason, by=self.worker)


class Talking(OneCase):
    @rule(days=st.integers(0, 30), length=minutes)
    def plan(self, days: int, length: int) -> None:
        self.do(
            appointments.plan_session, self.case, starts_at=self.at + days * 24 * HOUR + HOUR, way="phone",
            minutes=length, by=self.worker, reason="In overleg.",
        )  # fmt: skip

    @rule(state=st.sampled_from([SessionState.HELD, SessionState.NO_SHOW, SessionState.CANCELLED]), length=minutes,
          outside=yes, which=st.integers(0, 9))  # fmt: skip
    def say_how_it_went(self, state: str, length: int, outside: bool, which: int) -> None:
        rows = list(Session.objects.filter(case=self.case).order_by("starts_at", "pk"))
        if rows:
            row = rows[which % len(rows)]
            self.do(appointments.record_session, row, state, minutes=length, outside=outside, by=self.worker)

    @rule(length=minutes, outside=yes)
    def talk_unplanned(self, length: int, outside: bool) -> None:
        self.do(
            appointments.record_contact, self.case, starts_at=self.at - HOUR, minutes=length, way="phone",
            outside=outside, by=self.worker,
        )  # fmt: skip

    @rule(kind=st.sampled_from(list(TrackKind)), reason=st.sampled_from(["Past nu.", ""]))
    def start_help(self, kind: str, reason: str) -> None:
        focus = CoachingFocus.TEAM if kind == TrackKind.COACHING else ""
        self.do(tracks.start, self.case, kind, reason=reason, focus=focus, by=self.worker)

    @rule(reason=st.sampled_from(["Klaar.", ""]))
    def end_help(self, reason: str) -> None:
        self.do(tracks.end, self.case, reason=reason, by=self.worker)

    @rule(moment=st.sampled_from(list(OutlineMoment)))
    def write_outline(self, moment: str) -> None:
        self.do(outlines.write, self.case, moment, "Er is coaching.", by=self.worker)

    @rule(said=st.sampled_from(["yes", "no", "back", "pass on"]))
    def answer_outline(self, said: str) -> None:
        row = self.latest(Outline.objects, "asked_at")
        if row is None:
            return
        if said == "pass on":
            self.do(outlines.pass_on, row, Recipient.MANAGER, by=self.worker)
        elif said == "back":
            self.do(outlines.withdraw, row, by=self.client)
        else:
            self.do(outlines.answer, row, yes=said == "yes", by=self.client)


class Writing(OneCase):
    @rule(kind=st.sampled_from(list(NoteKind)))
    def write_note(self, kind: str) -> None:
        body = self.hush(own=True) if kind == NoteKind.WORKING else "Besproken: slaap."
        self.do(notes.write, self.case, body, kind=kind, by=self.worker)

    @rule(version=st.integers(1, 2))
    def change_note(self, version: int) -> None:
        row = self.latest(Note.objects.filter(author=self.worker.user), "created_at")
        if row is not None and row.kind == NoteKind.FILE:
            self.do(notes.edit, row, "Besproken: werk.", version=version, by=self.worker)

    @rule(from_client=yes)
    def write_message(self, from_client: bool) -> None:
        by = self.client if from_client else self.worker
        self.do(messages.send, self.case, submission_id=uuid.uuid4(), body="Dag.", reason="In overleg.", by=by)

    @rule(from_client=yes)
    def read_messages(self, from_client: bool) -> None:
        self.do(messages.mark_read, self.case, by=self.client if from_client else self.worker)

    @rule()
    def share_note(self) -> None:
        """Of their own; from then on the client reads it."""
        row = self.latest(Note.objects.filter(author=self.worker.user, kind=NoteKind.WORKING), "created_at")
        if row is not None and self.do(notes.share, row, by=self.worker):
            self.shared.add(str(row.body))


class LettingIn(OneCase):
    codes: dict[uuid.UUID, str]  # of an invitation, as it was told

    @rule(scope=st.sampled_from([AccessScope.NAMED, AccessScope.DATES, AccessScope.MESSAGES]), comes=yes)
    def invite(self, scope: str, comes: bool) -> None:
        self.at += dt.timedelta(seconds=1)  # one makes place for the next, and nothing ends in the moment it began
        made = self.do(
            family.invite, self.case, Guest("Fenna", "partner"), self.until(scope), submission_id=uuid.uuid4(),
            by=self.client,
        )  # fmt: skip
        if made:
            self.codes[made.invitation.pk] = made.code
            if comes:
                self.answer_invitation("accept")

    @rule(verb=st.sampled_from(["accept", "decline", "leave"]))
    def answer_invitation(self, verb: str) -> None:
        row, by = self.latest(Invitation.objects, "pk"), Actor(kind="user", user=self.cast.fenna, as_family=True)
        if row is None:
            return
        token = tokens.token_of(row.pk, row.token_hash)
        if verb == "leave":
            if row.accepted_at:
                self.at += dt.timedelta(seconds=1)  # nothing ends in the moment in which it began
                self.do(invited.leave, row, by=by)
        elif self.do(invited.try_code, token, self.codes[row.pk], by=by):
            self.do(invited.accept if verb == "accept" else invited.decline, token, by=by)

    @rule(verb=st.sampled_from(["end", "change", "new code"]))
    def look_at_invitation(self, verb: str) -> None:
        row = self.latest(Invitation.objects, "pk")
        if row is None:
            return
        if verb == "change":
            self.do(family.change, row, self.until(AccessScope.DATES), sure=True, by=self.client)
        elif verb == "new code":
            self.codes[row.pk] = self.do(family.new_code, row, by=self.client) or self.codes[row.pk]
        else:
            self.do(family.withdraw, row, by=self.client)

    def until(self, scope: str) -> Wanted:
        return Wanted(scope, self.at.date() + dt.timedelta(days=30))


class Time(OneCase):
    @rule(hours=st.sampled_from([1, 9, 24, 24 * 7, 24 * 20]))
    def passes(self, hours: int) -> None:
        """And what is due happens, as the sweeps do it."""
        self.at = (self.at.astimezone(dt.UTC) + hours * HOUR).astimezone(self.cast.at.tzinfo)
        self.sweep()

    def sweep(self) -> None:
        for name, step in STEPS.items():
            if name not in NOT_OF_CASES:
                step(self.at)

    def is_in(self, *states: str) -> bool:
        return CaseState(Case.objects.values_list("state", flat=True).get(pk=self.case.pk)) in states
