"""What is done with the ticked requests of the list: take, give, label, print."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import DASHBOARD_VIEW
from cases import tags
from desk import bulk, columns, rows, triage
from desk.views.dashboard import back_to_list

MOST_SAID = 10
LONGEST = 20
"""Longer than any reference."""


def _picked(request: HttpRequest) -> list[str]:
    return request.POST.getlist("one") or request.POST.getlist("pick")


def _act(request: HttpRequest, act: Callable[[list[str]], bulk.Done], said: Callable[[int], str]) -> HttpResponse:
    """Do it with what was ticked, say the number and what was left, and go back to the list."""
    picked = _picked(request)
    if not picked:
        return _none(request)
    done = act(picked)
    for sentence in done.left[:MOST_SAID]:
        messages.warning(request, sentence)
    if more := len(done.left[MOST_SAID:]):
        words = ngettext("%(n)d more was skipped.", "%(n)d more were skipped.", more)
        messages.warning(request, words % {"n": more})
    if count := len(done.references):
        messages.success(request, said(count))
    return back_to_list(request)


def _none(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("No request was chosen."))
    return back_to_list(request)


def _lacks(request: HttpRequest, field: str) -> HttpResponse:
    """Back to the list with its ticks, where it is said at the field that was left empty."""
    picked = [one for one in _picked(request) if len(one) <= LONGEST][: bulk.MOST]
    return back_to_list(request, lacks=field, pick=picked) if picked else _none(request)


@needs(DASHBOARD_VIEW)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Make the ticked requests yours."""
    by, at = actor_of(request), timezone.now()
    return _act(
        request,
        lambda picked: bulk.take(picked, by=by, at=at),
        lambda n: ngettext("%(n)d request is yours.", "%(n)d requests are yours.", n) % {"n": n},
    )


@needs(DASHBOARD_VIEW)
@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Give them to a colleague of the desk."""
    by, at = actor_of(request), timezone.now()
    to = next((user for user in triage.colleagues(at) if str(user.pk) == request.POST.get("to")), None)
    if to is None:
        return _lacks(request, "to")
    words = {"name": to.name}
    return _act(
        request,
        lambda picked: bulk.give(picked, to=to, by=by, at=at),
        lambda n: ngettext("%(n)d request is %(name)s's.", "%(n)d requests are %(name)s's.", n) % (words | {"n": n}),
    )


@needs(DASHBOARD_VIEW)
@require_POST
def tag(request: HttpRequest) -> HttpResponse:
    """Put one label on them."""
    by, at = actor_of(request), timezone.now()
    chosen = next((one for one in tags.in_use() if str(one.pk) == request.POST.get("tag")), None)
    if chosen is None:
        return _lacks(request, "tag")
    words = {"label": chosen.label}
    return _act(
        request,
        lambda picked: bulk.put_tag(picked, chosen, by=by, at=at),
        lambda n: (
            ngettext("%(n)d request has the label %(label)s.", "%(n)d requests have the label %(label)s.", n)
            % (words | {"n": n})
        ),
    )


@needs(DASHBOARD_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    """The ticked requests for paper, confidential, by whom and when; each is in the audit. Its address alone, such as
    from the history, is the list."""
    if request.method != "POST":
        return redirect("dashboard")
    by, at = actor_of(request), timezone.now()
    if not (picked := _picked(request)):
        return _none(request)
    found = rows.of_cases(bulk.listed(picked, by=by, at=at), at)
    context = {
        "rows": found, "at": at, "columns": columns.of_user(request.user), "skipped": len(set(picked)) - len(found),
        "back": request.POST.get("next", ""),
    }  # fmt: skip
    return TemplateResponse(request, "desk/dashboard/paper.html", context)
