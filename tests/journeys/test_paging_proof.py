"""Alerts in real processes: an hour at rest and back, each part alone, many at once. Nothing lost, nothing twice."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.gateway import Gateway
from tests.journeys.site import PARTS, Site, running
from tests.mailbox import eventually

ALERTS = 6
RAISE = """
from django.db import transaction
from django.utils import timezone
from cases.enums import CaseState, Urgency
from desk import paging
from tests.factories.cases import make_case
from tests.journeys import scene
here, now = scene.cast(), timezone.now()
urgent = [Urgency.URGENT, Urgency.EMERGENCY] * ({count} // 2)
for one in urgent:
    with transaction.atomic():
        case = make_case(here, at=now, urgency=one, state=CaseState.SUBMITTED, owner=None)
        {do}
"""
STEPS = """
    SELECT a.id::text, s.number, coalesce(s.user_id, 0), s.rung FROM cases_alertstep s
    JOIN cases_alert a ON a.id = s.alert_id
"""
WAITING = "SELECT count(*) FROM accounts_notice WHERE finished_at IS NULL"
SENT = "SELECT count(*) FROM accounts_notice WHERE kind = 'case.alert' AND channel = 'sms' AND sent_at IS NOT NULL"
IN_ORDER = """
    SELECT a.urgency FROM cases_alert a JOIN accounts_notice n ON n.subject_id = a.case_id AND n.channel = 'inbox'
    WHERE n.kind = 'case.alert' GROUP BY a.id, a.urgency ORDER BY min(n.created_at), a.urgency
"""


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    found = Gateway().start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory, gateway: Gateway) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("proof"), demo=False, NABIJ_SMS_URL=f"{gateway.url}/send") as site:
        site.python("from tests.journeys import scene; scene.people()")
        yield site


@pytest.fixture
def site(one_site: Site, gateway: Gateway) -> Site:
    """Everything runs, nobody waits, nothing is to be sent."""
    one_site.servers.start()
    for part in PARTS:
        one_site.part(part)
    one_site.sql("UPDATE cases_case SET first_contact_at = now()")
    one_site.sql("TRUNCATE cases_alertstep, cases_alert, accounts_notice")
    one_site.wait_open()
    gateway.asked.clear()
    return one_site


def raised(site: Site, *, now: bool = True) -> None:
    """So many cases that press, half of them emergencies, alerted at once or left for the sweep to find."""
    do = "paging.raise_alert(case, by=paging.BY, at=now)" if now else "pass"
    site.python(RAISE.format(count=ALERTS, do=do))


def rest(site: Site, *parts: str) -> None:
    for part in parts:
        site.parts[part].stop()


def texts(gateway: Gateway) -> Counter[str]:
    """How often each message was asked for; its id is the same for each try."""
    return Counter(json.loads(asked.body)["reference"] for asked in gateway.asked)


def count(site: Site, gateway: Gateway, record_property: Callable[[str, object], None], expected: int) -> None:
    """Nothing lost, nothing twice; kept for the summary."""
    found, steps = texts(gateway), Counter(site.sql(STEPS))
    alerts = site.count("SELECT count(*) FROM cases_alert")
    acknowledged = site.count("SELECT count(*) FROM cases_alert WHERE acknowledged_at IS NOT NULL")
    told = site.count("SELECT count(DISTINCT alert_id) FROM cases_alertstep WHERE user_id IS NOT NULL")
    twice = sum(found.values()) - len(found) + sum(steps.values()) - len(steps)
    record_property("alerts raised", alerts)
    record_property("alerts delivered", told)
    record_property("alerts acknowledged", acknowledged)
    record_property("alerts lost", ALERTS - told)
    record_property("alerts duplicated", twice)
    assert (alerts, told, twice, len(found)) == (ALERTS, ALERTS, 0, expected)


def test_an_hour_at_rest_and_back(site: Site, gateway: Gateway, record_property: Callable[[str, object], None]) -> None:
    """Everything that was due is done within a minute, once, and the coordinator is called at the level of now."""
    raised(site)
    assert eventually(lambda: site.count(SENT) == ALERTS)
    rest(site, "ticker", "scheduler", "worker")
    site.python("from tests.journeys import scene; scene.an_hour_passes()")
    began = time.monotonic()
    for part in ("ticker", "scheduler", "worker"):
        site.part(part)
    assert eventually(lambda: site.count(SENT) == 2 * ALERTS and site.count(WAITING) == 0, 60)
    assert time.monotonic() - began < 60
    levels = {(number, rung) for _alert, number, _user, rung in site.sql(STEPS)}
    assert {rung for _number, rung in levels} == {"duty_1", "coordinator"}
    count(site, gateway, record_property, 2 * ALERTS)


@pytest.mark.parametrize("alone", ["ticker", "scheduler"])
def test_each_of_them_alone_is_enough(
    site: Site, gateway: Gateway, record_property: Callable[[str, object], None], alone: str
) -> None:
    """Forgotten cases are found, alerted, and told, the emergencies first. The scheduler needs its worker."""
    rest(site, *({"ticker", "scheduler", "worker"} - {alone} - ({"worker"} if alone == "scheduler" else set())))
    raised(site, now=False)
    assert eventually(lambda: site.count(SENT) == ALERTS and site.count(WAITING) == 0, 60)
    assert [urgency for (urgency,) in site.sql(IN_ORDER)] == ["emergency"] * 3 + ["urgent"] * 3
    count(site, gateway, record_property, ALERTS)


def test_two_workers_and_two_tickers_at_once(
    site: Site, gateway: Gateway, record_property: Callable[[str, object], None]
) -> None:
    """Beside the one that runs: each case has one alert and each person is called once about it."""
    raised(site, now=False)
    sweep = "from desk import tasks; tasks.sweep()"
    both = [threading.Thread(target=site.manage, args=("tick",)) for _ in range(2)]
    both += [threading.Thread(target=site.python, args=(sweep,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert eventually(lambda: site.count(SENT) == ALERTS and site.count(WAITING) == 0, 60)
    count(site, gateway, record_property, ALERTS)
