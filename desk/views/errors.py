"""Pages for when something goes wrong. They need no database."""

from django.http import HttpRequest
from django.template.response import TemplateResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> TemplateResponse:
    """The page was open too long or came from elsewhere; says what to do and that nothing was changed."""
    return TemplateResponse(request, "csrf_failure.html", status=403)
