"""More that can be done with a hand-over, for the machine of tests/referrals/test_referral_machine.py: a coordinator
answers for a team, the cases of who leaves are spread, the desk fetches one back, and the client rings or stops."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models import Notice
from cases import closing, contact, handback
from cases.enums import AttemptOutcome, ContactWay
from desk import handover, leaving
from referrals import answering_for
from tests.referral_offer import CLOSED, HELPED, NO_ROOM, OFFERED, REFERRAL, RETURNED, WRONG_UNIT
from tests.referrals.machine import HELPERS, WHY, Both, any_kind, cases, helpers

coordinators = st.sampled_from(["joost", "joost", "joost", "els", "bram"])
reasons = st.sampled_from([NO_ROOM, NO_ROOM, WRONG_UNIT, "other_help"])


class ForTheTeam(Both):
    """Joost coordinates the people of West."""

    @rule(case=cases, worker=st.sampled_from([*HELPERS, "joost"]), by=coordinators, kind=any_kind)
    def take_for(self, case: str, worker: str, by: str, kind: tuple[str, ...]) -> None:
        if offer := self.latest(case, *kind):
            actor, expected = self.by(by), self.model.take_for(offer, worker, by, self.at)
            got = self.tried(answering_for.accept_for, self.row(offer), self.cast.users[worker], by=actor)
            assert got == expected, (case, worker, by, offer)
            self.planned_anew()

    @rule(case=cases, by=coordinators, kind=any_kind, reason=reasons)
    def give_back_for(self, case: str, by: str, kind: tuple[str, ...], reason: str) -> None:
        offer = self.latest(case, *kind)
        if offer is None:
            return
        was, actor = offer.state, self.by(by)
        expected = self.model.give_back_for(offer, by, self.at, reason=reason)
        assert self.tried(answering_for.return_for, self.row(offer), reason=reason, note=WHY, by=actor) == expected
        if reason == NO_ROOM and offer.kind == REFERRAL and (was, offer.state) == (OFFERED, RETURNED):
            found = self.found_next(offer)
            wrong = self.model.asked_after_team(offer, found, self.at)
            assert not wrong, (offer, found, wrong)
            if found is not None:
                self.clock_of(found)
        self.planned_anew()


class Spreading(Both):
    @rule(name=helpers, most=st.integers(1, 5), sure=st.integers(0, 3))
    def leave_spread(self, name: str, most: int, sure: int) -> None:
        """As the page proposes it: never to who leaves, is kept out, or gave it back because they did not fit."""
        model, user = self.model, self.cast.users[name]
        if sure or name in model.closed_accounts or not model.roles(name, self.at):
            return
        plan, _shown = leaving.proposal(user, self.by("els"), self.at, most)
        names = {one.pk: first for first, one in self.cast.users.items()}
        case_of = {case.pk: key for key, case in self.cases.items()}
        gets = {case_of[pk]: names[to.pk] for pk, to in plan.chosen.items() if to is not None}
        mine = {case for case, holder in model.holder.items() if holder == name and model.state[case] == HELPED}
        assert {case_of[pk] for pk in plan.chosen} == mine
        for case, to in gets.items():
            assert to != name and to in HELPERS and model.answers(to, self.at)
            assert not model.kept_out(case, to) and (case, to) not in model.not_again
            assert list(gets.values()).count(to) <= most
        handover.stop(user, {"cases": plan.chosen}, by=self.cast.actor("arie"), at=self.at)
        model.leave(name, gets, self.at)
        self.planned_anew()

    @rule(case=cases)
    def fetch_back(self, case: str) -> None:
        expected = self.model.fetch_back(case, "samira", self.at)
        if self.model.state[case] != CLOSED:
            by = self.by("samira")
            got = self.tried(handback.fetch_back, self.cases[case], reason=WHY, by=by)
            assert got == expected or self.owns(case, "samira"), case
            self.planned_anew()

    def owns(self, case: str, name: str) -> bool:
        """A second time by the same person is once."""
        self.cases[case].refresh_from_db()
        return self.cases[case].owner == self.cast.users[name]


class Ringing(Both):
    @rule(case=cases)
    def ring_again(self, case: str) -> None:
        """Samira answers the phone: whoever helps is told at once, and nobody else."""
        if self.model.state[case] == CLOSED:
            return
        row = contact.log_attempt(
            self.cases[case], way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, rang=True, by=self.by("samira"),
            at=self.at,
        )  # fmt: skip
        told = Notice.objects.filter(kind="case.spoken_to", dedupe_key__contains=str(row.pk), channel="inbox")
        users = {self.cast.users[name].pk for name in self.model.told_of_ring(case, self.at)}
        assert set(told.values_list("user", flat=True)) == users - {self.cast.samira.pk}, case

    @rule(case=cases, sure=st.integers(0, 9))
    def client_stops(self, case: str, sure: int) -> None:
        """What was offered or asked ends with it, and nobody reads along any more."""
        if sure == 0 and self.model.state[case] != CLOSED:
            closing.withdraw(self.cases[case], by=self.client(case), at=self.at)
            self.model.close(case, self.at, self.sight)
            self.planned_anew()


TEAM_VERBS = (ForTheTeam, Spreading, Ringing)
