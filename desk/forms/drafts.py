"""Where a guest may be sent the link to go on with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from cases.forms.contact import EMAIL_MESSAGE


class SafeAddressForm(PortalForm):
    """An address, and that nobody else reads it."""

    mark_optional = False
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The mail says nothing about your request. Whoever opens the link first reads your answers."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": EMAIL_MESSAGE, "required": EMAIL_MESSAGE},
    )
    safe = forms.BooleanField(
        label=_("I am the only one who reads this e-mail"),
        error_messages={"required": _("We only send a mail to an address that nobody else reads.")},
    )
