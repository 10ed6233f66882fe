"""The coordinator's pages: the list, one person, roles and absence by form; and entering your own absence."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.duty import absent_on_shift
from accounts.enums import Role
from accounts.models import Absence, AuditEvent, Membership, User
from cases import deputies
from cases.enums import AccessReason, CaseState
from cases.permissions import grant
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.walk import counted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


def page_of(cast: Cast, name: str, page: str = "person", *more: object) -> str:
    return reverse(page, args=[cast.users[name].public_id, *more])


def role_form(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "team": cast.teams["pool"].pk, "role": Role.COACH, "starts_on": cast.at.date().isoformat(), "ends_on": "",
    } | more  # fmt: skip


def test_the_list_costs_the_same_for_1_and_for_30(cast: Cast, logged_in: LogIn) -> None:
    els, costs = logged_in(cast.els), []
    els.get(reverse("people"))
    for number in (1, 30):
        for index in range(number):
            user = User.objects.create_user(f"x{number}{index}@nabij.example", name=f"Persoon {number}-{index:02d}")
            Membership.objects.create(user=user, team=cast.teams["pool"], role=Role.COACH, starts_on=cast.at.date())
            Absence.objects.create(
                user=user, first_day=cast.at.date(), last_day=cast.at.date() + DAY, deputy=cast.ilse,
                entered_at=cast.at,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            assert els.get(reverse("people")).status_code == 200
        costs.append(len(counted(seen)))
    assert costs[0] == costs[1] <= 12


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=bram", {"Bram"}),
        ("q=ILSE%40nabij", {"Ilse"}),
        ("team=regional-west", {"Bram", "Ilse"}),
        ("team=regional-west&q=il", {"Ilse"}),
        ("status=away", {"Karin"}),
        ("status=former", {"Ruben"}),
        ("q=%25", set()),
        ("q=tom", set()),
    ],
)
def test_finding_people(cast: Cast, logged_in: LogIn, query: str, names: set[str]) -> None:
    Absence.objects.create(
        user=cast.karin, first_day=cast.at.date(), last_day=cast.at.date(), deputy=None, entered_at=cast.at
    )
    User.objects.filter(pk=cast.ruben.pk).update(is_active=False)
    page = logged_in(cast.els).get(f"{reverse('people')}?{query}")
    assert {line.user.first_name for line in page.context["lines"]} == names


@pytest.mark.parametrize("who", ["samira", "bram", "vera", "tom"])
def test_others_get_404(cast: Cast, logged_in: LogIn, who: str) -> None:
    client = logged_in(cast.users[who])
    for where in (reverse("people"), reverse("invite"), page_of(cast, "bram"), page_of(cast, "bram", "person_stop")):
        assert client.get(where).status_code == 404
    assert AuditEvent.objects.filter(outcome="denied").count() == 4


def test_a_client_is_nobody_of_the_team(cast: Cast, logged_in: LogIn) -> None:
    assert logged_in(cast.els).get(page_of(cast, "tom")).status_code == 404
    assert AuditEvent.objects.filter(action="person.open", outcome="denied").exists()


def test_a_role_is_added_changed_and_ended_by_form(cast: Cast, logged_in: LogIn) -> None:
    els = logged_in(cast.els)
    assert els.post(page_of(cast, "bram", "membership_add"), role_form(cast)).status_code == 302
    row = cast.bram.memberships.get(role=Role.COACH)
    again = els.post(page_of(cast, "bram", "membership_add"), role_form(cast))
    assert "heeft deze rol in dit team al" in again.content.decode()
    later = (cast.at.date() + 9 * DAY).isoformat()
    changed = role_form(cast, role=Role.COMPANY_DOCTOR, starts_on=later)
    assert els.post(page_of(cast, "bram", "membership_change", row.pk), changed).status_code == 302
    row.refresh_from_db()
    assert row.ends_on == cast.at.date() + 8 * DAY
    end = els.post(page_of(cast, "bram", "membership_end", row.pk), {"last_day": "2026-03-12"})
    assert end.status_code == 302
    row.refresh_from_db()
    assert row.ends_on == dt.date(2026, 3, 12)


@pytest.mark.parametrize(
    "wrong",
    [{"role": Role.ADMINISTRATOR}, {"role": "baas"}, {"team": 0}, {"starts_on": "x"}, {"ends_on": "2020-01-01"}],
)
def test_what_a_coordinator_may_not_give_is_no_choice(cast: Cast, logged_in: LogIn, wrong: dict[str, object]) -> None:
    answer = logged_in(cast.els).post(page_of(cast, "bram", "membership_add"), role_form(cast, **wrong))
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert cast.bram.memberships.count() == 1


def test_the_role_of_somebody_else_is_not_reached_through_this_person(cast: Cast, logged_in: LogIn) -> None:
    row = cast.arie.memberships.get()
    where = page_of(cast, "bram", "membership_end", row.pk)
    assert logged_in(cast.els).post(where, {"last_day": "2026-03-12"}).status_code == 404


def test_a_file_cannot_make_an_administrator_either(cast: Cast, logged_in: LogIn) -> None:
    head = "email;name;team;role;starts_on;ends_on\n"
    rows = (
        "bram@nabij.example;Bram;desk;administrator;2026-03-10;\nels@nabij.example;Els;desk;desk_worker;2026-03-10;\n"
    )
    before = set(Membership.objects.filter(role=Role.ADMINISTRATOR).values_list("user", flat=True))
    answer = logged_in(cast.els).post("/organisatie/import/memberships/", {"text": head + rows, "apply": "1"})
    assert [(row, column) for row, column, _text in answer.context["plan"].errors] == [(2, "role"), (3, "email")]
    assert set(Membership.objects.filter(role=Role.ADMINISTRATOR).values_list("user", flat=True)) == before


def test_entering_your_own_absence(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, state=CaseState.ACCEPTED, owner="bram")
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=cast.at, source="x")
    bram, form = logged_in(cast.bram), {"first_day": "2026-03-10", "last_day": "2026-03-10", "deputy": cast.ilse.pk}
    assert bram.post(reverse("own_absence_add"), form).status_code == 302
    row = cast.bram.absences.get()
    assert "Ilse Çelik neemt waar" in bram.get(reverse("own_absences")).content.decode()
    assert "Bram de Wit" in logged_in(cast.ilse).get(reverse("own_absences")).content.decode()
    assert logged_in(cast.ilse).get(reverse("case", args=[case.reference])).status_code == 200
    for page in ("own_absence_change", "own_absence_remove"):
        assert logged_in(cast.ilse).post(reverse(page, args=[row.pk]), form).status_code == 404
    assert bram.post(reverse("own_absence_remove", args=[row.pk])).status_code == 302
    assert logged_in(cast.ilse).get(reverse("case", args=[case.reference])).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": "2026-03-09"}, "last_day"),
        ({"first_day": "31-31-2026"}, "first_day"),
        ({"first_day": "0001-01-01"}, "first_day"),
        ({"deputy": "x"}, "deputy"),
        ({"last_day": "2099-01-01"}, "__all__"),
    ],
)
def test_days_that_do_not_fit_are_said_and_kept(
    cast: Cast, logged_in: LogIn, wrong: dict[str, str], field: str
) -> None:
    form = {"first_day": "2026-03-10", "last_day": "2026-03-12", "deputy": ""} | wrong
    answer = logged_in(cast.bram).post(reverse("own_absence_add"), form)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Absence.objects.exists()


def test_nobody_stands_in_for_themselves_or_without_a_role(cast: Cast, logged_in: LogIn) -> None:
    for deputy in (cast.bram, cast.tom, cast.vera, cast.arie):
        form = {"first_day": "2026-03-10", "last_day": "2026-03-12", "deputy": deputy.pk}
        answer = logged_in(cast.bram).post(reverse("own_absence_add"), form)
        assert list(answer.context["form"].errors) == ["deputy"]


def test_the_coordinator_hears_of_shifts_and_of_cases_without_anybody(cast: Cast, logged_in: LogIn) -> None:
    els = logged_in(cast.els)
    form = {"first_day": "2026-03-10", "last_day": "2026-03-11", "deputy": ""}
    page = els.post(page_of(cast, "samira", "absence_add"), form, follow=True).content.decode()
    assert "Er zijn 2 diensten in deze dagen." in page
    assert [shift.user.first_name for shift in absent_on_shift(cast.at, cast.at + 7 * DAY)] == ["Samira", "Samira"]
    for where in (reverse("duty"), reverse("organisation_sheet", args=["shifts"])):
        assert "Op het rooster, maar afwezig" in els.get(where).content.decode()


def test_the_client_reads_that_the_contact_person_is_away(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, state=CaseState.ACCEPTED, owner="bram", client="tom", primary_contact=cast.bram)
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=cast.at, source="x")
    day, page = cast.at.date(), reverse("my_case", args=[case.reference])
    deputies.enter(cast.bram, first_day=day, last_day=day + DAY, deputy=cast.ilse, by=cast.actor("els"), at=cast.at)
    assert "Weg tot en met 11 maart. Ilse Çelik neemt waar." in logged_in(cast.tom).get(page).content.decode()
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.ilse.pk, at=cast.at)
    deputies.replan(cast.at + dt.timedelta(seconds=1))
    with time_machine.travel(cast.at + dt.timedelta(seconds=2), tick=False):
        seen = logged_in(cast.tom).get(page).content.decode()
    assert "Weg tot en met 11 maart. Het loket antwoordt." in seen
    assert "Ilse" not in seen


def test_who_comes_back_gets_in_without_a_role(cast: Cast, logged_in: LogIn) -> None:
    User.objects.filter(pk=cast.ruben.pk).update(is_active=False)
    where = page_of(cast, "ruben", "person_reopen")
    assert logged_in(cast.els).get(where).status_code == 405
    assert logged_in(cast.els).post(where).status_code == 302
    cast.ruben.refresh_from_db()
    assert cast.ruben.is_active
    assert AuditEvent.objects.filter(action="account.opened").count() == 1


def test_the_page_about_a_person_says_which_second_factor_they_have(cast: Cast, logged_in: LogIn) -> None:
    browser, page = logged_in(cast.els), page_of(cast, "bram")
    own = Authenticator.objects.filter(user=cast.bram)
    own.delete()
    assert "Nog geen" in browser.get(page).content.decode()
    codes = Authenticator.objects.create(user=cast.bram, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert "Nog geen" in browser.get(page).content.decode()
    codes.delete()
    added = ((Authenticator.Type.TOTP, "App met codes"), (Authenticator.Type.WEBAUTHN, "Toegangssleutel en app"))
    for kind, words in added:
        Authenticator.objects.create(user=cast.bram, type=kind, data={})
        assert f"<p>{words}</p>" in browser.get(page).content.decode()
    own.filter(type=Authenticator.Type.TOTP).delete()
    with CaptureQueriesContext(connection) as seen:
        assert "<p>Toegangssleutel</p>" in browser.get(page).content.decode()
    assert len(counted(seen)) <= 12
