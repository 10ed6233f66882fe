"""Several rows on one case: ending one never takes away another, and never leaves what only it gave.

First every reason beside every reason, for the same person and for two, in each way that ends a row by itself; then a
case on which all of them stand at once, and each thing that happens to a case. What is right is said again here,
without the code of the site but its table of roles.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product

import pytest
from django.db import transaction

from accounts.actions import disable_user
from accounts.duty import load_calendar
from accounts.models import Membership
from accounts.roles import PERMISSIONS
from cases import blocks, closing, deputies, family, handback, invited, merging, reopening, tokens
from cases.enums import AccessReason, AccessScope, CaseOutcome
from cases.family import Guest, Wanted
from cases.models import Case, CaseAccess, Invitation, Merge
from cases.permissions import end_access, grant, permissions_on
from desk import handover
from referrals import actions, consulting
from referrals.enums import HandOver
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_worker

SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
TEAM = {AccessReason.DESK: "desk", AccessReason.NIGHT: "after-hours"}
SCOPE = {
    AccessReason.CLIENT: AccessScope.CLIENT, AccessReason.FAMILY: AccessScope.DATES,
    AccessReason.CONSULTATION: AccessScope.PART,
}  # fmt: skip
ENDS = {AccessReason.FAMILY, AccessReason.CONSULTATION}  # always by the clock
AWAY = {AccessReason.CLIENT, AccessReason.FAMILY, AccessReason.BLOCKED}
CONTACT = {"case.view", "case.contact"}
WATCHED = ("samira", "bram")


# ---------------------------------------------------------------------------------------------- one beside the other


@dataclass(frozen=True)
class Row:
    """What is known of a row here: for whom, why, and whether it counts."""

    reason: AccessReason
    holder: str
    live: bool = True


def may(person: str, capacity: str, rows: list[Row], teams: dict[str, set[str]]) -> set[str]:
    """What these rows give; ``teams`` are the roles of this person by team."""
    mine = [row for row in rows if row.holder == person or row.holder in teams]
    if any(row.reason == AccessReason.BLOCKED for row in mine):
        return set()
    if capacity == "own":
        return {"case.own"} if any(row.reason == AccessReason.CLIENT and row.live for row in mine) else set()
    if capacity == "family":
        let_in = any(row.reason == AccessReason.FAMILY and row.live for row in mine)
        return {"family.named", "family.dates"} if let_in else set()
    if any(row.reason in AWAY for row in mine):
        return set()
    found: set[str] = set()
    for row in mine:
        if row.live and row.reason != AccessReason.CONSULTATION:  # has a page of its own, and opens no case
            roles = teams[row.holder] if row.holder in teams else set().union(*teams.values())
            found |= set().union(*(PERMISSIONS[role] for role in roles))
    return found


def by_the_clock(case: Case, row: Row, cast: Cast) -> Row:
    """It was to end now."""
    if row.reason == AccessReason.BLOCKED:
        return row
    CaseAccess.objects.filter(case=case, source="first").update(ends_at=cast.at)
    return replace(row, live=False)


def by_an_act(case: Case, row: Row, cast: Cast) -> Row:
    """Somebody takes away what came from there. Who the client let in, and who is kept out, have a way of their own."""
    end_access(case, at=cast.at, source="first")
    return replace(row, live=row.reason in {*ENDS, AccessReason.BLOCKED})


def by_role(case: Case, row: Row, cast: Cast) -> Row:
    Membership.objects.filter(user=cast.samira).update(ends_on=cast.at.date() - DAY)
    return row


def by_account(case: Case, row: Row, cast: Cast) -> Row:
    disable_user(cast.samira, by=cast.actor("arie"), at=cast.at)
    cast.samira.refresh_from_db()
    return row


@contextmanager
def undone(cast: Cast) -> Iterator[None]:
    """What happens inside never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cast.samira.is_active = True


