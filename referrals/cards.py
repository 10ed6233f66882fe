"""What a card on the board says, in words: no story, only what the client let travel (UX, page K)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.addresses import address
from cases import safe_contact, tracks
from cases.enums import AT_DESK, ContactWay
from cases.enums.tracks import TrackKind
from cases.moments import before_words, clock, day_words
from cases.safe_contact import Wishes
from cases.topics import TopicFacts
from cases.tracks import Counter
from referrals.enums import BY_WORKER, HandOver, MatchStep, ReturnReason
from referrals.models import Referral

Topics = Mapping[str, TopicFacts]

LATELY = dt.timedelta(days=7)
ASKED_FOR = dt.timedelta(days=14)
"""So long an accepted card asks how the case was passed on."""


@dataclass(frozen=True, slots=True)
class Handed(Wishes):
    """What a card needs to know of a hand-over and its case, as plain values: a list has many, and rows of five models
    for each take longer than the page around them. ``summary`` is readable; what has a default says how far an
    accepted case is (board.with_progress)."""

    pk: UUID
    case_id: UUID
    reference: str
    urgency: str
    case_urgency: str
    case_state: str
    topics: Sequence[str]
    unit: str | None
    owner: str | None
    to_user_id: int | None
    to_name: str | None
    match_step: str
    match_name: str
    return_reason: str
    offered_at: dt.datetime | None
    due_at: dt.datetime | None
    answered_at: dt.datetime | None
    summary: str
    kind: str = HandOver.REFERRAL
    share_contact: bool = True
    track_kind: str | None = None
    held: int = 0
    next_session: dt.datetime | None = None
    warm: bool = False
    contact_due_at: dt.datetime | None = None
    contacted_at: dt.datetime | None = None
    talk_at: dt.datetime | None = None
    has_opinion: bool = False
    heard_at: dt.datetime | None = None


def handed(referral: Referral) -> Handed:
    """The same of one that was read with ``ReferralQuerySet.for_card``."""
    case, wishes = referral.case, safe_contact.wishes_of(referral.case)
    return Handed(
        **{name: getattr(wishes, name) for name in Wishes.__dataclass_fields__},
        pk=referral.pk,
        case_id=case.pk,
        reference=case.reference,
        urgency=referral.urgency,
        case_urgency=case.urgency,
        case_state=case.state,
        topics=case.topics,
        unit=case.unit.name if case.unit else None,
        owner=case.owner.name if case.owner else None,
        to_user_id=referral.to_user_id,
        to_name=referral.to_user.name if referral.to_user else None,
        match_step=referral.match_step,
        match_name=referral.match_name,
        return_reason=referral.return_reason,
        offered_at=referral.offered_at,
        due_at=referral.due_at,
        answered_at=referral.answered_at,
        summary=str(referral.summary),
        kind=referral.kind,
        share_contact=referral.share_contact,
        warm=referral.warm,
    )


@dataclass(frozen=True)
class Line:
    """A fact about the case with the icon that goes before it."""

    icon: str
    text: str


@dataclass(frozen=True)
class Card:
    """One hand-over as the tag referral_card draws it; ``done`` says where it stands when no answer is due."""

    id: str
    reference: str
    urgency: str
    title: str
    text: str = ""
    lines: list[Line] = field(default_factory=list)
    safe: bool = False
    done: str = ""
    due_at: dt.datetime | None = None
    since: dt.datetime | None = None
    accept_url: str = ""
    return_url: str = ""
    open_url: str = ""
    ask_url: str = ""


def offered(row: Handed, topics: Topics, at: dt.datetime, by: Actor) -> Card:
    """For those who can answer it: why it came to them, the approved summary, the way to reach the client."""
    return Card(
        str(row.pk),
        row.reference,
        row.urgency,
        title=title_of(row, topics),
        text=row.summary,
        lines=[
            *kind_lines(row),
            *(
                [Line("people", _("First a talk of three: you, the client and their contact person"))]
                if row.warm
                else []
            ),
            *([Line("signpost-split", match_text(row))] if row.kind == HandOver.REFERRAL else []),
            *([way_line(row)] if row.share_contact else []),
            answer_line(row, at),
            *heard_lines(row, at),
            *stand_in_lines(row, by),
        ],
        safe=safe_contact.is_sensitive(row),
        due_at=row.due_at,
        since=row.offered_at,
        accept_url=address("referral", row.pk),
        return_url=address("referral_return", row.pk),
    )


def accepted(row: Handed, topics: Topics, at: dt.datetime) -> Card:
    """How far the help is."""
    return Card(
        str(row.pk),
        row.reference,
        row.case_urgency,
        title=title_of(row, topics),
        text=progress_text(tracks.counter(row.track_kind, row.held), planned=row.next_session is not None),
        lines=[Line("building", unit_text(row)), way_line(row), *first_contact_lines(row, at), *heard_lines(row, at)],
        safe=safe_contact.is_sensitive(row),
        done=planned_text(row.next_session, row.answered_at or at, at),
        open_url=address("case", row.reference),
        ask_url="" if row.has_opinion or _is_long_ago(row, at) else address("referral_feedback", row.pk),
    )


def returned(row: Handed, at: dt.datetime) -> Card:
    """That it was returned, why, and who has it in hands; nothing about the person any more."""
    if row.kind in BY_WORKER:
        now = _("It stays with the worker who has it.")
    elif row.case_state not in AT_DESK:
        now = _("It is in other hands now.")
    elif row.owner:
        now = _("%(name)s at the desk looks further.") % {"name": row.owner}
    else:
        now = _("The desk looks further.")
    return Card(
        str(row.pk),
        row.reference,
        row.urgency,
        title=str(ReturnReason(row.return_reason).label),
        text=now,
        done=_("Given back: %(day)s") % {"day": day_words(row.answered_at or at, at)},
    )


def kind_lines(row: Handed) -> list[Line]:
    """What is asked, where that is not what the desk always asks."""
    if row.kind == HandOver.TRANSFER:
        return [Line("arrow-left-right", _("%(name)s asks you to take this case over") % {"name": row.owner or "–"})]
    if row.kind == HandOver.CONSULTATION:
        words = _("%(name)s asks your advice. The case stays with them") % {"name": row.owner or "–"}
        return [Line("chat-left-text", words)]
    return []


def title_of(row: Handed, topics: Topics) -> str:
    """The leading topic in words; there may be none."""
    known = topics.get(row.topics[0]) if row.topics else None
    return str(known) if known else _("Topic not known yet")


def unit_text(row: Handed) -> str:
    return row.unit or _("Unit not known")


def match_text(row: Handed) -> str:
    """Why this came to the reader: their unit, the larger unit, the location, the region, or the pool."""
    unit, name = unit_text(row), row.match_name
    match row.match_step:
        case MatchStep.UNIT:
            return _("Your unit: %(unit)s") % {"unit": unit}
        case MatchStep.PARENT:
            return _("Part of your unit %(name)s: %(unit)s") % {"name": name, "unit": unit}
        case MatchStep.LOCATION:
            return _("Your location %(name)s: %(unit)s") % {"name": name, "unit": unit}
        case MatchStep.REGION:
            return _("Your region %(name)s: %(unit)s") % {"name": name, "unit": unit}
        case MatchStep.POOL:
            return _("National pool: %(unit)s") % {"unit": unit}
    return _("Chosen by the desk: %(unit)s") % {"unit": unit}


def way_line(wishes: Wishes) -> Line:
    """The first way the client chose, and when."""
    way = ContactWay(wishes.channels[0]) if wishes.channels else ContactWay.PHONE
    when = safe_contact.window_words(wishes) if way in {ContactWay.PHONE, ContactWay.VIDEO} else ""
    said = [str(way.label), when] if way == ContactWay.VIDEO or not when else [when]
    return Line(safe_contact.ICONS[way], ", ".join(filter(None, said)))


def answer_line(row: Handed, at: dt.datetime) -> Line:
    """By when, as someone reads it at ``at``: today before 14:15."""
    when = before_words(row.due_at, at) if row.due_at else ""
    return Line("clock", _("Answer %(when)s") % {"when": when})


def stand_in_lines(row: Handed, by: Actor) -> list[Line]:
    """That it was meant for a colleague who is away; nothing for who it was sent to."""
    if row.to_user_id not in by.stands_in_for:
        return []
    return [Line("person", _("For %(name)s, for whom you stand in") % {"name": row.to_name})]


def first_contact_lines(row: Handed, at: dt.datetime) -> list[Line]:
    """What is still to be done before the worker is the client's contact person; nothing once they met."""
    if row.contacted_at is not None or row.contact_due_at is None:
        return []
    if row.warm and row.talk_at is not None:
        when = {"day": day_words(row.talk_at, at), "time": clock(row.talk_at)}
        return [Line("people", _("Talk of three: %(day)s, %(time)s") % when)]
    when = {"when": before_words(row.contact_due_at, at)}
    if row.warm:
        return [Line("people", _("Plan the talk of three %(when)s") % when)]
    return [Line("telephone", _("First contact %(when)s") % when)]


