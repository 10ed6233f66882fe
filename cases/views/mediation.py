"""A talk led by somebody neutral: the client's worker asks for it, who leads it keeps it (cases/mediation.py)."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import mediation as talks
from cases import mediation_door, mediation_talks, workspace
from cases.enums import ContactWay, SessionState
from cases.enums.mediation import MediationState, Side
from cases.forms.mediation import AgreementForm, BeginForm, EndForm, MeetForm, PrivateNoteForm, version_read
from cases.forms.work import posted
from cases.mediation_talks import TextChanged
from cases.models import Mediation
from cases.moves import NeedsReason, NotNow


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_mediation(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for such a talk, or see that there is one. The client's worker reads nothing of what is said in it."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="mediation", at=at, needs=CASE_WORK)
    found = talks.of_case(space.case)
    form = BeginForm(
        posted(request), leaders=talks.leaders_for(space.case, at), initial={"called": space.case.person.name}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            talks.begin(
                space.case, other=form.other(), called=given["called"], subject=given["subject"],
                leader=given["leader"], wanted=given["wanted"], mediation_id=given["submission"], by=by, at=at,
            )  # fmt: skip
        except NotNow as why:
            form.add_error("leader", str(why))
        else:
            messages.success(request, _("Both are asked, and who leads it has been told."))
            return redirect("case_mediation", reference=space.case.reference)
    may_begin = space.is_with_worker and (found is None or found.ended_at is not None)
    context = space.context() | {"mediation": found, "form": form if may_begin else None}
    return TemplateResponse(request, "cases/mediation/of_case.html", context)


@require_GET
@needs(CASE_WORK)
def mediations(request: HttpRequest) -> HttpResponse:
    """What somebody leads."""
    rows = mediation_door.led(actor_of(request), timezone.now())
    return TemplateResponse(
        request, "cases/mediation/list.html", {"rows": rows, "columns": [_("Asked on"), _("About"), _("Status")]}
    )


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def mediation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything of one talk, for who leads it; POST makes a new code for the other one. It is shown once, in the
    answer itself: it is kept nowhere."""
    found, code = _led(request, pk), ""
    if request.POST.get("do") == "code":
        try:
            code = mediation_door.new_code(found, by=actor_of(request), at=timezone.now())
        except NotNow as why:
            messages.error(request, str(why))
            return redirect("mediation", pk=pk)
    return TemplateResponse(request, "cases/mediation/one.html", _context(found) | {"code": code})


@require_POST
@needs(CASE_WORK)
def said(request: HttpRequest, pk: uuid.UUID, side: str) -> HttpResponse:
    """One of the two said by voice what they could also say on their page: yes, that they do not want it, or that they
    sign the text that was read out."""
    found, by, at = _led(request, pk), actor_of(request), timezone.now()
    party = talks.sides(found).get(side)
    if party is None:
        raise Refused("mediation:said", case_id=found.case_id, basis="no such side")
    try:
        if request.POST.get("do") == "stop":
            talks.stop(party, by=by, at=at)
        elif request.POST.get("do") == "sign":
            mediation_talks.sign(party, version=version_read(request.POST.get("version", "")), by=by, at=at)
        else:
            talks.agree(party, by=by, at=at, told=True)
    except NotNow as why:
        messages.error(request, str(why))
    return redirect("mediation", pk=pk)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def meet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Plan a meeting with one of the two, or with both once both said yes."""
    found, by, at = _led(request, pk), actor_of(request), timezone.now()
    form = MeetForm(
        posted(request), initial={"way": ContactWay.VISIT, "minutes": 60, "with_whom": request.GET.get("wie")}
    )
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("with_whom", "way", "place", "minutes", "reason")}
        try:
            mediation_talks.plan(
                found, **given, starts_at=form.starts_at, talk_id=form.cleaned_data["submission"], by=by, at=at
            )
        except NeedsReason as why:
            form.ask_reason(str(why))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The meeting is planned."))
            return redirect("mediation", pk=pk)
    return _page(request, found, form, _("Plan a meeting"), _("Plan the meeting"))


@require_POST
@needs(CASE_WORK)
def meeting(request: HttpRequest, pk: uuid.UUID, talk: uuid.UUID) -> HttpResponse:
    """How a meeting went, or that it is cancelled."""
    found, state = _led(request, pk), request.POST.get("state", "")
    row = next((one for one in mediation_talks.meetings(found) if one.pk == talk), None)
    if row is None or state not in {SessionState.HELD, SessionState.NO_SHOW, SessionState.CANCELLED}:
        raise Refused("mediation:meeting", case_id=found.case_id, basis="not of this talk")
    try:
        mediation_talks.settle(row, state, by=actor_of(request), at=timezone.now())
    except NotNow as why:
        messages.error(request, str(why))
    return redirect("mediation", pk=pk)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def note(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write a private note, about one of the two or about both."""
    found = _led(request, pk)
    form = PrivateNoteForm(posted(request), initial={"about": request.GET.get("over")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            mediation_talks.write_note(
                found, given["body"], about=given["about"], note_id=given["submission"], by=actor_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            return redirect("mediation", pk=pk)
    return _page(request, found, form, _("Write a private note"), _("Keep the note"))


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def agreement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The one text that both read and sign. Somebody else's change in between shows both texts."""
    found = _led(request, pk)
    start = {"text": found.agreement, "version": found.agreement_version}
    form, saved = AgreementForm(posted(request), initial=start), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            mediation_talks.write_agreement(
                found, given["text"], version=given["version"], by=actor_of(request), at=timezone.now()
            )
        except TextChanged as why:
            saved = why.saved
            form = AgreementForm({"text": why.mine, "version": saved.agreement_version})
            form.add_error("text", str(why))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Both can read the text now, and sign it."))
            return redirect("mediation", pk=pk)
    return _page(request, found, form, _("The agreement"), _("Show it to both"), saved=saved)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End it; says first what goes."""
    found = _led(request, pk)
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            talks.end(found, form.cleaned_data["ending"], by=actor_of(request), at=timezone.now())
        except NotNow as why:
            form.add_error("ending", str(why))
        else:
            messages.success(request, _("It is over. Both have been told the same."))
            return redirect("mediation", pk=pk)
    return _page(request, found, form, _("End the talks"), _("End the talks"), ends=True)


def _led(request: HttpRequest, pk: uuid.UUID) -> Mediation:
    return mediation_door.open_led(actor_of(request), pk, at=timezone.now())


def _context(found: Mediation) -> dict[str, Any]:
    two = talks.sides(found)
    mails = mediation_door.reachable(found)
    return {
        "mediation": found, "client": two[Side.CLIENT], "other": two[Side.OTHER], "parties": list(two.values()),
        "meetings": mediation_talks.meetings(found), "notes": mediation_talks.notes(found), "mails": mails,
        "by_voice": not all(mails.values()), "signed": talks.is_signed(found),
        "link": settings.SITE_URL + reverse("mediation_link", args=[mediation_door.link_of(two[Side.OTHER])]),
        "agreed": found.state == MediationState.AGREED, "open": found.ended_at is None, "now": timezone.now(),
    }  # fmt: skip


def _page(request: HttpRequest, found: Mediation, form: Any, title: str, submit: str, **more: Any) -> TemplateResponse:
    context = {"mediation": found, "form": form, "heading": title, "submit": submit} | more
    return TemplateResponse(request, "cases/mediation/form.html", context)
