"""The timeline of a case: friendly lines for people. Inspectors read the audit.

Rows hold codes; the words are made here when they are shown, in the reader's language. ``facts`` that are understood:

``way`` (ContactWay), ``outcome`` (AttemptOutcome, or CaseOutcome on CLOSED), ``from`` and ``to`` (Urgency, on
URGENCY_CHANGED), ``owner``, ``user``, ``to_user`` and ``with_user`` (user ids), ``team`` and ``to_team`` (team ids),
``channel`` (IntakeChannel), ``by_way`` (Channel of a notice), ``how`` (that went), ``starts_at`` (ISO moment),
``minutes``, ``other`` (id of a linked case). All are optional.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case as Choose
from django.db.models import Count, F, Q, QuerySet, When, Window
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.counting import Among, recall_objects
from accounts.models import Team, User
from cases.enums import EntryKind
from cases.models import Case, TimelineEntry
from cases.telling import CLIENT, CLIENT_DETAILS, STAFF
from cases.telling.told import Sentence, Told
from cases.timeline_filter import Wanted

PER_PAGE = 25
MOST_CALLS = 200
CALLS = (EntryKind.ALERT_SKIPPED, EntryKind.ALERT_RAISED, EntryKind.ALERT_SENT, EntryKind.ALERT_ACKNOWLEDGED)
"""In the order in which they come about."""

USER_FACTS = ("to_user", "with_user", "owner", "user")
TEAM_FACTS = ("team", "to_team")
EVERYTHING = Q()
LINKS = (EntryKind.LINKED, EntryKind.UNLINKED, EntryKind.MERGED, EntryKind.UNMERGED, EntryKind.SPLIT)


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
    (entry,) = add_each({case: facts or {}}, kind, by=by, at=at, text=text, for_client=for_client)
    return entry


def add_each(
    facts: Mapping[Case, dict[str, Any]],
    kind: EntryKind,
    *,
    by: Actor,
    at: dt.datetime,
    text: str = "",
    for_client: bool = False,
) -> list[TimelineEntry]:
    """A line in each of these cases, with its facts. One query, or two."""
    entries = [
        TimelineEntry(
            case=case,
            at=at,
            kind=kind,
            by=by.user if by.roles else None,
            by_client=by.kind == "follower" or (by.kind == "user" and by.capacity == "own"),
            facts=of_case,
            text=text,
            for_client=for_client,
        )
        for case, of_case in facts.items()
    ]
    TimelineEntry.objects.bulk_create(entries)
    late = [case for case in facts if case.late_since is not None]
    if late:  # something happens again; see cases/late_steps.py
        for case in late:
            case.late_since, case.next_look_at = None, at
        Case.objects.filter(pk__in=[case.pk for case in late]).update(late_since=None, next_look_at=at)
    return entries


@dataclass(frozen=True)
class Line:
    """One line in words, for components/log.html. ``detail`` is personal text that this reader may see."""

    kind: str
    moment: dt.datetime
    text: str
    by: str = ""
    detail: str = ""


def for_staff(
    case: Case,
    page: int | str = 1,
    *,
    others: Sequence[UUID] = (),
    also: Sequence[Case] = (),
    wanted: Wanted | None = None,
) -> "Page[Any]":
    """One page of lines, newest first, with the sealed details. At most four queries.

    ``others`` are linked cases that this reader may open (cases/links.py); lines about any other link are left out.
    ``also`` are those of them that were put together with this one: their lines stand among its own.
    """
    which = wanted.condition if wanted else EVERYTHING
    found, rows = _page(case, page, others=others, also=also, which=which)
    names = _names(rows)
    of = {one.pk: one for one in (case, *also)}
    found.object_list = [_line(of[row.case_id], row, names, STAFF, lambda row: bool(row.text)) for row in rows]
    return found


def in_full(case: Case, *, besides: Sequence[EntryKind] = ()) -> list[Line]:
    """Every line for staff but of these kinds, the oldest first; of links with other cases none. At most three
    queries."""
    rows = list(_rows(case.pk, for_client=False).exclude(kind__in=besides).order_by("at", "pk"))
    names = _names(rows)
    return [_line(case, row, names, STAFF, lambda row: bool(row.text)) for row in rows]


def of_calls(case: Case) -> list[Line]:
    """Who was called about it, by which way, how that went and who picked it up, newest first. Two queries.

    A sweep calls and sends at one moment; there the order is that of ``CALLS``.
    """
    step = Choose(*(When(kind=kind, then=place) for place, kind in enumerate(CALLS)))
    found = TimelineEntry.objects.filter(case=case, kind__in=CALLS).annotate(by_name=F("by__name"))
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
    case: Case,
    number: int | str,
    *,
    for_client: bool = False,
    others: Sequence[UUID] = (),
    also: Sequence[Case] = (),
    which: Q = EVERYTHING,
) -> "tuple[Page[Any], list[TimelineEntry]]":
    """A page, and its rows. One query for the first page, two for another."""
    is_first = str(number) == "1"
    merged = [one.pk for one in also]
    length = 0 if is_first else _rows(case.pk, for_client, others, merged).filter(which).count()
    part: Any = range(PER_PAGE) if is_first else Paginator(range(length), PER_PAGE).get_page(number).object_list
    key = ("timeline", for_client, part.start, part.stop)
    if others or merged or which:
        rows = list(_rows(case.pk, for_client, others, merged).filter(which)[part.start : part.stop])
    else:
        rows = recall_objects(key, None, lambda pk: _rows(pk, for_client)[part.start : part.stop], case.pk)
    length = rows[0].of if rows else length  # type: ignore[attr-defined]
    return Paginator(range(length), PER_PAGE).get_page(number), rows


def _rows(
    case_id: UUID, for_client: bool, others: Sequence[UUID] = (), merged: Sequence[UUID] = ()
) -> "QuerySet[TimelineEntry]":
    """All of a case, the newest first; ``of`` is how many there are."""
    known = ~Q(kind__in=LINKS)
    if others:
        known |= Q(facts__other__in=[str(one) for one in others])
    which = Q(case__in=[case_id, *merged]) if merged else Q(case=case_id)
    rows = TimelineEntry.objects.filter(known, which).annotate(by_name=F("by__name")).order_by("-at", "-pk")
    rows = rows.filter(for_client=True, kind__in=list(CLIENT)) if for_client else rows
    return rows.annotate(of=Window(Count("pk")))


def _names(rows: Sequence[Any]) -> dict[tuple[str, int], str]:
    """Everyone named in the facts; a query for people and one for teams, only when there are any."""
    users = {row.facts[key] for row in rows for key in USER_FACTS if row.facts.get(key)}
    teams = {row.facts[key] for row in rows for key in TEAM_FACTS if row.facts.get(key)}
    known = {("user", row.by_id): row.by_name for row in rows if row.by_id}
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
    by = row.by_name or ""  # type: ignore[attr-defined]
    people = [names.get(("user", row.facts.get(key, 0)), "") for key in USER_FACTS]
    teams = [names.get(("team", row.facts.get(key, 0)), "") for key in TEAM_FACTS]
    to = next((name for name in [*people, *teams] if name and name != by), "")
    sentence: Sentence = words.get(row.kind, lambda told: str(EntryKind(row.kind).label))
    text = sentence(Told(who=by or _("The desk"), to=to, facts=row.facts))
    writer = by or (_("Client") if row.by_client else "")
    return Line(row.kind, row.at, text, writer, row.text if tells(row) else "")
