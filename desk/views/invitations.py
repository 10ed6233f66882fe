"""Inviting someone to a team, and the page behind the link."""

import time
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations
from accounts.actions import Clash
from accounts.forms.people import AcceptForm, InviteForm, JoinForm
from accounts.invitations import Gone
from accounts.models import StaffInvitation
from accounts.people import NotYours
from accounts.permissions import Refused, actor_of, public
from cases.forms.work import posted
from desk.language import remember_language
from desk.views.people import changes_people

GONE = 410


@changes_people
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Send somebody a link. The answer is the same whether the address has an account or not."""
    by, at = actor_of(request), timezone.now()
    form = InviteForm(posted(request), by=by, day=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.invite(by=by, at=at, **form.cleaned_data)
        except (Clash, NotYours) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("%(name)s gets a mail with a link. It works for 7 days.") % {"name": sent.name})
            return redirect("people")
    return TemplateResponse(request, "desk/people/invite.html", {"form": form})


@require_POST
@changes_people
def invitation_resend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link; the old one stops working."""
    return _act(request, pk, invitations.resend, _("Sent again. The link before this one no longer works."))


@require_POST
@changes_people
def invitation_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The link stops working."""
    return _act(request, pk, invitations.withdraw, _("Withdrawn. The link no longer works."))


def _act(request: HttpRequest, pk: UUID, verb: object, done: str) -> HttpResponse:
    by, at = actor_of(request), timezone.now()
    try:
        verb(invitations.invitation_for(by, pk), by=by, at=at)  # type: ignore[operator]
    except Gone:
        messages.info(request, _("This invitation was used or withdrawn meanwhile."))
    else:
        messages.success(request, done)
    return redirect("people")


@require_http_methods(["GET", "POST"])
@public("Whoever holds the link has no account yet; the exact token in it is the key.")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account, or add a team to the one you have. A wrong token takes its time and exists nowhere."""
    at, found = timezone.now(), invitations.find(token)
    if found is None:
        time.sleep(settings.WRONG_LINK_PAUSE)
        raise Refused("invitation.open", basis="no such link")
    try:
        invitations.must_work(found, at)
        owner = invitations.owner_of(found)
        if owner is not None and request.user.is_authenticated and request.user.pk == owner.pk:
            return _join(request, found)
        if owner is not None or request.user.is_authenticated:
            context = {"invitation": found, "path": request.path, "is_in": request.user.is_authenticated}
            return TemplateResponse(request, "desk/people/log_in_first.html", context)
        return _begin(request, found)
    except Gone as gone:
        return TemplateResponse(request, "desk/people/gone.html", {"why": gone.why}, status=GONE)


def _begin(request: HttpRequest, found: StaffInvitation) -> HttpResponse:
    """Name, language and password; then the account is there and logged in."""
    form = AcceptForm(posted(request), email=found.email, initial={"name": found.name, "language": found.language})
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept_new(found, by=actor_of(request), at=timezone.now(), **form.cleaned_data)
        except Clash as why:
            form.add_error(None, str(why))
        except ValidationError as why:
            form.add_error("password", why)
        else:
            login(request, user, settings.AUTHENTICATION_BACKENDS[0])
            messages.success(request, _("Welcome. You are in."))
            return remember_language(redirect("start"), user.language)
    return TemplateResponse(request, "desk/people/accept.html", {"form": form, "invitation": found})


def _join(request: HttpRequest, found: StaffInvitation) -> HttpResponse:
    """One press for who has an account and is logged in."""
    by = actor_of(request)
    user = by.user
    form = JoinForm(posted(request), known=user.name if user else "", initial={"name": found.name})
    if request.method == "POST" and form.is_valid() and user is not None:
        name = form.cleaned_data.get("name", "")
        invitations.accept_as(found, user, name=name, by=by, at=timezone.now())
        messages.success(request, _("You have joined %(team)s.") % {"team": found.team})
        return redirect("start")
    return TemplateResponse(request, "desk/people/accept.html", {"form": form, "invitation": found, "joins": True})
