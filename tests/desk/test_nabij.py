"""Words for dates, terms and numbers in templates."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.utils import translation

from desk.templatetags import nabij

MOMENT = dt.datetime(2026, 11, 26, 10, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "Thursday 26 November, 10:30", "Thu 26 Nov, 10:30"),
        ("nl", "donderdag 26 november, 10:30", "do 26 nov, 10:30"),
    ],
)
def test_moments_in_both_languages(language: str, long: str, short: str) -> None:
    with translation.override(language):
        assert nabij.long_moment(MOMENT) == long
        assert nabij.short_moment(MOMENT) == short


def test_moments_are_shown_on_the_clock_of_the_desk() -> None:
    assert nabij.clock(MOMENT.astimezone(dt.UTC)) == "10:30"
    assert nabij.machine_time(MOMENT.astimezone(dt.UTC)) == "2026-11-26T10:30:00+01:00"


@pytest.mark.parametrize(("end", "last"), [("27T00:00", 26), ("27T00:01", 27), ("26T17:00", 26)])
def test_the_last_day_is_on_the_clock_of_the_desk(end: str, last: int) -> None:
    moment = dt.datetime.fromisoformat(f"2026-11-{end}").replace(tzinfo=MOMENT.tzinfo)
    assert nabij.last_day(moment.astimezone(dt.UTC)) == dt.date(2026, 11, last)


@pytest.mark.parametrize("nothing", [None, "", "yesterday", 5])
def test_what_is_no_date_shows_nothing(nothing: object) -> None:
    assert nabij.long_date(nothing) == ""
    assert nabij.machine_time(nothing) == ""


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.2, "12 minutes left"),
        (1, "1 hour left"),
        (2 + 40 / 60, "2 h 40 left"),
        (18.5, "18 hours left"),
        (49, "2 days left"),
        (-0.5, "30 minutes late"),
        (-72, "3 days late"),
    ],
)
def test_terms_in_words(hours: float, words: str) -> None:
    assert nabij.due_text(MOMENT + dt.timedelta(hours=hours), MOMENT) == words


def test_a_term_shows_how_much_of_it_has_passed() -> None:
    hour = dt.timedelta(hours=1)
    line = nabij.term(MOMENT + hour, MOMENT, MOMENT - 3 * hour)
    assert (line["bar"], line["late"]) == (75, False)
    late = nabij.term(MOMENT - hour, MOMENT, MOMENT - 3 * hour)
    assert (late["bar"], late["late"], late["text"]) == (100, True, "1 hour late")
    assert nabij.term(None, MOMENT) == {}


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ilse Terpstra", "IT"), ("Ilse van der Berg", "IB"), ("Çelik", "Ç"), ("", ""), (None, ""), ("  ", "")],
)
def test_initials(name: object, letters: str) -> None:
    assert nabij.initials(name) == letters


def test_a_number_is_dialled_as_machines_do() -> None:
    assert 'href="tel:0880000010">088 000 00 10</a>' in nabij.phone_link("088 000 00 10")
    assert 'href="tel:+31880000010">' in nabij.phone_link("088 000 00 10", "+31880000010")
    assert "<b>" not in nabij.phone_link("<b>")


def test_page_numbers_leave_gaps() -> None:
    page = Paginator(range(230), 25).get_page(5)
    assert nabij.page_numbers(page) == [1, None, 4, 5, 6, None, 10]
