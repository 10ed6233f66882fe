"""What the people who help do in a browser, page by page."""

import datetime as dt
import re
import time

from playwright.sync_api import Page

from accounts.factors import code_of
from desk.demo.organisation import PASSWORD, SECRET
from tests.journeys.client import press, words

USED: dict[str, str] = {}
"""The last code of each colleague."""


class Worker:
    """Someone of the desk or a regional team, by first name (desk/demo/organisation.py)."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        self.page, self.url, self.name = page, url, name

    def go(self, path: str) -> str:
        """Open one of our pages; returns its words."""
        self.page.goto(self.url + path)
        return words(self.page)

    def status(self, path: str) -> int:
        """The status of one of our pages in this browser."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    def log_in(self, house: str = "nabij") -> "Worker":
        self.page.goto(self.url + "/account/inloggen/")
        self.page.fill("[name=login]", f"{self.name}@{house}.example")
        self.page.fill("[name=password]", PASSWORD)
        press(self.page.locator("main form .actions button").first)
        if house == "nabij":
            self.page.fill("[name=code]", self.code())
            press(self.page.locator("main form .actions button").first)
        assert "/account/" not in self.page.url, words(self.page)
        return self

    def code(self) -> str:
        """What the app of everybody in the demo shows; a code works once a person, so after the last one here."""
        while USED.get(self.name) == (shown := code_of(SECRET)):
            time.sleep(0.5)
        USED[self.name] = shown
        return shown

    # -- at the desk -------------------------------------------------------------------------------

    def find(self, what: str) -> list[str]:
        """The references that the search above the work finds."""
        self.page.goto(self.url + "/loket/")
        self.page.fill("#search", what)
        with self.page.expect_navigation():
            self.page.press("#search", "Enter")
        return self.page.locator("tbody th a.ref").all_inner_texts()

    def open(self, reference: str) -> str:
        """From the dashboard, by its reference, to the page of the request."""
        assert self.find(reference) == [reference]
        press(self.page.locator("tbody th a.ref"))
        return words(self.page)

    def do(self, what: str) -> None:
        """One of the buttons of the page of a request: take, give_back, take_over ..."""
        press(self.page.locator(f"button[name=do][value={what}]"))

    def assess(self, *, danger: str = "no", urgency: str = "", reason: str = "") -> None:
        self.page.check(f"[name=assess-danger][value={danger}]")
        if urgency:
            self.page.check(f"[name=assess-urgency][value={urgency}]")
            self.page.locator("details:has([name=assess-reason]) summary").click()
            self.page.fill("[name=assess-reason]", reason)
        press(self.page.locator("form:has([name=assess-danger]) button[type=submit]"))

    def record_attempt(self, outcome: str, note: str = "", way: str = "phone") -> None:
        """Write down one try to reach the client."""
        self.page.locator("#attempt > summary").click()
        self.page.select_option("[name=attempt-way]", way)
        self.page.check(f"[name=attempt-outcome][value={outcome}]")
        self.page.fill("[name=attempt-note]", note)
        press(self.page.locator("#attempt button[type=submit]"))

    def choose_outcome(self, outcome: str) -> None:
        self.page.select_option("#outcome-choice", outcome)
        press(self.page.locator("form:has(#outcome-choice) button"))

    def refer(self, to: str, summary: str, spoken: str = "", *, alone: str = "", warm: bool = False) -> None:
        """Pass it on to a person or team; the client is asked on the website, or says their phrase ``spoken``.
        Where the client's language matters, a team is shown one by one: then ``alone`` of it is asked."""
        self.choose_outcome("refer")
        named = [self.page.get_by_role("radio", name=re.compile(f"^{re.escape(name)}")) for name in (to, alone) if name]
        next((one for one in named if one.count()), named[0]).first.check()
        if warm:
            self.page.check("[name=decide-warm]")
        self.page.fill("[name=decide-note]", summary)
        self.page.check(f"[name=decide-consent][value={'phone' if spoken else 'ask'}]")
        if spoken:
            self.page.fill("[name=decide-phrase]", spoken)
        self.send_decision()

    def solve(self, note: str, otherwise: str = "") -> None:
        """Close it at the desk; ``otherwise`` is why, when something else was proposed."""
        self.choose_outcome("solved_at_desk")
        self.page.fill("[name=decide-note]", note)
        if otherwise:
            self.page.fill("[name=decide-otherwise]", otherwise)
        self.send_decision()

    def send_decision(self) -> None:
        press(self.page.locator("form:has([name=decide-note]) button[type=submit]").first)

    # -- on the board ------------------------------------------------------------------------------

    def card(self, reference: str) -> str:
        """The words of an offered card, on the page of the board where it is; empty when it is on none."""
        self.page.goto(self.url + "/overnemen/?region=1")
        card = self.page.locator(f"section[aria-labelledby=list-offered] article:has-text('{reference}')")
        more = self.page.locator("section[aria-labelledby=list-offered] a[rel=next]")
        while not card.count() and more.count():
            press(more)
        return card.inner_text() if card.count() else ""

    def accept(self, reference: str, *, read: bool = True) -> None:
        """Take over what is offered, from the board."""
        self.card(reference)
        card = self.page.locator(f"section[aria-labelledby=list-offered] article:has-text('{reference}')")
        if read:
            card.locator("[name=read]").check()
        press(card.locator("button[type=submit]"))

    # -- in the file -------------------------------------------------------------------------------

    def plan(self, reference: str, day: dt.date, time: str = "10:30", place: str = "") -> None:
        """Plan a visit."""
        self.page.goto(f"{self.url}/zaken/{reference}/gesprekken/")
        self.page.fill("[name=day]", day.isoformat())
        self.page.fill("[name=time]", time)
        self.page.check("[name=way][value=visit]")
        self.page.fill("[name=place]", place)
        press(self.page.locator("section[aria-labelledby=plan] .actions button"))

    def plan_talk(self, reference: str, day: dt.date, place: str) -> str:
        """Plan the talk of three, as a visit; returns what the page says afterwards."""
        self.page.goto(f"{self.url}/zaken/{reference}/overdracht/")
        self.page.fill("[name=day]", day.isoformat())
        self.page.fill("[name=time]", "10:30")
        self.page.check("[name=way][value=visit]")
        self.page.fill("[name=place]", place)
        press(self.page.locator("section[aria-labelledby=plan] form:has([name=day]) button").first)
        return words(self.page)

    def say_how_it_went(self, reference: str, minutes: int) -> None:
        """Record the conversation that was planned as held."""
        self.page.goto(f"{self.url}/zaken/{reference}/gesprekken/")
        press(self.page.locator("section[aria-labelledby=all] a").first)
        self.page.check("[name=state][value=held]")
        self.page.fill("[name=minutes]", str(minutes))
        press(self.page.locator("main form .actions button").first)

    def record_held(self, reference: str, day: dt.date, minutes: int = 45) -> str:
        """Record a conversation that was not planned; returns what the page says afterwards."""
        self.page.goto(f"{self.url}/zaken/{reference}/gesprekken/geweest/")
        self.page.fill("[name=day]", day.isoformat())
        self.page.fill("[name=time]", "09:00")
        self.page.check("[name=way][value=visit]")
        self.page.fill("[name=minutes]", str(minutes))
        press(self.page.locator("main form .actions button").first)
        return words(self.page)

    def write(self, reference: str, text: str) -> None:
        """A message to the client; with a reason, where their wishes ask for one."""
        self.page.goto(f"{self.url}/zaken/{reference}/berichten/")
        self.page.fill("[name=body]", text)
        if self.page.locator("textarea[name=reason]").count():
            self.page.fill("[name=reason]", "In overleg.")
        press(self.page.locator("section[aria-labelledby=write] .actions button"))

    def note(self, reference: str, text: str, *, own: bool = False) -> None:
        """A note for the file, or only for themselves."""
        self.page.goto(f"{self.url}/zaken/{reference}/verslagen/?{'own' if own else 'new'}=1")
        self.page.fill("#write [name=body]", text)
        press(self.page.locator("#write .actions button[value=save]"))

    def close(self, reference: str, outcome: str, note: str) -> None:
        self.page.goto(f"{self.url}/zaken/{reference}/afsluiten/")
        self.page.check(f"[name=outcome][value={outcome}]")
        self.page.fill("[name=note]", note)
        press(self.page.locator("main form .actions button").first)

    def notices(self) -> str:
        """Their inbox."""
        return self.go("/meldingen/")

    def pick_up(self, reference: str) -> None:
        """ "I am on it", on the page of whoever is on duty."""
        self.page.goto(self.url + "/wacht/")
        press(self.page.locator(f"section[aria-labelledby='alert-{reference}'] form button"))
        press(self.page.locator(f"section[aria-labelledby='mine-{reference}'] a[href*='/loket/']"))
