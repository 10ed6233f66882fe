"""Who sees a case: the condition in SQL says the same as the rows do."""

import datetime as dt
from dataclasses import replace

import pytest

from accounts.actors import ANONYMOUS, Actor
from cases.enums import AccessReason, AccessScope
from cases.invited import as_family
from cases.models import Case, CaseAccess
from cases.models.access import SeenBy
from cases.permissions import permissions_on
from tests.factories.cases import make_case
from tests.factories.cast import Cast

HOUR = dt.timedelta(hours=1)


def by_rows(cast: Cast, name: str, at: dt.datetime) -> set[Case]:
    """The rule said with rows: someone is let in, and nobody keeps them out."""
    actor = cast.actor(name, at)
    let_in = set(CaseAccess.objects.granting(actor, at).values_list("case", flat=True))
    kept_out = set(CaseAccess.objects.blocking(actor).values_list("case", flat=True))
    return set(Case.objects.filter(pk__in=let_in - kept_out))


def add(case: Case, at: dt.datetime, **fields: object) -> None:
    CaseAccess.objects.create(case=case, **({"starts_at": at, "reason": AccessReason.REFERRAL} | fields))


@pytest.mark.parametrize("name", ["samira", "bram", "ilse", "nadia", "els", "arie", "tom", "lisa"])
@pytest.mark.parametrize("later", [dt.timedelta(), 2 * HOUR, 12 * HOUR])
def test_the_condition_agrees_with_the_rows(cast: Cast, at: dt.datetime, name: str, later: dt.timedelta) -> None:
    plain, shared, kept = make_case(cast), make_case(cast), make_case(cast, client="tom")
    add(shared, at - HOUR, user=cast.bram)
    add(shared, at - HOUR, user=cast.lisa, ends_at=at + HOUR)
    add(shared, at + HOUR, user=cast.ilse)
    add(shared, at, team=cast.teams["regional-west"], ends_at=at)
    add(kept, at - HOUR, user=cast.bram)
    add(kept, at - HOUR, user=cast.bram, reason=AccessReason.BLOCKED)
    add(plain, at + 24 * HOUR, user=cast.samira, reason=AccessReason.BLOCKED)
    for many in (False, True):
        found = Case.objects.visible_to(cast.actor(name, at + later), at + later, many=many)
        assert set(found) == by_rows(cast, name, at + later)


def test_a_blocked_row_beats_every_grant(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    assert list(Case.objects.visible_to(cast.actor("samira"), at)) == [case]
    add(case, at, user=cast.samira, reason=AccessReason.BLOCKED, scope=AccessScope.FULL)
    assert list(Case.objects.visible_to(cast.actor("samira"), at)) == []
    assert list(Case.objects.visible_to(cast.actor("samira"), at, many=True)) == []
    assert list(Case.objects.visible_to(cast.actor("joost"), at)) == [case]


def test_nobody_without_a_row_or_an_account(cast: Cast, at: dt.datetime) -> None:
    make_case(cast)
    assert list(Case.objects.filter(SeenBy(ANONYMOUS, at))) == []
    assert list(Case.objects.filter(SeenBy(Actor(kind="user", user=cast.bram), at))) == []


def test_nobody_opens_in_one_capacity_what_another_gives(cast: Cast, at: dt.datetime) -> None:
    """A worker who asks for help, or whom a client let in, never sees that file at work."""
    own, relatives = make_case(cast, client="tom"), make_case(cast)
    add(own, at, user=cast.samira, reason=AccessReason.CLIENT, scope=AccessScope.CLIENT)
    add(relatives, at, user=cast.samira, reason=AccessReason.FAMILY, scope=AccessScope.DATES, ends_at=at + HOUR)
    samira = cast.actor("samira")
    for many in (False, True):
        assert list(Case.objects.visible_to(samira, at, many=many)) == []
        assert list(Case.objects.visible_to(samira, at + 2 * HOUR, many=many)) == []
    assert list(Case.objects.visible_to(as_family(samira), at)) == [relatives]
    assert list(Case.objects.visible_to(as_family(samira), at + 2 * HOUR)) == []
    assert list(Case.objects.visible_to(replace(samira, roles=frozenset(), teams={}), at)) == [own]


def test_a_later_grant_loses_from_a_block(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    add(case, at, user=cast.samira, reason=AccessReason.BLOCKED)
    add(case, at + HOUR, user=cast.samira, reason=AccessReason.DEPUTY)
    assert list(CaseAccess.objects.granting(cast.actor("samira"), at + HOUR)) == []
    assert permissions_on(case.pk, cast.actor("samira"), at + HOUR) == frozenset()
