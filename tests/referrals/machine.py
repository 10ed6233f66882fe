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
from referrals import actions, asking, consulting, overriding, second_thoughts
from referrals.enums import Destination, HandOver, ReturnReason
from referrals.matching import Candidate
from referrals.models import Referral
from tests.access_model import Post
from tests.factories.cast import Cast
from tests.factories.referrals import to_team, to_worker
from tests.referral_offer import (
    ADVICE,
    CLOSED,
    DESK,
    HELPED,
    NO,
    NO_ROOM,
    OFFERED,
    REFERRAL,
    REQUEST,
    RETURNED,
    STRANGER,
    TRANSFER,
    TWICE,
    YES,
    Offer,
)  # fmt: skip
from tests.referral_team import Team

CASES = ("toms", "lisas")
HELPERS = ("bram", "ilse", "karin")
TEAM_OF = {"bram": "regional-west", "ilse": "regional-west", "karin": "regional-noord"}
DAY, HOUR, SECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
cases, helpers = st.sampled_from(CASES), st.sampled_from(HELPERS)
at_the_desk = st.sampled_from(["samira", "els"])
workers = st.sampled_from(["holder", "holder", "holder", *HELPERS, "samira"])
MOVES, ADVICES = (REFERRAL, TRANSFER), (ADVICE,)
any_kind = st.sampled_from([MOVES, MOVES, ADVICES])
WHY = "Daarom, en het kan niet wachten."
places = st.sampled_from([*HELPERS, "regional-west", "regional-noord"])


class Both:
    """What all rules share: the site's cases, the model, the clock, and ``tried``."""

    cast: Cast
    at: dt.datetime
    sight: dt.timedelta  # how long the desk sees a closed case
    cases: dict[str, Case]
    model: Team

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

    def latest(self, case: str, *kinds: str, back: int = 0) -> Offer | None:
        """The latest hand-over of these kinds, or one further back."""
        found = [offer for offer in self.model.offers[case] if offer.kind in kinds]
        return found[-1 - back] if back < len(found) else None

    def row(self, offer: Offer) -> Referral:
        return Referral.objects.select_related("case").get(pk=offer.key)

    def kept(self, case: str) -> bool:
        """Whether the site has one more now, which then is the latest of the model."""
        known = [offer.key for offer in self.model.offers[case] if offer.key]
        row = Referral.objects.filter(case=self.cases[case]).exclude(pk__in=known).first()
        if row is not None:
            self.model.offers[case][-1].key = row.pk
            self.clock_of(self.model.offers[case][-1])
        return row is not None

    def clock_of(self, offer: Offer) -> None:
        """By when it is to be answered is calculated elsewhere, and tested there."""
        row = self.row(offer)
        offer.due = row.due_at if row.offered_at is not None else None

    def one(self, case: str, name: str) -> str:
        """Somebody by name, or who has the case; still "holder" when nobody has."""
        return name if name != "holder" or self.model.holder[case] == DESK else self.model.holder[case]

    def asks(
        self, case: str, place: str, by: str, by_phone: bool, *, warm: bool = False, kind: str = REFERRAL,
        until: dt.datetime | None = None,
    ) -> None:  # fmt: skip
        """Propose a hand-over of any kind but a request for a case."""
        if by == "holder":
            return  # nobody has it
        team, person, candidate = self.to(place)
        offer, actor = Offer(case, by, team, person, kind=kind, until=until), self.by(by)
        expected = self.model.propose(offer, self.at, by_phone=by_phone)
        terms = actions.Terms(HandOver(kind), reason=WHY if kind != REFERRAL else "", ends_at=until)
        got = self.tried(
            actions.propose, self.cases[case], candidate, destination=Destination.REGIONAL_DIRECT,
            summary="Wil rust.", by=actor, by_phone=by_phone, warm=warm, terms=terms, choice_reason=WHY,
        )  # fmt: skip
        assert got == expected, (case, place, by, kind)
        assert self.kept(case) == (offer in self.model.offers[case])
        self.at += SECOND

    def to(self, place: str) -> tuple[str, str, Candidate]:
        """A worker or a whole team, as team, person and candidate."""
        if place in TEAM_OF:
            return TEAM_OF[place], place, to_worker(self.cast, place, TEAM_OF[place])
        return place, "", to_team(self.cast, place)

    def found_next(self, offer: Offer) -> Offer | None:
        """Who was asked by itself after this one."""
        row = Referral.objects.pending().filter(case=self.cases[offer.case], kind=offer.kind).first()
        if row is None:
            return None
        person = next((name for name, user in self.cast.users.items() if user == row.to_user), "")
        by = next(name for name, user in self.cast.users.items() if user == row.created_by)
        return Offer(offer.case, by, row.to_team.code if row.to_team else "", person, key=row.pk)

    def planned_anew(self) -> None:
        """The sweep over absences, and a moment passes: nothing ends in the moment in which it began."""
        deputies.replan(self.at)
        self.at += SECOND


