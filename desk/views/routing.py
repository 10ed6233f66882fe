"""The routing rules: the version that counts, every version before it, and what differs between two (page M)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import ROUTING_EDIT
from desk import rule_rows
from referrals import rules as table
from referrals.conditions import load_words
from referrals.differences import differences
from referrals.models import RuleVersion
from referrals.routing import load_version

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def rules(request: HttpRequest) -> HttpResponse:
    """What counts now, in the order in which it is asked. POST begins a draft."""
    at = timezone.now()
    if request.method == "POST":
        try:
            table.begin(by=actor_of(request), at=at)
        except table.NotNow as refusal:
            messages.error(request, str(refusal))
        return redirect("routing_draft")
    number, counting = load_version()
    context = {
        "version": RuleVersion.objects.newest_first().first(), "number": number, "draft": table.draft(),
        "rules": rule_rows.of_rules(counting, load_words(), timezone.localdate(at)), "columns": rule_rows.columns(),
    }  # fmt: skip
    return TemplateResponse(request, "desk/routing/rules.html", context)


@require_GET
@needs(ROUTING_EDIT)
def versions(request: HttpRequest) -> HttpResponse:
    """Every version that was published, the newest first."""
    page = Paginator(RuleVersion.objects.newest_first().defer("rules"), PER_PAGE).get_page(request.GET.get("page"))
    columns = [{"label": name} for name in (_("Version"), _("From"), _("Published by"), _("Why"))]
    return TemplateResponse(request, "desk/routing/versions.html", {"page": page, "columns": columns})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version, and what differs from another. POST takes it as the draft of a new one."""
    at, shown = timezone.now(), _version(number)
    if request.method == "POST":
        try:
            table.begin(by=actor_of(request), at=at, number=number)
        except table.NotNow as refusal:
            messages.error(request, str(refusal))
        return redirect("routing_draft")
    words = load_words()
    newest = load_version()[0]
    other = _compared(request.GET.get("met", ""), number)
    numbers = list(RuleVersion.objects.order_by("-number").values_list("number", flat=True)[:100])
    context: dict[str, Any] = {
        "version": shown, "is_newest": number == newest, "numbers": [one for one in numbers if one != number],
        "rules": rule_rows.of_rules(table.rules_in(shown.rules), words, timezone.localdate(at)),
        "columns": rule_rows.columns(), "other": other, "draft": table.draft(),
        "differences": differences(table.rules_in(other.rules), table.rules_in(shown.rules), words) if other else [],
    }  # fmt: skip
    return TemplateResponse(request, "desk/routing/version.html", context)


def _version(number: int) -> RuleVersion:
    found = RuleVersion.objects.numbered(number)
    if found is None:
        raise Http404
    return found


def _compared(asked: str, number: int) -> RuleVersion | None:
    """The version to compare with: the one that was asked for, else the one before."""
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else number - 1
    return RuleVersion.objects.numbered(wanted)
