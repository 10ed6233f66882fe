"""The client's answer to a text for their employer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm

ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("back", _("Take back")))


class AnswerForm(PortalForm):
    outline = forms.UUIDField()
    answer = forms.ChoiceField(choices=ANSWERS, error_messages={"required": _("Choose yes or no.")})
