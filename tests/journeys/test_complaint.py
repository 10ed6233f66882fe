"""Tom complains about his worker, in both languages: Els answers, and Bram sees no trace of it anywhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.client import EN, NL, press, words
from tests.journeys.records import Records
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.journeys.test_family import someone
from tests.journeys.test_partner import reference_of

STORY = "Hij kwam twee keer niet opdagen en zei er niets over."
REACTION, ANSWER = "Ik ga met hem praten, als dat mag.", "Hij biedt excuses aan. Voortaan belt hij af."
HANDLED = {NL: "Els Koning behandelt de klacht.", EN: "Els Koning handles it."}
ANSWERED = {NL: "Beantwoord", EN: "Answered"}
HIS_PAGES = ("", "betrokkenen/", "afgeschermd/", "verslagen/", "berichten/")


@pytest.mark.parametrize(("language", "script"), [(NL, True), (EN, False)])
def test_a_complaint_is_answered_and_the_worker_sees_no_trace(
    language: str, script: bool, whole_site: Site, records: Records, worker: Callable[[str], Worker],
    open_page: Callable[..., Page],
) -> None:  # fmt: skip
    reference = reference_of(records, "tom@thuis.example")
    bram = worker("bram")
    before = everything_of(bram, reference)
    tom = someone("tom", open_page(script=script), whole_site, language)
    complains_about_bram(tom, reference)
    els = worker("els")
    there = finds_it(els, reference)
    says(els, there, REACTION, "message")
    assert REACTION in tom.go(f"/mijn/{reference}/horen/") and HANDLED[language] in words(tom.page)
    assert everything_of(bram, reference) == before and bram.status(there) == 404
    says(els, there, ANSWER, "answered")
    seen = tom.go(f"/mijn/{reference}/horen/")
    assert ANSWER in seen and ANSWERED[language] in seen and tom.page.locator("select[name=about]").count() == 1


def everything_of(bram: Worker, reference: str) -> list[int]:
    """How often his pages and his notices speak of a complaint, or say what Tom wrote."""
    pages = [bram.go(f"/zaken/{reference}/{page}") for page in HIS_PAGES]
    pages += [bram.go(path) for path in ("/afgeschermd/", "/zaken/", "/meldingen/")]
    return [page.lower().count("klacht") + page.count(STORY) for page in pages]


def complains_about_bram(tom: Worker, reference: str) -> None:
    """Takes back the one that runs, when there is one, and writes another."""
    tom.go(f"/mijn/{reference}/horen/")
    if (running := tom.page.locator("button[value=withdraw]")).count():
        press(running)
    tom.page.select_option("select[name=about]", label="Bram de Wit")
    tom.page.fill("[name=body]", STORY)
    press(tom.page.locator("main form .actions button"))
    assert STORY in words(tom.page) and "Bram de Wit" in words(tom.page)


def finds_it(els: Worker, reference: str) -> str:
    """The first in her list, by its link in the rail; returns its address."""
    els.go("/loket/")
    press(els.page.locator("nav a[href='/afgeschermd/']").locator("visible=true"))
    row = els.page.locator("tbody tr").filter(has_text=reference).first
    press(row.locator("a"))
    assert STORY in words(els.page)
    return els.page.url.removeprefix(els.url)


def says(els: Worker, there: str, what: str, ends: str) -> None:
    els.go(there)
    els.page.fill("[name=body]", what)
    els.page.check(f"[name=ends][value={ends}]")
    press(els.page.locator("main form .actions button"))
    assert what in words(els.page)
