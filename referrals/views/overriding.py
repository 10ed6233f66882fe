"""A coordinator passes something on without the client's yes; the privacy officer sees each time that was done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import AUDIT_VIEW, CONSENT_OVERRIDE
from cases.forms.work import posted
from cases.moves import NotNow
from cases.permissions import case_for
from referrals import overriding
from referrals.consent import waiting_for
from referrals.forms.overriding import OverrideForm
from referrals.models import Referral
from referrals.moves import how_it_ended
from referrals.permissions import refused


@require_http_methods(["GET", "POST"])
@needs(CONSENT_OVERRIDE)
def case_override(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """Say why it cannot wait. What does not wait any more is said calmly, on the page of the request."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CONSENT_OVERRIDE, at=at, part="override")
    found = Referral.objects.filter(pk=pk, case=case).select_related("to_team", "to_user", "case").first()
    if found is None:
        raise refused(pk, "consent.override")
    if waiting_for(case) != found:
        if request.method == "POST":
            messages.info(request, how_it_ended(found))
        return redirect("triage", reference=case.reference)
    form = OverrideForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            overriding.override(found, reason=form.cleaned_data["reason"], untold=form.why_untold(), by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("It is passed on. The privacy officer was told."))
            return redirect("triage", reference=case.reference)
    return TemplateResponse(request, "referrals/override.html", {"case": case, "referral": found, "form": form})


@require_safe
@needs(AUDIT_VIEW)
def overrides(request: HttpRequest) -> HttpResponse:
    """Every time, with who, to whom and why. Opens no case."""
    page = overriding.done(request.GET.get("page"), by=actor_of(request), at=timezone.now())
    return TemplateResponse(request, "referrals/overrides.html", {"page": page})
