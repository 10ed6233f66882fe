"""From one shift to the next: what is open, what the last one did, a note, and that the next one has read it.

A hand-over belongs to the turn that begins: its team and its moment. Somebody who steps in halfway has one of their
own. Nobody needs to write anything; reading is asked all the same, because the lists are the hand-over.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actions import Clash
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.duty import OnDuty, duty_team_code, load_calendar, roster
from accounts.enums import Role
from accounts.models import DataKey, Membership, Shift, ShiftHandover, Team, User
from accounts.notices import Kind, register, tell_user
from accounts.shifts import TEAMS
from cases.enums import EntryKind
from cases.models import Alert, Case, TimelineEntry
from desk import today
from desk.today import Line

UNREAD_AFTER = dt.timedelta(minutes=30)
COORDINATOR_AFTER = dt.timedelta(minutes=60)
GIVE_UP_AFTER = dt.timedelta(hours=4)
LOOK_BACK = dt.timedelta(hours=12)
GOES_BACK = dt.timedelta(hours=36)
MOST_DONE = 2000
LONGEST = 4000
MOST = 50

UNREAD = register(
    Kind(
        code="handover.unread",
        title=gettext_lazy("You have not read the hand-over yet"),
        text=gettext_lazy("Your shift has begun. Read what the last one left for you, and say that you did."),
        priority=2,
    )
)
UNREAD_BY_DUTY = register(
    Kind(
        code="handover.unread_by_duty",
        title=gettext_lazy("Nobody has read the hand-over"),
        text=gettext_lazy("The new shift began an hour ago. Call whoever is on duty."),
        priority=2,
    )
)


@dataclass(frozen=True)
class Done:
    """Something that was written down in a case."""

    at: dt.datetime
    reference: str
    what: str
    name: str


@dataclass(frozen=True)
class Overview:
    """What the next shift needs to know. ``did`` are (what, how often); ``lately`` the same one by one."""

    since: dt.datetime
    alerts: list[Alert]
    calls: list[Line]
    unreached: list[Case]
    did: list[tuple[str, int]]
    lately: list[Done]


@dataclass(frozen=True)
class Change:
    """The turn of this moment and the one after it. ``note`` is the last one that was written for a turn that began."""

    now: list[OnDuty]
    next: list[OnDuty]
    current: ShiftHandover | None
    coming: ShiftHandover | None
    note: ShiftHandover | None

    def is_on(self, by: Actor) -> bool:
        return any(turn.user.pk == by.user_id for turn in self.now)


def change_at(at: dt.datetime, calendar: Calendar) -> Change:
    """Read only; a hand-over has no row before somebody writes, reads or forgets it. Two queries, or three."""
    turns = roster(at, calendar)
    rows = ShiftHandover.objects.select_related("data_key", "written_by", "read_by", "team")
    found = list(rows.filter(starts_at__gt=at - GOES_BACK).order_by("-starts_at"))
    current, coming = _among(found, turns.on_duty, calendar), _among(found, turns.next, calendar)
    written = [row for row in found if row.written_at and row.starts_at <= at]
    note = current if current and current.written_at else next(iter(written), None)
    return Change(turns.on_duty, turns.next, current, coming, note)


def _among(rows: list[ShiftHandover], turns: list[OnDuty], calendar: Calendar) -> ShiftHandover | None:
    """The hand-over to these turns."""
    facts = (turns[0].team, _begins(turns[0], calendar)) if turns else None
    return next((row for row in rows if (row.team.code, row.starts_at) == facts), None)


def _begins(turn: OnDuty, calendar: Calendar) -> dt.datetime:
    """When the turn begins: a desk shift from 07:45 takes over at 08:00, when the desk opens."""
    if duty_team_code(turn.starts_at, calendar) == turn.team:
        return turn.starts_at
    return calendar.next_change(turn.starts_at) or turn.starts_at


def overview(by: Actor, at: dt.datetime) -> Overview:
    """What ``by`` may see of it. Nothing of a story: references, kinds and moments. Five queries."""
    since = _last_shift_began(at)
    cases = Case.objects.visible_to(by, at)
    rows = TimelineEntry.objects.filter(case__in=cases, at__gte=since, at__lte=at).order_by("-at", "pk")
    done = [
        Done(when, reference, str(EntryKind(kind).label), name or "")
        for when, reference, kind, name in rows.values_list("at", "case__reference", "kind", "by__name")[:MOST_DONE]
    ]
    return Overview(
        since=since,
        alerts=list(Alert.objects.for_eyes_of(by, at).with_steps().prefetch_related(None)[:MOST]),
        calls=[line for line in today.lines(by, at, MOST) if line.kind in {today.LOOK, today.PHONE}],
        unreached=list(cases.at_desk().unreached().only("id", "reference", "urgency", "first_contact_due_at")[:MOST]),
        did=Counter(one.what for one in done).most_common(),
        lately=done[:MOST],
    )


def _last_shift_began(at: dt.datetime) -> dt.datetime:
    """When the shift before the present one began; half a day ago when nobody was there. One query."""
    rows = Shift.objects.filter(team__code__in=TEAMS, starts_at__lte=at, ends_at__gt=at - GOES_BACK)
    spans = list(rows.order_by("starts_at").values_list("starts_at", "ends_at"))
    begun = next((start for start, end in spans if end > at), at)
    before = [start for start, end in spans if start < begun and end >= begun]
    return max(before[0] if before else at - LOOK_BACK, at - GOES_BACK)


@transaction.atomic
def write(text: str, *, seen: str, by: Actor, at: dt.datetime) -> ShiftHandover:
    """Keep the note for the turn that comes next. ``seen`` is the stamp of what the writer had before them: raises
    Clash when a colleague wrote meanwhile, or when nobody comes next."""
    calendar = load_calendar()
    turns = roster(at, calendar).next
    if not turns:
        raise Clash(_("Nobody is on the roster after this. Call the coordinator."))
    row = _locked(turns[0], calendar)
    if stamp(row) != seen:
        raise Clash(_("A colleague wrote a note meanwhile. Read it below and add yours to it."))
    row.note, row.written_by, row.written_at = text, by.user, at
    row.save(update_fields=["note", "written_by", "written_at"])
    audit.record("shift_handover.written", by=by, at=at, obj=row)
    return row


def stamp(row: ShiftHandover | None) -> str:
    """Says which text somebody had before them."""
    return row.written_at.astimezone(dt.UTC).isoformat() if row and row.written_at else ""


@transaction.atomic
def confirm(*, by: Actor, at: dt.datetime) -> ShiftHandover:
    """Somebody whose turn it is has read it. Raises Clash for anyone else, and the second time."""
    calendar = load_calendar()
    turns = roster(at, calendar).on_duty
    if not any(turn.user.pk == by.user_id for turn in turns):
        raise Clash(_("Only who is on duty now can say this."))
    row = _locked(turns[0], calendar)
    if row.read_at is not None:
        raise Clash(_("This was said already."))
    row.read_by, row.read_at = by.user, at
    row.save(update_fields=["read_by", "read_at"])
    audit.record("shift_handover.read", by=by, at=at, obj=row)
    return row


def _locked(turn: OnDuty, calendar: Calendar) -> ShiftHandover:
    """The hand-over to this turn FOR UPDATE, made when there is none. The team's row keeps two from making it."""
    team, begins = Team.objects.select_for_update().get(code=turn.team), _begins(turn, calendar)
    rows = ShiftHandover.objects.select_for_update(of=("self",)).select_related("data_key")
    found = rows.filter(team=team, starts_at=begins).first()
    return found or ShiftHandover.objects.create(team=team, starts_at=begins, data_key=DataKey.objects.make())


