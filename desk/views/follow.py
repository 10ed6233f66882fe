"""Following a request with its reference and pass-phrase, without an account."""

from django.contrib import messages
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, throttle
from accounts.actors import follower
from accounts.permissions import public
from cases import advice as advices
from cases import following
from cases.enums import AdviceState
from cases.moments import promise_words
from cases.moves import NotNow
from desk.forms.follow import FollowForm


@require_http_methods(["GET", "HEAD", "POST"])
@public("Asks for a reference and its pass-phrase.", stateless=True)
def follow(request: HttpRequest) -> HttpResponse:
    """Log in to one request. Always a new session, so nothing of another log-in in this browser comes along."""
    form = FollowForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return TemplateResponse(request, "desk/follow/follow.html", {"form": form})
    at = timezone.now()
    given = form.cleaned_data
    try:
        found = following.try_phrase(given["reference"], given["phrase"], place=throttle.place_of(request), at=at)
        if found.actor is not None:
            following.begin(request.session, found, at)
            request.session.save()
            return redirect("follow_advice" if found.is_advice else "follow_case")
    except DatabaseError:
        return TemplateResponse(request, "desk/follow/away.html", {"form": form}, status=503)
    if found.wait:
        form.add_error(None, throttle.wait_words(found.wait))
    else:
        form.add_error(None, _("This reference and this pass-phrase do not belong together. Check both."))
    return TemplateResponse(request, "desk/follow/follow.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@public("Asks for the reference and its pass-phrase first.")
def follow_advice(request: HttpRequest) -> HttpResponse:
    """How far a commander's question is; it can be withdrawn here."""
    at = timezone.now()
    advice = following.advice_of(request, at)
    if advice is None:
        return redirect("follow")
    by = follower(advice.pk)
    if request.method == "POST":
        try:
            advices.withdraw(advice, by=by, at=at)
            messages.success(request, _("You withdrew your question."))
        except NotNow as why:
            messages.info(request, str(why))
        return redirect("follow_advice")
    audit.record("advice.viewed", by=by, at=at, obj=advice, part="client page")
    context = {
        "advice": advice,
        "intake": advice.intake,
        "promise": promise_words(advice.intake.promised_at, at),
        "is_open": advice.done_at is None,
        "answered": advice.state == AdviceState.DONE,
    }
    return TemplateResponse(request, "desk/follow/advice.html", context)


@require_POST
@public("Ends following in this browser; there is nothing to see.")
def follow_end(request: HttpRequest) -> HttpResponse:
    """Stop following. The reference and the pass-phrase keep working."""
    following.end(request)
    return redirect("home")
