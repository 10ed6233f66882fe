"""One request at the desk: read, assess, reach, decide (UX I). One address; POST says with ``do`` what is done."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_TRIAGE
from cases import actions, safe_contact
from cases.enums import AT_DESK
from cases.models import Case
from cases.moves import Changed, NeedsReason, NotNow
from cases.permissions import case_for
from desk import queue, rail, request_page, snapshot, triage
from desk.forms.triage import AskForm, AttemptForm, ClosingForm, OutcomeForm, ReferForm
from desk.templatetags.nabij import long_moment
from desk.triage import REFER, Decision
from desk.views.conflict import conflict
from referrals import actions as hand_over
from referrals import capacity, considering, voice
from referrals.enums import ReferralState
from referrals.forms.ways import SpokenForm
from referrals.models import Referral

Answer = HttpResponse | None


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def triage_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The page; or, by POST, one of DO and then the page again. What was typed stays when it could not be done."""
    by, at = actor_of(request), timezone.now()
    part = "" if request.method == "POST" else "triage"
    case = case_for(
        by, reference, needs=CASE_TRIAGE, at=at, part=part, related=request_page.RELATED, also=request_page.worked_out
    )
    if request.method == "POST":
        act = DO.get(request.POST.get("do", ""))
        try:
            answer = act(request, case, by, at) if act else None
        except Changed as error:
            return conflict(request, case, error.case)
        except NotNow as error:
            messages.error(request, str(error))
            answer = None
        return answer or redirect("triage", reference=case.reference)
    if case.state not in AT_DESK:
        return redirect("case", reference=case.reference)
    return _page(request, case, by, at, outcome=request.GET.get("outcome", ""), destination=request.GET.get("to", ""))


def _page(request: HttpRequest, case: Case, by: Actor, at: dt.datetime, **more: Any) -> TemplateResponse:
    if request.method == "POST":  # a form that comes back shows the request as well
        audit.record("case.viewed", by=by, at=at, case_id=case.pk, obj=case, part="triage")
    context = request_page.context(case, by=by, at=at, **more)
    forms = (context["assess"], context["attempt"], context["decide"], context["spoken"])
    context["page_has_errors"] = any(form is not None and form.is_bound and form.errors for form in forms)
    if more.get("outcome") != REFER:  # choosing a receiver costs the queries that the roster would
        context["topbar"] = rail.topbar(by, at, with_duty=True)
    return TemplateResponse(request, "desk/triage.html", context)


