"""Which column of HSDS is which field of the directory, and how a value is read and written.

Reading never fails: what has no place in a field is left empty there, and kept as it was in ``extra``. What HSDS has no
column for has a name of ours, ``nabij_…``: other readers leave it alone, as the specification asks.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from referrals.directory.enums import Day, PhoneKind, PlaceKind, ServiceKind, ServiceState
from referrals.directory.models import (
    Contact,
    CostOption,
    Phone,
    Place,
    Provider,
    RegisterEntry,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtPlace,
    ServiceLanguage,
    WebAddress,
)
from referrals.hsds.tables import plain

Read = Callable[[Any], Any]
OWN = "nabij_"
LONG = 20_000
STATES = {
    ServiceState.SHOWN: "active", ServiceState.DRAFT: "inactive", ServiceState.PAUSED: "temporarily closed",
    ServiceState.ARCHIVED: "defunct",
}  # fmt: skip
PLACES = {kind: kind.value for kind in PlaceKind}
PHONES = {PhoneKind.VOICE: "voice", PhoneKind.TEXT: "text", PhoneKind.FAX: "fax"}
_web = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Column:
    """``read`` gives what the field can hold of a value, ``write`` what is written of the field. ``field`` may name
    several, which are then a tuple."""

    key: str
    field: str
    read: Read
    write: Read = plain
    required: bool = False


@dataclass(frozen=True)
class To:
    """A column that names a row of another table."""

    key: str
    field: str
    table: str
    required: bool = False


@dataclass(frozen=True)
class Mapped:
    """A table of HSDS that has a model here. ``needs`` is a column without which a row is nothing to us."""

    model: Any
    columns: tuple[Column, ...]
    to: tuple[To, ...] = ()
    needs: str = ""


def text(most: int) -> Read:
    """Words, shortened where the field is: all of it stays in ``extra``."""

    def read(value: Any) -> str:
        words = plain(value) if not isinstance(value, (dict, list)) else ""
        return words if len(words) <= most else words[: most - 1] + "…"

    return read


def checked(check: Callable[[str], None], most: int) -> Read:
    """Words that pass this check, or none."""

    def read(value: Any) -> str:
        words = plain(value)
        try:
            check(words)
        except (ValidationError, ValueError):
            return ""
        return words if len(words) <= most else ""

    return read


def one_of(names: dict[Any, str], otherwise: Any) -> tuple[Read, Read]:
    back = {name: value for value, name in names.items()}
    return (lambda value: back.get(plain(value).lower(), otherwise)), (lambda value: names[value])


def yes(otherwise: bool) -> tuple[Read, Read]:
    words = {"true": True, "false": False}
    return (lambda value: words.get(plain(value).lower(), otherwise)), (
        lambda value: None if value is otherwise else value
    )


def whole(most: int) -> Read:
    def read(value: Any) -> int | None:
        digits = plain(value)
        fits = digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) <= most
        return int(digits) if fits else None

    return read


def number(value: Any) -> float | None:
    try:
        found = float(plain(value))
    except ValueError:
        return None
    return found if abs(found) < 1000 else None


def money(value: Any) -> Decimal | None:
    try:
        amount = Decimal(plain(value))
        return amount if 0 <= amount < 10**8 and amount == round(amount, 2) else None
    except InvalidOperation:
        return None


def as_is(value: Any) -> Any:
    return value


def day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(plain(value))
    except ValueError:
        return None


def hour(value: Any) -> dt.time | None:
    try:
        found = dt.time.fromisoformat(plain(value))
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def days(value: Any) -> str:
    """Days of every week, each once; something like "the second Monday" is none."""
    parts = dict.fromkeys(plain(value).upper().replace(" ", "").split(","))
    return ",".join(parts) if parts.keys() <= set(Day.values) else ""


def as_number(value: Any) -> Any:
    """As JSON has numbers."""
    return value if value is None or value != int(value) else int(value)


def exactly(value: Decimal | None) -> Any:
    return None if value is None else as_number(float(value))


ADDRESS = {
    "address_1": 200, "postal_code": 20, "city": 120, "state_province": 120, "country": 2,
}  # fmt: skip


def first_address(value: Any) -> tuple[str, ...]:
    """Of the list that a location has: an address to go to, or else the first."""
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    found = next((one for one in rows if one.get("address_type") == "physical"), rows[0] if rows else {})
    return tuple(text(most)(found.get(key)) for key, most in ADDRESS.items())


def as_addresses(value: tuple[str, ...]) -> Any:
    row = {key: words for key, words in zip(ADDRESS, value, strict=True) if words}
    return [row | {"address_type": "physical"}] if set(row) - {"country"} else []


def first_described(value: Any) -> str:
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return text(LONG)(rows[0].get("description")) if rows else ""


def as_described(value: str) -> Any:
    return [{"description": value}] if value else []


def both(key: str, field: str, most: int, *, required: bool = False) -> tuple[Column, Column]:
    """A text in Dutch, and beside it in English."""
    return (
        Column(key, f"{field}_nl", text(most), required=required),
        Column(f"{OWN}{key.removeprefix(OWN)}_en", f"{field}_en", text(most)),
    )


MAIL, WEB = checked(validate_email, 254), checked(_web, 500)
REACHED = (
    To("organization_id", "provider_id", "organization"), To("service_id", "service_id", "service"),
    To("location_id", "place_id", "location"), To("service_at_location_id", "at_place_id", "service_at_location"),
)  # fmt: skip
OF_SERVICE = (To("service_id", "service_id", "service", required=True),)
MAPPED: dict[str, Mapped] = {
    "organization": Mapped(
        Provider, (
            Column("name", "name", text(200), required=True), Column("alternate_name", "alternate_name", text(200)),
            *both("description", "about", LONG), Column("email", "email", MAIL), Column("website", "website", WEB),
        ),
    ),
    "organization_identifier": Mapped(
        RegisterEntry, (
            Column("identifier_type", "register", text(120)), Column("identifier_scheme", "scheme", text(200)),
            Column("identifier", "number", text(120), required=True),
            Column(f"{OWN}checked_on", "checked_on", day), Column(f"{OWN}expires_on", "expires_on", day),
        ), (To("organization_id", "provider_id", "organization", required=True),),
    ),
    "service": Mapped(
        Service, (
            *both("name", "name", 200, required=True), Column("alternate_name", "alternate_name", text(200)),
            *both("description", "about", LONG), Column("url", "url", WEB), Column("email", "email", MAIL),
            Column("status", "state", *one_of(STATES, ServiceState.DRAFT)),
            Column("interpretation_services", "interpreters", text(200)), *both("application_process", "how", LONG),
            *both("fees_description", "fees", LONG), *both("wait_time", "wait", 200),
            *both("eligibility_description", "for_whom", LONG),
            Column("minimum_age", "minimum_age", whole(150), as_is),
            Column("maximum_age", "maximum_age", whole(150), as_is),
            Column("assured_date", "verified_on", day), *both(f"{OWN}amount", "amount", LONG),
            Column(f"{OWN}kind", "kind", *one_of({kind: kind.value for kind in ServiceKind}, ServiceKind.HELP)),
            Column(f"{OWN}for_family", "for_family", *yes(False)), Column(f"{OWN}is_free", "is_free", *yes(False)),
            Column(f"{OWN}everywhere", "everywhere", *yes(False)),
            Column(f"{OWN}for_professionals", "for_professionals", text(LONG)),
        ), (To("organization_id", "provider_id", "organization"),),
    ),
    "location": Mapped(
        Place, (
            Column("location_type", "kind", *one_of(PLACES, PlaceKind.PHYSICAL)), Column("name", "name", text(200)),
            *both("description", "about", LONG), Column("transportation", "transport", text(LONG)),
            Column("url", "url", WEB), Column("latitude", "latitude", number, as_number),
            Column("longitude", "longitude", number, as_number),
            Column("address", "street postal_code town province country", first_address, as_addresses),
            Column("accessibility", "accessibility", first_described, as_described),
        ), (To("organization_id", "provider_id", "organization"), To(f"{OWN}region", "region_id", "region")),
    ),
    "service_at_location": Mapped(
        ServiceAtPlace, (Column("description", "about", text(LONG)),),
        (*OF_SERVICE, To("location_id", "place_id", "location", required=True)),
    ),
    "contact": Mapped(
        Contact, (
            Column("name", "name", text(200)), Column("title", "title", text(200)),
            Column("department", "department", text(200)), Column("email", "email", MAIL),
            Column(f"{OWN}for_staff", "for_staff", *yes(True)),
        ), REACHED,
    ),
    "phone": Mapped(
        Phone, (
            Column("number", "number", text(60), required=True), Column("extension", "extension", text(20)),
            Column("type", "kind", *one_of(PHONES, PhoneKind.VOICE)), *both("description", "about", 200),
            Column(f"{OWN}for_staff", "for_staff", *yes(False)),
        ), (*REACHED, To("contact_id", "contact_id", "contact")),
    ),
    "schedule": Mapped(
        Schedule, (
            Column("byday", "days", days), Column("opens_at", "opens_at", hour), Column("closes_at", "closes_at", hour),
            *both("description", "about", 300), Column("valid_from", "valid_from", day),
            Column("valid_to", "valid_to", day),
        ), REACHED,
    ),
    "service_area": Mapped(
        ServiceArea, (Column("name", "name", text(200)),), (*OF_SERVICE, To(f"{OWN}region", "region_id", "region")),
    ),
    "language": Mapped(
        ServiceLanguage, (Column("code", "code", text(16)), Column("name", "name", text(120))), OF_SERVICE,
        needs="service_id",
    ),
    "cost_option": Mapped(
        CostOption, (
            *both("option", "option", 200), Column("amount", "amount", money, exactly),
            Column("currency", "currency", text(3)), Column("amount_description", "about", text(200)),
            Column("valid_from", "valid_from", day), Column("valid_to", "valid_to", day),
        ), OF_SERVICE,
    ),
    "required_document": Mapped(
        RequiredDocument, (*both("document", "name", 200), Column("uri", "url", WEB)), OF_SERVICE,
    ),
    "url": Mapped(
        WebAddress, (Column("label", "label", text(200)), Column("url", "url", WEB)),
        (To("organization_id", "provider_id", "organization"), To("service_id", "service_id", "service")),
        needs="url",
    ),
}  # fmt: skip
"""In the order in which one can refer to another. A row of another table, or without what a table needs, is kept whole.
"""
