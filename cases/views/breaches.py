"""Breaking confidentiality: laying down the weighing, and what others do with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import blocks, breaches, guarded, workspace
from cases.enums.guarded import BreachAct
from cases.forms.breaches import BreachForm, CarriedOutForm, RefuseForm, SignForm, ToldForm
from cases.forms.work import posted
from cases.models import BreachStep, ConfidentialityBreach
from cases.moves import NotNow


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def breach_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Weigh it and ask for the second signature; an act that hurts when wrong, so it asks once more."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_WORK)
    form = BreachForm(posted(request), people=[one for one in blocks.colleagues(at) if one.pk != by.user_id])
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "again":
        if "sure" not in request.POST:
            sent = [{"name": name, "value": request.POST[name]} for name in form.fields if name in request.POST]
            context = space.context() | {"sent": sent, "hidden": [*sent, {"name": "sure", "value": "on"}]}
            return TemplateResponse(request, "guarded/breach_sure.html", context | {"form": None})
        try:
            row = breaches.ask(space.case, form.weighed, by=by, at=at, number=form.cleaned_data["submission"])
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Kept. Nothing may be told until somebody else has signed."))
            return redirect("breach", pk=row.pk)
    return TemplateResponse(request, "guarded/breach_add.html", space.context() | {"form": form})


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def breach(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was weighed and what became of it, with the one thing that may be done now."""
    by, at = actor_of(request), timezone.now()
    row = guarded.opened(guarded.breaches(by, at).select_related("consulted", "made_by"), pk, by=by, at=at)
    acts = breaches.steps_of(row)
    forms = _forms(row, acts, by, posted(request))
    do = request.POST.get("do", "")
    if do in forms and forms[do].is_valid():
        try:
            _DO[do](row, forms[do].cleaned_data, by, at)
        except NotNow as why:
            forms[do].add_error(None, str(why))
        else:
            messages.success(request, str(_DONE[do]))
            return redirect("breach", pk=row.pk)
    context = {
        "breach": row, "case": row.case, "facts": _facts(row), "acts": acts.values(), "forms": forms, "now": at,
        "state": breaches.state_of(acts), "is_mine": row.made_by_id == by.user_id,
    }  # fmt: skip
    return TemplateResponse(request, "guarded/breach.html", context)


def _forms(row: ConfidentialityBreach, acts: dict[str, BreachStep], by: Actor, data: Any) -> dict[str, Any]:
    """What this actor may do with it now, by the name of the act."""
    if BreachAct.CARRIED_OUT in acts:
        return {} if BreachAct.TOLD in acts else {"tell": ToldForm("tell", data)}
    if not row.case.is_open or BreachAct.REFUSED in acts or BreachAct.LAPSED in acts:
        return {}
    if BreachAct.SIGNED in acts:
        return {"carry_out": CarriedOutForm("carry_out", data)}
    return (
        {} if row.made_by_id == by.user_id else {"sign": SignForm("sign", data), "refuse": RefuseForm("refuse", data)}
    )


def _facts(row: ConfidentialityBreach) -> list[dict[str, Any]]:
    return [
        {"label": _("Asked by"), "value": row.made_by.name},
        {"label": _("Ground"), "value": row.get_ground_display()},
        {"label": _("To whom"), "value": row.to_whom},
        {"label": _("What exactly"), "value": row.what},
        {"label": _("Weighing"), "value": row.weighing},
        {"label": _("Talked over with"), "value": row.consulted.name},
        {
            "label": _("The client knows first"),
            "value": f"{_('Yes') if row.tells_client else _('No')}. {row.telling_note}",
        },
    ]


_DO: dict[str, Callable[..., Any]] = {
    "sign": lambda row, given, by, at: breaches.sign(row, by=by, at=at),
    "refuse": lambda row, given, by, at: breaches.refuse(row, reason=given["reason"], by=by, at=at),
    "carry_out": lambda row, given, by, at: breaches.carry_out(
        row, how=given["how"], told=given["told"] == "yes", by=by, at=at
    ),
    "tell": lambda row, given, by, at: breaches.tell(row, how=given["how"], by=by, at=at),
}
_DONE: dict[str, Any] = {
    "sign": gettext_lazy("Signed. It may be carried out now, by a person."),
    "refuse": gettext_lazy("Not signed. Nothing may be told."),
    "carry_out": gettext_lazy("Kept that it was done."),
    "tell": gettext_lazy("Kept. The client reads it on their page from now on."),
}
