"""Closing the account of somebody who leaves, after looking at all their open work."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import enable_user
from accounts.duty import shifts_of
from accounts.people import NotYours, person_for
from accounts.permissions import actor_of
from cases.deputies import stands_in_until
from cases.forms.work import posted
from desk import handover, staff
from desk.forms.people import StopForm
from desk.views.people import changes_people

SHOWN = 25
SHIFTS = 8


@changes_people
@require_http_methods(["GET", "POST"])
def person_stop(request: HttpRequest, person: UUID) -> HttpResponse:
    """What is open and who gets it; by POST it is handed over and the account is closed."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="person.stop")
    try:
        handover.must_be_possible(user, by=by, at=at)
    except NotYours as why:
        messages.error(request, str(why))
        return redirect("person", user.public_id)
    work = staff.counted(user, at)
    plan = stands_in_until([user.pk], at).get(user.pk)
    form = StopForm(
        posted(request), user=user, counts={row["code"]: row["count"] for row in work},
        deputy=plan.deputy if plan else None, day=timezone.localdate(at),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        done = handover.stop(user, form.receivers(), by=by, at=at)
        for text in told(done):
            messages.success(request, text)
        return redirect("person", user.public_id)
    cases = staff.due_first(user, by=by, at=at)
    context = {
        "person": user, "form": form, "work": work, "at": at, "cases": cases[:SHOWN], "shown": SHOWN,
        "shifts": list(shifts_of(user, at)[: SHIFTS + 1]), "most_shifts": SHIFTS,
    }  # fmt: skip
    return TemplateResponse(request, "desk/people/stop.html", context)


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
