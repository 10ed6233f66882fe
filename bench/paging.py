"""How long it takes from sending an emergency until the person on duty has it: on the duty page, and as a text message.

python -m bench.paging [--requests N]

Twice: with everything running at its normal interval, and with the broker down. The whole site runs in processes of its
own (tests/journeys/site.py), with a real gateway for text messages. The duty page is asked as its script does, every 20
seconds. Standard output has one JSON object for each setting.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.gateway import Gateway
from tests.journeys.site import Site, running
from tests.journeys.visitor import Visitor

POLL = 20.0
APART = 2.7  # seconds between two requests, which is no divisor of the poll
PATIENCE = 150.0
LOGIN = """
import json
from accounts import duty
from accounts.models import User
from django.utils import timezone
from tests.world import user_session
at = timezone.now()
print(json.dumps(user_session(duty.roster(at).on_duty[0].user)))
"""


class Screen(threading.Thread):
    """The duty page on a phone: asked again and again; when a reference was first on it."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.url, self.session = f"{site.url}/wacht/", json.loads(site.python(LOGIN).splitlines()[-1])
        self.pages: list[tuple[float, str]] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            request = urllib.request.Request(self.url, headers={"Cookie": f"__Host-session={self.session}"})  # noqa: S310
            request.add_header("X-Background", "yes")
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
                self.pages.append((time.monotonic(), answer.read().decode()))
            self.over.wait(POLL)

    def first_seen(self, reference: str) -> float | None:
        return next((moment for moment, page in self.pages if reference in page), None)


def spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median_s": round(statistics.median(ordered), 1),
        "p95_s": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
    }


def measure(site: Site, gateway: Gateway, count: int) -> dict[str, Any]:
    """Send so many emergencies, one after the other, and wait until all of them arrived both ways."""
    site.sql("UPDATE cases_case SET first_contact_at = now() WHERE first_contact_at IS NULL")
    site.sql("UPDATE cases_alert SET ended_at = now(), next_step_at = NULL WHERE acknowledged_at IS NULL")
    arrived, sent = len(gateway.asked), {}
    screen = Screen(site)
    screen.start()
    for _number in range(count):
        visitor = Visitor(site.url, danger="yes")
        visitor.until("send")
        began = time.monotonic()
        reference = visitor.send().reference
        sent[reference] = began
        time.sleep(APART)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and (
        len(gateway.asked) - arrived < count or any(screen.first_seen(one) is None for one in sent)
    ):
        time.sleep(0.5)
    screen.over.set()
    seen = {one: screen.first_seen(one) for one in sent}
    on_screen = [moment - sent[one] for one, moment in seen.items() if moment is not None]
    texts = sorted(gateway.moments[arrived : arrived + count])
    by_text = [moment - began for moment, began in zip(texts, sorted(sent.values()), strict=False)]
    return {
        "requests": count,
        "lost": count - len(on_screen),
        "texts": len(by_text),
        "screen": spread(on_screen),
        "text": spread(by_text) if by_text else {},
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.paging", description="From sending to the person on duty.")
    parser.add_argument("--requests", type=int, default=20)
    count = parser.parse_args().requests
    gateway = Gateway().start()
    with (
        tempfile.TemporaryDirectory(prefix="nabij-paging-") as folder,
        running(Path(folder), ticker_every=15, NABIJ_SMS_URL=f"{gateway.url}/send") as site,
    ):
        print(json.dumps({"broker": "up"} | measure(site, gateway, count)), flush=True)
        site.valkey.kill()
        print(json.dumps({"broker": "down"} | measure(site, gateway, count)), flush=True)
    gateway.stop()


if __name__ == "__main__":
    main()
