"""Closing the account of somebody who leaves, after looking at all their open work."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import enable_user
from accounts.actors import Actor
from accounts.duty import shifts_of
from accounts.models import User
from accounts.people import NotYours, person_for
from accounts.permissions import actor_of
from cases.deputies import stands_in_until
from cases.forms.work import posted
from desk import handover, leaving, staff
from desk.forms.people import SPREAD, StopForm
from desk.forms.spreading import MostForm, SpreadForm
from desk.views.people import changes_people

SHOWN = 25
SHIFTS = 8


@changes_people
@require_http_methods(["GET", "POST"])
def person_stop(request: HttpRequest, person: UUID) -> HttpResponse:
    """What is open and who gets it; by POST it is handed over and the account is closed, or the spread is looked at."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="person.stop")
    if why := _why_not(user, by, at):
        messages.error(request, why)
        return redirect("person", user.public_id)
    form = _form(posted(request), user, at)
    if request.method == "POST" and form.is_valid():
        if form.spreads:
            query = urlencode({kind: to for kind, to in form.chosen.items() if kind != "cases" and to != SPREAD})
            return redirect(reverse("person_spread", args=[user.public_id]) + f"?{query}")
        return _stop(request, user, form.receivers(), by, at)
    cases = staff.due_first(user, by=by, at=at)
    context = {
        "person": user, "form": form, "work": staff.counted(user, at), "at": at, "cases": cases[:SHOWN],
        "shown": SHOWN, "shifts": list(shifts_of(user, at)[: SHIFTS + 1]), "most_shifts": SHIFTS,
    }  # fmt: skip
    return TemplateResponse(request, "desk/people/stop.html", context)


@changes_people
@require_http_methods(["GET", "POST"])
def person_spread(request: HttpRequest, person: UUID) -> HttpResponse:
    """Who would get which case, why, and how many each; what the coordinator changes counts. Where the rest of the work
    goes was chosen on the page before, and comes along in the address."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="person.stop")
    if why := _why_not(user, by, at):
        messages.error(request, why)
    if why or not user.is_active:
        return redirect("person", user.public_id)
    limit = MostForm({"most": request.GET.get("most")})
    plan, shown = leaving.proposal(user, by, at, limit.cleaned_data["most"] if limit.is_valid() else None)
    if not plan.shares:
        return redirect("person_stop", user.public_id)
    form = SpreadForm(posted(request), plan=plan, shown=shown)
    rest = {kind: to for kind, to in request.GET.items() if kind in handover.NEEDED and kind != "cases"}
    if request.method == "POST" and form.is_valid():
        others = _form({**rest, "cases": SPREAD}, user, at)
        if not others.is_valid():
            return redirect("person_stop", user.public_id)
        return _stop(request, user, {**others.receivers(), "cases": plan.chosen | form.chosen()}, by, at)
    context = {
        "person": user, "form": form, "plan": plan, "limit": limit, "totals": leaving.totals(plan, shown), "at": at,
        "rest": rest, "unseen": len(plan.shares) - len(shown),
    }  # fmt: skip
    return TemplateResponse(request, "desk/people/spread.html", context)


def _why_not(user: User, by: Actor, at: dt.datetime) -> str:
    """Why this account cannot be closed by who looks; empty when it can."""
    try:
        handover.must_be_possible(user, by=by, at=at)
    except NotYours as why:
        return str(why)
    return ""


def _form(data: Any, user: User, at: dt.datetime) -> StopForm:
    plan = stands_in_until([user.pk], at).get(user.pk)
    counts = {row["code"]: row["count"] for row in staff.counted(user, at)}
    return StopForm(
        data, user=user, counts=counts, deputy=plan.deputy if plan else None, day=timezone.localdate(at)
    )  # fmt: skip


def _stop(
    request: HttpRequest, user: User, choices: Mapping[str, handover.Choice], by: Actor, at: dt.datetime
) -> HttpResponse:
    done = handover.stop(user, choices, by=by, at=at)
    for text in told(done):
        messages.success(request, text)
    return redirect("person", user.public_id)


@require_POST
@changes_people
def person_reopen(request: HttpRequest, person: UUID) -> HttpResponse:
    """Somebody came back: the account opens again, without any role."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="person.reopen")
    if user.pk != by.user_id:
        enable_user(user, by=by, at=at)
        messages.success(request, _("The account is open again. Now give a role."))
    return redirect("person", user.public_id)


def told(done: handover.Result) -> list[str]:
    """What happened, in sentences."""
    given, back = sum(done.given.values()), sum(done.to_desk.values())
    said = [_("The account is closed.")]
    if given:
        said[0] += " " + ngettext("%(n)d item went to a colleague.", "%(n)d items went to a colleague.", given) % {
            "n": given
        }
    if back:
        said[0] += " " + ngettext("%(n)d item is at the desk.", "%(n)d items are at the desk.", back) % {"n": back}
    if len(done.shares) > 1:
        each = sorted(done.shares.items(), key=lambda pair: (-pair[1], pair[0].name))
        said.append(", ".join(f"{to.name} {count}" for to, count in each if count) + ".")
    if done.asked:
        text = ngettext(
            "%(n)d client is asked whether a colleague may help them. Until then the desk does.",
            "%(n)d clients are asked whether a colleague may help them. Until then the desk does.",
            done.asked,
        )
        said.append(text % {"n": done.asked})
    if done.tasks_to_owner or done.tasks_to_desk:
        text = _("Open tasks went along: %(owner)d to who has the case now, %(desk)d to the desk.")
        said.append(text % {"owner": done.tasks_to_owner, "desk": done.tasks_to_desk})
    if done.talks_ended:
        text = ngettext(
            "%(n)d talk with a neutral leader ended; both were told.",
            "%(n)d talks with a neutral leader ended; both sides were told.",
            done.talks_ended,
        )
        said.append(text % {"n": done.talks_ended})
    if done.refused:
        text = ngettext(
            "%(n)d case could not go to that colleague and is at the desk.",
            "%(n)d cases could not go to that colleague and are at the desk.",
            done.refused,
        )
        said.append(text % {"n": done.refused})
    if done.holes:
        text = ngettext("%(n)d shift is empty now.", "%(n)d shifts are empty now.", len(done.holes))
        said.append(text % {"n": len(done.holes)} + " " + _("Look for somebody else in the roster."))
    return said
