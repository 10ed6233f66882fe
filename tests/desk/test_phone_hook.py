"""The telephone hook: signed, once each, with a clear answer to everything; a number is never looked up."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import AuditEvent, Notice
from cases import call_attempts, callbacks, telephone
from cases.models import CallBack, PhoneEvent
from desk import calling
from tests.desk import hook_urls  # now: addresses are read once, with the settings of that moment
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

URL = "/haak/telefonie/"
OLD, NEW = b"o" * 32, b"n" * 32
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def hook(settings: Any, at: dt.datetime) -> Any:
    settings.PHONE_HOOK_KEYS = {"new": NEW, "old": OLD}
    settings.ROOT_URLCONF = hook_urls.__name__
    with time_machine.travel(at, tick=False):
        yield


def report(at: dt.datetime, **changes: Any) -> dict[str, Any]:
    return {
        "id": "call-1", "kind": "missed_call", "at": at.isoformat(), "line": "desk", "from": "06 00 00 00 21",
        "seconds": 20,
    } | changes  # fmt: skip


def signed(body: bytes, at: dt.datetime, key: bytes = NEW) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {
        "X-Timestamp": stamp,
        "X-Signature": hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest(),
    }


def send(given: Any, at: dt.datetime, *, key: bytes = NEW, client: Client | None = None, **headers: str) -> Any:
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    client = client or Client(enforce_csrf_checks=True)
    return client.post(URL, body, "application/json", headers=signed(body, at, key) | headers)


def test_a_missed_call_becomes_a_call_back(cast: Cast, at: dt.datetime) -> None:
    answer = send(report(at), at)
    assert (answer.status_code, answer.json()) == (200, {"id": "call-1", "result": "call_back"})
    row = CallBack.objects.get()
    assert (row.case, row.source, row.number, row.calls, row.line) == (
        None,
        "missed_call",
        "+31600000021",
        1,
        "DESK_LINE",
    )
    assert (row.next_at, row.due_at) == (at, at + HOUR)
    assert "sessionid" not in answer.cookies
    assert list(AuditEvent.objects.values_list("action", "actor_id")) == [("phone.event", "cases.telephone")]


def test_the_same_report_again_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    first, again = send(report(at), at), send(report(at), at, key=OLD)
    assert first.content == again.content
    assert (CallBack.objects.get().calls, PhoneEvent.objects.count()) == (1, 1)


def test_the_same_id_with_another_content_is_refused(cast: Cast, at: dt.datetime) -> None:
    send(report(at), at)
    answer = send(report(at, seconds=21), at)
    assert (answer.status_code, answer.json()["field"], CallBack.objects.get().calls) == (409, "id", 1)


def test_calling_again_adds_to_the_open_one(cast: Cast, at: dt.datetime) -> None:
    send(report(at - HOUR), at)
    answer = send(report(at, id="call-2", kind="voicemail", recording="msg:77", **{"from": "+31 6 00000021"}), at)
    assert answer.json()["result"] == "added"
    row = CallBack.objects.get()
    assert (row.calls, row.called_at, row.recording, row.source) == (2, at, "msg:77", "voicemail")
    callbacks.finish(row, "Verkeerd verbonden.", by=cast.actor("samira"), at=at)
    assert send(report(at, id="call-3"), at).json()["result"] == "call_back"
    assert CallBack.objects.count() == 2


def test_who_calls_again_is_due_again(cast: Cast, at: dt.datetime) -> None:
    send(report(at - 2 * HOUR), at)
    row = CallBack.objects.get()
    call_attempts.try_stranger(row, "no_answer", by=cast.actor("samira"), at=at - HOUR)
    assert row.next_at == at + 7 * HOUR
    send(report(at, id="call-2"), at)
    row.refresh_from_db()
    assert (row.next_at, row.attempts) == (at, 1)


def test_a_number_is_never_linked_by_the_machine(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    send(report(at, **{"from": case.person.phone}), at)
    assert CallBack.objects.get().case is None
    assert not AuditEvent.objects.filter(case_id=case.pk).exists()


def test_a_withheld_number_is_only_counted(cast: Cast, at: dt.datetime) -> None:
    assert send(report(at, **{"from": None}), at).json()["result"] == "withheld"
    assert not CallBack.objects.exists()
    assert [row.id for row in telephone.withheld(at)] == ["call-1"]
    assert telephone.withheld(at + 24 * HOUR) == []


def test_the_after_hours_line_tells_who_is_on_duty(cast: Cast, at: dt.datetime) -> None:
    night = at.replace(hour=22)
    with time_machine.travel(night, tick=False):
        send(report(night, line="after_hours"), night)
        send(report(night, line="after_hours"), night)
        send(report(night, id="call-2", line="after_hours", **{"from": None}), night)
        send(report(at, id="call-3", line="after_hours"), night)
    told = list(Notice.objects.filter(kind="call_back.phone", channel="inbox").values_list("user", flat=True))
    assert sorted(told) == sorted(2 * [user.pk for user in calling.on_duty(night)]) != []
    assert not {cast.samira.pk, cast.joost.pk} & set(told)
    send(report(at, id="call-4", line="after_hours"), at)
    assert Notice.objects.filter(kind="call_back.phone", channel="inbox").count() == len(told)
    assert CallBack.objects.get().due_at == night + HOUR


@pytest.mark.parametrize(
    "spoil",
    [
        lambda head: head | {"X-Signature": ""},
        lambda head: head | {"X-Signature": head["X-Signature"][:-1] + "x"},
        lambda head: head | {"X-Timestamp": str(int(head["X-Timestamp"]) + 1)},
        lambda head: head | {"X-Timestamp": "nu"},
        lambda head: {},
    ],
)
def test_a_bad_signature_is_refused_without_detail(
    cast: Cast, at: dt.datetime, spoil: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    body = json.dumps(report(at)).encode()
    answer = Client().post(URL, body, "application/json", headers=spoil(signed(body, at)))
    assert (answer.status_code, answer.json()) == (401, {"error": "refused"})
    assert not CallBack.objects.exists()
    assert AuditEvent.objects.filter(action="phone.refused", outcome="denied").count() == 1


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401)])
def test_five_minutes_of_skew(cast: Cast, at: dt.datetime, seconds: int, status: int) -> None:
    assert send(report(at), at + dt.timedelta(seconds=seconds)).status_code == status


def test_another_key_is_refused_and_trying_costs_time(cast: Cast, at: dt.datetime) -> None:
    answers = [send(report(at), at, key=b"x" * 32).status_code for _number in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert send(report(at), at).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "fax"}, "kind"), ({"kind": ["missed_call"]}, "kind"), ({"line": "urgent"}, "line"),
        ({"id": ""}, "id"), ({"id": "a b"}, "id"), ({"id": "x" * 65}, "id"), ({"id": 7}, "id"),
        ({"from": "12"}, "from"), ({"from": 31600000021}, "from"), ({"from": "\u0000"}, "from"),
        ({"at": "gisteren"}, "at"), ({"at": "2026-03-10T10:00:00"}, "at"), ({"at": 7}, "at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ({"seconds": -1}, "seconds"), ({"seconds": True}, "seconds"), ({"seconds": 1.5}, "seconds"),
        ({"seconds": 86401}, "seconds"), ({"recording": "x"}, "recording"), ({"name": "Tom"}, "name"),
        ({"kind": "voicemail", "recording": "../x y"}, "recording"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(cast: Cast, at: dt.datetime, changes: dict[str, Any], field: str) -> None:
    answer = send(report(at) | changes, at)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert not PhoneEvent.objects.exists()


@pytest.mark.parametrize(
    ("moved", "status"),
    [(dt.timedelta(minutes=5), 200), (dt.timedelta(minutes=5, seconds=1), 400), (dt.timedelta(days=-7), 200),
     (dt.timedelta(days=-7, seconds=-1), 400)],
)  # fmt: skip
def test_not_from_the_future_and_not_too_old(cast: Cast, at: dt.datetime, moved: dt.timedelta, status: int) -> None:
    assert send(report(at + moved), at).status_code == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"id": ' + b"[" * 4000])
def test_broken_json(cast: Cast, at: dt.datetime, body: bytes) -> None:
    assert send(body, at).status_code == 400


def test_too_large(cast: Cast, at: dt.datetime) -> None:
    assert send(b" " * 8193, at).status_code == 413


def test_only_post(cast: Cast) -> None:
    assert Client().get(URL).status_code == 405


def test_without_keys_there_is_no_hook(cast: Cast, at: dt.datetime, settings: Any) -> None:
    settings.ROOT_URLCONF = "desk.urls"
    assert send(report(at), at).status_code == 404


def test_a_database_that_is_away_is_told(cast: Cast, at: dt.datetime) -> None:
    with patch.object(telephone, "take_event", side_effect=OperationalError):
        answer = send(report(at), at)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


@pytest.mark.django_db(transaction=True)
def test_many_reports_of_one_number_at_once(committed_db: None, at: dt.datetime) -> None:
    make_cast(at)
    ready, answers = threading.Barrier(12, timeout=60), []

    def ring(number: int) -> None:
        try:
            ready.wait()
            answers.append(send(report(at, id=f"call-{number // 2}"), at).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ring, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 12
    assert (CallBack.objects.get().calls, PhoneEvent.objects.count()) == (6, 6)


def test_old_reports_are_forgotten(cast: Cast, at: dt.datetime) -> None:
    send(report(at), at)
    assert telephone.forget_old(at + 8 * 24 * HOUR) == 0
    assert telephone.forget_old(at + 8 * 24 * HOUR + dt.timedelta(seconds=1)) == 1
    assert CallBack.objects.get().number == "+31600000021"


def test_keys_come_from_the_environment() -> None:
    from tests.desk.test_settings import key, sentences

    other = f"b:{base64.b64encode(b'z' * 32).decode()}"
    assert sentences(
        {"NABIJ_PHONE_HOOK_KEYS": ""}, {"NABIJ_PHONE_HOOK_KEYS": other}, {"NABIJ_PHONE_HOOK_KEYS": "kort"},
        {"NABIJ_PHONE_HOOK_KEYS": key("v")},
    ) == [
        "starts", "starts", "NABIJ_PHONE_HOOK_KEYS must be id:base64 of 32 bytes, several separated by commas.",
        "NABIJ_PHONE_HOOK_KEYS must be other keys than those that encrypt.",
    ]  # fmt: skip