class AtTheDesk(Both):
    @rule(case=cases, place=places, by=at_the_desk, by_phone=st.booleans(), warm=st.booleans())
    def propose(self, case: str, place: str, by: str, by_phone: bool, warm: bool = False) -> None:
        self.asks(case, place, by, by_phone, warm=warm)

    @rule(case=cases, by=at_the_desk)
    def take_back(self, case: str, by: str) -> None:
        if offer := self.latest(case, REFERRAL, TRANSFER):
            actor, expected = self.by(by), self.model.withdraw(offer, by, self.at)
            assert self.tried(actions.withdraw, self.row(offer), by=actor) == expected, (case, by)

    @rule(case=cases, by=st.sampled_from(["els", "samira", "bram"]))
    def override(self, case: str, by: str) -> None:
        """The coordinator passes it on without the client's yes; who may not, cannot."""
        if offer := self.latest(case, REFERRAL, TRANSFER):
            actor, expected = self.by(by), self.model.override(offer, by, self.at)
            assert self.tried(overriding.override, self.row(offer), reason=WHY, by=actor) == expected, (case, by)
            self.clock_of(offer)

    @rule(case=cases, by=st.sampled_from(["els", "els", "samira"]), yes=st.booleans())
    def decide(self, case: str, by: str, yes: bool) -> None:
        """The coordinator, or somebody who is none, about a second hand-over."""
        if offer := self.latest(case, REFERRAL, TRANSFER):
            expected = self.model.decide(offer, by, self.at, yes=yes)
            verb, more = (actions.agree, {}) if yes else (actions.refuse, {"reason": WHY})
            assert self.tried(verb, self.row(offer), by=self.by(by), **more) == expected, (case, by, yes)
            self.clock_of(offer)

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


class OfTheWorker(Both):
    """Who has a case, who stands in, and who tries all the same."""

    @rule(case=cases, place=places, by=workers, by_phone=st.booleans())
    def give_away(self, case: str, place: str, by: str, by_phone: bool) -> None:
        self.asks(case, place, self.one(case, by), by_phone, kind=TRANSFER)

    @rule(case=cases, place=places, by=workers, by_phone=st.booleans(), days=st.integers(1, 9))
    def ask_advice(self, case: str, place: str, by: str, by_phone: bool, days: int) -> None:
        self.asks(case, place, self.one(case, by), by_phone, kind=ADVICE, until=self.at + days * DAY)

    @rule(case=cases, by=workers, back=st.integers(0, 2))
    def stop_advice(self, case: str, by: str, back: int) -> None:
        name = self.one(case, by)
        if (offer := self.latest(case, ADVICE, back=back)) and name != "holder":
            actor, expected = self.by(name), self.model.stop(offer, name, self.at)
            assert self.tried(consulting.stop, self.row(offer), by=actor) == expected, (case, name)
            self.at += SECOND

    @rule(case=cases, by=helpers)
    def ask_for(self, case: str, by: str) -> None:
        """By the reference; the answer says nothing, whatever happens."""
        actor, kept = self.by(by), self.model.ask_for(case, by, self.at)
        assert self.tried(asking.ask, self.cases[case].reference, "Ik ken haar eenheid.", by=actor) == YES
        assert self.kept(case) == kept, (case, by)
        self.at += SECOND

    @rule(case=cases, by=st.sampled_from([*HELPERS, "samira", "holder", "holder"]), back=st.integers(0, 1))
    def refuse_request(self, case: str, by: str, back: int) -> None:
        name = self.one(case, by)
        if (offer := self.latest(case, REQUEST, back=back)) and name != "holder":
            actor, expected = self.by(name), self.model.refuse_request(offer, name, self.at)
            assert self.tried(asking.refuse, self.row(offer), by=actor) == expected, (case, name)

    @rule(case=cases)
    def hand_back(self, case: str) -> None:
        holder = self.model.holder[case]
        by = self.by(holder if holder != DESK else "samira")
        expected = self.model.hand_back(case, self.at)
        assert self.tried(handback.hand_back, self.cases[case], reason="Past niet.", by=by) == expected
        self.planned_anew()


