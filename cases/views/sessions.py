"""Planning conversations and saying how they went. The guard of five is in the verbs; these pages explain it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import appointments, safe_contact, tracks, workspace
from cases.enums import ContactWay, SessionState
from cases.enums.tracks import SHORTEST_SESSION_MINUTES
from cases.forms.conflict import both
from cases.forms.work import HeldForm, PlanForm, RecordForm, posted
from cases.moves import Changed, NeedsReason, NotNow
from cases.tracks import TrackFull
from cases.views.summary import first_read


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_sessions(request: HttpRequest, reference: str) -> HttpResponse:
    """All conversations, and a form to plan the next one while there is a place for it."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="conversations", at=at, needs=CASE_WORK)
    if asked := first_read(request, space):
        return asked
    first = safe_contact.chosen_first(safe_contact.wishes_of(space.case), appointments.WAYS)
    form = PlanForm(posted(request), initial={"way": first, "minutes": 45})
    full = False
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("way", "place", "minutes", "reason")}
        try:
            planned = appointments.plan_session(
                space.case,
                **answers,
                starts_at=form.starts_at,
                session_id=form.cleaned_data["submission"],
                by=by,
                at=at,
            )
        except TrackFull:
            full = True
        except NeedsReason as why:
            form.ask_reason(str(why))
        except NotNow as why:
            form.add_error("day", str(why))
        else:
            messages.success(request, _("The conversation is planned. The client can see it on their page."))
            if unusual := appointments.gap_words(appointments.of_case(space.case), planned):
                messages.warning(request, unusual)
            return redirect("case_sessions", reference=space.case.reference)
    context = space.context() | {"form": form, "full": full or space.counter.is_full, "refused": full}
    return TemplateResponse(request, "cases/sessions.html", context | _list(space, at))


def _list(space: workspace.Workspace, at: Any) -> dict[str, Any]:
    """The conversations for the table, latest first, each with whether it counts and in words what it is."""
    rows = [
        {
            "session": session,
            "counts": tracks.counts(session),
            "outside": session.track_id is None and session.also_user_id is None,
            "short": session.state == SessionState.HELD and session.minutes < SHORTEST_SESSION_MINUTES,
            "begun": session.starts_at <= at,
            "gap": appointments.gap_words(space.sessions, session),
        }
        for session in reversed(space.sessions)
    ]
    return {"rows": rows}


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def session(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Say how one conversation went, or correct what was said."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="conversations", at=at, needs=CASE_WORK)
    row = appointments.session_for(space.case, pk)
    if row is None:
        raise Refused("session.opened", case_id=space.case.pk, basis="not of this case")
    row.case = space.case
    form, refused, shown = RecordForm(posted(request), initial=_said(row)), False, None
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            appointments.record_session(
                row,
                got["state"],
                minutes=got["minutes"],
                outside=got["outside"],
                seen=got["seen"] or None,
                by=by,
                at=at,
            )
        except TrackFull:
            refused, form = True, _ask_outside(RecordForm, request)
        except Changed:
            now = _said(appointments.session_for(space.case, pk))
            shown = both(form, now, seen=now["seen"])
        except NotNow as why:
            form.add_error("state", str(why))
        else:
            messages.success(request, _("Recorded."))
            return redirect("case_sessions", reference=space.case.reference)
    context = space.context() | {"form": form, "row": row, "refused": refused, "both": shown}
    return TemplateResponse(request, "cases/session.html", context, status=200 if shown is None else 409)


def _said(row: Any) -> dict[str, Any]:
    """What the form shows of it."""
    planned = row.state == SessionState.PLANNED
    said = {"minutes": row.minutes, "seen": appointments.mark(row.state, row.minutes)}
    return said | ({} if planned else {"state": row.state})


def _ask_outside(form: type[Any], request: HttpRequest) -> Any:
    """The same answers again; sending them now means: it did take place, keep it outside the track."""
    answers = request.POST.copy()
    answers["outside"] = "on"
    return form(answers)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def held(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a conversation that was held without having been planned."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="conversations", at=at, needs=CASE_WORK)
    form = HeldForm(posted(request), initial={"way": ContactWay.PHONE, "day": timezone.localdate(at)})
    refused = False
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("way", "minutes", "outside")}
        try:
            appointments.record_contact(
                space.case,
                **answers,
                starts_at=form.starts_at,
                session_id=form.cleaned_data["submission"],
                by=by,
                at=at,
            )
        except TrackFull:
            refused, form = True, _ask_outside(HeldForm, request)
        except NotNow as why:
            form.add_error("day", str(why))
        else:
            messages.success(request, _("Recorded."))
            return redirect("case_sessions", reference=space.case.reference)
    return TemplateResponse(request, "cases/held.html", space.context() | {"form": form, "refused": refused})
