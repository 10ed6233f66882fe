"""Nothing that somebody tells us lies open anywhere: not in the database, a mail, a log, the broker or a file.

Words that occur nowhere else are sent through a whole journey, and looked for in everything the site keeps or sends.
"""

from collections.abc import Callable

from tests.journeys.client import NL, Client, Request, Sent, words
from tests.journeys.dump import Broker, database, files, found_in, mails, undressed
from tests.journeys.records import Records
from tests.journeys.site import Site
from tests.journeys.staff import Worker

STORY, NAME, ADDED, UNIT = "kwikstaartverhaal", "Fazantje Korhoen", "zanglijstertoevoeging", "roodborstsectie"
ATTEMPT, SUMMARY, FROM_HER, FROM_HIM = "sperwerpoging", "wielewaalsamenvatting", "boomkruipervraag", "ijsvogelantwoord"
FILE, WORKING, CLOSING = "goudvinkverslag", "tjiftjafkladje", "nachtegaalslot"
OTHER, NEED = "winterkoningzus", "putterdoventolk"
EMAIL = "steenuiltje77@thuis.example"
PHONE = "06 00 47 11 09"
NUMBERS = (PHONE, PHONE.replace(" ", ""), "+31600471109", "31600471109", "600471109")
WORDS = [
    STORY, *NAME.split(), ADDED, UNIT, ATTEMPT, SUMMARY, FROM_HER, FROM_HIM, FILE, WORKING, CLOSING,
    OTHER, NEED, EMAIL, "steenuiltje77", *NUMBERS,
]  # fmt: skip


def test_nothing_lies_open(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker]
) -> None:
    with Broker(whole_site) as broker:
        sent = a_journey(client(NL, script=True), worker("samira"), worker("bram"), records)
        assert records.everything_delivered(sent.reference)
    assert records.case(sent.reference, "c.state, c.outcome") == ("closed", "helped")
    for name, content in {
        "database": database(whole_site),
        "mails": mails(whole_site),
        "what the broker heard": iter(broker.heard),
        "what the broker holds": broker.holds(),
        "logs, snapshot and other files": files(whole_site.folder, besides=("postgres", "static")),
    }.items():
        assert (name, found_in(content, WORDS)) == (name, [])
    assert found_in(files(whole_site.postgres.data), WORDS, undressed) == []


def test_the_search_would_find_them(whole_site: Site, records: Records) -> None:
    """What is written in clear on purpose is found in the same places, and a sealed word is found in any dress."""
    reference = str(whole_site.sql("SELECT reference FROM cases_case LIMIT 1")[0][0])
    assert found_in(database(whole_site), [reference, STORY]) == [reference]
    assert found_in(files(whole_site.postgres.data), [reference], undressed) == [reference]
    assert found_in(files(whole_site.folder, besides=("postgres", "static")), ["90 Fictief Bataljon"]) != []
    hexed, coded = STORY.encode().hex().encode(), b"eGt3aWtzdGFhcnR2ZXJoYWFsIQ=="
    for hidden in (f"x{STORY}".encode(), hexed, coded, b"KWIKSTAARTVERHAAL"):
        assert found_in([hidden], WORDS) == [STORY]


def a_journey(steen: Client, samira: Worker, bram: Worker, records: Records) -> Sent:
    """Every kind of text that the site takes, once."""
    more = {"contact_person": OTHER, "accessibility_needs": NEED}
    steen.ask(Request("", unit=UNIT, channels=("phone",), phone=PHONE, more=more))
    sent = steen.ask(
        Request(
            f"Mijn {STORY}.", ("stress",), unit="90 Fictief Bataljon", name=NAME, phone=PHONE, email=EMAIL,
            channels=("phone", "email", "portal"), yes=("safe_to_email",),
        )
    )  # fmt: skip
    samira.open(sent.reference)
    samira.do("take")
    samira.record_attempt("spoken", ATTEMPT)
    samira.refer("Regioteam West", SUMMARY, spoken=sent.phrase)
    bram.accept(sent.reference)
    steen.follow(sent)
    steen.write(FROM_HER)
    steen.add(ADDED)
    bram.write(sent.reference, FROM_HIM)
    bram.note(sent.reference, FILE)
    bram.note(sent.reference, WORKING, own=True)
    assert WORKING in words(bram.page) and FROM_HIM in steen.look()
    bram.close(sent.reference, "helped", CLOSING)
    return sent
