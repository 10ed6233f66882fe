"""Finding a case without reading anything sealed: by reference, unit or blind index (DECISIONS, Encryption and search).

A blind index is a keyed hash of the normalised value, so only the whole value finds somebody.
"""

import re
import unicodedata
from collections.abc import Callable
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.db.models import F, Q

from accounts.models import Unit
from accounts.vault import blind_index
from cases.models import Person
from cases.models.case import CaseQuerySet
from cases.passphrase import ALPHABET

SHORTEST = 3
PREFIXES = frozenset(
    ("van", "de", "der", "den", "ter", "ten", "te", "het", "t", "el", "la", "le", "du", "di", "da", "von", "zu")
)


def plain(text: str) -> str:
    """Lower case, without accents and with single spaces."""
    bare = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).casefold().split())


def surname(name: str) -> str:
    """The last name as it is looked up: after the first name, without prefixes, letters only.

    One word counts as the surname: people often give only that on the phone.
    """
    words = [re.sub(r"[^\w]", "", word) for word in plain(name).replace("-", " ").split()]
    kept = [word for word in words if word and word not in PREFIXES]
    return kept[-1] if kept else ""


def phone(number: str) -> str:
    """E.164 where it is a number, otherwise its digits; Dutch when no country is given."""
    try:
        parsed = phonenumbers.parse(number, "NL")
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", number)


def email(address: str) -> str:
    return plain(address).replace(" ", "")


def personnel_number(number: str) -> str:
    return re.sub(r"[\W_]", "", plain(number))


NORMALISED: dict[str, tuple[str, str, Callable[[str], str]]] = {
    # field of Person: (index field, kind of index, how it is normalised)
    "name": ("surname_index", "surname", surname),
    "email": ("email_index", "email", email),
    "phone": ("phone_index", "phone", phone),
    "personnel_number": ("personnel_index", "personnel", personnel_number),
}


def indexes_of(**values: str) -> dict[str, str]:
    """Index fields of Person for the given fields (name, email, phone, personnel_number)."""
    found = {}
    for name, value in values.items():
        field, kind, normalise = NORMALISED[name]
        found[field] = blind_index(kind, normalise(value or ""))
    return found


def too_short(words: str) -> bool:
    """Fewer than three letters or digits find nothing, so that nobody leafs through people."""
    return len(re.sub(r"[\W_]", "", words)) < SHORTEST


def matching(cases: CaseQuerySet, words: str) -> list[UUID]:
    """Ids of those of ``cases`` with this reference (or the start of it), of a person with exactly this surname, phone,
    e-mail address or personnel number, or from a unit of this name, whatever their state. What is open first, and of
    that the most pressing; then what was closed last.

    Nothing when ``words`` are too short, and nobody who is hidden. One query, each part by an index of its own.
    """
    if too_short(words):
        return []
    # Who is hidden is a handful, found by an index of their own; joined to every person each part would read them all.
    shown = cases.exclude(person__in=Person.objects.filter(is_hidden=True).values("pk"))
    people = Person.objects.filter(_person_hit(words), is_hidden=False).values("pk")
    units = Unit.objects.filter(Q(name__icontains=words.strip()) | Q(code__iexact=words.strip())).values("pk")
    start = reference_start(words)
    parts = (
        shown.filter(reference__startswith=start) if start else shown.none(),
        cases.filter(person__in=people),
        shown.filter(unit__in=units),
    )
    first, *others = (part.order_by().values_list("pk", "closed_at", "urgency_rank", "sent_at") for part in parts)
    found = first.union(*others).order_by(F("closed_at").desc(nulls_first=True), "urgency_rank", "sent_at", "pk")
    return [pk for pk, *_rest in found]


def reference_start(words: str) -> str:
    """ "7k4q 2", with or without the prefix, as references are stored: "NB-7K4Q-2".

    Empty for what no reference begins with, such as a name in another script, and for fewer signs than find something.
    """
    code = re.sub(r"[\s-]", "", words).upper().removeprefix(settings.REFERENCE_PREFIX)
    if len(code) < SHORTEST or set(code) - set(ALPHABET):
        return ""
    return "-".join([settings.REFERENCE_PREFIX, *(code[i : i + 4] for i in range(0, len(code), 4))])


def _person_hit(words: str) -> Q:
    hit = Q(pk__in=[])
    for field, kind, normalise in NORMALISED.values():
        if value := normalise(words):
            hit |= Q(**{field: blind_index(kind, value)})
    return hit
