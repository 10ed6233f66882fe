"""Who is consulted: what they read along in, the part of a case that they may read, and their advice."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import REFERRAL_ANSWER
from cases import safe_contact
from cases.forms.work import posted
from cases.moves import NotNow
from cases.views.documents import as_download, as_picture
from referrals import consulting, travelling
from referrals.forms.ways import AdviceForm
from referrals.models import Referral


@require_safe
@needs(REFERRAL_ANSWER)
def readings(request: HttpRequest) -> HttpResponse:
    """Every case that you read along in now."""
    by, at = actor_of(request), timezone.now()
    return TemplateResponse(request, "referrals/readings.html", {"rows": consulting.mine(by, at), "at": at})


@require_http_methods(["GET", "POST"])
@needs(REFERRAL_ANSWER)
def reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was chosen for you, and nothing else of the case; with room for your advice."""
    by, at = actor_of(request), timezone.now()
    found = consulting.reading_for(by, pk, at=at, part="" if request.method == "POST" else "consultation")
    form = AdviceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            consulting.advise(found, form.cleaned_data["advice"], note_id=form.cleaned_data["submission"], by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Your advice is in the file, and your colleague was told."))
            return redirect("reading", pk=pk)
    context = {"referral": found, "form": form, "at": at, "items": items_of(found), "contact": _contact(found)}
    return TemplateResponse(request, "referrals/reading.html", context)


@require_POST
@needs(REFERRAL_ANSWER)
def reading_stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """You need not read along any more."""
    by, at = actor_of(request), timezone.now()
    consulting.stop(consulting.reading_for(by, pk, at=at, action="consultation.stop"), by=by, at=at)
    messages.success(request, _("You no longer read along. Your colleague was told."))
    return redirect("readings")


@require_safe
@needs(REFERRAL_ANSWER)
def reading_file(request: HttpRequest, pk: UUID, item: int) -> HttpResponse:
    """A document that travels with it, as a download."""
    by, at = actor_of(request), timezone.now()
    return as_download(*consulting.open_document(consulting.reading_for(by, pk, at=at), item, by=by, at=at))


@require_safe
@needs(REFERRAL_ANSWER)
def reading_page(request: HttpRequest, pk: UUID, item: int, place: int) -> HttpResponse:
    """A page of it as a picture that we drew."""
    by, at = actor_of(request), timezone.now()
    found = consulting.reading_for(by, pk, at=at)
    return as_picture(consulting.open_page(found, item, place, by=by, at=at))


def items_of(referral: Referral) -> list[dict[str, Any]]:
    """What travels, with the addresses of documents."""
    return [
        {"item": item}
        if item.document_id is None
        else {
            "item": item,
            "url": reverse("reading_file", args=[referral.pk, item.key]),
            "pages": [reverse("reading_page", args=[referral.pk, item.key, n + 1]) for n in range(item.pages)],
        }
        for item in travelling.of(referral)
    ]


def _contact(referral: Referral) -> dict[str, Any]:
    """How to reach the client, where they let that travel."""
    if not referral.share_contact:
        return {}
    person = referral.case.person
    rows = [
        {"label": _("Name"), "value": person.name},
        {"label": _("Phone"), "value": person.phone},
        {"label": _("E-mail"), "value": person.email},
    ]
    return {"rows": rows, "rules": safe_contact.rules(safe_contact.wishes_of(referral.case))}
