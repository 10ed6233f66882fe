"""Fetching from a real IMAP server: nothing is lost and nothing comes twice, whatever dies in between."""

import datetime as dt
import itertools
import signal
import socket
import threading
import time
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.test import Client

from accounts.models import Heartbeat
from cases.models import Case, Message
from desk import condition, snapshot, sweeps
from desk.mailroom import keeping, mailbox, sorting
from desk.mailroom import line as line_to_server
from desk.mailroom.configuration import Mailbox
from desk.mailroom.enums import Because, MailState
from desk.mailroom.models import Mail
from tests.factories.cast import Cast
from tests.imap import Imap
from tests.letters import letter

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def organisation(cast: Cast, at: dt.datetime) -> None:
    snapshot.write(at)


def test_new_mail_is_kept_moved_and_sorted(imap: Imap, box: Mailbox, at: dt.datetime) -> None:
    imap.put(letter("Eén"), letter("Twee"), user=box.user)
    assert mailbox.look(box, at)
    assert (imap.lying(user=box.user), imap.lying("Verwerkt", user=box.user)) == (0, 2)
    assert (Case.objects.count(), Mail.objects.filter(state=MailState.REQUEST).count()) == (2, 2)
    assert Heartbeat.objects.get(name="mailbox").at == at
    assert mailbox.fetch(box, at) == 0


def test_an_empty_mailbox_is_a_good_look(box: Mailbox, at: dt.datetime) -> None:
    assert mailbox.look(box, at)
    assert condition.read(at).problems == ["tick"]


