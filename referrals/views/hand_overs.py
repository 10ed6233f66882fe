"""The hand-overs of one case, what waits for the coordinator, and what both sides think of them."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_CONTACT, CASE_VIEW, HAND_OVER_DECIDE
from cases import safe_contact, workspace
from cases.appointments import WAYS
from cases.forms.work import posted
from cases.moves import NeedsReason, NotNow
from referrals import actions, deciding, feedback, hand_overs
from referrals.enums import Verdict
from referrals.forms.hand_overs import DecideForm, FeedbackFilter, FeedbackForm, TalkForm
from referrals.models import Referral

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@needs(CASE_VIEW)
def case_hand_overs(request: HttpRequest, reference: str) -> HttpResponse:
    """How often and to whom, who the contact person is now; and planning the talk of three, or saying it is not
    needed."""
    by, at = actor_of(request), timezone.now()
    needed = CASE_CONTACT if request.method == "POST" else CASE_VIEW
    space = workspace.open_workspace(by, reference, tab="case", part="hand-overs", at=at, needs=needed)
    first = safe_contact.chosen_first(safe_contact.wishes_of(space.case), WAYS)
    form = TalkForm(None if "skip" in request.POST else posted(request), initial={"way": first})
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        try:
            _skip(request, space, by, at) if "skip" in request.POST else _plan(request, space, form, by, at)
            return redirect("case_hand_overs", reference=space.case.reference)
        except NeedsReason as why:
            form.ask_reason(str(why))
        except NotNow as why:
            if not form.is_bound:
                messages.error(request, str(why))
                return redirect("case_hand_overs", reference=space.case.reference)
            form.add_error("day", str(why))
    seen = hand_overs.of_case(space.case, by, at)
    return TemplateResponse(request, "referrals/hand_overs.html", space.context() | {"form": form, "seen": seen})


def _plan(request: HttpRequest, space: workspace.Workspace, form: TalkForm, by: Actor, at: dt.datetime) -> None:
    answers = {name: form.cleaned_data[name] for name in ("way", "place", "minutes", "reason")}
    actions.plan_talk(
        space.case, starts_at=form.starts_at, session_id=form.cleaned_data["submission"], by=by, at=at, **answers
    )
    messages.success(request, _("The talk is planned. The client can see it on their page."))


def _skip(request: HttpRequest, space: workspace.Workspace, by: Actor, at: dt.datetime) -> None:
    actions.skip_talk(space.case, by=by, at=at)
    messages.success(request, _("Kept. The first contact of the worker is enough now."))


@require_GET
@needs(HAND_OVER_DECIDE)
def to_decide(request: HttpRequest) -> HttpResponse:
    """What waits for a coordinator: an answer of their own team, and second hand-overs, the longest waiting first."""
    by, at = actor_of(request), timezone.now()
    rows = Referral.objects.to_decide(by, at).select_related("case__unit", "to_user", "to_team", "created_by")
    offered = Referral.objects.waiting_in_team_of(by).select_related("case__unit", "to_user", "to_team", "created_by")
    of_team, number = request.GET.get("list") == "team", request.GET.get("page")
    words = (_("Urgency"), _("Reference"), _("Unit"), _("To"), _("By"))
    context = {
        "page": _page(rows, None if of_team else number), "offered": _page(offered, number if of_team else None),
        "columns": [{"label": word} for word in (*words, _("Decide"))],
        "team_columns": [{"label": word} for word in (*words, _("Answer before"))], "at": at,
    }  # fmt: skip
    return TemplateResponse(request, "referrals/to_decide.html", context)


def _page(rows: QuerySet[Referral], number: str | None) -> "Page[Referral]":
    return Paginator(rows.defer("summary", "choice_reason", "case__summary"), PER_PAGE).get_page(number)


@require_http_methods(["GET", "POST"])
@needs(HAND_OVER_DECIDE)
def decide(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """One of them, with what happened before; yes or no."""
    by, at = actor_of(request), timezone.now()
    found = deciding.to_decide(by, referral_id, at=at)
    if found is None or found.created_by_id == by.user_id:
        return _decided(request, referral_id, by, at)
    form = DecideForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["answer"] == "yes":
                actions.agree(found, by=by, at=at)
                messages.success(request, _("Agreed. It goes on."))
            else:
                actions.refuse(found, reason=form.cleaned_data["reason"], by=by, at=at)
                messages.success(request, _("It stays where it is. Who asked has been told."))
            return redirect("hand_overs")
        except NotNow as why:
            form.add_error(None, str(why))
    audit.record("referral.viewed", by=by, at=at, case_id=found.case_id, obj=found, part="decision")
    earlier = hand_overs.of_case(found.case, by, at)
    context = {"referral": found, "form": form, "at": at, "earlier": earlier, "back": reverse("hand_overs")}
    return TemplateResponse(request, "referrals/decide.html", context)


def _decided(request: HttpRequest, referral_id: UUID, by: Actor, at: dt.datetime) -> HttpResponse:
    """Somebody came first, or it is no longer asked: back to the list with a word. Never for who may not know of it."""
    if not deciding.may_know(by, referral_id, at=at):
        raise Refused("referral.decide", basis="not waiting for this coordinator or not existing")
    messages.info(request, _("This is no longer asked: it was decided or taken back."))
    return redirect("hand_overs")


@require_http_methods(["GET", "POST"])
@needs(CASE_VIEW)
def referral_feedback(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """What the receiver thinks of a referral, or the desk of how one came back."""
    by, at = actor_of(request), timezone.now()
    asked = feedback.asked_of(by, referral_id, at=at)
    back = reverse("case_hand_overs", args=[asked.referral.case.reference])
    start = {"verdict": asked.said.verdict, "note": asked.said.note} if asked.said else {}
    form = FeedbackForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            feedback.say(asked.referral, form.cleaned_data["verdict"], note=form.cleaned_data["note"], by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Thank you. The coordinators read it."))
            return redirect(back)
    audit.record("feedback.viewed", by=by, at=at, case_id=asked.referral.case_id, obj=asked.referral)
    context: dict[str, Any] = {"asked": asked, "form": form, "back": back, "closed": asked.why_not(at)}
    return TemplateResponse(request, "referrals/feedback.html", context)


@require_GET
@needs(HAND_OVER_DECIDE)
def feedback_list(request: HttpRequest) -> HttpResponse:
    """What both sides think, by team; never by person."""
    by, at = actor_of(request), timezone.now()
    form = FeedbackFilter(request.GET or {"days": "90"})
    form.is_valid()
    wanted = form.wanted()
    page = feedback.page_of(by, wanted, request.GET.get("page"), at)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page, "form": form, "tallies": feedback.tallies(by, wanted, at), "query": query.urlencode(),
        "heads": [{"label": _("Team")}, *({"label": one.label} for one in Verdict)], "narrowed": bool(request.GET),
    }  # fmt: skip
    return TemplateResponse(request, "referrals/feedback_list.html", context)
