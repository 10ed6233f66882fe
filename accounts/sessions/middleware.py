"""Keeps the limits of a session on every request."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.sessions import limits, opened

Next = Callable[[HttpRequest], HttpResponse]
BACKGROUND = "X-Background"
"""Sent by what asks by itself, such as the line with news: it must not keep a session open."""


class Sessions:
    """A lapsed session counts as nobody; its row stays a day, to say whose text it is that comes in too late.

    Sets ``request.use`` (None when nobody is logged in) and ``request.lapsed`` (the id of whose session lapsed).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        at = timezone.now()
        request.lapsed = ""
        request.use = limits.read(request.session) or _begin(request, at)
        if request.use and request.use.lapsed(at):
            if BACKGROUND in request.headers:
                return HttpResponse(status=204)
            _as_nobody(request)
        use, proofs = request.use, _proofs(request)
        if use and BACKGROUND not in request.headers and limits.is_due(use, at):
            request.use = use.used(at)
            limits.write(request.session, request.use)
        response = self.get_response(request)
        if _user_id(request) is None:
            if use:
                response["Clear-Site-Data"] = '"cache", "storage"'
        elif use is None or use.user_id != _user_id(request):
            _begin(request, at)
        elif _proofs(request) > proofs:
            _new_key(request)
        return response


def _begin(request: Any, at: dt.datetime) -> limits.Use | None:
    """After a log-in: its limits start, and it comes on the list. None when nobody has logged in."""
    use = limits.begin(request.session, at)
    if use:
        if not request.session.session_key:
            request.session.save()
        opened.note(use.user_id, request.session.session_key, agent=request.META.get("HTTP_USER_AGENT", ""))
    return use


def _as_nobody(request: Any) -> None:
    """An empty session for this request only. The browser keeps its cookie, the row keeps its name."""
    request.lapsed = request.use.user_id
    request.use = None
    request.session = SessionStore()
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)


def _new_key(request: Any) -> None:
    """After another proof of who someone is: whoever knew the key of before has nothing (ASVS 7.2.4)."""
    old = request.session.session_key
    request.session.cycle_key()
    opened.renamed(old, request.session.session_key)


def _user_id(request: Any) -> str | None:
    found = request.session.get(SESSION_KEY)
    return None if found is None else str(found)


def _proofs(request: Any) -> int:
    """How often someone proved who they are in this session, as allauth writes it down."""
    return len(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ())
