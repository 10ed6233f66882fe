"""CSV import of the unit tree and of memberships: first looked through, then applied in one go."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import EARLIEST, LATEST
from accounts.enums import Role
from accounts.models import Location, Membership, Region, ServiceBranch, Team, Unit, User
from accounts.people import roles_for, teams_of

MOST_ROWS = 20_000


@dataclass
class Plan:
    """What an import would do. ``errors`` holds (row number, column, what is wrong); row 1 is the heading."""

    kind: str
    rows: list[dict[str, str]] = field(default_factory=list)
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    new: int = 0
    changed: int = 0

    def wrong(self, row: int, column: str, text: str) -> None:
        self.errors.append((row, column, text))


COLUMNS = {
    "units": ("code", "name", "branch", "parent", "location", "region"),
    "memberships": ("email", "name", "team", "role", "starts_on", "ends_on"),
}


def look_through(kind: str, text: str, *, by: Actor) -> Plan:
    """Read CSV (comma or semicolon) and list every row's errors; writes nothing. Nobody imports a role that they may
    not give, or one of their own."""
    plan = Plan(kind)
    if not read(plan, text, COLUMNS[kind]):
        return plan
    CHECKS[kind](plan)
    if kind == "memberships":
        _check_rights(plan, by)
    return plan


def read(plan: Plan, text: str, columns: Collection[str]) -> bool:
    """Fill the rows of the plan; False when the file cannot be read as a table, which is then its only error."""
    lines = text.splitlines()
    divider = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=divider, restkey="", restval="")
    known: Sequence[str] = ()
    try:
        known = reader.fieldnames or ()
        missing = [name for name in columns if name not in known]
        if missing:
            plan.wrong(1, ", ".join(missing), _("This column is missing from the first row."))
            return False
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                plan.wrong(number, "", _("The file has too many rows."))
                break
            plan.rows.append({name: str(row.get(name) or "").replace("\x00", "").strip() for name in columns})
    except csv.Error:
        plan.wrong(
            len(plan.rows) + 2 if known else 1,
            "",
            _("This row cannot be read: a cell is too long, or a quote is never closed."),
        )
        return False
    return True


def _check_slug(plan: Plan, number: int, column: str, value: str, most: int) -> None:
    try:
        validate_slug(value)
    except ValidationError:
        plan.wrong(number, column, _("Use letters, digits, - and _ only."))
    if len(value) > most:
        plan.wrong(number, column, _("This is too long."))


def _check_units(plan: Plan) -> None:
    known = set(Unit.objects.values_list("code", flat=True))
    in_file = [row["code"] for row in plan.rows]
    others: dict[str, set[str]] = {
        "branch": set(ServiceBranch.objects.values_list("code", flat=True)),
        "location": set(Location.objects.values_list("code", flat=True)) | {""},
        "region": set(Region.objects.values_list("code", flat=True)) | {""},
        "parent": known | set(in_file) | {""},
    }
    seen: set[str] = set()
    for number, row in enumerate(plan.rows, start=2):
        _check_slug(plan, number, "code", row["code"], 60)
        if row["code"] in seen:
            plan.wrong(number, "code", _("This code is in the file twice."))
        seen.add(row["code"])
        if not row["name"] or len(row["name"]) > 160:
            plan.wrong(number, "name", _("Give a name of at most 160 characters."))
        for column, codes in others.items():
            if row[column] not in codes:
                plan.wrong(number, column, _("There is no %(code)s.") % {"code": row[column] or "''"})
    parents: dict[str, str | None] = {
        **dict(Unit.objects.values_list("code", "parent__code")),
        **{row["code"]: row["parent"] for row in plan.rows},
    }
    for number, row in enumerate(plan.rows, start=2):
        if _goes_round(row["code"], parents):
            plan.wrong(number, "parent", _("This unit would be part of itself."))
    plan.new = len(seen - known)
    plan.changed = len(seen & known)


def _goes_round(code: str, parents: dict[str, str | None]) -> bool:
    seen, at = {code}, parents.get(code)
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def day_of(plan: Plan, number: int, column: str, value: str, *, required: bool) -> dt.date | None:
    """The day in a cell; what is wrong with it goes into the plan."""
    if not value and not required:
        return None
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        plan.wrong(number, column, _("Write the date as 2026-03-10."))
        return None
    if not EARLIEST <= day < LATEST:
        years = {"first": EARLIEST.year, "last": LATEST.year - 1}
        plan.wrong(number, column, _("Look at the year again: from %(first)d until and including %(last)d.") % years)
        return None
    return day


def _check_memberships(plan: Plan) -> None:
    teams = set(Team.objects.values_list("code", flat=True))
    known = set(User.objects.values_list("email", flat=True))
    for number, row in enumerate(plan.rows, start=2):
        row["email"] = row["email"].lower()
        try:
            validate_email(row["email"])
        except ValidationError:
            plan.wrong(number, "email", _("This is not an e-mail address."))
        if not row["name"] or len(row["name"]) > 120:
            plan.wrong(number, "name", _("Give a name of at most 120 characters."))
        if row["team"] not in teams:
            plan.wrong(number, "team", _("There is no %(code)s.") % {"code": row["team"] or "''"})
        if row["role"] not in Role.values:
            plan.wrong(number, "role", _("Choose one of: %(codes)s.") % {"codes": ", ".join(Role.values)})
        starts = day_of(plan, number, "starts_on", row["starts_on"], required=True)
        ends = day_of(plan, number, "ends_on", row["ends_on"], required=False)
        if starts and ends and ends < starts:
            plan.wrong(number, "ends_on", _("The end is before the start."))
    emails = {row["email"] for row in plan.rows}
    plan.new, plan.changed = len(emails - known), len(emails & known)


def _check_rights(plan: Plan, by: Actor) -> None:
    roles = {code for code, _label in roles_for(by)}
    teams = set(teams_of(by).values_list("code", flat=True))
    own = by.user.email if by.user else ""
    for number, row in enumerate(plan.rows, start=2):
        if row["role"] in Role.values and row["role"] not in roles:
            plan.wrong(number, "role", _("Only an administrator gives or takes this role."))
        if row["team"] and row["team"] not in teams and not any(error[:2] == (number, "team") for error in plan.errors):
            plan.wrong(number, "team", _("You do not handle the people of this team."))
        if row["email"] == own:
            plan.wrong(number, "email", _("You cannot change your own role. Ask a colleague who may."))


CHECKS: dict[str, Callable[[Plan], None]] = {"units": _check_units, "memberships": _check_memberships}


def apply(plan: Plan, *, by: Actor, at: dt.datetime) -> int:
    """Write a plan without errors, in one transaction; returns the number of rows. Raises ValueError with errors."""
    if plan.errors:
        raise ValueError("the plan has errors")
    with transaction.atomic():
        (_apply_units if plan.kind == "units" else _apply_memberships)(plan)
        audit.record(f"organisation.imported:{plan.kind}", by=by, at=at, part=f"{len(plan.rows)} rows")
    return len(plan.rows)


def _apply_units(plan: Plan) -> None:
    branches = {row.code: row for row in ServiceBranch.objects.all()}
    locations = {row.code: row for row in Location.objects.all()}
    regions = {row.code: row for row in Region.objects.all()}
    units = {
        row["code"]: Unit.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "branch": branches[row["branch"]],
                "location": locations.get(row["location"]),
                "region": regions.get(row["region"]),
            },
        )[0]
        for row in plan.rows
    }
    parents = {unit.code: unit for unit in Unit.objects.filter(code__in=[row["parent"] for row in plan.rows])}
    for row in plan.rows:
        unit = units[row["code"]]
        unit.parent = parents.get(row["parent"])
        unit.save(update_fields=["parent"])


def _apply_memberships(plan: Plan) -> None:
    teams = {row.code: row for row in Team.objects.all()}
    for row in plan.rows:
        user = User.objects.filter(email=row["email"]).first() or User.objects.create_user(
            row["email"], name=row["name"]
        )
        if user.name != row["name"]:
            user.name = row["name"]
            user.save(update_fields=["name"])
        Membership.objects.update_or_create(
            user=user,
            team=teams[row["team"]],
            role=row["role"],
            starts_on=dt.date.fromisoformat(row["starts_on"]),
            defaults={"ends_on": dt.date.fromisoformat(row["ends_on"]) if row["ends_on"] else None},
        )
