"""The employer's provider in allauth's terms: nonce, issuer and token checked by us, and no claim kept in clear."""

import secrets
import time
from typing import Any

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.urls import reverse

from accounts.employer import tokens
from accounts.employer.configuration import Employer

WELL_KNOWN = "/.well-known/openid-configuration"
TROUBLE = (requests.RequestException, OAuth2Error, ProviderException, ValueError, KeyError, TypeError)
"""All that a provider that is away, or talks nonsense, makes happen here."""


def current() -> Employer:
    """The employer of the settings; the views answer 404 where there is none."""
    if settings.OIDC is None:
        raise ProviderException("no employer")
    return settings.OIDC


def app_of(employer: Employer) -> SocialApp:
    """As allauth wants it; never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=employer.issuer,
        name=employer.name,
        client_id=employer.client_id,
        secret=employer.client_secret,
        settings={"server_url": employer.issuer.rstrip("/") + WELL_KNOWN, "oauth_pkce_enabled": True},
    )


class EmployerOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Fetches and judges what the provider says."""

    state: dict[str, Any]

    @property
    def employer(self) -> Employer:
        return current()

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says about itself; it must be the issuer that we asked."""
        config = super().openid_config
        if config["issuer"] != self.employer.issuer:
            raise ProviderException("issuer")
        return config

    def get_callback_url(self, request: Any, app: Any) -> str:
        """From the settings, not from the Host header of whoever asks."""
        return settings.SITE_URL + reverse("employer_callback")

    def complete_login(self, request: Any, app: Any, token: Any, **kwargs: Any) -> Any:
        """A log-in by issuer and sub. Raises ProviderException whatever is wrong; its word goes to the audit."""
        try:
            claims = self._claims(token.token, kwargs["response"].get("id_token"))
            return self.get_provider().sociallogin_from_response(request, claims)
        except tokens.NotAccepted as error:
            raise ProviderException(str(error)) from error
        except ProviderException:
            raise
        except TROUBLE as error:
            raise ProviderException("away") from error

    def _claims(self, access_token: str, id_token: Any) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        claims = tokens.check(
            id_token, keys=answer.json(), issuer=self.employer.issuer, client_id=self.employer.client_id,
            nonce=str(self.state.get("nonce", "")), max_age=self.employer.max_age, now=time.time(),
        )  # fmt: skip
        if "userinfo_endpoint" not in self.openid_config:
            return claims
        more = self._fetch_user_info(access_token)
        if more["sub"] != claims["sub"]:
            raise ProviderException("userinfo")
        return more | claims


class EmployerProvider(OpenIDConnectProvider):
    """Someone is the issuer and the sub; nothing else that the provider says is taken over or kept."""

    oauth2_adapter_class = EmployerOAuth2Adapter

    def get_callback_url(self) -> str:
        return reverse("employer_callback")

    def get_scope(self) -> list[str]:
        return list(current().scopes)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """None: the same address is no proof of the same person (SECURITY 2.8)."""
        return []

    def sociallogin_from_response(self, request: Any, response: dict[str, Any]) -> Any:
        """With the claims beside it for as long as the request lasts."""
        login = super().sociallogin_from_response(request, response)
        login.claims = response
        return login

    def begin(self, request: Any, *, process: str, next_url: str | None) -> Any:
        """Send the browser to the provider, with a nonce that only this browser's session knows."""
        nonce = secrets.token_urlsafe(32)
        params: dict[str, Any] = {"nonce": nonce}
        if max_age := current().max_age:
            params["max_age"] = max_age
        user_id = request.user.pk if process == "connect" else None
        return self.redirect(request, process, next_url=next_url, auth_params=params, nonce=nonce, user_id=user_id)


class EmployerCallback(OAuth2CallbackView):
    """allauth's, which keeps the state in the session and uses it once."""

    def _get_state(self, request: Any, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        if state and request.GET.get("iss", current().issuer) != current().issuer:  # RFC 9207
            raise ProviderException("iss")
        return state, response
