"""The demo's requests, brought to where they are by the real verbs, at the moments at which it would have happened."""

import datetime as dt
import uuid
from dataclasses import dataclass

from accounts.actors import ANONYMOUS, Actor, actor_for
from cases import actions, appointments, blocks, closing, contact, messages, notes
from cases.enums import AttemptOutcome, CaseOutcome, ContactWay, NoteKind, SessionState
from cases.intake import Submission
from cases.models import Case
from desk import reception
from desk.demo import channels, ending, family, files, guarded, hand_overs, mediation, plan, tracks, ways, writing
from desk.demo.organisation import Organisation
from desk.demo.stories import MORE, STORIES, Story
from referrals import actions as referrals
from referrals.enums import Destination, ReturnReason
from referrals.matching import candidates
from referrals.models import Referral

NAMESPACE = uuid.UUID("6f1d7c1e-3a55-4a0e-9d0e-0f6c9f2b7a10")
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def first_day(at: dt.datetime) -> dt.date:
    """The roster begins before the oldest request."""
    return at.date() - dt.timedelta(days=30)


@dataclass
class Told:
    """A story that was sent: its case (none for a commander's question) and what its writer holds."""

    reference: str
    passphrase: str
    case: Case | None


def fill(made: Organisation, at: dt.datetime) -> dict[str, Told]:
    """Send every story and bring it to its state at ``at``; returns them by key."""
    told = {story.key: _send(made, story, at) for story in STORIES}
    for number, (hours, topic, title, unit) in enumerate(MORE):
        plain = Story(f"more{number}", hours, "Ik wil hier graag eens over praten.", (topic,), (title,), unit)
        told[plain.key] = _send(made, plain, at)
    _at_the_desk(made, told, at)
    _with_workers(made, told, at)
    _finished(made, told, at)
    told[tracks.STORY.key] = coached = _send(made, tracks.STORY, at)
    tracks.fill(made, _offer(made, coached, at - (tracks.SENT - 1) * DAY, tracks.SUMMARY), at)
    ending.fill(_desk(made, at), NAMESPACE, at)
    cases = {key: one.case for key, one in told.items()}
    channels.fill(made, cases, at)
    writing.fill(made, cases, at)
    guarded.fill(made, cases, at)
    ways.fill(made, cases, at)
    _handed_over(made, told, at)
    return told


def _send(made: Organisation, story: Story, at: dt.datetime) -> Told:
    when = at - story.hours * HOUR
    writer = story.account or story.entered_by
    by = actor_for(made.users[writer], when) if writer else ANONYMOUS
    unit = made.units.get(story.unit)
    facts = {"requester": "self", "situation": "at_home", "danger": "no"} | story.facts
    receipt = reception.take_in(
        Submission(
            submission_id=uuid.uuid5(NAMESPACE, story.key), unit_id=unit.pk if unit else None, topics=story.topics,
            topic_titles=story.titles, story=story.story, contact=_times(story.contact), **facts,
        ),
        by=by, at=when,
    )  # fmt: skip
    return Told(receipt.reference, receipt.passphrase, Case.objects.filter(reference=receipt.reference).first())


def _times(contact: dict[str, object]) -> dict[str, object]:
    return {
        name: dt.time.fromisoformat(value) if name.startswith("window_") and isinstance(value, str) else value
        for name, value in contact.items()
    }


def _desk(made: Organisation, at: dt.datetime, name: str = "samira") -> Actor:
    return actor_for(made.users[name], at)


def _take(made: Organisation, told: Told, at: dt.datetime, name: str = "samira") -> Case:
    case = Case.objects.get(reference=told.reference)
    actions.take(case, by=_desk(made, at, name), at=at)
    return Case.objects.get(pk=case.pk)


