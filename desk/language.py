"""The language of the pages: chosen with a button, kept in a cookie of our own that quick exit removes."""

from django.conf import settings
from django.http import HttpResponse

ONE_YEAR = 365 * 24 * 3600


def chosen_language(code: str) -> str:
    """The code when it is one of ours; empty otherwise."""
    return code if code in dict(settings.LANGUAGES) else ""


def remember_language(response: HttpResponse, code: str) -> HttpResponse:
    """Set the cookie on an answer."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=ONE_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
