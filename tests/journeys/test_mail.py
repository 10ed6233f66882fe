"""E-mail from a real IMAP server, with everything that can be killed, killed (its story is in test_always_open.py)."""

import signal
import socket
import time
from collections.abc import Iterator

import pytest

from tests.imap import Imap
from tests.journeys.site import Site, running
from tests.letters import DESK, letter
from tests.mailbox import eventually

MARA = "mara@buiten.example"


@pytest.fixture(scope="module")
def imap() -> Iterator[Imap]:
    server = Imap().start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory, imap: Imap) -> Iterator[Site]:
    """A site of these tests' own, that looks into a mailbox every five seconds."""
    given = {
        "NABIJ_IMAP_HOST": "127.0.0.1", "NABIJ_IMAP_PORT": str(imap.port), "NABIJ_IMAP_TLS": "none",
        "NABIJ_IMAP_USER": DESK, "NABIJ_IMAP_PASSWORD": "geheim", "NABIJ_IMAP_SECONDS": "5",
    }  # fmt: skip
    with running(tmp_path_factory.mktemp("mail"), **given) as site:
        yield site


def test_everything_killed_while_mail_comes_in(whole_site: Site, imap: Imap) -> None:
    site, count = whole_site, 60
    site.mailbox.mood = "accept"
    before = site.count("SELECT count(*) FROM mailroom_mail")
    cases = site.count("SELECT count(*) FROM cases_case")

    def kept() -> int:
        return site.count("SELECT count(*) FROM mailroom_mail") - before

    imap.put(*(letter(f"Bericht nummer {n}", sender=f"P <p{n}@kill.example>") for n in range(count)))
    assert eventually(lambda: kept() > 3, 60, every=0.02)
    site.postgres.kill()
    time.sleep(1)
    site.postgres.start()
    at_the_first = kept()
    imap.put(*(letter(f"Later {n}", sender=f"L <l{n}@kill.example>") for n in range(count)))
    assert eventually(lambda: kept() > max(at_the_first, count), 90, every=0.02)
    imap.stop(signal.SIGKILL)
    for part in ("ticker", "worker"):
        site.kill(part)
        site.part(part)
    imap.start()
    assert eventually(lambda: imap.lying() == 0 and kept() == 2 * count, 120), (imap.lying(), kept())
    assert eventually(lambda: site.count("SELECT count(*) FROM mailroom_mail WHERE state = 'new'") == 0, 120)
    made = site.count("SELECT count(*) FROM cases_case") - cases
    answers, cases_answered = site.sql(
        "SELECT count(*), count(DISTINCT subject_id) FROM accounts_notice WHERE kind = 'client.received_by_mail'"
    )[0]
    assert made == 2 * count
    assert answers == cases_answered > 0  # once each, until so many make it a surge
    print(f"mails sent {2 * count}, lost {2 * count - made}, twice {max(made - 2 * count, 0)}")


def test_a_mail_server_that_hangs_holds_up_nothing(whole_site: Site, imap: Imap) -> None:
    site = whole_site
    ages = "SELECT extract(epoch FROM now() - max(at))::int FROM accounts_heartbeat WHERE name IN ('tick', 'worker')"
    imap.stop()
    with socket.create_server(("127.0.0.1", imap.port)) as mute:
        assert eventually(lambda: site.count(ages) < 3)
        worst = 0
        for _second in range(12):
            time.sleep(1)
            worst = max(worst, site.count(ages))
        assert worst <= 4, worst
        assert mute.fileno() > 0
    requests = "SELECT count(*) FROM cases_intake WHERE channel = 'email'"
    before = site.count(requests)
    imap.start()
    imap.put(letter("Weer daar", sender="W <weer@buiten.example>"))
    assert eventually(lambda: site.count(requests) == before + 1, 90)
