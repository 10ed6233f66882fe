"""The machine of tests/referrals/test_referral_machine.py: what can be done with a hand-over, by who does it.

Each class holds rules: one does the same thing on the site and in tests/referral_model.py, and compares the answers.
What joins, such as another kind of hand-over, is another class in VERBS.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.actions import Clash, disable_user, enable_user
from accounts.actors import Actor, actor_for, follower
from accounts.models import Absence, Membership
from accounts.permissions import Refused
from cases import closing, deputies, handback
from cases.enums import CaseOutcome
from cases.models import Case
from cases.moves import NotNow
from desk import handover
from referrals import actions
from referrals.enums import Destination, ReturnReason
from referrals.matching import Candidate
from referrals.models import Referral
from tests.access_model import Post
from tests.factories.cast import Cast
from tests.factories.referrals import to_team, to_worker
from tests.referral_model import CLOSED, DESK, HELPED, NO, STRANGER, YES, Handing, Offer

CASES = ("toms", "lisas")
HELPERS = ("bram", "ilse", "karin")
TEAM_OF = {"bram": "regional-west", "ilse": "regional-west", "karin": "regional-noord"}
DAY, HOUR, SECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
cases, helpers = st.sampled_from(CASES), st.sampled_from(HELPERS)
at_the_desk = st.sampled_from(["samira", "els"])
places = st.sampled_from([*HELPERS, "regional-west", "regional-noord"])


class Both:
    """What all rules share: the site's cases, the model, the clock, and ``tried``."""

    cast: Cast
    at: dt.datetime
    sight: dt.timedelta  # how long the desk sees a closed case
    cases: dict[str, Case]
    model: Handing

    def tried(self, verb: Callable[..., Any], *args: Any, **more: Any) -> str:
        """What the site answers, in the words of the model."""
        try:
            verb(*args, at=self.at, **more)
        except Refused:
            return STRANGER
        except NotNow:
            return NO
        return YES

    def by(self, name: str) -> Actor:
        user = self.cast.users[name]
        user.is_active = name not in self.model.closed_accounts
        return actor_for(user, self.at)

    def client(self, case: str) -> Actor:
        return follower(self.cases[case].pk)

    def latest(self, case: str) -> Referral | None:
        return Referral.objects.filter(case=self.cases[case]).order_by("created_at", "pk").last()

    def to(self, place: str) -> tuple[str, str, Candidate]:
        """A worker or a whole team, as team, person and candidate."""
        if place in TEAM_OF:
            return TEAM_OF[place], place, to_worker(self.cast, place, TEAM_OF[place])
        return place, "", to_team(self.cast, place)

    def planned_anew(self) -> None:
        """The sweep over absences, and a moment passes: nothing ends in the moment in which it began."""
        deputies.replan(self.at)
        self.at += SECOND


class AtTheDesk(Both):
    @rule(case=cases, place=places, by=at_the_desk, by_phone=st.booleans())
    def propose(self, case: str, place: str, by: str, by_phone: bool) -> None:
        team, person, candidate = self.to(place)
        offer = Offer(by, team, person)
        expected = self.model.propose(case, offer, self.at, by_phone=by_phone)
        got = self.tried(
            actions.propose, self.cases[case], candidate, destination=Destination.REGIONAL_DIRECT,
            summary="Wil rust.", by=self.by(by), by_phone=by_phone,
        )  # fmt: skip
        assert got == expected, (case, place, by)
        self.clock_of(case)
        self.at += SECOND

    def clock_of(self, case: str) -> None:
        """By when it is to be answered is calculated elsewhere, and tested there."""
        row = self.latest(case)
        if row is not None and row.offered_at is not None:
            self.model.offers[case].due = row.due_at

    @rule(case=cases, by=at_the_desk)
    def take_back(self, case: str, by: str) -> None:
        if row := self.latest(case):
            assert self.tried(actions.withdraw, row, by=self.by(by)) == self.model.withdraw(case)

    @rule(case=cases, sure=st.integers(0, 5))
    def close(self, case: str, sure: int) -> None:
        if sure:
            return  # seldom, or few get anywhere
        helped = self.model.state[case] == HELPED
        outcome = CaseOutcome.HELPED if helped else CaseOutcome.SOLVED_AT_DESK
        by = self.by(self.model.holder[case] if helped else "samira")
        expected = self.model.close(case, self.at, self.sight)
        assert self.tried(closing.close, self.cases[case], outcome=outcome, note="Uitgelegd.", by=by) == expected
        self.planned_anew()


class OfTheClient(Both):
    @rule(case=cases, yes=st.booleans())
    def answer(self, case: str, yes: bool) -> None:
        row = self.latest(case)
        if row is None:
            return
        expected = self.model.approve(case) if yes else self.model.refuse(case)
        verb = actions.approve_summary if yes else actions.refuse_summary
        assert self.tried(verb, row, by=self.client(case)) == expected
        row = self.latest(case)
        if row is not None and row.offered_at is not None:
            self.model.offers[case].due = row.due_at


