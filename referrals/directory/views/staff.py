"""Outside help for colleagues: the same, with what clients need not see, and what waits to be checked."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import DIRECTORY_ALL, DIRECTORY_EDIT, DIRECTORY_VIEW
from referrals.directory import freshness, shown
from referrals.directory.permissions import entry_for, may_keep
from referrals.directory.views.searching import searched

PER_PAGE = 25
COLUMNS = [
    {"label": label}
    for label in (
        gettext_lazy("Name"), gettext_lazy("Kept by"), gettext_lazy("Checked on"), gettext_lazy("What now"),
    )
]  # fmt: skip


@require_safe
@needs(DIRECTORY_VIEW)
def directory_staff(request: HttpRequest) -> HttpResponse:
    """Look for help, with what referrals tell of it."""
    by, at = actor_of(request), timezone.now()
    context = searched(request.GET, at, staff=True)
    if by.may(DIRECTORY_EDIT):
        context["waiting"] = freshness.to_check(by, at).count()
    context |= {"may_add": by.may(DIRECTORY_EDIT), "may_all": by.may(DIRECTORY_ALL)}
    return TemplateResponse(request, "directory/staff.html", context)


@require_safe
@needs(DIRECTORY_VIEW)
def directory_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of one entry, with who keeps it and when it was verified."""
    by, at = actor_of(request), timezone.now()
    service = entry_for(by, pk)
    context = {
        "whole": shown.whole(service, at, for_staff=True),
        "keeps": may_keep(by, service),
        "now": at,
    }
    return TemplateResponse(request, "directory/staff_entry.html", context)


@require_safe
@needs(DIRECTORY_EDIT)
def directory_check(request: HttpRequest) -> HttpResponse:
    """What is to be checked by whoever looks, the longest ago first; or with ``?show=hidden`` what nobody can find."""
    by, at = actor_of(request), timezone.now()
    show = "hidden" if request.GET.get("show") == "hidden" else "check"
    rows = freshness.hidden(by) if show == "hidden" else freshness.to_check(by, at)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "show": show, "days": settings.DIRECTORY_CHECK_DAYS, "columns": COLUMNS}
    return TemplateResponse(request, "directory/check.html", context)


@require_POST
@needs(DIRECTORY_EDIT)
def directory_verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that somebody asked there and all of it is right."""
    by, at = actor_of(request), timezone.now()
    service = entry_for(by, pk, to_keep=True)
    freshness.verify(service, by=by, at=at)
    messages.success(request, _("Checked: today, by you."))
    if request.POST.get("next") == "check":
        return redirect("directory_check")
    return redirect("directory_open", service.pk)
