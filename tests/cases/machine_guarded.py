"""What is guarded, and who is kept away, for the machine of tests/cases/test_case_machine.py: breaking confidentiality,
the reporting code, a serious incident, complaints, somebody else, and people who may not see a case."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.duty import load_calendar
from cases import blocks, breaches, complaints, incidents, reporting, someone_else
from cases.breaches import Weighed
from cases.complaints import Said
from cases.enums.guarded import BreachAct, ComplaintState, Ground, StepOutcome
from cases.models import (
    BreachStep,
    Complaint,
    ConfidentialityBreach,
    Incident,
    KeepOut,
    ReportingCodeCase,
    ReportingStep,
    SomeoneElse,
)
from cases.reporting import Done
from tests.cases.machine import OneCase, yes


class Breaking(OneCase):
    @rule(told=yes)
    def weigh(self, told: bool) -> None:
        weighed = Weighed(
            Ground.DANGER_SELF,
            self.hush(own=True),
            self.cast.ilse,
            "De huisarts",
            "Dat hij niet slaapt.",
            told,
            self.hush(own=True),
        )
        self.do(breaches.ask, self.case, weighed, by=self.worker)

    @rule(name=st.sampled_from(["els", "els", "bram"]), signs=st.integers(0, 3))
    def second_signature(self, name: str, signs: int) -> None:
        if row := self.latest(ConfidentialityBreach.objects, "made_at"):
            verb, more = (breaches.sign, {}) if signs else (breaches.refuse, {"reason": self.hush(own=True)})
            self.do(verb, row, by=self.by(name), **more)

    @rule(told=yes)
    def carry_out(self, told: bool) -> None:
        if row := self.latest(ConfidentialityBreach.objects, "made_at"):
            self.do(breaches.carry_out, row, how="Vandaag gebeld.", told=told, by=self.worker)
            self.do(breaches.tell, row, how="Op kantoor.", by=self.worker)

    @invariant()
    def nobody_breaks_confidentiality_alone(self) -> None:
        for row in ConfidentialityBreach.objects.filter(case=self.case):
            acts = {step.act: step for step in BreachStep.objects.filter(breach=row)}
            assert BreachAct.CARRIED_OUT not in acts or BreachAct.SIGNED in acts
            assert BreachAct.SIGNED not in acts or acts[BreachAct.SIGNED].by_id not in {None, row.made_by_id}


class Reporting(OneCase):
    @rule()
    def start_code(self) -> None:
        if self.worker.user is not None and not ReportingCodeCase.objects.filter(case=self.case).exists():
            self.do(reporting.start, self.case, [self.cast.els], by=self.worker)

    @rule(skips=st.integers(0, 3), again=yes)
    def sign_step(self, skips: int, again: bool) -> None:
        code = self.latest(ReportingCodeCase.objects, "started_at")
        if code is None:
            return
        rows, done = reporting.steps_of(code), Done(self.hush(own=True), self.at.date())
        if again and rows:
            self.do(reporting.correct, rows[-1], done, by=self.by("els"))
        number = (reporting.next_number(rows) or 5) + (skips == 3)
        self.do(reporting.sign, code, number, done, by=self.by("els"))

    @rule(joins=yes)
    def change_circle(self, joins: bool) -> None:
        code = self.latest(ReportingCodeCase.objects, "started_at")
        if code is None:
            return
        if joins:
            self.do(reporting.add, code, self.cast.ilse, by=self.by("els"))
        else:
            member = reporting.circle(code)[0]
            member.code = code
            self.do(reporting.take_out, member, by=self.by("els"))

    @invariant()
    def steps_are_signed_in_order_by_a_circle(self) -> None:
        for code in ReportingCodeCase.objects.filter(case=self.case):
            rows = ReportingStep.objects.filter(code=code, corrects=None).order_by("at", "pk")
            numbers = sorted(rows.values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) <= 5
            assert code.members.filter(ended_at=None).exists()


class Serious(OneCase):
    @rule()
    def begin_incident(self) -> None:
        self.do(incidents.begin, self.case, kind="death", known=self.hush(own=True), by=self.worker)

    @rule(lines=st.integers(1, 7), jumps=st.integers(0, 4))
    def settle_lines(self, lines: int, jumps: int) -> None:
        row = self.latest(Incident.objects.filter(ended_at=None), "opened_at")
        for step in (incidents.steps_of(row) if row else [])[: lines + (jumps == 4)][jumps == 4 :]:
            step.incident = row
            self.do(incidents.settle, step, outcome=StepOutcome.DONE, note=self.hush(own=True), by=self.worker)

    @invariant()
    def news_waits_for_the_personal_message(self) -> None:
        for row in Incident.objects.filter(case=self.case):
            told = [step.outcome for step in incidents.steps_of(row) if step.releases]
            assert (row.released_at is not None) == all(told)
            assert row.released_at is not None or row.next_look_at is not None


class Complaining(OneCase):
    @rule(known=yes, by_phone=yes)
    def complain(self, known: bool, by_phone: bool) -> None:
        said = Said("Hij kwam niet.", self.cast.bram if known else None, "Die van dinsdag.", (self.cast.joost,))
        by = self.by("samira") if by_phone else self.client
        self.do(complaints.receive, self.case, said, by=by, calendar=load_calendar())

    @rule(what=st.sampled_from(["more", "back", "answer", "end", "bram", "els"]))
    def go_on_with_complaint(self, what: str) -> None:
        row = self.latest(Complaint.objects, "received_at")
        if row is None:
            return
        if what == "more":
            self.do(complaints.client_says, row, "En nog iets.", by=self.client)
        elif what == "back":
            self.do(complaints.withdraw, row, by=self.client)
        elif what in {"answer", "end"}:
            ends = ComplaintState.ANSWERED if what == "end" else ""
            self.do(complaints.say, row, "We zoeken het uit.", ends=ends, by=self.by("els"))
        else:
            self.do(complaints.found_out, row, self.cast.users[what], by=self.by("els"))

    @invariant()
    def nobody_handles_a_complaint_about_themselves(self) -> None:
        for row in Complaint.objects.filter(case=self.case):
            assert row.is_open == (row.next_look_at is not None)
            if row.about_id is not None:
                assert not row.handlers.filter(user=row.about_id).exists()


class Changing(OneCase):
    @rule(what=st.sampled_from(["ask", "ask", "back", "look", "stays"]))
    def somebody_else(self, what: str) -> None:
        if what == "ask":
            self.do(someone_else.ask, self.case, why="Het klikt niet.", by=self.client)
        elif what == "back":
            self.do(someone_else.take_back, self.case, by=self.client)
        else:
            self.do(someone_else.look if what == "look" else someone_else.stays, self.case, by=self.by("els"))

    @rule(verb=st.sampled_from(["words", "block", "account", "none", "lift"]), name=st.sampled_from(["ilse", "bram"]))
    def keep_out(self, verb: str, name: str) -> None:
        row, waits = self.latest(KeepOut.objects, "asked_at"), self.latest(KeepOut.objects.waiting(), "asked_at")
        if verb == "words":
            self.do(blocks.ask, self.case, "Mijn buurman.", by=self.client)
        elif verb == "block" or (verb == "account" and waits):
            by, more = (
                (self.client, {}) if verb == "block" else (self.by("els"), {"reason": "Zelfde.", "answers": waits})
            )
            self.do(blocks.block, self.case, self.cast.users[name], by=by, **more)
        elif verb == "none" and waits:
            self.do(blocks.no_account, waits, by=self.by("els"))
        elif verb == "lift" and row:
            self.do(blocks.lift, row, by=self.client if row.by_client else self.by("els"), reason="Vergissing.")

    @invariant()
    def who_was_asked_away_from_is_known(self) -> None:
        """One wish waits at a time, and none in what is closed."""
        waits = SomeoneElse.objects.open().filter(case=self.case)
        assert waits.count() <= self.case_is_open()

    def case_is_open(self) -> bool:
        self.case.refresh_from_db()
        return bool(self.case.is_open)


def guarded_left(case: Any, at: dt.datetime) -> dict[str, Any]:
    """What of these would still happen in a closed case, as queries. A complaint and a reporting code go on by
    themselves, and news that is held waits for somebody who tells it in person."""
    return {
        "a signature": ConfidentialityBreach.objects.filter(case=case).waiting(),
        "a list": Incident.objects.filter(case=case, ended_at=None, released_at__isnull=False),
        "somebody else": SomeoneElse.objects.open().filter(case=case),
    }
