"""What every request passes: an id, headers, pages without session, and refusals kept in the audit."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import audit, factors
from accounts.actors import ANONYMOUS
from accounts.enums import Outcome
from accounts.permissions import Refused, actor_of

Next = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """A random id per request, in the audit and in the answer, so that the two can be laid side by side."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = audit.request_id.get()
            return response
        finally:
            audit.request_id.reset(token)


class PrivateHeaders:
    """Nothing we answer is kept by a browser or proxy, except static files (promise 7)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
        return response


class StatelessPages:
    """Public pages never read the session, so that they answer while the database is away (DECISIONS, public pages)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            view: Any = resolve(request.path_info).func
        except Resolver404:
            view = None
        if view is None or getattr(view, "stateless", False):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class WholePages:
    """A part of a page that is asked by htmx is never answered with another page, such as the log-in: the browser goes
    there as a whole. What asks by itself gets nothing; the page it stands on says that the session has ended."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HX-Request" not in request.headers or response.status_code not in {301, 302, 303}:
            return response
        whole = HttpResponse(status=204)
        whole.cookies = response.cookies
        if "X-Background" not in request.headers:
            whole["HX-Redirect"] = response["Location"]
        return whole


class Denials:
    """Turns Refused into 404 (403 when the object is visible anyway) and writes it down, whatever is rolled back."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """An address with a character that no database can hold exists nowhere."""
        if any("\x00" in str(value) for value in kwargs.values()):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if not isinstance(exception, Refused):
            return
        by = actor_of(request) if hasattr(request, "user") else ANONYMOUS
        audit.record(
            exception.action,
            by=by,
            at=timezone.now(),
            case_id=exception.case_id,
            basis=exception.basis,
            outcome=Outcome.DENIED,
        )
        if exception.visible:
            raise PermissionDenied from exception
        raise Http404 from exception


class SecondFactor:
    """Staff whose session passed no second factor reach public pages, enrolment, the factor question and log-out only.

    Asked of the session that allauth keeps; a session that passed one costs nothing, and for anyone else the
    memberships are read that the page reads anyway.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or getattr(view, "before_factor", False):
            return None
        user = request.user
        if not user.is_authenticated or factors.is_strong(request) or not actor_of(request).is_member:
            return None
        if not factors.has_factor(user):
            return redirect("mfa_index")
        back = {"next": request.get_full_path()} if request.method == "GET" else {}
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode(back)}")
