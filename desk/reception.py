"""Taking in a request: all in one transaction, and the same answer when it is sent again (SECURITY, adopted 1)."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.actors import Actor, follower
from accounts.calendar import Calendar
from accounts.counting import recall_objects
from accounts.enums import TeamKind
from accounts.models import DataKey, Team
from accounts.notices import mail_client
from cases import callbacks, keywords, passphrase
from cases import intake as intakes
from cases.enums import IntakeChannel, Urgency
from cases.intake import Decided, Names, Submission
from cases.models import Intake, NewPhrase
from cases.notices import CLIENT_RECEIVED, CLIENT_RECEIVED_BY_MAIL
from cases.slots import HALF_HOUR
from desk import paging, snapshot, surge
from desk.snapshot import Snapshot
from referrals.enums import Destination
from referrals.routing import Route, facts_of, route

ATTEMPTS = 5
"""References tried before giving up; two requests hardly ever get the same one."""


@dataclass(frozen=True)
class Receipt:
    """What the person sees. ``changed`` means that this was sent before with other answers, which were kept."""

    reference: str
    passphrase: str  # empty when the desk gave another one since
    language: str
    sent_at: dt.datetime
    promised_at: dt.datetime
    urgency: Urgency
    proposal: Destination
    handler_now: str
    desk_was_open: bool
    topics: tuple[str, ...] = ()
    repeated: bool = False
    changed: bool = False
    call_back_at: dt.datetime | None = None

    @property
    def is_advice(self) -> bool:
        return self.proposal == Destination.COMMANDER_ADVICE


def take_in(asked: Submission, *, by: Actor, at: dt.datetime) -> Receipt:
    """Keep a request and everything that follows from it, all or nothing; the same request again changes nothing.

    Routed by the rules and hours of the public snapshot at ``at``, the moment of sending. An urgent request alerts
    the person on duty in the same transaction. Raises django.db.Error when the database cannot do it, and
    cases.callbacks.SlotGone when the half hour they chose is taken meanwhile, or too soon by now.
    """
    if known := _sent_before(asked):
        return known
    seen = snapshot.read()
    said = keywords.heard(asked.written or asked.story, seen.keywords)
    facts = replace(facts_of(asked, seen.parents), raised_to=said.raises_to)
    answer = route(facts, at, rules=seen.rules, calendar=seen.calendar, topics=seen.topics)
    decided = replace(_decided(answer, seen, at), raised_by=", ".join(said.words) if answer.raised else "")
    if asked.call_back_at and decided.urgency not in {Urgency.EMERGENCY, Urgency.URGENT}:
        decided = replace(decided, promised_at=seen.calendar.local(asked.call_back_at + HALF_HOUR))
    for attempt in range(ATTEMPTS):
        reference = passphrase.reference_for(asked.submission_id, attempt)
        phrase = passphrase.phrase_for(asked.submission_id, asked.language)
        names = Names(reference, passphrase.hash_of(reference, phrase))
        try:
            with transaction.atomic():
                _write(asked, decided, names, seen.calendar, by=by, at=at)
            return replace(_receipt(asked, at, decided, names, phrase), call_back_at=asked.call_back_at)
        except IntegrityError:
            if known := _sent_before(asked):
                return known
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def has(submission_id: uuid.UUID) -> bool:
    """Whether this request was kept before; False as well when the database cannot say. One query."""
    try:
        return Intake.objects.filter(submission_id=submission_id).exists()
    except DatabaseError:
        return False


def _write(
    asked: Submission, decided: Decided, names: Names, calendar: Calendar, *, by: Actor, at: dt.datetime
) -> None:
    unit, region_id = intakes.place_of(asked.unit_id)
    teams = {team.kind: team for team in recall_objects(("line teams",), None, _line_teams)}
    advised = decided.proposal == Destination.COMMANDER_ADVICE
    keys = DataKey.objects.make_some(1 if advised or by.user_id else 2)
    intake = intakes.receive(asked, decided, names, key=keys[0], unit=unit, by=by, at=at)
    if advised:
        advice = intakes.open_advice(intake, team=teams[TeamKind.DESK], by=by, at=at)
        paging.raise_alert(advice, by=by, at=at, calendar=calendar)
        return
    person = intakes.person_of(asked, key=keys[1] if len(keys) > 1 else None, by=by, at=at)
    case = intakes.open_case(intake, asked, person=person, unit=unit, region_id=region_id, teams=teams, by=by, at=at)
    if asked.contact.get("safe_to_email") and asked.contact.get("email") and not surge.is_on():
        kind, params = CLIENT_RECEIVED, {}
        if asked.channel == IntakeChannel.EMAIL:  # no page showed them a reference; the pass-phrase is in no mail
            kind, params = CLIENT_RECEIVED_BY_MAIL, {"reference": case.reference}
        mail_client(
            kind, about=case.pk, occasion="received", language=asked.language, path=reverse("follow"), at=at,
            params=params,
        )  # fmt: skip
    if asked.call_back_at:
        writer = by if by.user_id else follower(case.pk)
        callbacks.choose(case, asked.call_back_at, by=writer, at=at, calendar=calendar)
    paging.raise_alert(case, by=by, at=at)


def _line_teams(_given: str) -> QuerySet[Team]:
    return Team.objects.filter(kind__in=[TeamKind.DESK, TeamKind.AFTER_HOURS])


def _decided(answer: Route, seen: Snapshot, at: dt.datetime) -> Decided:
    return Decided(
        desk_was_open=seen.calendar.is_open(at),
        handler_now=answer.handler_now,
        proposal=answer.to,
        overlay=answer.overlay,
        rule=answer.rule,
        because_nl=answer.because_nl,
        because_en=answer.because_en,
        urgency=answer.urgency,
        promised_at=answer.deadline,
        rules_version=seen.rules_version,
        also_fits=answer.also,
    )


def _receipt(kept: Submission | Intake, at: dt.datetime, decided: Decided, names: Names, phrase: str) -> Receipt:
    return Receipt(
        reference=names.reference,
        passphrase=phrase,
        language=kept.language,
        sent_at=at,
        promised_at=decided.promised_at,
        urgency=decided.urgency,
        proposal=Destination(decided.proposal),
        handler_now=decided.handler_now,
        desk_was_open=decided.desk_was_open,
        topics=tuple(kept.topics),
    )


def _sent_before(asked: Submission) -> Receipt | None:
    """The receipt of the first time; None when this is the first time."""
    rows = Intake.objects.select_related("data_key")
    found = recall_objects(("sent before",), None, lambda pk: rows.filter(submission_id=pk), asked.submission_id)
    if not found:
        return None
    intake = found[0]
    decided = Decided(
        **{name: getattr(intake, name) for name in Decided.__dataclass_fields__} | {"urgency": Urgency(intake.urgency)}
    )
    names = Names(intake.reference, intake.passphrase_hash)
    replaced = NewPhrase.objects.filter(case__intake=intake).exists()
    phrase = "" if replaced else passphrase.phrase_of(intake)
    first = _receipt(intake, intake.sent_at, decided, names, phrase)
    called = callbacks.slot_of(intake) if asked.call_back_at else None
    changed = not intakes.says_the_same(intake, asked) or called != asked.call_back_at
    return replace(first, repeated=True, changed=changed, call_back_at=called)
