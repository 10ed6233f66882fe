"""A talk between Lisa and her commander, led by Ilse, who helps neither: half way, with a text that one signed."""

import datetime as dt
import uuid

from accounts.actors import actor_for
from cases import mediation, mediation_door, mediation_talks
from cases.enums import ContactWay, SessionState
from cases.enums.mediation import OtherIs, Side, TalkWith
from cases.mediation import OtherOne
from cases.models import Case, Mediation, MediationTalk
from desk.demo.organisation import Organisation

DAY = dt.timedelta(days=1)
NUMBER = uuid.UUID("5f4f0c0e-54be-4a55-9b38-6a9a8f9a3f10")
OTHER = OtherOne("Max Hartog", OtherIs.MANAGER, "max@thuis.example", "088 000 00 87")


def fill(made: Organisation, case: Case, at: dt.datetime) -> None:
    """By the real verbs: asked, both said yes, one meeting held and one planned."""
    bram, ilse = actor_for(made.users["bram"], at), actor_for(made.users["ilse"], at)
    begun = at - 9 * DAY
    talk = mediation.begin(
        case, other=OTHER, called="Lisa Visser", leader=made.users["ilse"], wanted=True, mediation_id=NUMBER,
        subject="Hoe we weer met elkaar kunnen werken, en wat we van elkaar mogen verwachten.", by=bram, at=begun,
    )  # fmt: skip
    code = mediation_door.new_code(talk, by=ilse, at=begun)
    two = mediation.sides(talk)
    max_ = actor_for(made.users["max"], at)
    mediation_door.try_code(two[Side.OTHER], code, by=max_, at=begun + DAY)
    mediation.agree(two[Side.OTHER], by=max_, at=begun + DAY)
    mediation.agree(two[Side.CLIENT], by=ilse, at=begun + DAY, told=True)
    held = _meet(talk, TalkWith.BOTH, at - 3 * DAY, made, at - 6 * DAY)
    mediation_talks.settle(held, SessionState.HELD, by=ilse, at=at - 2 * DAY)
    _meet(talk, TalkWith.BOTH, at + 5 * DAY, made, at - 2 * DAY)
    for about, body in (
        (TalkWith.CLIENT, "Voelt zich niet gehoord bij de indeling van de diensten. Rustig laten uitpraten."),
        (TalkWith.OTHER, "Staat zelf onder druk van boven. Wil dit graag oplossen."),
    ):
        mediation_talks.write_note(talk, body, about=about, by=ilse, at=at - 3 * DAY)
    mediation_talks.write_agreement(
        talk, "Elke maandag om 9 uur praten we tien minuten over de week. Wijzigt een dienst, dan bellen we eerst.",
        version=0, by=ilse, at=at - 2 * DAY,
    )  # fmt: skip
    mediation_talks.sign(mediation.sides(talk)[Side.OTHER], version=1, by=max_, at=at - DAY)


def _meet(talk: Mediation, who: str, when: dt.datetime, made: Organisation, at: dt.datetime) -> MediationTalk:
    start = when.replace(hour=14, minute=0, second=0, microsecond=0)
    return mediation_talks.plan(
        talk, with_whom=who, starts_at=start, minutes=60, way=ContactWay.VISIT, place="Gebouw 4, kamer 2 (bezoekers)",
        by=actor_for(made.users["ilse"], at), at=at, reason="Samen afgesproken.",
    )  # fmt: skip
