"""Addresses of the way in. What allauth has and is not listed here has no address on this site."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as mfa_codes
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from accounts.permissions import before_factor, fresh, public, signed_in
from accounts.views import entrance, factors

View = Callable[..., Any]

OPEN = public("The way in; allauth asks for what it needs.")


def own(view: View, *, proved: bool = True, early: bool = False) -> View:
    """A page about the person's own account: ``proved`` asks once more whether it is them, ``early`` is open to staff
    on the way to their second factor."""
    marked = signed_in(fresh(view) if proved else view)
    return before_factor(marked) if early else marked


urlpatterns = [
    path("inloggen/", OPEN(account.login), name="account_login"),
    path("inloggen/code/", OPEN(account.request_login_code), name="account_request_login_code"),
    path("inloggen/code/invullen/", OPEN(account.confirm_login_code), name="account_confirm_login_code"),
    path("inloggen/sleutel/", OPEN(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("inloggen/controle/", OPEN(mfa.authenticate), name="mfa_authenticate"),
    path("uitloggen/", OPEN(account.logout), name="account_logout"),
    path("gesloten/", OPEN(account.account_inactive), name="account_inactive"),
    path("nieuw/", OPEN(entrance.SignUp.as_view()), name="account_signup"),
    path("adres/", OPEN(account.email_verification_sent), name="account_email_verification_sent"),
    path("wachtwoord/vergeten/", OPEN(account.password_reset), name="account_reset_password"),
    path(
        "wachtwoord/vergeten/code/",
        OPEN(account.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path("wachtwoord/vergeten/kiezen/", OPEN(account.complete_password_reset), name="account_complete_password_reset"),
    path(
        "wachtwoord/vergeten/klaar/",
        OPEN(account.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
    path("controle/", own(account.reauthenticate, proved=False, early=True), name="account_reauthenticate"),
    path("controle/stap/", own(mfa.reauthenticate, proved=False, early=True), name="mfa_reauthenticate"),
    path(
        "controle/sleutel/",
        own(factors.PasskeyAgain.as_view(), proved=False, early=True),
        name="mfa_reauthenticate_webauthn",
    ),
    path("controle/code/", entrance.code_again, name="reauthenticate_code"),
    path("e-mail/", own(account.email), name="account_email"),
    path("wachtwoord/", own(account.password_change), name="account_change_password"),
    path("wachtwoord/kiezen/", own(account.password_set), name="account_set_password"),
    path("beveiliging/", own(factors.Security.as_view(), proved=False, early=True), name="mfa_index"),
    path("beveiliging/app/", own(factors.AddApp.as_view(), early=True), name="mfa_activate_totp"),
    path("beveiliging/app/weg/", own(factors.RemoveApp.as_view()), name="mfa_deactivate_totp"),
    path("beveiliging/sleutel/", own(factors.AddPasskey.as_view(), early=True), name="mfa_add_webauthn"),
    path("beveiliging/sleutel/<int:pk>/", own(factors.NamePasskey.as_view()), name="mfa_edit_webauthn"),
    path("beveiliging/sleutel/<int:pk>/weg/", own(factors.RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("beveiliging/herstelcodes/", own(factors.RecoveryCodes.as_view()), name="mfa_view_recovery_codes"),
    path("beveiliging/herstelcodes/nieuw/", own(mfa_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
