"""A talk with a group after an incident: plan it, write down how it went, and ask later how the team is."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import debriefing, note_drafts, workspace
from cases.enums import SessionState
from cases.enums.notes import DraftOf
from cases.forms.conflict import both
from cases.forms.debriefing import ChooseSecondForm, HeldGroupForm, PlanGroupForm
from cases.forms.work import posted
from cases.models import Case, GroupTalk
from cases.moves import NotNow
from cases.note_drafts import Place
from cases.views import keeping
from cases.views.keeping import Keeping
from cases.views.summary import first_read

AT_ONCE = ("cancel", "looked")
ACTS = (*AT_ONCE, "second")


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_debriefing(request: HttpRequest, reference: str) -> HttpResponse:
    """All meetings with the group, and a form to plan the next."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="group talk", at=at, needs=CASE_WORK)
    if asked := first_read(request, space):
        return asked
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
    """How one meeting went; cancel it; say that somebody asked how the team is; or who leads it too."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="group talk", at=at, needs=CASE_WORK)
    talk = _of(space.case, pk)
    asks = next((act for act in ACTS if act == request.POST.get("do")), "")
    place = Place(space.case, by.user_id or 0, DraftOf.GROUP, talk=talk)
    kept = keeping.begin(request, place, HeldGroupForm(), numbered="version", at=at)
    if answer := kept.answer(request, by=by, at=at, back=reverse("case_debriefing", args=[space.case.reference])):
        return answer
    form = HeldGroupForm(None if asks else kept.posted(request), initial=kept.initial(_start(talk)))
    second = None
    if talk.second is None and talk.state == SessionState.PLANNED:
        given = posted(request) if asks == "second" else None
        second = ChooseSecondForm(given, colleagues=debriefing.colleagues(space.case, at))
    elif asks == "second":  # somebody was chosen already
        return redirect("case_debriefing", reference=space.case.reference)
    sent: Any = second if asks == "second" else form
    shown = None
    if request.method == "POST" and (asks in AT_ONCE or sent.is_valid()):
        try:
            _done(talk, asks, sent, request, kept)
        except debriefing.Conflict as conflict:
            shown = both(form, _start(conflict.saved), version=conflict.saved.version)
        except NotNow as why:
            sent.add_error(None, str(why)) if sent.is_bound else messages.error(request, str(why))
        else:
            return redirect("case_debriefing", reference=space.case.reference)
    context = space.context() | {"talk": talk, "form": form, "second_form": second}
    context |= {"held": talk.state == SessionState.HELD, "page_has_errors": sent.is_bound and bool(sent.errors)}
    context |= {"both": shown, "keeping": kept}
    return TemplateResponse(request, "cases/debriefing/one.html", context, status=200 if shown is None else 409)


def _of(case: Case, pk: uuid.UUID) -> GroupTalk:
    talk = next((row for row in debriefing.of_case(case) if row.pk == pk), None)
    if talk is None:
        raise Refused("group_talk.opened", case_id=case.pk, basis="not of this case")
    return talk


def _start(talk: GroupTalk) -> dict[str, Any]:
    usual = talk.look_again_on or timezone.localdate(talk.starts_at) + debriefing.LOOK_AGAIN_AFTER
    return {
        "present": talk.present, "want_own_talk": talk.want_own_talk, "report": talk.report, "look_again_on": usual,
        "version": talk.version,
    }  # fmt: skip


def _done(talk: GroupTalk, asks: str, form: Any, request: HttpRequest, kept: Keeping) -> None:
    by, at = actor_of(request), timezone.now()
    if asks == "cancel":
        debriefing.cancel(talk, by=by, at=at)
    elif asks == "looked":
        debriefing.look_again(talk, by=by, at=at)
    elif asks == "second":
        debriefing.choose_second(talk, form.cleaned_data["second"], by=by, at=at)
    else:
        with note_drafts.saving(kept.place, kept.page, at=at):
            debriefing.hold(talk, **form.cleaned_data, by=by, at=at)
    messages.success(request, _("Kept."))
