"""Notices in the site itself."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import inbox as box
from accounts.permissions import Refused, actor_of, signed_in

PER_PAGE = 25


@signed_in
@require_GET
def inbox(request: HttpRequest) -> TemplateResponse:
    """Your notices, newest first. Reading this page marks nothing: opening one does."""
    by = actor_of(request)
    page = Paginator(box.of(by), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [box.line(notice) for notice in page],
        "unread": box.unread_count(by),
        "off_shift": by.is_member and not by.roles,
        "frame": "base_staff.html" if by.roles else "base_client.html",
    }
    return TemplateResponse(request, "accounts/inbox.html", context)


@signed_in
@require_POST
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Mark one of your notices read, and go where it points."""
    notice = box.mark_read(actor_of(request), notice_id, at=timezone.now())
    if notice is None:
        raise Refused("notice.opened", basis="of somebody else or not existing")
    return redirect(notice.path or "inbox")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all your notices read."""
    box.mark_all_read(actor_of(request), at=timezone.now())
    return redirect("inbox")
