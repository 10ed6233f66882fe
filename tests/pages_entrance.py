"""Pages of the way in: logging in, signing up, passwords, factors. Vera has a passkey; Iris has no password."""

from typing import Any

from allauth.mfa.models import Authenticator

from accounts.models import FactorReset
from tests.pages import CLIENTS, EVERYONE, SIGNED_IN, STAFF, Page, Send, State, register

LONG = "een-heel-lang-adres-dat-nergens-past-maar-wel-bestaat@een-lange-naam-van-een-domein.example"


def _empty(path: str, **fields: str) -> dict[str, Any]:
    """The same page after sending it empty."""
    return {"error": lambda world: Send(path, fields)}


def _passkey(tail: str = "") -> str:
    own = Authenticator.objects.filter(type="webauthn", user__email="vera@nabij.example").earliest("pk")
    return f"/account/beveiliging/sleutel/{own.pk}/{tail}"


def _reset() -> str:
    return f"/organisatie/terugzetten/{FactorReset.objects.latest('asked_at').pk}/"


register(
    Page("factor_resets", "/organisatie/terugzetten/", roles=("arie",)),
    Page(
        "factor_reset_ask",
        "/organisatie/terugzetten/vragen/",
        roles=("arie",),
        states={
            "error": lambda world: Send("/organisatie/terugzetten/vragen/", {"email": LONG, "reason": ""}),
            "own": lambda world: Send(
                "/organisatie/terugzetten/vragen/", {"email": "arie@nabij.example", "reason": "Telefoon kwijt."}
            ),
        },
    ),
    Page(
        "factor_reset", lambda world: _reset(), roles=("arie",), states={"agree": State(lambda world: _reset(), "bea")}
    ),
    Page(
        "own_factor_reset",
        "/account/beveiliging/terugzetten/",
        roles=("karin", *(name for name in SIGNED_IN if name != "karin")),
        states={"none": State("/account/beveiliging/terugzetten/", role="tom")},
    ),
    Page(
        "account_login",
        "/account/inloggen/",
        states={
            "error": lambda world: Send("/account/inloggen/", {"login": "", "password": ""}),
            "wrong": lambda world: Send("/account/inloggen/", {"login": "wie@nabij.example", "password": "mis"}),
        },
    ),
    Page("account_request_login_code", "/account/inloggen/code/", states=_empty("/account/inloggen/code/")),
    Page(
        "account_confirm_login_code",
        "/account/inloggen/code/invullen/",
        roles=("door:code",),
        states=_empty("/account/inloggen/code/invullen/", code="MIS"),
    ),
    Page(
        "account_signup",
        "/account/nieuw/",
        states={"error": lambda world: Send("/account/nieuw/", {"email": "geen adres", "password1": "kort"})},
    ),
    Page(
        "account_email_verification_sent",
        "/account/adres/",
        roles=("door:sign_up",),
        states=_empty("/account/adres/", code="MIS"),
    ),
    Page("account_reset_password", "/account/wachtwoord/vergeten/", states=_empty("/account/wachtwoord/vergeten/")),
    Page(
        "account_confirm_password_reset_code",
        "/account/wachtwoord/vergeten/code/",
        roles=("door:forgotten",),
        states=_empty("/account/wachtwoord/vergeten/code/", code="MIS"),
    ),
    Page(
        "account_complete_password_reset",
        "/account/wachtwoord/vergeten/kiezen/",
        roles=("door:choosing",),
        states=_empty("/account/wachtwoord/vergeten/kiezen/", password1="kort"),
    ),
    Page("account_password_reset_completed", "/account/wachtwoord/vergeten/klaar/", roles=EVERYONE),
    Page(
        "mfa_authenticate",
        "/account/inloggen/controle/",
        roles=("door:factor",),
        states=_empty("/account/inloggen/controle/", code="000"),
    ),
    Page("account_logout", "/account/uitloggen/", roles=SIGNED_IN),
    Page("account_inactive", "/account/gesloten/", roles=EVERYONE),
    Page("account_reauthenticate", "/account/controle/", roles=CLIENTS, states=_empty("/account/controle/")),
    Page("mfa_reauthenticate", "/account/controle/stap/", roles=STAFF, states=_empty("/account/controle/stap/")),
    Page("mfa_reauthenticate_webauthn", "/account/controle/sleutel/", roles=("vera",)),
    Page(
        "reauthenticate_code",
        "/account/controle/code/",
        roles=("plain", *SIGNED_IN),
        states={"error": lambda world: Send("/account/controle/code/", {"code": ""})},
    ),
    Page(
        "mfa_index",
        "/account/beveiliging/",
        roles=("vera", *(name for name in SIGNED_IN if name != "vera")),
        states={
            "client": State("/account/beveiliging/", role="tom"),
            "app": State("/account/beveiliging/", role="els"),
        },
    ),
    Page("mfa_activate_totp", "/account/beveiliging/app/", roles=CLIENTS, states=_empty("/account/beveiliging/app/")),
    Page(
        "mfa_deactivate_totp",
        "/account/beveiliging/app/weg/",
        roles=("vera", *(name for name in STAFF if name != "vera")),
        states={"last": State("/account/beveiliging/app/weg/", role="bram")},
    ),
    Page(
        "mfa_add_webauthn",
        "/account/beveiliging/sleutel/",
        roles=SIGNED_IN,
        states=_empty("/account/beveiliging/sleutel/", credential="[]"),
    ),
    Page(
        "mfa_edit_webauthn",
        lambda world: _passkey(),
        roles=("vera",),
        states={"error": lambda world: Send(_passkey(), {"name": ""})},
    ),
    Page("mfa_remove_webauthn", lambda world: _passkey("weg/"), roles=("vera",)),
    Page(
        "mfa_view_recovery_codes",
        "/account/beveiliging/herstelcodes/",
        roles=("vera", *(name for name in SIGNED_IN if name != "vera")),
        states={
            "none": State("/account/beveiliging/herstelcodes/", role="tom"),
            "shown": lambda world: Send("/account/beveiliging/herstelcodes/"),
        },
    ),
    Page("mfa_generate_recovery_codes", "/account/beveiliging/herstelcodes/nieuw/", roles=SIGNED_IN),
    Page(
        "account_email",
        "/account/e-mail/",
        roles=SIGNED_IN,
        states={"error": lambda world: Send("/account/e-mail/", {"action_add": "1", "email": "geen adres"})},
    ),
    Page(
        "account_change_password",
        "/account/wachtwoord/",
        roles=SIGNED_IN,
        states=_empty("/account/wachtwoord/", password1="kort"),
    ),
    Page(
        "account_set_password",
        "/account/wachtwoord/kiezen/",
        roles=("plain",),
        states=_empty("/account/wachtwoord/kiezen/", password1="kort"),
    ),
)