def _take(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    triage.take(case, by=by, at=at)
    messages.success(request, _("This request is yours."))
    return None


def _take_over(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    if by.user is not None:
        actions.give(case, to=by.user, by=by, at=at)
        messages.success(request, _("This request is yours."))
    return None


def _give_back(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    actions.give_back(case, by=by, at=at)
    messages.success(request, _("%(reference)s is back in the queue.") % {"reference": case.reference})
    return redirect("dashboard")


def _resume(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    triage.resume(case, by=by, at=at)
    return None


def _choose(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    """Open the form of an outcome. For a hand-over the nearest worker nobody else looks at is held meanwhile."""
    outcome = request.POST.get("outcome", "")
    considering.release(case, by=by)
    if outcome == REFER:
        found = request_page.people(case, request_page.destination_of(case, ""), by=by, at=at).candidates
        capacity.tell_if_full(found, at)
        considering.suggest([one for one in found if not one.close], case, by=by, at=at)
    part = "#outcome" if outcome == REFER else ""  # otherwise the field has the focus, which a part would take from it
    return redirect(f"{reverse('triage', args=[case.reference])}?{urlencode({'outcome': outcome})}{part}")


def _assess(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    form = request_page.assess_form(case, request.POST)
    if not form.is_valid() or "merge" in request.POST:
        return _page(request, case, by, at, assess=form)
    calendar = snapshot.read().calendar
    version = form.cleaned_data["version"]
    try:
        triage.assess(case, form.assessment(), by=by, at=at, calendar=calendar, version=version)
    except Changed:
        raise
    except NotNow as error:
        form.add_error("reason" if isinstance(error, NeedsReason) else None, str(error))
        return _page(request, case, by, at, assess=form)
    messages.success(request, _("Your assessment is kept."))
    return None


def _attempt(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    form = AttemptForm(request.POST, at=at, wishes=safe_contact.wishes_of(case))
    if not form.is_valid():
        return _page(request, case, by, at, attempt=form)
    got = form.cleaned_data
    try:
        actions.log_attempt(
            case, way=got["way"], outcome=got["outcome"], note=got["note"], reason=got["reason"],
            call_at=form.call_at(), attempt_id=got["attempt_id"], by=by, at=at,
        )  # fmt: skip
    except NeedsReason as error:
        form.add_error("reason", str(error))
    except NotNow as error:
        form.add_error("outcome", str(error))
    if form.errors:
        return _page(request, case, by, at, attempt=form)
    messages.success(request, _("The attempt is kept."))
    return None


def _decide(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    outcome, goal = request.POST.get("outcome", ""), request.POST.get("decide-destination", "")
    form = request_page.outcome_form(case, outcome, by=by, at=at, data=request.POST, destination=goal)
    if form is None:
        return None
    again = {"outcome": outcome, "destination": goal, "decide": form}
    if not form.is_valid() or "merge" in request.POST:
        return _page(request, case, by, at, **again)
    try:
        if form.cleaned_data.get("consent") == "phone":
            voice.must_fit(case, form.cleaned_data["phrase"], by=by, at=at)
        triage.decide(case, _decision(form, outcome), by=by, at=at, version=form.cleaned_data["version"])
    except Changed:
        raise
    except voice.NotHeard as error:
        form.add_error("phrase", str(error))
        return _page(request, case, by, at, **again)
    except NeedsReason as error:
        form.add_error("otherwise" if "otherwise" in form.fields else None, str(error))
        return _page(request, case, by, at, **again)
    except NotNow as error:
        form.add_error(None, str(error))
        return _page(request, case, by, at, **again)
    messages.success(request, _decided(case, outcome))
    following = queue.next_to_assess(by, at) if request.POST.get("next") else ""
    return redirect("triage", reference=following) if following else redirect("dashboard")


def _decided(case: Case, outcome: str) -> str:
    """What was decided, and who is next where it is passed on."""
    pending = triage.pending_of(case) if outcome == REFER else None
    if pending is None or pending.state == ReferralState.OFFERED:
        return _("%(reference)s: decided.") % {"reference": case.reference}
    named = {"reference": case.reference, "moment": long_moment(pending.due_at)}
    if pending.state == ReferralState.AWAITING_COORDINATOR:
        return _("%(reference)s: the coordinator decides first, by %(moment)s.") % named
    return _("%(reference)s: the client reads the summary now, and has until %(moment)s to answer.") % named


def _decision(form: OutcomeForm, outcome: str) -> Decision:
    got = form.cleaned_data
    rest: dict[str, Any] = {}
    if isinstance(form, ReferForm):
        rest = {"to": form.chosen(), "destination": got["destination"], "by_phone": got["consent"] == "phone"}
        rest["all_the_same"] = got.get("all_the_same", "")
        rest["share_contact"] = got["contact"]
        rest["warm"] = got["warm"]
    if isinstance(form, ClosingForm):
        rest["results"] = form.results
    if isinstance(form, AskForm):
        rest["until"] = form.ends_at()
    return Decision(
        outcome,
        note=got.get("note", ""),
        otherwise=got.get("otherwise", ""),
        reason=got.get("reason", ""),
        submission_id=got["submission_id"],
        **rest,
    )


def _asked(request: HttpRequest, case: Case) -> Referral:
    """The hand-over that stood on the page. Raises NotNow when it no longer waits: a yes counts for one summary only,
    and a colleague may have put another in its place meanwhile."""
    pending = triage.pending_of(case)
    if pending is None or str(pending.pk) != request.POST.get("asked"):
        raise NotNow(_("What you answered no longer waits. Nothing has changed. See below how it is now."))
    return pending


def _approve(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    """The client said yes by phone to the summary that waits, and their pass-phrase."""
    asked, form = _asked(request, case), SpokenForm(request.POST)
    try:
        if form.is_valid():
            hand_over.approve_by_phone(asked, phrase=form.cleaned_data["phrase"], by=by, at=at)
    except voice.NotHeard as why:
        form.add_error("phrase", str(why))
    if form.errors:
        return _page(request, case, by, at, spoken=form)
    messages.success(request, _("The approval is kept and the case is offered."))
    return None


def _refuse(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    """The client said no by phone to the summary that waits."""
    hand_over.refuse_summary(_asked(request, case), by=by, at=at)
    messages.success(request, _("The no is kept. Nothing is passed on."))
    return None


def _offer(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    hand_over.offer(_asked(request, case), by=by, at=at)
    messages.success(request, _("The case is offered."))
    return None


def _take_back(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> Answer:
    hand_over.withdraw(_asked(request, case), by=by, at=at)
    messages.success(request, _("The case is with the desk again."))
    return None


DO: dict[str, Callable[[HttpRequest, Case, Actor, dt.datetime], Answer]] = {
    "take": _take,
    "take_over": _take_over,
    "give_back": _give_back,
    "resume": _resume,
    "choose": _choose,
    "assess": _assess,
    "attempt": _attempt,
    "decide": _decide,
    "approve": _approve,
    "refuse": _refuse,
    "offer": _offer,
    "take_back": _take_back,
}


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the request to a colleague of the desk."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_TRIAGE, at=at, related=("owner",))
    colleagues = triage.colleagues(at)
    if request.method == "POST":
        to = next((user for user in colleagues if str(user.pk) == request.POST.get("to")), None)
        if to is None:
            messages.error(request, _("Choose a colleague."))
            return redirect("triage_give", reference=case.reference)
        try:
            actions.give(case, to=to, by=by, at=at)
        except NotNow as error:
            messages.error(request, str(error))
            return redirect("triage", reference=case.reference)
        messages.success(request, _("%(name)s has this request now.") % {"name": to.name})
        return redirect("dashboard")
    return TemplateResponse(request, "desk/give.html", {"case": case, "colleagues": colleagues, "at": at})
