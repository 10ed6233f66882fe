"""Cases for tests: everything the model asks, with answers that a test may replace."""

import datetime as dt
import uuid
from typing import Any

from accounts.models import DataKey, Team
from cases import passphrase
from cases.enums import (
    AccessReason,
    AccessScope,
    CaseState,
    Danger,
    Overlay,
    Requester,
    Situation,
    Urgency,
)
from cases.models import Case, ContactPreference, Intake, Person
from cases.permissions import grant
from tests.factories.cast import Cast

PHRASE = "lamp anker zomer kwartet brug appel"
"""The pass-phrase of every case that is made here."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def reference_of(number: uuid.UUID) -> str:
    """A reference that looks like the real ones, from a random number."""
    left, letters = number.int, ""
    for _ in range(8):
        left, index = divmod(left, len(ALPHABET))
        letters += ALPHABET[index]
    return f"NB-{letters[:4]}-{letters[4:]}"


def make_person(*, at: dt.datetime, user: Any = None, **answers: Any) -> Person:
    """Someone with a name, a number and wishes that give nothing away; ``answers`` go to the wishes."""
    person = Person(data_key=DataKey.objects.make(), user=user)
    person.name, person.phone, person.email = "Tom Jansen", "06 00 00 00 11", "tom@thuis.example"
    person.save()
    wishes = {"channels": ["phone"], "changed_at": at} | answers
    ContactPreference.objects.create(person=person, **wishes)
    return person


def make_case(
    cast: Cast,
    *,
    at: dt.datetime | None = None,
    unit: str | None = "90bat-a",
    urgency: str = Urgency.SOON,
    state: str = CaseState.IN_TRIAGE,
    owner: str | None = "samira",
    client: str | None = None,
    person: Person | None = None,
    story: str = "Ik heb ruzie met mijn sergeant.",
    topics: tuple[str, ...] = ("work.conflict",),
    **fields: Any,
) -> Case:
    """A case at the desk with the access rows a real one has. ``owner`` and ``client`` are first names of the cast."""
    sent = at or cast.at
    number = uuid.uuid4()
    user = cast.users[client] if client else None
    person = person or getattr(user, "person", None) or make_person(at=sent, user=user)
    key = DataKey.objects.make()
    place = cast.units[unit] if unit else None
    urgency = Urgency(urgency)
    reference = reference_of(number)
    intake = Intake(
        submission_id=number, reference=reference, data_key=key, sent_at=sent,
        passphrase_hash=passphrase.hash_of(reference, PHRASE), danger=Danger.NO, requester=Requester.SELF,
        situation=Situation.AT_HOME, unit=place, topics=list(topics),
        desk_was_open=True, handler_now="DESK_LINE", proposal="DESK", overlay=Overlay.NONE, rule="everyone",
        because_nl="Iedereen komt eerst bij het loket.", because_en="Everyone starts at the desk.", urgency=urgency,
        promised_at=sent + dt.timedelta(hours=8),
    )  # fmt: skip
    intake.story = story
    intake.save(force_insert=True)
    answers: dict[str, Any] = {
        "state": state, "state_since": sent, "urgency": urgency, "urgency_rank": urgency.rank, "topics": list(topics),
        "requester": Requester.SELF, "unit": place, "region": place.region if place else None,
        "team": cast.teams["desk"], "owner": cast.users[owner] if owner else None, "sent_at": sent,
        "first_contact_due_at": intake.promised_at,
    }  # fmt: skip
    case = Case(reference=intake.reference, data_key=key, person=person, intake=intake, **(answers | fields))
    case.save(force_insert=True)
    let_in(case, cast, sent, user)
    return case


def let_in(case: Case, cast: Cast, at: dt.datetime, user: Any) -> None:
    """The desk, the after-hours line, and the client when there is an account."""
    grant(case, reason=AccessReason.DESK, team_id=cast.teams["desk"].pk, at=at)
    night = Team.objects.get(kind="after_hours")
    grant(case, reason=AccessReason.NIGHT, team_id=night.pk, at=at)
    if user is not None:
        grant(case, reason=AccessReason.CLIENT, user_id=user.pk, scope=AccessScope.CLIENT, at=at)
