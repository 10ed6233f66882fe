"""The client reads what would be passed on, corrects it, and says yes or no; with an account or as a follower."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, public
from cases.following import follower_of
from cases.models import Case
from cases.moves import NotNow
from cases.permissions import OWN_CASE, case_for
from referrals.actions import approve_summary, refuse_summary, waiting_for
from referrals.enums import ReferralState
from referrals.forms.consent import ConsentForm, RefusalForm
from referrals.models import Referral


@require_http_methods(["GET", "POST"])
@public("Opens only for the client: with an account, or with the reference and its pass-phrase.")
def referral_consent(request: HttpRequest, reference: str) -> HttpResponse:
    """The exact summary that waits for the client's yes. What was sent for an older one is not counted as a yes."""
    by = _client(request, reference)
    if by is None:
        return redirect("follow")
    return _page(request, by, reference)


@require_http_methods(["GET", "POST"])
@public("Asks for the reference and its pass-phrase first.")
def follow_consent(request: HttpRequest) -> HttpResponse:
    """The same for a follower, at an address that leaves no reference in the history of a browser."""
    by = follower_of(request, timezone.now())
    if by is None:
        return redirect("follow")
    return _page(request, by, Case.objects.values_list("reference", flat=True).get(pk=by.case_id or ""))


def _page(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    at = timezone.now()
    case = case_for(by, reference, needs=OWN_CASE, at=at, part="summary to approve")
    back = reverse("follow_case") if by.kind == "follower" else reverse("my_case", args=[case.reference])
    asked = waiting_for(case)
    if asked is None:
        return TemplateResponse(request, "referrals/consent_none.html", {"back": back})
    no = request.POST.get("answer") == "no"
    posted = request.POST if request.method == "POST" and request.POST.get("asked") == str(asked.pk) else None
    start = {"asked": asked.pk, "summary": asked.summary}
    approval = ConsentForm(None if no else posted, initial=start)
    refusal = RefusalForm(posted if no else None, initial=start, auto_id="no_%s")
    if request.method == "POST" and posted is None:
        messages.info(request, _("The summary has changed. Read it again, please."))
    elif (refusal if no else approval).is_valid():
        return _answer(request, asked, by, refusal.cleaned_data if no else approval.cleaned_data, back=back)
    context = {
        "referral": asked,
        "to": asked.to_user or asked.to_team,
        "form": approval,
        "refusal": refusal,
        "back": back,
    }
    return TemplateResponse(request, "referrals/consent.html", context)


def _client(request: HttpRequest, reference: str) -> Actor | None:
    """Who looks, as a client only: the follower of this case in this browser, else whoever is logged in."""
    following = follower_of(request, timezone.now())
    wanted = Case.objects.filter(reference=reference.strip().upper()).values_list("pk", flat=True).first()
    if following and following.case_id == wanted:
        return following
    if not request.user.is_authenticated:
        return following
    return replace(actor_of(request), roles=frozenset(), teams={}, team_kinds=frozenset())


def _answer(request: HttpRequest, asked: Referral, by: Actor, given: dict[str, str], *, back: str) -> HttpResponse:
    """Keep the yes or the no, and say what happens now."""
    at = timezone.now()
    try:
        if "summary" in given:
            done = approve_summary(asked, by=by, at=at, text=given["summary"])
            if done.state == ReferralState.OFFERED:
                who = done.to_user or done.to_team
                messages.success(request, _("Thank you. We have asked %(who)s to help you.") % {"who": who})
            else:
                messages.success(request, _("Thank you. We pass it on as soon as we can."))
        else:
            refuse_summary(asked, by=by, at=at, note=given["note"])
            messages.success(request, _("Nothing was passed on. The desk looks with you at what would help."))
    except NotNow as why:
        messages.info(request, str(why))
    return redirect(back)
