"""A talk that somebody neutral leads: who asks for it, who leads it, and the two who talk."""

import datetime as dt
from typing import Any

from cases import debriefing, mediation_door
from cases import mediation as talks
from cases.enums.mediation import Side
from cases.models import GroupTalk
from tests.pages import DESK, SIGNED_IN, WORKERS, Page, Send, State, register
from tests.world import LONG_NAME, LONG_WORD, World

BEGIN = {
    "name": LONG_NAME, "relation": "manager", "email": "geen adres", "phone": "", "called": LONG_WORD, "subject": "",
    "leader": "", "submission": "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c21",
}  # fmt: skip


def _talk(world: World, key: str = "mediation") -> Any:
    found = talks.of_case(world.case(key))
    assert found is not None
    return found


def _at(tail: str = "") -> Any:
    return lambda world: f"/samen/{_talk(world).pk}/{tail}"


def _link(world: World) -> str:
    return f"/gesprek/{mediation_door.link_of(talks.sides(_talk(world, 'accepted'))[Side.OTHER])}/"


def _group(world: World) -> str:
    return world.url("case_group_talk", "accepted", debriefing.of_case(world.case("accepted"))[-1].pk)


def _without_second(world: World) -> str:
    """One is planned, and who would lead it too left."""
    case, at = world.case("accepted"), world.at
    talk = GroupTalk.objects.filter(case=case, second=None).first()
    if talk is None:
        talk = GroupTalk(case=case, led_by=world.user("bram"), starts_at=at + dt.timedelta(days=3))
        talk.place = talk.incident = LONG_WORD
        talk.save(force_insert=True)
    return world.url("case_group_talk", "accepted", talk.pk)


def _of_case(world: World) -> str:
    return world.url("case_mediation", "active")


register(
    Page(
        "case_mediation",
        _of_case,
        roles=("bram",),
        states={
            "running": lambda world: world.url("case_mediation", "mediation"),
            "error": lambda world: Send(_of_case(world), BEGIN),
        },
    ),
    Page(
        "mediations",
        "/samen/",
        roles=("ilse", *DESK, *(name for name in WORKERS if name != "ilse")),
        states={
            "empty": State("/samen/", role="bram"),
        },
    ),
    Page(
        "mediation",
        _at(),
        roles=("ilse",),
        states={
            "code": lambda world: Send(f"/samen/{_talk(world, 'accepted').pk}/", {"do": "code"}),
            "asked": lambda world: f"/samen/{_talk(world, 'accepted').pk}/",
        },
    ),
    Page(
        "mediation_meet",
        _at("afspraak/"),
        roles=("ilse",),
        states={
            "error": lambda world: Send(f"/samen/{_talk(world).pk}/afspraak/", {"day": "gisteren"}),
        },
    ),
    Page(
        "mediation_note",
        _at("notitie/"),
        roles=("ilse",),
        states={
            "error": lambda world: Send(f"/samen/{_talk(world).pk}/notitie/"),
        },
    ),
    Page(
        "mediation_agreement",
        _at("tekst/"),
        roles=("ilse",),
        states={
            "error": lambda world: Send(f"/samen/{_talk(world).pk}/tekst/", {"text": "", "version": "1"}),
            "changed": lambda world: Send(f"/samen/{_talk(world).pk}/tekst/", {"text": LONG_WORD, "version": "0"}),
        },
    ),
    Page(
        "mediation_end",
        _at("einde/"),
        roles=("ilse",),
        states={
            "error": lambda world: Send(f"/samen/{_talk(world).pk}/einde/", {"ending": "signed"}),
        },
    ),
    Page("my_mediation", lambda world: world.url("my_mediation", "mediation"), roles=("lisa",)),
    Page(
        "follow_mediation",
        "/volgen/aanvraag/samen/",
        roles=("follower:accepted", "follower:mediation", "follower:active", "follower:consent", "follower:long"),
        states={
            "signing": State("/volgen/aanvraag/samen/", role="follower:mediation"),
        },
    ),
    Page("mediation_seat", lambda world: f"/mijn/samen/{_talk(world).pk}/", roles=("max",)),
    Page(
        "mediation_link",
        _link,
        roles=("max", *(name for name in SIGNED_IN if name != "max")),
        states={"error": lambda world: Send(_link(world), {"code": "1234 5678"})},
    ),
    Page(
        "case_debriefing",
        lambda world: world.url("case_debriefing", "accepted"),
        roles=("bram",),
        states={
            "empty": lambda world: world.url("case_debriefing", "active"),
            "error": lambda world: Send(
                world.url("case_debriefing", "accepted"), {"day": "gisteren", "minutes": "veel"}
            ),
        },
    ),
    Page(
        "case_group_talk",
        _group,
        roles=("bram",),
        states={
            "error": lambda world: Send(_group(world), {"present": "3", "want_own_talk": "4"}),
            "no_second": _without_second,
            "no_second_error": lambda world: Send(_without_second(world), {"do": "second", "second": ""}),
        },
    ),
)
