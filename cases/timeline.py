"""The timeline of a case: friendly lines for people. Inspectors read the audit.

Rows hold codes; the words are made here when they are shown, in the reader's language. ``facts`` that are understood:

``way`` (ContactWay), ``outcome`` (AttemptOutcome, or CaseOutcome on CLOSED), ``from`` and ``to`` (Urgency, on
URGENCY_CHANGED), ``owner``, ``user``, ``to_user`` and ``with_user`` (user ids), ``team`` and ``to_team`` (team ids),
``channel`` (IntakeChannel), ``by_way`` (Channel of a notice), ``how`` (that went), ``starts_at`` (ISO moment),
``minutes``, ``other`` (id of a linked case). All are optional.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case as Choose
from django.db.models import Count, Q, QuerySet, When, Window
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.counting import Among, recall_objects
from accounts.enums import Channel
from accounts.models import Team, User
from cases.enums import AttemptOutcome, CaseOutcome, ContactWay, EntryKind, IntakeChannel, Urgency
from cases.models import Case, TimelineEntry

PER_PAGE = 25
MOST_CALLS = 200
CALLS = (EntryKind.ALERT_SKIPPED, EntryKind.ALERT_RAISED, EntryKind.ALERT_SENT, EntryKind.ALERT_ACKNOWLEDGED)
"""In the order in which they come about."""

USER_FACTS = ("to_user", "with_user", "owner", "user")
TEAM_FACTS = ("team", "to_team")
LINKS = (EntryKind.LINKED, EntryKind.UNLINKED)


def add(
    case: Case,
    kind: EntryKind,
    *,
    by: Actor,
    at: dt.datetime,
    facts: dict[str, Any] | None = None,
    text: str = "",
    for_client: bool = False,
) -> TimelineEntry:
    """Write one line. ``facts`` holds codes, ids and ISO dates only; personal words go in ``text``, which is sealed."""
    entry = TimelineEntry(
        case=case,
        at=at,
        kind=kind,
        by=by.user if by.roles else None,
        by_client=by.kind == "follower" or (by.kind == "user" and by.capacity == "own"),
        facts=facts or {},
        text=text,
        for_client=for_client,
    )
    entry.save(force_insert=True)
    return entry


@dataclass(frozen=True)
class Line:
    """One line in words, for components/log.html. ``detail`` is personal text that this reader may see."""

    kind: str
    moment: dt.datetime
    text: str
    by: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Told:
    """What a sentence may use: names instead of ids, words instead of codes."""

    who: str
    to: str
    facts: dict[str, Any]

    def word(self, fact: str, choices: Any) -> str:
        """The label of a code, in the middle of a sentence; empty when the fact is missing or unknown."""
        code = self.facts.get(fact)
        return str(choices(code).label).lower() if code in choices.values else ""

    @property
    def when(self) -> str:
        """Day and time of the conversation it is about; empty when unknown."""
        try:
            moment = dt.datetime.fromisoformat(str(self.facts.get("starts_at")))
        except ValueError:
            return ""
        return date_format(timezone.localtime(moment) if timezone.is_aware(moment) else moment, "l j F, H:i")


Sentence = Callable[[Told], str]


def for_staff(case: Case, page: int | str = 1, *, others: Sequence[UUID] = ()) -> "Page[Any]":
    """One page of lines, newest first, with the sealed details. At most four queries.

    ``others`` are linked cases that this reader may open (cases/links.py); lines about any other link are left out.
    """
    found, rows = _page(case, page, others=others)
    names = _names(rows)
    found.object_list = [_line(case, row, names, STAFF, lambda row: bool(row.text)) for row in rows]
    return found


def of_calls(case: Case) -> list[Line]:
    """Who was called about it, by which way, how that went and who picked it up, newest first. Two queries.

    A sweep calls and sends at one moment; there the order is that of ``CALLS``.
    """
    step = Choose(*(When(kind=kind, then=place) for place, kind in enumerate(CALLS)))
    found = TimelineEntry.objects.filter(case=case, kind__in=CALLS).select_related("by")
    rows = list(found.order_by("-at", step.desc(), "-pk")[:MOST_CALLS])
    names = _names(rows)
    return [_line(case, row, names, STAFF, lambda row: False) for row in rows]


def for_client(case: Case, page: int | str = 1) -> "Page[Any]":
    """The same for the client: only what was written for them, in words to them, and no one else's remarks."""
    found, rows = _page(case, page, for_client=True)
    names = _names(rows)
    found.object_list = [_line(case, row, names, CLIENT, lambda row: row.kind in CLIENT_DETAILS) for row in rows]
    return found


