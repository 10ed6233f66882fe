"""The demonstration's mailbox: everything that was mailed, for everyone to read. Elsewhere it is not there."""

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from accounts.permissions import public
from desk.demo import mail

PER_PAGE = 25
WHY = "Made-up mail to made-up people, and only in a demonstration."


def _letter(name: str) -> mail.Letter:
    found = mail.letter(name) if settings.DEMO else None
    if found is None:
        raise Http404
    return found


@public(WHY)
@require_GET
def demo_mail(request: HttpRequest) -> TemplateResponse:
    """The letters, newest first."""
    if not settings.DEMO:
        raise Http404
    page = Paginator(mail.names(), PER_PAGE).get_page(request.GET.get("page"))
    letters = [found for name in page if (found := mail.letter(name))]
    return TemplateResponse(request, "demo/mail.html", {"page": page, "letters": letters})


@public(WHY)
@require_GET
def demo_letter(request: HttpRequest, name: str) -> TemplateResponse:
    """One letter, as plain text."""
    return TemplateResponse(request, "demo/letter.html", {"letter": _letter(name)})


@public(WHY, stateless=True)
@csp_replace({"style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
@require_GET
def demo_letter_html(request: HttpRequest, name: str) -> HttpResponse:
    """The same letter as a mail program shows it; its style stands inside, which this one address allows."""
    return HttpResponse(_letter(name).html)