@pytest.mark.parametrize("ends", [by_the_clock, by_an_act, by_role, by_account])
def test_every_reason_beside_every_reason(cast: Cast, ends: Callable[[Case, Row, Cast], Row]) -> None:
    case = make_case(cast)
    CaseAccess.objects.all().delete()
    for first, second, other in product(AccessReason, AccessReason, WATCHED):
        with undone(cast):
            rows = [Row(first, TEAM.get(first, "samira")), Row(second, TEAM.get(second, other))]
            for row, source in zip(rows, ("first", "second"), strict=True):
                who = {"team_id": cast.teams[row.holder].pk} if row.reason in TEAM else {
                    "user_id": cast.users[row.holder].pk
                }  # fmt: skip
                end = cast.at + DAY if row.reason in ENDS else None
                scope = SCOPE.get(row.reason, AccessScope.FULL)
                grant(case, reason=row.reason, scope=scope, at=cast.at - HOUR, ends_at=end, source=source, **who)
            rows[0] = ends(case, rows[0], cast)
            for name in WATCHED:
                _same(case, name, rows, cast, gone=name == "samira" and ends in {by_role, by_account})


def _same(case: Case, name: str, rows: list[Row], cast: Cast, *, gone: bool) -> None:
    """In each capacity that this person can act in, the site and ``may`` say the same. ``gone``: without any role."""
    actor, closed = cast.actor(name), not cast.users[name].is_active
    teams: dict[str, set[str]] = {} if gone else {
        "samira": {"desk": {"desk_worker"}}, "bram": {"regional-west": {"regional_worker"}},
    }[name]  # fmt: skip
    acting = [("work" if teams else "own", actor), ("family", invited.as_family(actor))]
    for capacity, one in acting:
        wanted = set() if closed else may(name, capacity, rows, teams)
        said = [(row.reason.value, row.holder, row.live) for row in rows]
        assert set(permissions_on(case.pk, one, cast.at)) == wanted, (said, name, capacity)
        for many in (False, True):
            seen = Case.objects.visible_to(one, cast.at, many=many).filter(pk=case.pk).exists()
            assert seen == bool(wanted), (said, name, capacity, many)


# ---------------------------------------------------------------------------------------------- all of them at once

FULL, PART, OWN, DATES, ADVICE = "full", "contact", "own", "dates", "advice"
ALL = {
    "tom": OWN, "fenna": DATES, "bram": FULL, "ilse": FULL, "els": FULL, "wies": FULL, "samira": PART, "ruben": ADVICE,
}  # fmt: skip
"""Who has what on a case that Bram helps with, while he is away; everybody else has nothing."""

EVERYONE = (*ALL, "nadia", "karin", "joost", "lisa")


@pytest.fixture
def case(cast: Cast) -> Case:
    """Tom's, accepted by Bram, for whom Ilse stands in; Els coordinates, Wies calls afterwards, Fenna reads along,
    Ruben gives advice for five days and Joost is kept out."""
    row = make_referral(cast, make_case(cast, client="tom", first_contact_at=cast.at), to=to_worker(cast, "bram"))
    actions.accept(row, read=True, by=cast.actor("bram"), at=cast.at)
    case, day = Case.objects.get(pk=row.case_id), cast.at.date()
    terms = actions.Terms(HandOver.CONSULTATION, reason="Raad.", ends_at=cast.at + 5 * DAY)
    advice = actions.propose(
        case, to_worker(cast, "ruben", "smt-90"), destination="SMT", summary="Wil rust.", terms=terms,
        by=cast.actor("bram"), at=cast.at, by_phone=True,
    )  # fmt: skip
    actions.accept(advice, read=True, by=cast.actor("ruben"), at=cast.at)
    deputies.enter(
        cast.bram, first_day=day, last_day=day + DAY, deputy=cast.ilse, by=cast.actor("bram"), at=cast.at
    )  # fmt: skip
    grant(case, reason=AccessReason.COORDINATOR, user_id=cast.els.pk, at=cast.at, source="appointed")
    ends = cast.at + 90 * DAY
    grant(case, reason=AccessReason.AFTER_CARE, user_id=cast.wies.pk, at=cast.at, ends_at=ends, source="call")
    wanted = Wanted(scope=AccessScope.DATES, ends_on=day + 30 * DAY)
    made = family.invite(
        case, Guest("Fenna"), wanted, submission_id=uuid.uuid4(), by=cast.actor("tom"), at=cast.at
    )  # fmt: skip
    token = tokens.token_of(made.invitation.pk, made.invitation.token_hash)
    fenna = cast.actor("fenna")
    assert token and invited.try_code(token, made.code, by=fenna, at=cast.at).right
    invited.accept(token, by=fenna, at=cast.at)
    blocks.block(case, cast.joost, by=cast.actor("tom"), at=cast.at)
    return case


