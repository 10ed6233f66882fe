"""Who may do what: the file a manager reads, and the page drawn from it."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEvent, Membership
from accounts.roles import ABOUT_CASES, PERMISSIONS, ROLES, WORDS, permissions_of
from tests.factories.cast import Cast

LogIn = Callable[..., Client]


def test_every_role_is_described_once() -> None:
    assert [duties.code for duties in ROLES[:2]] == ["client", "family"]
    assert sorted(duties.code for duties in ROLES[2:]) == sorted(Role.values)


def test_every_permission_has_words() -> None:
    given = frozenset().union(*(duties.permissions for duties in ROLES))
    assert given <= set(WORDS)
    assert set(ABOUT_CASES) <= set(WORDS)


@pytest.mark.parametrize(
    "role", [Role.COMMANDER, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.CLIENT_TEAM_MEMBER, Role.CHAPLAIN]
)
def test_these_never_have_a_permission_on_cases(role: Role) -> None:
    assert not PERMISSIONS[role] & set(ABOUT_CASES)


@pytest.mark.parametrize("role", [Role.COACH, Role.COMPANY_DOCTOR, Role.REINTEGRATION, Role.SMT_DOCTOR])
def test_specialists_open_a_case_only_through_a_row(role: Role) -> None:
    assert {"case.view", "referral.answer"} <= PERMISSIONS[role]
    assert not {"case.triage", "dashboard.view", "case.refer"} & PERMISSIONS[role]


def test_roles_together_may_what_each_may() -> None:
    both = permissions_of({Role.COMMANDER, Role.DESK_WORKER, "unknown"})
    assert both == PERMISSIONS[Role.COMMANDER] | PERMISSIONS[Role.DESK_WORKER]


@pytest.mark.parametrize("who", ["samira", "bram", "ruben", "vera", "arie"])
def test_all_staff_read_the_page(cast: Cast, logged_in: LogIn, who: str) -> None:
    page = unescape(logged_in(cast.users[who]).get(reverse("roles")).content.decode())
    assert "Wie mag wat" in page
    assert all(str(duties.title) in page for duties in ROLES)


def test_a_client_gets_404_and_a_line_in_the_audit(cast: Cast, logged_in: LogIn) -> None:
    assert logged_in(cast.tom).get(reverse("roles")).status_code == 404
    assert AuditEvent.objects.filter(outcome="denied", action="open:roles").count() == 1


def test_a_commander_reads_the_page_and_nothing_about_cases(cast: Cast, logged_in: LogIn) -> None:
    Membership.objects.create(
        user=cast.max, team=cast.teams["desk"], role=Role.COMMANDER, starts_on=cast.at.date().replace(year=2025)
    )
    client = logged_in(cast.max)
    assert client.get(reverse("roles")).status_code == 200
    for page in ("dashboard", "board", "my_work", "duty", "organisation"):
        assert client.get(reverse(page)).status_code == 404
