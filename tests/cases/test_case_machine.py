"""Any order of verbs on one case, by the desk, the worker, the client and the clock, with the real database.

Somebody is always responsible, states follow the arrows, no sixth conversation counts, nothing of a working note
reaches the client, and closing leaves nothing due. test_machine_verbs.py says when a verb is missing.
"""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts.actors import actor_for
from accounts.enums import TeamKind
from accounts.models import AuditEvent, Notice
from accounts.roles import CASE_TRIAGE, CASE_WORK
from cases import appointments, closing, debriefing, late_steps, next_step, notes, timeline, tracks
from cases.client_page import open_page
from cases.enums import (
    AT_DESK,
    NEXT,
    WITH_WORKER,
    AccessReason,
    AttemptOutcome,
    CaseOutcome,
    CaseState,
    NoteKind,
    SessionState,
)
from cases.enums.ending import AGAIN, MERGES
from cases.models import (
    AfterCare,
    CallBack,
    Case,
    CaseAccess,
    CaseTask,
    Mediation,
    Message,
    Note,
    NoteDraft,
    Outline,
    Session,
    Track,
)
from cases.permissions import permissions_on
from referrals.models import Referral
from tests import evenly
from tests.cases.machine import AtTheDesk, HandingOver, LettingIn, Talking, Time, Writing
from tests.cases.machine_around import (
    Afterwards,
    Agreeing,
    Calling,
    Judging,
    SecondProblem,
    Smaller,
)
from tests.cases.machine_guarded import Breaking, Changing, Complaining, Reporting, Serious, guarded_left
from tests.cases.machine_more import (
    Asking,
    ComingBack,
    Filing,
    Neutral,
    Planning,
    Reading,
    Together,
    WithGroup,
    planned_with_leader,
)
from tests.cases.machine_readers import Readers
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast
from tests.factories.coaches import register

AT_MOST = {("short_term_help", "mediation", "debriefing"): 5, ("coaching",): 9}
OUT_OF_CLOSED = {"case.reopened": AGAIN, "case.unmerged": MERGES}


