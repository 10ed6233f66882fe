"""Advice that is asked and given, and a case that waits to be taken over."""

import datetime as dt
from typing import Any

from accounts.actors import actor_for
from cases import notes
from cases.enums import NoteKind
from cases.models import Case
from desk.demo.organisation import Organisation
from referrals import actions as referrals
from referrals import asking, consulting
from referrals.addressees import everyone
from referrals.enums import Destination, HandOver, ReferralState
from referrals.models import Referral

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SLEEP = "Iris slaapt nog steeds slecht, ook nu het op het werk beter gaat. Ze vraagt zich af of er meer speelt."
ADVICE = (
    "Let op het patroon in het weekend. Vraag of de huisarts al heeft meegekeken, en plan rust voor de avonddienst."
)


def fill(made: Organisation, cases: dict[str, Any], at: dt.datetime) -> None:
    """Ruben reads along with Iris and gave advice; Ilse is asked to take her over, and asks for another case
    herself; Lisa is asked for her yes."""
    bram, ruben = actor_for(made.users["bram"], at), actor_for(made.users["ruben"], at)
    coached = cases["coached"]
    note = notes.write(coached, SLEEP, kind=NoteKind.FILE, by=bram, at=at - 2 * DAY)
    last_day = (at + 12 * DAY).replace(hour=17, minute=0, second=0, microsecond=0)
    advice = referrals.Terms(
        HandOver.CONSULTATION, "Wat mis ik? Slecht slapen past niet bij hoe goed het verder gaat.", (f"n{note.pk}",),
        share_contact=False, ends_at=last_day,
    )  # fmt: skip
    asked = _ask(made, coached, "ruben", "Iris herstelt van een burn-out, maar slaapt slecht.", advice, at - 2 * DAY)
    referrals.accept(asked, read=True, by=ruben, at=at - 1.5 * DAY)
    consulting.advise(asked, ADVICE, by=ruben, at=at - DAY)
    transfer = referrals.Terms(HandOver.TRANSFER, "Ik ga volgende maand met pensioen. Iris wil iemand dichtbij.")
    _ask(made, coached, "ilse", "Iris rondt haar coaching af en wil daarna af en toe praten.", transfer, at - 2 * HOUR)
    known = "Ik heb Daan op missie meegemaakt. Hij vroeg of ik met hem verder kon praten."
    ilse = actor_for(made.users["ilse"], at)
    asking.ask(cases["accepted"].reference, known, by=ilse, at=at - HOUR)
    why = "Hoe pak je een gesprek aan als iemand bang is voor de gevolgen?"
    terms = referrals.Terms(HandOver.CONSULTATION, why, ends_at=last_day)
    talk = "Lisa wil met haar commandant uitpraten wat er speelt, maar is bang voor de gevolgen."
    _ask(made, cases["mediation"], "karin", talk, terms, at - 3 * HOUR, by_phone=False)


def _ask(
    made: Organisation, case: Case, name: str, summary: str, terms: referrals.Terms, at: dt.datetime, *,
    by_phone: bool = True,
) -> Referral:  # fmt: skip
    to = next(one for one in everyone(case, at) if one.user == made.users[name])
    asked = referrals.propose(
        case, to, destination=Destination.REGIONAL_DIRECT, summary=summary, by=actor_for(made.users["bram"], at), at=at,
        by_phone=by_phone, terms=terms,
    )  # fmt: skip
    if asked.state == ReferralState.AWAITING_COORDINATOR:  # it was handed over before
        return referrals.agree(asked, by=actor_for(made.users["els"], at), at=at)
    return asked
