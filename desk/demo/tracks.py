"""A case in which coaching followed short-term help, with what the employer hears of it."""

import datetime as dt

from accounts import registrations
from accounts.actors import actor_for, follower
from cases import appointments, outlines, tracks
from cases.enums import ContactWay, SessionState
from cases.enums.tracks import CoachingFocus, OutlineMoment, Recipient, TrackKind
from desk.demo.organisation import Organisation
from desk.demo.stories import OPEN, Story
from referrals import actions as referrals
from referrals.models import Referral

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SENT = 140  # days ago
STORY = Story(
    "coached", 24 * SENT, "Ik ben opgebrand. Ik slaap slecht en maak fouten. Ik weet niet of dit werk nog past.",
    ("work.stress_burnout", "work.career_fit"), ("Stress of opgebrand zijn",), "90bat-b",
    contact={**OPEN, "name": "Iris", "email": "iris@thuis.example"},
)  # fmt: skip
SUMMARY = "Iris is opgebrand en twijfelt of haar werk nog past. Ze wil rust, en daarna kijken wat ze wil."


def fill(made: Organisation, offer: Referral, at: dt.datetime) -> None:
    """Three conversations, then five with Bram as a coach; the employer heard of the start, the end waits for Iris."""
    bram, els, iris = actor_for(made.users["bram"], at), actor_for(made.users["els"], at), follower(offer.case_id)
    referrals.accept(offer, read=True, by=bram, at=at - (SENT - 4) * DAY)
    case, today = offer.case, at.date()
    for name, register, as_coach, days in (("bram", "NOBCO", True, 150), ("ilse", "Registerplein", False, 400)):
        registrations.keep(
            made.users[name], register=register, number=f"{days}-{name}".upper(), as_coach=as_coach, expires_on=None,
            checked_on=today - days * DAY, by=els, at=at - days * DAY,
        )  # fmt: skip
    held = {130: 50, 121: 50, 112: 45}
    coached = {96: 60, 78: 60, 59: 60, 40: 60, 22: 60}
    for days, minutes in (held | coached).items():
        if days == max(coached):
            tracks.start(
                case, TrackKind.COACHING, focus=CoachingFocus.CAREER, by=bram, at=at - 110 * DAY,
                reason="De klachten zijn minder. Nu gaat het om wat zij met haar werk wil.",
            )  # fmt: skip
            text = "Iris heeft vijf tot negen gesprekken met een coach, over haar loopbaan. Het begint deze maand."
            row = outlines.write(case, OutlineMoment.START, text, by=bram, at=at - 109 * DAY)
            outlines.answer(row, yes=True, by=iris, at=at - 108 * DAY)
            outlines.pass_on(row, Recipient.MANAGER, by=bram, at=at - 107 * DAY)
        start = (at - days * DAY).replace(hour=10, minute=0, second=0, microsecond=0)
        session = appointments.plan_session(
            case, starts_at=start, way=ContactWay.VISIT, place="Kamp Duinzicht, gebouw 12", by=bram,
            at=start - 5 * DAY if days != max(coached) else start - DAY, reason="In overleg.",
        )  # fmt: skip
        appointments.record_session(session, SessionState.HELD, minutes=minutes, by=bram, at=start + HOUR)
    text = "Iris heeft de gesprekken met de coach bijna afgerond. Zij vertelt zelf wat ze wil gaan doen."
    outlines.write(case, OutlineMoment.END, text, by=bram, at=at - DAY)
    appointments.plan_session(
        case, starts_at=(at + 5 * DAY).replace(hour=13, minute=30, second=0, microsecond=0), way=ContactWay.VISIT,
        place="Kamp Duinzicht, gebouw 12", by=bram, at=at - DAY, reason="In overleg.",
    )  # fmt: skip
