"""Access while a colleague is away: rows that begin and end by the clock, chains, blocks, and planning anew."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import Clash
from accounts.enums import Role
from accounts.models import Absence, AuditEvent, Membership, Notice, Substitution
from accounts.people import NotYours
from cases import deputies, messages, workspace
from cases.closing import close
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState
from cases.models import Case, CaseAccess
from cases.permissions import grant, permissions_on
from cases.who_sees import seers
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.walk import counted

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def with_bram(cast: Cast, name: str = "bram", **more: object) -> Case:
    """A case that a worker accepted."""
    case = make_case(cast, state=CaseState.ACCEPTED, owner=name, **more)
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.users[name].pk, at=cast.at, source="test")
    return case


def enter(cast: Cast, name: str, first: int, last: int, deputy: str = "", by: str = "els") -> Absence:
    """Days counted from the cast's day."""
    today = cast.at.date()
    return deputies.enter(
        cast.users[name], first_day=today + first * DAY, last_day=today + last * DAY,
        deputy=cast.users[deputy] if deputy else None, by=cast.actor(by), at=cast.at,
    )  # fmt: skip


def may(cast: Cast, case: Case, name: str, at: dt.datetime) -> bool:
    return "case.work" in permissions_on(case.pk, cast.actor(name, at), at)


def local(cast: Cast, days: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(cast.at.date() + days * DAY, dt.time(hour, minute), AMSTERDAM)


def test_the_deputy_gets_in_for_whole_local_days(cast: Cast) -> None:
    case = with_bram(cast)
    enter(cast, "bram", 2, 2, "ilse")
    moments = [local(cast, 1, 23, 59), local(cast, 2), local(cast, 2, 23, 59), local(cast, 3)]
    assert [may(cast, case, "ilse", at) for at in moments] == [False, True, True, False]
    assert all(may(cast, case, "bram", at) for at in moments)


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clock_changes_counts_whole(cast: Cast, day: dt.date, hours: int) -> None:
    case = with_bram(cast)
    deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.ilse, by=cast.actor("bram"), at=cast.at)
    row = CaseAccess.objects.get(case=case, reason=AccessReason.DEPUTY)
    assert row.ends_at - row.starts_at == dt.timedelta(hours=hours)
    assert row.starts_at.astimezone(AMSTERDAM).hour == 0


def test_the_chain_is_followed_per_day(cast: Cast) -> None:
    case = with_bram(cast)
    enter(cast, "bram", 0, 9, "ilse")
    enter(cast, "ilse", 3, 4, "karin")
    who = [
        [name for name in ("ilse", "karin") if may(cast, case, name, local(cast, day, 12))] for day in (0, 2, 3, 4, 5)
    ]
    assert who == [["ilse"], ["ilse"], ["karin"], ["karin"], ["ilse"]]


def test_a_loop_is_refused_with_names(cast: Cast) -> None:
    enter(cast, "bram", 0, 9, "ilse")
    with pytest.raises(Clash, match="Bram de Wit → Ilse Çelik → Bram de Wit|Ilse Çelik → Bram de Wit → Ilse Çelik"):
        enter(cast, "ilse", 3, 4, "bram")
    assert Absence.objects.count() == 1


def test_a_blocked_deputy_is_passed_by_and_it_is_said(cast: Cast) -> None:
    case, other = with_bram(cast), with_bram(cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.ilse.pk, at=cast.at)
    enter(cast, "bram", 0, 5, "ilse")
    assert not may(cast, case, "ilse", cast.at)
    assert may(cast, other, "ilse", cast.at)
    assert deputies.replan(cast.at).left == frozenset({case.pk})
    enter(cast, "ilse", 0, 5, "karin")
    assert may(cast, case, "karin", cast.at)
    assert deputies.replan(cast.at).left == frozenset()


def test_what_a_worker_asks_as_a_client_is_nobodys_to_stand_in_for(cast: Cast) -> None:
    own = make_case(cast, client="bram")
    enter(cast, "bram", 0, 5, "ilse")
    assert not CaseAccess.objects.filter(case=own, reason=AccessReason.DEPUTY).exists()
    assert CaseAccess.objects.filter(case=own, scope=AccessScope.CLIENT, user=cast.bram).exists()


def test_a_case_that_comes_during_the_absence_is_planned_by_the_sweep(cast: Cast) -> None:
    enter(cast, "bram", 0, 5, "ilse")
    case = with_bram(cast)
    later = cast.at + dt.timedelta(hours=1)
    assert deputies.replan(later).begun == 1
    assert may(cast, case, "ilse", later)
    assert (deputies.replan(later).begun, deputies.replan(later + DAY).ended) == (0, 0)


