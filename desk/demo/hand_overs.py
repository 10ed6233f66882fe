"""Hand-overs on their way: one with a talk of three that was planned, one that still has to be planned, one before the
coordinator, one that came back; and what both sides say of it."""

import datetime as dt
from collections.abc import Callable, Mapping

from accounts.actors import actor_for
from cases import handback
from cases.enums import ContactWay
from desk.demo.organisation import Organisation
from desk.demo.stories import OPEN, Story
from referrals import actions as referrals
from referrals import feedback
from referrals.enums import ReturnReason, Verdict
from referrals.models import Referral

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def _story(key: str, hours: float, name: str, words: str, topic: str, unit: str = "90bat-a") -> Story:
    contact = {**OPEN, "name": name, "email": f"{name.lower()}@thuis.example"}
    return Story(key, hours, words, (topic,), (), unit, contact=contact)


STORIES = (
    _story("warm", 52, "Joris", "Sinds de reorganisatie slaap ik slecht. Ik vertel het liever niet nog eens.",
           "work.stress_burnout"),
    _story("warm_later", 30, "Femke", "Mijn relatie is uit en ik weet niet waar ik moet beginnen.",
           "private.relationship"),
    _story("second", 24 * 9, "Wout", "Ik kan mijn werk en de zorg voor mijn moeder niet meer samen aan.",
           "private.care_health"),
    _story("came_back", 28, "Rik", "Ik maak me zorgen over geld en over mijn baan.", "private.money"),
)  # fmt: skip
SUMMARIES = {
    "warm": "Joris slaapt slecht sinds de reorganisatie. Hij wil niet alles opnieuw vertellen.",
    "warm_later": "De relatie van Femke is uit. Zij wil iemand om mee te praten die haar werk kent.",
    "second": "Wout zorgt voor zijn moeder en dat gaat niet meer samen met zijn werk.",
    "came_back": "Rik maakt zich zorgen over geld en over zijn baan.",
}

Offer = Callable[..., Referral]


def fill(made: Organisation, offer: Offer, sent: Mapping[str, dt.datetime], at: dt.datetime) -> None:
    """Bring each of STORIES to where it is; ``offer`` takes a story by key and passes it on at a moment."""
    samira, bram, ilse = (actor_for(made.users[name], at) for name in ("samira", "bram", "ilse"))
    for key, worker in (("warm", bram), ("warm_later", ilse)):
        row = offer(key, sent[key] + 2 * HOUR, SUMMARIES[key], warm=True)
        referrals.accept(row, read=True, by=worker, at=sent[key] + 4 * HOUR)
        if key == "warm":
            referrals.plan_talk(
                row.case, starts_at=(at + 2 * DAY).replace(hour=14, minute=0, second=0, microsecond=0),
                way=ContactWay.VIDEO, by=samira, at=sent[key] + 5 * HOUR, reason="In overleg.",
            )  # fmt: skip
            feedback.say(row, Verdict.RIGHT, note="Alles stond erin.", by=bram, at=sent[key] + 6 * HOUR)
    first = offer("second", sent["second"] + 2 * HOUR, SUMMARIES["second"])
    referrals.accept(first, read=True, by=bram, at=sent["second"] + 4 * HOUR)
    handback.hand_back(first.case, reason="Wout wil liever met een vrouw praten.", by=bram, at=at - 26 * HOUR)
    offer("second", at - 3 * HOUR, SUMMARIES["second"])
    back = offer("came_back", sent["came_back"] + 2 * HOUR, SUMMARIES["came_back"])
    note = "Dit gaat vooral over geld. De schuldhulpverlening past beter."
    referrals.return_to_desk(
        back, reason=ReturnReason.OTHER_HELP, note=note, by=ilse, at=sent["came_back"] + 6 * HOUR
    )  # fmt: skip
    words = "Fijn dat erbij stond wat wel past."
    feedback.say(back, Verdict.RIGHT, note=words, by=samira, at=sent["came_back"] + 7 * HOUR)
    referrals.settle_introductions(at)
