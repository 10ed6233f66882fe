"""Keeping a request as it was sent, and opening the file that follows (promise 1). Called by desk/reception.py."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts import audit
from accounts.actors import Actor, follower
from accounts.models import DataKey, Team, Unit
from cases import timeline
from cases.contact import WISHES
from cases.enums import (
    AccessReason,
    AccessScope,
    Danger,
    EntryKind,
    IntakeChannel,
    OnBehalf,
    Overlay,
    Requester,
    Situation,
    Urgency,
    Wish,
)
from cases.models import Case, CaseAccess, CommanderAdvice, ContactPreference, Entered, Intake, Person
from cases.search import indexes_of

OWN_WORDS = 80


@dataclass(frozen=True)
class ByDesk:
    """What belongs to a request that a colleague enters for someone. ``caller`` is empty when that is the person."""

    on_behalf: str = OnBehalf.SELF
    caller: str = ""
    received_at: dt.datetime | None = None
    read_out: bool = False


@dataclass(frozen=True)
class Submission:
    """The answers, checked. ``contact`` comes from ContactForm.answers(). ``submission_id`` makes a resend harmless."""

    submission_id: uuid.UUID
    language: str = "nl"
    danger: str = Danger.PREFER_NOT_TO_SAY
    requester: str = Requester.SELF
    situation: str = Situation.OTHER
    returned_month: dt.date | None = None
    unit_id: int | None = None
    unit_words: str = ""
    topics: tuple[str, ...] = ()
    topic_titles: tuple[str, ...] = ()  # as the person chose them, in their language
    story: str = ""
    written: str = ""  # all of it, when the story is only its beginning: words are heard in this
    wish: str = Wish.NONE
    contact: Mapping[str, Any] = field(default_factory=dict)
    channel: str = IntakeChannel.WEB
    by_desk: ByDesk | None = None
    call_back_at: dt.datetime | None = None  # the half hour they chose to be called in

    @property
    def own_words(self) -> str:
        """A short description for the client's own page: what they chose, or how their story begins."""
        if self.topic_titles:
            return ", ".join(self.topic_titles)
        first = " ".join(self.story.split())
        return first if len(first) <= OWN_WORDS else first[: OWN_WORDS - 1].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True)
class Decided:
    """What the routing rules answered at the moment of sending, in codes."""

    desk_was_open: bool
    handler_now: str
    proposal: str
    overlay: str
    rule: str
    because_nl: str
    because_en: str
    urgency: Urgency
    promised_at: dt.datetime
    rules_version: int = 1
    also_fits: Sequence[str] = ()
    raised_by: str = ""  # words of the story, for who may read it


@dataclass(frozen=True)
class Names:
    """What the person is given to hold on to."""

    reference: str
    passphrase_hash: str


def receive(
    asked: Submission, decided: Decided, names: Names, *, key: DataKey, unit: Unit | None, by: Actor, at: dt.datetime
) -> Intake:
    """Write the request itself: raw, never changed afterwards. Needs a transaction. ``key`` seals its words."""
    intake = Intake(
        submission_id=asked.submission_id, reference=names.reference, passphrase_hash=names.passphrase_hash,
        data_key=key, sent_at=at, channel=asked.channel,
        entered_by=by.user if by.roles else None, language=asked.language, danger=asked.danger,
        requester=asked.requester, situation=asked.situation, returned_month=asked.returned_month, unit=unit,
        topics=list(asked.topics), wish=asked.wish, desk_was_open=decided.desk_was_open,
        handler_now=decided.handler_now, proposal=decided.proposal, overlay=decided.overlay, rule=decided.rule,
        because_nl=decided.because_nl, because_en=decided.because_en, urgency=decided.urgency,
        promised_at=decided.promised_at, rules_version=decided.rules_version, also_fits=list(decided.also_fits),
    )  # fmt: skip
    intake.raised_by = decided.raised_by
    intake.story = asked.story
    intake.unit_words = "" if unit else asked.unit_words
    intake.contact_answers = plain_answers(asked.contact)
    intake.save(force_insert=True)
    if asked.by_desk:
        row = Entered(
            intake=intake, on_behalf=asked.by_desk.on_behalf, received_at=asked.by_desk.received_at,
            read_out=asked.by_desk.read_out,
        )  # fmt: skip
        row.caller = asked.by_desk.caller
        row.save(force_insert=True)
    return intake


