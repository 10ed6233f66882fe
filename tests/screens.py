"""Screenshots of every page of the registry, in all its states, narrow and wide, into var/screens.

python -m tests.screens [--lang en] [--only PATTERN]     PATTERN is searched in the name, such as triage or my_.*error
"""

import argparse
import logging
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Page as Tab

from desk.embedded import REPOSITORY
from tests.journeys.browser import Guide, chromium
from tests.journeys.site import running

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
django.setup()

from tests.pages import View, views  # noqa: E402 - the registry needs Django

FOLDER = REPOSITORY / "var" / "screens"
WIDTHS = {360: 740, 1280: 800}


def shoot(guide: Guide, seen: list[View], language: str, folder: Path) -> list[str]:
    """One picture for each view and width; returns what did not answer with a page."""
    folder.mkdir(parents=True, exist_ok=True)
    tabs: dict[str, Tab] = {}
    wrong = []
    for view in seen:
        if view.role not in tabs:
            tabs[view.role] = guide.context(view.role, language).new_page()
        tab = tabs[view.role]
        for width, height in WIDTHS.items():
            tab.set_viewport_size({"width": width, "height": height})
            status = guide.open(tab, view.label)
            if status != view.status:
                wrong.append(f"{view.label}: {status}")
            tab.screenshot(path=folder / f"{view.label}-{width}.png", full_page=True)
    return wrong


def main(words: list[str]) -> int:
    """Run a site of its own, take the pictures, and say where they are."""
    options: Any = argparse.ArgumentParser(prog="python -m tests.screens")
    options.add_argument("--lang", choices=("nl", "en"), default="nl")
    options.add_argument("--only", default="")
    given = options.parse_args(words)
    seen = [view for view in views() if view.page.whole and re.search(given.only, view.label)]
    logging.disable(logging.INFO)
    folder = FOLDER / given.lang if given.lang != "nl" else FOLDER
    with (
        tempfile.TemporaryDirectory(prefix="nabij-screens-") as place,
        running(Path(place)) as site,
        chromium() as browser,
    ):
        wrong = shoot(Guide(site, browser), seen, given.lang, folder)
    print(f"{len(seen) * len(WIDTHS)} pictures in {folder}")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
