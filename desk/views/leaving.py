"""Leaving at once, and the language of the pages. Neither needs a database."""

import logging

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, parse_cookie
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import public
from accounts.sessions import opened
from desk import wizard
from desk.language import chosen_language, remember_language

log = logging.getLogger("desk.leaving")
OUR_COOKIES = (
    settings.SESSION_COOKIE_NAME,
    settings.CSRF_COOKIE_NAME,
    settings.LANGUAGE_COOKIE_NAME,
    wizard.COOKIE,
    "messages",
)


class Farewell(HttpResponseRedirect):
    """Sends the browser away first and ends the session on our side afterwards, so that nobody waits for a database."""

    session_key: str | None = None

    def close(self) -> None:
        """Called by the web server when the answer is out."""
        super().close()
        if not self.session_key:
            return
        try:
            opened.leave(self.session_key)
        except DatabaseError as error:
            log.warning("a session could not be ended on quick exit: %s", type(error).__name__)


@require_http_methods(["GET", "HEAD"])
@public("Leaving must work for everyone, at once, without a database.", stateless=True)
def quick_exit(request: HttpRequest) -> HttpResponse:
    """End everything on our side and go to a dull page elsewhere. The one change that is made by GET (DECISIONS)."""
    response = Farewell(settings.QUICK_EXIT_URL)
    # The session cookie is taken from stateless pages before they see it; its value is needed here to end the session.
    response.session_key = parse_cookie(request.META.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    for name in OUR_COOKIES:
        response.delete_cookie(name, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@public("Explains the exit button before it is used.", stateless=True)
def exit_explained(request: HttpRequest) -> HttpResponse:
    """What the button does, what it does not do, and how to come back."""
    return TemplateResponse(request, "desk/public/exit_explained.html", {"exit_to": settings.QUICK_EXIT_URL})


@csrf_exempt
@require_POST
@public("Choosing a language changes nothing but the words.", stateless=True)
def set_language(request: HttpRequest) -> HttpResponse:
    """The same page in another language. Goes only to addresses of our own."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    language = chosen_language(request.POST.get("language", ""))
    response = HttpResponseRedirect(target)  # never the name of a page: what is sent is an address
    return remember_language(response, language) if language else response
