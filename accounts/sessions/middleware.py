"""Keeps the limits of a session on every request."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.sessions import kept, limits, opened

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
            if BACKGROUND in request.headers and ("HX-Request" in request.headers or request.method != "POST"):
                return HttpResponse(status=204)
            _as_nobody(request)
        use, proofs = request.use, _proofs(request)
        whole = use is not None and limits.is_whole(request.session, use)
        if use and BACKGROUND not in request.headers and limits.is_due(use, at):
            request.use = use.used(at)
            limits.write(request.session, request.use)
        request.seconds_left = request.use.seconds_left(at) if request.use else 0
        response = self.get_response(request)
        user_id = _user_id(request)
        if user_id is None and response.status_code == 302 and {BACKGROUND, "HX-Request"} <= request.headers.keys():
            return HttpResponse(status=204)  # a piece of a page that asks by itself is no place to log in
        if use and user_id is None:
            _leave(use, response, whole=whole)
        elif user_id and (use is None or use.user_id != user_id):
            _enter(request, response, at)
        elif user_id:
            _go_on(request, response, has_new_proof=_proofs(request) > proofs)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A form that comes in after the end, with a right token: its text is kept, and its writer asked to log in."""
        if not request.lapsed or request.method != "POST" or getattr(view, "access", "public") == "public":
            return None
        done = kept.keep(int(request.lapsed), request.get_full_path(), kept.posted(request.POST), at=timezone.now())
        return redirect_to_login(reverse("kept" if done else "start"), reverse(settings.LOGIN_URL))


def _leave(use: limits.Use, response: HttpResponse, *, whole: bool) -> None:
    """Somebody logged out, and so is done with whatever they typed."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    if whole:
        kept.forget_all(int(use.user_id))


def _enter(request: Any, response: HttpResponse, at: dt.datetime) -> None:
    """Somebody logged in: first of all to what they had typed, if there is anything."""
    use = _begin(request, at)
    if use and response.status_code in {302, 303} and kept.has_some(int(use.user_id), at):
        response["Location"] = reverse("kept")


def _go_on(request: Any, response: HttpResponse, *, has_new_proof: bool) -> None:
    """Another proof gives another key; a kept text that was sent after all is kept no longer."""
    if has_new_proof:
        _new_key(request)
    if request.method == "POST" and response.status_code < 400 and (number := request.POST.get(kept.SENT_AGAIN)):
        kept.forget(int(request.use.user_id), number=number)


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
    request.lapsed = request.use.user_id if limits.is_whole(request.session, request.use) else ""
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
