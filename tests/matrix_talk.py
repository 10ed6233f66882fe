"""The talk of the permission matrix: Tom of the accepted case and Lisa, led by Karin, with Bram as Tom's worker."""

import datetime as dt

from accounts.actors import Actor
from cases import debriefing, mediation, mediation_door, mediation_talks
from cases.enums.mediation import Side, TalkWith
from cases.mediation import OtherOne
from cases.models import Mediation, MediationTalk
from tests.matrix_words import DAY, HOUR, Matrix, canary
from tests.world import MOMENT

STAGE = "accepted"


def talk_with_lisa(matrix: Matrix) -> None:
    """Both said yes, a meeting with each, a note about each, and a text."""
    at, karin = MOMENT - 2 * HOUR, matrix.by("karin")
    other = OtherOne(
        canary("othername", STAGE), "manager", f"{canary('othermail', STAGE)}@werk.example", canary("otherphone", STAGE)
    )
    talk = mediation.begin(
        matrix.cases[STAGE], other=other, called=canary("calledintalk", STAGE), subject=canary("talksubject", STAGE),
        leader=matrix.made.users["karin"], wanted=True, by=matrix.by("bram"), at=at,
    )  # fmt: skip
    code, lisa = mediation_door.new_code(talk, by=karin, at=at), matrix.by("lisa")
    assert mediation_door.try_code(mediation.sides(talk)[Side.OTHER], code, by=lisa, at=at).right
    for party in mediation.sides(talk).values():
        mediation.agree(party, by=karin, at=at, told=True)
    for who in TalkWith:
        _meeting(talk, who, at, karin)
        mediation_talks.write_note(talk, canary(f"talknote{who}", STAGE), about=who, by=karin, at=at)
    mediation_talks.write_agreement(talk, canary("talktext", STAGE), version=0, by=karin, at=at)


def talk_with_group(matrix: Matrix) -> None:
    """A team that talked about an accident, in the same case before."""
    then, bram = MOMENT - 3 * HOUR, matrix.by("bram")
    talk = debriefing.plan(
        matrix.cases[STAGE], starts_at=then + HOUR / 2, minutes=60, place=canary("groupplace", STAGE),
        incident=canary("groupincident", STAGE), second=matrix.made.users["ilse"], by=bram, at=then,
    )  # fmt: skip
    debriefing.hold(
        talk, present=12, want_own_talk=2, report=canary("groupreport", STAGE), by=bram, at=MOMENT - 2 * HOUR,
        look_again_on=MOMENT.date() + 30 * DAY,
    )  # fmt: skip


def _meeting(talk: Mediation, who: TalkWith, at: dt.datetime, karin: Actor) -> MediationTalk:
    return mediation_talks.plan(
        talk, with_whom=who, starts_at=MOMENT + 3 * DAY, minutes=60, way="phone", by=karin, at=at,
        place=canary(f"talkplace{who}", STAGE), reason="Afgesproken.",
    )  # fmt: skip
