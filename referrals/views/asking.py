"""Asking for a case, and saying no to who asks. Saying yes is passing it on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttle
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK, REFERRAL_ANSWER
from cases.enums import WITH_WORKER
from cases.forms.work import posted
from cases.moves import NotNow
from cases.permissions import case_for
from referrals import asking
from referrals.forms.ways import AskForm
from referrals.models import Referral
from referrals.permissions import refused


@require_http_methods(["GET", "POST"])
@needs(REFERRAL_ANSWER)
def case_ask(request: HttpRequest) -> HttpResponse:
    """By reference, with a reason. Every reference gets the same words back; very many at once have to wait."""
    by, at = actor_of(request), timezone.now()
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if wait := throttle.admit(throttle.near("ask", f"user {by.user_id}", "here"), at):
            form.add_error(None, throttle.wait_words(wait))
        else:
            asking.ask(form.cleaned_data["reference"], form.cleaned_data["reason"], by=by, at=at)
            messages.success(
                request, _("If there is such a case, whoever has it reads your question. You hear the answer.")
            )
            return redirect("board")
    return TemplateResponse(request, "referrals/ask.html", {"form": form})


@require_POST
@needs(CASE_WORK)
def case_ask_no(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """It stays where it is."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_WORK, at=at)
    found = Referral.objects.filter(pk=pk, case=case).first()
    if found is None:
        raise refused(pk, "case.not_given")
    try:
        asking.refuse(found, by=by, at=at)
    except NotNow as why:
        messages.info(request, str(why))
    else:
        messages.success(request, _("Your colleague hears it calmly. The case stays where it is."))
    return redirect("case_ways" if case.state in WITH_WORKER else "triage", reference=case.reference)
