"""Who is to be called: the list, one of them, and agreeing on a moment with a client."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.forms.base import PortalForm
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CALL_BACK_ALLOW, CASE_CONTACT, CASE_TRIAGE
from cases import actions, after_calls, call_attempts, callbacks, telephone
from cases.callbacks import call_back_for
from cases.enums import AT_DESK, ContactWay
from cases.forms.call_back import AgreeForm, LinkForm, ReasonForm, TriedForm
from cases.forms.work import posted
from cases.models import CallBack
from cases.moves import NotNow
from cases.permissions import case_for
from desk import callback_list, callback_week
from desk.forms.callback_week import WindowForm

Forms = dict[str, PortalForm]


@needs(CASE_TRIAGE)
@require_safe
def call_backs(request: HttpRequest) -> TemplateResponse:
    """Everybody who is to be called, soonest first; and how many called whom nobody can call."""
    by, at = actor_of(request), timezone.now()
    window = WindowForm(request.GET).window()
    page = callback_list.page_of(by, at, request.GET.get("page"), window)
    withheld = telephone.withheld(at) if window is None else []
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "at": at, "page": page, "after": after_calls.to_call(by, at) if window is None else [], "withheld": withheld,
        "window": window, "is_today": window == callback_week.due(at), "query": query.urlencode(),
        "recordings": [row for row in withheld if row.recording],
    }  # fmt: skip
    return TemplateResponse(request, "desk/callbacks/list.html", context)


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them: how, the number, and what is done; POST says with ``do`` what."""
    by, at = actor_of(request), timezone.now()
    if request.method != "POST":
        row = call_back_for(by, pk, at)
        return _page(request, row, by, at, _forms(row))
    act = DO.get(request.POST.get("do", ""))
    try:
        with transaction.atomic():
            row = call_back_for(by, pk, at, lock=True)
            wrong = act(request, row, by, at) if act else None
    except NotNow as why:
        messages.error(request, str(why))
        return redirect("call_back", pk=pk)
    if wrong:
        return _page(request, call_back_for(by, pk, at), by, at, _forms(row) | wrong)
    return redirect("call_back", pk=pk) if row.is_open else redirect("call_backs")


def _forms(row: CallBack) -> Forms:
    return {
        "tried": TriedForm(row=row, prefix="tried"), "finish": ReasonForm(prefix="finish"),
        "allow": ReasonForm(prefix="allow"), "link": LinkForm(prefix="link"),
    }  # fmt: skip


def _page(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime, forms: Forms) -> TemplateResponse:
    """The number is personal: the look is written down first."""
    if row.case is not None:
        case_for(by, row.case.reference, needs=CASE_CONTACT, at=at, part="call back")
    else:
        audit.record("call_back.viewed", by=by, at=at, obj=row)
    context = {
        "row": row, "at": at, "other_way": callback_list.is_other_way(row), "words": callback_list.row_of(row, at),
        "number": callback_list.number_of(row), "rules": callback_list.rules_of(row),
        "may_identify": callback_list.may_identify(row), "log": callback_list.log_of(row),
        "case_url": callback_list.case_url(row), "mine": row.claimed_by == by.user,
        "may_allow": by.may(CALL_BACK_ALLOW), "page_has_errors": any(form.errors for form in forms.values()), **forms,
    }  # fmt: skip
    return TemplateResponse(request, "desk/callbacks/one.html", context)


def _claim(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime) -> Forms | None:
    callbacks.claim(row, by=by, at=at)
    messages.success(request, _("You call this person. Nobody else does meanwhile."))
    return None


def _release(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime) -> Forms | None:
    callbacks.release(row, by=by, at=at)
    messages.success(request, _("A colleague can do it now."))
    return None


def _tried(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime) -> Forms | None:
    form = TriedForm(request.POST, row=row, prefix="tried")
    if not form.is_valid():
        return {"tried": form}
    got = form.cleaned_data
    outcome, note, reason = got["outcome"], got["note"], got["reason"]
    try:
        if row.case is None:
            number = got["attempt_id"]
            call_attempts.try_stranger(row, outcome, note=note, reason=reason, attempt_id=number, by=by, at=at)
        else:
            actions.log_attempt(
                row.case, way=got["way"] or ContactWay.PHONE, outcome=outcome, note=note, reason=reason,
                attempt_id=got["attempt_id"], by=by, at=at,
            )  # fmt: skip
    except NotNow as why:
        form.add_error("reason" if isinstance(why, actions.NeedsReason) else None, str(why))
        return {"tried": form}
    row.refresh_from_db(fields=["state"])
    messages.success(request, _("The attempt is kept."))
    return None


def _finish(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime) -> Forms | None:
    form = ReasonForm(request.POST, prefix="finish")
    if not form.is_valid():
        return {"finish": form}
    try:
        callbacks.finish(row, form.cleaned_data["reason"], by=by, at=at)
    except NotNow as why:
        if not row.is_open:
            raise
        form.add_error("reason", str(why))
        return {"finish": form}
    messages.success(request, _("Done: nobody needs to call any more."))
    return None


def _allow(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime) -> Forms | None:
    form = ReasonForm(request.POST, prefix="allow")
    if not form.is_valid():
        return {"allow": form}
    call_attempts.allow(row, form.cleaned_data["reason"], by=by, at=at)
    messages.success(request, _("It may be tried once more."))
    return None


def _link(request: HttpRequest, row: CallBack, by: Actor, at: dt.datetime) -> Forms | None:
    form = LinkForm(request.POST, prefix="link")
    if not form.is_valid():
        return {"link": form}
    try:
        case = case_for(by, form.cleaned_data["reference"], needs=CASE_CONTACT, at=at, part="call back")
        callbacks.link(row, case, by=by, at=at)
    except Refused as refused:
        audit.record(refused.action, by=by, at=at, case_id=refused.case_id, basis=refused.basis, outcome=Outcome.DENIED)
        form.add_error("reference", _("You have no case with this reference."))
        return {"link": form}
    except NotNow as why:
        form.add_error("reference", str(why))
        return {"link": form}
    messages.success(request, _("The call belongs to %(reference)s now.") % {"reference": case.reference})
    return None


DO: dict[str, Callable[[HttpRequest, CallBack, Actor, dt.datetime], Any]] = {
    "claim": _claim,
    "release": _release,
    "tried": _tried,
    "finish": _finish,
    "allow": _allow,
    "link": _link,
}


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """A client asks to be called at another moment."""
    by, at = actor_of(request), timezone.now()
    case = case_for(
        by, reference, needs=CASE_CONTACT, at=at, part="call back", related=("person__data_key", "person__contact")
    )
    form = AgreeForm(posted(request), at=at)
    if request.method == "POST" and form.is_valid():
        try:
            callbacks.agree(case, form.starts_at, by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("It is on the list of who is to be called."))
            return redirect("call_backs")
    back_url = reverse("triage" if case.state in AT_DESK else "case", args=[case.reference])
    context = {"case": case, "form": form, "back_url": back_url, "why_not": callbacks.why_not(case)}
    return TemplateResponse(request, "desk/callbacks/agree.html", context)
