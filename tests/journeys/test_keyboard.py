"""Triage with the keyboard alone, in a real browser: every key and every page load counted, and keys that are off."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Guide, chromium
from tests.journeys.site import Site, running

long = pytest.mark.long

REQUESTS = 10
MOST_KEYS, MOST_LOADS = 12, 2
NOTE = "Gebeld en uitgelegd wie verder helpt. Ze kan vooruit."
MAKE = f"""
import uuid
from django.utils import timezone
from accounts.actors import ANONYMOUS
from accounts.models import User
from cases.intake import Submission
from cases.models import Case
from desk import reception
Case.objects.filter(owner=None).update(owner=User.objects.get(email="joost@nabij.example"))
Case.objects.filter(owner__email="samira@nabij.example").update(owner=User.objects.get(email="joost@nabij.example"))
for number in range({REQUESTS}):
    made = Submission(submission_id=uuid.uuid4(), danger="no", story="Waar vraag ik verlof aan?", language="nl",
        contact={{"name": "Noor"}})
    print("made", reception.take_in(made, by=ANONYMOUS, at=timezone.now()).reference)
"""


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    """A site of its own: the ten requests are all there is to assess."""
    with running(tmp_path_factory.mktemp("keys"), "web server") as site, chromium() as browser:
        yield Guide(site, browser)


class Hands:
    """Somebody without a mouse. ``keys`` counts every key that is pressed, the letters of the note about what was done
    not; Ctrl+Enter counts as two. ``loads`` counts pages."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.loads = page, 0, 0
        page.on("load", lambda _page: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += len(key.split("+")) if len(key) > 1 else 1
            self.page.keyboard.press(key)

    def press_and_wait(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)

    def type_note(self) -> None:
        expect(self.page.locator("[name=decide-note]")).to_be_focused()
        self.page.keyboard.insert_text(NOTE)

    def start_again(self) -> None:
        self.keys = self.loads = 0


def with_shortcuts(hands: Hands) -> None:
    hands.press_and_wait("s")
    hands.type_note()
    hands.press_and_wait("Control+Enter")


def without_shortcuts(hands: Hands) -> None:
    """By the skip link and Tab: every key of it works for everybody."""
    hands.press("Tab", "Tab")
    expect(hands.page.locator(":focus")).to_have_attribute("href", "#outcome")
    hands.press("Enter", "Tab", "Tab", "Tab")
    expect(hands.page.locator(":focus")).to_have_attribute("value", "solved_at_desk")
    hands.press_and_wait("Enter")
    hands.type_note()
    hands.press("Tab", "Tab")
    hands.press_and_wait("Enter")


def made_by(site: Site) -> list[str]:
    return re.findall(r"made (\S+)", site.python(MAKE))


def switch(site: Site, *, on: bool, keys: str = "{}") -> None:
    site.python(
        "from accounts.models import User; "
        f"User.objects.filter(email='samira@nabij.example').update(keyboard_shortcuts={on}, shortcut_keys={keys})"
    )


@pytest.mark.parametrize(
    ("name", "solve", "on"),
    [("with shortcuts", with_shortcuts, True), ("with Tab and Enter only", without_shortcuts, False)],
)
def test_ten_requests_solved_at_the_desk(
    guide: Guide, name: str, solve: Callable[[Hands], None], on: bool, record_property: Callable[[str, object], None]
) -> None:
    made = made_by(guide.site)
    assert len(made) == REQUESTS
    switch(guide.site, on=on)
    page = guide.context("samira", "nl").new_page()
    page.goto(f"/loket/{made[0]}/")
    hands, spent = Hands(page), []
    for reference in made:
        assert reference in page.url, "the next one is opened by itself, in order"
        hands.start_again()
        solve(hands)
        page.wait_for_load_state("load")
        spent.append((hands.keys, hands.loads))
    closed = guide.site.count(
        "SELECT count(*) FROM cases_case WHERE outcome = 'solved_at_desk' AND reference = ANY(%s)", made
    )
    said = f"ten requests solved {name}: {spent} (keystrokes, page loads) each; letters of the note not counted"
    record_property("by keyboard", said)
    assert closed == REQUESTS
    assert max(keys for keys, _loads in spent) <= MOST_KEYS
    assert max(loads for _keys, loads in spent) <= MOST_LOADS


@long
def test_off_nothing_happens(guide: Guide) -> None:
    switch(guide.site, on=False)
    page = guide.context("samira", "nl").new_page()
    page.goto("/loket/")
    before, focused = page.url, page.evaluate("document.activeElement.tagName")
    for key in ("j", "o", "a", "/", ".", "?", "g", "d", "s"):
        page.keyboard.press(key)
    assert (page.url, page.evaluate("document.activeElement.tagName")) == (before, focused)
    assert page.locator("dialog[open]").count() == 0


@long
def test_on_each_key_does_what_the_list_says(guide: Guide) -> None:
    made_by(guide.site)
    switch(guide.site, on=True)
    page = guide.context("samira", "nl").new_page()
    page.goto("/loket/")
    page.keyboard.press("j")
    expect(page.locator("tr[data-row]").first.locator("[data-open]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr[data-row]").first.locator("[data-open]")).to_be_focused()
    page.keyboard.press(".")
    expect(page.locator("tr[data-row]").first.locator(":focus")).to_have_count(1)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jo?")
    assert page.input_value("#search") == "jo?", "inside a field they are letters"
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcut-help")).to_be_visible()
    page.keyboard.press("Escape")
    for second, path in (("c", "/zaken/"), ("d", "/loket/")):
        with page.expect_navigation():
            page.keyboard.press("g")
            page.keyboard.press(second)
        assert page.url.endswith(path)
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert re.search(r"/loket/NB-[\w-]+/$", page.url)
    page.keyboard.press(".")
    expect(page.locator("[data-actions] :focus")).to_have_count(1)


@long
def test_another_key_and_none(guide: Guide) -> None:
    switch(guide.site, on=True, keys="{'search': 'z', 'next': ''}")
    page = guide.context("samira", "nl").new_page()
    page.goto("/loket/")
    for key in ("/", "j"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("z")
    expect(page.locator("#search")).to_be_focused()


@long
def test_who_has_it_open_is_shown_live(guide: Guide) -> None:
    """Two browsers on one request: the second hears of the first without loading its page again."""
    switch(guide.site, on=False)
    reference = made_by(guide.site)[0]
    joost, samira = (guide.context(name, "nl").new_page() for name in ("joost", "samira"))
    samira.goto(f"/loket/{reference}/")
    expect(samira.locator(".present p")).to_have_count(0)
    joost.goto(f"/loket/{reference}/")
    expect(joost.locator(".present")).to_contain_text("Samira El Amrani heeft dit nu open.")
    expect(samira.locator(".present")).to_contain_text("Joost Verkerk heeft dit nu open.", timeout=20_000)
    joost.close()
    guide.site.sql("UPDATE cases_presence SET until = now() - interval '1 second' RETURNING 1")
    expect(samira.locator(".present p")).to_have_count(0, timeout=20_000)


@long
def test_a_worker_is_held_while_the_page_is_open(guide: Guide) -> None:
    reference = made_by(guide.site)[0]
    guide.site.python(
        "from accounts.models import Unit, User; from cases.models import Case; from referrals.models import Coverage; "
        "from django.utils import timezone; unit = Unit.objects.get(code='90bat-a'); "
        f"Case.objects.filter(reference='{reference}').update(unit=unit); "
        "Coverage.objects.create(user=User.objects.get(email='bram@nabij.example'), unit=unit, "
        "starts_on=timezone.localdate())"
    )
    page = guide.context("samira", "nl").new_page()
    page.goto(f"/loket/{reference}/?outcome=refer")
    page.get_by_label("Bram de Wit").check()
    expect(page.locator("#considered")).to_contain_text("Bram de Wit is voor jou vastgehouden tot")
    held = "SELECT count(*) FROM referrals_considered WHERE until > now()"
    assert guide.site.count(held) == 1
    page.goto("/loket/")
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_function("() => true")
    for _try in range(40):
        if guide.site.count(held) == 0:
            break
        page.wait_for_timeout(100)
    assert guide.site.count(held) == 0, "who leaves lets go"
