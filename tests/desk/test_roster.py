"""The roster as a page: the week, what is missing and who hears of it, swaps and take-overs, patterns, hours."""

import datetime as dt
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.cover import NO_NUMBER, NOBODY, SINGLE
from accounts.duty import load_calendar
from accounts.models import Absence, AuditEvent, Closure, Notice, OpeningHours, Shift, ShiftPattern, ShiftSwap
from accounts.shifts import trouble
from desk import roster, snapshot
from tests.factories.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.fixture(autouse=True)
def _now(cast: Cast) -> Iterator[None]:
    snapshot.write(cast.at)
    with time_machine.travel(cast.at, tick=False):
        yield


def page(browser: Client, name: str = "roster", *args: Any, **query: str) -> str:
    answer = browser.get(reverse(name, args=args), query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def kinds(at: dt.datetime) -> list[tuple[str, dt.datetime, dt.datetime]]:
    return [(gap.kind, gap.starts_at, gap.ends_at) for gap in trouble(at, load_calendar()) if gap.kind != SINGLE]


def whole_roster(cast: Cast) -> None:
    """The cast's roster ends after a week; here nothing is missing for two."""
    last = Shift.objects.latest("ends_at").ends_at
    for position, name in ((1, "nadia"), (2, "otto")):
        Shift.objects.create(
            team=cast.teams["after-hours"], user=cast.users[name], position=position, starts_at=last,
            ends_at=last + 20 * DAY,
        )  # fmt: skip
    for offset in range(20):
        day = last.astimezone(AMSTERDAM).date() + offset * DAY
        for position, name in ((1, "samira"), (2, "joost")):
            if day.isoweekday() <= 5:
                Shift.objects.create(
                    team=cast.teams["desk"], user=cast.users[name], position=position,
                    starts_at=local(f"{day}T08:00"), ends_at=local(f"{day}T17:00"),
                )  # fmt: skip


def test_a_whole_roster_has_nothing_missing(cast: Cast) -> None:
    whole_roster(cast)
    assert trouble(cast.at, load_calendar()) == []


def test_what_makes_a_hole(cast: Cast) -> None:
    whole_roster(cast)
    night = (local("2026-03-12T17:00"), local("2026-03-13T08:00"))
    Shift.objects.get(user=cast.nadia, starts_at=night[0]).delete()
    assert kinds(cast.at) == []  # Otto is there alone: a single point, no hole
    assert [gap.kind for gap in trouble(cast.at, load_calendar())] == [SINGLE]
    cast.otto.reachable_number = ""
    cast.otto.save()
    assert (NO_NUMBER, *night) in kinds(cast.at)
    cast.otto.is_active = False
    cast.otto.save()
    assert (NOBODY, *night) in kinds(cast.at)


def test_absence_and_an_ended_role_are_holes_from_midnight(cast: Cast) -> None:
    whole_roster(cast)
    Absence.objects.create(
        user=cast.nadia, first_day=dt.date(2026, 3, 13), last_day=dt.date(2026, 3, 13), entered_at=cast.at
    )
    cast.otto.memberships.update(ends_on=dt.date(2026, 3, 12))
    assert kinds(cast.at)[0] == (NOBODY, local("2026-03-13T00:00"), local("2026-03-13T08:00"))


def test_a_hole_is_told_once_a_day_and_survives_late_and_double_runs(cast: Cast) -> None:
    whole_roster(cast)
    Shift.objects.filter(team__code="after-hours", starts_at=local("2026-03-12T17:00")).delete()
    told = Notice.objects.filter(kind="roster.hole")
    for at in (cast.at, cast.at, cast.at + dt.timedelta(hours=6)):
        assert roster.tell_gaps(at) == 1
    assert [(row.user, row.channel, row.params["when"]) for row in told.order_by("channel")] == [
        (cast.els, "email", "12-03-2026 17:00"), (cast.els, "inbox", "12-03-2026 17:00"),
    ]  # fmt: skip
    roster.tell_gaps(local("2026-03-11T03:00"))  # not at night, two days before
    assert told.count() == 2
    roster.tell_gaps(local("2026-03-11T09:30"))
    assert told.count() == 4
    roster.tell_gaps(local("2026-03-12T06:00"))  # within twelve hours: at once
    assert told.count() == 6
    assert told.latest("created_at").path == f"{reverse('roster')}?d=2026-03-12"


def test_a_single_line_is_told_once(cast: Cast) -> None:
    whole_roster(cast)
    Shift.objects.get(user=cast.otto, starts_at=local("2026-03-12T17:00")).delete()
    for at in (cast.at, local("2026-03-11T10:00"), local("2026-03-12T18:00")):
        roster.tell_gaps(at)
    assert Notice.objects.filter(kind="roster.single").count() == 2


def test_a_line_that_is_always_single_is_not_told_each_day(cast: Cast) -> None:
    """Looked for from midnight, it begins anew each day; it is the same line."""
    whole_roster(cast)
    Shift.objects.filter(position=2).delete()
    for day in (10, 11, 12, 13):
        roster.tell_gaps(local(f"2026-03-{day}T09:30"))
    assert Notice.objects.filter(kind=roster.ONE_LINE.code, channel="inbox", user=cast.els).count() == 1


def test_the_week_says_who_and_where_it_is_missing(cast: Cast, logged_in: LogIn) -> None:
    whole_roster(cast)
    Shift.objects.filter(team__code="after-hours", starts_at=local("2026-03-12T17:00")).delete()
    text = page(logged_in(cast.samira))
    assert "Roster of week 11" in text
    assert "08:00–17:00</span> <strong>Samira El Amrani</strong>" in text
    assert '<span class="hole">Nobody: 17:00–24:00</span>' in text
    assert '<span class="hole">Nobody: 00:00–08:00</span>' in text
    assert reverse("take_over", args=[Shift.objects.latest("pk").pk]) not in text


@pytest.mark.parametrize(("day", "week"), [("2026-12-31", 53), ("2027-01-03", 53), ("2027-01-04", 1), ("onzin", 11)])
def test_jumping_over_the_year(cast: Cast, logged_in: LogIn, day: str, week: int) -> None:
    assert f"Roster of week {week}" in page(logged_in(cast.els), d=day)


@pytest.mark.parametrize(
    ("who", "status"),
    [("samira", 200), ("els", 200), ("arie", 200), ("nadia", 200), ("bram", 404), ("vera", 404), ("tom", 404)],
)
def test_who_reads_the_roster(cast: Cast, logged_in: LogIn, who: str, status: int) -> None:
    assert logged_in(cast.users[who]).get(reverse("roster")).status_code == status
    assert AuditEvent.objects.filter(action="open:roster", outcome="denied").count() == (status == 404)


def test_a_page_costs_the_same_for_any_roster(cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Any) -> None:
    whole_roster(cast)
    browser = logged_in(cast.els)
    for day in ("2026-03-10", "2031-03-10"):
        with django_assert_max_num_queries(12):
            page(browser, d=day)


def test_the_dashboard_tells_who_keeps_the_roster(cast: Cast, logged_in: LogIn) -> None:
    whole_roster(cast)
    said = "There is 1 hole in the roster of the next 14 days."
    Shift.objects.filter(team__code="after-hours", starts_at=local("2026-03-12T17:00")).delete()
    assert said in page(logged_in(cast.els), "dashboard")
    assert said not in page(logged_in(cast.samira), "dashboard")


def test_a_swap_by_the_pages(cast: Cast, logged_in: LogIn) -> None:
    shift = Shift.objects.get(user=cast.samira, starts_at=local("2026-03-11T08:00"))
    samira, els = logged_in(cast.samira), logged_in(cast.els)
    answers = {"to": cast.els.pk, "starts_at": "2026-03-11T13:00", "ends_at": "2026-03-11T17:00"}
    assert samira.post(reverse("swap", args=[shift.pk]), answers).status_code == 302
    swap = ShiftSwap.objects.get()
    assert "Samira El Amrani asks you to take this shift" in page(els)
    answer = reverse("swap_answer", args=[swap.pk])
    assert (els.get(answer).status_code, logged_in(cast.joost).post(answer, {"answer": "agree"}).status_code) == (
        405,
        404,
    )
    assert els.post(answer, {"answer": "agree"}).status_code == 302
    assert els.post(answer, {"answer": "agree"}).status_code == 302  # twice: said, nothing happens
    shift.refresh_from_db()
    assert shift.ends_at == local("2026-03-11T13:00")
    assert Shift.objects.get(user=cast.els).starts_at == local("2026-03-11T13:00")


def test_a_clash_stands_at_the_field_and_keeps_what_was_typed(cast: Cast, logged_in: LogIn) -> None:
    shift = Shift.objects.get(user=cast.samira, starts_at=local("2026-03-11T08:00"))
    answers = {"to": cast.joost.pk, "starts_at": "2026-03-11T13:00", "ends_at": "2026-03-11T17:00"}
    text = unescape(logged_in(cast.samira).post(reverse("swap", args=[shift.pk]), answers).content.decode())
    assert "Deze persoon heeft op dat moment al een dienst." in text
    assert 'value="2026-03-11T13:00"' in text
    assert ShiftSwap.objects.count() == 0


def test_anothers_shift_is_not_yours_to_swap(cast: Cast, logged_in: LogIn) -> None:
    shift = Shift.objects.filter(user=cast.joost, starts_at__gt=cast.at).earliest("starts_at")
    assert logged_in(cast.samira).get(reverse("swap", args=[shift.pk])).status_code == 404


def test_taking_over_by_the_page(cast: Cast, logged_in: LogIn) -> None:
    running = Shift.objects.get(user=cast.samira, starts_at=local("2026-03-10T08:00"))
    where = reverse("take_over", args=[running.pk])
    assert logged_in(cast.samira).post(where, {"to": cast.els.pk}).status_code == 404
    assert logged_in(cast.els).post(where, {"to": cast.els.pk}).status_code == 302
    assert Shift.objects.get(user=cast.els).starts_at == cast.at
    again = logged_in(cast.els).post(where, {"to": cast.els.pk})  # a second click
    assert (again.status_code, again["Location"]) == (302, reverse("roster"))
    assert Shift.objects.filter(user=cast.els).count() == 1


def test_who_was_asked_about_a_shift_that_is_removed_hears_it(cast: Cast, logged_in: LogIn) -> None:
    shift = Shift.objects.get(user=cast.samira, starts_at=local("2026-03-10T08:00"))
    ShiftSwap.objects.create(
        shift=shift, asked_by=cast.samira, asked_to=cast.els, starts_at=local("2026-03-10T14:00"),
        ends_at=shift.ends_at, asked_at=cast.at, expires_at=local("2026-03-10T14:00"),
    )  # fmt: skip
    where = reverse("organisation_remove", args=["shifts", shift.pk])
    assert logged_in(cast.els).post(where).status_code == 302
    told = Notice.objects.filter(kind="swap.ended", channel="inbox").values_list("user__name", flat=True)
    assert (Shift.objects.filter(pk=shift.pk).exists(), sorted(told)) == (False, [cast.els.name, cast.samira.name])


@pytest.mark.parametrize(("now", "begins"), [("2026-10-25T01:10+00:00", "01:10"), ("2026-10-25T00:10+00:00", "00:10")])
def test_a_swap_in_the_hour_that_comes_twice(cast: Cast, logged_in: LogIn, now: str, begins: str) -> None:
    at = dt.datetime.fromisoformat(now)
    shift = Shift.objects.create(
        team=cast.teams["after-hours"], user=cast.nadia, position=1, starts_at=local("2026-10-24T17:00"),
        ends_at=local("2026-10-25T08:00"),
    )  # fmt: skip
    with time_machine.travel(at, tick=False):
        nadia = logged_in(cast.nadia)
        form = nadia.get(reverse("swap", args=[shift.pk])).context["form"]
        sent = {name: form[name].value().strftime("%Y-%m-%dT%H:%M") for name in ("starts_at", "ends_at")}
        answer = nadia.post(reverse("swap", args=[shift.pk]), sent | {"to": cast.otto.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    assert f"{ShiftSwap.objects.get().starts_at:%H:%M}" == begins


def test_a_pattern_by_the_pages(cast: Cast, logged_in: LogIn) -> None:
    els = logged_in(cast.els)
    answers: dict[str, Any] = {
        "team": cast.teams["desk"].pk, "position": 1, "weekdays": [6], "starts": "10:00", "ends": "14:00",
        "closed_days": "also", "every": 2, "rotation": "shift", "first_day": "2026-04-04", "last_day": "2026-04-30",
        "person_1": cast.samira.pk, "person_2": cast.joost.pk,
    }  # fmt: skip
    bad = els.post(reverse("pattern_add"), answers | {"person_2": cast.nadia.pk, "every": 0, "last_day": "2026-04-01"})
    assert bad.status_code == 200
    assert ShiftPattern.objects.count() == 0
    made = els.post(reverse("pattern_add"), answers)
    pattern = ShiftPattern.objects.get()
    assert made["Location"] == reverse("pattern_make", args=[pattern.pk])
    assert "2 new shifts" in page(els, "pattern_make", pattern.pk)
    assert pattern.shifts.count() == 0
    els.post(reverse("pattern_make", args=[pattern.pk]))
    assert [(row.user, row.starts_at) for row in pattern.shifts.order_by("starts_at")] == [
        (cast.samira, local("2026-04-04T10:00")), (cast.joost, local("2026-04-18T10:00")),
    ]  # fmt: skip
    shift = pattern.shifts.latest("starts_at")
    fields = {
        "team": shift.team_id,
        "user": shift.user_id,
        "position": 1,
        "starts_at": "2026-04-18T11:00",
        "ends_at": "2026-04-18T14:00",
    }
    assert els.post(reverse("organisation_change", args=["shifts", shift.pk]), fields).status_code == 302
    shift.refresh_from_db()
    assert shift.pattern is None  # changed by hand


def test_the_hours_of_a_team_in_words(cast: Cast, logged_in: LogIn) -> None:
    desk = cast.teams["desk"]
    OpeningHours.objects.create(team=desk, channel="visit", weekday=2, opens=dt.time(10), closes=dt.time(12))
    Closure.objects.create(
        day=dt.date(2026, 3, 20),
        name_nl="Verhuizing",
        name_en="Moving",
        team=desk,
        opens=dt.time(8),
        closes=dt.time(12),
    )
    text = page(logged_in(cast.els), "hours_of", "desk")
    for said in (
        "open from 08:00 until 12:00: Moving",
        "Walking in",
        "10:00–12:00",
        "Open now",
        "until Tue 10 Mar, 17:00",
    ):
        assert said in text
    assert "day and night" in page(logged_in(cast.els), "hours_of", "after-hours")
    assert logged_in(cast.els).get(reverse("hours_of", args=["nowhere"])).status_code == 404
    assert logged_in(cast.samira).get(reverse("hours_of", args=["desk"])).status_code == 404


@pytest.mark.parametrize(
    ("slug", "answers", "field"),
    [
        ("hours", {"channel": "phone", "weekday": 1, "opens": "09:00", "closes": "10:00"}, "channel"),
        ("hours", {"channel": "", "weekday": 1, "opens": "10:00", "closes": "09:00"}, "closes"),
        ("closures", {"day": "2026-05-06", "name_nl": "x", "opens": "09:00"}, "closes"),
        ("closures", {"day": "0001-01-01", "name_nl": "x"}, "day"),
        ("closures", {"day": "9999-12-31", "name_nl": "x"}, "day"),
        ("closures", {"day": "2027-02-29", "name_nl": "x"}, "day"),
        ("closures", {"day": "2026-05-06", "name_nl": "x", "opens": "09:00", "closes": "08:00"}, "closes"),
    ],
)
def test_hours_that_cannot_be(cast: Cast, logged_in: LogIn, slug: str, answers: dict[str, Any], field: str) -> None:
    count = (OpeningHours.objects.count(), Closure.objects.count())
    answer = logged_in(cast.els).post(
        reverse("organisation_add", args=[slug]), {"team": cast.teams["desk"].pk} | answers
    )
    assert list(answer.context["form"].errors) == [field]
    assert (OpeningHours.objects.count(), Closure.objects.count()) == count


def test_other_hours_of_a_day_reach_the_public_pages(cast: Cast, logged_in: LogIn) -> None:
    answers = {"day": "2026-03-10", "name_nl": "Verhuizing", "opens": "08:00", "closes": "10:00"}
    assert logged_in(cast.els).post(reverse("organisation_add", args=["closures"]), answers).status_code == 302
    seen = snapshot.read().calendar
    assert (seen.is_open(local("2026-03-10T09:59")), seen.is_open(local("2026-03-10T10:00"))) == (True, False)
    assert seen == load_calendar()


@pytest.mark.parametrize(
    ("who", "place", "start", "end", "field"),
    [
        ("samira", 3, "2026-03-11T07:00", "2026-03-11T18:00", "user"),  # encloses her own
        ("els", 1, "2026-03-11T09:00", "2026-03-11T10:00", "position"),  # inside Samira's place
        ("els", 1, "2026-03-11T17:00", "2026-03-11T18:00", ""),  # adjoins it
    ],
)
def test_an_overlap_is_said_at_the_field(
    cast: Cast, logged_in: LogIn, who: str, place: int, start: str, end: str, field: str
) -> None:
    answers = {"team": cast.teams["desk"].pk, "user": cast.users[who].pk, "position": place, "starts_at": start}
    answer = logged_in(cast.els).post(reverse("organisation_add", args=["shifts"]), answers | {"ends_at": end})
    assert answer.status_code == (200 if field else 302)
    if field:
        assert list(answer.context["form"].errors) == [field]
