"""Text messages through a real HTTP gateway that fails, hangs, and says that it is too busy."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import delivery, gateway
from accounts.enums import Channel
from accounts.models import Notice, NoticeChoice, User
from accounts.notices import KINDS, Kind, tell_user
from tests.gateway import Gateway

HURRY = Kind(code="test.sms", title="Now", text="Someone of the case NB-1 waits.", priority=1)
CALM = Kind(code="test.calm", title="News", text="Something is new.")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (HURRY, CALM):
        monkeypatch.setitem(KINDS, kind.code, kind)


@pytest.fixture
def server(settings: Any) -> Iterator[Gateway]:
    """A gateway that takes everything, and the site's settings pointing at it."""
    found = Gateway().start()
    fields = {"to": "{number}", "body": {"text": "{text}"}, "ref": "{id}", "n": 1}
    settings.SMS = gateway.Gateway(found.url + "/send", "POST", {"Authorization": "Bearer geheim"}, fields)
    yield found
    found.stop()


@pytest.fixture
def els(db: None) -> User:
    return User.objects.create_user("els@nabij.example", name="Els Koning", reachable_number="088 000 00 70")


def queued(user: User, at: dt.datetime, kind: Kind = HURRY, channel: str = Channel.SMS) -> Notice:
    tell_user(kind, user, about=None, occasion="1", path="/wacht/", at=at, channels=(channel,))
    return Notice.objects.get()


def test_a_message_is_neutral_and_carries_number_proof_and_the_same_id_each_time(
    server: Gateway, els: User, at: dt.datetime, settings: Any
) -> None:
    notice = queued(els, at)
    assert delivery.deliver_due(at) == 1
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.headers["Authorization"]) == ("POST", "/send", "Bearer geheim")
    assert json.loads(asked.body) == {
        "to": "088 000 00 70",
        "body": {"text": f"Er is een bericht voor je. {settings.SITE_URL}/wacht/"},
        "ref": delivery.message_id(notice).strip("<>"),
        "n": 1,
    }
    notice.refresh_from_db()
    assert (notice.sent_at, notice.attempts, notice.skipped_because) == (at, 1, "")


@pytest.mark.parametrize("status", [500, 429, 400, 302])
def test_a_refusal_is_tried_again_and_says_only_its_number(
    server: Gateway, els: User, at: dt.datetime, status: int
) -> None:
    notice, server.status = queued(els, at), status
    assert delivery.deliver_due(at) == 0
    notice.refresh_from_db()
    assert (notice.finished_at, notice.last_error, notice.lease_until) == (None, f"NotTaken {status}", None)
    assert dt.timedelta(seconds=5) <= notice.available_at - at <= dt.timedelta(seconds=6)
    server.status = 200
    assert [delivery.deliver_due(at), delivery.deliver_due(at + dt.timedelta(seconds=7))] == [0, 1]
    assert [asked.path for asked in server.asked] == ["/send", "/send"]
    assert len({json.loads(asked.body)["ref"] for asked in server.asked}) == 1


def test_a_gateway_that_hangs_is_left_for_this_run_and_mail_goes_on(
    server: Gateway, els: User, at: dt.datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", (0.2, 0.2))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    server.pause = 1.0
    for number in range(3):
        tell_user(HURRY, els, about=None, occasion=str(number), path="/", at=at, channels=("sms", "email"))
    assert delivery.deliver_due(at) == 3
    assert len(server.asked) == 1
    assert Notice.objects.filter(channel="email", sent_at=at).count() == 3
    assert sorted(Notice.objects.filter(channel="sms").values_list("attempts", flat=True)) == [0, 0, 1]


def test_an_answer_without_end_is_not_waited_for(server: Gateway, els: User, at: dt.datetime) -> None:
    server.endless = True
    queued(els, at)
    begun = time.monotonic()
    assert delivery.deliver_due(at) == 1
    assert time.monotonic() - begun < 2
    assert len(server.asked) == 1


def test_nobody_there_or_no_number_or_no_gateway(els: User, at: dt.datetime, settings: Any) -> None:
    settings.SMS = gateway.Gateway("http://127.0.0.1:9/", "POST", {}, {"to": "{number}", "text": "{text}"})
    notice = queued(els, at)
    assert delivery.deliver_due(at) == 0
    User.objects.update(reachable_number="")
    later = at + dt.timedelta(minutes=1)
    assert delivery.deliver_due(later) == 1
    notice.refresh_from_db()
    assert notice.skipped_because == "no number"
    Notice.objects.update(finished_at=None, skipped_because="")
    settings.SMS = None
    assert delivery.deliver_due(later) == 1
    assert Notice.objects.get().skipped_because == "no gateway"


def test_text_messages_about_what_can_wait_are_asked_for(server: Gateway, els: User, at: dt.datetime) -> None:
    tell_user(CALM, els, about=None, occasion="1", at=at)
    assert sorted(Notice.objects.values_list("channel", flat=True)) == ["email", "inbox"]
    NoticeChoice.objects.create(user=els, kind=CALM.code, channel="sms")
    NoticeChoice.objects.create(user=els, kind=CALM.code, channel="email")
    NoticeChoice.objects.create(user=els, kind=HURRY.code, channel="sms")
    Notice.objects.all().delete()
    tell_user(CALM, els, about=None, occasion="2", at=at)
    assert sorted(Notice.objects.values_list("channel", flat=True)) == ["inbox", "sms"]
    Notice.objects.all().delete()
    queued(els, at)  # a choice about what cannot wait counts for nothing


def given(**values: str) -> Any:
    return lambda name, default=None: values.get(name.removeprefix("NABIJ_SMS_"), "").strip() or default


@pytest.mark.parametrize(
    ("values", "production"),
    [
        ({"URL": "http://sms.example/send"}, False),
        ({"URL": "http://127.0.0.1/send"}, True),
        ({"URL": "ftp://127.0.0.1/send"}, False),
        ({"URL": "https://sms.example", "METHOD": "GET"}, True),
        ({"URL": "https://sms.example", "FIELDS": "{number} {text}"}, True),
        ({"URL": "https://sms.example", "FIELDS": '{"to": "{number}"}'}, True),
    ],
)
def test_a_gateway_that_cannot_work_stops_the_site(values: dict[str, str], production: bool) -> None:
    with pytest.raises(ImproperlyConfigured):
        gateway.read(given(**values), production=production)


def test_a_gateway_from_the_environment() -> None:
    assert gateway.read(given(), production=True) is None
    found = gateway.read(given(URL="https://sms.example/v1", HEADER="X-Key: a:b", METHOD="put"), production=True)
    assert found == gateway.Gateway(
        "https://sms.example/v1", "PUT", {"X-Key": "a:b"}, {"to": "{number}", "text": "{text}", "reference": "{id}"}
    )
