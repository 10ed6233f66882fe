"""Signs on a device, at a real push service that decrypts them as a browser does."""

import base64
import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts import delivery, push, vapid
from accounts.actions import disable_user
from accounts.actors import actor_for
from accounts.enums import Channel
from accounts.models import AuditEvent, DataKey, Device, Notice, User
from accounts.notices import KINDS, Kind, tell_user
from tests.gateway import Asked, Gateway

KIND = Kind(code="test.push", title="Now", text="Someone of the case NB-1 waits.", priority=1)
OWN_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode()


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Browser:
    """A browser with a subscription at ``endpoint``."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self.key, self.secret = endpoint, ec.generate_private_key(ec.SECP256R1()), uuid.uuid4().bytes

    @property
    def subscription(self) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return json.dumps({"endpoint": self.endpoint, "keys": {"p256dh": coded(point), "auth": coded(self.secret)}})

    def reads(self, asked: Asked) -> dict[str, str]:
        assert asked.headers["content-encoding" if "content-encoding" in asked.headers else "Content-Encoding"] == (
            "aes128gcm"
        )
        raw = http_ece.decrypt(asked.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return dict(json.loads(raw))


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    found = Gateway().start()
    found.status = 201
    settings.PUSH_SERVICES = [f"127.0.0.1:{found.port}", "push.example", "*.wns.example"]
    settings.VAPID_KEY, settings.VAPID_CONTACT = vapid.check(OWN_KEY), "mailto:loket@nabij.example"
    monkeypatch.setitem(KINDS, KIND.code, KIND)
    yield found
    found.stop()


@pytest.fixture
def els(db: None) -> User:
    return User.objects.create_user("els@nabij.example", name="Els Koning")


def add(user: User, browser: Browser, at: dt.datetime) -> Device:
    return push.add(user, browser.subscription, "Telefoon", by=actor_for(user, at), at=at)


def tell(user: User, at: dt.datetime) -> Notice:
    tell_user(KIND, user, about=None, occasion=str(at), path="/wacht/", at=at, channels=(Channel.PUSH,))
    return Notice.objects.latest("created_at")


def test_a_sign_is_neutral_encrypted_and_signed(service: Gateway, els: User, at: dt.datetime, settings: Any) -> None:
    browser = Browser(f"{service.url}/els")
    add(els, browser, at)
    notice = tell(els, at)
    assert delivery.deliver_due(at) == 1
    (asked,) = service.asked
    assert browser.reads(asked) == {
        "title": settings.BRAND_NAME, "body": "Er is een bericht voor je.", "link": f"{settings.SITE_URL}/wacht/",
    }  # fmt: skip
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert (headers["urgency"], headers["topic"], headers["ttl"]) == ("high", notice.pk.hex, "1800")
    token = headers["authorization"].split("t=")[1].split(",")[0]
    point = base64.urlsafe_b64decode(vapid.public_key(settings.VAPID_KEY) + "=")
    key: Any = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(token, key, algorithms=["ES256"], audience=service.url)
    assert claims["sub"] == "mailto:loket@nabij.example"
    assert b"Els" not in asked.body


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten_with_its_key(
    service: Gateway, els: User, at: dt.datetime, status: int
) -> None:
    add(els, Browser(f"{service.url}/old"), at)
    service.status = status
    notice = tell(els, at)
    assert delivery.deliver_due(at) == 1
    notice.refresh_from_db()
    assert (notice.skipped_because, Device.objects.count(), DataKey.objects.count()) == ("no device", 0, 0)


def test_one_device_fails_and_the_other_hears_it_once(service: Gateway, els: User, at: dt.datetime) -> None:
    for name in ("good", "bad"):
        add(els, Browser(f"{service.url}/{name}"), at)
    service.statuses["/bad"] = 503
    notice = tell(els, at)
    assert delivery.deliver_due(at) == 0
    service.statuses.clear()
    assert delivery.deliver_due(at + dt.timedelta(seconds=30)) == 1
    assert sorted(asked.path for asked in service.asked) == ["/bad", "/bad", "/good"]
    notice.refresh_from_db()
    assert notice.attempts == 2


def test_a_push_service_that_is_away_keeps_no_sign_from_another(service: Gateway, els: User, at: dt.datetime) -> None:
    gone = Gateway()
    gone.server.server_close()
    push.settings.PUSH_SERVICES.append(f"127.0.0.1:{gone.port}")
    add(els, Browser(f"{gone.url}/away"), at)
    add(els, Browser(f"{service.url}/there"), at)
    notice = tell(els, at)
    assert delivery.deliver_due(at) == 0
    assert [asked.path for asked in service.asked] == ["/there"]
    notice.refresh_from_db()
    assert (notice.finished_at, notice.attempts) == (None, 1)


def test_a_push_service_that_hangs_is_asked_once(
    service: Gateway, els: User, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "TIMEOUT", 0.2)
    service.pause = 0.5
    for name in ("one", "two", "three"):
        add(els, Browser(f"{service.url}/{name}"), at)
    tell(els, at)
    assert delivery.deliver_due(at) == 0
    assert len(service.asked) == 1


def test_a_redirect_is_not_followed(service: Gateway, els: User, at: dt.datetime) -> None:
    add(els, Browser(f"{service.url}/els"), at)
    service.status = 302
    tell(els, at)
    assert delivery.deliver_due(at) == 0
    assert [asked.path for asked in service.asked] == ["/els"]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://push.example/a", True),
        ("https://db5.wns.example/a", True),
        ("https://wns.example/a", False),
        ("http://push.example/a", False),
        ("https://push.example:8443/a", False),
        ("https://push.example.evil.example/a", False),
        ("https://user:word@push.example/a", False),
        ("https://127.0.0.1/a", False),
        ("https://[::1", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_push_services_we_know_are_written_to(service: Gateway, address: str, known: bool) -> None:
    assert push.is_push_service(address) is known


@pytest.mark.parametrize(
    "sent", ["", "{}", "[]", "[" * 4000, "null", '{"endpoint": 1, "keys": {"p256dh": "a", "auth": "b"}}']
)
def test_what_is_no_subscription_is_refused(service: Gateway, els: User, at: dt.datetime, sent: str) -> None:
    with pytest.raises(push.BadDevice):
        push.add(els, sent, "x", by=actor_for(els, at), at=at)
    assert Device.objects.count() == 0


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "a" * 87},  # no point on the curve
        {"p256dh": "é" * 87},
        {"p256dh": "a"},
        {"auth": "YWJj"},  # too short
        {"auth": "a"},
    ],
)
def test_keys_that_encrypt_nothing_are_refused(
    service: Gateway, els: User, at: dt.datetime, keys: dict[str, str]
) -> None:
    sent = json.loads(Browser(f"{service.url}/els").subscription)
    sent["keys"] |= keys
    with pytest.raises(push.BadDevice):
        push.add(els, json.dumps(sent), "x", by=actor_for(els, at), at=at)
    assert (Device.objects.count(), DataKey.objects.count()) == (0, 0)


def test_the_address_is_sealed_and_a_browser_belongs_to_one_person(
    service: Gateway, els: User, at: dt.datetime
) -> None:
    browser = Browser(f"{service.url}/shared")
    add(els, browser, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint, secrets FROM accounts_device")
        assert b"shared" not in b"".join(bytes(part) for part in cursor.fetchone())
    joost = User.objects.create_user("joost@nabij.example", name="Joost")
    add(joost, browser, at)
    assert [device.user for device in Device.objects.all()] == [joost]
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["device.added", "device.added"]


def test_five_devices_and_removing_only_your_own(service: Gateway, els: User, at: dt.datetime) -> None:
    for number in range(push.MOST_DEVICES):
        device = add(els, Browser(f"{service.url}/{number}"), at)
    with pytest.raises(push.BadDevice):
        add(els, Browser(f"{service.url}/six"), at)
    joost = User.objects.create_user("joost@nabij.example", name="Joost")
    assert not push.remove(joost, device.pk, by=actor_for(joost, at), at=at)
    assert push.remove(els, device.pk, by=actor_for(els, at), at=at)
    assert (Device.objects.count(), DataKey.objects.count()) == (4, 4)


def test_a_closed_account_leaves_no_device(service: Gateway, els: User, at: dt.datetime) -> None:
    add(els, Browser(f"{service.url}/els"), at)
    disable_user(els, by=actor_for(els, at), at=at)
    assert (Device.objects.count(), DataKey.objects.count()) == (0, 0)


def test_a_key_that_is_none_stops_the_site() -> None:
    for wrong in ("kort", coded(bytes(32)), "é" * 43):
        with pytest.raises(ImproperlyConfigured):
            vapid.check(wrong)
    assert (vapid.check(""), vapid.public_key("")) == ("", "")
