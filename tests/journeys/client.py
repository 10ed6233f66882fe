"""What someone who asks for help does in a browser, page by page, and what the pages say to them.

Fields are found by their names, which are the same in both languages; words are compared where they matter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

NL, EN = "nl", "en"
REFERENCE = re.compile(r"^NB-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$")

MOMENT = re.compile(
    r"\b(today|tomorrow|vandaag|morgen|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:maan|dins|woens|donder|vrij|zater|zon)dag)\b"
    r".*\d\d:\d\d",
    re.IGNORECASE,
)
"""By when they hear from us: "tomorrow, Monday 23 November before 17:00"."""


@dataclass(frozen=True)
class Request:
    """The eight answers; what is left out is left empty on the page."""

    story: str
    topics: tuple[str, ...] = ()
    danger: str = "no"
    requester: str = "self"
    situation: str = "at_home"
    unit: str = ""
    name: str = ""
    channels: tuple[str, ...] = ("portal",)
    phone: str = ""
    email: str = ""
    yes: tuple[str, ...] = ()  # the safe-contact questions answered with yes
    wish: str = "none"
    more: Mapping[str, str] = field(default_factory=dict)  # further fields of question 7


@dataclass(frozen=True)
class Sent:
    """What the page after sending shows."""

    reference: str
    phrase: str
    promise: str  # by when they hear from us, in words


def press(button: Locator) -> None:
    """Click and wait for the page that follows."""
    with button.page.expect_navigation():
        button.click()


def words(page: Page) -> str:
    """Everything that is to be read on the page."""
    return page.locator("body").inner_text()


def moment_in(line: Locator) -> str:
    """The day and time that a line promises; empty when it promises none."""
    found = MOMENT.search(line.inner_text())
    return found.group() if found else ""


class Client:
    """Someone with a browser, a language, and nothing else."""

    def __init__(self, page: Page, url: str, language: str = NL) -> None:
        self.page, self.url, self.language = page, url, language

    def say(self, nl: str, en: str) -> str:
        """The words in the language of this person."""
        return nl if self.language == NL else en

    # -- asking ------------------------------------------------------------------------------------

    def come_in(self) -> None:
        """The front page, in their own language, and from there to the first question."""
        self.page.goto(self.url + "/")
        if self.language == EN:
            press(self.page.locator("header button[name=language][value=en]"))
        assert self.page.locator("html").get_attribute("lang") == self.language
        press(self.page.locator(".ways a[href='/vraag/']"))

    def ask(self, request: Request) -> Sent:
        """From the front page to the reference."""
        self.answer(request)
        return self.send()

    def answer(self, request: Request) -> None:
        """From the front page to the page that shows all answers."""
        self.come_in()
        self._choose("danger", request.danger)
        if request.danger == "yes":
            self.go_on()
        self._choose("requester", request.requester)
        self._choose("situation", request.situation)
        self.page.fill("[name=unit]", request.unit)
        self.go_on()
        for topic in request.topics:
            self.page.check(f"[name=topics][value={topic}]")
        self.go_on()
        self.page.fill("[name=story]", request.story)
        self.go_on()
        self.reach(request)
        self.go_on()
        self._choose("wish", request.wish)
        assert self.page.locator("#intake button[name=send]").count() == 1

    def reach(self, request: Request) -> None:
        """Question 7, up to the button."""
        self.page.fill("[name=name]", request.name)
        for way in request.channels:
            self.page.check(f"[name=channels][value={way}]")
        for name, value in {"phone": request.phone, "email": request.email, **request.more}.items():
            if value:
                self.page.fill(f"[name={name}]", value)
        for question in request.yes:
            self.page.check(f"[name={question}][value=yes]")

    def go_on(self) -> None:
        """The one big button of a question."""
        press(self.page.locator("#intake .actions button").first)

    def send(self) -> Sent:
        """Send, and read what the answer says."""
        press(self.page.locator("#intake button[name=send]"))
        return self.received()

    def received(self) -> Sent:
        """The page after sending."""
        found = Sent(
            self.page.locator(".receipt .ref").inner_text().strip(),
            self.page.locator(".receipt .phrase").inner_text().strip(),
            moment_in(self.page.locator("section[aria-labelledby=next] .steps li h3").first),
        )
        assert found.promise and REFERENCE.match(found.reference) and len(found.phrase.split("-")) == 6, found
        return found

    def _choose(self, question: str, value: str) -> None:
        self.page.check(f"[name={question}][value={value}]")
        self.go_on()

    # -- following ---------------------------------------------------------------------------------

    def follow(self, sent: Sent) -> None:
        """Open their own page with the reference and the pass-phrase."""
        self.try_phrase(sent.reference, sent.phrase)
        assert self.page.url == self.url + "/volgen/aanvraag/", words(self.page)

    def fill_in(self, reference: str, phrase: str) -> None:
        """The page for following, up to the button."""
        self.page.goto(self.url + "/volgen/")
        self.page.fill("[name=reference]", reference)
        self.page.fill("[name=phrase]", phrase)

    def try_phrase(self, reference: str, phrase: str) -> None:
        self.fill_in(reference, phrase)
        press(self.page.locator("main form .actions button"))

    def look(self) -> str:
        """Their page as it is now."""
        self.page.goto(self.url + "/volgen/aanvraag/")
        return words(self.page)

    def step(self) -> str:
        """The title of the step where the request is; empty when it is finished."""
        now = self.page.locator(".timeline li.now h3")
        return now.inner_text().strip() if now.count() else ""

    def contact(self) -> str:
        """Their contact person, as their page names them now; empty while that is the desk."""
        self.look()
        named = self.page.locator(".person-row .h-3")
        return named.first.inner_text().strip() if named.count() else ""

    def promise(self) -> str:
        """By when they hear from us, in the box of the present step."""
        return moment_in(self.page.locator(".timeline li.now .big-date"))

    def approve(self, summary: str, better: str) -> None:
        """Read the summary that would travel, improve it, and say yes."""
        press(self.page.locator("section[aria-labelledby=consent] a.btn-primary"))
        assert summary in self.page.locator("section[aria-labelledby=travels]").inner_text()
        self.page.fill("[name=summary]", better)
        press(self.page.locator("button[name=answer][value=yes]"))

    def add(self, text: str) -> None:
        """Add to the story."""
        self.page.goto(self.url + "/volgen/aanvraag/verhaal/")
        self.page.fill("[name=text]", text)
        press(self.page.locator("main form .actions button"))

    def write(self, text: str) -> None:
        """Send a message to who helps."""
        self.page.fill("#write [name=body]", text)
        press(self.page.locator("#write .actions button"))
