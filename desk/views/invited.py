"""For someone whom a client lets in: the link, the code, yes or no, and then what the client chose. Nothing else."""

import math
import uuid

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, signed_in
from cases import family
from cases import invited as guests
from cases.forms.family import BackForm, CodeForm
from cases.forms.work import MessageForm, posted
from cases.invited import Guesthouse, NotForYou, Problem
from cases.models import Invitation
from cases.moves import NotNow
from cases.permissions import FAMILY_MESSAGES, FAMILY_NAMED
from desk import hearing

STATUS = {Problem.UNKNOWN: 404, Problem.OVER: 410, Problem.USED: 410, Problem.OWN: 409, Problem.COLLEAGUE: 409}


def family_actor(request: HttpRequest) -> Actor:
    """The signed-in person as somebody's relative only."""
    return guests.as_family(actor_of(request))


@require_GET
@signed_in
def let_into(request: HttpRequest) -> HttpResponse:
    """Everyone who lets them in now. Theirs only: what they ask for themselves is on their own page."""
    rows = guests.let_into(family_actor(request), timezone.now())
    return TemplateResponse(request, "desk/invited/list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@signed_in
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: first the code, then in words what they will see, then yes or no."""
    by, at = family_actor(request), timezone.now()
    try:
        row = guests.find(token, by=by, at=at)
        if row.accepted_at:
            return redirect("family_page", pk=row.pk)
        if request.method == "POST" and request.POST.get("do") in {"yes", "no"}:
            return _answered(request, token, row, by)
        if not guests.has_given_code(row, by):
            return _ask_code(request, token, by)
    except NotForYou as why:
        return _not_for_you(request, why.problem, by)
    return _answer_page(request, row, by, None)


def _ask_code(request: HttpRequest, token: str, by: Actor) -> HttpResponse:
    """Whether it was right shows after a redirect, so that going back does not send the code again."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        tried = guests.try_code(token, form.cleaned_data["code"], by=by, at=timezone.now())
        if tried.right:
            return redirect("family_invited", token=token)
        if tried.wait:
            seconds = math.ceil(tried.wait.total_seconds())
            wait = ngettext("Wait %(n)d second, then try again.", "Wait %(n)d seconds, then try again.", seconds)
            form.add_error(None, wait % {"n": seconds})
        else:
            form.add_error("code", _("This code is not right. Ask the person who invites you."))
    return TemplateResponse(request, "desk/invited/code.html", {"form": form})


def _answer_page(request: HttpRequest, row: Invitation, by: Actor, form: BackForm | None) -> HttpResponse:
    """What they will see; for a mutual one also what they show in return."""
    cases = guests.own_cases(by, timezone.now()) if row.mutual else []
    context = {"row": row, "last_day": family.last_day(row), "form": form or BackForm(cases=cases), "cases": cases}
    return TemplateResponse(request, "desk/invited/answer.html", context)


def _answered(request: HttpRequest, token: str, row: Invitation, by: Actor) -> HttpResponse:
    at = timezone.now()
    if request.POST["do"] == "no":
        if not guests.decline(token, by=by, at=at):
            return redirect("family_invited", token=token)
        return TemplateResponse(request, "desk/invited/declined.html", {})
    back = None
    if row.mutual and guests.has_given_code(row, by):
        form = BackForm(request.POST, cases=guests.own_cases(by, at))
        if not form.is_valid():
            return _answer_page(request, row, by, form)
        back = form.back()
    accepted = guests.accept(token, by=by, at=at, back=back)
    return redirect("family_page", pk=accepted.pk) if accepted else redirect("family_invited", token=token)


def _not_for_you(request: HttpRequest, problem: Problem, by: Actor) -> HttpResponse:
    """A calm page that says nothing about anybody; the audit knows more."""
    guests.refused(problem.value, by=by, at=timezone.now())
    context = {"problem": problem.value}
    return TemplateResponse(request, "desk/invited/not_for_you.html", context, status=STATUS[problem])


@require_http_methods(["GET", "POST"])
@signed_in
def guest(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the client chose to show. Withdrawn, over and never there look the same: a page that does not exist."""
    by, at = family_actor(request), timezone.now()
    writes = request.method == "POST" and request.POST.get("do") != "leave"
    house = guests.open_page(by, pk, needs=FAMILY_MESSAGES if writes else FAMILY_NAMED, at=at)
    if request.method == "POST" and not writes:
        return _left(request, house.invitation, by)
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            hearing.send(
                house.case, submission_id=given["submission"], body=given["body"], by=by, at=at,
                family=house.invitation,
            )  # fmt: skip
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Your message has been sent."))
            return redirect("family_page", pk=pk)
    return TemplateResponse(request, "desk/invited/page.html", _context(house) | {"form": form})


def _left(request: HttpRequest, invitation: Invitation, by: Actor) -> HttpResponse:
    guests.leave(invitation, by=by, at=timezone.now())
    banners.success(request, _("You no longer see this."))
    return redirect("family")


def _context(house: Guesthouse) -> dict[str, object]:
    return {"house": house, "row": house.invitation, "last_day": family.last_day(house.invitation)}
