"""Giving a new pass-phrase on the phone to someone who lost theirs."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import following
from cases.enums import AT_DESK
from cases.moves import NotNow
from cases.permissions import case_for
from desk.forms.follow import NewPhraseForm


@needs(CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def new_phrase(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks whether you know who is calling; then shows the phrase once, to be read out."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_WORK, at=at, part="pass-phrase", related=("person",))
    form = NewPhraseForm(request.POST if request.method == "POST" else None)
    phrase = ""
    if form.is_valid():
        number = form.cleaned_data["submission"] or uuid.uuid4()
        try:
            phrase = following.give_new_phrase(case, submission_id=number, by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
    back_url = reverse("triage" if case.state in AT_DESK else "case", args=[case.reference])
    context = {"case": case, "form": form, "phrase": phrase, "language": case.person.language, "back_url": back_url}
    return TemplateResponse(request, "desk/new_phrase.html", context)
