"""Labels and views of the demo: what the desk sorts by, one view of the whole team and one of Samira's own."""

import datetime as dt
import uuid

from accounts.actors import actor_for
from cases import tags
from cases.models import Case
from desk.demo.organisation import Organisation
from desk.lists import saving
from desk.lists.enums import Tell
from desk.lists.saving import Wish

LABELS = ("Geld", "Gezin", "Terugkeer", "Tolk nodig")
NAMESPACE = uuid.UUID("0d1f0a3e-52a5-4f0b-8d0c-7b7a52f1c9e4")


def fill(made: Organisation, at: dt.datetime) -> None:
    """Some requests at the desk get a label; Samira follows her own view, and the team shares one."""
    samira = actor_for(made.users["samira"], at)
    made_tags = [tags.make(label, by=samira, at=at) for label in LABELS]
    for number, case in enumerate(Case.objects.at_desk().by_pressure()[:6]):
        tags.put(case, made_tags[number % len(made_tags)], by=samira, at=at)
    saving.make(
        uuid.uuid5(NAMESPACE, "money"), title="Geld en schulden", query="topic=private.money", team=None,
        wish=Wish(tell=Tell.DAILY), by=samira, at=at,
    )  # fmt: skip
    saving.make(
        uuid.uuid5(NAMESPACE, "day"), title="Wacht langer dan een dag", query="waiting=24", team=made.teams["desk"],
        wish=Wish(), by=samira, at=at,
    )  # fmt: skip
