"""HSDS 3 as a file: nested JSON, or a zip with a CSV per table. Reading gives tables, or one sentence why not."""

import csv
import io
import json
import lzma
import re
import zipfile
import zlib
from typing import Any

from django.utils.translation import gettext as _

from referrals.hsds.tables import FILES, Nesting, Row, Tables, TooMany, flatten, plain

MOST_BYTES = 10_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 50_000
WHEN = (1980, 1, 1, 0, 0, 0)  # of files in a zip, so that the same content is the same file
TABLE_OF = {file: table for table, file in FILES.items()}
FORMULA = re.compile(r"[=+\-@'\t\r]")
NUMBER = re.compile(r"[+-]?[\d\s().\-/]+")


class BadFile(ValueError):
    """The file as a whole cannot be read; the message is one sentence for who sent it."""


def read(content: bytes, size: int = 0) -> Tables:
    """The tables of a file of either form; ``size`` is that of the whole, of which ``content`` may be a part. Raises
    BadFile."""
    if max(len(content), size) > MOST_BYTES:
        raise BadFile(_("This file is too big: at most %(most)d MB.") % {"most": MOST_BYTES // 1_000_000})
    try:
        tables = _unzipped(content) if content[:2] == b"PK" else _from_json(content)
        if tables.count > MOST_ROWS:
            raise TooMany
    except TooMany as why:
        raise BadFile(_("There are too many rows in this file: at most %(most)d.") % {"most": MOST_ROWS}) from why
    if not tables.count and not tables.wrong:
        raise BadFile(_("There is nothing of a directory in this file."))
    return tables


def _from_json(content: bytes) -> Tables:
    try:
        found: Any = json.loads(content.decode("utf-8-sig"))
        _must_be_text(json.dumps(found, ensure_ascii=False, allow_nan=False))
        tables, objects = Tables(), _objects(found)
        if len(objects) > MOST_ROWS:
            raise TooMany
        for table, row in objects:
            flatten(row, table, tables)
    except (ValueError, RecursionError) as why:
        raise BadFile(_("This is no JSON of HSDS 3, and no zip with CSV files.")) from why
    return tables


def _must_be_text(text: str) -> None:
    """What the database can keep. Raises ValueError."""
    text.encode()
    if "\\u0000" in text or "\x00" in text:
        raise ValueError("a sign that is no text")


def _objects(found: Any) -> list[tuple[str, Row]]:
    """The objects of a file: a service, a list or a page of them, or lists by the name of their table."""
    if isinstance(found, list):
        pairs = [("service", one) for one in found]
    elif isinstance(found, dict) and isinstance(found.get("contents"), list):
        pairs = [("service", one) for one in found["contents"]]
    elif isinstance(found, dict) and "id" in found:
        pairs = [("service", found)]
    elif isinstance(found, dict) and set(found) <= set(FILES):
        pairs = [(table, one) for table, rows in found.items() for one in (rows if isinstance(rows, list) else [rows])]
    else:
        raise ValueError("no objects of HSDS")
    if not all(isinstance(one, dict) for _table, one in pairs):
        raise ValueError("something else among the objects")
    return pairs


def _unzipped(content: bytes) -> Tables:
    tables = Tables()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = [one for one in packed.infolist() if one.filename.rsplit("/", 1)[-1] in TABLE_OF]
            if sum(one.file_size for one in files) > MOST_UNPACKED or len(files) > len(FILES):
                raise BadFile(_("There is too much in this zip file."))
            for one in files:
                _rows(packed, one, tables)
    except BadFile:
        raise
    except (UnicodeDecodeError, csv.Error) as why:
        raise BadFile(_("A file in this zip is no CSV in UTF-8.")) from why
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError) as why:
        raise BadFile(_("This zip file is damaged or locked.")) from why
    return tables


def _rows(packed: zipfile.ZipFile, file: zipfile.ZipInfo, tables: Tables) -> None:
    with packed.open(file) as opened:
        text = opened.read(MOST_UNPACKED + 1)
    if len(text) > file.file_size:
        raise BadFile(_("There is too much in this zip file."))
    if b"\x00" in text:
        raise csv.Error("a sign that is no text")
    table = TABLE_OF[file.filename.rsplit("/", 1)[-1]]
    for number, line in enumerate(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), restkey="")):
        if number >= MOST_ROWS:
            raise TooMany
        cells = {_bare(key): _bare(cell) for key, cell in line.items() if key and cell}
        tables.add(table, cells)


def as_json(tables: Tables) -> bytes:
    """Services with everything in them, and by their tables what belongs to none. The same content is the same file."""
    nesting = Nesting(tables)
    out: dict[str, list[Row]] = {}
    for table in ("service", *(table for table in FILES if table != "service")):
        left = [number for number in sorted(tables.rows[table]) if (table, number) not in nesting.used]
        if found := [nesting.nest(table, number) for number in left if (table, number) not in nesting.used]:
            out[table] = found
    return json.dumps(out, ensure_ascii=False, indent=1, sort_keys=True).encode()


def as_zip(tables: Tables) -> bytes:
    """A tabular data package: a CSV for each table that has rows, and what is in which."""
    out, resources = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for table, file in FILES.items():
            if rows := tables.rows[table]:
                columns = ["id", *sorted({key for row in rows.values() for key in row} - {"id"})]
                packed.writestr(zipfile.ZipInfo(file, WHEN), _csv(columns, [rows[number] for number in sorted(rows)]))
                fields = [{"name": name, "type": "string"} for name in columns]
                schema = {"fields": fields, "primaryKey": "id"}
                resources.append({"name": table, "path": file, "profile": "tabular-data-resource", "schema": schema})
        package = {"name": "hsds", "profile": "tabular-data-package", "resources": resources}
        packed.writestr(zipfile.ZipInfo("datapackage.json", WHEN), json.dumps(package, indent=1))
    return out.getvalue()


def _csv(columns: list[str], rows: list[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in columns])
    writer.writerows([_harmless(plain(row.get(name))) for name in columns] for row in rows)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """No spreadsheet takes it for a formula; ``_bare`` takes the sign away again."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell
