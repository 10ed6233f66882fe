"""Somebody saved the request while you had it open: both versions side by side, and nothing typed is lost."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cases.enums import CaseState, Urgency
from cases.models import Case
from desk import request_page
from desk.triage import REFER

NOT_CARRIED = {"csrfmiddlewaretoken", "merge"}


def conflict(request: HttpRequest, seen: Case, now: Case) -> TemplateResponse:
    """The page; its form sends the same answers again, for the case as it is now. Status 409."""
    prefix = "assess" if request.POST.get("do") == "assess" else "decide"
    carried = [
        (name, str(now.version) if name == f"{prefix}-version" else value)
        for name, values in request.POST.lists()
        if name not in NOT_CARRIED
        for value in values
    ]
    context = {"case": now, "rows": _rows(request, now, prefix), "carried": carried, "page_has_errors": True}
    return TemplateResponse(request, "desk/conflict.html", context, status=409)


def _rows(request: HttpRequest, now: Case, prefix: str) -> list[dict[str, Any]]:
    """What is kept beside what was typed. Only what the form asked."""
    owner = now.owner.name if now.owner else _("Nobody")
    rows = [
        {"label": _("State"), "now": str(CaseState(now.state).label), "mine": ""},
        {"label": _("Owner"), "now": owner, "mine": ""},
    ]
    if prefix == "assess":
        return [*_assessed(request, now), *rows]
    outcome = dict(request_page.outcome_choices()).get(request.POST.get("outcome", ""), "–")
    passes_on = request.POST.get("outcome") == REFER
    return [
        *rows,
        {"label": _("Outcome"), "now": "", "mine": outcome},
        {
            "label": _("Summary") if passes_on else _("Your text"),
            "now": now.summary if passes_on else "",
            "mine": request.POST.get("decide-note", ""),
        },
        {"label": _("Reason"), "now": "", "mine": request.POST.get("decide-otherwise", "")},
    ]


def _assessed(request: HttpRequest, now: Case) -> list[dict[str, Any]]:
    topics = dict(request_page.topic_choices(now))
    danger = {"yes": _("Yes, or in doubt"), "no": _("No"), True: _("Yes, or in doubt"), False: _("No")}
    typed = request.POST
    urgency = typed.get("assess-urgency", "")
    return [
        {"label": _("Danger now?"), "now": danger.get(now.danger_now), "mine": danger.get(typed.get("assess-danger"))},
        {
            "label": _("Topics"),
            "now": ", ".join(topics.get(code, code) for code in now.topics),
            "mine": ", ".join(topics.get(code, code) for code in typed.getlist("assess-topics")),
        },
        {
            "label": _("Unit"),
            "now": now.unit.name if now.unit else "",
            "mine": typed.get("assess-unit", ""),
        },
        {
            "label": _("Urgency"),
            "now": str(Urgency(now.urgency).label),
            "mine": str(Urgency(urgency).label) if urgency in Urgency.values else "",
        },
        {"label": _("Reason"), "now": "", "mine": typed.get("assess-reason", "")},
    ]