def test_server_that_dies_before_the_move_sends_nothing_twice(
    imap: Imap, box: Mailbox, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Imap().start()
    box = own.box(box.user)
    try:
        own.put(*(letter(f"Bericht {n}") for n in range(3)), user=box.user)
        kept = keeping.keep

        def keep_and_pull_the_plug(*args: Any, **more: Any) -> bool:
            new = kept(*args, **more)
            if Mail.objects.count() == 2:
                own.stop(signal.SIGKILL)
            return new

        monkeypatch.setattr(keeping, "keep", keep_and_pull_the_plug)
        assert not mailbox.look(box, at)
        assert Mail.objects.count() == 2
        monkeypatch.undo()
        own.start()
        assert own.lying(user=box.user) == 3
        assert mailbox.look(box, at)
        assert (Mail.objects.count(), Case.objects.count()) == (3, 3)
        assert own.lying(user=box.user) == 0
    finally:
        own.remove()


@pytest.mark.django_db(transaction=False)
def test_database_that_dies_before_the_store_leaves_the_mail_on_the_server(
    imap: Imap, box: Mailbox, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(letter("Blijf"), user=box.user)

    def die(*args: Any, **more: Any) -> bool:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(keeping, "keep", die)
    assert not mailbox.look(box, at)
    assert (imap.lying(user=box.user), Mail.objects.count()) == (1, 0)
    monkeypatch.undo()
    assert mailbox.look(box, at)
    assert (imap.lying(user=box.user), Case.objects.count()) == (0, 1)


def test_uidvalidity_that_changes_brings_nothing_twice(imap: Imap, box: Mailbox, at: dt.datetime) -> None:
    raw = letter("Oud")
    imap.put(raw, user=box.user)
    assert mailbox.look(box, at)
    before = Mail.objects.get().uidvalidity
    with imap.hand(box.user) as hand:
        hand.folder.set("Verwerkt")
        hand.move(hand.uids(charset=None), "INBOX")
    lists = list((imap.home / "mail" / box.user).rglob("dovecot-uidlist"))
    assert lists
    for path in imap.home.glob(f"mail/{box.user}/dovecot*"):
        path.unlink()
    time.sleep(1.1)  # the validity of a new list is the second in which it is made
    imap.put(letter("Nieuw"), user=box.user)
    assert mailbox.look(box, at)
    assert Mail.objects.exclude(uidvalidity=before).count() == 1
    assert Case.objects.count() == 2
    assert imap.lying(user=box.user) == 0


def test_two_hundred_at_once(imap: Imap, box: Mailbox, at: dt.datetime, capsys: pytest.CaptureFixture[str]) -> None:
    imap.put(*(letter(f"Nummer {n}", sender=f"P <p{n}@buiten.example>") for n in range(200)), user=box.user)
    begun = time.monotonic()
    for _look in range(10):
        assert mailbox.look(box, at)
        if not Mail.objects.filter(state=MailState.NEW).exists() and not imap.lying(user=box.user):
            break
    with capsys.disabled():
        print(f"\n200 mails fetched and sorted in {time.monotonic() - begun:.1f} s")
    assert (Case.objects.count(), Mail.objects.count()) == (200, 200)
    assert (imap.lying(user=box.user), imap.lying("Verwerkt", user=box.user)) == (0, 200)


def test_a_giant_is_kept_in_part_and_waits(
    imap: Imap, box: Mailbox, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 50_000)
    monkeypatch.setattr(mailbox, "OF_A_LARGER_ONE", 2_000)
    imap.put(letter("a" * 76 + "\n" + ("b" * 76 + "\n") * 1000), letter("gewoon"), user=box.user)
    assert mailbox.look(box, at)
    giant = Mail.objects.get(is_cut=True)
    assert (giant.state, giant.because, len(giant.bytes)) == (MailState.WAITING, Because.TOO_BIG, 2000)
    assert giant.size > 50_000
    assert giant.body.startswith("a" * 76)
    assert Case.objects.count() == 1


def test_a_mail_that_cannot_be_kept_stays_and_is_said(
    imap: Imap, box: Mailbox, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(letter("giftig"), letter("gewoon"), user=box.user)
    kept = keeping.keep

    def refuse(raw: bytes, **more: Any) -> bool:
        if b"giftig" in raw:
            raise DataError("no")
        return kept(raw, **more)

    monkeypatch.setattr(keeping, "keep", refuse)
    assert not mailbox.look(box, at)
    assert (imap.lying(user=box.user), imap.lying("Verwerkt", user=box.user)) == (1, 1)
    assert Heartbeat.objects.filter(name="fail:mailbox").exists()
    monkeypatch.undo()
    assert mailbox.look(box, at)
    assert Case.objects.count() == 2


def test_a_reply_arrives_with_the_mail_it_answers(imap: Imap, box: Mailbox, at: dt.datetime) -> None:
    imap.put(letter("Eerste"), user=box.user)
    assert mailbox.look(box, at)
    case = Case.objects.get()
    imap.put(letter("Antwoord", subject=f"Re: {case.reference}"), user=box.user)
    assert mailbox.look(box, at)
    assert Message.objects.filter(case=case).count() == 1


def test_a_server_that_is_away_is_said(box: Mailbox, at: dt.datetime, client: Client, settings: Any) -> None:
    settings.MAILBOX = Mailbox("127.0.0.1", 1, "none", "x", "y")
    sweeps.beat("tick", at)
    assert not mailbox.look(settings.MAILBOX, at)
    now = condition.read(at)
    assert now.problems == ["mailbox"]
    assert now.sentences == ["Nieuwe e-mail komt nu niet binnen. Wat mensen schreven, staat veilig op de mailserver."]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_secured_line_asks_who_is_there(
    tls: str, user: str, at: dt.datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Imap(tls=True).start()
    try:
        server.put(letter("Veilig"), user=user)
        box = server.box(user, tls=tls, port=server.secure_port if tls == "tls" else server.port)
        settings.MAILBOX = box
        assert not mailbox.look(box, at)  # nobody vouches for this server
        monkeypatch.setenv("SSL_CERT_FILE", str(server.home / "cert.pem"))
        assert mailbox.look(box, at)
        assert not mailbox.look(server.box(user, tls=tls, port=box.port, host="localhost"), at)  # another name
        assert Case.objects.count() == 1
    finally:
        server.remove()


def test_a_late_look_is_said(box: Mailbox, at: dt.datetime) -> None:
    sweeps.beat("tick", at)
    assert mailbox.look(box, at - dt.timedelta(seconds=300))
    assert condition.read(at).problems == []
    assert condition.read(at + dt.timedelta(seconds=1)).problems == ["mailbox"]


def test_health_says_how_the_mailbox_is(client: Client, settings: Any, db: None) -> None:
    assert client.get("/health/ready").json()["mailbox"] == "off"
    settings.MAILBOX = Mailbox("127.0.0.1", 1, "none", "x", "y")
    answer = client.get("/health/ready").json()
    assert (answer["mailbox"], answer["last_mail_seconds"]) == ("late", None)
    assert "mailbox" in answer["problems"]


def test_a_server_that_drips_is_cut_off(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sign within the patience for one answer, but no end to it."""
    monkeypatch.setattr(line_to_server, "LONGEST", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def drip() -> None:
            line, _address = listener.accept()
            with line:
                while not stop.wait(0.2):
                    try:
                        line.sendall(b"*")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        begun = time.monotonic()
        assert not mailbox.look(Mailbox("127.0.0.1", listener.getsockname()[1], "none", "x", "y"), at)
        stop.set()
    assert time.monotonic() - begun < 6


def test_the_sweep_sorts_what_another_process_fetched(at: dt.datetime, db: None) -> None:
    raw = letter("Vergeten")
    keeping.keep(raw, folder="x", uidvalidity=1, uid=next(_numbers), size=len(raw), at=at)
    assert sorting.sort_due(at) == 1
    assert "mail" in sweeps.STEPS
    assert Case.objects.count() == 1
