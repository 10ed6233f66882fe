"""The worker who has a case: give it away, ask for advice, see what waits, and take it back."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_REFER, CASE_WORK
from cases import workspace
from cases.forms.work import posted
from cases.moves import NotNow
from cases.permissions import case_for
from referrals import addressees, handed, taking_back, travelling, voice
from referrals.actions import approve_by_phone, propose
from referrals.enums import ReferralState
from referrals.finding import asked_as
from referrals.forms.ways import ConsultForm, SpokenForm, TransferForm, WayForm
from referrals.matching import Candidate
from referrals.models import Referral


@require_http_methods(["GET"])
@needs(CASE_WORK)
def case_ways(request: HttpRequest, reference: str) -> HttpResponse:
    """What is handed over or shared of this case, what waits, and the ways to begin something. Who may not pass it on
    themselves answers here who asks for it, and gives it to the desk for them."""
    space = _open(request, reference, needs=CASE_WORK)
    context = space.context() | {"handed": handed.of_case(space.case, space.at)}
    return TemplateResponse(request, "referrals/ways.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_REFER)
def case_transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the case to a colleague, with the client's yes. It stays with its worker until it is accepted."""
    space, by = _open(request, reference), actor_of(request)
    near = [] if {"others", "to"} & set(request.GET) else addressees.nearest(space.case, space.at, by=by)
    return _form(request, space, TransferForm, "referrals/transfer.html", near)


@require_http_methods(["GET", "POST"])
@needs(CASE_REFER)
def case_consult(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a colleague read a chosen part until a day, to give advice."""
    space = _open(request, reference)
    return _form(request, space, ConsultForm, "referrals/consult.html", [])


@require_http_methods(["GET", "POST"])
@needs(CASE_REFER)
def case_way_spoken(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """Read out what travels; the client says yes and their pass-phrase."""
    space, by = _open(request, reference), actor_of(request)
    found = handed.waiting(space.case, pk)
    if found is None:
        if request.method == "POST":
            messages.info(
                request, _("What you answered no longer waits. Nothing has changed. See below how it is now.")
            )
        return redirect("case_ways", reference=space.case.reference)
    form = SpokenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            approve_by_phone(found, phrase=form.cleaned_data["phrase"], by=by, at=space.at)
        except NotNow as why:
            form.add_error("phrase", str(why))
        else:
            messages.success(request, _("The yes is kept, and your colleague was asked."))
            return redirect("case_ways", reference=space.case.reference)
    context = space.context() | {"form": form, "referral": found, "items": travelling.of(found)}
    return TemplateResponse(request, "referrals/spoken.html", context)


@require_POST
@needs(CASE_REFER)
def case_way_end(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """Take back what waits, or end what runs."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_REFER, at=at)
    try:
        done = taking_back.of_case(case, pk, by=by, at=at)
    except NotNow as why:
        messages.info(request, str(why))
    else:
        over = done.state == ReferralState.ENDED
        messages.success(request, _("Nobody reads along any more.") if over else _("Taken back. It stays with you."))
    return redirect("case_ways", reference=case.reference)


def _open(request: HttpRequest, reference: str, *, needs: str = CASE_REFER) -> workspace.Workspace:
    by, at = actor_of(request), timezone.now()
    return workspace.open_workspace(by, reference, tab="case_people", part="hand-overs", at=at, needs=needs)


def _form(
    request: HttpRequest, space: workspace.Workspace, made: type[WayForm], template: str, near: list[Candidate]
) -> HttpResponse:
    case, at = space.case, space.at
    if not space.is_with_worker:
        return redirect("case_ways", reference=case.reference)
    form = made(
        posted(request), whom=near or addressees.everyone(case, at), ranked=bool(near),
        items=travelling.to_choose(case) if made.chooses else [], at=at, initial=_start(request, case, at),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            done = _send(form, space, actor_of(request), at)
        except voice.NotHeard as why:
            form.add_error("phrase", str(why))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _asked(done))
            return redirect("case_ways", reference=case.reference)
    return TemplateResponse(request, template, space.context() | {"form": form, "ranked": bool(near)})


def _asked(done: Referral) -> str:
    if done.state == ReferralState.AWAITING_COORDINATOR:
        return _("It was handed over before, so the coordinator is asked first. You hear what they say.")
    offered = done.state == ReferralState.OFFERED
    return _("Asked.") if offered else _("The client is asked first. You hear what they say.")


def _start(request: HttpRequest, case: Any, at: dt.datetime) -> dict[str, Any]:
    """The summary as it is; or, to ask for longer, what a consultation of before had."""
    before = handed.consultation(case, request.GET.get("again", ""))
    if before is None:
        return {"summary": case.summary, "to": request.GET.get("to", "")}
    return {"summary": before.summary, "reason": before.reason, "contact": before.share_contact} | {
        "to": f"{before.to_team_id}-{before.to_user_id}", "items": travelling.keys_of(before),
    }  # fmt: skip


def _send(form: WayForm, space: workspace.Workspace, by: Actor, at: dt.datetime) -> Referral:
    got = form.cleaned_data
    spoken = got["consent"] == "phone"
    if spoken:
        voice.must_fit(space.case, got["phrase"], by=by, at=at)
    to = form.chosen()
    return propose(
        space.case, to, destination=asked_as(to, at), summary=got["summary"], by=by, at=at,
        by_phone=spoken, terms=form.terms(), warm=got.get("warm", False),
    )  # fmt: skip
