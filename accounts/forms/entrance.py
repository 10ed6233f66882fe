"""Logging in, in the look of the site."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalFormMixin


class LoginForm(PortalFormMixin, AllauthLoginForm):
    """E-mail and password. Pasting and password managers are welcome (WCAG 3.3.8)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].label = _("Password")
        self.fields["login"].error_messages["required"] = _("Enter your e-mail address.")
        self.fields["password"].error_messages["required"] = _("Enter your password.")
        self.fields["password"].help_text = ""
        self.fields["login"].widget = forms.EmailInput(attrs={"autocomplete": "email"})
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
