"""The languages in which help is given, by their ISO 639 codes; the most asked for first."""

from typing import Any

from django.utils.translation import gettext_lazy as _

LANGUAGES: dict[str, Any] = {
    "nl": _("Dutch"),
    "en": _("English"),
    "de": _("German"),
    "fr": _("French"),
    "es": _("Spanish"),
    "ar": _("Arabic"),
    "tr": _("Turkish"),
    "pl": _("Polish"),
    "uk": _("Ukrainian"),
    "fa": _("Farsi"),
    "pap": _("Papiamento"),
    "dse": _("Dutch Sign Language"),
}


def name_of(code: str, name: str = "") -> str:
    """What a language is called here; else as it was called where it came from."""
    return str(LANGUAGES.get(code) or name or code)
