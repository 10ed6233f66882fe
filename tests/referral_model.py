"""Who has a case and what waits for whom, said a second time in plain Python: no query, no code of the site but its
table of roles. Who sees what follows from it by tests/access_model.py.

The machine of tests/referrals/test_referral_machine.py does the same things here and there, and compares. Each verb
answers with ``YES``, with ``NO`` (it can no longer be done) or with ``STRANGER`` (it does not exist for who tries).
What joins, such as another kind of hand-over, adds its verbs and says in ``moves`` what it does to the case.
"""

import datetime as dt

from accounts.roles import PERMISSIONS
from tests.access_model import NIGHT, Grant
from tests.referral_offer import (
    ACCEPTED,
    ADVICE,
    ASKED,
    CLOSED,
    DESK,
    EXPIRED,
    HELPED,
    KNOWS_THEM,
    MOVING,
    NO,
    OFFERED,
    OVER,
    REFERRAL,
    REFERRED,
    REFUSED,
    REQUEST,
    RETURNED,
    STRANGER,
    TRANSFER,
    TRIAGE,
    TWICE,
    UNDECIDED,
    WITHDRAWN,
    WRONG_UNIT,
    YES,
    Answering,
    Offer,
)


class Handing(Answering):
    """Every verb, and what the clock does."""

    def can(self, person: str, permission: str, case: str, at: dt.datetime) -> bool:
        return permission in (self.may(person, "work", case, at) or ())

    # who may answer

    def kept_out(self, case: str, person: str) -> bool:
        return (case, person) in self.blocks or self.clients[case] == person

    def addressed(self, offer: Offer, person: str, at: dt.datetime) -> bool:
        """Whether an offer is there for this person."""
        teams, mine = self.answers(person, at), person in {offer.person, offer.answered_by}
        if not teams or offer.by == person or offer.due is None or offer.kind == REQUEST:
            return False
        if self.kept_out(offer.case, person) or ((offer.case, person) in self.not_again and not mine):
            return False
        by_name = {offer.person, self.stand_in_of(offer.person, at)} if offer.person else set()
        return person in by_name or (not offer.person and offer.team in teams)

    def on_board(self, person: str, at: dt.datetime) -> set[object]:
        """What waits for an answer of this person, as the keys of the rows."""
        return {
            offer.key for offer in self.everything()
            if offer.state == OFFERED and self.stands(offer) and self.addressed(offer, person, at)
            and (offer.case, person) not in self.know_them
        }  # fmt: skip

    def able(self, offer: Offer, at: dt.datetime) -> set[str]:
        """Who could answer it."""
        named = {offer.person, self.stand_in_of(offer.person, at)} - {""}
        able = {who for who in {post.person for post in self.posts} if self.answers(who, at)}
        able &= named if named else {who for who in able if offer.team in self.answers(who, at)}
        has_it = {self.holder[offer.case]} if offer.kind in {TRANSFER, ADVICE} else set()
        gone = {who for case, who in self.not_again if case == offer.case} - {offer.person}
        return {who for who in able - {offer.by} - has_it - gone if not self.kept_out(offer.case, who)}

    def reads_along(self, person: str, at: dt.datetime) -> set[object]:
        """What somebody was asked advice on and can read now, as the keys of the rows: to the second."""
        if not self.answers(person, at):
            return set()
        return {
            offer.key for offer in self.everything()
            if offer.kind == ADVICE and offer.state == ACCEPTED and offer.answered_by == person
            and offer.until is not None and at < offer.until and not self.kept_out(offer.case, person)
        }  # fmt: skip

    # who asks, and the client

    def propose(self, offer: Offer, at: dt.datetime, *, by_phone: bool) -> str:
        """Answers YES also for the very same one that waits already; then ``offer`` is not kept."""
        case = offer.case
        if not self.can(offer.by, "case.refer", case, at):
            return STRANGER
        waiting = self.waiting(case, ADVICE) if offer.kind == ADVICE else self.waiting(case, *MOVING)
        if offer.kind == ADVICE:
            waiting = [one for one in waiting if (one.team, one.person) == (offer.team, offer.person)]
        for old in waiting:
            return YES if (old.kind, old.team, old.person) == (offer.kind, offer.team, offer.person) else NO
        if offer.kind == REFERRAL:
            if self.state[case] != TRIAGE:
                return NO
        elif self.state[case] != HELPED or offer.person == self.holder[case]:
            return NO
        if offer.person == offer.by or not self.able(offer, at):
            return NO
        moved = self._moved(case)
        self.offers[case].append(offer)
        if by_phone:
            offer.approved = "by phone"
        if offer.kind in MOVING and moved and not self._decides(offer.by, at):
            offer.state = UNDECIDED
            return YES
        self._answer_requests(offer)
        if by_phone:
            self._offered(offer)
        return YES

    def _answer_requests(self, offer: Offer) -> None:
        for one in self.waiting(offer.case, REQUEST) if offer.kind in MOVING else []:
            one.state = ACCEPTED if one.person == offer.person else RETURNED

    def _moved(self, case: str) -> bool:
        return case in self.passed or any(one.kind in MOVING and one.state == ACCEPTED for one in self.offers[case])

    def _decides(self, person: str, at: dt.datetime) -> bool:
        roles = set().union(*self.roles(person, at).values()) if person not in self.closed_accounts else set()
        return any("hand_over.decide" in PERMISSIONS[role] for role in roles)

    def _ready(self, offer: Offer) -> bool:
        return self.state[offer.case] == (TRIAGE if offer.kind == REFERRAL else HELPED)

    def _offered(self, offer: Offer) -> None:
        offer.state = OFFERED
        if offer.kind == REFERRAL:
            self.state[offer.case] = REFERRED

    def decide(self, offer: Offer, person: str, at: dt.datetime, *, yes: bool) -> str:
        """The coordinator about a second hand-over."""
        if not self._decides(person, at) or offer.by == person:
            return STRANGER
        if offer.pending and self._left_behind(offer):
            return NO
        if offer.state != UNDECIDED:
            return YES if offer.decided_by == person and (offer.state == REFUSED) != yes else NO
        if yes and not self._ready(offer):
            return NO
        offer.decided_by, offer.state = person, ASKED if yes else REFUSED
        if yes:
            self._answer_requests(offer)
        if yes and offer.approved:
            self._offered(offer)
        return YES

    def approve(self, offer: Offer) -> str:
        if offer.approved == "on the site":
            return YES
        if offer.state != ASKED or offer.approved:
            return NO
        offer.approved = "on the site"
        if self._ready(offer):
            self._offered(offer)
        return YES

    def override(self, offer: Offer, person: str, at: dt.datetime) -> str:
        """Without the client's yes."""
        if offer.kind != REFERRAL or not self.can(person, "consent.override", offer.case, at):
            return STRANGER
        if offer.overridden_by == person:
            return YES
        if offer.state != ASKED or offer.approved or not self._ready(offer):
            return NO
        offer.approved, offer.overridden_by = "without", person
        self._offered(offer)
        return YES

    def refuse(self, offer: Offer) -> str:
        if offer.state == ASKED and not offer.approved:
            offer.state = REFUSED
        return YES if offer.state == REFUSED else NO

    def change_mind(self, offer: Offer) -> str:
        """The client, after a yes of theirs: while it waits, or is read along with."""
        if offer.approved == "taken back":
            return YES
        reads = offer.kind == ADVICE and offer.state == ACCEPTED
        if offer.approved not in {"on the site", "by phone"} or not (offer.pending or reads):
            return NO
        offer.approved, offer.state = "taken back", OVER if reads else WITHDRAWN
        self._back(offer)
        return YES

    def withdraw(self, offer: Offer, person: str, at: dt.datetime) -> str:
        if offer.pending:
            if not self.can(person, "case.refer", offer.case, at):
                return STRANGER
            offer.state = WITHDRAWN
            self._back(offer)
        return YES if offer.state == WITHDRAWN else NO

    # who is asked

    def take_over(self, offer: Offer, person: str, at: dt.datetime) -> str:
        case = offer.case
        if not self.addressed(offer, person, at):
            return STRANGER
        if offer.state == ACCEPTED and offer.answered_by == person:
            return YES if offer.kind == ADVICE or self.holder[case] == person else NO
        if offer.state != OFFERED or not self.stands(offer):
            return NO
        if offer.kind != REFERRAL and self.holder[case] == person:
            return NO
        if offer.kind == ADVICE and (offer.until is None or offer.until <= at):
            return NO
        offer.state, offer.answered_by = ACCEPTED, person
        if offer.kind == ADVICE:
            return YES
        self.taken(case, person, at)
        return YES

    def give_back(self, offer: Offer, person: str, at: dt.datetime, *, reason: str, other: str) -> str:
        """Before accepting it. ``other`` is the case of another client, which they name as a second one of this client:
        no more than an attempt. Who is asked next when they have no room is in ``asked_next``."""
        case = offer.case
        if not self.addressed(offer, person, at):
            return STRANGER
        if offer.state == RETURNED and offer.answered_by == person:
            return YES
        if offer.state != OFFERED or not self.stands(offer):
            return NO
        if reason == TWICE and offer.kind == REFERRAL:
            return NO if self.can(person, "case.work", other, at) else STRANGER
        offer.state, offer.answered_by = RETURNED, person
        self._back(offer)
        if reason in {KNOWS_THEM, WRONG_UNIT}:
            self.not_again |= {(case, who) for who in (person, offer.person) if who}
        if reason == KNOWS_THEM:
            self.blocks.add((case, person))
            self.know_them.add((case, person))
            if self.state[case] == HELPED and self.holder[case] == person:
                self.to_desk(case, at)
        return YES

    def asked_next(self, offer: Offer, found: Offer | None, at: dt.datetime) -> str:
        """What is wrong with who was asked after somebody without room; empty when nothing is. Whom matching puts
        first is tested elsewhere; here that it is somebody who can, whom nobody asked before, and whom the client's
        yes covers, or who waits for one."""
        case = offer.case
        over = [one for one in self.offers[case] if one.state in {RETURNED, EXPIRED} and one.kind != REQUEST]
        asked = {one.answered_by for one in over} | {one.person for one in over}
        left = self.able(offer, at) - asked
        if found is None:
            return f"{left} of the team are left" if left and not offer.person else ""
        self.offers[case].append(found)
        covered = not offer.person and found.team == offer.team
        if covered:
            found.approved, found.overridden_by = offer.approved, offer.overridden_by
            self._offered(found)
        if left and not offer.person and not (covered and found.person in left):
            return f"{left} of the team come first"
        if found.person in asked or not self.able(found, at) - asked:
            return "somebody who was asked before, or cannot"
        return "" if found.by == offer.by else "sent by somebody else"

    def stop(self, offer: Offer, person: str, at: dt.datetime) -> str:
        """Advice is no longer needed, or no longer given."""
        if offer.kind != ADVICE or not (offer.answered_by == person or self.can(person, "case.refer", offer.case, at)):
            return STRANGER
        if offer.state == ACCEPTED:
            offer.state = OVER
        return YES if offer.state == OVER else NO

    def ask_for(self, case: str, person: str, at: dt.datetime) -> bool:
        """Somebody asks for a case of which they know the reference; whether that is kept."""
        mine = [one for one in self.waiting(case, REQUEST) if one.by == person]
        able = self.answers(person, at) and not self.kept_out(case, person)
        if mine or not able or self.state[case] == CLOSED or self.holder[case] == person:
            return False
        self.offers[case].append(Offer(case, person, "", person, kind=REQUEST, state=OFFERED))
        return True

    def refuse_request(self, offer: Offer, person: str, at: dt.datetime) -> str:
        if offer.by == person or not self.can(person, "case.work", offer.case, at):
            return STRANGER
        if offer.state == OFFERED:
            offer.state = RETURNED
        return YES if offer.state == RETURNED else NO

    def hand_back(self, case: str, at: dt.datetime) -> str:
        """After accepting it."""
        if self.state[case] != HELPED:
            return NO
        if not self.works(self.holder[case], at):
            return STRANGER
        self.to_desk(case, at)
        return YES

    def close(self, case: str, at: dt.datetime, sight: dt.timedelta) -> str:
        if self.state[case] == CLOSED:
            return NO
        self.state[case] = CLOSED
        self._no_more_advice(case, at)
        for grant in self._open(case):
            if grant.team:
                grant.end = at + sight
        return YES

    # what moves the case, whatever brought it about

    def give_to(self, case: str, person: str, at: dt.datetime) -> None:
        """The whole file is theirs; the desk keeps how to reach the client, the night nothing."""
        for grant in self._open(case):
            grant.end = at
        self.holder[case], self.state[case] = person, HELPED
        self.grants += [
            Grant(case, "contact", at, team=DESK),
            Grant(case, "full", at, person=person, accepted=True),
        ]

    def taken(self, case: str, person: str, at: dt.datetime) -> None:
        """Who was the contact person stays it till the client has met their worker."""
        known = self.contact[case]
        self.give_to(case, person, at)
        self.contact[case] = known if self.works(known, at) else person
        self.bridge(case, at)

    def bridge(self, case: str, at: dt.datetime) -> None:
        """Who had it and is the contact person till the client has met their worker still reaches the client."""
        known, had = self.contact[case], {one.person for one in self.grants if one.case == case and one.accepted}
        if known in had - {self.holder[case]}:
            self.grants.append(Grant(case, "contact", at, person=known))

    def to_desk(self, case: str, at: dt.datetime) -> None:
        for grant in self._open(case):
            grant.end = at
        self._no_more_advice(case, at)
        self.holder[case], self.state[case], self.contact[case] = DESK, TRIAGE, ""
        self.grants += [Grant(case, "full", at, team=team) for team in (DESK, NIGHT)]

    # the clock

    def time_is(self, at: dt.datetime) -> None:
        """What nobody answered in time is back, what a closed case left behind is over, and so is what a worker began
        who gave the case back."""
        for offer in self.everything():
            gone = self._left_behind(offer)
            if offer.state == OFFERED and offer.due is not None and offer.due <= at:
                offer.state = EXPIRED
                self._back(offer)
            elif offer.pending and gone:
                offer.state = WITHDRAWN
            elif (
                offer.kind == ADVICE
                and offer.state == ACCEPTED
                and (gone or offer.until is None or offer.until <= at or offer.answered_by in self.closed_accounts)
            ):
                offer.state = OVER
        for case, state in self.state.items():
            if state == CLOSED or (state == HELPED and not self.works(self.contact[case], at)):
                self.contact[case] = self.holder[case]
                for grant in self._open(case):
                    if grant.person and grant.scope == "contact":
                        grant.end = at

    def _left_behind(self, offer: Offer) -> bool:
        """The case was closed, is no longer with the worker who began this, or is with who was to get it."""
        state, holder = self.state[offer.case], self.holder[offer.case]
        theirs = offer.kind != REFERRAL and holder in {offer.person, offer.answered_by}
        return state == CLOSED or theirs or (offer.kind in {TRANSFER, ADVICE} and state != HELPED)

    def stands_in(self, person: str, case: str, at: dt.datetime) -> bool:
        return self.state[case] != CLOSED and super().stands_in(person, case, at)

    def _no_more_advice(self, case: str, at: dt.datetime) -> None:
        """Reading ends at once; that it is called over follows by the clock."""
        for offer in self.offers[case]:
            if offer.kind == ADVICE and offer.state == ACCEPTED and offer.until is not None:
                offer.until = min(offer.until, at)

    def _back(self, offer: Offer) -> None:
        if offer.kind == REFERRAL and self.state[offer.case] == REFERRED:
            self.state[offer.case] = TRIAGE

    def _open(self, case: str) -> list[Grant]:
        return [grant for grant in self.grants if grant.case == case and grant.end is None]
