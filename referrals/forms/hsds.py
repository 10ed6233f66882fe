"""A file of the directory."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from referrals.hsds.files import MOST_BYTES, BadFile, read


class ExchangeForm(PortalForm):
    """Cleaned to the tables that are in it."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".json,.zip"}),
        help_text=_("JSON of HSDS 3, or a zip with a CSV file for each table. At most 10 MB."),
        error_messages={
            "required": _("Choose a file."), "missing": _("The file did not come across. Try again."),
            "invalid": _("The file did not come across. Try again."),
        },
    )  # fmt: skip

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        try:
            return read(sent.read(MOST_BYTES + 1), sent.size)  # nothing is left of one beyond desk/uploads.py
        except BadFile as why:
            raise ValidationError(str(why)) from why