def _offer(
    made: Organisation, told: Told, at: dt.datetime, summary: str, *, by_phone: bool = True,
    destination: str = Destination.REGIONAL_DIRECT, warm: bool = False,
) -> Referral:  # fmt: skip
    case = _take(made, told, at)
    spoke = at + dt.timedelta(minutes=10)
    contact.log_attempt(
        case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, note="", by=_desk(made, spoke), at=spoke,
        reason="Op verzoek van de cliënt nu gebeld.",
    )  # fmt: skip
    to = candidates(case, spoke, destination=destination)[0]
    case = Case.objects.get(pk=case.pk)
    return referrals.propose(
        case, to, destination=destination, summary=summary, by=_desk(made, spoke), at=spoke, by_phone=by_phone,
        warm=warm,
    )  # fmt: skip


def _at_the_desk(made: Organisation, told: dict[str, Told], at: dt.datetime) -> None:
    taken = _take(made, told["taken"], at - 25 * HOUR, "joost")
    for hours in (24, 3):
        contact.log_attempt(
            taken, way=ContactWay.PHONE, outcome=AttemptOutcome.NO_ANSWER, note="", by=_desk(made, at, "joost"),
            at=at - hours * HOUR, reason="",
        )  # fmt: skip
    blocks.ask(taken, "Mijn buurman Henk, hij werkt hier ook", by=actor_for(made.users["lisa"], at), at=at - 20 * HOUR)
    asked = _take(made, told["waiting"], at - 46 * HOUR)
    contact.ask_more(
        asked, "Fijn dat je dit vertelt. Weet je ongeveer hoe hoog de schulden zijn, en bij wie? Schatten mag.",
        until=at + 3 * DAY, by=_desk(made, at), at=at - 45 * HOUR,
    )  # fmt: skip
    _offer(
        made, told["consent"], at - 4 * HOUR,
        "Sem heeft last van spanning met zijn leidinggevende. Hij wordt voor gek gezet en slaapt slecht. "
        "Hij wil een gesprek en niet dat zijn leidinggevende het weet.", by_phone=False,
    )  # fmt: skip
    _offer(made, told["offered"], at - 3 * HOUR, "Daan wil praten over zijn relatie, met iemand die het werk kent.")
    _offer(
        made, told["offered_urgent"], at - 1.5 * HOUR,
        "De moeder van Daan is vannacht overleden. Hij zou morgen op oefening gaan. Hij wil weten wat er kan.",
    )  # fmt: skip
    _offer(
        made, told["offered_north"], at - 2 * HOUR, "Daan is op van het werk. De bedrijfsarts raadt een gesprek aan."
    )
    _offer(
        made, told["mission"], at - 2.5 * HOUR,
        "Job is op missie en ziet sinds een ongeluk steeds dezelfde beelden. Hij is moe en prikkelbaar.",
        destination=Destination.SMT,
    )  # fmt: skip
    back = _offer(
        made, told["sent_back"], at - 8 * HOUR, "Sanne staat er alleen voor. Haar dochter wil niet naar school."
    )
    ilse = actor_for(made.users["ilse"], at)
    referrals.return_to_desk(
        back, reason=ReturnReason.MORE_NEEDED, note="Mag ik met de school bellen?", by=ilse, at=at - HOUR
    )


