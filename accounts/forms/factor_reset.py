"""Asking for the reset of a lost second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import StoryField
from accounts.models import User


class AskResetForm(PortalForm):
    """Whose, and why. Who they are was found out by talking to them."""

    email = forms.EmailField(
        label=_("E-mail address of your colleague"),
        error_messages={"invalid": _("Enter an e-mail address, for example name@example.nl")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reason = StoryField(
        label=_("Why, and how did you find out that it is them?"),
        most=300,
        rows=3,
        required=True,
        help_text=_("For example: phone stolen, spoke to her at the office. No more about the person than that."),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.user = User.objects.filter(email=email, is_active=True).first()
        if self.user is None:
            raise forms.ValidationError(_("Nobody has this address here."))
        return email

    user: User | None = None
