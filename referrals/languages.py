"""Languages in which people help, and which of them somebody means by their own words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Speaks(models.TextChoices):
    """Nobody says that they speak Dutch: here everyone does."""

    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")
    FRENCH = "fr", _("French")
    SPANISH = "es", _("Spanish")
    PORTUGUESE = "pt", _("Portuguese")
    PAPIAMENTO = "pap", _("Papiamento")
    SRANAN = "srn", _("Sranan Tongo")
    TURKISH = "tr", _("Turkish")
    ARABIC = "ar", _("Arabic")
    POLISH = "pl", _("Polish")
    FRISIAN = "fy", _("Frisian")
    SIGN = "dsl", _("Dutch sign language")


OUR_OWN = "nl"
_WORDS: dict[str, tuple[str, ...]] = {
    OUR_OWN: ("nederlands", "dutch", "vlaams"),
    Speaks.ENGLISH: ("engels", "english"),
    Speaks.GERMAN: ("duits", "german", "deutsch"),
    Speaks.FRENCH: ("frans", "french", "français"),
    Speaks.SPANISH: ("spaans", "spanish", "español"),
    Speaks.PORTUGUESE: ("portugees", "portuguese", "português"),
    Speaks.PAPIAMENTO: ("papiament",),
    Speaks.SRANAN: ("sranan", "surinaams"),
    Speaks.TURKISH: ("turks", "turkish", "türkçe"),
    Speaks.ARABIC: ("arabisch", "arabic", "عربي"),
    Speaks.POLISH: ("pools", "polish", "polski"),
    Speaks.FRISIAN: ("fries", "frysk", "frisian"),
    Speaks.SIGN: ("gebarentaal", "sign language"),
}


def wanted(own_words: str, site: str) -> frozenset[str]:
    """In which of these languages somebody can talk, by what they wrote, else by how they read the site; empty when
    Dutch will do, or when their words name no language that is known here."""
    said = own_words.casefold()
    found = {code for code, names in _WORDS.items() if any(name in said for name in names)}
    if not said.strip():
        found = {site}
    return frozenset() if OUR_OWN in found else frozenset(found & set(Speaks.values))
