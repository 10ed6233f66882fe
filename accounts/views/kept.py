"""What you had typed when your session ended, and keeping a session open."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import Refused, actor_of, before_factor, public, signed_in
from accounts.sessions import kept as texts
from accounts.sessions import limits


@require_http_methods(["GET", "POST"])
@signed_in
def kept(request: HttpRequest) -> HttpResponse:
    """Your texts, to send after all or to throw away."""
    by, at = actor_of(request), timezone.now()
    assert by.user is not None  # noqa: S101 - signed in
    if request.method == "POST":
        if not texts.forget(by.user.pk, number=request.POST.get("throw", "") or "none"):
            raise Refused("text.thrown_away", basis="of somebody else or not existing")
        return redirect("kept" if texts.has_some(by.user.pk, at) else "start")
    context = {
        "texts": texts.of_user(by.user, at),
        "sent_again": texts.SENT_AGAIN,
        "frame": "base_staff.html" if by.roles else "base_client.html",
    }
    return TemplateResponse(request, "accounts/kept.html", context)


@require_POST
@public("A session may have ended when its text comes in; it is kept for whose session it was.")
def keep(request: HttpRequest) -> HttpResponse:
    """From our script: what stands in a form. Nothing in the answer but its status: 201 when it was kept."""
    lapsed: str = getattr(request, "lapsed", "")
    user_id = request.user.pk if request.user.is_authenticated and _is_whole(request) else int(lapsed or 0)
    if not user_id:
        raise Refused("text.kept", basis="not logged in")
    answers = texts.told(request.POST.get("answers", ""))
    done = texts.keep(user_id, request.POST.get("path", ""), answers, at=timezone.now())
    return HttpResponse(status=201 if done else 200)


@require_POST
@before_factor
@signed_in
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: that they asked this is use. What was kept of the form they are at, they still have."""
    for path in request.POST.getlist("path")[:20] if _is_whole(request) else ():
        texts.forget(int(request.user.pk or 0), path=path)
    if request.headers.get("Accept") == "application/json":
        return _left(request)
    return redirect("start")


@require_GET
@before_factor
@signed_in
def left(request: HttpRequest) -> HttpResponse:
    """The seconds that the session has left. Our script asks it in the background, which is no use."""
    return _left(request)


def _is_whole(request: HttpRequest) -> bool:
    use: limits.Use = request.use  # type: ignore[attr-defined]
    return limits.is_whole(request.session, use)


def _left(request: HttpRequest) -> HttpResponse:
    use: limits.Use = request.use  # type: ignore[attr-defined]
    return JsonResponse({"seconds": use.seconds_left(timezone.now()), "who": use.who})
