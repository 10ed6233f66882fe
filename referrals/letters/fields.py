"""The words of a letter: a template in which names between braces stand for facts. Pure: writes and reads nothing.

A line with a fact that is missing, or that the client did not agree to, is left out whole, so that no label stands
without what it names.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from referrals.letters.enums import ALWAYS, Field

HOLE = re.compile(r"\{([^{}\n]*)\}")
MORE_THAN_ONE_EMPTY = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Composed:
    """A letter in words, and which facts the template asks for that are not in it: ``unwanted`` because the client did
    not agree, ``unknown`` because we do not have them."""

    text: str
    unwanted: tuple[Field, ...] = ()
    unknown: tuple[Field, ...] = ()


def fields_in(template: str) -> list[Field]:
    """What a sound template asks for, each once, in its order."""
    return list(dict.fromkeys(Field(name) for name in HOLE.findall(template)))


def problems_of(template: str) -> list[str]:
    """Why a template cannot be kept, in sentences: a name that is no field, or a brace that stands alone."""
    found = [
        _("{%(name)s} is no field. Choose one of the list.") % {"name": name}
        for name in dict.fromkeys(HOLE.findall(template))
        if name not in Field.values
    ]
    if set("{}") & set(HOLE.sub("", template)):
        found.append(_("A { or } stands alone. Write a field as {name}."))
    return found


def compose(template: str, facts: Mapping[str, str], covers: Collection[str]) -> Composed:
    """The letter with these facts, as far as ``covers`` names them; what is not about the client is always in it."""
    asked = fields_in(template)
    unwanted = tuple(field for field in asked if field not in ALWAYS and field not in covers)
    unknown = tuple(field for field in asked if field not in unwanted and not facts.get(field, "").strip())
    left_out = {field.value for field in (*unwanted, *unknown)}
    lines = [
        HOLE.sub(lambda hole: facts[hole[1]].strip(), line)
        for line in template.replace("\r\n", "\n").split("\n")
        if not left_out & set(HOLE.findall(line))
    ]
    return Composed(MORE_THAN_ONE_EMPTY.sub("\n\n", "\n".join(lines)).strip(), unwanted, unknown)
