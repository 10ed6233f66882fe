"""The routing rules, edited by the coordinator, and trying out a moment (pages I and M)."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.duty import duty_status, load_calendar
from accounts.models.organisation import in_language
from accounts.permissions import actor_of, needs
from accounts.roles import ROUTING_EDIT
from cases.topics import load_topics
from desk import snapshot
from referrals.conditions import in_words
from referrals.forms.routing import RuleForm, TryForm
from referrals.models import RoutingRule
from referrals.rehearsal import rehearse
from referrals.routing import load_rules, route
from referrals.rules import NotNow, end_rule, save_rule

LAST_MONTH = dt.timedelta(days=30)


@require_GET
@needs(ROUTING_EDIT)
def rules(request: HttpRequest) -> HttpResponse:
    """The table in the order in which it is asked, and one moment tried out when the form was sent."""
    at, topics = timezone.now(), load_topics()
    tried = TryForm(request.GET, topics=topics) if "at" in request.GET else None
    form = tried or TryForm(topics=topics, initial={"at": timezone.localtime(at)})
    context: dict[str, Any] = {"form": form, "rules": _rows(timezone.localdate(at), topics), "columns": _columns()}
    if tried is not None and tried.is_valid():
        moment, calendar = tried.cleaned_data["at"], load_calendar()
        context["tried"] = duty_status(moment, calendar)
        context["route"] = route(tried.facts(), moment, rules=load_rules(), calendar=calendar, topics=topics)
    return TemplateResponse(request, "desk/routing/rules.html", context)


@require_http_methods(["GET", "POST"])
@needs(ROUTING_EDIT)
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change one rule, or first try it on last month's requests; errors keep what was typed."""
    at = timezone.now()
    today = timezone.localdate(at)
    row = _rule(pk) if pk else RoutingRule(valid_from=today)
    form = RuleForm(request.POST or None, instance=row, topics=load_topics())
    tried = None
    if "rehearse" in request.POST and form.is_valid():
        tried = rehearse(form.instance, load_rules(today), since=at - LAST_MONTH, until=at)
    elif request.method == "POST" and form.is_valid():
        try:
            save_rule(form.instance, by=actor_of(request), at=at, changed=form.changed_data)
        except NotNow as refusal:
            form.add_error("code", str(refusal))
        else:
            snapshot.write(at)
            messages.success(request, _("The rule is saved and counts from its first day."))
            return redirect("routing_rules")
    can_end = bool(pk) and (row.valid_until is None or row.valid_until > today)
    context = {"form": form, "pk": pk, "can_end": can_end, "rehearsal": tried, "back": reverse("routing_rules")}
    return TemplateResponse(request, "desk/routing/rule.html", context)


@require_POST
@needs(ROUTING_EDIT)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a rule count for the last time today."""
    at = timezone.now()
    try:
        ended = end_rule(_rule(pk).pk, by=actor_of(request), at=at)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        snapshot.write(at)
        messages.success(request, _("Rule %(code)s counts until the end of today.") % {"code": ended.code})
    return redirect("routing_rules")


def _rule(pk: int) -> RoutingRule:
    found = RoutingRule.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _columns() -> list[dict[str, str]]:
    names = (_("Order"), _("When"), _("Goes to"), _("Reason"), _("From rule"), _("Counts"))
    return [{"label": name} for name in names]


def _rows(today: dt.date, topics: Any) -> list[dict[str, Any]]:
    """Rules that count or will count first, in their order; then those that have ended."""
    rows = [
        {
            "rule": row,
            "when": in_words(row.conditions, topics),
            "because": in_language(row.because_nl, row.because_en),
            "ended": row.valid_until is not None and row.valid_until < today,
            "later": row.valid_from > today,
        }
        for row in RoutingRule.objects.all()
    ]
    return sorted(rows, key=lambda row: bool(row["ended"]))
