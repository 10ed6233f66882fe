"""How the machinery is doing, in codes for a monitor and in words for the desk."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import holding
from accounts.enums import Audience
from accounts.models import Notice
from accounts.notices import KINDS
from desk import condition, sweeps
from desk.condition import Condition
from tests.factories.cast import Cast

WELL = Condition(dt.timedelta(seconds=15), None, 0, ())


def changed(**fields: Any) -> Condition:
    return Condition(**({name: getattr(WELL, name) for name in WELL.__dataclass_fields__} | fields))


@pytest.mark.parametrize(
    ("now", "problems"),
    [
        (WELL, []),
        (changed(last_run=dt.timedelta(seconds=120)), []),
        (changed(last_run=dt.timedelta(seconds=121)), ["tick"]),
        (changed(last_run=None), ["tick"]),
        (changed(oldest_undelivered=dt.timedelta(minutes=5)), []),
        (changed(oldest_undelivered=dt.timedelta(minutes=5, seconds=1)), ["delivery"]),
        (changed(dead_notices=1), ["dead_notices"]),
        (changed(last_run=None, dead_notices=2, failing=("alerts",)), ["tick", "dead_notices", "alerts"]),
    ],
)
def test_problems_have_codes(now: Condition, problems: list[str]) -> None:
    assert now.problems == problems
    assert bool(now.sentences) == bool(problems)


def test_one_query(db: None, at: dt.datetime, django_assert_num_queries: Callable[[int], Any]) -> None:
    sweeps.beat("worker", at - dt.timedelta(seconds=3))
    sweeps.beat("fail:alerts", at)
    sweeps.beat("fail:snapshot", at - dt.timedelta(minutes=6))
    for number, fields in enumerate(({}, {"finished_at": at, "dead_at": at})):
        Notice.objects.create(
            kind="x",
            channel="email",
            dedupe_key=str(number),
            created_at=at - dt.timedelta(hours=1),
            available_at=at,
            **fields,
        )
    with django_assert_num_queries(1):
        now = condition.read(at)
    assert now == Condition(dt.timedelta(seconds=3), dt.timedelta(hours=1), 1, ("alerts",))


def test_what_a_person_has_to_bring_first_is_no_mail_that_does_not_get_out(db: None, at: dt.datetime) -> None:
    subject, source = uuid.uuid4(), uuid.uuid4()
    kind = next(kind for kind in KINDS.values() if kind.audience == Audience.CLIENTS)
    Notice.objects.create(
        kind=kind.code, channel="email", dedupe_key="1", subject_id=subject, created_at=at, available_at=at
    )
    holding.hold([subject], source=source, at=at)
    late = at + dt.timedelta(hours=3)
    assert condition.read(late).oldest_undelivered is None
    holding.let_go(source=source, at=at + dt.timedelta(hours=1))
    assert condition.read(late).oldest_undelivered == dt.timedelta(hours=2)


@pytest.fixture
def clock(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("page", ["/loket/", "/wacht/"])
def test_the_desk_sees_a_red_line(cast: Cast, logged_in: Callable[..., Client], page: str) -> None:
    sweeps.beat("tick", cast.at)
    assert "banner-danger" not in logged_in(cast.samira).get(page).content.decode()
    Notice.objects.create(
        kind="x",
        channel="email",
        dedupe_key="1",
        created_at=cast.at,
        available_at=cast.at,
        finished_at=cast.at,
        dead_at=cast.at,
    )
    text = logged_in(cast.samira).get(page, headers={"accept-language": "nl"}).content.decode()
    assert "banner-danger" in text
    assert "1 e-mail van de afgelopen week is niet aangekomen" in text
