"""For the machines that watch the machine: is it alive, and can it do its work? No personal data, no page frame."""

import datetime as dt
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts import delivery
from accounts.permissions import public
from desk import sweeps

LATE_TICK = dt.timedelta(seconds=120)
LATE_NOTICE = dt.timedelta(minutes=5)


@public("Tells a monitor that the process answers; says nothing else.", stateless=True)
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers. Asks nobody."""
    return JsonResponse({"status": "ok"})


@public("Tells a monitor which part is away; holds figures about machinery only.", stateless=True)
def ready(request: HttpRequest) -> JsonResponse:
    """``ok`` or ``degraded`` with 200, ``down`` with 503 when the database is away. Ages are in whole seconds."""
    at = timezone.now()
    broker = _broker_answers()
    try:
        found = _in_database(at)
    except (DatabaseError, InterfaceError):
        connection.close()
        nothing = {"last_tick_seconds": None, "oldest_undelivered_seconds": None, "dead_notices": None}
        answer = {"status": "down", "database": "away", "broker": _state(broker), **nothing, "problems": ["database"]}
        return JsonResponse(answer, status=503)
    problems = [*([] if broker else ["broker"]), *_problems(found), *sweeps.failures(at)]
    return JsonResponse(
        {
            "status": "degraded" if problems else "ok",
            "database": "ok",
            "broker": _state(broker),
            "last_tick_seconds": _seconds(found["last_tick"]),
            "oldest_undelivered_seconds": _seconds(found["oldest_undelivered"]),
            "dead_notices": found["dead_notices"],
            "problems": problems,
        }
    )


def _in_database(at: dt.datetime) -> dict[str, Any]:
    """Three short queries; raises when the database is away."""
    return {
        "last_tick": sweeps.last_run(at),
        "oldest_undelivered": delivery.oldest_undelivered(at),
        "dead_notices": delivery.dead(at),
    }


def _problems(found: dict[str, Any]) -> list[str]:
    tick, oldest = found["last_tick"], found["oldest_undelivered"]
    wrong = {
        "tick": tick is None or tick > LATE_TICK,
        "delivery": oldest is not None and oldest > LATE_NOTICE,
        "dead_notices": found["dead_notices"] > 0,
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]


def _broker_answers() -> bool:
    """One quick question, without the client's own patience."""
    once = Retry(NoBackoff(), 0)
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=once)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _state(there: bool) -> str:
    return "ok" if there else "away"


def _seconds(age: dt.timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())