class OfTheReceiver(Both):
    @rule(case=cases, name=st.sampled_from([*HELPERS, "samira", "els", "arie"]))
    def accept(self, case: str, name: str) -> None:
        """Anybody tries, also who sent it and who is of another region."""
        row = self.latest(case)
        if row is None:
            return
        by, expected = self.by(name), self.model.take_over(case, name, self.at)
        assert self.tried(actions.accept, row, read=True, by=by) == expected, (case, name)
        self.planned_anew()

    @rule(case=cases, name=helpers, knows_them=st.booleans())
    def give_back(self, case: str, name: str, knows_them: bool) -> None:
        row = self.latest(case)
        if row is None:
            return
        expected = self.model.give_back(case, name, self.at, knows_them=knows_them)
        reason = ReturnReason.CONFLICT if knows_them else ReturnReason.NO_CAPACITY
        assert self.tried(actions.return_to_desk, row, reason=reason, note="", by=self.by(name)) == expected
        self.planned_anew()

    @rule(case=cases)
    def hand_back(self, case: str) -> None:
        holder = self.model.holder[case]
        by = self.by(holder if holder != DESK else "samira")
        expected = self.model.hand_back(case, self.at)
        assert self.tried(handback.hand_back, self.cases[case], reason="Past niet.", by=by) == expected
        self.planned_anew()


class Away(Both):
    @rule(name=helpers, deputy=st.sampled_from([*HELPERS, "samira"]), starts=st.integers(0, 2), days=st.integers(0, 6))
    def go_away(self, name: str, deputy: str, starts: int, days: int) -> None:
        first = self.at.date() + starts * DAY
        try:
            deputies.enter(
                self.cast.users[name], first_day=first, last_day=first + days * DAY, deputy=self.cast.users[deputy],
                by=Actor(kind="user", user=self.cast.users[name]), at=self.at,
            )  # fmt: skip
        except Clash:
            return
        self.model.absences.append((name, first, first + days * DAY, deputy))
        self.planned_anew()

    @rule(name=helpers, days=st.integers(-2, 9))
    def stay_away_for(self, name: str, days: int) -> None:
        """Longer or shorter than was said."""
        row = Absence.objects.not_over(self.at.date()).filter(user=self.cast.users[name]).order_by("first_day").first()
        if row is None:
            return
        last = self.at.date() + days * DAY
        by = Actor(kind="user", user=self.cast.users[name])
        try:
            deputies.change(row, first_day=row.first_day, last_day=last, deputy=row.deputy, by=by, at=self.at)
        except Clash:
            return
        self._is_now(name, row.first_day, last)

    @rule(name=helpers)
    def come_back(self, name: str) -> None:
        today = self.at.date()
        row = Absence.objects.not_over(today).filter(user=self.cast.users[name]).order_by("first_day").first()
        if row is None:
            return
        deputies.remove(row, by=Actor(kind="user", user=self.cast.users[name]), at=self.at)
        self._is_now(name, row.first_day, today - DAY)

    def _is_now(self, name: str, first: dt.date, last: dt.date) -> None:
        self.model.absences = [
            (who, start, last if (who, start) == (name, first) else end, deputy)
            for who, start, end, deputy in self.model.absences
            if (who, start) != (name, first) or start <= last
        ]
        self.planned_anew()


class Leaving(Both):
    @rule(name=helpers, to=st.sampled_from([*HELPERS, "", ""]), sure=st.integers(0, 3))
    def leave(self, name: str, to: str, sure: int) -> None:
        """For good; seldom, or nobody is left."""
        model = self.model
        if sure or to == name or name in model.closed_accounts or (to and not model.answers(to, self.at)):
            return
        if not model.roles(name, self.at):
            return
        chosen = {kind: self.cast.users[to] if to else None for kind in ("cases", "offers")}
        handover.stop(self.cast.users[name], chosen, by=self.cast.actor("arie"), at=self.at)
        model.leave(name, to, self.at)
        self.planned_anew()

    @rule(name=helpers, opens=st.booleans())
    def close_account(self, name: str, opens: bool) -> None:
        """Without handing anything over: they still have what they have, and open nothing."""
        user = self.cast.users[name]
        (enable_user if opens else disable_user)(user, by=self.cast.actor("arie"), at=self.at)
        (self.model.closed_accounts.discard if opens else self.model.closed_accounts.add)(name)
        self.planned_anew()

    @rule(name=helpers)
    def join_again(self, name: str) -> None:
        day, team = self.at.date(), TEAM_OF[name]
        new = {"user": self.cast.users[name], "team": self.cast.teams[team], "role": "regional_worker"}
        if not self.model.roles(name, self.at) and not Membership.objects.filter(**new, starts_on=day).exists():
            Membership.objects.create(**new, starts_on=day)
            self.model.posts.append(Post(name, team, "regional_worker", day))
            self.planned_anew()


class Time(Both):
    @rule(hours=st.sampled_from([1, 4, 9, 24, 24 * 3, 24 * 8]))
    def passes(self, hours: int) -> None:
        """And what is due happens, as the sweeps do it, twice."""
        self.at = (self.at.astimezone(dt.UTC) + hours * HOUR).astimezone(self.cast.at.tzinfo)
        for _round in range(2):
            actions.remind_due(self.at)
            actions.expire_due(self.at)
            deputies.replan(self.at)
        self.model.time_is(self.at)


VERBS = (AtTheDesk, OfTheClient, OfTheReceiver, Away, Leaving, Time)
__all__ = ["CASES", "CLOSED", "VERBS", "Both"]
