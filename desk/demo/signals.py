"""What colleagues noticed at units, for the prevention officer of the demo: one that waits, one that was taken up."""

import datetime as dt
import uuid

from accounts.actors import actor_for
from cases.models import Case
from desk.demo.organisation import Organisation
from referrals import signals

SAID = (
    ("work.pressure", "In deze werkplaats draait iedereen al weken dubbele diensten. Niemand neemt meer pauze."),
    ("work.unsafe_behaviour", "Op deze afdeling hoor ik vaker dat grappen te ver gaan. Nieuwe mensen durven niets."),
)


def fill(made: Organisation, at: dt.datetime) -> None:
    """Bram writes both, from a case that he has."""
    ina, bram = (actor_for(made.users[first], at) for first in ("ina", "bram"))
    case = Case.objects.filter(owner=made.users["bram"], unit__isnull=False).order_by("pk").first()
    if case is None:
        return
    for days, (topic, words) in enumerate(SAID, start=1):
        sent = signals.send(
            case, unit=signals.units_of(case)[-1], topic=topic, words=words, submission_id=uuid.uuid4(), by=bram,
            at=at - dt.timedelta(days=days),
        )  # fmt: skip
    signals.answer(sent, state="taken_up", words="Ik plan een bezoek aan de afdeling.", by=ina, at=at)
