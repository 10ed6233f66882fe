"""Real processes, killed and starved while people ask for help: nothing lost, nothing twice, nothing said to fail."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver

from desk.checks import every_pattern
from tests.journeys.site import PARTS, Site, running
from tests.journeys.visitor import Fields, Visitor
from tests.mailbox import eventually


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of these tests' own, with people and a roster, to be broken."""
    with running(tmp_path_factory.mktemp("kills"), demo=False) as site:
        ask(site, "people()")
        yield site


@pytest.fixture
def site(one_site: Site) -> Site:
    """Everything runs, the mailbox behaves, and nothing waits to be sent."""
    one_site.servers.start()
    for part in PARTS:
        one_site.part(part)
    one_site.mailbox.mood, one_site.mailbox.pause = "accept", 0.0
    one_site.sql("UPDATE cases_case SET first_contact_at = now()")
    one_site.sql("TRUNCATE cases_alertstep, cases_alert, accounts_notice")
    one_site.wait_open()
    one_site.mailbox.clear()
    return one_site


def ask(site: Site, what: str) -> Any:
    """Do something in the site's own Django (tests/journeys/scene.py); what it shows."""
    shown = site.python(f"from tests.journeys import scene; scene.{what}")
    return json.loads(shown) if shown.strip() else None


def all_sent(site: Site) -> bool:
    return site.count("SELECT count(*) FROM accounts_notice WHERE finished_at IS NULL") == 0


def requests(site: Site) -> int:
    return site.count("SELECT count(*) FROM cases_intake")


def subjects(site: Site) -> set[str]:
    return {letter.subject for letter in site.mailbox.letters}


def hold_still(site: Site, *parts: str) -> None:
    for part in parts:
        site.parts[part].stop()


def test_worker_killed_while_delivering(site: Site) -> None:
    hold_still(site, "ticker")
    site.mailbox.pause = 0.2
    expected = ask(site, "queue(24, 'kill')")
    for letters in (4, 10):
        assert len(site.mailbox.wait_for(letters, 40)) >= letters
        site.kill("worker")
        site.part("worker")
    site.sql("UPDATE accounts_notice SET lease_until = lease_until - interval '1 minute'")
    assert eventually(lambda: all_sent(site), 60), site.sql(
        "SELECT attempts, lease_until, last_error FROM accounts_notice"
    )
    assert set(site.mailbox.ids) >= set(expected)
    again = Counter(site.mailbox.ids)
    assert sum(again.values()) - len(again) <= 4  # two kills, two hands each


def test_broker_away_during_intake(site: Site) -> None:
    site.valkey.kill()
    visitor = Visitor(site.url)
    pages = [visitor.begin()]
    while "send" not in Fields(visitor.page.body).names:
        pages.append(visitor.go_on())
    sent = visitor.send()
    assert [page.status for page in pages] == [200] * len(pages)
    assert (sent.status, bool(sent.reference)) == (200, True)
    assert max(page.seconds for page in [*pages, sent]) < 5
    assert len(eventually(lambda: site.mailbox.to("sanne@thuis.example"))) == 1
    assert site.health()["status"] == "degraded"
    site.valkey.start()
    hold_still(site, "ticker")
    since = site.sql("SELECT now()")[0][0]
    expected = ask(site, "queue(3, 'back')")

    def came() -> bool:
        site.part("worker")  # as the supervisor does, when its library did not outlive the loss
        return set(expected) <= set(site.mailbox.ids)

    assert eventually(came, 60), site.parts["worker"].last_words()
    assert len(site.mailbox.ids) == len(set(site.mailbox.ids))
    assert eventually(lambda: worker_swept(site, since), 60), site.parts["scheduler"].last_words()


def worker_swept(site: Site, since: Any) -> bool:
    """The scheduler gave a sweep to the worker, and the worker did it, after this moment."""
    return site.count("SELECT count(*) FROM accounts_heartbeat WHERE name = 'worker' AND at > %s", since) == 1


