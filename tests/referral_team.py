"""More of the model of tests/referral_model.py: a coordinator answers for a team, somebody leaves, the desk fetches a
case back, and who is told when a client rings."""

import datetime as dt
from collections.abc import Mapping

from accounts.roles import PERMISSIONS
from tests.referral_model import Handing
from tests.referral_offer import (
    ACCEPTED,
    ADVICE,
    HELPED,
    NO,
    OFFERED,
    REFERRAL,
    REQUEST,
    RETURNED,
    STRANGER,
    TRANSFER,
    TRIAGE,
    WITHDRAWN,
    WRONG_UNIT,
    YES,
    Offer,
)


class Team(Handing):
    # the coordinator of the team that is asked

    def divides(self, offer: Offer, person: str, at: dt.datetime) -> bool:
        """Whether they may answer it for others: never what they sent, what is for them, or their own case."""
        if person in self.closed_accounts or offer.due is None or offer.kind == REQUEST:
            return False
        own = person in {offer.by, offer.person} or (offer.kind != REFERRAL and self.holder[offer.case] == person)
        roles = self.roles(person, at).get(offer.team, set())
        coordinates = any("referral.answer_for" in PERMISSIONS[role] for role in roles)
        return coordinates and not own and not self.kept_out(offer.case, person)

    def take_for(self, offer: Offer, worker: str, person: str, at: dt.datetime) -> str:
        case = offer.case
        if worker in self.closed_accounts or not self.divides(offer, person, at):
            return STRANGER
        if offer.state == ACCEPTED and offer.answered_by == worker == self.holder[case]:
            return YES
        free = self.able(offer, at) - {person} - self.away(at)
        if offer.state != OFFERED or not self.stands(offer) or offer.kind == ADVICE or offer.overridden_by:
            return NO
        if worker not in free or self.holder[case] == worker:
            return NO
        offer.state, offer.answered_by = ACCEPTED, worker
        self.taken(case, worker, at)
        return YES

    def give_back_for(self, offer: Offer, person: str, at: dt.datetime, *, reason: str) -> str:
        """For any reason but those that only a worker can know."""
        if not self.divides(offer, person, at):
            return STRANGER
        if offer.state == RETURNED and offer.answered_by == person:
            return YES
        if offer.state != OFFERED or not self.stands(offer):
            return NO
        offer.state, offer.answered_by = RETURNED, person
        self._back(offer)
        if reason == WRONG_UNIT:
            self.not_again |= {(offer.case, who) for who in (person, offer.person) if who}
        return YES

    def asked_after_team(self, offer: Offer, found: Offer | None, at: dt.datetime) -> str:
        """As ``asked_next``, where the coordinator said that the whole team has no room."""
        if offer.person or found is None:
            return self.asked_next(offer, found, at) if offer.person else ""
        asked = {one.answered_by for one in self.offers[offer.case] if one.state == RETURNED}
        asked |= {one.person for one in self.offers[offer.case] if one.state == RETURNED}
        self.offers[offer.case].append(found)
        if found.team == offer.team:
            return "of the team without room"
        return "" if self.able(found, at) - asked and found.by == offer.by else "cannot, or sent by somebody else"

    def away(self, at: dt.datetime) -> set[str]:
        return {who for who, first, last, _deputy in self.absences if first <= at.date() <= last}

    # who works here

    def works_here(self, person: str, at: dt.datetime) -> bool:
        day = at.date()
        return person not in self.closed_accounts and any(
            post.person == person and post.first <= day and (post.last is None or day <= post.last)
            for post in self.posts
        )  # fmt: skip

    def told_of_ring(self, case: str, at: dt.datetime) -> set[str]:
        """Who helps hears it at once, and who stands in; nobody of a worker who left or is away without a deputy: then
        it is for who is on duty, who took the call."""
        holder = self.holder[case]
        if self.state[case] != HELPED or not self.works_here(holder, at):
            return set()
        deputies = {person for person in {post.person for post in self.posts} if self.stands_in(person, case, at)}
        if not deputies and holder in self.away(at):
            return set()
        return {holder, *deputies}

    def fetch_back(self, case: str, by: str, at: dt.datetime) -> str:
        """The desk, from a worker who works here no longer; who does it is the client's contact person."""
        if self.state[case] != HELPED or self.works_here(self.holder[case], at):
            return NO
        self.to_desk(case, at)
        self.contact[case] = by
        return YES

    # who leaves

    def leave(self, person: str, to: str | Mapping[str, str], at: dt.datetime) -> None:
        """Their cases go to one colleague, or each to somebody of its own; or to the desk where that colleague is kept
        out, or nobody is named. Their account closes; what they were giving away or asked for is taken back."""
        for offer in self.everything():
            if offer.kind == REQUEST and offer.by == person and offer.pending:
                offer.state = WITHDRAWN
        for case, holder in list(self.holder.items()):
            if holder == person and self.state[case] == HELPED:
                for offer in self.offers[case]:
                    if offer.kind == TRANSFER and offer.pending:
                        offer.state = WITHDRAWN
                gets = to if isinstance(to, str) else to.get(case, "")
                if not gets or self.kept_out(case, gets):
                    self.to_desk(case, at)
                    continue
                known = self.contact[case]
                self.passed.add(case)
                self.give_to(case, gets, at)
                self.contact[case] = gets if known in {"", person} else known
                self.bridge(case, at)
        self._offers_of(person, to if isinstance(to, str) else "", at)
        day = at.date()
        for post in self.posts:
            if post.person == person and (post.last is None or post.last > day):
                post.last = day
        self.absences = [(who, first, min(last, day) if who == person else last, deputy)
                         for who, first, last, deputy in self.absences if who != person or first <= day]  # fmt: skip
        self.closed_accounts.add(person)

    def _offers_of(self, person: str, to: str, at: dt.datetime) -> None:
        for offer in self.everything():
            if offer.person == person and offer.pending and offer.kind != REQUEST:
                moved = self._moved(offer.case)
                offer.state = WITHDRAWN
                self._back(offer)
                decided = not offer.overridden_by and (offer.decided_by or not moved)
                if to and offer.kind == REFERRAL and decided:
                    self._asked_instead(offer, to, at)

    def _asked_instead(self, offer: Offer, to: str, at: dt.datetime) -> None:
        """The client is asked whether somebody else may have it."""
        teams = self.answers(to, at)
        team = offer.team if offer.team in teams else next(iter(teams), "")
        found = Offer(offer.case, offer.by, team, to, decided_by=offer.decided_by)
        if self.state[offer.case] == TRIAGE and self.able(found, at):
            self.offers[offer.case].append(found)
