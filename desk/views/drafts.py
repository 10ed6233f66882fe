"""Save and come back (UX 1.1): in an account, or for a guest by a mail to an address that is safe.

The form itself stays without a session and without a database (docs/adr/0011): only this page looks who is logged in.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttle
from accounts.actors import ANONYMOUS, actor_for
from accounts.permissions import Refused, public, signed_in
from accounts.sessions.visitors import visitor_of
from cases import drafts
from cases.models import Draft
from cases.moves import NotNow
from desk import conversation, snapshot, wizard
from desk.forms.drafts import SafeAddressForm
from desk.views.doors import client_actor
from desk.views.intake import first_page, held, holder_of, show_page, too_much
from desk.wizard import State


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public("Keeps what somebody typed: the page's own blob is its token.", stateless=True)
def keep(request: HttpRequest) -> HttpResponse:
    """Keep it in the account of who is logged in; a guest is asked for an address first. Nothing is ever lost: every
    answer to this carries the answers of the form. After "Exit now" there is nothing to keep."""
    if request.method != "POST":
        return redirect("intake")
    at, seen = timezone.now(), snapshot.read()
    try:
        posted = request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        return too_much(request)
    try:
        state = wizard.unseal(posted.get("state", ""), at, holder_of(request))
    except wizard.Unreadable:
        return show_page(request, first_page(request, seen, at), seen, at, lost=True)
    if posted.get("do") == "go_on":
        return show_page(request, conversation.show(state, state.step, seen=seen, at=at), seen, at)
    if "save" in posted:
        conversation.pause(state, posted, seen=seen, at=at)
    try:
        return _keep(request, state, at)
    except DatabaseError:
        return _page(request, "not_kept", state, status=503)


def _keep(request: HttpRequest, state: State, at: dt.datetime) -> HttpResponse:
    language = translation.get_language()
    try:
        if user := visitor_of(_session_key(request), at):
            draft = drafts.keep(
                user, wizard.body_of(state), submission_id=state.submission_id, language=language,
                by=actor_for(user, at), at=at,
            )  # fmt: skip
            return _page(request, "kept", state, draft=draft)
        form = SafeAddressForm(request.POST if request.POST.get("do") == "mail" else None)
        if wizard.is_young(state) or not form.is_valid():
            return _page(request, "guest", state, form=form, young=wizard.is_young(state))
        email, place = form.cleaned_data["email"], throttle.place_of(request)
        if wait := throttle.admit(throttle.keys("draft", email, place) | throttle.near("draft", "", place), at):
            form.add_error(None, throttle.wait_words(wait))
            return _page(request, "guest", state, form=form)
        draft = drafts.keep_by_mail(
            email, wizard.body_of(state), submission_id=state.submission_id, language=language, at=at
        )
    except NotNow as why:
        return _page(request, "not_kept", state, why=str(why))
    return _page(request, "mailed", state, draft=draft)


def _session_key(request: HttpRequest) -> str:
    """Stateless pages do not see their session cookie; here it is looked up, after all else."""
    return parse_cookie(request.META.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME, "")


def _page(request: HttpRequest, name: str, state: State, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"state": wizard.seal(state), "exit_url": settings.QUICK_EXIT_URL} | more
    response = TemplateResponse(request, f"desk/drafts/{name}.html", context, status=status)
    return held(request, response)


@signed_in
@require_POST
def my_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on with what you kept, or throw it away. Somebody else's is not there."""
    by, at = client_actor(request), timezone.now()
    draft = Draft.objects.of_user(by.user_id or 0, at).filter(pk=pk).first()
    if draft is None:
        raise Refused("draft:open", basis="not theirs or not existing")
    if request.POST.get("do") == "throw_away":
        drafts.throw_away(draft, by=by, at=at)
        messages.success(request, _("Thrown away."))
        return redirect("my_cases")
    return _go_on(request, draft, at)


@require_http_methods(["GET", "HEAD", "POST"])
@public("Only whoever has the link from the mail gets further, in the first browser that opens it.", stateless=True)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether to go on or to throw it away: a mail program that opens links changes nothing."""
    at = timezone.now()
    try:
        draft = drafts.of_token(token, at)
        if draft is None:
            return TemplateResponse(request, "desk/drafts/over.html", {}, status=404)
        if request.method == "POST" and request.POST.get("do") == "throw_away":
            drafts.throw_away(draft, by=ANONYMOUS, at=at)
            return TemplateResponse(request, "desk/drafts/over.html", {"thrown_away": True})
        if request.method == "POST" and not drafts.open_link(draft, holder_of(request), at=at):
            return TemplateResponse(request, "desk/drafts/over.html", {"elsewhere": True}, status=404)
    except DatabaseError:
        return TemplateResponse(request, "desk/drafts/away.html", {}, status=503)
    if request.method == "POST":
        return _go_on(request, draft, at)
    return held(request, TemplateResponse(request, "desk/drafts/link.html", {"draft": draft}))


def _go_on(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponse:
    """The form as it was left; its answers live in the page again."""
    state = wizard.from_body(draft.answers)
    state.begun_at, state.holder = at, holder_of(request)
    seen = snapshot.read()
    return held(request, show_page(request, conversation.show(state, state.step, seen=seen, at=at), seen, at))
