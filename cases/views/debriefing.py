"""A talk with a group after an incident: plan it, write down how it went, and ask later how the team is."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import debriefing, workspace
from cases.enums import SessionState
from cases.forms.debriefing import HeldGroupForm, PlanGroupForm
from cases.forms.work import posted
from cases.models import GroupTalk
from cases.moves import NotNow

ACTS = ("cancel", "looked")


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_debriefing(request: HttpRequest, reference: str) -> HttpResponse:
    """All meetings with the group, and a form to plan the next."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="group talk", at=at, needs=CASE_WORK)
    form = PlanGroupForm(posted(request), colleagues=debriefing.colleagues(space.case, at), initial={"minutes": 90})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("incident", "place", "minutes", "second")}
        try:
            debriefing.plan(
                space.case, **given, starts_at=form.starts_at, talk_id=form.cleaned_data["submission"], by=by, at=at
            )
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The talk with the group is planned."))
            return redirect("case_debriefing", reference=space.case.reference)
    context = space.context() | {"rows": debriefing.of_case(space.case), "form": form}
    return TemplateResponse(request, "cases/debriefing/list.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def group_talk(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """How one meeting went; cancel it; or say that somebody asked how the team is."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="group talk", at=at, needs=CASE_WORK)
    talk = next((row for row in debriefing.of_case(space.case) if row.pk == pk), None)
    if talk is None:
        raise Refused("group_talk.opened", case_id=space.case.pk, basis="not of this case")
    usual = talk.look_again_on or timezone.localdate(talk.starts_at) + debriefing.LOOK_AGAIN_AFTER
    asks = next((act for act in ACTS if act == request.POST.get("do")), "")
    start = {
        "present": talk.present,
        "want_own_talk": talk.want_own_talk,
        "report": talk.report,
        "look_again_on": usual,
    }
    form = HeldGroupForm(None if asks else posted(request), initial=start)
    if request.method == "POST" and (asks or form.is_valid()):
        try:
            _done(talk, asks, form, request)
        except NotNow as why:
            form.add_error(None, str(why)) if form.is_bound else messages.error(request, str(why))
        else:
            return redirect("case_debriefing", reference=space.case.reference)
    context = space.context() | {"talk": talk, "form": form, "held": talk.state == SessionState.HELD}
    return TemplateResponse(request, "cases/debriefing/one.html", context)


def _done(talk: GroupTalk, asks: str, form: HeldGroupForm, request: HttpRequest) -> None:
    by, at = actor_of(request), timezone.now()
    if asks == "cancel":
        debriefing.cancel(talk, by=by, at=at)
    elif asks == "looked":
        debriefing.look_again(talk, by=by, at=at)
    else:
        debriefing.hold(talk, **form.cleaned_data, by=by, at=at)
    messages.success(request, _("Kept."))