def _page(
    case: Case, number: int | str, *, for_client: bool = False, others: Sequence[UUID] = ()
) -> "tuple[Page[Any], list[TimelineEntry]]":
    """A page, and its rows. One query for the first page, two for another."""
    is_first = str(number) == "1"
    length = 0 if is_first else _rows(case.pk, for_client, others).count()
    part: Any = range(PER_PAGE) if is_first else Paginator(range(length), PER_PAGE).get_page(number).object_list
    key = ("timeline", for_client, part.start, part.stop)
    if others:
        rows = list(_rows(case.pk, for_client, others)[part.start : part.stop])
    else:
        rows = recall_objects(key, None, lambda pk: _rows(pk, for_client)[part.start : part.stop], case.pk)
    length = rows[0].of if rows else length  # type: ignore[attr-defined]
    return Paginator(range(length), PER_PAGE).get_page(number), rows


def _rows(case_id: UUID, for_client: bool, others: Sequence[UUID] = ()) -> "QuerySet[TimelineEntry]":
    """All of a case, the newest first; ``of`` is how many there are."""
    known = ~Q(kind__in=LINKS)
    if others:
        known |= Q(facts__other__in=[str(one) for one in others])
    rows = TimelineEntry.objects.filter(known, case=case_id).select_related("by").order_by("-at", "-pk")
    rows = rows.filter(for_client=True, kind__in=list(CLIENT)) if for_client else rows
    return rows.annotate(of=Window(Count("pk")))


def _names(rows: list[TimelineEntry]) -> dict[tuple[str, int], str]:
    """Everyone named in the facts; a query for people and one for teams, only when there are any."""
    users = {row.facts[key] for row in rows for key in USER_FACTS if row.facts.get(key)}
    teams = {row.facts[key] for row in rows for key in TEAM_FACTS if row.facts.get(key)}
    known = {("user", row.by.pk): row.by.name for row in rows if row.by}
    if others := users - {pk for _kind, pk in known}:
        people = recall_objects(
            ("people named",), None, lambda ids: User.objects.filter(Among("pk", ids)), list(others)
        )
        known |= {("user", user.pk): user.name for user in people}
    if teams:
        groups = recall_objects(("teams named",), None, lambda ids: Team.objects.filter(Among("pk", ids)), list(teams))
        known |= {("team", team.pk): str(team) for team in groups}
    return known


def _line(
    case: Case,
    row: TimelineEntry,
    names: dict[tuple[str, int], str],
    words: dict[str, Sentence],
    tells: Callable[[TimelineEntry], bool],
) -> Line:
    row.case = case  # the key is at hand, so no row asks for it again
    by = row.by.name if row.by else ""
    people = [names.get(("user", row.facts.get(key, 0)), "") for key in USER_FACTS]
    teams = [names.get(("team", row.facts.get(key, 0)), "") for key in TEAM_FACTS]
    to = next((name for name in [*people, *teams] if name and name != by), "")
    sentence: Sentence = words.get(row.kind, lambda told: str(EntryKind(row.kind).label))
    text = sentence(Told(who=by or _("The desk"), to=to, facts=row.facts))
    writer = by or (_("Client") if row.by_client else "")
    return Line(row.kind, row.at, text, writer, row.text if tells(row) else "")


def _taken(told: Told) -> str:
    """To the client: who looks at it, or who came in the place of a worker who left."""
    who = {"who": told.to or told.who}
    if told.facts.get("handover"):
        return _("%(who)s is your contact person from now on") % who
    return _("%(who)s looks at your request") % who


def _received(told: Told) -> str:
    channel = told.word("channel", IntakeChannel)
    return _("Request received (%(channel)s)") % {"channel": channel} if channel else _("Request received")


