"""Who is called about an urgency and after how long, edited by the coordinator in versions (page M)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import ROUTING_EDIT
from cases.enums import Urgency
from cases.forms.work import posted
from desk import policies
from desk.forms.policies import WAYS, PolicyForm
from desk.ladder import TEAM, rung_name
from desk.policies import Call, Policy

EDITED = (Urgency.EMERGENCY, Urgency.URGENT)


@require_GET
@needs(ROUTING_EDIT)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Both policies in words, with how many versions there were."""
    sheets = []
    for urgency in EDITED:
        policy = policies.policy_of(urgency)
        if policy is not None:
            sheets.append(_sheet(urgency, policy) | {"versions": policies.versions(urgency)})
    return TemplateResponse(request, "desk/organisation/policies.html", {"sheets": sheets})


@require_http_methods(["GET", "POST"])
@needs(ROUTING_EDIT)
def policy(request: HttpRequest, urgency: str) -> HttpResponse:
    """Change one: what is saved is a new version, and counts for alerts from now on."""
    at, now = timezone.now(), policies.policy_of(urgency) if urgency in EDITED else None
    if now is None:
        raise Http404
    form = PolicyForm(
        posted(request), urgency=urgency, policy=now, teams=policies.teams(), there=policies.people_behind(at)
    )
    if request.method == "POST" and form.is_valid():
        try:
            policies.save(form.policy(), urgency, after=form.cleaned_data["version"], by=actor_of(request), at=at)
        except policies.Outdated:
            form.add_error(None, _("A colleague changed this in the meantime. Look at the list, and change it again."))
        else:
            messages.success(request, _("Saved. It counts for whoever asks for help from now on."))
            return redirect("policies")
    context = _sheet(urgency, now) | {"form": form, "back": reverse("policies")}
    return TemplateResponse(request, "desk/organisation/policy.html", context)


def _sheet(urgency: str, policy: Policy) -> dict[str, Any]:
    names = {f"{TEAM}{code}": name for code, name in policies.teams()}
    return {
        "urgency": urgency,
        "title": Urgency(urgency).label,
        "promised": policies.in_words(policies.promised_minutes(urgency)),
        "policy": policy,
        "calls": [(names.get(call.who) or rung_name(call.who), call.minutes, _ways(call)) for call in policy.calls],
    }


def _ways(call: Call) -> list[str]:
    return [str(words) for way, words in WAYS.items() if way in call.channels]
