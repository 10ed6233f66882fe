"""Every page in a real browser: nothing against WCAG 2.2 AA, nothing in the console, no sideways scrolling at 320 px,
room for wider text, and usable with the keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Request
from playwright.sync_api import Page as Tab

from tests.journeys.browser import Guide, chromium
from tests.journeys.site import running
from tests.pages import View, views

WIDE, SMALL = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
PICTURES_THERE = """Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => null);
}))"""
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
MOST_STOPS = 400
SEEN = [view for view in views() if view.page.whole]
NORMAL = [view for view in SEEN if not view.state]
IN_TWO_LANGUAGES = [
    pytest.param(view, language, id=f"{view.label}-{language}")
    for view in SEEN for language in ("nl", "en") if language == "nl" or not view.state
]  # fmt: skip


class Looker:
    """One tab for each person and language, used again and again; remembers what went wrong since the last view."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.tabs: dict[tuple[str, str], Tab] = {}
        self.said: list[str] = []
        self.expected = 200

    def open(self, view: View, language: str = "nl") -> Tab:
        """The view, wide, with looking.js at hand."""
        who = (view.role, language)
        if who not in self.tabs:
            self.tabs[who] = self.guide.context(*who).new_page()
            self.tabs[who].on("console", self._heard)
            self.tabs[who].on("pageerror", lambda error: self.said.append(str(error)))
            self.tabs[who].on("requestfailed", self._failed)
        tab = self.tabs[who]
        self.said.clear()
        self.expected = view.status
        tab.set_viewport_size(WIDE)
        status = self.guide.open(tab, view.label)
        assert status == view.status, f"{tab.url} answers {status}"
        tab.evaluate(PICTURES_THERE)  # one that comes late would move what has the focus
        tab.evaluate(LOOKING)
        return tab

    def _heard(self, line: ConsoleMessage) -> None:
        """Errors, except the browser's own remark about an answer that is meant to be no 200."""
        if line.type == "error" and f"with a status of {self.expected} " not in line.text:
            self.said.append(line.text)

    def _failed(self, request: Request) -> None:
        """A request that the browser gave up because the next page came is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.said.append(f"{request.url}: {request.failure}")


@pytest.fixture(scope="module")
def looker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """One site and one browser for all pages. Its own site: the walk leaves the shared one as it was."""
    with running(tmp_path_factory.mktemp("pages"), "web server") as site, chromium() as browser:
        yield Looker(Guide(site, browser))


def against_the_rules(tab: Tab) -> list[str]:
    """What axe finds, one line for each element."""
    found = Axe().run(tab, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for rule in found for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("view", "language"), IN_TWO_LANGUAGES)
def test_page_is_for_everyone(view: View, language: str, looker: Looker) -> None:
    tab = looker.open(view, language)
    broken = against_the_rules(tab)
    tab.set_viewport_size(SMALL)
    sideways = tab.evaluate("looking.tooWide()")
    tab.evaluate("looking.space()")
    spaced = [*tab.evaluate("looking.tooWide()"), *tab.evaluate("looking.cutOff()")]
    assert {"console": looker.said, "axe": broken, "320 px": sideways, "text spacing": spaced} == {
        "console": [], "axe": [], "320 px": [], "text spacing": [],
    }  # fmt: skip


@pytest.mark.parametrize("view", [pytest.param(view, id=view.label) for view in NORMAL if view.label == "case_close"])
def test_the_tab_one_is_on_is_in_sight(view: View, looker: Looker) -> None:
    tab = looker.open(view)
    tab.set_viewport_size(SMALL)
    tab.reload()
    box = tab.locator(".identity .tabs [aria-current]").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= SMALL["width"]


@pytest.mark.parametrize(
    "view", [pytest.param(view, id=view.label) for view in NORMAL if view.label in ("triage", "dashboard_columns")]
)
def test_no_picture_is_forbidden_while_our_own_style_sheet_is_on_its_way(view: View, looker: Looker) -> None:
    """Chosen boxes and lists have pictures of Bootstrap's, until ours take their place."""
    tab = looker.open(view)
    tab.route("**/portal*.css", lambda route: route.abort())
    tab.reload()
    tab.evaluate("document.querySelectorAll('select, input').forEach(one => getComputedStyle(one).backgroundImage)")
    said = [line for line in looker.said if "data:" in line]
    tab.unroute("**/portal*.css")
    assert said == []


@pytest.mark.parametrize("view", [pytest.param(view, id=view.label) for view in NORMAL])
def test_page_works_with_the_keyboard(view: View, looker: Looker) -> None:
    """Tab reaches everything once, what has the focus can be seen, nothing lies over it, and nothing holds it."""
    tab = looker.open(view)
    wrong: list[str] = []
    stops: list[str] = []
    for _stop in range(MOST_STOPS):
        tab.keyboard.press("Tab")
        at = tab.evaluate("looking.focus()")
        if at is not None and at["parts"] and stops and at["id"] == stops[-1]:
            continue  # day, month and year of one field
        if at is None or at["id"] in stops:
            break
        stops.append(at["id"])
        wrong += [f"{at['who']}: {problem}" for problem in at["problems"]]
    assert wrong == []
    assert 1 < len(stops) < MOST_STOPS
    assert at is None or at["id"] == stops[0], f"the keyboard stays at {at}"