def _attempt(told: Told) -> str:
    way, outcome = told.word("way", ContactWay), told.word("outcome", AttemptOutcome)
    return _("Contact attempt: %(what)s") % {"what": ", ".join(part for part in (way, outcome) if part) or "–"}


def _handed(own: str, other: str) -> Sentence:
    """Two forms: with and without the name of who receives."""
    return lambda told: _(other) % {"to": told.to} if told.to else _(own)


def _urgency(told: Told) -> str:
    was, now = told.word("from", Urgency), told.word("to", Urgency)
    if was and now:
        return _("Urgency changed from %(was)s to %(now)s") % {"was": was, "now": now}
    return _("Urgency changed to %(now)s") % {"now": now} if now else _("Urgency changed")


def _timed(plain: str, timed: str) -> Sentence:
    """Two forms: with and without day and time."""
    return lambda told: _(timed) % {"when": told.when} if told.when else _(plain)


def _held(told: Told) -> str:
    minutes = told.facts.get("minutes")
    return _("Conversation held, %(minutes)s minutes") % {"minutes": minutes} if minutes else _("Conversation held")


def _closed(told: Told) -> str:
    outcome = told.word("outcome", CaseOutcome)
    return _("Closed: %(outcome)s") % {"outcome": outcome} if outcome else _("Closed")


def _lifted(text: str, lifted: str) -> Sentence:
    return lambda told: _(lifted if told.facts.get("lifted") else text)


CALL_BACK_WORDS = {
    "cancelled": gettext_noop("The client cancelled the call-back"),
    "other_way": gettext_noop("May not be called any more: to be reached another way"),
    "allowed": gettext_noop("One more attempt to call was allowed"),
    "finished": gettext_noop("Nobody needs to call any more"),
    "linked": gettext_noop("A call that came in was found to belong to this case"),
}


def call_back_words(told: Told) -> str:
    """What happened with a call-back, for staff."""
    if words := CALL_BACK_WORDS.get(str(told.facts.get("what"))):
        return _(words)
    return _("To be called on %(when)s") % {"when": told.when}


def _called_back(told: Told) -> str:
    if told.facts.get("what") == "cancelled":
        return _("You cancelled the call")
    return _("We call you on %(when)s") % {"when": told.when}


def _sent(told: Told) -> str:
    """How one way of calling somebody went."""
    words = {"to": told.to, "way": told.word("by_way", Channel)}
    how = told.facts.get("how")
    if not how:
        return _("Alert to %(to)s (%(way)s): sent") % words
    if how == "failed":
        return _("Alert to %(to)s (%(way)s): did not work, we try again") % words
    return _("Alert to %(to)s (%(way)s): not possible") % words


STAFF: dict[str, Sentence] = {
    EntryKind.RECEIVED: _received,
    EntryKind.TAKEN: _handed(gettext_noop("Taken by a worker"), gettext_noop("Given to %(to)s")),
    EntryKind.CONTACT_ATTEMPT: _attempt,
    EntryKind.REFERRED: _handed(gettext_noop("Offered to a worker"), gettext_noop("Offered to %(to)s")),
    EntryKind.ACCEPTED: _handed(gettext_noop("Accepted"), gettext_noop("Accepted by %(to)s")),
    EntryKind.RETURNED: lambda told: _("Offer taken back") if told.facts.get("withdrawn") else _("Back at the desk"),
    EntryKind.ALERT_RAISED: _handed(gettext_noop("Person on duty alerted"), gettext_noop("Alerted: %(to)s")),
    EntryKind.ALERT_SENT: _sent,
    EntryKind.SESSION_PLANNED: _timed(
        gettext_noop("Conversation planned"), gettext_noop("Conversation planned on %(when)s")
    ),
    EntryKind.SESSION_HELD: _held,
    EntryKind.SESSION_MISSED: _timed(
        gettext_noop("The client did not come"), gettext_noop("The client did not come on %(when)s")
    ),
    EntryKind.SESSION_CANCELLED: _timed(
        gettext_noop("Conversation cancelled"), gettext_noop("Conversation of %(when)s cancelled")
    ),
    EntryKind.URGENCY_CHANGED: _urgency,
    EntryKind.NOTE: lambda told: _("File note written"),
    EntryKind.CALL_BACK: call_back_words,
    EntryKind.CLOSED: _closed,
    EntryKind.KEEP_OUT: _lifted(
        gettext_noop("Someone may never see this case"), gettext_noop("Keeping someone out was taken back")
    ),
}
"""Kinds that say more than their label; the others are shown by it."""


