"""Logging in with the employer, and tying that to your account."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.employer import people
from accounts.employer.provider import TROUBLE, EmployerCallback, EmployerOAuth2Adapter
from accounts.permissions import actor_of, fresh, public, signed_in


@require_POST
@public("Begins logging in with the employer.")
def employer_login(request: HttpRequest) -> HttpResponse:
    """To the employer's own log-in page. Who is in already, stays in."""
    if request.user.is_authenticated:
        return redirect("start")
    return _to_provider(request, "login", get_next_redirect_url(request))


@require_GET
@public("The employer's log-in page sends people back to here.")
def employer_callback(request: HttpRequest) -> HttpResponse:
    """Whoever comes with a state that this browser was given, and a code that the provider knows, is let in."""
    if settings.OIDC is None:
        raise Http404
    try:
        return EmployerCallback.adapter_view(EmployerOAuth2Adapter(request, settings.OIDC.issuer))(request)
    except TROUBLE as error:
        return _failed(error)


@require_GET
@public("Says that logging in with the employer did not work.")
def employer_failed(request: HttpRequest) -> HttpResponse:
    """Try again, or come in another way."""
    return TemplateResponse(request, "accounts/employer_failed.html")


@require_GET
@public("Says that this log-in belongs to no account.")
def employer_unknown(request: HttpRequest) -> HttpResponse:
    """The same words whatever the reason, so that they tell nothing about anybody's account."""
    return TemplateResponse(request, "accounts/employer_unknown.html")


@require_http_methods(["GET", "POST"])
@signed_in
@fresh
def employer(request: HttpRequest) -> HttpResponse:
    """Whether the employer's log-in is tied to your account, and what we take from it; tie it, or untie it."""
    by = actor_of(request)
    assert by.user is not None  # noqa: S101 - signed in
    if settings.OIDC is None:
        raise Http404
    if request.method == "POST" and "untie" in request.POST:
        people.untie(by.user, by=by, at=timezone.now())
        return redirect("employer")
    if request.method == "POST":
        return _to_provider(request, "connect", None)
    context: dict[str, Any] = {
        "tied": SocialAccount.objects.filter(user=by.user, provider=settings.OIDC.issuer).exists(),
        "may_untie": by.user.has_usable_password(),
        "unit": by.user.employer_unit,
        "frame": "base_staff.html" if by.roles else "base_client.html",
    }
    return TemplateResponse(request, "accounts/employer.html", context)


def _to_provider(request: Any, process: str, next_url: str | None) -> HttpResponse:
    if settings.OIDC is None:
        raise Http404
    try:
        return get_adapter(request).get_provider(request, None).begin(request, process=process, next_url=next_url)
    except TROUBLE as error:
        return _failed(error)


def _failed(error: Exception) -> HttpResponse:
    """The provider is away or talks nonsense."""
    people.refuse(str(error) if type(error).__name__ == "ProviderException" else "away", at=timezone.now())
    return redirect("employer_failed")
