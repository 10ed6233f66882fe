"""Any order of invitations, answers, withdrawals, grants, hand-overs, blocks, roles and hours: the site and the model
of tests/access_model.py say the same, for everyone and every case, in lists and on single pages (promise 2)."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from accounts.actions import Clash, disable_user, enable_user
from accounts.actors import Actor, actor_for, follower
from accounts.models import Membership, Shift
from accounts.permissions import Refused
from cases import deputies, family, invited, tokens
from cases.enums import FAMILY_SCOPES, AccessReason, AccessScope
from cases.family import Guest, Wanted
from cases.invited import Back, NotForYou
from cases.models import Case, Invitation
from cases.permissions import case_for, end_access, grant, permissions_on
from desk.demo.organisation import PEOPLE
from tests import evenly
from tests.access_model import Grant, Invite, Model, Post
from tests.factories.cases import make_case
from tests.factories.cast import Cast

STAFF = ("samira", "nadia", "els", "bram", "karin", "arie")
GUESTS = ("lisa", "max", "bram", "samira", "tom")
EVERYONE = [(name, "work") for name in STAFF] + [("tom", "own"), ("lisa", "own"), ("bram", "own")]
EVERYONE += [(name, "family") for name in GUESTS]
CASES = ("toms", "lisas")
NOTHING = "nothing.at.all"
scopes = st.sampled_from([scope for scope in FAMILY_SCOPES if scope != AccessScope.JOINT])
cases, staff, guests = st.sampled_from(CASES), st.sampled_from(STAFF), st.sampled_from(GUESTS)


class AccessMachine(RuleBasedStateMachine):
    """Each example starts from the same people and two cases, and is undone."""

    cast: Cast
    invitations: Bundle = Bundle("invitations")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        cast = self.cast
        self.at = cast.at
        for user in cast.users.values():
            user._state.fields_cache.pop("person", None)  # of the example before, which was undone
            user.is_active = True
        self.cases = {"toms": make_case(cast, client="tom"), "lisas": make_case(cast, client="lisa")}
        self.codes: dict[Any, tuple[str, str]] = {}
        self.model = Model({"toms": "tom", "lisas": "lisa"})
        first = cast.at.date() - dt.timedelta(days=400)
        self.model.posts = [Post(name, team, role, first) for name, (_full, team, role) in PEOPLE.items()]
        self.model.shifts = [
            (
                next(name for name, user in cast.users.items() if user.pk == shift.user_id),
                shift.starts_at,
                shift.ends_at,
            )
            for shift in Shift.objects.filter(team__kind="after_hours")
        ]
        for name in CASES:
            for team, source in (("desk", ""), ("after-hours", "")):
                self.model.grants.append(Grant(name, "full", cast.at, team=team, source=source))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def actor(self, name: str, capacity: str) -> Actor:
        user = self.cast.users[name]
        if capacity == "work" or not user.is_active:
            return actor_for(user, self.at)
        return Actor(kind="user", user=user, as_family=capacity == "family")

    def client(self, case: str) -> Actor:
        return follower(self.cases[case].pk)

    def row(self, key: Any) -> Invitation:
        return Invitation.objects.select_related("case__data_key").get(pk=key)

    @rule(target=invitations, case=cases, scope=scopes, days=st.integers(0, 40))
    def invite(self, case: str, scope: str, days: int) -> Any:
        wanted = Wanted(scope, self.at.date() + dt.timedelta(days=days))
        by = self.client(case)
        made = family.invite(self.cases[case], Guest("Iemand"), wanted, submission_id=uuid.uuid4(), by=by, at=self.at)
        row = made.invitation
        self.codes[row.pk] = (tokens.token_of(row.pk, row.token_hash), made.code)
        self.model.invites[row.pk] = Invite(case, scope, row.open_until, row.ends_at)
        assert row.ends_at == _midnight(wanted.ends_on, self.at)
        return row.pk

    @rule(key=invitations, person=guests)
    def accept(self, key: Any, person: str) -> None:
        if key not in self.codes or person in self.model.closed_accounts:
            return
        expected = self.model.accept(key, person, self.at)
        token, code = self.codes[key]
        by = self.actor(person, "family")
        try:
            found = invited.find(token, by=by, at=self.at)
            if found.accepted_at:
                assert expected == "again"
                return
            assert invited.try_code(token, code, by=by, at=self.at).right
            assert invited.accept(token, by=by, at=self.at)
        except NotForYou as why:
            assert expected == why.problem.value or expected == "refused"
        else:
            assert expected == "yes"
            self.at += dt.timedelta(seconds=1)  # nothing ends in the moment in which it began

    @rule(key=invitations, scope=scopes, days=st.integers(0, 40))
    def change(self, key: Any, scope: str, days: int) -> None:
        row, kept = self.row(key), self.model.invites[key]
        day = self.at.date() + dt.timedelta(days=days)
        over = self.at >= (kept.end if kept.accepted_by else kept.open_until)
        try:
            family.change(row, Wanted(scope, day), sure=True, by=self.client(kept.case), at=self.at)
        except family.NotNow:
            assert kept.gone or over or (kept.partner and _midnight(day, self.at) > kept.end)
            return
        assert not kept.gone
        assert not over
        kept.scope, kept.end = scope, _midnight(day, self.at)
        kept.open_until = min(row.created_at + dt.timedelta(days=14), kept.end)
        if kept.partner is not None:
            partner = self.model.invites[kept.partner]
            partner.end = min(partner.end, kept.end)

    @rule(key=consumes(invitations))
    def withdraw(self, key: Any) -> None:
        kept = self.model.invites[key]
        family.withdraw(self.row(key), by=self.client(kept.case), at=self.at)
        self.model.end(kept)

    @rule(target=invitations, case=cases, scope=scopes, back=scopes, days=st.integers(1, 40))
    def share(self, case: str, scope: str, back: str, days: int) -> Any:
        """The client of one case invites that of the other, and each shows the other something."""
        other = next(name for name in CASES if name != case)
        inviter, person = self.model.clients[case], self.model.clients[other]
        if {inviter, person} & self.model.closed_accounts:
            return multiple()
        wanted, by = Wanted(scope, self.at.date() + dt.timedelta(days=days)), self.client(case)
        guest = Guest("Iemand", mutual=True)
        made = family.invite(self.cases[case], guest, wanted, submission_id=uuid.uuid4(), by=by, at=self.at).invitation
        code = family.new_code(made, by=by, at=self.at)
        token = tokens.token_of(made.pk, made.token_hash)
        self.model.invites[made.pk] = Invite(case, scope, made.open_until, made.ends_at)
        by, blocks = self.actor(person, "family"), self.model.blocks
        if (other, inviter) in blocks and (case, person) not in blocks:
            expected = "colleague"  # whoever is kept out of a case is shown nothing of it in return either
        else:
            expected = self.model.accept(made.pk, person, self.at)
        try:
            assert invited.try_code(token, code, by=by, at=self.at).right
            assert invited.accept(token, by=by, at=self.at, back=Back(self.cases[other], back))
        except NotForYou as why:
            assert expected == why.problem.value
            return multiple()
        assert expected == "yes"
        self.codes[made.pk] = (token, code)
        half = Invitation.objects.get(answers=made.pk)
        kept = Invite(other, back, self.at, made.ends_at, accepted_by=inviter, ever={inviter})
        self.model.share(made.pk, half.pk, kept)
        self.at += dt.timedelta(seconds=1)  # nothing ends in the moment in which it began
        return multiple(made.pk, half.pk)

    @rule(name=st.sampled_from(["samira", "bram", "karin", "lisa"]), opens=st.booleans())
    def close_account(self, name: str, opens: bool) -> None:
        user = self.cast.users[name]
        (enable_user if opens else disable_user)(user, by=self.cast.actor("arie"), at=self.at)
        user.is_active = opens
        (self.model.closed_accounts.discard if opens else self.model.closed_accounts.add)(name)
        deputies.replan(self.at)  # the sweep

    @rule(name=staff, deputy=staff, starts=st.integers(0, 3), days=st.integers(0, 9))
    def go_away(self, name: str, deputy: str, starts: int, days: int) -> None:
        first = self.at.date() + dt.timedelta(days=starts)
        last, user = first + dt.timedelta(days=days), self.cast.users[name]
        by = Actor(kind="user", user=user)
        try:
            deputies.enter(
                user, first_day=first, last_day=last, deputy=self.cast.users[deputy], by=by, at=self.at
            )  # fmt: skip
        except Clash:
            return
        self.model.absences.append((name, first, last, deputy))

    @rule(case=cases, name=staff, hours=st.none() | st.integers(1, 60), scope=st.sampled_from(["full", "contact"]))
    def let_work(self, case: str, name: str, hours: int | None, scope: str) -> None:
        """Whatever will let people in one day; deputies come with an absence."""
        end = self.at + dt.timedelta(hours=hours) if hours else None
        source = str(uuid.uuid4())
        grant(
            self.cases[case], reason=AccessReason.COORDINATOR, user_id=self.cast.users[name].pk,
            scope=AccessScope(scope), at=self.at, ends_at=end, source=source,
        )  # fmt: skip
        self.model.grants.append(Grant(case, scope, self.at, person=name, end=end, source=source))

    @rule(case=cases, name=st.sampled_from(["bram", "karin"]))
    def hand_over(self, case: str, name: str) -> None:
        """As when a worker accepts: the desk keeps the contact details."""
        row, source = self.cases[case], str(uuid.uuid4())
        end_access(row, at=self.at, reason__in=[AccessReason.DESK, AccessReason.NIGHT])
        desk = self.cast.teams["desk"].pk
        grant(row, reason=AccessReason.DESK, team_id=desk, scope=AccessScope.CONTACT, at=self.at, source=source)
        grant(row, reason=AccessReason.REFERRAL, user_id=self.cast.users[name].pk, at=self.at, source=source)
        for old in self.model.grants:
            if old.case == case and old.team and old.end is None:
                old.end = self.at
        self.model.grants += [
            Grant(case, "contact", self.at, team="desk", source=source),
            Grant(case, "full", self.at, person=name, source=source, accepted=True),
        ]
        deputies.replan(self.at)  # the sweep

    @rule(case=cases, name=st.sampled_from(sorted({*STAFF, *GUESTS} - {"tom"})))
    def block(self, case: str, name: str) -> None:
        if self.model.clients[case] != name:
            grant(self.cases[case], reason=AccessReason.BLOCKED, user_id=self.cast.users[name].pk, at=self.at)
            self.model.blocks.add((case, name))
            deputies.replan(self.at)  # the sweep

    @rule(name=staff, days=st.integers(-1, 2))
    def leave_team(self, name: str, days: int) -> None:
        last = self.at.date() + dt.timedelta(days=days)
        Membership.objects.filter(user=self.cast.users[name], starts_on__lte=last).update(ends_on=last)
        for post in self.model.posts:
            if post.person == name and post.first <= last:
                post.last = last
        deputies.replan(self.at)  # the sweep

    @rule(name=staff, team=st.sampled_from(["desk", "after-hours", "regional-west"]),
          role=st.sampled_from(["desk_worker", "coordinator", "regional_worker", "privacy_officer"]))  # fmt: skip
    def join_team(self, name: str, team: str, role: str) -> None:
        day, user = self.at.date(), self.cast.users[name]
        new = {"user": user, "team": self.cast.teams[team], "role": role, "starts_on": day}
        if not Membership.objects.filter(**new).exists():
            Membership.objects.create(**new)
            self.model.posts.append(Post(name, team, role, day))
            deputies.replan(self.at)  # the sweep

    @rule(hours=st.sampled_from([1, 5, 8, 14, 24, 24 * 7, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.at = (self.at.astimezone(dt.UTC) + dt.timedelta(hours=hours)).astimezone(self.cast.at.tzinfo)
        deputies.replan(self.at)  # the sweep

    @invariant()
    def everyone_sees_what_the_model_says(self) -> None:
        for name, capacity in EVERYONE:
            actor = self.actor(name, capacity)
            wanted = {case: self.model.may(name, capacity, case, self.at) for case in CASES}
            for many in (False, True) if capacity == "work" else (False,):
                listed = set(Case.objects.visible_to(actor, self.at, many=many).values_list("pk", flat=True))
                assert listed == {self.cases[case].pk for case in CASES if wanted[case] is not None}, (name, capacity)
            for case in CASES:
                assert self.opens(actor, case, wanted[case]) == wanted[case], (name, capacity, case)
        for case in CASES:
            assert permissions_on(self.cases[case].pk, self.client(case), self.at) == {"case.own"}

    def opens(self, actor: Actor, case: str, wanted: set[str] | None) -> set[str] | None:
        """What the one door says: None for a case that does not exist for this actor."""
        needs = next(iter(wanted or ()), NOTHING)
        try:
            return set(case_for(actor, self.cases[case].reference, needs=needs, at=self.at).allowed)
        except Refused as refused:
            return set() if refused.visible else None

    @invariant()
    def family_lists_follow_the_page(self) -> None:
        for name in ("lisa", "max"):
            by = self.actor(name, "family")
            listed = {row.pk for row in invited.let_into(by, self.at)}
            kept = self.model.invites.items()
            shown = {key for key, row in kept if row.shows(name, self.at) and (row.case, name) not in self.model.blocks}
            assert listed == (set() if name in self.model.closed_accounts else shown)


def _midnight(day: dt.date, at: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=at.tzinfo)


def run(cast: Cast, examples: int, steps: int, **more: Any) -> None:
    AccessMachine.cast = cast
    evenly.run(AccessMachine, examples, steps, **more)


def test_the_site_and_the_model_agree(cast: Cast) -> None:
    run(cast, 8, 16)


@pytest.mark.long
def test_they_agree_for_long(cast: Cast) -> None:
    run(cast, 200, 22, first=evenly.anywhere(), shrink=True)


@pytest.mark.long
def test_the_machine_finds_a_mistake(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A withdrawal that forgets the row is found."""
    monkeypatch.setattr(family, "end_rows", lambda invitation, at: None)
    with pytest.raises(AssertionError):
        run(cast, 100, 20)
