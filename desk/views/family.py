"""Whom a client lets in (page G): the list, inviting, and one invitation. By both doors of the client."""

import uuid
from typing import Any

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import Refused
from cases import family
from cases.enums import AccessScope, InvitationState
from cases.family import NeedsYes, Wanted
from cases.forms.family import InviteForm, ScopeForm, answers_of
from cases.forms.work import posted
from cases.models import Case, Invitation
from cases.moves import NotNow
from desk.views.doors import Door, Page

ALIVE = {InvitationState.OPEN, InvitationState.ACCEPTED}


@require_GET
def guests(request: HttpRequest, door: Door) -> HttpResponse:
    """Everyone they ever invited, with what that person sees and until when; ended ones stay."""
    opened = door.open("whom they let in")
    rows = [_row(row, door) for row in family.of_case(opened)]
    context = {"alive": [row for row in rows if row["alive"]], "ended": [row for row in rows if not row["alive"]]}
    return TemplateResponse(request, "desk/family/guests.html", door.context(opened) | context)


@require_http_methods(["GET", "POST"])
def guest_add(request: HttpRequest, door: Door) -> HttpResponse:
    """Invite someone. First the plain warning; then the link, and once the code."""
    opened = door.open("inviting")
    sessions = family.joint_sessions(opened, door.at)
    form = InviteForm(posted(request), sessions=sessions, at=door.at, initial={"called": opened.person.name})
    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["sure"] and request.POST.get("do") != "again":
            return _warning(request, door, opened, form, name=form.cleaned_data["name"], url=door.url("guest_add"))
        try:
            if form.cleaned_data["sure"]:
                return _invited(request, door, opened, form)
        except NotNow as why:
            form.add_error(None, str(why))
    return TemplateResponse(request, "desk/family/add.html", door.context(opened) | {"form": form})


def _invited(request: HttpRequest, door: Door, opened: Case, form: InviteForm) -> HttpResponse:
    """The link and the code. A second click has no code any more: it leads to the invitation."""
    submission = form.cleaned_data["submission"]
    made = family.invite(opened, form.guest(), form.wanted(), submission_id=submission, by=door.by, at=door.at)
    if not made.code:
        return redirect(door.url("guest", made.invitation.pk))
    return _code_page(request, door, opened, made.invitation, made.code)


def _code_page(request: HttpRequest, door: Door, opened: Case, row: Invitation, code: str) -> HttpResponse:
    context = {"row": row, "code": code, "link": family.link_of(row), "row_url": door.url("guest", row.pk)}
    return TemplateResponse(request, "desk/family/code.html", door.context(opened) | context)


@require_http_methods(["GET", "POST"])
def guest(request: HttpRequest, door: Door, pk: uuid.UUID) -> HttpResponse:
    """One invitation: show more or less, give another code, or stop it."""
    opened = door.open("whom they let in")
    row = family.invitation_of(opened, pk)
    if row is None:
        raise Refused("family:open", basis="not of this case or not existing", case_id=opened.pk)
    do = request.POST.get("do", "")
    if do == "withdraw":
        family.withdraw(row, by=door.by, at=door.at)
        banners.success(request, _("Stopped. This person sees nothing any more, and we do not tell them."))
        return redirect(door.url("guests"))
    if do == "code":
        return _another_code(request, door, opened, row)
    return _change(request, door, opened, row)


def _another_code(request: HttpRequest, door: Door, opened: Case, row: Invitation) -> HttpResponse:
    try:
        return _code_page(request, door, opened, row, family.new_code(row, by=door.by, at=door.at))
    except NotNow as why:
        banners.info(request, str(why))
        return redirect(door.url("guest", row.pk))


def _change(request: HttpRequest, door: Door, opened: Case, row: Invitation) -> HttpResponse:
    sessions = family.joint_sessions(opened, door.at)
    if row.session and row.session not in sessions:
        sessions = [row.session, *sessions]
    form = ScopeForm(posted(request), sessions=sessions, at=door.at, initial=answers_of(row))
    url = door.url("guest", row.pk)
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "again":
        try:
            family.change(row, form.wanted(), sure=form.cleaned_data["sure"], by=door.by, at=door.at)
        except NeedsYes:
            return _warning(request, door, opened, form, name=row.name, url=url)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Changed. It counts at once."))
            return redirect(door.url("guests"))
    context = _row(row, door) | {"form": form, "link": family.link_of(row)}
    return TemplateResponse(request, "desk/family/guest.html", door.context(opened) | context)


def _warning(request: HttpRequest, door: Door, opened: Case, form: ScopeForm, *, name: str, url: str) -> HttpResponse:
    """What they are about to show, in plain words, before it happens."""
    title, text = _("Do you let %(name)s see this?") % {"name": name}, _plain_words(form.wanted())
    context = {"title": title, "text": text, "hidden": form.typed(), "post_url": url}
    return TemplateResponse(request, "desk/family/warning.html", door.context(opened) | context)


def _plain_words(wanted: Wanted) -> str:
    shows = {
        AccessScope.NAMED: _("This person knows that you named them as contact person, and so that you have contact."),
        AccessScope.DATES: _(
            "This person sees when and where your conversations are. So they know where you are then."
        ),
        AccessScope.MESSAGES: _(
            "This person sees when and where your conversations are, and reads every message from now on: yours too."
        ),
        AccessScope.JOINT: _("This person sees when and where this one conversation is."),
    }[AccessScope(wanted.scope)]
    until = _("Until %(day)s.") % {"day": date_format(wanted.ends_on, "j F Y")}
    never = _("They never see your story, your topics or your file.")
    stop = _("You can stop it at any moment. We do not tell them then.")
    return f"{shows} {until} {never} {stop}"


def _row(row: Invitation, door: Door) -> dict[str, Any]:
    state = row.state(door.at)
    return {
        "row": row, "state": state, "alive": state in ALIVE, "url": door.url("guest", row.pk),
        "is_open": state == InvitationState.OPEN, "last_day": family.last_day(row),
    }  # fmt: skip


FAMILY_PAGES: dict[str, tuple[str, Page]] = {
    "guests": ("mee/", guests),
    "guest_add": ("mee/nieuw/", guest_add),
    "guest": ("mee/<uuid:pk>/", guest),
}
