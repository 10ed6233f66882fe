"""How each way of calling somebody went stands on the timeline of the request, in order and in words."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import delivery, gateway
from accounts.models import User
from cases import timeline
from cases.enums import CaseState, EntryKind, Urgency
from cases.models import Case, TimelineEntry
from desk import calls, paging
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.gateway import Gateway

LogIn = Callable[..., Client]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def server(settings: Any) -> Iterator[Gateway]:
    found = Gateway().start()
    settings.SMS = gateway.Gateway(f"{found.url}/send", "POST", {}, {"to": "{number}", "text": "{text}"})
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    yield found
    found.stop()


@pytest.fixture
def case(cast: Cast, server: Gateway) -> Case:
    found = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None)
    paging.raise_alert(found, by=paging.BY, at=cast.at)
    return found


def sent(case: Case) -> list[tuple[str, str]]:
    rows = TimelineEntry.objects.filter(case=case, kind=EntryKind.ALERT_SENT).order_by("at", "pk")
    return sorted((row.facts["by_way"], row.facts["how"]) for row in rows)


def test_a_way_that_fails_first_and_works_later(case: Case, cast: Cast, server: Gateway) -> None:
    server.status = 503
    delivery.deliver_due(cast.at)
    assert sent(case) == [("email", ""), ("sms", "failed")]
    delivery.deliver_due(cast.at + MINUTE)  # a second failure says nothing new
    assert sent(case) == [("email", ""), ("sms", "failed")]
    server.status = 200
    delivery.deliver_due(cast.at + 3 * MINUTE)
    assert sent(case) == [("email", ""), ("sms", ""), ("sms", "failed")]


def test_a_way_that_is_given_up_and_one_that_is_not_there(case: Case, cast: Cast, server: Gateway) -> None:
    server.status = 503
    delivery.deliver_due(cast.at + delivery.GIVE_UP_AFTER)
    assert ("sms", "never") in sent(case)
    User.objects.filter(pk=cast.joost.pk).update(reachable_number="")
    paging.step_due(cast.at + 5 * MINUTE)
    delivery.deliver_due(cast.at + 5 * MINUTE)
    assert sent(case).count(("sms", "never")) == 2


def test_what_was_left_out_because_someone_is_on_it_says_nothing(case: Case, cast: Cast, server: Gateway) -> None:
    calls.pick_up(case, by=cast.actor("joost"), at=cast.at)
    delivery.deliver_due(cast.at + MINUTE)
    assert (sent(case), server.asked) == ([], [])


def test_the_whole_chain_in_words(case: Case, cast: Cast, logged_in: LogIn) -> None:
    delivery.deliver_due(cast.at)
    for _double in range(10):  # at one moment what was sent comes after the call, whatever the ids
        timeline.add(case, EntryKind.ALERT_SKIPPED, by=paging.BY, at=cast.at, facts={"rung": "duty_2"})
    calls.pick_up(case, by=cast.actor("joost"), at=cast.at + MINUTE)
    lines = [line.text for line in timeline.of_calls(case)]
    assert lines[0] == "Oproep opgepakt"
    assert sorted(lines[1:3]) == [f"Oproep aan Samira El Amrani ({way}): verstuurd" for way in ("e-mail", "sms")]
    assert lines[3] == "Opgeroepen: Samira El Amrani"
    with time_machine.travel(cast.at + 2 * MINUTE, tick=False):
        page = logged_in(cast.joost).get(f"/wacht/{case.reference}/verloop/").content.decode()
        assert "Oproep aan Samira El Amrani (sms): verstuurd" in page
        assert "Joost" in page
        assert logged_in(cast.bram).get(f"/wacht/{case.reference}/verloop/").status_code == 404
