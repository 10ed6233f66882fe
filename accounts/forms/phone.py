"""A phone number in any notation: blanks, dots, brackets, +31, 0031, from any country; Dutch when none is given."""

import re
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import without_unwanted

HOME = "NL"
HOME_DIGITS = 9
_APART = re.compile(r"(6)(..)(..)(..)(..)|(88)(...)(..)(..)")
"""How the digits of a home number that begins so stand apart."""
LONGEST = 60
MESSAGE = _("Enter a phone number, for example 06 12 34 56 78")


def read_number(typed: str) -> phonenumbers.PhoneNumber | None:
    """The number, if somebody could dial it. One that is not in use counts: it may be new, or made up for a demo."""
    try:
        number = phonenumbers.parse(typed[:LONGEST], HOME)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return number
    if number.country_code == phonenumbers.country_code_for_region(HOME):
        long_enough = len(phonenumbers.national_significant_number(number)) == HOME_DIGITS
        return number if long_enough else None
    return number if phonenumbers.is_possible_number(number) else None


def readable(number: phonenumbers.PhoneNumber) -> str:
    """As people write it: 06 12 34 56 78, 088 000 00 01, and with +49 for other countries."""
    digits = phonenumbers.national_significant_number(number)
    if number.country_code != phonenumbers.country_code_for_region(HOME):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    if not number.extension and (found := _APART.fullmatch(digits)):
        return "0" + " ".join(filter(None, found.groups()))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def as_written(typed: str) -> str:
    """A kept number as people write it; what is no number stays as it is."""
    number = read_number(typed)
    return readable(number) if number else typed


class PhoneField(forms.CharField):
    """Cleans to a readable number; one message, with an example, for everything that cannot be dialled.

    Empty stays empty: ``required`` only decides whether the label says that it is optional.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "w-mid num"})
        super().__init__(widget=widget, **({"required": False} | kwargs))

    def to_python(self, value: Any) -> str:
        return super().to_python(without_unwanted(value) if isinstance(value, str) else value) or ""

    def clean(self, value: Any) -> str:
        typed = self.to_python(value)
        if not typed:
            return ""
        number = read_number(typed)
        if number is None or len(typed) > LONGEST:
            raise forms.ValidationError(MESSAGE, code="no_number")
        return readable(number)
