"""What somebody looks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import WordsField
from accounts.models import Region
from referrals.directory.finding import Wanted
from referrals.directory.languages import LANGUAGES
from referrals.directory.models import Need

LONGEST = 100


class SearchForm(PortalForm):
    """Everything is optional. A value that is not on a list says so, and the rest counts."""

    mark_optional = False
    words = WordsField(
        label=_("What do you look for?"), most=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "data-search": ""}),
    )  # fmt: skip
    need = forms.ChoiceField(label=_("Help with"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    free = forms.BooleanField(label=_("Free of charge"), required=False)
    family = forms.BooleanField(label=_("For family too"), required=False)
    open_now = forms.BooleanField(label=_("Open now"), required=False)

    def __init__(self, *args: Any, needs: list[Need], regions: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "need": [("", _("Everything")), *((need.code, str(need)) for need in needs)],
            "region": [("", _("Everywhere")), *((region.code, str(region)) for region in regions)],
            "language": [("", _("Any language")), *LANGUAGES.items()],
        }
        for name, options in choices.items():
            field: Any = self.fields[name]
            field.choices = options
            field.error_messages["invalid_choice"] = _("Choose one from the list.")

    def wanted(self) -> Wanted:
        """What was filled in well."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if name in self.fields})
