"""Delivering the outbox to a real SMTP server, which refuses, hangs up, and takes a mail without saying so."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts import delivery, tasks
from accounts.models import Notice, User
from accounts.notices import KINDS, Address, Kind, tell_user
from tests.mailbox import Mailbox

PLAIN = Kind(code="test.plain", title="Something is new", text="Open the website to read it.")
HURRY = Kind(code="test.hurry", title="Now", text="Someone waits.", priority=1)
NOWHERE = Kind(code="test.nowhere", title="x", text="x", address=lambda notice: Address(skip="not safe to e-mail"))
BROKEN = Kind(code="test.broken", title="{missing}", text="x")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of these tests only."""
    for kind in (PLAIN, HURRY, NOWHERE, BROKEN):
        monkeypatch.setitem(KINDS, kind.code, kind)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Nothing is published; the hints that were given are listed."""
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **options: given.append(options))
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    return given


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server, and the site's settings pointing at it."""
    box = Mailbox().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", box.port, False
    settings.EMAIL_TIMEOUT = 3
    yield box
    box.stop()


@pytest.fixture
def els(db: None) -> User:
    return User.objects.create_user("els@nabij.example", name="Els Koning")


def tell(user: User, at: dt.datetime, occasion: str = "1", kind: Kind = PLAIN, path: str = "/wacht/") -> Notice:
    """Queue one notice; the row of its mail."""
    tell_user(kind, user, about=None, occasion=occasion, path=path, at=at)
    return Notice.objects.get(channel="email", dedupe_key__contains=f":{occasion}:", kind=kind.code)


def test_a_mail_is_neutral_and_in_the_readers_language(
    mailbox: Mailbox, els: User, at: dt.datetime, settings: Any
) -> None:
    settings.SITE_URL = "https://hulp.nabij.example"
    els.language = "en"
    notice = tell(els, at)
    assert delivery.deliver_due(at) == 1
    (letter,) = mailbox.letters
    assert (letter.to, letter.subject) == ("els@nabij.example", "There is a message for you")
    assert letter.message["From"] == "Loket <loket@nabij.example>"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.id == delivery.message_id(notice)
    assert letter.id.endswith("@hulp.nabij.example>")
    for words in (letter.text, letter.html):
        assert "Open the website to read it." in words
        assert "https://hulp.nabij.example/wacht/" in words
    assert '<html lang="en">' in letter.html
    notice.refresh_from_db()
    assert (notice.sent_at, notice.finished_at, notice.lease_until, notice.attempts) == (at, at, None, 1)


