"""The client reads what would be passed on, corrects it, and says yes or no; with an account or as a follower."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.permissions import actor_of, public
from cases.following import follower_of
from cases.models import Case
from cases.moves import NotNow
from cases.permissions import OWN_CASE, case_for
from cases.views.documents import as_download
from referrals import travelling
from referrals.actions import approve_summary, refuse_summary, waiting_for
from referrals.consulting import open_document
from referrals.enums import BY_WORKER, HandOver, ReferralState
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


@require_safe
@public("Opens only for the client: with an account, or with the reference and its pass-phrase.")
def referral_consent_file(request: HttpRequest, reference: str, item: int) -> HttpResponse:
    """A document that waits for the client's yes, so that they can read what they approve."""
    by = _client(request, reference)
    return _file(by, reference, item) if by else redirect("follow")


@require_safe
@public("Asks for the reference and its pass-phrase first.")
def follow_consent_file(request: HttpRequest, item: int) -> HttpResponse:
    """The same for a follower."""
    by = follower_of(request, timezone.now())
    if by is None:
        return redirect("follow")
    return _file(by, Case.objects.values_list("reference", flat=True).get(pk=by.case_id or ""), item)


def _file(by: Actor, reference: str, item: int) -> HttpResponse:
    at = timezone.now()
    case = case_for(by, reference, needs=OWN_CASE, at=at)
    return as_download(*open_document(waiting_for(case) or Referral(case=case), item, by=by, at=at))


def _page(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    at = timezone.now()
    case = case_for(by, reference, needs=OWN_CASE, at=at, part="summary to approve")
    follows = by.kind == "follower"
    back = reverse("follow_case") if follows else reverse("my_case", args=[case.reference])
    asked = waiting_for(case)
    if asked is None:
        return TemplateResponse(request, "referrals/consent_none.html", {"back": back})
    no = request.POST.get("answer") == "no"
    posted = request.POST if request.method == "POST" and request.POST.get("asked") == str(asked.pk) else None
    items = travelling.of(asked)
    approval = ConsentForm(None if no else posted, asked=asked, items=items)
    refusal = RefusalForm(posted if no else None, initial={"asked": asked.pk}, auto_id="no_%s")
    if request.method == "POST" and posted is None:
        messages.info(request, _("The summary has changed. Read it again, please."))
    elif (refusal if no else approval).is_valid():
        return _answer(request, asked, by, refusal if no else approval, back=back)
    context = {
        "referral": asked, "to": asked.to_user or asked.to_team, "form": approval, "refusal": refusal, "back": back,
        "items": [{"item": item, "url": _address(case, item, follows=follows)} for item in items],
    }  # fmt: skip
    return TemplateResponse(request, "referrals/consent.html", context)


def _address(case: Case, item: travelling.Item, *, follows: bool) -> str:
    """Where the client reads a document before they say yes; a note stands on the page."""
    if item.document_id is None:
        return ""
    if follows:
        return reverse("follow_consent_file", args=[item.key])
    return reverse("referral_consent_file", args=[case.reference, item.key])


def _client(request: HttpRequest, reference: str) -> Actor | None:
    """Who looks, as a client only: the follower of this case in this browser, else whoever is logged in."""
    following = follower_of(request, timezone.now())
    wanted = Case.objects.filter(reference=reference.strip().upper()).values_list("pk", flat=True).first()
    if following and following.case_id == wanted:
        return following
    if not request.user.is_authenticated:
        return following
    return replace(actor_of(request), roles=frozenset(), teams={}, team_kinds=frozenset())


def _answer(
    request: HttpRequest, asked: Referral, by: Actor, form: ConsentForm | RefusalForm, *, back: str
) -> HttpResponse:
    """Keep the yes or the no, and say what happens now."""
    at = timezone.now()
    try:
        if isinstance(form, ConsentForm):
            done = approve_summary(asked, by=by, at=at, text=form.cleaned_data["summary"], share=form.share())
            who = done.to_user or done.to_team
            if done.state != ReferralState.OFFERED:
                messages.success(request, _("Thank you. We pass it on as soon as we can."))
            elif done.kind == HandOver.CONSULTATION:
                messages.success(request, _("Thank you. We have asked %(who)s for advice.") % {"who": who})
            else:
                messages.success(request, _("Thank you. We have asked %(who)s to help you.") % {"who": who})
        else:
            refuse_summary(asked, by=by, at=at, note=form.cleaned_data["note"])
            stays = asked.kind in BY_WORKER
            messages.success(request, _stays() if stays else _not_passed_on())
    except NotNow as why:
        messages.info(request, str(why))
    return redirect(back)


def _stays() -> str:
    return _("Nothing was passed on. Your worker stays the same, and hears what you said.")


def _not_passed_on() -> str:
    return _("Nothing was passed on. The desk looks with you at what would help.")
