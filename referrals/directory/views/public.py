"""Outside help for everyone. It stands in the database: while that is away the page says so, with the numbers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import public
from referrals.directory import shown
from referrals.directory.permissions import public_entry
from referrals.directory.views.searching import searched


@require_safe
@public("Help that anyone may find; holds nothing about a person.", stateless=True)
def directory(request: HttpRequest) -> HttpResponse:
    """Look for help by need, region and words."""
    at = timezone.now()
    return _answer(request, "directory/public.html", lambda: searched(request.GET, at))


@require_safe
@public("Help that anyone may find; holds nothing about a person.", stateless=True)
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them: for whom, where, when, what it costs and how to apply."""
    at = timezone.now()

    def read() -> dict[str, Any]:
        service = public_entry(pk)
        if service is None:
            raise Http404
        return {"whole": shown.whole(service, at, for_staff=False), "now": at}

    return _answer(request, "directory/public_entry.html", read)


def _answer(request: HttpRequest, template: str, read: Callable[[], dict[str, Any]]) -> HttpResponse:
    try:
        context = read()
    except DatabaseError:
        return TemplateResponse(request, "directory/away.html", status=503)
    return TemplateResponse(request, template, context)
