"""A swap during a running shift: she has to leave, a colleague says yes, and from that minute on it is theirs."""

from collections.abc import Callable

from tests.journeys.client import press, words
from tests.journeys.records import Records
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.mailbox import eventually

ROSTER = "/organisatie/rooster/"
ON_SHIFT = """
    INSERT INTO accounts_shift (team_id, user_id, position, starts_at, ends_at)
    SELECT t.id, u.id, 9, now() - interval '1 minute', now() + interval '2 hours' FROM accounts_team t, accounts_user u
    WHERE t.code = 'desk' AND u.email = 'samira@nabij.example' ON CONFLICT DO NOTHING
"""
RUNNING = """
    SELECT u.email, s.starts_at, s.ends_at FROM accounts_shift s JOIN accounts_user u ON u.id = s.user_id
    WHERE s.position = %s AND s.team_id = (SELECT id FROM accounts_team WHERE code = 'desk')
    AND s.ends_at > now() - interval '30 minutes' AND s.starts_at <= now() ORDER BY s.starts_at
"""
TOLD = """
    SELECT 1 FROM accounts_notice n JOIN accounts_user u ON u.id = n.user_id
    WHERE u.email = %s AND n.kind = 'swap.answered' AND n.channel = 'email' AND n.sent_at IS NOT NULL
"""
MINE = """
    SELECT s.id, s.position FROM accounts_shift s JOIN accounts_user u ON u.id = s.user_id
    WHERE u.email = 'samira@nabij.example' AND s.starts_at <= now() AND s.ends_at > now()
"""


def test_a_swap_during_a_running_shift(whole_site: Site, records: Records, worker: Callable[[str], Worker]) -> None:
    whole_site.sql(ON_SHIFT)  # by night she would have none
    (shift, place), *_ = whole_site.sql(MINE)
    samira, els = worker("samira"), worker("els")
    she_asks(samira, shift)
    nothing_has_changed(whole_site, place)
    he_says_yes(els)
    it_is_theirs_from_that_minute(whole_site, place)
    both_know(whole_site, samira, shift)


def she_asks(samira: Worker, shift: int) -> None:
    """From the roster, for the rest of the shift; what is left of it is filled in already."""
    samira.go(ROSTER)
    press(samira.page.locator(f"a[href='{ROSTER}{shift}/ruil/']"))
    samira.page.select_option("[name=to]", label="Els Koning")
    press(samira.page.locator("main form .actions button"))
    assert "De dienst is van jou totdat die ja zegt" in words(samira.page)


def nothing_has_changed(site: Site, place: int) -> None:
    assert [row[0] for row in site.sql(RUNNING, place)] == ["samira@nabij.example"]


def he_says_yes(els: Worker) -> None:
    """The question that is about now stands first."""
    assert "Samira El Amrani vraagt je deze dienst over te nemen" in els.go(ROSTER)
    press(els.page.locator("button[name=answer][value=agree]").first)
    assert "Deze dienst is nu van jou" in words(els.page)


def it_is_theirs_from_that_minute(site: Site, place: int) -> None:
    """Split in two that adjoin: no moment with two, and none with nobody."""
    before, after = site.sql(RUNNING, place)
    assert (before[0], after[0]) == ("samira@nabij.example", "els@nabij.example")
    assert before[2] == after[1]


def both_know(site: Site, samira: Worker, shift: int) -> None:
    """By mail, which has gone out; and the roster no longer offers her this shift."""
    for name in ("samira", "els"):
        assert eventually(lambda name=name: site.sql(TOLD, f"{name}@nabij.example"))
    samira.go(ROSTER)
    assert samira.page.locator(f"a[href='{ROSTER}{shift}/ruil/']").count() == 0
