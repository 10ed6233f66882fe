"""Pages for when something goes wrong. Colleagues keep their menu; everyone else needs no database for them."""

from django.http import HttpRequest
from django.template.response import TemplateResponse

from desk.templatetags.nabij import frame_of

STAFF = "base_staff.html"


def csrf_failure(request: HttpRequest, reason: str = "") -> TemplateResponse:
    """The page was open too long or came from elsewhere; says what to do and that nothing was changed."""
    return TemplateResponse(request, "csrf_failure.html", status=403)


def forbidden(request: HttpRequest, exception: Exception) -> TemplateResponse:
    """Somebody may see it and may not do this."""
    return _said(request, "403.html", 403)


def missing(request: HttpRequest, exception: Exception) -> TemplateResponse:
    """There is no such page, or it is not for them; which of the two is never said."""
    return _said(request, "404.html", 404)


def _said(request: HttpRequest, name: str, status: int) -> TemplateResponse:
    """In the frame of who asks; what a page fetches by itself shows none of it."""
    at_work = hasattr(request, "user") and "HX-Request" not in request.headers and frame_of(request) == STAFF
    return TemplateResponse(request, name, {"frame": STAFF if at_work else "error_page.html"}, status=status)
