"""A real Chromium, and a guide who knows the addresses and the keys of a running site."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.site import Site

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FILL_IN = """([to, fields, files]) => {
  const form = document.createElement('form'); form.method = 'post'; form.action = to;
  const token = document.querySelector('input[name=csrfmiddlewaretoken]');
  const all = Object.entries(fields); if (token) all.push(['csrfmiddlewaretoken', token.value]);
  for (const [name, values] of all) for (const value of [values].flat()) {
    const field = document.createElement('textarea'); field.name = name; field.value = value; form.append(field);
  }
  for (const [name, given] of Object.entries(files)) {
    const field = document.createElement('input'), chosen = new DataTransfer();
    for (const [called, words] of given) chosen.items.add(new File([words], called));
    field.type = 'file'; field.name = name; field.files = chosen.files; form.append(field);
    form.enctype = 'multipart/form-data';
  }
  document.body.append(form); HTMLFormElement.prototype.submit.call(form);
}"""


def executable() -> str:
    """The machine's own browser: NABIJ_CHROMIUM, or the first that is on the path."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(":")]
    found = [str(folder / name) for name in NAMES for folder in folders if (folder / name).exists()]
    return os.environ.get("NABIJ_CHROMIUM") or (found[0] if found else "/usr/bin/chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the length of a ``with`` block. Keep the block short of tests that use the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Guide:
    """Where every view of the registry is on one site, and a session for each role."""

    site: Site
    browser: Browser
    places: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = self.site.python("from tests.journeys.addresses import tell; tell()")
        self.places, self.sessions = (json.loads(told.splitlines()[-1])[name] for name in ("places", "sessions"))

    def context(self, role: str, language: str, **options: Any) -> BrowserContext:
        """A fresh browser profile of someone who is logged in and chose a language."""
        context = self.browser.new_context(
            base_url=self.site.url, locale=LOCALES[language], reduced_motion="reduce", **options
        )
        kept = {"__Host-language": language, "__Host-session": self.sessions.get(role, "")}
        for name, value in kept.items():
            if value:
                context.add_cookies([{"name": name, "value": value, "url": self.site.url.replace("http:", "https:")}])
        return context

    def open(self, page: Page, label: str) -> int:
        """Go to a view; for one that shows after sending, open the form and send it. Returns the status."""
        place = self.places[label]
        answer = page.goto(place["form"])
        if place["fields"] is not None:
            with page.expect_navigation() as sent:
                page.evaluate(FILL_IN, [place["to"], place["fields"], place["files"]])
            answer = sent.value
        return answer.status if answer else 0