def test_back_earlier_ends_it_at_once(cast: Cast) -> None:
    case = with_bram(cast)
    row = enter(cast, "bram", 0, 5, "ilse")
    deputies.remove(row, by=cast.actor("bram"), at=cast.at + dt.timedelta(hours=1))
    assert not may(cast, case, "ilse", cast.at + dt.timedelta(hours=1))
    assert CaseAccess.objects.filter(case=case, reason=AccessReason.DEPUTY).count() == 1
    deputies.remove(row, by=cast.actor("bram"), at=cast.at + dt.timedelta(hours=2))


def test_another_deputy_takes_the_place_of_the_first(cast: Cast) -> None:
    case = with_bram(cast)
    row = enter(cast, "bram", 0, 5, "ilse")
    later = cast.at + dt.timedelta(hours=1)
    deputies.change(
        row, first_day=row.first_day, last_day=row.last_day, deputy=cast.karin, by=cast.actor("els"), at=later
    )
    assert (may(cast, case, "ilse", later), may(cast, case, "karin", later)) == (False, True)


def test_closing_ends_it(cast: Cast) -> None:
    case = with_bram(cast)
    enter(cast, "bram", 0, 5, "ilse")
    close(case, outcome=CaseOutcome.STOPPED, by=cast.actor("bram"), at=cast.at + dt.timedelta(hours=1))
    assert not may(cast, case, "ilse", cast.at + dt.timedelta(hours=1))


def test_days_that_do_not_fit_are_refused(cast: Cast) -> None:
    enter(cast, "bram", 0, 5, "ilse")
    for first, last in ((5, 6), (-3, 0), (2, 2)):
        with pytest.raises(Clash, match="al afwezig"):
            enter(cast, "bram", first, last)
    for first, last in ((8, 7), (-5, -1), (10, 900)):
        with pytest.raises(Clash):
            enter(cast, "bram", first, last)
    assert enter(cast, "bram", 6, 6).pk


def test_only_oneself_or_who_handles_them(cast: Cast) -> None:
    assert enter(cast, "bram", 0, 0, by="bram").pk
    for stranger in ("ilse", "samira", "vera", "tom"):
        with pytest.raises(NotYours):
            enter(cast, "bram", 3, 3, by=stranger)
    assert AuditEvent.objects.filter(action="absence.entered").count() == 1


def test_a_coordinator_of_another_team_handles_only_their_own_people(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.karin, team=cast.teams["regional-noord"], role=Role.COORDINATOR, starts_on=cast.at.date()
    )
    with pytest.raises(NotYours):
        enter(cast, "bram", 3, 3, by="karin")
    assert enter(cast, "karin", 3, 3, by="karin").pk


def test_the_deputy_is_told_and_gets_the_clients_messages(cast: Cast) -> None:
    case = with_bram(cast, client="tom")
    enter(cast, "bram", 0, 5, "ilse")
    told = Notice.objects.get(user=cast.ilse, kind="case.stands_in", channel="inbox")
    assert told.params["name"] == "Bram de Wit"
    messages.send(case, submission_id=case.pk, body="Hallo", by=cast.actor("tom"), at=cast.at)
    got = Notice.objects.filter(kind="case.message", channel="inbox").values_list("user", flat=True)
    assert set(got) == {cast.bram.pk, cast.ilse.pk}


def test_without_a_deputy_who_is_on_duty_gets_them(cast: Cast) -> None:
    case = with_bram(cast, client="tom")
    enter(cast, "bram", 0, 5)
    assert deputies.helpers_of(case, cast.at) == []
    messages.send(case, submission_id=case.pk, body="Hallo", by=cast.actor("tom"), at=cast.at)
    got = set(Notice.objects.filter(kind="case.message", channel="inbox").values_list("user", flat=True))
    assert got == {cast.samira.pk, cast.joost.pk}


def test_a_deputy_without_an_account_is_passed_by(cast: Cast) -> None:
    case = with_bram(cast)
    enter(cast, "bram", 0, 5, "ilse")
    cast.ilse.is_active = False
    cast.ilse.save()
    deputies.replan(cast.at + dt.timedelta(hours=1))
    assert Substitution.objects.get(user=cast.bram).deputy is None
    assert not CaseAccess.objects.live(cast.at + dt.timedelta(hours=1)).filter(case=case, user=cast.ilse).exists()


