"""Any order of offers, answers, consents, absences, people who leave, and hours, with the real database: a case is
never in two hands or in none, and everybody sees what the model of tests/referral_model.py says."""

from typing import Any

import pytest
from django.conf import settings as site
from django.db import transaction
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts.enums import Role
from accounts.models import AuditEvent, Membership, Shift
from accounts.permissions import Refused
from cases import permissions
from cases.enums import WITH_WORKER, AccessReason, AccessScope, CaseState, EntryKind
from cases.models import Case, CaseAccess, TimelineEntry
from cases.permissions import case_for, permissions_on
from desk.demo.organisation import PEOPLE
from referrals import answering, consent, consulting, handed
from referrals.enums import MOVES_CASE, NEXT, Consent, HandOver, ReferralState
from referrals.models import Referral
from referrals.offering import seers_of_offer
from tests import evenly
from tests.access_model import Post
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.referral_offer import DESK, HELPED, REFERRED
from tests.referral_team import Team
from tests.referrals.machine import CASES, DAY, VERBS
from tests.referrals.machine_team import TEAM_VERBS

WORDS = {"awaiting_coordinator": "undecided", "awaiting_consent": "asked", "ended": "over"}
WORDS |= {state: state for state in ReferralState.values if state not in WORDS}
EVERYONE = ("samira", "els", "joost", "nadia", "bram", "ilse", "karin", "ruben", "vera", "arie")
NOTHING = "nothing.at.all"


