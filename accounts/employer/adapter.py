"""What happens to somebody whom the employer's provider sent to us."""

from typing import Any, NoReturn

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone

from accounts import audit, factors
from accounts.actors import actor_for
from accounts.employer import claims, people, tokens
from accounts.employer.provider import EmployerProvider, app_of, current
from accounts.models import User


class EmployerAccounts(DefaultSocialAccountAdapter):
    """The one provider of the settings, and nobody linked by an address."""

    def get_provider(self, request: Any, provider: Any, client_id: Any = None) -> EmployerProvider:
        return EmployerProvider(request, app=app_of(current()))

    def list_providers(self, request: Any) -> list[Any]:
        return [self.get_provider(request, None)] if settings.OIDC else []

    def populate_user(self, request: Any, sociallogin: Any, data: Any) -> User:
        """With nothing of what the provider says about them."""
        return sociallogin.user

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Never by allauth's form; see people.welcome."""
        return False

    def on_authentication_error(self, request: Any, provider: Any, error: Any = None, **kwargs: Any) -> None:
        """A calm page, and a line in the audit. Stopping at the provider is no error: back to our own log-in."""
        exception = kwargs.get("exception")
        cancelled = error == AuthError.CANCELLED
        why = "cancelled" if cancelled else str(exception or "state")[:60]
        people.refuse(why, at=timezone.now())
        _answer("account_login" if cancelled else "employer_failed")

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Known by issuer and sub, or new, or turned away; then the claims are followed and the proof is kept."""
        at, employer = timezone.now(), current()
        if sociallogin.state.get("process") == "connect":
            _tie(request, sociallogin, at)
        if request.user.is_authenticated:
            get_account_adapter(request).logout(request)
        if not sociallogin.is_existing:
            if not employer.new_accounts:
                people.refuse("unknown", at=at)
                _answer("employer_unknown")
            sociallogin.user = people.welcome(sociallogin.account, at=at)
        user = sociallogin.user
        if not user.is_active:
            return  # allauth turns them away
        claims.follow(user, claims.wanted(sociallogin.claims, employer.claims), at=at)
        audit.record("employer.login", by=actor_for(user, at), at=at, obj=user)
        if tokens.proves_second_factor(sociallogin.claims, acr=employer.acr, amr=employer.amr):
            factors.remember_strong(request, user, "employer")


def _tie(request: Any, sociallogin: Any, at: Any) -> None:
    """Somebody who was logged in when they left, and still is, ties the log-in to their account."""
    user = request.user
    if not user.is_authenticated or sociallogin.state.get("user_id") != user.pk:
        people.refuse("somebody else", at=at)
        _answer("employer_failed")
    try:
        people.tie(sociallogin.account, user, at=at)
    except people.NotYours:
        people.refuse("tied already", at=at)
        _answer("employer_unknown")
    _answer("employer")


def _answer(page: str) -> NoReturn:
    raise ImmediateHttpResponse(redirect(page))
