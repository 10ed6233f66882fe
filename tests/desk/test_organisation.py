"""The coordinator's sheets: hours, rosters, units, people and numbers."""

import datetime as dt
from collections.abc import Callable
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.forms.organisation import clean_number
from accounts.imports import look_through
from accounts.models import AuditEvent, Closure, Membership, OpeningHours, Shift, Team, Unit, User
from cases.models import Tag
from desk.sheets import SHEETS
from referrals.models import BranchOffice
from tests.factories.cast import Cast
from tests.factories.reach import make_reach

LogIn = Callable[..., Client]
ENGLISH = {"accept-language": "en"}


@pytest.mark.parametrize("slug", sorted(SHEETS))
def test_every_sheet_and_form_opens(cast: Cast, logged_in: LogIn, slug: str) -> None:
    client = logged_in(cast.els)
    Tag.objects.create(label="Geld")
    make_reach()
    BranchOffice.objects.create(branch=cast.units["90bat"].branch, team=cast.teams["biu"])
    page = client.get(reverse("organisation_sheet", args=[slug]))
    assert page.status_code == 200
    assert str(SHEETS[slug].title) in unescape(page.content.decode())
    assert client.get(reverse("organisation_add", args=[slug])).status_code == 200
    first = SHEETS[slug].rows(timezone.now()).first()
    assert client.get(reverse("organisation_change", args=[slug, first.pk])).status_code == 200


@pytest.mark.parametrize("who", ["samira", "nadia", "bram", "vera", "tom"])
def test_others_get_404_and_a_line_in_the_audit(cast: Cast, logged_in: LogIn, who: str) -> None:
    client = logged_in(cast.users[who])
    assert client.get(reverse("organisation")).status_code == 404
    assert client.post(reverse("organisation_add", args=["regions"]), {"code": "x", "name_nl": "x"}).status_code == 404
    assert AuditEvent.objects.filter(outcome="denied", actor_id=str(cast.users[who].pk)).count() == 2


def test_a_stranger_is_asked_to_log_in(db: None) -> None:
    assert Client().get(reverse("organisation")).status_code == 302


def test_adding_writes_the_row_and_the_audit(cast: Cast, logged_in: LogIn) -> None:
    answer = logged_in(cast.els).post(
        reverse("organisation_add", args=["closures"]), {"day": "2026-12-31", "name_nl": "Dicht", "name_en": "Closed"}
    )
    assert answer.status_code == 302
    closure = Closure.objects.get(day="2026-12-31")
    event = AuditEvent.objects.get(action="organisation.added")
    assert (event.object_type, event.object_id, event.actor_id) == (
        "accounts.closure",
        str(closure.pk),
        str(cast.els.pk),
    )


def shift_form(cast: Cast, who: str, start: str, end: str, position: int = 3, team: str = "desk") -> dict[str, object]:
    return {
        "team": cast.teams[team].pk,
        "user": cast.users[who].pk,
        "position": position,
        "starts_at": start,
        "ends_at": end,
    }


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        ("2026-03-10T17:00", "2026-03-10T18:00", True),  # adjoining her own shift
        ("2026-03-10T16:59", "2026-03-10T18:00", False),  # one minute over it
        ("2026-03-10T07:00", "2026-03-10T18:00", False),  # enclosing it
        ("2026-03-10T09:00", "2026-03-10T10:00", False),  # inside it
    ],
)
def test_shifts_may_adjoin_and_never_overlap(cast: Cast, logged_in: LogIn, start: str, end: str, fits: bool) -> None:
    before = Shift.objects.count()
    page = logged_in(cast.els).post(
        reverse("organisation_add", args=["shifts"]), shift_form(cast, "samira", start, end)
    )
    assert Shift.objects.count() == before + fits
    assert page.status_code == (302 if fits else 200)


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01-01T08:00", "0001-01-01T17:00"), ("2026-03-14T08:00", "9999-12-31T17:00")]
)
def test_a_shift_lies_in_a_year_that_can_be(cast: Cast, logged_in: LogIn, start: str, end: str) -> None:
    before = Shift.objects.count()
    page = logged_in(cast.els).post(reverse("organisation_add", args=["shifts"]), shift_form(cast, "els", start, end))
    assert (page.status_code, Shift.objects.count()) == (200, before)


def test_two_people_never_share_a_place_in_the_order(cast: Cast, logged_in: LogIn) -> None:
    form = shift_form(cast, "els", "2026-03-10T12:00", "2026-03-10T13:00", position=1)
    page = logged_in(cast.els).post(
        reverse("organisation_add", args=["shifts"]), form, headers={"accept-language": "en"}
    )
    assert "Someone else already has this place at that time." in page.content.decode()


@pytest.mark.parametrize("position", [0, 10, -1, 40000])
def test_the_order_of_calling_begins_with_one(cast: Cast, logged_in: LogIn, position: int) -> None:
    User.objects.filter(pk=cast.els.pk).update(reachable_number="")
    form = shift_form(cast, "els", "2026-03-14T09:00", "2026-03-14T10:00", position=position)
    page = logged_in(cast.els).post(reverse("organisation_add", args=["shifts"]), form)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["position"]


