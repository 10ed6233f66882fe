"""The whole directory as tables of HSDS 3. Reads only, with one query a table."""

import uuid
from typing import Any

from accounts.models import Region
from referrals.directory.models import Need, Service
from referrals.hsds.columns import MAPPED
from referrals.hsds.rows import INSIDE, OURS, number_of, parts_of, row_of
from referrals.hsds.tables import Row, Tables, plain
from referrals.models.hsds import KeptRow

TAXONOMY: Row = {
    "id": str(OURS), "name": "Needs", "description": "The needs by which help is found.", "version": "1",
}  # fmt: skip

REQUIRED = {
    "organization": ("description",), "taxonomy_term": ("description",),
    "address": ("address_1", "city", "state_province", "postal_code", "country", "address_type"),
}  # fmt: skip
"""What the schema asks for and may not be known here: then it stands there, and is empty."""


def tables() -> Tables:
    """Everything, also what is not shown or only for colleagues."""
    out = Tables()
    numbers: dict[str, dict[Any, str]] = {"region": dict(Region.objects.values_list("pk", "code"))}
    for table, mapped in MAPPED.items():
        found = list(mapped.model.objects.order_by("pk"))
        numbers[table] = {one.pk: number_of(one) for one in found}
        for one in found:
            row = row_of(one, mapped, numbers)
            for inside in INSIDE:
                if parts := parts_of(row, inside):
                    out.rows[inside] |= {plain(part["id"]): part | {"location_id": row["id"]} for part in parts}
                    del row[inside]
            out.rows[table][row["id"]] = row
    _needs(out, numbers["service"])
    for kept in KeptRow.objects.order_by("table", "source_id"):
        out.rows[kept.table][kept.source_id] = kept.data
    for table, keys in REQUIRED.items():
        empty = dict.fromkeys(keys, "")
        out.rows[table] = {number: empty | row for number, row in out.rows[table].items()}
    return out


def term_of(need: Need) -> Row:
    """A need as a term of our taxonomy."""
    row = {"id": str(need.pk), "code": need.code, "name": need.name_nl, "taxonomy_id": TAXONOMY["id"]}
    return row | {"taxonomy": TAXONOMY["name"], "language": "nl"}


def attribute_of(service: str, need: Need) -> Row:
    """That an entry helps with a need."""
    number = str(uuid.uuid5(OURS, f"{service} {need.code}"))
    return {"id": number, "link_id": service, "link_entity": "service", "taxonomy_term_id": str(need.pk)}


def _needs(out: Tables, numbers: dict[Any, str]) -> None:
    needs = {need.pk: need for need in Need.objects.all()}
    if not needs:
        return
    out.rows["taxonomy"][TAXONOMY["id"]] = TAXONOMY
    out.rows["taxonomy_term"] |= {str(pk): term_of(need) for pk, need in needs.items()}
    for service, need in Service.needs.through.objects.values_list("service_id", "need_id"):
        row = attribute_of(numbers[service], needs[need])
        out.rows["attribute"][row["id"]] = row
