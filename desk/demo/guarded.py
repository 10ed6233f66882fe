"""What is guarded in the demo: one of each kind, half-way, so that there is something to do."""

import datetime as dt
import uuid

from accounts.actors import Actor, actor_for
from accounts.duty import load_calendar
from cases import breaches, complaints, incidents, reporting
from cases.breaches import Weighed
from cases.complaints import Said
from cases.enums.guarded import Ground
from cases.models import Case
from cases.reporting import Done
from desk.demo.organisation import Organisation

NAMESPACE = uuid.UUID("5a1f0f0e-6f0a-4e57-8a57-2d6f4b0c9a31")
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def fill(made: Organisation, cases: dict[str, Case | None], at: dt.datetime) -> None:
    """A complaint of Tom that Els handles, a signature that she is asked for, the code, and a message to be brought."""
    by = {name: actor_for(made.users[name], at) for name in ("tom", "bram", "els")}
    for key, fill_one in (("active", _complaint), ("accepted", _in_the_file), ("sent_back", _incident)):
        if case := cases.get(key):
            fill_one(made, case, by, at)


def _complaint(made: Organisation, case: Case, by: dict[str, Actor], at: dt.datetime) -> None:
    said = Said(
        "Hij zou me terugbellen en deed dat niet. Toen ik belde, zei hij dat het wel meeviel.", made.users["joost"]
    )
    when = at - 5 * DAY
    row = complaints.receive(
        case, said, by=by["tom"], at=when, calendar=load_calendar(), number=uuid.uuid5(NAMESPACE, "complaint")
    )
    complaints.say(
        row,
        "Dank dat je dit schrijft. Ik praat met Joost als jij dat goed vindt. Mag dat?",
        by=by["els"],
        at=when + DAY,
    )
    complaints.client_says(row, "Ja, dat mag.", by=by["tom"], at=when + 2 * DAY)


def _in_the_file(made: Organisation, case: Case, by: dict[str, Actor], at: dt.datetime) -> None:
    """Asked to tell the general practitioner, and the first two steps of the code."""
    weighed = Weighed(
        Ground.DANGER_SELF, "Hij drinkt veel en wil soms niet verder. Hij gaat zelf niet naar de huisarts.",
        made.users["ilse"], "Zijn huisarts", "Dat hij niet veilig is voor zichzelf, en hoe hij te bereiken is.", True,
        "Ik bel hem eerst, vandaag.",
    )  # fmt: skip
    breaches.ask(case, weighed, by=by["bram"], at=at - 2 * HOUR, number=uuid.uuid5(NAMESPACE, "breach"))
    code = reporting.start(case, by=by["bram"], at=at - 20 * HOUR, number=uuid.uuid5(NAMESPACE, "code"))
    words = (
        "Hij vertelt dat hij thuis met spullen gooit als de kinderen erbij zijn.",
        "Met Ilse besproken. Veilig Thuis gaf advies, zonder naam: praat eerst met hem samen met een collega.",
    )
    day = (at - 20 * HOUR).date()
    for number, text in enumerate(words, start=1):
        done = Done(text, day, asked_veilig_thuis=number == 2, consulted=made.users["ilse"] if number == 2 else None)
        reporting.sign(code, number, done, by=by["bram"], at=at - (20 - number) * HOUR)


def _incident(_made: Organisation, case: Case, by: dict[str, Actor], at: dt.datetime) -> None:
    """Her husband had an accident abroad; she is to hear it from a person."""
    known = "Ongeluk met een voertuig, hij ligt in het ziekenhuis en is bij kennis. Gemeld door zijn commandant."
    row = incidents.begin(
        case, kind="accident", known=known, by=by["els"], at=at - HOUR / 2, number=uuid.uuid5(NAMESPACE, "incident")
    )
    step = incidents.steps_of(row)[0]
    step.incident = row
    incidents.settle(step, outcome="done", note="De commandant bevestigt het.", by=by["els"], at=at - HOUR / 3)
