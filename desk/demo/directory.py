"""The directory of the demo: sixty entries in six regions, some of them stale and some never verified."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from accounts.actors import Actor, actor_for
from accounts.models import Helpline, Region
from cases.models import Case
from desk.demo.organisation import Organisation
from desk.demo.outside_help import NATIONAL, REGIONAL, TOWNS, Both, Kind
from referrals.directory import advising, freshness, keeping
from referrals.directory.models import (
    Contact,
    CostOption,
    Need,
    Phone,
    Place,
    Provider,
    RegisterEntry,
    RequiredDocument,
    Schedule,
    Service,
)

WEEKDAYS = "MO,TU,WE,TH,FR"
OWNERS = {"west": "bram", "noord": "karin"}
CHECKED = (5, 12, 30, 61, 88, 120, None)
"""Days ago that entries were verified, in turn: the last ones are stale, or nobody did."""


REMARK = "Overleg kan elke ochtend. Zeg erbij dat je van het loket bent."


def fill(made: Organisation, at: dt.datetime) -> None:
    """Write it all; what a region lacks here (the tests know two) is left out."""
    regions = {region.code: region for region in Region.objects.all()}
    numbers = (f"088 000 01 {number:02d}" for number in range(100))
    ago = itertools.cycle(CHECKED)
    for kind in REGIONAL:
        for place, (code, (town, postal)) in enumerate(TOWNS.items()):
            if code in regions:
                by = _keeper(made, OWNERS.get(code, "els"), at)
                service = _regional(kind, kind.names[place], regions[code], by, at, is_known=place % 2 == 0)
                _reach(service, town, postal, regions[code], next(numbers), by, at)
                _extras(service, kind, place, by, at)
                _verified(service, next(ago), by, at)
    for facts in NATIONAL:
        by = _keeper(made, "els", at)
        service = _national(facts, by, at)
        if service.helpline is None:
            _number(service, next(numbers), by, at)
        _verified(service, next(ago), by, at)
    _told(made, at)


def _told(made: Organisation, at: dt.datetime) -> None:
    """Bram told one of his clients where to go with money worries."""
    case = Case.objects.owned_by(made.users["bram"].pk).open().order_by("sent_at").first()
    help_with_debts = Service.objects.filter(areas__region__code="west", needs__code="debts").first()
    if case and help_with_debts:
        advising.tell(case, help_with_debts, by=actor_for(made.users["bram"], at), at=at - dt.timedelta(hours=2))


def _keeper(made: Organisation, name: str, at: dt.datetime) -> Actor:
    return actor_for(made.users[name], at)


def _kept(service: Service, needs: tuple[str, ...], facts: dict[str, Any], by: Actor, at: dt.datetime) -> Service:
    rows = list(Need.objects.filter(code__in=needs))
    return keeping.keep(service, needs=rows, seen="", by=by, at=at, **facts)


def _texts(**texts: Both) -> dict[str, str]:
    return {f"{name}_{code}": getattr(text, code) for name, text in texts.items() for code in ("nl", "en")}


def _address(name: str) -> str:
    return "".join(letter for letter in name.lower().replace(" ", "-") if letter.isalnum() or letter == "-")


def _regional(
    kind: Kind, provider: str, region: Region, by: Actor, at: dt.datetime, *, is_known: bool
) -> Service:  # fmt: skip
    site = f"https://example.org/{_address(provider)}"
    service = Service(
        kind=kind.kind, state="shown", is_free=kind.is_free, for_family=kind.family, url=site,
        email=f"{_address(provider)}@example.org",
        for_professionals=REMARK if is_known else "",
        **_texts(name=kind.name, about=kind.about, for_whom=kind.for_whom, how=kind.how, wait=kind.wait),
        **_texts(fees=kind.fees),
    )  # fmt: skip
    facts = {"provider": provider, "regions": [region], "languages": kind.languages}
    service = _kept(service, kind.needs, facts, by, at)
    Provider.objects.filter(services=service, website="").update(website=site)
    return service


def _reach(
    service: Service, town: str, postal: str, region: Region, number: str, by: Actor, at: dt.datetime
) -> None:  # fmt: skip
    _number(service, number, by, at)
    place = Place(street="Dorpsplein 1", postal_code=postal, town=town, region=region)
    place.accessibility = "Begane grond, drempelvrij."
    keeping.keep_part(service, place, by=by, at=at)


def _number(service: Service, number: str, by: Actor, at: dt.datetime) -> None:
    keeping.keep_part(service, Phone(number=number), by=by, at=at)
    hours = Schedule(days=WEEKDAYS, opens_at=dt.time(9), closes_at=dt.time(17))
    keeping.keep_part(service, hours, by=by, at=at)


def _extras(service: Service, kind: Kind, place: int, by: Actor, at: dt.datetime) -> None:
    """Costs, papers, a register for coaches, and at some a line for colleagues only."""
    if kind.cost:
        nl, en, amount = kind.cost
        keeping.keep_part(service, CostOption(option_nl=nl, option_en=en, amount=amount), by=by, at=at)
    for paper in kind.papers:
        keeping.keep_part(service, RequiredDocument(name_nl=paper.nl, name_en=paper.en), by=by, at=at)
    if kind.register:
        checked = at.date() - dt.timedelta(days=40 + 90 * place)
        row = RegisterEntry(register=kind.register, number=f"F-{1000 + place}", checked_on=checked)
        keeping.keep_part(service, row, by=by, at=at)
    if place % 2 == 0:
        desk = Contact(name="Aanmeldpunt voor verwijzers", department="Intake", email="intake@example.org")
        keeping.keep_part(service, desk, by=by, at=at)


def _national(facts: dict[str, Any], by: Actor, at: dt.datetime) -> Service:
    more = {name: facts[name] for name in ("for_whom", "amount", "wait") if name in facts}
    first, last = facts.get("ages", (None, None))
    service = Service(
        kind=facts.get("kind", "help"), state=facts.get("state", "shown"), everywhere=True,
        is_free=facts.get("is_free", True), for_family=facts.get("family", facts.get("kind") == "helpline"),
        helpline=Helpline.objects.filter(code=facts.get("helpline", "")).first(), minimum_age=first, maximum_age=last,
        **_texts(name=facts["name"], about=facts["about"], how=facts["how"], **more),
    )  # fmt: skip
    if service.helpline is None:
        service.url = f"https://example.org/{_address(facts['provider'])}"
    languages: Iterator[str] | tuple[str, ...] = facts.get("languages", ("nl",))
    return _kept(
        service, facts["needs"], {"provider": facts["provider"], "regions": [], "languages": tuple(languages)}, by, at
    )


def _verified(service: Service, ago: int | None, by: Actor, at: dt.datetime) -> None:
    if ago is not None:
        freshness.verify(service, by=by, at=at - dt.timedelta(days=ago))
