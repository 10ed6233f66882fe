"""A serious incident: a checklist of who informs whom, and no portal notice before the personal message (PAINS)."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, holding
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.notices import tell_user
from cases import guarded, held, links, reopening, timeline
from cases.enums import EntryKind
from cases.enums.guarded import StepOutcome
from cases.guarded_notices import GUARDED_WAITS
from cases.models import Case, Incident, IncidentListItem, IncidentStep
from cases.moves import NeedsReason, NotNow, locked, unused

LOOK_EVERY = dt.timedelta(hours=24)
ALWAYS = gettext_lazy("This line cannot be skipped: news waits until somebody has told it in person.")


def steps_of(incident: Incident) -> list[IncidentStep]:
    """The checklist in its order. One query."""
    rows = list(IncidentStep.objects.filter(incident=incident).select_related("by").order_by("place"))
    for row in rows:
        row.case = incident.case
    return rows


def next_step(steps: Iterable[IncidentStep]) -> IncidentStep | None:
    """Which line comes now."""
    return next((step for step in steps if not step.outcome), None)


def outcomes_of(step: IncidentStep) -> tuple[StepOutcome, ...]:
    """How this line may be settled."""
    return (StepOutcome.DONE,) if step.releases else tuple(StepOutcome)


@transaction.atomic
def begin(
    case: Case, *, kind: str, known: str, by: Actor, at: dt.datetime, number: UUID | None = None,
    calendar: Calendar | None = None,
) -> Incident:  # fmt: skip
    """Copy the list of this kind, and hold all news for the client and who they let in, in each case of this person,
    also in those that were linked with it.

    A closed case is opened again at once, for whoever had it or the desk, when there is a ``calendar`` for its promise;
    of that no notice goes to the client before the personal message either; who opens the case themselves sees that it
    is open. The one that runs in this case, when there is one. Raises NotNow for a case that cannot be opened again, or
    without a list.
    """
    case = locked(case)
    if running := Incident.objects.filter(case=case, ended_at=None).first():
        return running
    items = list(IncidentListItem.objects.filter(kind=kind).order_by("place"))
    if not case.is_open and (why := _("This case is closed.") if calendar is None else reopening.why_not(case, at)):
        raise NotNow(why)
    if not any(item.releases for item in items):
        raise NotNow(_("There is no list for this with the personal message in it. Ask the coordinator to make one."))
    row = Incident(
        id=unused(Incident, number), case=case, kind=kind, opened_by=by.user, opened_at=at, next_look_at=at + LOOK_EVERY
    )
    row.known = known.strip()
    row.save(force_insert=True)
    IncidentStep.objects.bulk_create(
        IncidentStep(case=case, incident=row, place=place, words=str(item), releases=item.releases)
        for place, item in enumerate(items, start=1)
    )
    held.hold(links.people_of(case), source=row.pk, at=at)
    if calendar is not None and not case.is_open:
        to = reopening.WORKER if reopening.worker_of(case, at) else reopening.DESK
        reason = _("A serious incident.")
        row.case = reopening.reopen(case, reason=reason, to=to, by=by, at=at, calendar=calendar)
    _tell(row, "opened", by=by, at=at)
    _point(row, "opened", at, but=by.user_id)
    return row


@transaction.atomic
def settle(step: IncidentStep, *, outcome: str, note: str, by: Actor, at: dt.datetime) -> Incident:
    """Tick the line that comes now. The personal message lets go of what was held; the last line ends it.

    That message always applies, so that news never goes out before somebody was told in person.
    """
    incident = step.incident
    incident.case = locked(incident.case)
    if not guarded.incidents(by, at).filter(pk=incident.pk).exists():
        raise NotNow(_("You no longer see this case."))
    incident.refresh_from_db(fields=["released_at", "ended_at"])
    steps = steps_of(incident)
    now = next_step(steps)
    if next((one for one in steps if one.pk == step.pk), step).outcome:
        return incident
    if now is None or now.pk != step.pk:
        raise NotNow(_("Another line comes first."))
    if outcome not in outcomes_of(now):
        raise NotNow(str(ALWAYS))
    if outcome == StepOutcome.NOT_NEEDED and not note.strip():
        raise NeedsReason(_("Write down why this does not apply."))
    now.outcome, now.note, now.by, now.at = outcome, note.strip(), by.user, at
    now.save(update_fields=["outcome", "note", "by", "at"])
    audit.record("incident.settled", by=by, at=at, case_id=incident.case_id, obj=now, part=outcome)
    if now.releases and incident.is_holding:
        _release(incident, by=by, at=at)
    if next_step(steps) is None:
        _end(incident, by=by, at=at)
    return incident


def why_not_close(case: Case) -> str:
    """Why this case cannot be closed: the client or the family were not told in person. Empty when it can."""
    if Incident.objects.filter(case=case, released_at=None).exists():
        return _("There is a serious incident here. First the personal message, then closing.")
    return ""


def why_not_merge(case: Case) -> str:
    """Why this case cannot be put under another: its list would be left with nobody. Empty when it can."""
    if Incident.objects.filter(case=case, ended_at=None).exists():
        return _("First finish the list of the serious incident.")
    return ""


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The case ends, and so does what is left of the checklist. What is held stays with the coordinators, until a
    person has told it. Low-level: the case is locked."""
    for incident in Incident.objects.filter(case=case, ended_at=None, released_at__isnull=False):
        incident.case = case
        _end(incident, by=by, at=at)


def remind_due(at: dt.datetime) -> int:
    """Each day that news is held, the coordinators hear of it. Safe to run late, twice, and several at once."""
    done = 0
    while _remind_one(at):
        done += 1
    return done


@transaction.atomic
def _remind_one(at: dt.datetime) -> bool:
    due = Incident.objects.filter(next_look_at__lte=at).select_related("case").order_by("next_look_at")
    incident = due.select_for_update(of=("self",), skip_locked=True).first()
    if incident is None:
        return False
    _point(incident, f"held{incident.next_look_at}", at)
    incident.next_look_at = at + LOOK_EVERY
    incident.save(update_fields=["next_look_at"])
    return True


def _release(incident: Incident, *, by: Actor, at: dt.datetime) -> None:
    incident.released_at, incident.next_look_at = at, None
    incident.save(update_fields=["released_at", "next_look_at"])
    holding.let_go(source=incident.pk, at=at)
    _tell(incident, "released", by=by, at=at)


def _end(incident: Incident, *, by: Actor, at: dt.datetime) -> None:
    incident.ended_at, incident.next_look_at = at, None
    incident.save(update_fields=["ended_at", "next_look_at"])
    _tell(incident, "ended", by=by, at=at)


def _tell(incident: Incident, what: str, *, by: Actor, at: dt.datetime) -> None:
    timeline.add(incident.case, EntryKind.INCIDENT, by=by, at=at, facts={"what": what})
    audit.record(f"incident.{what}", by=by, at=at, case_id=incident.case_id, obj=incident)


def _point(incident: Incident, occasion: str, at: dt.datetime, *, but: int | None = None) -> None:
    path = reverse("incident", args=[incident.pk])
    for user in guarded.coordinators(at, case=incident.case, but={but or 0}):
        tell_user(GUARDED_WAITS, user, about=incident.case_id, occasion=f"{incident.pk}{occasion}", path=path, at=at)
