"""The end of a case. It leaves nothing due, but for the one call that was agreed (cases/after_care.py)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from cases import (
    after_care,
    appointments,
    breaches,
    callbacks,
    case_tasks,
    debriefing,
    incidents,
    mediation,
    merged,
    messages,
    outlines,
    someone_else,
    timeline,
)
from cases.enums import (
    AT_DESK,
    DESK_OUTCOMES,
    WORKER_OUTCOMES,
    AccessReason,
    AttemptOutcome,
    CaseOutcome,
    CaseState,
    EntryKind,
    NoteKind,
    Overlay,
    SessionState,
    Urgency,
)
from cases.enums.ending import ASKED_AFTER
from cases.enums.mediation import MediationState
from cases.enums.tasks import OUTLIVES_CLOSING
from cases.enums.tracks import OUTLINE_OPEN
from cases.models import (
    CallBack,
    Case,
    CaseTask,
    ConfidentialityBreach,
    ContactAttempt,
    Ending,
    Mediation,
    Message,
    Note,
    NoteDraft,
    Outline,
    Session,
)
from cases.moves import NotNow, locked, move
from cases.notices import tell_client
from cases.permissions import end_access, end_consultations, end_deputies

TRIES_BEFORE_NOT_REACHED = 3


@dataclass(frozen=True)
class Goodbye:
    """What client and worker say at the end. ``results`` is a GoalResult by goal, in words. ``call_on``: the first day
    of the call afterwards; ``calls`` and ``asks``: whether there is that call, and whether we ask how it was."""

    takes_along: str = ""
    onward: str = ""
    results: Mapping[str, str] = field(default_factory=dict)
    calls: bool = False
    call_on: dt.date | None = None
    asks: bool = True


def may_end(case: Case) -> str:
    """Why the desk may not decide about this case yet; empty when it may.

    In an emergency nothing is decided until a person has spoken to the client (MISSION, Routing).
    """
    pressing = case.overlay == Overlay.EMERGENCY or case.urgency == Urgency.EMERGENCY
    if pressing and case.first_contact_at is None:
        return _("First speak to this person. Until then an emergency is neither passed on nor closed.")
    return ""


@transaction.atomic
def close(
    case: Case, *, outcome: str, by: Actor, at: dt.datetime, note: str = "", version: int | None = None,
    goodbye: Goodbye = Goodbye(),
) -> Case:  # fmt: skip
    """End a case with an outcome that fits who has it, and ``note`` about what was done (sealed).

    Working notes and unsaved texts are removed, tasks end, the desk and the after-hours line lose sight of the file
    after ``settings.ACCESS_AFTER_CLOSING``, and the client gets a neutral mail where that is safe.
    """
    case = locked(case, version=version)
    if case.state == CaseState.CLOSED:
        raise NotNow(_("This case is closed."))
    _check(case, CaseOutcome(outcome), note)
    _end(case, outcome, note, goodbye, kind=EntryKind.CLOSED, by=by, at=at, action="case.closed")
    if goodbye.calls:
        after_care.plan(case, on=goodbye.call_on, by=by, at=at)
    return case


@transaction.atomic
def withdraw(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """The client no longer wants help. Someone who said to be in danger is spoken to first."""
    case = locked(case)
    if case.state == CaseState.CLOSED:
        if case.outcome == CaseOutcome.WITHDRAWN:
            return case
        raise NotNow(_("Your request is closed already."))
    if may_end(case):
        raise NotNow(_("You told us that you are in danger. We want to speak to you first. Or call us."))
    nothing = Goodbye(asks=False)
    _end(case, CaseOutcome.WITHDRAWN, "", nothing, kind=EntryKind.WITHDRAWN, by=by, at=at, action="case.withdrawn")
    return case


def _check(case: Case, outcome: CaseOutcome, note: str) -> None:
    """Raises NotNow when this outcome does not fit the case as it is."""
    if why := may_end(case) or incidents.why_not_close(case):
        raise NotNow(why)
    fitting = DESK_OUTCOMES if case.state in AT_DESK else WORKER_OUTCOMES
    if outcome not in fitting:
        raise NotNow(_("“%(outcome)s” does not fit this case now.") % {"outcome": outcome.label})
    if outcome == CaseOutcome.SOLVED_AT_DESK and not note.strip():
        raise NotNow(_("Write down what was done."))
    if outcome == CaseOutcome.NOT_REACHED and (missing := tries_missing(case)):
        raise NotNow(
            _("Try at least %(least)d times first; %(missing)d to go.")
            % {"least": TRIES_BEFORE_NOT_REACHED, "missing": missing}
        )


def tries_missing(case: Case) -> int:
    """How many more attempts it takes before a case may be closed as not reached."""
    tries = ContactAttempt.objects.filter(case=case).exclude(outcome=AttemptOutcome.SPOKEN)
    if case.reopened_at is not None:
        tries = tries.filter(at__gte=case.reopened_at)
    return max(0, TRIES_BEFORE_NOT_REACHED - tries.count())


def endings_of(case: Case) -> list[Ending]:
    """How it ended, each time, the latest first. One query, and none for a case that never ended."""
    if case.is_open and case.reopened_at is None:
        return []
    rows = list(Ending.objects.filter(case=case).order_by("-at"))
    for row in rows:
        row.case = case
    return rows


@dataclass(frozen=True)
class Left:
    """What is still there when a case ends: how many of each."""

    planned: int
    called: int
    waiting: int
    talks: int
    groups: int
    outlines: int
    breaches: int
    tasks: int  # the page has them with a link
    working_notes: int  # of everybody

    @property
    def lines(self) -> list[str]:
        """What is still to be done and will not be, in sentences."""
        planned, called, waiting = self.planned, self.called, self.waiting
        talks, groups, outlines, breaches = self.talks, self.groups, self.outlines, self.breaches
        words = (
            (planned, ngettext("%(n)d planned conversation goes.", "%(n)d planned conversations go.", planned)),
            (called, ngettext("%(n)d agreed call is off.", "%(n)d agreed calls are off.", called)),
            (waiting, ngettext("%(n)d message has no answer yet.", "%(n)d messages have no answer yet.", waiting)),
            (
                talks,
                ngettext("%(n)d talk with a neutral leader ends.", "%(n)d talks with a neutral leader end.", talks),
            ),
            (
                groups,
                ngettext(
                    "%(n)d talk with a group gets no follow-up.", "%(n)d talks with a group get no follow-up.", groups
                ),
            ),
            (outlines, ngettext("%(n)d text for the employer goes.", "%(n)d texts for the employer go.", outlines)),
            (
                breaches,
                ngettext(
                    "%(n)d wish to break confidentiality lapses.",
                    "%(n)d wishes to break confidentiality lapse.",
                    breaches,
                ),
            ),
        )
        return [sentence % {"n": number} for number, sentence in words if number]

    @property
    def all_lines(self) -> list[str]:
        """The same with the tasks, which the page that closes shows by itself."""
        tasks = ngettext("%(n)d task is open.", "%(n)d tasks are open.", self.tasks) % {"n": self.tasks}
        return [*self.lines, tasks] if self.tasks else self.lines


def what_is_left(case: Case) -> Left:
    """What closing ends and removes. One query."""
    rows = {
        "planned": Session.objects.filter(state=SessionState.PLANNED),
        "called": CallBack.objects.open(),
        "waiting": Message.objects.filter(sender=None, answered_at=None),
        "talks": Mediation.objects.exclude(state=MediationState.ENDED),
        "groups": debriefing.still_due(),
        "outlines": Outline.objects.filter(state__in=OUTLINE_OPEN),
        "breaches": ConfidentialityBreach.objects.waiting(),
        "tasks": CaseTask.objects.open().exclude(kind__in=OUTLIVES_CLOSING),
        "working_notes": Note.objects.filter(kind=NoteKind.WORKING),
    }
    found: Any = Case.objects.filter(pk=case.pk).values(**{f"n_{name}": _how_many(of) for name, of in rows.items()})
    return Left(**{name.removeprefix("n_"): number for name, number in found.get().items()})


def _how_many(rows: "QuerySet[Any]") -> Coalesce:
    grouped = rows.filter(case=OuterRef("pk")).order_by().values("case").annotate(figure=Count("pk"))
    return Coalesce(Subquery(grouped.values("figure")), 0)


def _end(
    case: Case, outcome: str, note: str, goodbye: Goodbye, *, kind: EntryKind, by: Actor, at: dt.datetime, action: str
) -> None:
    move(
        case, CaseState.CLOSED, by=by, at=at, action=action,
        outcome=outcome, outcome_note=note.strip(), closed_at=at, next_action_at=None, waiting_until=None,
    )  # fmt: skip
    timeline.add(case, kind, by=by, at=at, facts={"outcome": str(outcome)}, for_client=True)
    _keep(case, goodbye, at)
    mediation.end_of(case, by=by, at=at)
    debriefing.end_of(case, by=by, at=at)
    appointments.end_tracks(case, by=by, at=at)
    outlines.end_of(case, by=by, at=at)
    for one in (case, *merged.ends_with(case)):
        NoteDraft.objects.filter(case=one).delete()
        Note.objects.filter(case=one, kind=NoteKind.WORKING).delete()
        end_access(one, at=at + settings.ACCESS_AFTER_CLOSING, reason__in=[AccessReason.DESK, AccessReason.NIGHT])
        end_deputies(one, at=at)
        end_consultations(one, at=at)
    callbacks.end_of(case, at=at)
    case_tasks.end_of(case, by=by, at=at)
    messages.end_of(case, at=at)
    breaches.lapse(case, by=by, at=at)
    incidents.end_of(case, by=by, at=at)
    someone_else.end_of(case, by=by, at=at)
    tell_client(case, occasion="closed", at=at)


def _keep(case: Case, goodbye: Goodbye, at: dt.datetime) -> None:
    """How it ended, in the words of who was there; and whether we may ask how it was."""
    asks = goodbye.asks and case.outcome in ASKED_AFTER
    row = Ending(case=case, at=at, outcome=case.outcome, asks=asks)
    row.note, row.takes_along, row.onward = case.outcome_note, goodbye.takes_along.strip(), goodbye.onward.strip()
    row.results = dict(goodbye.results)
    row.save(force_insert=True)
