"""Asks the pages of running sites over HTTP, round after round, each page of each size in every round.

So what else the machine does at some moment falls on all figures alike.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

from bench.figures import Rounds
from bench.site import HOST, Site
from bench.visitor import Form, Visitor
from bench.words import PASSWORD

ROUNDS = 5
WARM_UP = 10
REQUESTS = 50
SENDS = 25
BULKS = 5
VISITORS = 4
SECONDS = 1.5  # that so many visitors ask at the same time, to see how many pages a second there are
SUBMIT = "wizard_submit"
BULK = "bulk_assign"
WRITING = (BULK, SUBMIT)

Say = Callable[[str], None]
Wanted = Iterator[tuple[str, Form | None]]


class Driver:
    """One size: its site, its visitors and what they saw."""

    def __init__(self, site: Site, pages: list[str]) -> None:
        self.site = site
        found = site.scout(pages)
        self.pages: dict[str, dict[str, Any]] = found["pages"]
        self.seen = {name: Rounds(queries=found["queries"][name]) for name in self.pages}
        self.forms: Iterator[str] = iter(found["forms"])
        self.cookies: dict[str, dict[str, str]] = {"": {}}
        for who in {page["who"] for page in self.pages.values()} - {""}:
            with Visitor(HOST, site.port) as visitor:
                visitor.log_in(who, PASSWORD)
                for page in self.pages.values():
                    if page["who"] == who and "forms" in page:
                        token = {"csrfmiddlewaretoken": visitor.token(page["at"])}
                        page["forms"] = [form | token for form in page["forms"]]
                self.cookies[who] = visitor.cookies

    def measure(self, name: str) -> None:
        """One round of one page: warm up, one visitor who asks again and again, then several at once."""
        count = REQUESTS if name not in WRITING else SENDS if name == SUBMIT else BULKS
        wanted = self._wanted(name)
        with self._visitor(name) as visitor:
            for _request in range(1 if name == BULK else WARM_UP):
                visitor.seconds(*next(wanted))
            self.seen[name].times.append([visitor.seconds(*next(wanted)) for _request in range(count)])
        with ThreadPoolExecutor(VISITORS) as crowd:
            begin = time.perf_counter()
            done = sum(crowd.map(lambda _number: self._keep_asking(name), range(VISITORS)))
            self.seen[name].rates.append(done / (time.perf_counter() - begin))

    def _keep_asking(self, name: str) -> int:
        """How many pages one visitor of several gets."""
        end, done, wanted = time.perf_counter() + SECONDS, 0, self._wanted(name)
        with self._visitor(name) as visitor:
            while time.perf_counter() < end:
                visitor.seconds(*next(wanted))
                done += 1
        return done

    def _visitor(self, name: str) -> Visitor:
        return Visitor(HOST, self.site.port, self.cookies[self.pages[name]["who"]])

    def _wanted(self, name: str) -> Wanted:
        """The addresses of a page in turn; a form that is sent is another one every time."""
        if forms := self.pages[name].get("forms"):
            yield from ((path, form) for form in cycle(forms) for path in self.pages[name]["paths"])
        for path in cycle(self.pages[name]["paths"]):
            yield path, {"state": next(self.forms), "send": "1"} if name == SUBMIT else None


def drive(drivers: list[Driver], say: Say) -> None:
    """All rounds. What writes comes last, because it changes the lists."""
    reading = [name for name in drivers[0].pages if name not in {*WRITING, "floor"}]
    writing = [[name] for name in WRITING if name in drivers[0].pages]
    for names in (["floor", *reading], *writing):
        for number in range(ROUNDS):
            for name in names:
                for driver in drivers:
                    driver.measure(name)
            say(f"round {number + 1} of {ROUNDS}: {', '.join(names)}")
