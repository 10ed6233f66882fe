"""Handing a case over, asking for advice, and reading along."""

from typing import Any

from accounts.actors import actor_for
from cases import actions
from referrals import actions as hand_over
from referrals import addressees, overriding
from referrals.models import Travelling
from tests.pages import WORKERS, Page, Send, State, register
from tests.world import World

SENT = {"submission": "00000000-0000-4000-8000-000000000001"}
LONG = "Een lang verhaal over wat er speelt, zonder namen. " * 30


def _waits(world: World, key: str, kind: str) -> Any:
    return world.case(key).referrals.get(kind=kind)


def _reading(world: World) -> str:
    return f"/meelezen/{_waits(world, 'coached', 'consultation').pk}/"


def _spoken(world: World) -> str:
    return world.url("case_way_spoken", "mediation", _waits(world, "mediation", "consultation").pk)


def _override(world: World) -> str:
    return world.url("case_override", "consent", _waits(world, "consent", "referral").pk)


def _overrides(world: World) -> str:
    """Els could not wait for an answer."""
    case, els = world.case("more1"), actor_for(world.user("els"), world.at)
    if not case.referrals.exists():
        case = actions.take(case, by=els, at=world.at)
        to = addressees.everyone(case, world.at)[0]
        row = hand_over.propose(case, to, destination="REGIONAL_DIRECT", summary=LONG[:200], by=els, at=world.at)
        untold = "Haar partner leest mee op haar telefoon."
        overriding.override(row, reason=LONG[:800], untold=untold, by=els, at=world.at)
    return "/doorgegeven/zonder-ja/"


def _long_reading(world: World) -> str:
    """Much was chosen, and the question is long."""
    row = _waits(world, "coached", "consultation")
    row.reason, row.share_contact = LONG[:1000], True
    row.save(update_fields=["reason", "share_contact"])
    item = Travelling.objects.select_related("referral__case__data_key").get(referral=row)
    item.words = LONG
    item.save()
    return _reading(world)


register(
    Page(
        "case_ways",
        lambda world: world.url("case_ways", "coached"),
        roles=("bram",),
        states={
            "empty": lambda world: world.url("case_ways", "active"),
            "asked": lambda world: world.url("case_ways", "accepted"),
            "desk": State(lambda world: world.url("case_ways", "taken"), role="joost"),
        },
    ),
    Page(
        "case_transfer",
        lambda world: world.url("case_transfer", "active"),
        roles=("bram",),
        states={"error": lambda world: Send(world.url("case_transfer", "active"), {**SENT, "consent": "phone"})},
    ),
    Page(
        "case_consult",
        lambda world: world.url("case_consult", "active"),
        roles=("bram",),
        states={
            "error": lambda world: Send(world.url("case_consult", "active"), SENT | {"until": "ooit", "reason": LONG}),
            "again": lambda world: (
                f"{world.url('case_consult', 'coached')}?again={_waits(world, 'coached', 'consultation').pk}"
            ),
        },
    ),
    Page(
        "case_ask", "/overnemen/vragen/", roles=("ilse", *(name for name in WORKERS if name != "ilse")),
        states={"error": lambda _world: Send("/overnemen/vragen/", {"reason": LONG})},
    ),
    Page("case_override", _override, roles=("els",), states={"error": lambda world: Send(_override(world))}),
    Page("overrides", _overrides, roles=("vera",), states={"empty": "/doorgegeven/zonder-ja/"}),
    Page("case_way_spoken", _spoken, roles=("bram",), states={"error": lambda world: Send(_spoken(world))}),
    Page(
        "readings", "/meelezen/", roles=("ruben", *(name for name in WORKERS if name != "ruben")),
        states={"empty": State("/meelezen/", role="ilse")},
    ),
    Page(
        "reading", _reading, roles=("ruben",),
        states={"error": lambda world: Send(_reading(world), SENT), "long": _long_reading},
    ),
)  # fmt: skip
