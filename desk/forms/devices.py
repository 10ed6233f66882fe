"""A browser that wants signs."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import PortalForm


class DeviceForm(PortalForm):
    """``subscription`` is filled in by static/js/devices.js."""

    subscription = forms.CharField(max_length=4000, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name of this device"), max_length=40, required=False)

    def label(self) -> str:
        return str(self.cleaned_data["name"]).strip() or _("A device")