@pytest.mark.parametrize(
    ("start", "end", "begins"),
    [
        ("2026-10-25T02:30", "2026-10-25T07:00", "2026-10-25T00:30+00:00"),  # comes twice: the first
        ("2026-03-29T02:30", "2026-03-29T07:00", ""),  # never comes
        ("2027-03-28T02:30", "2027-03-28T07:00", ""),
        ("2028-02-29T22:00", "2028-03-01T07:00", "2028-02-29T21:00+00:00"),
        ("2027-02-29T22:00", "2027-03-01T07:00", ""),  # no such day
        ("2026-12-31T23:30", "2027-01-01T08:00", "2026-12-31T22:30+00:00"),
    ],
)
def test_shifts_on_nights_that_are_special(cast: Cast, logged_in: LogIn, start: str, end: str, begins: str) -> None:
    form = shift_form(cast, "els", start, end)
    page = logged_in(cast.els).post(reverse("organisation_add", args=["shifts"]), form)
    if begins:
        assert page.status_code == 302
        assert Shift.objects.get(user=cast.els).starts_at == dt.datetime.fromisoformat(begins)
    else:
        assert list(page.context["form"].errors) == ["starts_at"]


def test_who_cannot_be_reached_cannot_be_first(cast: Cast, logged_in: LogIn) -> None:
    User.objects.filter(pk=cast.els.pk).update(reachable_number="")
    form = shift_form(cast, "els", "2026-03-14T09:00", "2026-03-14T10:00", position=1)
    page = logged_in(cast.els).post(
        reverse("organisation_add", args=["shifts"]), form, headers={"accept-language": "en"}
    )
    assert "cannot be the first to be called" in page.content.decode()


@pytest.mark.parametrize(
    ("slug", "data", "words"),
    [
        ("hours", {"weekday": 6, "opens": "17:00", "closes": "08:00"}, "Closing time must be after opening time."),
        ("lines", {"line": "DESK_LINE", "number": "bel maar", "checked_on": "2026-01-01"}, "Enter a phone number"),
        ("closures", {"day": "31-31-2026", "name_nl": "x"}, "Enter a valid date."),
    ],
)
def test_wrong_input_is_said_and_kept(
    cast: Cast, logged_in: LogIn, slug: str, data: dict[str, object], words: str
) -> None:
    if slug == "hours":
        data = data | {"team": cast.teams["desk"].pk}
    page = (
        logged_in(cast.els)
        .post(reverse("organisation_add", args=[slug]), data, headers={"accept-language": "en"})
        .content.decode()
    )
    assert words in page
    assert "Error:" in page.split("</title>")[0]
    assert str(next(iter(data.values()))) in page


def test_a_unit_cannot_be_part_of_its_own_part(cast: Cast, logged_in: LogIn) -> None:
    battalion, company = cast.units["90bat"], cast.units["90bat-a"]
    form = {"code": "90bat", "name": battalion.name, "branch": battalion.branch_id, "parent": company.pk}
    logged_in(cast.els).post(reverse("organisation_change", args=["units", battalion.pk]), form)
    battalion.refresh_from_db()
    assert battalion.parent is None


def test_removing_is_only_for_sheets_that_allow_it(cast: Cast, logged_in: LogIn) -> None:
    client, hours = logged_in(cast.els), OpeningHours.objects.first()
    assert hours is not None
    assert client.post(reverse("organisation_remove", args=["hours", hours.pk])).status_code == 302
    assert not OpeningHours.objects.filter(pk=hours.pk).exists()
    team = Team.objects.first()
    assert team is not None
    assert client.post(reverse("organisation_remove", args=["teams", team.pk])).status_code == 404
    assert client.get(reverse("organisation_remove", args=["hours", 1])).status_code == 405


UNITS = "code,name,branch,parent,location,region\n"
MEMBERS = "email;name;team;role;starts_on;ends_on\n"


def test_an_import_is_looked_through_first_and_lists_every_error(cast: Cast, logged_in: LogIn) -> None:
    text = UNITS + "nieuw,Nieuwe Eenheid,land,90bat,duinkamp,west\nfout!,,nergens,weg,,\nnieuw,Nog eens,land,,,\n"
    before = Unit.objects.count()
    page = logged_in(cast.els).post(
        reverse("organisation_import", args=["units"]), {"text": text}, headers={"accept-language": "en"}
    )
    errors = {(row, column) for row, column, _text in page.context["plan"].errors}
    assert errors == {(3, "code"), (3, "name"), (3, "branch"), (3, "parent"), (4, "code")}
    assert Unit.objects.count() == before


def test_units_are_imported_in_any_order(cast: Cast, logged_in: LogIn) -> None:
    text = UNITS + "kind,Kind,land,ouder,,\nouder,Ouder,land,90bat,,west\n"
    answer = logged_in(cast.els).post(reverse("organisation_import", args=["units"]), {"text": text, "apply": "1"})
    assert answer.status_code == 302
    chain = [unit.code for unit in Unit.objects.ancestors_of(Unit.objects.get(code="kind"))]
    assert chain == ["kind", "ouder", "90bat"]


