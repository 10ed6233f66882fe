"""A partner asks for help, and her husband's access never shows it: two people, two files, one telephone.

Tom has an account, a case of his own, and Bram as his worker. Lena is his wife. She gives the number that is in his
file too, names his unit, and is afraid of him.
"""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.client import EN, Client, Request, Sent, words
from tests.journeys.records import Records, letter_words
from tests.journeys.site import Site
from tests.journeys.staff import Worker

STORY = "My husband comes home on Friday. I am afraid of him. He hit me last month. I am safe now."
SHARED = "088 000 00 82"
LENA = Request(
    STORY, ("unsafe-home",), requester="family_of_colleague", situation="relative_away", name="Lena Zomer",
    unit="A-compagnie, 90 Fictief Bataljon", channels=("phone",), phone=SHARED,
)  # fmt: skip
HIS_PAGES = ("", "verhaal/", "verloop/", "wie-keek/", "verslagen/")
HER_TRACES = ("Lena", "Zomer", "afraid", "hit me")


def test_her_husband_and_his_worker_never_see_that_she_asked(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    open_page: Callable[[], Page],
) -> None:  # fmt: skip
    his = reference_of(records, "tom@thuis.example")
    lena = client(EN, script=True)
    hers = lena.ask(LENA)
    assert two_people_with_one_telephone(records, his, hers.reference)
    her_page_says_who_sees_it(lena, hers)
    he_sees_nothing(Worker(open_page(), whole_site.url, "tom").log_in("thuis"), his, hers)
    his_worker_sees_nothing(worker("bram"), hers)
    the_desk_finds_two_files_and_no_link(worker("samira"), his, hers)
    assert "Bram de Wit" not in lena.look() and "Samira El Amrani" in words(lena.page)
    nobody_was_told_but_who_is_on_duty(records, hers)


def reference_of(records: Records, account: str) -> str:
    """The case of somebody with an account."""
    return str(
        records.site.sql(
            "SELECT c.reference FROM cases_case c JOIN cases_person p ON p.id = c.person_id"
            " JOIN accounts_user u ON u.id = p.user_id WHERE u.email = %s", account,
        )[0][0]
    )  # fmt: skip


def two_people_with_one_telephone(records: Records, his: str, hers: str) -> bool:
    """The same blind index of the number, on two persons with a key each."""
    rows = records.site.sql(
        "SELECT p.id, p.phone_index, p.data_key_id FROM cases_case c JOIN cases_person p ON p.id = c.person_id"
        " WHERE c.reference IN (%s, %s)", his, hers,
    )  # fmt: skip
    people, numbers, keys = (set(column) for column in zip(*rows, strict=True))
    return (len(people), len(numbers), len(keys)) == (2, 1, 2)


def her_page_says_who_sees_it(lena: Client, hers: Sent) -> None:
    """Desk and after-hours line, and that her partner does not."""
    lena.follow(hers)
    assert lena.promise() == hers.promise
    seen_by = lena.page.locator("section[aria-labelledby=seen]").inner_text()
    assert "Your partner or relative cannot see that you are here." in seen_by
    assert "Support desk" in seen_by and "After-hours line" in seen_by and "Tom" not in words(lena.page)


def he_sees_nothing(tom: Worker, his: str, hers: Sent) -> None:
    """Neither in his list, nor on any of his pages, nor by typing her address or her reference."""
    assert tom.page.url.endswith("/mijn/")
    assert hers.reference not in words(tom.page)
    for page in HIS_PAGES:
        seen = tom.go(f"/mijn/{his}/{page}")
        assert his in seen or tom.page.url.endswith(f"{his}/{page}")
        assert not traces(seen, hers)
    assert not traces(tom.notices(), hers)
    for page in ("", "wie-keek/", "bereiken/"):
        assert tom.status(f"/mijn/{hers.reference}/{page}") == 404
    assert tom.status(f"/loket/{hers.reference}/") == 404


def traces(seen: str, hers: Sent) -> list[str]:
    """What of her is in the words of a page."""
    return [trace for trace in (hers.reference, *HER_TRACES) if trace in seen]


def his_worker_sees_nothing(bram: Worker, hers: Sent) -> None:
    """Not on the board, among his cases or in his inbox; he has no search, and her address answers like a wrong one."""
    for path in ("/overnemen/?region=1", "/zaken/", "/zaken/?status=closed", "/meldingen/"):
        assert not traces(bram.go(path), hers)
        assert bram.page.locator("input[type=search]").count() == 0
    for path in ("/zaken/{}/", "/zaken/{}/berichten/", "/zaken/{}/betrokkenen/", "/loket/{}/", "/samenvatting/{}/"):
        assert bram.status(path.format(hers.reference)) == bram.status(path.format("NB-2222-2222")) == 404


def the_desk_finds_two_files_and_no_link(samira: Worker, his: str, hers: Sent) -> None:
    """The number finds her request; the page of it names neither him nor his case."""
    assert samira.find(SHARED).count(hers.reference) == 1
    page = samira.open(hers.reference)
    assert STORY in page and SHARED in page
    assert his not in page and "Tom Maas" not in page
    samira.do("take")


def nobody_was_told_but_who_is_on_duty(records: Records, hers: Sent) -> None:
    """Thus not Tom, not Bram, and not her: she wants no mail."""
    assert records.everything_delivered(hers.reference)
    told = records.told(hers.reference)
    assert {kind for kind, _to in told} == {"case.alert"}
    assert {to for _kind, to in told}.isdisjoint({"client", "tom@thuis.example", "bram@nabij.example"})
    assert not [letter for letter in records.site.mailbox.letters if traces(letter_words(letter), hers)]
    assert records.viewers(hers.reference) == {"Samira El Amrani"}
