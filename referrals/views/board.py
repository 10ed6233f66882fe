"""The pick-up board of a regional worker, and answering what is on it (UX, page K)."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import BOARD_VIEW, REFERRAL_ANSWER
from cases import deputies
from cases.topics import load_topics
from referrals import board as boards
from referrals import cards, steering
from referrals.actions import NotNow, accept, return_to_desk
from referrals.enums import BY_WORKER, HandOver, NextStep, ReferralState, next_step
from referrals.forms.answer import AcceptForm, ReturnForm
from referrals.models import Referral
from referrals.moves import how_it_ended, stands
from referrals.permissions import referral_for
from referrals.steering import NotJoined


@needs(BOARD_VIEW)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Everything that waits for me, what I accepted and what I returned. Each summary shown is in the audit."""
    by, at = actor_of(request), timezone.now()
    wide = request.GET.get("region") == "1"
    lane, page = request.GET.get("list", ""), request.GET.get("page", "1")
    seen = boards.see(by, at, wide=wide, lane=lane, page=page)
    request.counted = {"offered": seen.all_offered}  # type: ignore[attr-defined]  # the rail need not count it again
    audit.record_each("referral.viewed", seen.offered.rows, by=by, at=at, kind=Referral, part="summary")
    context: dict[str, Any] = {"board": seen, "at": at, "since": at.isoformat(), "query": "region=1&" if wide else ""}
    if by.stands_in_for:
        context |= {"stands_in": deputies.stands_in_by(by, at), "today": timezone.localdate(at)}
    return TemplateResponse(request, "referrals/board.html", context)


@needs(BOARD_VIEW)
@require_GET
def referral_news(request: HttpRequest) -> HttpResponse:
    """One polite line when something was offered since the page was made; the list itself stays still."""
    since = _moment(request.GET.get("since", ""))
    fresh = boards.news_since(actor_of(request), since) if since else 0
    return TemplateResponse(request, "referrals/board.html#news", {"fresh": fresh})


def _moment(text: str) -> dt.datetime | None:
    """An aware moment from an address, in UTC; None for anything else, and for what lies outside all calendars."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
        return moment.astimezone(dt.UTC) if moment is not None and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):
        return None


@needs(REFERRAL_ANSWER)
@require_http_methods(["GET", "POST"])
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Read one summary; by POST take the case over. Who comes second is told who has it."""
    by, at = actor_of(request), timezone.now()
    found = referral_for(by, referral_id, at=at, action="referral.accept")
    form = AcceptForm(_posted(request))
    if request.method == "POST" and (form.is_valid() or found.state != ReferralState.OFFERED):
        try:
            found = accept(found, read=form.is_valid(), by=by, at=at)
        except NotNow as error:
            return _gone(request, str(error))
        messages.success(request, _taken(found))
        return redirect(_work_of(found))
    if found.state == ReferralState.ACCEPTED and found.answered_by_id == by.user_id and _is_mine(found, by):
        return redirect(_work_of(found))
    if found.state != ReferralState.OFFERED or not stands(found):
        return _gone(request, how_it_ended(found))
    audit.record("referral.viewed", by=by, at=at, case_id=found.case_id, obj=found, part="summary")
    context = {
        "referral": found,
        "card": cards.offered(cards.handed(found), load_topics(), at, by),
        "form": form,
        "at": at,
    }
    return TemplateResponse(request, "referrals/referral.html", context)


@needs(REFERRAL_ANSWER)
@require_http_methods(["GET", "POST"])
def referral_return(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Give it back to the desk with a reason."""
    by, at = actor_of(request), timezone.now()
    found = referral_for(by, referral_id, at=at, action="referral.return")
    stays = found.kind in BY_WORKER
    form = ReturnForm(_posted(request), stays=stays)
    if request.method == "GET" and found.state != ReferralState.OFFERED:
        return _gone(request, how_it_ended(found))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            other = steering.helped_case(answers["other"], by=by, at=at) if answers["other"] else None
            return_to_desk(found, reason=answers["reason"], note=answers["note"], other=other, by=by, at=at)
        except NotJoined as error:
            form.add_error("other", str(error))
        except NotNow as error:
            return _gone(request, str(error))
        else:
            messages.success(request, _given_back(answers["reason"], found))
            return redirect("board")
    return TemplateResponse(
        request, "referrals/return.html", {"referral": found, "form": form, "stays": stays, "at": at}
    )


def _taken(found: Referral) -> str:
    if found.kind == HandOver.CONSULTATION:
        return _("You read along now. Your colleague and the client see that.")
    known = found.case.primary_contact
    if known is not None and known.pk != found.case.owner_id:
        return _("It is your case now. Until you have met the client, %(name)s is their contact person.") % {
            "name": known.name
        }
    return _("You are now the contact person. The client sees that on their page.")


def _work_of(found: Referral) -> str:
    """Where what was accepted is worked on."""
    if found.kind == HandOver.CONSULTATION:
        return reverse("reading", args=[found.pk])
    return reverse("case", args=[found.case.reference])


def _is_mine(found: Referral, by: Actor) -> bool:
    if found.kind == HandOver.CONSULTATION:
        return Referral.objects.consulted_by(by, timezone.now()).filter(pk=found.pk).exists()
    return found.case.owner_id == by.user_id


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; an empty form that was sent is still one to answer."""
    return request.POST if request.method == "POST" else None


def _gone(request: HttpRequest, text: str) -> HttpResponse:
    """A calm page: it needs no answer from you any more."""
    return TemplateResponse(request, "referrals/gone.html", {"text": text})


def _given_back(reason: str, referral: Referral) -> str:
    if next_step(reason, referral.kind, ReferralState.OFFERED) in {NextStep.DESK_LOOKS, NextStep.DESK_KEEPS}:
        return _("The case is back at the desk. The desk looks further.")
    return _("Given back. Thank you for saying why.")