def heard_lines(row: Handed, at: dt.datetime) -> list[Line]:
    """That somebody else spoke to the client lately, such as the desk when they rang again."""
    if row.heard_at is None or at - row.heard_at > LATELY:
        return []
    when = {"day": day_words(row.heard_at, at), "time": clock(row.heard_at)}
    return [Line("telephone", _("A colleague spoke to the client: %(day)s, %(time)s") % when)]


def _is_long_ago(row: Handed, at: dt.datetime) -> bool:
    """Whether it is no use to ask any more how it was passed on."""
    return row.answered_at is None or at - row.answered_at > ASKED_FOR


def progress_text(counter: Counter, *, planned: bool) -> str:
    """How many conversations there have been; whether the next is planned is said beside it."""
    if counter.kind != TrackKind.SHORT_TERM_HELP:
        done = f"{counter.short}."
    elif counter.held:
        done = _("Conversation %(held)d of at most %(most)d held.") % {"held": counter.held, "most": counter.limit}
    else:
        done = _("No conversation yet.")
    return " ".join(filter(None, [done, "" if planned else _("Nothing planned.")]))


def planned_text(planned: dt.datetime | None, since: dt.datetime, at: dt.datetime) -> str:
    """The next conversation, or since when the case is theirs."""
    if planned is None:
        return _("Taken over: %(day)s") % {"day": day_words(since, at)}
    return _("Next conversation: %(day)s, %(time)s") % {"day": day_words(planned, at), "time": clock(planned)}