def test_dutch_is_the_language_of_who_chose_nothing(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    tell(els, at)
    delivery.deliver_due(at)
    assert mailbox.letters[0].subject == "Er is een bericht voor je"
    assert '<html lang="nl">' in mailbox.letters[0].html


def test_urgent_goes_first_and_says_so(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    tell(els, at, "1")
    tell(els, at + dt.timedelta(seconds=5), "2", HURRY)
    delivery.deliver_due(at + dt.timedelta(seconds=10))
    assert [letter.subject for letter in mailbox.letters] == [
        "Dringend: er is een bericht voor je",
        "Er is een bericht voor je",
    ]
    assert [letter.message["Importance"] for letter in mailbox.letters] == ["high", None]


def test_twice_delivers_once(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    tell(els, at)
    tell_user(PLAIN, els, about=None, occasion="1", at=at)
    assert [delivery.deliver_due(at), delivery.deliver_due(at + dt.timedelta(hours=1))] == [1, 0]
    assert len(mailbox.letters) == 1


def test_address_is_asked_at_the_moment_of_sending(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    tell(els, at)
    els.email = "new@nabij.example"
    els.save()
    delivery.deliver_due(at)
    assert [letter.to for letter in mailbox.letters] == ["new@nabij.example"]


def test_unsafe_address_is_skipped_and_that_is_kept(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    notice = tell(els, at, kind=NOWHERE)
    closed = tell(els, at, "2")
    User.objects.update(is_active=False)
    assert delivery.deliver_due(at) == 2
    for row, because in ((notice, "not safe to e-mail"), (closed, "no active user")):
        row.refresh_from_db()
        assert (row.finished_at, row.sent_at, row.skipped_because) == (at, None, because)
    assert mailbox.letters == []


def test_refusal_waits_longer_each_time(mailbox: Mailbox, els: User, at: dt.datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    mailbox.mood = "refuse"
    notice = tell(els, at)
    moment, pauses = at, []
    for _ in range(10):
        assert delivery.deliver_due(moment) == 0
        notice.refresh_from_db()
        pauses.append(int((notice.available_at - moment).total_seconds()))
        moment = notice.available_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert (notice.last_error, notice.lease_until) == ("SMTPDataError 451", None)
    mailbox.mood = "accept"
    assert delivery.deliver_due(moment) == 1
    assert len(mailbox.letters) == 1


def test_pause_has_up_to_a_fifth_on_top() -> None:
    first = {delivery.pause_after(1) for _ in range(50)}
    assert dt.timedelta(seconds=5) <= min(first) < max(first) <= dt.timedelta(seconds=6)


@pytest.mark.parametrize("mood", ["refuse", "reject", "hang_up"])
def test_one_bad_mail_does_not_hold_up_the_others(mailbox: Mailbox, els: User, at: dt.datetime, mood: str) -> None:
    mailbox.mood = mood
    notices = [tell(els, at, str(number)) for number in range(3)]
    assert delivery.deliver_due(at) == 0
    assert mailbox.tries == 3
    mailbox.mood = "accept"
    assert delivery.deliver_due(at + dt.timedelta(seconds=10)) == 3
    assert sorted(mailbox.ids) == sorted(delivery.message_id(notice) for notice in notices)


def test_mail_that_cannot_be_made_is_put_back_and_the_next_goes_out(
    mailbox: Mailbox, els: User, at: dt.datetime
) -> None:
    bad = tell(els, at, "1", BROKEN)
    tell(els, at, "2")
    unknown = tell(els, at, "3")
    Notice.objects.filter(pk=unknown.pk).update(kind="test.gone")
    assert delivery.deliver_due(at) == 1
    for row in (bad, unknown):
        row.refresh_from_db()
        assert (row.last_error, row.finished_at) == ("KeyError", None)


def test_server_that_is_away_ends_the_run(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    mailbox.stop()
    for number in range(3):
        tell(els, at, str(number))
    assert delivery.deliver_due(at) == 0
    assert sorted(Notice.objects.undelivered().values_list("attempts", flat=True)) == [0, 0, 1]
    mailbox.start()
    assert delivery.deliver_due(at + dt.timedelta(seconds=10)) == 3


def test_lost_answer_sends_again_under_the_same_id(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    mailbox.mood = "drop"
    notice = tell(els, at)
    assert delivery.deliver_due(at) == 0
    mailbox.mood = "accept"
    assert delivery.deliver_due(at + dt.timedelta(seconds=10)) == 1
    assert mailbox.ids == [delivery.message_id(notice)] * 2


def test_killed_deliverer_is_replaced_when_its_lease_is_over(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    notice = tell(els, at)
    taken = delivery._take_next(at)
    assert taken is not None
    assert delivery.deliver_due(at + dt.timedelta(seconds=30)) == 0
    assert delivery.deliver_due(at + delivery.LEASE) == 1
    notice.refresh_from_db()
    assert (notice.attempts, len(mailbox.letters)) == (2, 1)


def test_slow_deliverer_leaves_a_newer_lease_alone(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    tell(els, at)
    slow = delivery._take_next(at)
    quick = delivery._take_next(at + delivery.LEASE)
    assert slow is not None and quick is not None
    delivery._put_back(slow, TimeoutError(), at + delivery.LEASE)
    assert Notice.objects.undelivered().get().lease_until == quick.lease_until


def test_given_up_after_a_day_and_shown_for_a_week(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    mailbox.mood = "reject"
    notice = tell(els, at)
    almost = at + dt.timedelta(hours=23, minutes=59)
    delivery.deliver_due(almost)
    assert (delivery.dead(almost), delivery.undelivered().get()) == (0, notice)
    late = at + dt.timedelta(hours=25)
    delivery.deliver_due(late)
    notice.refresh_from_db()
    assert (notice.dead_at, notice.finished_at, notice.sent_at) == (late, late, None)
    assert (delivery.dead(late), delivery.undelivered().exists()) == (1, False)
    assert delivery.dead(late + dt.timedelta(days=7)) == 0
    assert delivery.deliver_due(late + dt.timedelta(days=1)) == 0


def test_error_text_holds_no_address(mailbox: Mailbox, els: User, at: dt.datetime) -> None:
    import smtplib

    assert delivery.describe(smtplib.SMTPRecipientsRefused({"els@nabij.example": (550, b"els@ unknown")})) == (
        "SMTPRecipientsRefused 550"
    )
    assert delivery.describe(ConnectionRefusedError("els@nabij.example")) == "ConnectionRefusedError"


def test_many_deliverers_send_each_mail_once(mailbox: Mailbox, committed_db: None, at: dt.datetime) -> None:
    user = User.objects.create_user("els@nabij.example")
    ids = sorted(delivery.message_id(tell(user, at, f"n{number}")) for number in range(30))
    done: list[int] = []

    def work() -> None:
        done.append(delivery.deliver_due(at))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 30
    assert sorted(mailbox.ids) == ids


def test_a_mail_hints_the_worker_once_committed(
    els: User, at: dt.datetime, no_broker: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tell(els, at)
        assert no_broker == []
    assert no_broker == [{"retry": False, "ignore_result": True}]


def test_broker_that_is_away_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def away(**options: Any) -> None:
        asked.append(options)
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.deliver, "apply_async", away)
    assert [tasks.hint_delivery() for _ in range(3)] == [False, False, False]
    assert len(asked) == 1
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    tasks.hint_delivery()
    assert len(asked) == 2


def test_without_broker_a_hint_costs_no_time(settings: Any) -> None:
    from celery import current_app

    assert current_app.main == "nabij"
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert (options["interval_start"], options["max_retries"]) == (0, 0)
