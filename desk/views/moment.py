"""Trying out a moment: who answers, who is on duty, and where a request would go then (page M)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.duty import duty_status, last_shift_ends
from accounts.permissions import needs
from accounts.roles import ROUTING_EDIT
from desk import snapshot
from referrals import rules as table
from referrals.conditions import load_words
from referrals.forms.moment import TryForm
from referrals.routing import fitting, load_version, route


@require_GET
@needs(ROUTING_EDIT)
def moment(request: HttpRequest) -> HttpResponse:
    """Any date and time by the local clock, and the facts of a request; nothing is kept."""
    at, words, draft = timezone.now(), load_words(), table.draft()
    tried = TryForm(request.GET, words=words, has_draft=draft is not None) if "at" in request.GET else None
    now = timezone.localtime(at).replace(tzinfo=None)
    form = tried or TryForm(words=words, has_draft=draft is not None, initial={"at": now})
    context: dict[str, Any] = {
        "form": form,
        "units": sorted(set(words.units.values())),
        "known_until": last_shift_ends(),
    }
    if tried is not None and tried.is_valid():
        seen = snapshot.read()
        when, calendar = tried.cleaned_data["at"], seen.calendar
        number, rules = load_version()
        in_draft = bool(draft and tried.cleaned_data.get("rules") == "draft")
        if draft and in_draft:
            rules = table.rules_in(draft.rules)
        facts = tried.facts(seen.parents)
        context |= {
            "tried": duty_status(when, calendar), "zone": calendar.local(when).tzname(),
            "route": route(facts, when, rules=rules, calendar=calendar, topics=words.topics),
            "fits": fitting(facts, when, rules=rules, calendar=calendar, topics=words.topics),
            "number": number, "in_draft": in_draft,
        }  # fmt: skip
    return TemplateResponse(request, "desk/routing/moment.html", context)