def _with_workers(made: Organisation, told: dict[str, Told], at: dt.datetime) -> None:
    bram = actor_for(made.users["bram"], at)
    offer = _offer(
        made, told["accepted"], at - 30 * HOUR, "Daan is een jaar terug van missie en maakt thuis veel ruzie."
    )
    referrals.accept(offer, read=True, by=bram, at=at - 27 * HOUR)
    offer = _offer(made, told["mediation"], at - 14 * DAY, "Lisa wil met haar commandant uitpraten wat er speelt.")
    referrals.accept(offer, read=True, by=bram, at=at - 13 * DAY)
    contact.log_attempt(offer.case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, by=bram, at=at - 12 * DAY,
                        reason="In overleg.")  # fmt: skip
    mediation.fill(made, offer.case, at)
    start = at - 25 * DAY
    offer = _offer(
        made, told["active"], start,
        "Tom heeft al maanden een conflict met een collega en meldt zich vaak ziek. Hij wil dit leren bespreken.",
    )  # fmt: skip
    referrals.accept(offer, read=True, by=bram, at=start + 2 * HOUR)
    case = offer.case
    for days in (20, 8):
        _session(case, bram, at - days * DAY, planned=at - (days + 3) * DAY)
    notes.write(
        case, "Besproken: wat er in het team speelt en wat Tom zelf kan doen. Hij oefent een gesprek met zijn collega.",
        kind=NoteKind.FILE, by=bram, at=at - 8 * DAY,
    )  # fmt: skip
    notes.write(case, "Navragen of bemiddeling kan helpen. Eerst zien hoe het oefengesprek gaat.",
                kind=NoteKind.WORKING, by=bram, at=at - 8 * DAY)  # fmt: skip
    tom = actor_for(made.users["tom"], at)
    files.fill(made, case, at)
    wrote = messages.send(
        case, submission_id=uuid.uuid4(), body="Het gesprek met mijn collega ging beter dan ik dacht.", by=tom,
        at=at - 2 * DAY,
    )  # fmt: skip
    messages.send(
        case, submission_id=uuid.uuid4(), body="Wat knap dat je het hebt gedaan. We bespreken het donderdag.", by=bram,
        at=at - 1.8 * DAY, answers=wrote,
    )  # fmt: skip
    messages.send(
        case, submission_id=uuid.uuid4(), body="Kan de afspraak een half uur later?", by=tom, at=at - 3 * HOUR
    )
    next_time = (at + 4 * DAY).replace(hour=10, minute=30, second=0, microsecond=0)
    appointments.plan_session(case, starts_at=next_time, way=ContactWay.VISIT, place="Kamp Duinzicht, gebouw 12",
                              by=bram, at=at - 7 * DAY, reason="In overleg.")  # fmt: skip
    family.fill(made, case, at)
    plan.fill(made, case, at)


def _session(case: Case, by: Actor, start: dt.datetime, *, planned: dt.datetime) -> None:
    start = start.replace(minute=0, second=0, microsecond=0)
    session = appointments.plan_session(
        case,
        starts_at=start,
        way=ContactWay.VISIT,
        place="Kamp Duinzicht, gebouw 12",
        by=by,
        at=planned,
        reason="In overleg.",
    )
    appointments.record_session(session, SessionState.HELD, minutes=50, by=by, at=start + HOUR)


def _handed_over(made: Organisation, told: dict[str, Told], at: dt.datetime) -> None:
    for story in hand_overs.STORIES:
        told[story.key] = _send(made, story, at)

    def offer(key: str, when: dt.datetime, summary: str, *, warm: bool = False) -> Referral:
        return _offer(made, told[key], when, summary, warm=warm)

    hand_overs.fill(made, offer, {story.key: at - story.hours * HOUR for story in hand_overs.STORIES}, at)


def _finished(made: Organisation, told: dict[str, Told], at: dt.datetime) -> None:
    for key, days, outcome, note in (
        ("solved", 11, CaseOutcome.SOLVED_AT_DESK, "Uitgelegd hoe het fonds werkt en het formulier gestuurd."),
        ("chaplain", 7, CaseOutcome.CHAPLAIN, "Verteld hoe een geestelijk verzorger te bereiken is, dag en nacht."),
    ):
        when = at - days * DAY
        case = _take(made, told[key], when)
        contact.log_attempt(case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, note="", by=_desk(made, when),
                            at=when + HOUR, reason="Op verzoek van de cliënt nu gebeld.")  # fmt: skip
        closing.close(case, outcome=outcome, note=note, by=_desk(made, when), at=when + HOUR)
    bram = actor_for(made.users["bram"], at)
    offer = _offer(
        made, told["helped"], at - 58 * DAY, "Daan wil na zijn scheiding weer orde in zijn hoofd en zijn werk."
    )
    referrals.accept(offer, read=True, by=bram, at=at - 57 * DAY)
    for days in (50, 40, 30):
        _session(offer.case, bram, at - days * DAY, planned=at - (days + 4) * DAY)
    plan.finished(made, offer.case, at - 50 * DAY)
    closing.close(offer.case, outcome=CaseOutcome.HELPED, note="Daan heeft zijn werk weer opgepakt en kan verder.",
                  goodbye=ending.goodbye(at), by=bram, at=at - 29 * DAY)  # fmt: skip
    plan.afterwards(offer.case, at - DAY)