class CaseMachine(
    AtTheDesk, HandingOver, Talking, Writing, LettingIn, ComingBack, Together, Reading, Asking, Filing, Neutral,
    WithGroup, Planning, SecondProblem, Judging, Calling, Afterwards, Agreeing, Smaller, Breaking, Reporting, Serious,
    Complaining, Changing, Time, Readers, RuleBasedStateMachine,
):  # fmt: skip
    """Each example starts from one new request, and is undone."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at = self.cast.at
        for user in self.cast.users.values():
            user._state.fields_cache.pop("person", None)  # of the example before, which was undone
        register(self.cast, "bram")  # Ilse is no coach
        self.hushed, self.shared, self.codes = 0, set(), {}
        mail.outbox.clear()
        person = make_person(at=self.at, channels=["phone", "portal", "email"], safe_to_email=True)
        self.case = make_case(self.cast, owner=None, state=CaseState.SUBMITTED, person=person)
        self.other = make_case(self.cast, owner=None, state=CaseState.SUBMITTED, person=self.case.person)

    @initialize(accepted=st.integers(0, 5))
    def begin(self, accepted: int) -> None:
        """Mostly with Bram already, or few examples would get to a conversation; sometimes both are."""
        for which in range(1 + (accepted == 5)) if accepted else ():
            if which:
                self.turn()
            self.take("samira")
            self.try_to_reach(AttemptOutcome.SPOKEN)
            self.propose("bram", by_phone=True)
            self.receiver_answers(accepts=1)
            assert self.is_in(CaseState.ACCEPTED)
            if accepted > 1:
                self.explain()

    def teardown(self) -> None:
        try:
            self.nobody_outside_reads_what_was_hushed()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def now(self) -> Case:
        return Case.objects.select_related("data_key").get(pk=self.case.pk)

    @invariant()
    def somebody_is_responsible_until_a_moment(self) -> None:
        """Always a team and mostly a person: nobody only where a queue or the other side has it. First there is a
        promise, then what the state waits for."""
        case = self.now()
        if not case.is_open:
            return
        assert case.team_id is not None and case.first_contact_due_at is not None
        waits = {CaseState.SUBMITTED, CaseState.WAITING_CLIENT, CaseState.REFERRED}
        assert case.owner_id is not None or case.state in waits or case.returned_at is not None
        if case.state == CaseState.WAITING_CLIENT:
            assert case.waiting_until > case.state_since
        if case.state == CaseState.REFERRED:
            assert Referral.objects.pending().get(case=case).due_at is not None

    @invariant()
    def there_is_always_a_next_moment(self) -> None:
        """What is open has one, whatever was done; in what is closed nothing is late."""
        case = Case.objects.annotate(**next_step.of_case()).get(pk=self.case.pk)
        assert case.late_since is None or case.state in WITH_WORKER
        if case.is_open:
            step = next_step.of(case, self.at)
            assert case.owner_id is not None or case.team.kind == TeamKind.DESK or case.state == CaseState.REFERRED
            assert step.due_at < self.at + appointments.FURTHEST

    def sweep(self) -> None:
        """Where the next moment of a worker's case has passed, the sweep finds it within a day; where a later step of
        the same round wrote a line, the next round."""
        super().sweep()
        for case in Case.objects.with_worker().annotate(**next_step.of_case()):
            if late_steps.late_from(next_step.of(case, self.at)) <= self.at - next_step.DAY:
                looks_again = case.next_look_at is None or case.next_look_at <= self.at
                assert case.late_since is not None or looks_again, next_step.of(case, self.at)

    @invariant()
    def who_has_it_can_open_it(self) -> None:
        """Whoever is responsible, and at the desk the desk; whatever was given back, put together or taken apart."""
        case = self.now()
        if not case.is_open:
            return
        if case.owner is not None:
            assert CASE_WORK in permissions_on(case.pk, actor_for(case.owner, self.at), self.at)
        if case.state in AT_DESK:
            assert CASE_TRIAGE in permissions_on(case.pk, self.by("samira"), self.at)

    @invariant()
    def states_follow_the_arrows(self) -> None:
        moves = AuditEvent.objects.filter(case_id=self.case.pk, part__contains=">")
        was: str = CaseState.SUBMITTED
        for action, part in moves.order_by("pk").values_list("action", "part"):
            old, _arrow, new = part.partition(">")
            if old in CaseState.values:
                assert old == was and new in (NEXT[old] | OUT_OF_CLOSED.get(action, frozenset())), part
                was = new
        assert self.now().state == was

    @invariant()
    def no_sixth_counts(self) -> None:
        """With the worker beside a mediation or a group no more than without."""
        for kinds, most in AT_MOST.items():
            rows = Session.objects.filter(case=self.case, track__kind__in=kinds)
            held = rows.filter(state=SessionState.HELD, minutes__gte=15).count()
            assert held + rows.filter(state=SessionState.PLANNED).count() <= most, kinds

    @invariant()
    def one_help_at_a_time(self) -> None:
        assert Track.objects.filter(case=self.case, ended_at=None).count() <= 1
        active = appointments.of_case(self.now())
        assert (self.now().state == CaseState.ACTIVE) <= any(tracks.counts(one) for one in active)

    @invariant()
    def nothing_goes_to_an_employer_without_a_yes(self) -> None:
        for row in Outline.objects.filter(case=self.case, passed_on_at__isnull=False):
            said = AuditEvent.objects.filter(case_id=self.case.pk, object_id=str(row.pk)).order_by("pk")
            assert list(said.values_list("action", flat=True)) == [
                "outline.asked", "outline.approved", "outline.passed_on",
            ]  # fmt: skip

    @invariant()
    def what_the_client_reads_has_no_working_note(self) -> None:
        case = self.now()
        lines = timeline.for_client(case).object_list
        said = [line.text + line.detail for line in lines] + [note.body for note in notes.for_client(case)]
        page = open_page(case, self.at)
        said += [str(page.steps()), str(page.thread), page.counter.sentence]
        said += [str(row) for row in Notice.objects.filter(subject_id=case.pk).values_list("params", "path")]
        assert not self.leaks(" ".join(said))

    @invariant()
    def closing_leaves_nothing_due(self) -> None:
        case = self.now()
        if case.is_open:
            assert not AfterCare.objects.open().filter(case=case).exists()
            return
        kept = {"help", "a working note", "a draft"} if case.outcome == CaseOutcome.MERGED else set()
        assert set(left_over(case, self.at)) <= kept


def left_over(case: Case, at: dt.datetime) -> list[str]:
    """What would still happen, or be waited for, in a closed case; nothing."""
    due = {
        "a conversation": Session.objects.filter(case=case, state=SessionState.PLANNED),
        "help": Track.objects.filter(case=case, ended_at=None),
        "an outline": Outline.objects.filter(case=case, state__in=["asked", "approved"]),
        "a talk with a leader": Mediation.objects.filter(case=case, ended_at=None),
        "a meeting with a leader": planned_with_leader(case),
        "a group": debriefing.still_due().filter(case=case),
        "a task": CaseTask.objects.open().filter(case=case),
        "a draft": NoteDraft.objects.filter(case=case),
        "an answer": Message.objects.filter(case=case, sender=None, answered_at=None),
        "a call": CallBack.objects.open().filter(case=case),
        "a working note": Note.objects.filter(case=case, kind=NoteKind.WORKING),
        "a deputy": CaseAccess.objects.live(at).filter(case=case, reason=AccessReason.DEPUTY),
        "an offer": Referral.objects.pending().filter(case=case).exclude(pk__in=Referral.objects.left_behind()),
    } | guarded_left(case, at)
    dates = [case.next_action_at, case.waiting_until]
    return [name for name, rows in due.items() if rows.exists()] + [f"{moment}" for moment in dates if moment]


def run(cast: Cast, examples: int, steps: int, **more: Any) -> None:
    CaseMachine.cast = cast
    evenly.run(CaseMachine, examples, steps, **more)


def test_a_case_stays_sound_whatever_happens(cast: Cast) -> None:
    run(cast, 8, 25)


@pytest.mark.long
def test_it_stays_sound_for_long(cast: Cast) -> None:
    run(cast, 120, 50, first=evenly.anywhere(), shrink=True)


@pytest.mark.long
@pytest.mark.parametrize("broken", ["limit", "closing"])
def test_the_machine_finds_a_mistake(cast: Cast, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """A limit that nobody keeps, and a closing that forgets what is planned: each is found."""
    if broken == "limit":
        monkeypatch.setattr(tracks, "keep_to_limit", lambda session, track: None)
    else:
        monkeypatch.setattr(closing.appointments, "end_tracks", lambda case, by, at: None)
    with pytest.raises(AssertionError):
        run(cast, 150, 50)
