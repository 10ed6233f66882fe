"""What stands around the help, for the machine of tests/cases/test_case_machine.py: a second problem, calls, contact
wishes, what comes after closing, labels, what the desk judges, and the smaller verbs of talks and notes."""

import datetime as dt
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.actors import Actor
from accounts.duty import load_calendar
from cases import (
    actions,
    after_calls,
    after_care,
    agreed,
    analysis,
    appointments,
    callbacks,
    case_tasks,
    claiming,
    contact,
    debriefing,
    documents,
    evaluation,
    first_contact,
    following,
    hiding,
    links,
    mediation,
    mediation_door,
    mediation_talks,
    note_drafts,
    splitting,
    tags,
)
from cases.enums import NoteKind, SessionState, Urgency
from cases.enums.ending import AfterCareOutcome
from cases.enums.plan import Side as PlanSide
from cases.enums.tasks import Reminder
from cases.first_contact import Agreed
from cases.models import (
    AgreedAction,
    CallBack,
    Case,
    CaseTask,
    Document,
    GroupTalk,
    Mediation,
    MediationTalk,
    NoteDraft,
    SamePerson,
    Tag,
)
from cases.note_drafts import Page, Place
from cases.splitting import Part
from tests.cases.machine import HOUR, OneCase, yes

DAY = dt.timedelta(days=1)
WISHES = (
    {"channels": ["portal"]},
    {"channels": ["phone", "portal", "email"], "safe_to_email": True},
    {"phone": "", "channels": ["portal"]},
    {"phone": "06 00 00 00 11", "channels": ["phone"]},
)


class SecondProblem(OneCase):
    @rule()
    def split(self) -> None:
        """From then on the two are this case and the new one."""
        part = Part(("private.money",), "Er zijn ook schulden.", uuid.uuid4())
        new = self.do(splitting.split, self.case, part, by=self.by("samira"), calendar=load_calendar())
        if new is not None:
            assert new.person_id == self.case.person_id and new.first_contact_due_at > self.at
            self.other = new

    @rule(undoes=yes)
    def same_person(self, undoes: bool) -> None:
        row = self.latest(SamePerson.objects.filter(undone_at=None), "linked_at")
        if undoes and row:
            self.do(links.undo, row, by=self.by("samira"))
        else:
            self.do(links.link, self.case, self.other, reason="Zelfde stem.", by=self.by("samira"))


class Judging(OneCase):
    @rule(what=st.sampled_from(["urgent", "routine", "topics", "unit", "danger", "give"]))
    def judge(self, what: str) -> None:
        by = self.by("samira")
        if what in Urgency.values:
            self.do(actions.set_urgency, self.case, what, reason="Nu.", by=by, calendar=load_calendar())
        elif what == "topics":
            self.do(actions.set_topics, self.case, ["work.conflict", "private.money"], by=by)
        elif what == "unit":
            self.do(actions.set_unit, self.case, self.cast.units["90bat"].pk, by=by)
        elif what == "danger":
            self.do(actions.set_danger, self.case, False, by=by)
        else:
            self.do(actions.give, self.case, to=self.cast.joost, by=self.by("els"))

    @rule(more=yes)
    def label(self, more: bool) -> None:
        tag: Tag = tags.make("Week 12", by=self.by("els"), at=self.at)
        if more:
            self.do(tags.put, self.case, tag, by=self.by("samira"))
        else:
            self.do(tags.keep, self.case, [], by=self.by("samira"))

    @rule(hidden=yes)
    def hide(self, hidden: bool) -> None:
        self.do(hiding.hide, self.case, hidden, by=self.by("els"))


class Calling(OneCase):
    @rule(what=st.sampled_from(["choose", "agree", "cancel", "claim", "finish"]))
    def call_back(self, what: str) -> None:
        row = self.latest(CallBack.objects.open(), "created_at")
        if what == "choose":
            free = callbacks.slots_for(Case.objects.get(pk=self.case.pk), self.at).free(self.at, load_calendar())
            start = free[0].start if free else self.at + DAY
            self.do(callbacks.choose, self.case, start, by=self.client, calendar=load_calendar())
        elif what == "agree":
            self.do(callbacks.agree, self.case, self.at + DAY, by=self.by("samira"))
        elif what == "cancel":
            self.do(callbacks.cancel, self.case, by=self.client)
        elif row is not None:
            by, more = self.by("samira"), {"reason": "Is gebeld."} if what == "finish" else {}
            self.do(callbacks.finish if what == "finish" else callbacks.claim, row, by=by, **more)

    @rule(wishes=st.sampled_from(WISHES), by_client=yes)
    def change_wishes(self, wishes: dict[str, object], by_client: bool) -> None:
        self.do(contact.change_contact, self.case, wishes, by=self.client if by_client else self.by("samira"))

    @rule()
    def first_to_ring(self) -> None:
        self.do(first_contact.change, self.case, Agreed("Fenna", "partner"), by=self.client)

    @rule(in_account=yes)
    def another_way_in(self, in_account: bool) -> None:
        if in_account:
            self.do(claiming.claim, self.case, by=Actor(kind="user", user=self.cast.tom))
        else:
            self.do(following.give_new_phrase, self.case, submission_id=uuid.uuid4(), by=self.by("samira"))


