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

from accounts.permissions import public
from desk import condition, surge


@public("Tells a monitor that the process answers; says nothing else.", stateless=True)
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers. Asks nobody."""
    return JsonResponse({"status": "ok"})


@public("Tells a monitor which part is away; holds figures about machinery only.", stateless=True)
def ready(request: HttpRequest) -> JsonResponse:
    """``ok`` or ``degraded`` with 200, ``down`` with 503 when the database is away. Ages are in whole seconds."""
    broker = _broker_answers()
    parts: dict[str, Any] = {"database": "ok", "broker": "ok" if broker else "away", "surge": surge.is_on()}
    parts["mailbox"] = "off" if settings.MAILBOX is None else "unknown"
    try:
        now = condition.read(timezone.now())
    except (DatabaseError, InterfaceError):
        connection.close()
        nothing = {
            "last_mail_seconds": None,
            "last_tick_seconds": None,
            "oldest_undelivered_seconds": None,
            "dead_notices": None,
        }
        answer = {"status": "down"} | parts | {"database": "away"} | nothing | {"problems": ["database"]}
        return JsonResponse(answer, status=503)
    if settings.MAILBOX is not None:
        parts["mailbox"] = "late" if condition.MAILBOX in now.problems else "ok"
    problems = [*([] if broker else ["broker"]), *now.problems]
    parts |= {
        "last_mail_seconds": _seconds(now.last_mail) if settings.MAILBOX else None,
        "last_tick_seconds": _seconds(now.last_run),
        "oldest_undelivered_seconds": _seconds(now.oldest_undelivered),
        "dead_notices": now.dead_notices,
        "problems": problems,
    }
    return JsonResponse({"status": "degraded" if problems else "ok"} | parts)


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


def _seconds(age: dt.timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())
