"""Entries of outside help for tests."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import Region
from referrals.directory import keeping
from referrals.directory.models import Need, Phone, Schedule, Service
from tests.factories.cast import Cast

WORKING_DAYS = "MO,TU,WE,TH,FR"


def make_entry(
    cast: Cast, name: str, *, by: str = "bram", provider: str = "Geldloket", needs: Sequence[str] = ("debts",),
    regions: Sequence[str] = ("west",), languages: Sequence[str] = ("nl",), **fields: Any,
) -> Service:  # fmt: skip
    """A shown entry, kept by this member of the cast."""
    return keeping.keep(
        Service(**{"name_nl": name, "state": "shown"} | fields), provider=provider,
        needs=Need.objects.filter(code__in=needs), regions=Region.objects.filter(code__in=regions),
        languages=languages, seen="", by=cast.actor(by), at=cast.at,
    )  # fmt: skip


def give_phone(cast: Cast, service: Service, number: str = "088 000 01 00", **fields: Any) -> Phone:
    row = Phone(number=number, **fields)
    keeping.keep_part(service, row, by=cast.actor("els"), at=cast.at)
    return row


def give_hours(cast: Cast, service: Service, opens: int, closes: int, days: str = WORKING_DAYS) -> None:
    row = Schedule(days=days, opens_at=dt.time(opens), closes_at=dt.time(closes))
    keeping.keep_part(service, row, by=cast.actor("els"), at=cast.at)