def open_case(
    intake: Intake, asked: Submission, *, person: Person, unit: Unit | None, region_id: int | None,
    teams: Mapping[str, Team], by: Actor, at: dt.datetime,
) -> Case:  # fmt: skip
    """The file that follows the request, with the rows that let people in. Needs a transaction.

    ``teams`` are the desk and the after-hours line, by kind.
    """
    urgency = Urgency(intake.urgency)
    case = Case(
        reference=intake.reference, data_key=intake.data_key, person=person, intake=intake,
        state_since=at, urgency=urgency, urgency_rank=urgency.rank, overlay=Overlay(intake.overlay),
        topics=list(asked.topics), requester=asked.requester, unit=unit, region_id=region_id,
        team=teams["desk"], sent_at=at, first_contact_due_at=intake.promised_at,
    )  # fmt: skip
    case.own_words = asked.own_words
    case.save(force_insert=True)
    _let_in(case, teams, by=by, at=at)
    writer = by if by.user_id else follower(case.pk)
    timeline.add(case, EntryKind.RECEIVED, by=writer, at=at, facts={"channel": asked.channel}, for_client=True)
    audit.record("intake.received", by=by, at=at, case_id=case.pk, obj=intake, part=intake.proposal, basis=_why(intake))
    return case


def open_advice(intake: Intake, *, team: Team, by: Actor, at: dt.datetime) -> CommanderAdvice:
    """A commander's question: no case, no person, no client record (R10). Needs a transaction."""
    advice = CommanderAdvice(intake=intake, team=team, due_at=intake.promised_at)
    advice.save(force_insert=True)
    audit.record("intake.received", by=by, at=at, obj=intake, part=intake.proposal, basis=_why(intake))
    return advice


def _why(intake: Intake) -> str:
    """The rule that decided and those that fitted too, in codes."""
    also = f"; also fits: {', '.join(intake.also_fits)}" if intake.also_fits else ""
    return f"rule {intake.rule}, version {intake.rules_version}{also}"


def says_the_same(intake: Intake, asked: Submission) -> bool:
    """Whether a request that is sent again holds what was sent before."""
    kept: Any = intake  # its sealed fields read as text
    return (
        kept.story == asked.story
        and intake.danger == asked.danger
        and intake.requester == asked.requester
        and intake.situation == asked.situation
        and intake.returned_month == asked.returned_month
        and (intake.unit_id == asked.unit_id if intake.unit_id else intake.unit_words == asked.unit_words)
        and tuple(intake.topics) == tuple(asked.topics)
        and intake.wish == asked.wish
        and kept.contact_answers == plain_answers(asked.contact)
        and (asked.by_desk is None or (intake.channel == asked.channel and _by_desk(intake) == asked.by_desk))
    )


def _by_desk(intake: Intake) -> ByDesk | None:
    """What a colleague added; None when nobody did. One query."""
    row = Entered.objects.filter(intake=intake).first()
    if row is None:
        return None
    row.intake = intake  # its key is at hand
    return ByDesk(row.on_behalf, str(row.caller), row.received_at, row.read_out)


def plain_answers(contact: Mapping[str, Any]) -> dict[str, Any]:
    """The answers about contact as JSON keeps them; times as HH:MM."""
    return {name: f"{value:%H:%M}" if isinstance(value, dt.time) else value for name, value in contact.items()}


def place_of(unit_id: int | None) -> tuple[Unit | None, int | None]:
    """The unit, and the region it lies in: its own, its location's, or that of the nearest unit above it. One query.

    A unit that is gone is no unit: it never stops a request (decision 6).
    """
    units = Unit.objects.ancestors_of(Unit(pk=unit_id)) if unit_id else []
    regions = (one.region_id or getattr(one, "location_region_id", None) for one in units)
    return (units[0] if units else None), next((region for region in regions if region), None)


def person_of(asked: Submission, *, key: DataKey | None, by: Actor, at: dt.datetime) -> Person:
    """Who asks. Someone with an account is one person; without one, two requests are two people (decision 8).

    ``key`` seals what a new person is called and how to reach them; without one it is made when it is needed.
    """
    user = by.user if by.user_id and not by.roles else None
    known = Person.objects.filter(user=user).select_related("data_key", "contact").first() if user else None
    person = known or Person(data_key=key or DataKey.objects.make(), user=user)
    person.language = asked.language
    given = {name: asked.contact.get(name, "") for name in ("name", "email", "phone")}
    for name, value in (given | indexes_of(**given)).items():
        setattr(person, name, value)
    person.save()
    wishes = getattr(known, "contact", None) or ContactPreference(person=person)
    for name in WISHES:
        if name in asked.contact:
            setattr(wishes, name, asked.contact[name])
    wishes.changed_at = at
    wishes.save()
    return person


def _let_in(case: Case, teams: Mapping[str, Team], *, by: Actor, at: dt.datetime) -> None:
    """The desk, the after-hours line (which counts only during someone's shift) and the client's own account."""
    rows = [
        CaseAccess(case=case, team=teams["desk"], reason=AccessReason.DESK, starts_at=at),
        CaseAccess(case=case, team=teams["after_hours"], reason=AccessReason.NIGHT, starts_at=at),
    ]
    if by.user_id and not by.roles:
        own = AccessReason.CLIENT
        rows.append(CaseAccess(case=case, user=by.user, scope=AccessScope.CLIENT, reason=own, starts_at=at))
    CaseAccess.objects.bulk_create(rows)