def shape(case: Case, name: str, cast: Cast, at: dt.datetime) -> str:
    """What somebody has on the case, in one word; empty for nothing."""
    user = cast.users[name]
    user.refresh_from_db(fields=["is_active"])
    actor = cast.actor(name, at)
    found = set(permissions_on(case.pk, actor, at)) | set(permissions_on(case.pk, invited.as_family(actor), at))
    listed = Case.objects.visible_to(actor, at).filter(pk=case.pk).exists()
    assert listed == bool(found - {"family.named", "family.dates"}), name
    words = {FULL: "case.work", OWN: "case.own", DATES: "family.dates", PART: "case.view"}
    if any(row.case_id == case.pk for row in consulting.mine(actor, at)):
        assert not found, name
        return ADVICE
    return next((word for word, permission in words.items() if permission in found), "")


def shapes(case: Case, cast: Cast, at: dt.datetime) -> dict[str, str]:
    return {name: word for name in EVERYONE if (word := shape(case, name, cast, at))}


def without(*names: str, **more: str) -> dict[str, str]:
    return {name: word for name, word in ALL.items() if name not in names} | more


def test_all_of_them_stand_beside_each_other(case: Case, cast: Cast) -> None:
    assert shapes(case, cast, cast.at + SECOND) == ALL


def test_the_clock_ends_each_at_its_own_moment(case: Case, cast: Cast) -> None:
    back = deputies.midnight(cast.at.date() + 2 * DAY)
    assert shapes(case, cast, back - SECOND) == ALL
    assert shapes(case, cast, back) == without("ilse")
    assert shapes(case, cast, cast.at + 5 * DAY - SECOND) == without("ilse")
    assert shapes(case, cast, cast.at + 5 * DAY) == without("ilse", "ruben")
    assert shapes(case, cast, cast.at + 31 * DAY) == without("ilse", "ruben", "fenna")
    assert shapes(case, cast, cast.at + 91 * DAY) == without("ilse", "ruben", "fenna", "wies")


def test_somebody_is_back_earlier(case: Case, cast: Cast) -> None:
    deputies.remove(cast.bram.absences.get(), by=cast.actor("bram"), at=cast.at + HOUR)
    assert shapes(case, cast, cast.at + HOUR) == without("ilse")


def test_the_account_of_each_closes(case: Case, cast: Cast) -> None:
    for name in ("ilse", "wies", "els", "fenna", "samira", "ruben"):
        with transaction.atomic():
            disable_user(cast.users[name], by=cast.actor("arie"), at=cast.at + SECOND)
            assert shapes(case, cast, cast.at + SECOND) == without(name), name
            transaction.set_rollback(True)


def test_the_role_of_each_ends(case: Case, cast: Cast) -> None:
    for name in ("ilse", "wies", "els", "samira", "ruben"):
        with transaction.atomic():
            Membership.objects.filter(user=cast.users[name]).update(ends_on=cast.at.date() - DAY)
            assert shapes(case, cast, cast.at + SECOND) == without(name), name
            transaction.set_rollback(True)


