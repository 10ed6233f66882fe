"""More that can be done with a case, for the machine of tests/cases/test_case_machine.py: what follows on the help, and
what stands beside it. Each text that the client may never read is hushed."""

import datetime as dt
import uuid
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.duty import load_calendar
from cases import (
    case_tasks,
    confidentiality,
    debriefing,
    documents,
    marks,
    mediation,
    mediation_talks,
    merging,
    note_drafts,
    plan,
    reading,
    reopening,
    summaries,
)
from cases.documents import Upload
from cases.enums import NoteKind, SessionState
from cases.enums.mediation import MediationEnding, Side, TalkWith
from cases.enums.plan import GoalMoment
from cases.mediation import OtherOne
from cases.models import Case, CaseTask, Document, GroupTalk, Mediation, MediationTalk, Merge
from cases.models.plan import Goal
from cases.note_drafts import Page, Place
from tests.cases.machine import HOUR, OneCase, yes

DAY = dt.timedelta(days=1)
PIET = OtherOne("Piet", "manager", "piet@werk.example")


class ComingBack(OneCase):
    @rule(to=st.sampled_from([reopening.DESK, reopening.WORKER]), by_client=yes)
    def reopen(self, to: str, by_client: bool) -> None:
        by, to = (self.client, reopening.DESK) if by_client else (self.worker, to)
        self.do(reopening.reopen, self.case, reason="Het gaat weer slechter.", to=to, by=by, calendar=load_calendar())


class Together(OneCase):
    @rule()
    def turn(self) -> None:
        self.case, self.other = self.other, self.case

    @rule(stays=yes)
    def merge(self, stays: bool) -> None:
        pair = (self.other, self.case) if stays else (self.case, self.other)
        self.do(merging.merge, *pair, reason="Zelfde stem.", by=self.by("samira"))

    @rule()
    def take_apart(self) -> None:
        if row := Merge.objects.filter(undone_at=None, case__in=[self.case, self.other]).first():
            self.do(merging.undo, row, by=self.by("samira"))


class Reading(OneCase):
    @rule()
    def client_corrects(self) -> None:
        last = summaries.latest(Case.objects.get(pk=self.case.pk))
        if last is not None:
            words = f"In mijn woorden, {last.number}."
            self.do(summaries.correct, self.case, words, number=last.number, by=self.client)

    @rule()
    def worker_reads(self) -> None:
        counting = summaries.counting(Case.objects.get(pk=self.case.pk))
        if counting is not None and self.worker.user is not None:
            self.do(reading.mark_read, self.case, counting.pk, by=self.worker)


class Asking(OneCase):
    @rule(days=st.integers(0, 9), for_desk=yes)
    def ask(self, days: int, for_desk: bool) -> None:
        due = self.at + days * DAY + HOUR
        self.do(case_tasks.add, self.case, what=self.hush(), due_at=due, for_desk=for_desk, by=self.worker)

    @rule(verb=st.sampled_from([case_tasks.finish, case_tasks.drop, case_tasks.reopen]))
    def answer_task(self, verb: Any) -> None:
        if row := self.latest(CaseTask.objects, "created_at"):
            self.do(verb, row, by=self.worker)


class Filing(OneCase):
    @rule(by_client=yes)
    def send_file(self, by_client: bool) -> None:
        by, title = (self.client, "Brief") if by_client else (self.worker, self.hush())
        self.do(
            documents.receive, self.case, file=Upload("brief.txt", b"Beste,"), title=title, for_client=by_client, by=by,
            submission_id=uuid.uuid4(),
        )  # fmt: skip

    @rule()
    def remove_file(self) -> None:
        if row := self.latest(Document.objects, "added_at"):
            self.do(documents.remove, row, reason="Verkeerd.", by=self.worker)

    @rule(kind=st.sampled_from(list(NoteKind)))
    def keep_draft(self, kind: str) -> None:
        place = Place(Case.objects.get(pk=self.case.pk), self.worker.user_id or 0, kind)
        self.do(note_drafts.keep, place, self.hush(own=True), Page(uuid.uuid4()), by=self.worker)


class Neutral(OneCase):
    def talk(self) -> Mediation | None:
        found: Mediation | None = self.latest(Mediation.objects, "opened_at")
        return found

    @rule()
    def ask_both(self) -> None:
        self.do(
            mediation.begin, self.case, other=PIET, called="Tom", subject="Samen verder.", leader=self.cast.karin,
            wanted=True, by=self.worker,
        )  # fmt: skip

    @rule(says=yes, side=st.sampled_from(list(Side)))
    def one_of_both(self, says: bool, side: str) -> None:
        if talk := self.talk():
            verb = mediation.agree if says else mediation.stop
            self.do(verb, mediation.sides(talk)[side], by=self.by("karin"))

    @rule(with_whom=st.sampled_from(list(TalkWith)))
    def meet(self, with_whom: str) -> None:
        if talk := self.talk():
            self.do(
                mediation_talks.plan, talk, with_whom=with_whom, starts_at=self.at + DAY, minutes=60, way="phone",
                place="", reason="In overleg.", by=self.by("karin"),
            )  # fmt: skip
            self.do(mediation_talks.write_note, talk, self.hush(own=True), about=with_whom, by=self.by("karin"))

    @rule()
    def end_talks(self) -> None:
        if talk := self.talk():
            self.do(mediation.end, talk, MediationEnding.NO_AGREEMENT, by=self.by("karin"))


class WithGroup(OneCase):
    @rule()
    def plan_group(self) -> None:
        self.do(
            debriefing.plan, self.case, starts_at=self.at + DAY, minutes=60, place="", incident="Ongeluk",
            second=self.cast.karin, by=self.worker,
        )  # fmt: skip

    @rule(how=st.sampled_from(["hold", "cancel", "look again"]))
    def group_went(self, how: str) -> None:
        row = self.latest(GroupTalk.objects, "starts_at")
        if row is None:
            return
        if how == "hold":
            day = self.at.date() + 35 * DAY
            self.do(
                debriefing.hold, row, present=8, want_own_talk=1, report=self.hush(), look_again_on=day, by=self.worker
            )
        else:
            self.do(debriefing.cancel if how == "cancel" else debriefing.look_again, row, by=self.worker)


class Planning(OneCase):
    @rule()
    def explain(self) -> None:
        self.do(confidentiality.explain, self.case, on=self.at.date(), by=self.worker)

    @rule(words=st.sampled_from(["Slapen", "Rust"]))
    def make_plan(self, words: str) -> None:
        last = plan.latest(Case.objects.get(pk=self.case.pk))
        number = last.number if last else 0
        self.do(plan.make, self.case, [Goal("", words)], talks=4, ends_when="Klaar.", number=number, by=self.worker)

    @rule()
    def agree_to_plan(self) -> None:
        if last := plan.latest(Case.objects.get(pk=self.case.pk)):
            self.do(plan.agree, self.case, last.pk, by=self.client)

    @rule(moment=st.sampled_from(list(GoalMoment)), mark=st.integers(0, 10))
    def give_mark(self, moment: str, mark: int) -> None:
        if last := plan.latest(Case.objects.get(pk=self.case.pk)):
            self.do(marks.give, self.case, moment, {goal.id: mark for goal in last.goals}, by=self.client)


def planned_with_leader(case: Case) -> Any:
    """Meetings that somebody neutral planned, in a query."""
    return MediationTalk.objects.filter(mediation__case=case, state=SessionState.PLANNED)
