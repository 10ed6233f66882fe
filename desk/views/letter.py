"""A letter on paper that confirms a request, for who has no computer (R25). Printing it is in the audit."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT
from cases import safe_contact
from cases.enums import AT_DESK
from cases.models import Entered
from cases.permissions import case_for
from desk import snapshot
from desk.frame import desk_lines

RELATED = ("intake", "person__data_key", "person__contact", "primary_contact")


@needs(CASE_CONTACT)
@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """In the client's language, in large type, without what it is about and without the six words.

    It does not say who we are, unless the client said that we may; ``?from=`` chooses otherwise.
    """
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_CONTACT, at=at, part="letter", related=RELATED)
    chosen = request.GET.get("from", "")
    named = chosen == "us" or (chosen != "nobody" and safe_contact.wishes_of(case).may_identify)
    received = Entered.objects.filter(intake=case.intake).values_list("received_at", flat=True).first()
    with translation.override(case.person.language):
        lines = desk_lines(snapshot.read())
    context = {
        "letter_lines": lines, "site_name": urlsplit(settings.SITE_URL).netloc,
        "case": case, "language": case.person.language, "named": named, "at": at,
        "received_at": received or case.sent_at,
        "waits": case.is_open and case.first_contact_at is None,
        "back_url": reverse("triage" if case.state in AT_DESK else "case", args=[case.reference]),
    }  # fmt: skip
    return TemplateResponse(request, "desk/letter.html", context)
