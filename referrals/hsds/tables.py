"""The tables of HSDS 3 and how they hang together. A row is what a file says of one thing, by the names of HSDS."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

Row = dict[str, Any]

FILES = {
    "organization": "organizations.csv",
    "organization_identifier": "organization_identifiers.csv",
    "program": "programs.csv",
    "service": "services.csv",
    "location": "locations.csv",
    "service_at_location": "service_at_location.csv",
    "contact": "contacts.csv",
    "phone": "phones.csv",
    "schedule": "schedules.csv",
    "service_area": "service_areas.csv",
    "language": "languages.csv",
    "cost_option": "cost_options.csv",
    "required_document": "required_documents.csv",
    "url": "urls.csv",
    "address": "addresses.csv",
    "accessibility": "accessibility.csv",
    "funding": "funding.csv",
    "taxonomy": "taxonomies.csv",
    "taxonomy_term": "taxonomy_terms.csv",
    "attribute": "attributes.csv",
    "metadata": "metadata.csv",
    "meta_table_description": "meta_table_descriptions.csv",
}
"""Each table and its file, in the order in which one can refer to another."""

_REACHED = {"contacts": "contact", "phones": "phone", "schedules": "schedule"}
MANY: dict[str, dict[str, tuple[str, str]]] = {
    # what is nested in a row: the key there, its table, and the column that names the row
    "organization": {
        "organization_identifiers": ("organization_identifier", "organization_id"),
        "programs": ("program", "organization_id"),
        "locations": ("location", "organization_id"),
        "contacts": ("contact", "organization_id"),
        "phones": ("phone", "organization_id"),
        "funding": ("funding", "organization_id"),
        "additional_websites": ("url", "organization_id"),
    },
    "service": {
        **{key: (table, "service_id") for key, table in _REACHED.items()},
        "service_at_locations": ("service_at_location", "service_id"),
        "service_areas": ("service_area", "service_id"),
        "languages": ("language", "service_id"),
        "cost_options": ("cost_option", "service_id"),
        "required_documents": ("required_document", "service_id"),
        "funding": ("funding", "service_id"),
        "additional_urls": ("url", "service_id"),
    },
    "service_at_location": {key: (table, "service_at_location_id") for key, table in _REACHED.items()},
    "location": {
        **{key: (table, "location_id") for key, table in _REACHED.items()},
        "addresses": ("address", "location_id"),
        "accessibility": ("accessibility", "location_id"),
        "languages": ("language", "location_id"),
    },
    "contact": {"phones": ("phone", "contact_id")},
    "phone": {"languages": ("language", "phone_id")},
}
OF_ANY = {"attributes": ("attribute", "link_id"), "metadata": ("metadata", "resource_id")}
"""What can be nested in a row of any table."""
ONE: dict[str, dict[str, tuple[str, str]]] = {
    # what a row refers to and carries along: the key, its table, and the row's own column
    "service": {"organization": ("organization", "organization_id"), "program": ("program", "program_id")},
    "service_at_location": {"location": ("location", "location_id")},
    "attribute": {"taxonomy_term": ("taxonomy_term", "taxonomy_term_id")},
    "taxonomy_term": {"taxonomy_detail": ("taxonomy", "taxonomy_id")},
}


@dataclass(frozen=True)
class Wrong:
    """Why a row cannot be taken in."""

    table: str
    number: str
    why: str


MOST_READ = 500_000
TWICE = uuid.UUID("5b1c7a52-6a0e-4e2c-9d0c-2f2f3b8d9b11")
"""For the id of a row that stands in a file under two parents."""


class TooMany(Exception):
    """More rows than anyone reads, also counting each that comes again or has no id."""


@dataclass
class Tables:
    """Rows by table and id, and what was wrong with the file they came from."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {table: {} for table in FILES})
    wrong: list[Wrong] = field(default_factory=list)
    read: int = 0

    def add(self, table: str, row: Row) -> None:
        """The same row may come more than once, such as an organisation in each of its services; it has to say the
        same every time. Raises TooMany."""
        self.read += 1
        if self.read > MOST_READ:
            raise TooMany
        number = plain(row.get("id"))
        if not number or len(number) > 200:
            self.wrong.append(Wrong(table, number[:40], _("It has no id, or one that is too long.")))
            return
        known = self.rows[table].setdefault(number, {})
        for key, value in row.items():
            if plain(known.setdefault(key, value)) != plain(value):
                why = _("It stands in the file twice, with another %(key)s.") % {"key": key}
                self.wrong.append(Wrong(table, number, why))

    def hangs_elsewhere(self, table: str, number: Any, up: Row) -> bool:
        """Whether this row was read under another parent of the same kind."""
        known = self.rows[table].get(plain(number), {})
        return any(plain(known.get(column)) not in {"", plain(value)} for column, value in up.items())

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def plain(value: Any) -> str:
    """A value as a cell of CSV says it; what is not there is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def same(one: Row, other: Row) -> bool:
    """Whether two rows say the same, whatever is empty in them."""
    return all(plain(one.get(key)) == plain(other.get(key)) for key in {*one, *other})


def flatten(found: Row, table: str, tables: Tables, up: Row | None = None) -> None:
    """Lay a nested object and all in it into the tables. ``up`` are the columns that its parent gives it. A row names
    one parent of a kind: what stands under two of them, such as a contact of two services, becomes a row under each,
    the later ones with an id of ours that is the same each time."""
    row: Row = dict(up or {})
    number = found.get("id")
    if up and tables.hangs_elsewhere(table, number, up):
        number = str(uuid.uuid5(TWICE, " ".join([table, plain(number), *(plain(value) for value in up.values())])))
    many, one = {**MANY.get(table, {}), **OF_ANY}, ONE.get(table, {})
    for key, value in found.items():
        if key in many and isinstance(value, list) and all(isinstance(part, dict) for part in value):
            below, column = many[key]
            for part in value:
                flatten(part, below, tables, {column: number})
        elif key in one and isinstance(value, dict):
            below, column = one[key]
            row[column] = value.get("id")
            flatten(value, below, tables)
        elif value is not None:
            row[key] = value
    if "id" in row:
        row["id"] = number
    tables.add(table, row)


class Nesting:
    """Nested objects out of flat tables. ``used`` are the rows that stand in one of them. What is being nested does not
    stand in itself: there it is only named."""

    def __init__(self, tables: Tables) -> None:
        self.rows = tables.rows
        self.used: set[tuple[str, str]] = set()
        self.open: set[tuple[str, str]] = set()
        self.below: dict[tuple[str, str, str], list[str]] = {}
        columns = {(table, column) for nested in (*MANY.values(), OF_ANY) for table, column in nested.values()}
        for table, column in columns:
            for number, row in self.rows[table].items():
                if row.get(column):
                    self.below.setdefault((table, column, plain(row[column])), []).append(number)

    def nest(self, table: str, number: str, above: str = "") -> Row:
        """One row with everything in it; ``above`` is the column that the place where it stands says already."""
        self.used.add((table, number))
        self.open.add((table, number))
        row = {key: value for key, value in self.rows[table][number].items() if key != above}
        for key, (below, column) in ONE.get(table, {}).items():
            if (to := plain(row.get(column))) in self.rows[below] and (below, to) not in self.open:
                row[key] = self.nest(below, to)
                del row[column]
        for key, (below, column) in {**MANY.get(table, {}), **OF_ANY}.items():
            there = sorted(self.below.get((below, column, number), []))
            if found := [part for part in there if (below, part) not in self.open]:
                row[key] = [self._part(below, part, column) for part in found]
        self.open.remove((table, number))
        return row

    def _part(self, table: str, number: str, column: str) -> Row:
        """A row below another, without the columns that say where else it hangs: it stands there as well."""
        row = self.nest(table, number, column)
        hangs = {other for nested in (*MANY.values(), OF_ANY) for below, other in nested.values() if below == table}
        return {key: value for key, value in row.items() if key not in hangs or not self._stands(key, value)}

    def _stands(self, column: str, value: Any) -> bool:
        table = column.removesuffix("_id")
        return plain(value) in self.rows.get(table, {})