def test_only_the_ticker_left(site: Site) -> None:
    hold_still(site, "worker", "scheduler")
    site.valkey.kill()
    sent = Visitor(site.url, danger="yes").ask_for_help()
    assert sent.reference in sent.body
    assert eventually(lambda: len(subjects(site)) > 1)
    assert subjects(site) == {"Er is een bericht voor je", "Dringend: er is een bericht voor je"}
    assert eventually(lambda: all_sent(site), 60)


def public_pages(site: Site) -> dict[str, int]:
    """The status of every public page that needs no database, seen with a session cookie that someone left."""
    pages = {
        "/" + path
        for path, pattern in every_pattern(get_resolver())
        if getattr(pattern.callback, "stateless", False) and "<" not in path
    }
    pages |= {"/wegen/chaplain/", "/wegen/on-mission/", "/wegen/family/", "/wegen/own-worker/"}
    return {path: Visitor(site.url).open(path).status for path in sorted(pages)}


def test_database_away_while_someone_fills_in_the_form(site: Site) -> None:
    visitor, before = Visitor(site.url, story="KANARIE slaapt slecht"), requests(site)
    visitor.until("story")
    ticker, whole = site.parts["ticker"].pids, public_pages(site)
    site.postgres.kill()
    away = public_pages(site)
    assert away == whole | {"/health/ready": 503, "/wegwijzer/": 503}
    assert {away[path] for path in ("/", "/vraag/", "/nu-hulp/", "/volgen/", "/wie-ziet-wat/", "/wegen/chaplain/")} == {
        200
    }
    visitor.until("send")
    failed = visitor.send()
    assert (failed.status, failed.reference) == (503, "")
    assert "niet verstuurd" in failed.body
    assert "088 000 00" in failed.body
    assert visitor.send().status == 503
    site.postgres.start()
    sent = eventually(lambda: found if (found := visitor.send()).status == 200 else None, 20)
    assert sent.reference
    assert visitor.send().reference == sent.reference
    assert requests(site) == before + 1
    assert eventually(lambda: site.mailbox.to("sanne@thuis.example"))
    assert site.parts["ticker"].pids == ticker
    assert eventually(lambda: site.health()["problems"] == [], 20), site.health()
    assert len(site.mailbox.to("sanne@thuis.example")) == 1


def test_an_hour_without_anyone_sweeping(site: Site) -> None:
    hold_still(site, "ticker", "scheduler")
    plan = ask(site, "plan_an_hour()")
    site.manage("tick")
    before = Counter(letter.to for letter in site.mailbox.letters)
    assert before[plan["first"]] >= 1
    ask(site, "an_hour_passes()")
    site.part("scheduler")
    assert eventually(lambda: fired(site), 60), ask(site, "told()")
    first = ask(site, "told()")
    assert first["sent"]["case.alert els@nabij.example"] == 1
    assert first["sent"]["case.given bram@nabij.example"] == 1
    assert [first["sent"].get(f"referral.reminder {who}@nabij.example") for who in ("bram", "ilse")] == [1, 1]
    assert first["states"][plan["waiting"]] == ["submitted", None]
    assert first["states"][plan["expired"]][0] == "in_triage"
    sweep_together(site, 3)
    second = ask(site, "told()")
    assert (second["sent"], second["waiting"]) == (first["sent"], [])
    assert Counter(site.mailbox.ids) == Counter(second["ids"])


def fired(site: Site) -> bool:
    """The alert has gone on, and nothing waits to be sent."""
    told = (
        "SELECT count(*) FROM accounts_notice WHERE kind = 'case.alert' AND channel = 'email' AND sent_at IS NOT NULL"
    )
    back = "SELECT count(*) FROM accounts_notice WHERE kind = 'referral.back'"
    return site.count(told) >= 2 and site.count(back) >= 1 and all_sent(site)


def sweep_together(site: Site, times: int) -> None:
    """That many tickers at the same moment, beside the scheduler."""
    threads = [threading.Thread(target=site.manage, args=("tick",)) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
