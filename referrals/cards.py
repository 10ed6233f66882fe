"""What a card on the board says, in words: no story, only what the client let travel (UX, page K)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.addresses import address
from cases import safe_contact
from cases.enums import AT_DESK, SESSION_LIMIT, ContactWay, TrackKind
from cases.models import Case, ContactPreference
from cases.moments import before_words, clock, day_words
from cases.topics import TopicFacts
from referrals.enums import MatchStep, ReturnReason
from referrals.models import Referral

Topics = Mapping[str, TopicFacts]


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


def offered(referral: Referral, topics: Topics, at: dt.datetime, by: Actor) -> Card:
    """For those who can answer it: why it came to them, the approved summary, the way to reach the client."""
    case = referral.case
    wishes = safe_contact.wishes_of(case)
    return Card(
        str(referral.pk),
        case.reference,
        referral.urgency,
        title=title_of(case, topics),
        text=str(referral.summary),
        lines=[
            Line("signpost-split", match_text(referral)),
            way_line(wishes),
            answer_line(referral, at),
            *stand_in_lines(referral, by),
        ],
        safe=safe_contact.is_sensitive(wishes),
        due_at=referral.due_at,
        since=referral.offered_at,
        accept_url=address("referral", referral.pk),
        return_url=address("referral_return", referral.pk),
    )


def accepted(referral: Referral, topics: Topics, at: dt.datetime) -> Card:
    """How far the help is; needs the counts of ``board.with_progress``."""
    case = referral.case
    wishes = safe_contact.wishes_of(case)
    planned: dt.datetime | None = getattr(referral, "next_session", None)
    return Card(
        str(referral.pk),
        case.reference,
        case.urgency,
        title=title_of(case, topics),
        text=progress_text(getattr(referral, "held", 0), planned=planned is not None),
        lines=[Line("building", unit_text(case)), way_line(wishes)],
        safe=safe_contact.is_sensitive(wishes),
        done=planned_text(planned, referral.answered_at or at, at),
        open_url=address("case", case.reference),
    )


def returned(referral: Referral, at: dt.datetime) -> Card:
    """That it was returned, why, and who has it in hands; nothing about the person any more."""
    case = referral.case
    if case.state not in AT_DESK:
        now = _("It is in other hands now.")
    elif case.owner is not None:
        now = _("%(name)s at the desk looks further.") % {"name": case.owner.name}
    else:
        now = _("The desk looks further.")
    return Card(
        str(referral.pk),
        case.reference,
        referral.urgency,
        title=str(ReturnReason(referral.return_reason).label),
        text=now,
        done=_("Given back: %(day)s") % {"day": day_words(referral.answered_at or at, at)},
    )


def title_of(case: Case, topics: Topics) -> str:
    """The leading topic in words; there may be none."""
    known = topics.get(case.topic)
    return str(known) if known else _("Topic not known yet")


def unit_text(case: Case) -> str:
    return case.unit.name if case.unit else _("Unit not known")


def match_text(referral: Referral) -> str:
    """Why this came to the reader: their unit, the larger unit, the location, the region, or the pool."""
    unit, name = unit_text(referral.case), referral.match_name
    match referral.match_step:
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


def way_line(wishes: ContactPreference) -> Line:
    """The first way the client chose, and when."""
    way = ContactWay(wishes.channels[0]) if wishes.channels else ContactWay.PHONE
    when = safe_contact.window_words(wishes) if way in {ContactWay.PHONE, ContactWay.VIDEO} else ""
    said = [str(way.label), when] if way == ContactWay.VIDEO or not when else [when]
    return Line(safe_contact.ICONS[way], ", ".join(filter(None, said)))


def answer_line(referral: Referral, at: dt.datetime) -> Line:
    """By when, as someone reads it at ``at``: today before 14:15."""
    when = before_words(referral.due_at, at) if referral.due_at else ""
    return Line("clock", _("Answer %(when)s") % {"when": when})


def stand_in_lines(referral: Referral, by: Actor) -> list[Line]:
    """That it was meant for a colleague who is away; nothing for who it was sent to."""
    if referral.to_user is None or referral.to_user_id not in by.stands_in_for:
        return []
    return [Line("person", _("For %(name)s, for whom you stand in") % {"name": referral.to_user.name})]


def progress_text(held: int, *, planned: bool) -> str:
    """How many conversations there have been; whether the next is planned is said beside it."""
    most = SESSION_LIMIT[TrackKind.SHORT_TERM_HELP]
    done = _("Conversation %(held)d of at most %(most)d held.") % {"held": held, "most": most}
    first = _("No conversation yet.")
    return " ".join(filter(None, [done if held else first, "" if planned else _("Nothing planned.")]))


def planned_text(planned: dt.datetime | None, since: dt.datetime, at: dt.datetime) -> str:
    """The next conversation, or since when the case is theirs."""
    if planned is None:
        return _("Taken over: %(day)s") % {"day": day_words(since, at)}
    return _("Next conversation: %(day)s, %(time)s") % {"day": day_words(planned, at), "time": clock(planned)}
