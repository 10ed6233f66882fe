"""Second factors: asking for one, adding and removing them."""

import json
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery_codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import factors, receivers, throttle
from accounts.forms.entrance import EntranceForm, admitted, here
from accounts.forms.words import without_unwanted
from accounts.models import User

NOT_THIS_ONE = _("This passkey is not known here. Try again, or log in in another way.")
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class DigitsForm(EntranceForm):
    """One field for the code of an app, or a recovery code."""

    labels = {"code": _("Code")}
    missing = {"code": _("Enter the code.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.TextInput(attrs=dict(DIGITS))


class FactorForm(DigitsForm, base.AuthenticateForm):
    """The second step of logging in: the code of the app, once, or a recovery code."""

    labels = {"code": _("Code of 6 digits, or a recovery code")}

    def clean_code(self) -> str:
        rows = admitted(throttle.keys("factor", str(self.user.pk), here()))
        code: str = self.cleaned_data["code"]
        found = next((row for row in self._authenticators() if self._fits(row, code)), None)
        if found is None:
            self._refuse()
        self.authenticator = found
        throttle.forgive(rows)
        return code

    def _authenticators(self) -> Any:
        return Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN)

    def _fits(self, row: Authenticator, code: str) -> bool:
        """allauth remembers used codes in the cache; here the database does."""
        row.user = self.user
        if row.type == Authenticator.Type.TOTP:
            return factors.use_code(self.user, factors.unseal(row.data["secret"]), code)
        return bool(row.wrap().validate_code(code))

    def _refuse(self) -> None:
        _note_refusal(self.user)
        raise get_adapter().validation_error("incorrect_code")


class FactorAgainForm(FactorForm, base.ReauthenticateForm):
    """The same once more, before something that matters."""


class AddAppForm(DigitsForm, totp.ActivateTOTPForm):
    """The first code of an app. Until it is right, the secret waits in the session, sealed."""

    labels = {"code": _("The 6 digits that the app shows now")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        if sealed := session.get(SECRET_SESSION_KEY):
            session[SECRET_SESSION_KEY] = factors.unseal(sealed)
        super().__init__(*args, **kwargs)
        session[SECRET_SESSION_KEY] = factors.seal(self.secret)

    def clean_code(self) -> str:
        rows = admitted(throttle.keys("factor", str(self.user.pk), here()))
        code: str = super().clean_code()
        if not factors.use_code(self.user, self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        throttle.forgive(rows)
        return code


class RemoveAppForm(EntranceForm, totp.DeactivateTOTPForm):
    """Nothing to fill in."""


class NewCodesForm(EntranceForm, recovery_codes.GenerateRecoveryCodesForm):
    """Nothing to fill in."""


class CredentialField(forms.JSONField):
    """What the browser made or signed, as JSON; anything else than an object is no answer."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, label=_("Passkey"), **kwargs)
        nothing = _("The browser gave no passkey. Try again.")
        self.error_messages |= {"required": nothing, "invalid": nothing}

    def to_python(self, value: Any) -> Any:
        try:
            given = super().to_python(value)
            json.dumps(given).encode()
        except (RecursionError, UnicodeEncodeError, ValueError):
            given = None
        if given is not None and not isinstance(given, dict):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return given


class PasskeyMixin(EntranceForm):
    """The fields of a passkey form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()
        self.fields.pop("passwordless", None)  # all of ours are


class AddPasskeyForm(PasskeyMixin, webauthn.AddWebAuthnForm):
    """A new passkey and what to call it."""

    labels = {"name": _("What do you call it?")}
    hints = {"name": _("So that you know it again, for example: my phone.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        return _one_line(super().clean_name())

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except (AttributeError, KeyError, LookupError, TypeError, ValueError) as error:
            raise forms.ValidationError(self.fields["credential"].error_messages["invalid"]) from error


class NamePasskeyForm(EntranceForm, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    labels = {"name": _("What do you call it?")}
    missing = {"name": _("Give it a name.")}

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])


class SignedMixin(PasskeyMixin):
    """What a passkey signed. Whatever else is sent in its place is an answer that is not right, never a failure."""

    def clean_credential(self) -> Authenticator:
        rows = admitted(throttle.near("passkey", "", here()))
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, LookupError, TypeError, ValueError) as error:
            raise forms.ValidationError(NOT_THIS_ONE, code="incorrect") from error
        except forms.ValidationError as error:
            _note_refusal(getattr(self, "user", None))
            raise forms.ValidationError(NOT_THIS_ONE, code="incorrect") from error
        throttle.forgive(rows)
        return found


class PasskeyLoginForm(SignedMixin, webauthn.LoginWebAuthnForm):
    """Logging in with a passkey alone. Nothing can be guessed, so only the place is held to a pace."""


class PasskeyFactorForm(SignedMixin, webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class PasskeyAgainForm(SignedMixin, webauthn.ReauthenticateWebAuthnForm):
    """A passkey once more, before something that matters."""


def _note_refusal(user: User | None) -> None:
    receivers.on_factor_refused(None, context.request, user)


def _one_line(name: str) -> str:
    name = " ".join(without_unwanted(name).split())
    if len(name) > 60:
        raise forms.ValidationError(_("This is too long. You can use 60 characters."), code="too_long")
    return name or str(_("My passkey"))
