"""Taking tables of HSDS 3 into the directory: looked through first, then all of it or nothing. Nothing is removed."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actors import Actor
from accounts.models import Region
from referrals.directory.indexing import index
from referrals.directory.models import Need, Service, ServiceAtPlace
from referrals.hsds.columns import MAPPED, Mapped, To
from referrals.hsds.exporting import TAXONOMY, attribute_of, term_of
from referrals.hsds.rows import INSIDE, fill, number_of, parts_of, row_of
from referrals.hsds.tables import FILES, Row, Tables, plain, same
from referrals.models.hsds import KeptRow

LOCK = 77_130_001


class Verdict(models.TextChoices):
    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    SAME = "same", gettext_lazy("The same")
    REFUSED = "refused", gettext_lazy("Refused")


@dataclass(frozen=True)
class Line:
    """What becomes of one row of the file."""

    table: str
    number: str
    name: str
    verdict: Verdict
    why: str = ""


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)

    @property
    def counts(self) -> dict[Verdict, int]:
        found = Counter(line.verdict for line in self.lines)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.verdict == Verdict.REFUSED]

    @property
    def telling(self) -> list[Line]:
        """Refused ones first, then what changes; what stays the same is only counted."""
        rest = [line for line in self.lines if line.verdict in {Verdict.NEW, Verdict.CHANGED}]
        return [*self.refused, *rest]


def look_through(tables: Tables) -> Report:
    """What an import would do; nothing is written."""
    return _Import(tables).report


@transaction.atomic
def take_in(tables: Tables, *, by: Actor, at: dt.datetime) -> Report:
    """Write it, unless one row is refused: then nothing is. The same file twice changes nothing the second time."""
    with connection.cursor() as cursor:  # one import after the other
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    made = _Import(tables)
    if not made.report.refused:
        made.write(at)
        part = ", ".join(f"{number} {verdict.value}" for verdict, number in made.report.counts.items())
        audit.record("directory.imported", by=by, at=at, part=part)
    return made.report


def _written_of(mapped: Mapped) -> list[str]:
    """The fields that an import can change."""
    fields = [name for column in mapped.columns for name in column.field.split()]
    own = ["changed_at", "verified_by"] if mapped.model is Service else []
    return [*fields, *(to.field for to in mapped.to), "source_id", "extra", *own]


class _Import:
    """Every row of the file beside what is known, in a fixed number of queries."""

    def __init__(self, tables: Tables) -> None:
        self.report = Report([Line(one.table, one.number, "", Verdict.REFUSED, one.why) for one in tables.wrong])
        self.rows = {table: {number: dict(row) for number, row in rows.items()} for table, rows in tables.rows.items()}
        self.known: dict[str, dict[str, Any]] = {"region": {row.code: row.pk for row in Region.objects.all()}}
        self.numbers: dict[str, dict[Any, str]] = {"region": {pk: code for code, pk in self.known["region"].items()}}
        self.made: dict[str, list[Any]] = {}
        self.changed: dict[str, list[Any]] = {}
        self.kept: list[KeptRow] = []
        self.helps: list[tuple[Any, Any]] = []
        self._put_inside()
        self.pairs = {(row.service_id, row.place_id): number_of(row) for row in ServiceAtPlace.objects.all()}
        for table, mapped in MAPPED.items():
            self._compare(table, mapped)
        self._needs()
        self._keep_the_rest()

    def write(self, at: dt.datetime) -> None:
        for table, mapped in MAPPED.items():
            for row in (*self.made[table], *self.changed[table]):
                if isinstance(row, Service):
                    row.changed_at = at
            mapped.model.objects.bulk_create(self.made[table])
            mapped.model.objects.bulk_update(self.changed[table], _written_of(mapped), batch_size=500)
        helps = Service.needs.through
        helps.objects.bulk_create([helps(service_id=one, need_id=need) for one, need in self.helps])
        KeptRow.objects.bulk_create(
            self.kept, update_conflicts=True, unique_fields=["table", "source_id"], update_fields=["data"]
        )
        index(Service.objects.values_list("pk", flat=True))

    def _say(self, table: str, row: Row, verdict: Verdict, why: str = "") -> None:
        name = plain(row.get("name") or row.get("number") or row.get("description") or row.get("url"))
        self.report.lines.append(Line(table, plain(row["id"]), name[:120], verdict, why))

    def _put_inside(self) -> None:
        """Addresses and the like become a part of their location, when that is in the file too."""
        for table in INSIDE:
            for number, row in sorted(self.rows[table].items()):
                location = self.rows["location"].get(plain(row.get("location_id")))
                if location and (parts := parts_of(location, table)) is not None:
                    part = {key: value for key, value in row.items() if key != "location_id" and plain(value)}
                    location[table] = [*parts, part]
                    del self.rows[table][number]

    def _compare(self, table: str, mapped: Mapped) -> None:
        here = list(mapped.model.objects.all())
        self.known[table] = {number_of(one): one.pk for one in here}
        self.numbers[table] = {one.pk: number_of(one) for one in here}
        by_number = {number_of(one): one for one in here}
        self.made[table], self.changed[table] = [], []
        for number, row in self.rows[table].items():
            if mapped.needs and not self._has(row, mapped):
                continue
            if why := self._why_not(row, mapped):
                self._say(table, row, Verdict.REFUSED, why)
            elif one := by_number.get(number):
                self._change(table, mapped, one, row)
            else:
                one = mapped.model()
                fill(one, row, mapped, self.known)
                self.known[table][number], self.numbers[table][one.pk] = one.pk, number
                self.made[table].append(one)
                self._say(table, row, Verdict.NEW)

    def _change(self, table: str, mapped: Mapped, one: Any, row: Row) -> None:
        """What the file does not mention stays as it is."""
        now = row_of(one, mapped, self.numbers)
        if same(now, now | row):
            self._say(table, row, Verdict.SAME)
        else:
            fill(one, now | row, mapped, self.known)
            self.changed[table].append(one)
            self._say(table, row, Verdict.CHANGED)

    def _has(self, row: Row, mapped: Mapped) -> bool:
        """What the table needs; otherwise the row is kept whole."""
        column = next((one for one in mapped.columns if one.key == mapped.needs), None)
        return bool(column.read(row.get(mapped.needs)) if column else plain(row.get(mapped.needs)))

    def _why_not(self, row: Row, mapped: Mapped) -> str:
        for column in mapped.columns:
            if column.required and not column.read(row.get(column.key)):
                return _("%(key)s is empty, or not a text.") % {"key": column.key}
        for to in mapped.to:
            if to.required and self._key(to, row) is None:
                return _("%(key)s names nothing in the file or in the directory.") % {"key": to.key}
        if mapped.model is ServiceAtPlace:
            pair = (self.known["service"][plain(row["service_id"])], self.known["location"][plain(row["location_id"])])
            if self.pairs.setdefault(pair, plain(row["id"])) != plain(row["id"]):
                return _("This service is at this location already.")
        return ""

    def _key(self, to: To, row: Row) -> Any:
        return self.known[to.table].get(plain(row.get(to.key)))

    def _needs(self) -> None:
        """Our own taxonomy says with what an entry helps; terms of others are kept, and find nothing."""
        needs = {str(need.pk): need for need in Need.objects.all()}
        own = {TAXONOMY["id"]: TAXONOMY}
        terms = {number: term_of(need) for number, need in needs.items()}
        for table, ours in (("taxonomy", own), ("taxonomy_term", terms)):
            for number in [one for one, row in self.rows[table].items() if one in ours and same(row, ours[one])]:
                self._say(table, self.rows[table].pop(number), Verdict.SAME)
        there = set(Service.needs.through.objects.values_list("service_id", "need_id"))
        for number, row in list(self.rows["attribute"].items()):
            need = needs.get(plain(row.get("taxonomy_term_id")))
            service = self.known["service"].get(plain(row.get("link_id")))
            if need and service and same(row, attribute_of(plain(row["link_id"]), need)):
                is_there = (service, need.pk) in there
                self._say("attribute", self.rows["attribute"].pop(number), Verdict.SAME if is_there else Verdict.NEW)
                self.helps += [] if is_there else [(service, need.pk)]

    def _keep_the_rest(self) -> None:
        """Whatever has no model here, whole."""
        here = {(row.table, row.source_id): row.data for row in KeptRow.objects.all()}
        for table in FILES:
            mapped = MAPPED.get(table)
            for number, row in self.rows[table].items():
                if mapped and not (mapped.needs and not self._has(row, mapped)):
                    continue
                before = here.get((table, number))
                if before is not None and same(before, row):
                    self._say(table, row, Verdict.SAME)
                    continue
                self.kept.append(KeptRow(table=table, source_id=number, data=row))
                self._say(table, row, Verdict.NEW if before is None else Verdict.CHANGED)
