"""Reports of the telephone system: missed calls and voice messages (docs/telephone.md)."""

import datetime as dt
import hashlib
import hmac
import math

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import audit, throttle
from accounts.enums import Outcome
from accounts.permissions import public
from cases import telephone
from desk import calling, snapshot
from desk.forms.phone_hook import SKEW, Wrong, event_of

LARGEST = 8 * 1024
TRY_AGAIN = {"Retry-After": "30"}


@csrf_exempt
@public("Only with a signature of the telephone system; shows nothing.", stateless=True)
@require_POST
def phone_hook(request: HttpRequest) -> JsonResponse:
    """Keep a report. Signed over the moment and the whole body; the same report again gets the same answer."""
    at = timezone.now()
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        if not is_signed(request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", ""), body, at):
            return _refused(request, at)
        event = event_of(body, at)
        calendar = snapshot.read().calendar
        with transaction.atomic():
            row, is_new = telephone.take_event(event, at=at, calendar=calendar)
            if is_new:
                calling.tell_of_call(row, at, calendar)
    except Wrong as wrong:
        return JsonResponse({"error": wrong.why, "field": wrong.field}, status=400)
    except telephone.Reused:
        return JsonResponse({"error": "this id came before with another content", "field": "id"}, status=409)
    except DatabaseError:
        return JsonResponse({"error": "try again"}, status=503, headers=TRY_AGAIN)
    return JsonResponse({"id": row.pk, "result": row.answer})


def is_signed(stamp: str, signature: str, body: bytes, at: dt.datetime) -> bool:
    """Whether one of our keys signed this body at a moment not five minutes from ``at``. Takes as long for any key."""
    fresh = (
        stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and abs(int(stamp) - at.timestamp()) <= SKEW.seconds
    )
    given, signed = signature.encode("utf-8", "replace"), stamp.encode("utf-8", "replace") + b"." + body
    matches = [
        hmac.compare_digest(hmac.new(key, signed, hashlib.sha256).hexdigest().encode(), given)
        for key in settings.PHONE_HOOK_KEYS.values()
    ]
    return any(matches) and fresh


def _refused(request: HttpRequest, at: dt.datetime) -> JsonResponse:
    """Trying costs time; what was wrong is not told."""
    wait = throttle.admit(throttle.near("phone hook", "", throttle.place_of(request)), at)
    if wait:
        later = {"Retry-After": str(math.ceil(wait.total_seconds()))}
        return JsonResponse({"error": "wait"}, status=429, headers=later)
    audit.record("phone.refused", by=telephone.BY, at=at, basis="signature", outcome=Outcome.DENIED)
    return JsonResponse({"error": "refused"}, status=401)