def test_a_ring_of_units_is_refused(cast: Cast, logged_in: LogIn) -> None:
    text = UNITS + "a,A,land,b,,\nb,B,land,a,,\n"
    page = logged_in(cast.els).post(reverse("organisation_import", args=["units"]), {"text": text, "apply": "1"})
    assert {(row, column) for row, column, _ in page.context["plan"].errors} == {(2, "parent"), (3, "parent")}
    assert not Unit.objects.filter(code="a").exists()


def test_members_are_imported_with_semicolons_and_bad_rows_are_named(cast: Cast, logged_in: LogIn) -> None:
    client, url = logged_in(cast.els), reverse("organisation_import", args=["memberships"])
    bad = client.post(url, {"text": MEMBERS + "geen-adres;X;desk;baas;gisteren;9999-12-31\n"})
    assert {column for _row, column, _ in bad.context["plan"].errors} == {"email", "role", "starts_on", "ends_on"}
    good = MEMBERS + "Nieuw@nabij.example;Nina Nieuw;regional-west;regional_worker;2026-01-01;2026-12-31\n"
    client.post(url, {"text": good, "apply": "1"})
    member = Membership.objects.get(user__email="nieuw@nabij.example")
    assert (member.user.name, member.team.code, member.ends_on) == (
        "Nina Nieuw",
        "regional-west",
        dt.date(2026, 12, 31),
    )


def test_lists_cost_the_same_with_one_and_thirty_rows(
    cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = logged_in(cast.els)
    for count in range(30):
        Unit.objects.create(code=f"u{count}", name=f"Eenheid {count}", branch=cast.units["90bat"].branch)
    with django_assert_max_num_queries(12):
        client.get(reverse("organisation_sheet", args=["units"]))


@pytest.mark.parametrize("code", ["desk", "after-hours"])
def test_a_team_that_answers_a_line_keeps_its_code_and_kind(cast: Cast, logged_in: LogIn, code: str) -> None:
    team = Team.objects.get(code=code)
    browser, page = logged_in(cast.els), reverse("organisation_change", args=["teams", team.pk])
    assert "every request comes in at this team" in unescape(browser.get(page, headers=ENGLISH).content.decode())
    browser.post(page, {"code": "other", "kind": "regional", "name_nl": "Anders"})
    kept = Team.objects.get(pk=team.pk)
    assert (kept.code, kept.kind, kept.name_nl) == (code, team.kind, "Anders")


@pytest.mark.parametrize("number", ["0001-01-01", "1234", "088", "+31 6", "0012", "06 99"])
def test_a_number_that_nobody_can_dial_is_refused(cast: Cast, logged_in: LogIn, number: str) -> None:
    for slug in ("helplines", "lines"):
        row = SHEETS[slug].rows(timezone.now()).first()
        page = reverse("organisation_change", args=[slug, row.pk])
        answer = logged_in(cast.els).post(page, {"number": number}, headers=ENGLISH)
        assert answer.status_code == 200
        assert any(
            words in unescape(answer.content.decode())
            for words in ("Nobody can dial this number.", "Enter a phone number, for")
        )


@pytest.mark.parametrize(
    "number", ["112", "113", "0800-0113", "0800 2000", "0900-8844", "088 000 00 10", "+49 30 123456", "020 123 45 67"]
)
def test_a_number_that_can_be_dialled_is_kept_as_written(number: str) -> None:
    assert clean_number(number) == number


@pytest.mark.parametrize(
    ("rows", "row"),
    [(["land,Land,army,,,", "x" * 131_073 + ",X,army,,,"], 3), (['"' + "y" * 140_000], 2)],
)
def test_a_table_that_cannot_be_read_is_said_with_its_row(
    cast: Cast, logged_in: LogIn, rows: list[str], row: int
) -> None:
    text = "\n".join(["code,name,branch,parent,location,region", *rows])
    answer = logged_in(cast.els).post(reverse("organisation_import", args=["units"]), {"text": text}, headers=ENGLISH)
    assert answer.status_code == 200
    assert "This row cannot be read" in answer.content.decode()
    [error] = look_through("units", text, by=cast.actor("els")).errors
    assert error[0] == row
    assert look_through("units", "z" * 140_000, by=cast.actor("els")).errors[0][0] == 1


def test_the_roster_says_who_is_in_the_team_no_longer(cast: Cast, logged_in: LogIn) -> None:
    Membership.objects.filter(user=cast.samira).update(ends_on=cast.at.date() - dt.timedelta(days=1))
    with time_machine.travel(cast.at, tick=False):
        page = logged_in(cast.els).get(reverse("organisation_sheet", args=["shifts"]), {"q": "Samira"}).content.decode()
    coming = Shift.objects.filter(user=cast.samira, ends_at__gt=cast.at).count()
    assert page.count("Samira El Amrani (niet meer in dit team)</td>") == coming > 0
    assert page.count("Samira El Amrani</td>") == Shift.objects.filter(user=cast.samira, ends_at__lte=cast.at).count()