def test_the_client_and_colleagues_read_who_stands_in_and_until_when(cast: Cast) -> None:
    case = with_bram(cast)
    enter(cast, "bram", 0, 5, "ilse")
    seen = {seer.name: seer for seer in seers(case, cast.at, for_client=True)}
    assert seen["Ilse Çelik"].because == "vervangt je hulpverlener zolang die weg is"
    assert seen["Ilse Çelik"].until == local(cast, 6)


def test_the_deputys_own_list_shows_the_case(cast: Cast) -> None:
    case = with_bram(cast)
    enter(cast, "bram", 0, 0, "ilse")
    assert [row.pk for row in workspace.work_of(cast.actor("ilse"), cast.at)] == [case.pk]
    tomorrow = cast.at + DAY
    assert list(workspace.work_of(cast.actor("ilse", tomorrow), tomorrow)) == []


def test_the_deputy_reads_on_each_page_until_when(cast: Cast, logged_in: Callable[..., Client]) -> None:
    """On the board, on the list for each case, and on the case; the day after all of it is gone."""
    case = with_bram(cast, client="tom", primary_contact=cast.bram)
    enter(cast, "bram", 0, 3, "ilse")
    page = f"/zaken/{case.reference}/"
    words = "Je neemt waar voor <strong>Bram de Wit</strong> tot en met vrijdag 13 maart"
    with time_machine.travel(cast.at, tick=False):
        ilse, tom = logged_in(cast.ilse), logged_in(cast.tom)
        assert all(words in ilse.get(where).content.decode() for where in ("/overnemen/", "/zaken/", page))
        assert "voor Bram de Wit, tot en met" in ilse.get("/zaken/").content.decode()
        assert "Ilse Çelik neemt waar" in tom.get(f"/mijn/{case.reference}/").content.decode()
        assert "Je neemt waar" not in logged_in(cast.bram).get(page).content.decode()
    row = cast.bram.absences.get()
    change = {"first_day": row.first_day, "deputy": cast.ilse, "by": cast.actor("bram"), "at": cast.at + HOUR}
    deputies.change(row, last_day=row.last_day + 2 * DAY, **change)
    with time_machine.travel(cast.at + HOUR, tick=False):
        assert "tot en met zondag 15 maart" in logged_in(cast.ilse).get(page).content.decode()
    deputies.change(row, last_day=row.first_day, **change)
    for moment, status in ((local(cast, 0, 23, 59), 200), (local(cast, 1), 404)):
        with time_machine.travel(moment, tick=False):
            ilse = logged_in(cast.ilse)
            assert (ilse.get(page).status_code, "Bram" in ilse.get("/zaken/").content.decode()) == (
                status, status == 200,
            )  # fmt: skip


def test_who_will_stand_in_reads_it_beforehand(cast: Cast, logged_in: Callable[..., Client]) -> None:
    enter(cast, "bram", 2, 3, "ilse")
    with time_machine.travel(cast.at, tick=False):
        html = logged_in(cast.ilse).get("/zaken/").content.decode()
    assert "Van donderdag 12 maart tot en met vrijdag 13 maart neem je waar voor <strong>Bram de Wit</strong>." in html


@pytest.mark.parametrize("tail", ["", "verslagen/", "gesprekken/", "berichten/", "betrokkenen/", "afsluiten/"])
def test_the_pages_cost_the_deputy_no_more_than_twelve(cast: Cast, logged_in: Callable[..., Client], tail: str) -> None:
    case = with_bram(cast, client="tom", primary_contact=cast.bram)
    enter(cast, "bram", 0, 3, "ilse")
    with time_machine.travel(cast.at, tick=False):
        ilse = logged_in(cast.ilse)
        ilse.get(f"/zaken/{case.reference}/{tail}")
        with CaptureQueriesContext(connection) as seen:
            assert ilse.get(f"/zaken/{case.reference}/{tail}").status_code == 200
    assert len(counted(seen)) <= 12


def test_planning_costs_the_same_for_1_and_for_30_cases(cast: Cast) -> None:
    counts = []
    for number in (1, 30):
        for _case in range(number):
            with_bram(cast)
        Absence.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            enter(cast, "bram", 0, 5, "ilse")
        counts.append(len(seen))
        assert CaseAccess.objects.filter(reason=AccessReason.DEPUTY, user=cast.ilse, ends_at__gt=cast.at).count()
    assert counts[1] <= counts[0] + 2