class Afterwards(OneCase):
    @rule(on=yes)
    def want_no_call_or_do(self, on: bool) -> None:
        self.do(after_care.turn_on if on else after_care.turn_off, self.case, by=self.client)

    @rule(outcome=st.sampled_from(list(AfterCareOutcome)))
    def call_after(self, outcome: str) -> None:
        self.do(
            after_calls.called, self.case, outcome, note="Weer slecht.", by=self.by("samira"),
            calendar=load_calendar(), reason="Nu.",
        )  # fmt: skip

    @rule()
    def say_how_it_was(self) -> None:
        self.do(evaluation.answer, self.case, dict.fromkeys(evaluation.QUESTIONS, 3), by=self.client)


class Agreeing(OneCase):
    @rule(side=st.sampled_from(list(PlanSide)), words=st.sampled_from(["Wandelen.", "Bellen."]))
    def agree_on(self, side: str, words: str) -> None:
        self.do(agreed.add, self.case, who=side, words=words, by_day=None, by=self.worker)

    @rule(verb=st.sampled_from(["done", "undone", "drop"]))
    def settle_agreed(self, verb: str) -> None:
        if row := self.latest(AgreedAction.objects, "made_at"):
            if verb == "drop":
                self.do(agreed.drop, self.case, row.pk, by=self.worker)
            else:
                self.do(agreed.settle, self.case, row.pk, done=verb == "done", by=self.client)

    @rule()
    def analyse(self) -> None:
        """Part of the file, so the client reads it."""
        last = analysis.latest(Case.objects.get(pk=self.case.pk))
        words = dict.fromkeys(analysis.PARTS, f"Ruzie, {self.at}.")
        self.do(analysis.write, self.case, words, number=last.number if last else 0, by=self.worker)

    @rule(days=st.integers(0, 9))
    def three_way_talk(self, days: int) -> None:
        self.do(
            appointments.plan_introduction, self.case, also=self.cast.samira, starts_at=self.at + days * DAY + HOUR,
            way="phone", minutes=30, reason="In overleg.", by=self.worker,
        )  # fmt: skip


class Smaller(OneCase):
    """The other verbs of a talk with a leader, a group, a document, a task and a draft."""

    @rule(what=st.sampled_from(["settle", "settle", "write", "sign", "door"]), state=st.sampled_from(SessionState))
    def go_on_talking(self, what: str, state: str) -> None:
        talk, karin = self.latest(Mediation.objects, "opened_at"), self.by("karin")
        if talk is None:
            return
        if what == "settle":
            row = MediationTalk.objects.filter(mediation=talk).order_by("starts_at", "pk").last()
            if row is not None and state != SessionState.PLANNED:
                row.mediation = talk
                self.do(mediation_talks.settle, row, state, by=karin)
        elif what == "write":
            self.do(mediation_talks.write_agreement, talk, "Samen.", version=talk.agreement_version, by=karin)
        elif what == "sign":
            for party in mediation.sides(talk).values():
                self.do(mediation_talks.sign, party, version=talk.agreement_version, by=self.client)
        else:
            code = self.do(mediation_door.new_code, talk, by=karin)
            other, max_ = mediation.sides(talk)["other"], Actor(kind="user", user=self.cast.max)
            self.do(mediation_door.try_code, other, code or "123456", by=max_)

    @rule()
    def other_second(self) -> None:
        if row := self.latest(GroupTalk.objects, "starts_at"):
            self.do(debriefing.choose_second, row, self.cast.ruben, by=self.worker)

    @rule(share=yes)
    def open_or_share_file(self, share: bool) -> None:
        """What is not shared does not exist for the client."""
        row = self.latest(Document.objects, "added_at")
        if row is None:
            return
        if share and self.do(documents.share, row, by=self.worker):
            self.shared.add(str(row.title))
        seen = self.do(documents.open_document, row.case, row.pk, 1, by=self.client)
        assert seen is None or Document.objects.filter(pk=row.pk, for_client=True, removed_at=None).exists()

    @rule()
    def change_task(self) -> None:
        if row := self.latest(CaseTask.objects, "created_at"):
            self.do(
                case_tasks.change, row, what=self.hush(), due_at=self.at + DAY, user=self.worker.user,
                reminder=Reminder.THEN, version=row.version, kind=row.kind, by=self.worker,
            )  # fmt: skip

    @rule(saves=yes)
    def end_draft(self, saves: bool) -> None:
        row = self.latest(NoteDraft.objects.filter(author=self.worker.user, kind=NoteKind.WORKING, note=None), "pk")
        if row is None:
            return
        if saves:
            place = Place(row.case, row.author_id, row.kind)
            self.do(note_drafts.save, place, str(row.body), Page(row.form_id, row.version), by=self.worker)
        else:
            self.do(note_drafts.throw_away, row, by=self.worker)