def _tried(told: Told) -> str:
    if told.facts.get("outcome") == AttemptOutcome.SPOKEN:
        return _("%(who)s spoke with you") % {"who": told.who}
    if told.facts.get("outcome") == AttemptOutcome.VOICEMAIL:
        return _("%(who)s left a message for you") % {"who": told.who}
    return _("%(who)s tried to reach you") % {"who": told.who}


def _by_name(text: str) -> Sentence:
    return lambda told: _(text) % {"who": told.who}


def _to_you(text: str) -> Sentence:
    return lambda told: _(text)


CLIENT: dict[str, Sentence] = {
    EntryKind.RECEIVED: _to_you(gettext_noop("We received your request")),
    EntryKind.TAKEN: _taken,
    EntryKind.CONTACT_ATTEMPT: _tried,
    EntryKind.MORE_ASKED: _by_name(gettext_noop("%(who)s asked you something")),
    EntryKind.ADDED: _to_you(gettext_noop("You added something to your story")),
    EntryKind.CONTACT_CHANGED: _to_you(gettext_noop("You changed how we may reach you")),
    EntryKind.CONSENT_ASKED: _to_you(gettext_noop("We asked you to read a summary")),
    EntryKind.CONSENT_GIVEN: _to_you(gettext_noop("You said that the summary is right")),
    EntryKind.CONSENT_REFUSED: _to_you(gettext_noop("You did not approve the summary. Nothing was passed on")),
    EntryKind.REFERRED: _handed(
        gettext_noop("We look for the right worker for you"), gettext_noop("We asked %(to)s to help you")
    ),
    EntryKind.ACCEPTED: lambda told: _("%(who)s is going to help you") % {"who": told.to or told.who},
    EntryKind.RETURNED: _to_you(gettext_noop("We look for another worker for you")),
    EntryKind.EXPIRED: _to_you(gettext_noop("We look for another worker for you")),
    EntryKind.SESSION_PLANNED: _timed(
        gettext_noop("A conversation is planned"), gettext_noop("A conversation is planned on %(when)s")
    ),
    EntryKind.SESSION_HELD: _by_name(gettext_noop("You had a conversation with %(who)s")),
    EntryKind.SESSION_MISSED: _timed(
        gettext_noop("The conversation did not take place. It does not count"),
        gettext_noop("The conversation of %(when)s did not take place. It does not count"),
    ),
    EntryKind.SESSION_CANCELLED: _timed(
        gettext_noop("The conversation was cancelled. It does not count"),
        gettext_noop("The conversation of %(when)s was cancelled. It does not count"),
    ),
    EntryKind.OUTSIDE_TRACK: _by_name(gettext_noop("You had contact with %(who)s")),
    EntryKind.FAMILY_INVITED: _to_you(gettext_noop("You invited someone")),
    EntryKind.FAMILY_ACCEPTED: _to_you(gettext_noop("Someone you invited said yes")),
    EntryKind.FAMILY_CHANGED: _to_you(gettext_noop("You changed what someone may see")),
    EntryKind.FAMILY_ENDED: _to_you(gettext_noop("Someone you invited no longer sees anything")),
    EntryKind.FIRST_CONTACT: _to_you(gettext_noop("The first contact person was changed")),
    EntryKind.KEEP_OUT: _lifted(
        gettext_noop("Someone was named who may not see your case"),
        gettext_noop("Someone is no longer kept out of your case"),
    ),
    EntryKind.CALL_BACK: _called_back,
    EntryKind.CLOSED: _to_you(gettext_noop("Your case was closed")),
    EntryKind.WITHDRAWN: _to_you(gettext_noop("You withdrew your request")),
    EntryKind.CLAIMED: _to_you(gettext_noop("You kept this request in your account")),
}
"""Only these kinds ever reach the client, whatever a row says."""

CLIENT_DETAILS = frozenset({EntryKind.ADDED, EntryKind.MORE_ASKED})
"""Kinds whose text is the client's own or was written to them."""