def listed() -> "QuerySet[ShiftHandover]":
    """All that was written or read, the latest first."""
    return ShiftHandover.objects.select_related("data_key", "team", "written_by", "read_by").order_by(
        "-starts_at", "-pk"
    )


def remind_unread(at: dt.datetime) -> bool:
    """Half an hour into a shift whoever is on duty is told that the hand-over is unread, and after an hour the
    coordinators. Each of them once for each hand-over: may run late and twice. True when it is unread."""
    calendar = load_calendar()
    turns = roster(at, calendar).on_duty
    begun = _begins(turns[0], calendar) if turns else at
    if not UNREAD_AFTER <= at - begun < GIVE_UP_AFTER or _goes_on(turns[0], begun):
        return False
    with transaction.atomic():
        row = _locked(turns[0], calendar)
        if row.read_at is not None:
            return False
        for turn in turns:
            _tell(UNREAD, turn.user, row, at)
        if at - row.starts_at >= COORDINATOR_AFTER:
            people = Membership.objects.live_on(timezone.localdate(at)).of_desk().filter(role=Role.COORDINATOR)
            for member in people.select_related("user"):
                _tell(UNREAD_BY_DUTY, member.user, row, at)
    return True


def _goes_on(turn: OnDuty, begun: dt.datetime) -> bool:
    """Whether the first in line had the shift before as well: there is nobody to take over from."""
    return Shift.objects.filter(user=turn.user, team__code__in=TEAMS, ends_at=begun).exists()


def _tell(kind: Kind, user: User, row: ShiftHandover, at: dt.datetime) -> None:
    tell_user(kind, user, about=None, occasion=str(row.pk), path=reverse("shift_handover"), at=at)
