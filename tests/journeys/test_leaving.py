"""A worker leaves with 120 cases. On a site of its own, whose teams have more people and work than others expect."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.client import press, words
from tests.journeys.site import Site, running
from tests.journeys.staff import Worker

MANY, COLLEAGUES = 120, {"Ilse Çelik", "Bram de Wit", "Noor Bakker", "Piet Kramer", "Sara Vos"}


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("leaving"), "web server") as site:
        yield site


def test_a_worker_leaves_with_120_cases(whole_site: Site, worker: Callable[[str], Worker]) -> None:
    """The coordinator looks at who would get what, changes one, asks for fewer each, and hands over in one go."""
    scene = f"from tests.journeys.leaving import a_full_caseload; a_full_caseload({MANY})"
    made = json.loads(whole_site.python(scene).splitlines()[-1])
    els = worker("els")
    owned = "SELECT count(*) FROM cases_case c JOIN accounts_user u ON u.id = c.owner_id WHERE u.public_id = %s"
    assert f"Aangenomen zaken ({MANY})" in els.go(f"/organisatie/mensen/{made['person']}/stoppen/")
    els.page.select_option("[name=cases]", "spread")
    press(els.page.locator("main form .actions button").first)
    assert els.page.url.split("?")[0].endswith("/stoppen/verdelen/")
    els.page.fill("[name=most]", "40")
    press(els.page.get_by_role("button", name="Verdeel opnieuw"))
    totals = els.page.locator("section[aria-labelledby=totals] tbody tr")
    shown = {row.locator("th").inner_text(): int(row.locator("td").nth(1).inner_text()) for row in totals.all()}
    assert sum(shown.values()) == MANY
    assert set(shown) <= COLLEAGUES and max(shown.values()) <= 40
    assert whole_site.count(owned, made["person"]) == MANY
    els.page.select_option(f"[name='{made['reference']}']", label="Terug naar het loket")
    press(els.page.locator("form:has([name=sure]) .actions button").first)
    assert "Vink dit aan als je het zeker weet." in words(els.page)
    els.page.check("[name=sure]")
    press(els.page.locator("form:has([name=sure]) .actions button").first)
    assert "Het account is gesloten." in words(els.page)
    assert f"{MANY - 1} dingen gingen naar een collega. 1 ding is bij het loket." in words(els.page)
    assert whole_site.count(owned, made["person"]) == 0
    state = whole_site.sql("SELECT state, owner_id FROM cases_case WHERE reference = %s", made["reference"])
    assert state == [("in_triage", None)]
    told = (
        "SELECT count(*) FROM accounts_auditevent WHERE action = 'case.handed_over' AND part IN ('taken', 'returned')"
    )
    assert whole_site.count(told) == MANY
