"""A need by which help is found, and the words that people use for it."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalModelForm
from referrals.directory.forms.entry import PLURAL, field_of
from referrals.directory.models import Need


class NeedForm(PortalModelForm):
    """``code`` stands in addresses and in what others import: it is chosen once."""

    class Meta:
        model = Need
        formfield_callback = field_of
        fields: ClassVar = ["code", "name_nl", "name_en", "words_nl", "words_en", "topics", "order"]
        widgets: ClassVar = {"topics": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["code"]
        else:
            self.fields["code"].help_text = _("Short, in small letters, for example debts. It cannot be changed later.")
            self.fields["code"].error_messages["invalid"] = _("Use small letters, figures and hyphens only.")
        for name in ("words_nl", "words_en"):
            self.fields[name].help_text = _("Separated by commas. Whoever types one of them finds this need.")
        self.fields["topics"].help_text = _("For a case with one of these topics the search begins here.")
        self.fields["topics"].error_messages |= PLURAL
        self.fields["order"].help_text = _("The lowest stands first in the list.")