class OfTheClient(Both):
    @rule(case=cases, yes=st.sampled_from([True, True, False]), kind=st.sampled_from([MOVES, ADVICES]))
    def answer(self, case: str, yes: bool, kind: tuple[str, ...]) -> None:
        if offer := self.latest(case, *kind):
            expected = self.model.approve(offer) if yes else self.model.refuse(offer)
            verb = actions.approve_summary if yes else actions.refuse_summary
            assert self.tried(verb, self.row(offer), by=self.client(case)) == expected
            self.clock_of(offer)

    @rule(case=cases, kind=any_kind)
    def change_mind(self, case: str, kind: tuple[str, ...]) -> None:
        if offer := self.latest(case, *kind):
            expected, was = self.model.change_mind(offer), self.row(offer)
            assert self.tried(second_thoughts.change_mind, was, by=self.client(case)) == expected, (case, offer)


class OfTheReceiver(Both):
    @rule(case=cases, name=st.sampled_from([*HELPERS, *HELPERS, "samira", "els", "arie"]), kind=any_kind)
    def accept(self, case: str, name: str, kind: tuple[str, ...] = MOVES) -> None:
        """Anybody tries, also who sent it and who is of another region."""
        if offer := self.latest(case, *kind):
            by, expected = self.by(name), self.model.take_over(offer, name, self.at)
            assert self.tried(actions.accept, self.row(offer), read=True, by=by) == expected, (case, name)
            self.planned_anew()

    @rule(case=cases, name=helpers, kind=any_kind, reason=st.sampled_from([NO_ROOM, NO_ROOM, *ReturnReason]))
    def give_back(self, case: str, name: str, kind: tuple[str, ...], reason: str) -> None:
        offer = self.latest(case, *kind)
        if offer is None:
            return
        was, other, by = offer.state, next(one for one in CASES if one != case), self.by(name)
        expected = self.model.give_back(offer, name, self.at, reason=reason, other=other)
        more = {"other": self.cases[other]} if reason == TWICE else {}
        got = self.tried(actions.return_to_desk, self.row(offer), reason=reason, note=WHY, by=by, **more)
        assert got == expected, (case, name, reason)
        if reason == NO_ROOM and offer.kind == REFERRAL and (was, offer.state) == (OFFERED, RETURNED):
            self.next_one(offer)
        self.planned_anew()

    def next_one(self, offer: Offer) -> None:
        """Who has no room made way for the next one by itself."""
        found = self.found_next(offer)
        wrong = self.model.asked_next(offer, found, self.at)
        assert not wrong, (offer, found, wrong)
        if found is not None:
            self.clock_of(found)


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
        known = {case: len(offers) for case, offers in model.offers.items()}
        model.leave(name, to, self.at)
        for case, offers in model.offers.items():
            assert self.kept(case) == (len(offers) > known[case]), case
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
            actions.end_over(self.at)
            for sweep in (actions.chase_due, actions.chase_decisions, actions.settle_introductions):
                sweep(self.at)
            deputies.replan(self.at)
        self.model.time_is(self.at)


VERBS = (AtTheDesk, OfTheWorker, OfTheClient, OfTheReceiver, Away, Leaving, Time)
__all__ = ["CASES", "CLOSED", "VERBS", "Both"]