def test_each_is_taken_away_by_what_gave_it(case: Case, cast: Cast) -> None:
    end_access(case, at=cast.at + SECOND, source="appointed")
    assert shapes(case, cast, cast.at + SECOND) == without("els", els=PART)
    family.withdraw(Invitation.objects.get(), by=cast.actor("tom"), at=cast.at + SECOND)
    assert shapes(case, cast, cast.at + SECOND) == without("els", "fenna", els=PART)
    consulting.stop(Referral.objects.get(kind=HandOver.CONSULTATION), by=cast.actor("bram"), at=cast.at + SECOND)
    assert shapes(case, cast, cast.at + SECOND) == without("els", "fenna", "ruben", els=PART)


def test_who_is_kept_out_loses_all_they_had(case: Case, cast: Cast) -> None:
    blocks.block(case, cast.ilse, by=cast.actor("tom"), at=cast.at + SECOND)
    deputies.replan(cast.at + SECOND)
    assert shapes(case, cast, cast.at + 2 * SECOND) == without("ilse")


def test_given_back_to_the_desk(case: Case, cast: Cast) -> None:
    handback.hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=cast.at + SECOND)
    assert shapes(case, cast, cast.at + 2 * SECOND) == without("bram", "ilse", "ruben", samira=FULL)


def test_offered_again_and_taken_back_gives_nobody_anything(case: Case, cast: Cast) -> None:
    handback.hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=cast.at + SECOND)
    row = make_referral(cast, case, to=to_worker(cast, "karin", "regional-noord"), at=cast.at + HOUR)
    assert shapes(case, cast, cast.at + HOUR) == without("bram", "ilse", "ruben", samira=FULL)
    actions.withdraw(row, by=cast.actor("samira"), at=cast.at + HOUR)
    assert shapes(case, cast, cast.at + HOUR) == without("bram", "ilse", "ruben", samira=FULL)


def test_who_leaves_hands_over_only_their_own(case: Case, cast: Cast) -> None:
    handover.stop(cast.bram, {"cases": cast.karin}, by=cast.actor("arie"), at=cast.at + SECOND)
    assert shapes(case, cast, cast.at + 2 * SECOND) == without("bram", "ilse", karin=FULL)


def test_closed_and_opened_again(case: Case, cast: Cast) -> None:
    """Closing ends the standing in and the advice at once and the desk's sight later; the rest stays as long as it was
    given for."""
    closing.close(case, outcome=CaseOutcome.HELPED, note="", by=cast.actor("bram"), at=cast.at + SECOND)
    assert shapes(case, cast, cast.at + 2 * SECOND) == without("ilse", "ruben")
    case.refresh_from_db()
    calendar = load_calendar()
    reopening.reopen(
        case, reason="Het gaat niet.", by=cast.actor("samira"), at=cast.at + HOUR, calendar=calendar
    )  # fmt: skip
    assert shapes(case, cast, cast.at + HOUR + SECOND) == without("bram", "ilse", "ruben", samira=FULL)


def test_put_together_and_taken_apart(case: Case, cast: Cast) -> None:
    """A second request of the same person: who has the one reads the other for as long as they are together."""
    later = make_case(cast, person=case.person, client=None, owner=None)
    grant(later, reason=AccessReason.CLIENT, user_id=cast.tom.pk, scope=AccessScope.CLIENT, at=cast.at)
    before = shapes(later, cast, cast.at + SECOND)
    merging.merge(later, case, reason="Zelfde vraag.", by=cast.actor("samira"), at=cast.at + HOUR)
    assert shapes(case, cast, cast.at + HOUR + SECOND) == ALL
    assert shapes(later, cast, cast.at + HOUR + SECOND)["bram"] == FULL
    merging.undo(Merge.objects.get(), by=cast.actor("samira"), at=cast.at + 2 * HOUR)
    assert shapes(case, cast, cast.at + 2 * HOUR + SECOND) == ALL
    assert shapes(later, cast, cast.at + 2 * HOUR + SECOND) == before
