"""What is wrong with an object by the published schema of HSDS 3. It uses seven words of JSON schema; any other word in
it is an error here, so that nothing passes because nobody looked."""

import datetime as dt
import functools
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent / "schema"
TOLD = {
    "name", "description", "title", "constraints", "example", "core", "path", "datapackage_metadata",
    "datapackage_type", "tabular_required",
}  # fmt: skip
"""What only tells, or is about the tables of CSV."""
CHECKED = {"type", "format", "$ref", "items", "properties", "required", "enum"}
TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "array": (list,), "object": (dict,), "number": (int, float)}


@functools.cache
def schema(file: str) -> Any:
    return json.loads((FOLDER / file).read_text(encoding="utf-8"))


def wrong(value: Any, rule: Any, where: str) -> Iterator[str]:
    """One line for each thing that the schema forbids."""
    if unknown := set(rule) - TOLD - CHECKED:
        raise ValueError(f"words that nobody checks: {unknown}")
    if "$ref" in rule:
        yield from wrong(value, schema(rule["$ref"]), where)
        return
    if "type" in rule and (isinstance(value, bool) or not isinstance(value, TYPES[rule["type"]])):
        yield f"{where}: no {rule['type']}: {value!r}"
        return
    if "enum" in rule and value not in rule["enum"]:
        yield f"{where}: {value!r} is none of {rule['enum']}"
    if "format" in rule and not FORMATS[rule["format"]](value):
        yield f"{where}: no {rule['format']}: {value!r}"
    if isinstance(value, dict):
        yield from (f"{where}: {key} is missing" for key in rule.get("required", ()) if key not in value)
        for key, below in rule.get("properties", {}).items():
            if key in value:
                yield from wrong(value[key], below, f"{where}.{key}")
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from wrong(one, rule.get("items", {}), f"{where}[{number}]")


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_uri(text: str) -> bool:
    return bool(urlsplit(text).scheme) and not set(text) & set(" <>")


FORMATS = {
    "uuid": _is_uuid, "uri": _is_uri, "date-time": _is_moment,
    "email": lambda text: text.count("@") == 1 and not text.startswith("@") and not text.endswith("@"),
}  # fmt: skip
