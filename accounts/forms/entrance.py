"""Logging in, signing up and passwords, in the look of the site; every guess is counted before it is looked at."""

from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import entrance, throttle
from accounts.forms.base import PortalFormMixin

WRONG_ADDRESS = _("Enter an e-mail address, for example name@example.nl")
CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
NEW_PASSWORD_HINT = _("At least 12 characters. A few words after each other are easy to remember.")


class EntranceForm(PortalFormMixin):
    """Our words on allauth's fields. Pasting and password managers are welcome (WCAG 3.3.8)."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    missing: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            if name in self.missing:
                field.error_messages["required"] = self.missing[name]
            if isinstance(field, forms.EmailField):
                field.widget = forms.EmailInput(attrs={"autocomplete": "email"})
                field.error_messages["invalid"] = WRONG_ADDRESS


def admitted(rows: throttle.Keys) -> throttle.Keys:
    """Count a try; a form error that says how long to wait when it is too early."""
    if wait := throttle.admit(rows, timezone.now()):
        raise forms.ValidationError(throttle.wait_words(wait), code="wait")
    return rows


def here() -> str:
    return throttle.place_of(context.request)


class LettersMixin:
    """Forms that send a letter: only so many to one address in a while, whether we know it or not."""

    def clean_email(self) -> str:
        email: str = super().clean_email()  # type: ignore[misc]
        admitted(throttle.keys("mail", email, here()))
        return email


class CodeForm(EntranceForm):
    """A code from a mail. It is bound to this session, and so are the tries."""

    labels = {"code": _("Code")}
    missing = {"code": _("Enter the code from the mail.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.TextInput(attrs=dict(CODE))

    def clean_code(self) -> str:
        rows = admitted(throttle.near("code", context.request.session.session_key or "", here()))
        code: str = super().clean_code()  # type: ignore[misc]
        throttle.forgive(rows)
        return code


class LoginForm(EntranceForm, allauth.LoginForm):
    """E-mail and password."""

    labels = {"login": _("E-mail address"), "password": _("Password")}
    missing = {"login": _("Enter your e-mail address."), "password": _("Enter your password.")}


class SignUpForm(LettersMixin, EntranceForm, allauth.SignupForm):
    """An address, and a password for who wants one. A known address gets the same answer and a letter."""

    labels = {"email": _("E-mail address"), "password1": _("Password")}
    hints = {"password1": _("At least 12 characters. Leave it empty to log in with a code by mail each time.")}
    missing = {"email": _("Enter your e-mail address.")}

    def try_save(self, request: Any) -> Any:
        if self.account_already_exists and self.cleaned_data.get("password1"):
            entrance.spend_time(self.cleaned_data["password1"])
        return super().try_save(request)


class AskCodeForm(LettersMixin, EntranceForm, allauth.RequestLoginCodeForm):
    """Where to send the code."""

    labels = {"email": _("E-mail address")}
    missing = {"email": _("Enter your e-mail address.")}


class ForgottenForm(LettersMixin, EntranceForm, allauth.ResetPasswordForm):
    """Where to send the code for a new password."""

    labels = {"email": _("E-mail address")}
    missing = {"email": _("Enter your e-mail address.")}


class ChangeAddressForm(LettersMixin, EntranceForm, allauth.AddEmailForm):
    """The address to log in with from now on."""

    labels = {"email": _("New e-mail address")}
    missing = {"email": _("Enter your new e-mail address.")}


class LoginCodeForm(CodeForm, allauth.ConfirmLoginCodeForm):
    """To log in."""


class AddressCodeForm(CodeForm, allauth.ConfirmEmailVerificationCodeForm):
    """To show that an address is theirs."""


class ForgottenCodeForm(CodeForm, allauth.ConfirmPasswordResetCodeForm):
    """To choose a new password."""


class OnePassword(EntranceForm):
    """A new password, typed once: it can be shown, and a mistake is repaired with a code by mail."""

    labels = {"password1": _("New password"), "oldpassword": _("Password you have now")}
    hints = {"password1": NEW_PASSWORD_HINT}
    missing = {"password1": _("Enter a new password."), "oldpassword": _("Enter the password you have now.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class NewPasswordForm(OnePassword, allauth.ResetPasswordKeyForm):
    """After a forgotten one."""


class SetPasswordForm(OnePassword, allauth.SetPasswordForm):
    """For who logged in by code or passkey until now."""


class ChangePasswordForm(OnePassword, allauth.ChangePasswordForm):
    """Asks the old one too."""

    def clean_oldpassword(self) -> str:
        assert self.user is not None  # noqa: S101 - the page is for who logged in
        rows = admitted(throttle.keys("password", self.user.email, here()))
        password: str = super().clean_oldpassword()
        throttle.forgive(rows)
        return password


class PasswordAgainForm(EntranceForm, allauth.ReauthenticateForm):
    """The password once more, before something that matters."""

    labels = {"password": _("Password")}
    missing = {"password": _("Enter your password.")}


class AgainCodeForm(CodeForm, allauth.ConfirmLoginCodeForm):
    """A code by mail once more, for who has no password."""
