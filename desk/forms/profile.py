"""The profile of who is logged in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import photos
from accounts.forms.base import PortalForm, RowRadios
from accounts.forms.organisation import clean_number
from accounts.forms.people import language_field
from accounts.forms.words import CHOOSE_ONE
from cases.enums.whom import Gender
from cases.forms.contact import RowCheckboxes
from desk import profile
from referrals.languages import Speaks


class ProfileForm(PortalForm):
    """Everyone chooses their language and their notices; staff also their number and how pages look."""

    mark_optional = False
    language = language_field()
    reachable_number = forms.CharField(
        label=_("Number on which you can be reached on duty"), required=False, max_length=20,
        help_text=_("Who is first on the roster is called here."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "w-mid num"}),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Photo"), required=False, help_text=_("Your clients and colleagues see it. It is not needed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This file is empty.")},
    )  # fmt: skip
    remove_photo = forms.BooleanField(label=_("Remove my photo"), required=False)
    keyboard_shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts"), required=False, help_text=_("Press ? on a page to see them.")
    )
    compact_rows = forms.BooleanField(label=_("Compact rows in lists"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("In which other languages can you help?"), choices=Speaks.choices, required=False,
        widget=RowCheckboxes, help_text=_("Who talks in one of these is suggested to you first."),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    gender = forms.ChoiceField(
        label=_("Some clients would rather talk with a woman or a man. Are you one of these?"), required=False,
        choices=[("", _("I would rather not say")), *Gender.choices], widget=RowRadios, error_messages=CHOOSE_ONE,
        help_text=_("It is looked at only where a client asked for it, and shown only there."),
    )  # fmt: skip
    notices = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": _("Choose from the list.")})

    def __init__(
        self,
        *args: Any,
        staff: bool,
        audiences: profile.Audiences,
        needs_number: bool = False,
        has_photo: bool = False,
        helps: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needs_number = needs_number
        notices: Any = self.fields["notices"]
        notices.choices = [(key, key) for key in sorted(profile.boxes(audiences))]
        if not has_photo:
            del self.fields["remove_photo"]
        if not helps:
            del self.fields["languages"], self.fields["gender"]
        if not staff:
            for name in ("photo", "reachable_number", "keyboard_shortcuts", "compact_rows"):
                del self.fields[name]

    def clean_photo(self) -> bytes | None:
        """The picture made small; nothing when none was sent."""
        sent = self.cleaned_data.get("photo")
        if not sent:
            return None
        try:
            return photos.made_small(sent.file, sent.size)
        except photos.BadPicture as why:
            raise ValidationError(str(why)) from why

    def clean_reachable_number(self) -> str:
        number = str(self.cleaned_data["reachable_number"]).strip()
        if number:
            return clean_number(number)
        if self.needs_number:
            raise ValidationError(_("You are on the roster, so a number is needed."))
        return ""