class ReferralMachine(*VERBS, *TEAM_VERBS, RuleBasedStateMachine):
    """Each example starts from the same people and two new requests, and is undone."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        cast = self.cast
        self.at, self.sight = cast.at, site.ACCESS_AFTER_CLOSING
        for user in cast.users.values():
            user._state.fields_cache.pop("person", None)  # of the example before, which was undone
            user.is_active = True
        self.model = Team({})
        first = cast.at.date() - 400 * DAY
        self.model.posts = [Post(name, team, role, first) for name, (_full, team, role) in PEOPLE.items()]
        west = {"user": cast.joost, "team": cast.teams["regional-west"], "role": Role.COORDINATOR}
        Membership.objects.create(**west, starts_on=first)
        self.model.posts.append(Post("joost", "regional-west", Role.COORDINATOR, first))
        names = {user.pk: name for name, user in cast.users.items()}
        shifts = Shift.objects.filter(team__kind="after_hours")
        self.model.shifts = [(names[shift.user_id], shift.starts_at, shift.ends_at) for shift in shifts]
        self.cases = {}
        for name, client in zip(CASES, ("tom", "lisa"), strict=True):
            known = "samira" if name == "toms" else ""  # spoke to the client, and is their contact person
            self.cases[name] = make_case(cast, client=client, primary_contact=cast.users.get(known))
            self.model.begin(name, client, known, cast.at)

    @initialize(how_far=st.integers(0, 3), place=st.sampled_from(["bram", "regional-west"]))
    def begin(self, how_far: int, place: str) -> None:
        """Mostly one is offered or accepted already, or few examples would get to what comes after."""
        if how_far:
            self.propose("toms", place, "samira", by_phone=True)
        if how_far > 1:
            self.accept("toms", "bram")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @invariant()
    def never_in_two_hands_or_in_none(self) -> None:
        for name in CASES:
            case = Case.objects.select_related("owner", "primary_contact").get(pk=self.cases[name].pk)
            live = CaseAccess.objects.live(self.at).filter(case=case, scope=AccessScope.FULL)
            helpers = [row.user for row in live.filter(reason=AccessReason.REFERRAL).select_related("user")]
            pending = Referral.objects.pending().filter(case=case, kind__in=MOVES_CASE)
            if case.state == CaseState.CLOSED:
                assert self.model.state[name] == "closed"
                continue
            holder = self.model.holder[name]
            assert (case.state in WITH_WORKER) == (self.model.state[name] == HELPED) == (holder != DESK), name
            if holder != DESK:
                worker = self.cast.users[holder]
                contact = self.cast.users[self.model.contact[name]]
                assert (case.owner, case.primary_contact, helpers) == (worker, contact, [worker]), name
                assert not live.filter(reason=AccessReason.DESK).exists()
            else:
                assert helpers == []
                assert live.filter(reason=AccessReason.DESK).exists()
            assert (case.state == CaseState.REFERRED) == (self.model.state[name] == REFERRED)
            offered = pending.filter(kind=HandOver.REFERRAL, state=ReferralState.OFFERED)
            assert offered.count() == (case.state == CaseState.REFERRED)
            assert pending.count() <= 1

    @invariant()
    def everyone_sees_what_the_model_says(self) -> None:
        for name in EVERYONE:
            actor = self.by(name)
            wanted = {case: self.model.may(name, "work", case, self.at) for case in CASES}
            listed = set(Case.objects.visible_to(actor, self.at).values_list("pk", flat=True))
            assert listed == {self.cases[case].pk for case in CASES if wanted[case] is not None}, name
            for case in CASES:
                needs = next(iter(wanted[case] or ()), NOTHING)
                try:
                    found: set[str] | None = set(
                        case_for(actor, self.cases[case].reference, needs=needs, at=self.at).allowed
                    )
                except Refused as refused:
                    found = set() if refused.visible else None
                assert found == wanted[case], (name, case)
        for case in CASES:
            assert permissions_on(self.cases[case].pk, self.client(case), self.at) == {"case.own"}

    @invariant()
    def each_board_shows_what_waits_for_its_reader(self) -> None:
        for name in EVERYONE:
            shown = set(Referral.objects.offered_to(self.by(name)).values_list("pk", flat=True))
            assert shown == self.model.on_board(name, self.at), name

    @invariant()
    def who_is_consulted_reads_a_part_and_no_more(self) -> None:
        """The case itself stays shut to them: that is in what everyone sees."""
        for name in EVERYONE:
            read = {row.pk for row in consulting.mine(self.by(name), self.at)}
            assert read == self.model.reads_along(name, self.at), name
        rows = CaseAccess.objects.filter(reason=AccessReason.CONSULTATION)
        assert not rows.exclude(scope=AccessScope.PART, ends_at__isnull=False).exists()

    @invariant()
    def nothing_travels_without_a_yes(self) -> None:
        """Or without a coordinator who passed it on all the same; a request for a case brings nothing along."""
        said_yes = Q(consent__in=[Consent.IN_PORTAL, Consent.BY_PHONE]) | Q(overridden_by=self.cast.els)
        travels = Referral.objects.exclude(kind=HandOver.REQUEST).filter(offered_at__isnull=False)
        assert not travels.exclude(said_yes).exists()

    @invariant()
    def the_client_hears_of_nothing_before_the_coordinator_agreed(self) -> None:
        for row in Referral.objects.filter(state=ReferralState.AWAITING_COORDINATOR).select_related("case"):
            assert consent.waiting_for(row.case) != row
            assert row in handed.pending(row.case)
            assert seers_of_offer([row]) == []
            lines = TimelineEntry.objects.filter(case=row.case, for_client=True, at__gte=row.created_at)
            assert not lines.filter(kind__in=[EntryKind.CONSENT_ASKED, EntryKind.REFERRED]).exists()

    @invariant()
    def states_are_those_of_the_model_and_follow_the_arrows(self) -> None:
        was: dict[str, str] = {}
        moves = AuditEvent.objects.filter(action__startswith="referral.").order_by("pk")
        for action, row in moves.values_list("action", "object_id"):
            state = action.removeprefix("referral.")
            if action == "referral.proposed":
                was[row] = ReferralState.AWAITING_CONSENT
            elif action == "referral.decision_asked":
                was[row] = ReferralState.AWAITING_COORDINATOR
            elif state in ReferralState.values:
                before = was.get(row, ReferralState.OFFERED)  # in which a request for a case begins
                assert state in NEXT[before], (before, state)
                was[row] = state
        known = {offer.key: offer for offer in self.model.everything()}
        rows = list(Referral.objects.values_list("pk", "kind", "state"))
        assert {pk for pk, _kind, _state in rows} == set(known)
        for pk, kind, state in rows:
            begins = ReferralState.OFFERED if kind == HandOver.REQUEST else None
            assert was.get(str(pk), begins) == state
            assert WORDS[state] == known[pk].state, known[pk]


def run(cast: Cast, examples: int, steps: int, **more: Any) -> None:
    ReferralMachine.cast = cast
    evenly.run(ReferralMachine, examples, steps, **more)


def test_a_case_is_in_one_pair_of_hands_whatever_happens(cast: Cast) -> None:
    run(cast, 8, 20)


@pytest.mark.long
def test_it_is_for_long(cast: Cast) -> None:
    run(cast, 200, 30, first=evenly.anywhere(), shrink=True)


@pytest.mark.long
@pytest.mark.parametrize("broken", ["access", "sender", "deputy"])
def test_the_machine_finds_a_mistake(cast: Cast, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """An acceptance that leaves the desk the file, one by who sent it, and a deputy who stays: each is found."""
    if broken == "access":
        monkeypatch.setattr(answering, "end_access", lambda *args, **more: 0)
    elif broken == "sender":
        monkeypatch.setattr(Referral.objects, "addressed_to", lambda actor: Referral.objects.all())
    else:
        monkeypatch.setattr(permissions, "end_deputies", lambda *args, **more: None)
    with pytest.raises(AssertionError):
        run(cast, 150, 30)
