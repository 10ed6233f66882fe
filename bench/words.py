"""Made-up names and sentences. Together they give some 1,200 surnames and stories of any length; nobody is meant."""

import random

PASSWORD = "bench-bench-bench"  # noqa: S105 - for people who do not exist
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of the app that all of them have
DESK_WORKER = "loket1@bench.example"
REGIONAL_WORKER = "regio11@bench.example"
"""Who logs in to measure; the regional worker's board is filled with a page of offers at any size."""


FIRST_NAMES = (
    "Aafke", "Bilal", "Carmen", "Dirk", "Esra", "Floor", "Gijs", "Hanna", "Idris", "Jelle", "Kim", "Lotte", "Mees",
    "Noor", "Onno", "Priya", "Quinten", "Rosa", "Stijn", "Tess", "Umar", "Vera", "Wout", "Xandra", "Yara", "Zoë",
)  # fmt: skip
_ROOTS = (
    "Berken", "Beuken", "Brem", "Dauw", "Duin", "Eiken", "Elzen", "Gras", "Haver", "Heide", "Hoog", "Iepen", "Klaver",
    "Kers", "Kroon", "Laag", "Linden", "Lis", "Maan", "Meer", "Mos", "Noord", "Oever", "Olmen", "Pijl", "Riet", "Rogge",
    "Schelp", "Ster", "Tarwe", "Varen", "Veen", "Vlas", "Water", "Wilgen", "Winter", "Zand", "Zee", "Zilver", "Zomer",
)  # fmt: skip
_ENDINGS = (
    "akker", "beek", "berg", "bos", "brink", "broek", "burg", "dal", "dam", "dijk", "dorp", "gaarde", "hof", "horst",
    "huis", "kamp", "laan", "land", "man", "mans", "meer", "oord", "ra", "stein", "stra", "veld", "voort", "weg",
    "werf", "zicht",
)  # fmt: skip
SURNAMES = tuple(f"{root}{ending}" for root in _ROOTS for ending in _ENDINGS)

STORY = (
    "Ik slaap al weken slecht en ben overdag moe.", "Met mijn leidinggevende loopt het niet meer.",
    "Thuis hebben we veel ruzie, ook over geld.", "Sinds de oefening denk ik steeds aan wat er is gebeurd.",
    "Mijn vader is ziek en ik weet niet hoe ik het moet regelen.", "Ik wil graag met iemand praten die meedenkt.",
    "Op het werk word ik buitengesloten.", "De kinderen merken dat het niet goed gaat.",
    "Ik heb rekeningen laten liggen.", "Ik weet niet of dit werk nog bij me past.",
    "Mijn partner is weg en ik sta er alleen voor.", "Ik durf het in mijn groep niet te zeggen.",
    "Vorige maand is een collega overleden.", "Het lukt me niet om het los te laten.",
    "Bellen kan het best na vier uur.", "Ik wil niet dat mijn commandant het hoort.",
)  # fmt: skip
NOTES = (
    "Gesproken over rust en slaap.", "Afgesproken om het gesprek met de leidinggevende voor te bereiden.",
    "Overzicht van de schulden gemaakt; vervolg bij de volgende afspraak.", "Partner was er deze keer bij.",
    "Cliënt voelt zich sterker dan vorige keer.", "Gebeld met toestemming; afspraak verzet.",
    "Gevraagd naar het netwerk: een zus en twee collega's.", "Nagegaan of het thuis veilig is: ja.",
)  # fmt: skip
MESSAGES = (
    "Kan de afspraak een uur later?", "Dank voor het gesprek van gisteren.", "Ik kom donderdag, tot dan.",
    "Ik heb de papieren bij elkaar gezocht.", "Het gaat deze week wat beter.", "Mag mijn partner mee?",
)  # fmt: skip


def text(rng: random.Random, sentences: tuple[str, ...], least: int, most: int) -> str:
    """So many of these sentences, in any order."""
    return " ".join(rng.choice(sentences) for _ in range(rng.randint(least, most)))
