"""A complaint of a client about somebody who works here: kept from that person, and handled by named others (ADR 23).

It is the client's, not the case's: it leaves no line on the timeline and none in the audit of the case, and closing
the case does not end it, or whoever it is about could.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import Role
from accounts.models import Substitution, User
from accounts.notices import tell_user
from cases import blocks, guarded, merged
from cases.enums.guarded import ComplaintState, ComplaintStep
from cases.guarded_notices import COMPLAINT_WAITS, NOBODY_HANDLES
from cases.messages import Bubble
from cases.models import Case, Complaint, ComplaintHandler, ComplaintLine, ComplaintTerm, Mediation, TimelineEntry
from cases.moves import NotNow, locked, unused
from cases.notices import tell_client

DAY = dt.timedelta(days=1)
USUAL = {ComplaintStep.ACKNOWLEDGE: 5, ComplaintStep.ANSWER: 42}


@dataclass(frozen=True)
class Said:
    """What the client says, about whom, and who else should stay out of it."""

    body: str
    about: User | None = None
    about_words: str = ""
    not_by: tuple[User, ...] = ()


def of_case(case: Case) -> list[Complaint]:
    """For the client: all of them, newest first. One query."""
    rows = list(Complaint.objects.filter(case=case).select_related("about", "handler").order_by("-received_at", "pk"))
    for row in rows:
        row.case = case
    return rows


def who_it_could_be(case: Case, at: dt.datetime) -> list[User]:
    """For the client to choose from: who did something in their case, has it, could have, or leads a talk of theirs.
    Two queries."""
    did = TimelineEntry.objects.filter(case=case, by__isnull=False).values("by")
    led = Mediation.objects.filter(case=case).values("leader")
    people = {user.pk: user for user in User.objects.filter(Q(pk__in=did) | Q(pk__in=led))}
    people |= {user.pk: user for user in (case.owner, case.primary_contact) if user}
    people |= {user.pk: user for user in blocks.who_could(case, at)}
    return sorted(people.values(), key=lambda user: (user.name, user.pk))


def thread(complaint: Complaint, *, for_client: bool) -> list[Bubble]:
    """What was said in it, as one side reads it. One query."""
    rows = ComplaintLine.objects.filter(complaint=complaint).select_related("by").order_by("at", "pk")
    said = []
    for row in rows:
        row.case = complaint.case
        name = row.by.name if row.by else _("Client")
        said.append(Bubble(name, row.at, row.body, mine=(row.by is None) == for_client))
    return said


@transaction.atomic
def receive(
    case: Case, told: Said, *, by: Actor, at: dt.datetime, calendar: Calendar, number: UUID | None = None
) -> Complaint:
    """Keep it, name who handles it and tell them. ``by`` is the client, or a colleague who writes it down for them.

    The same ``number`` is the same complaint. Raises NotNow while another one runs, and for a colleague who writes down
    one about themselves.
    """
    case = locked(case)
    if number and (known := Complaint.objects.filter(pk=number, case=case).first()):
        return known
    staff = by.user if by.roles else None
    if staff is not None and told.about is not None and told.about.pk == staff.pk:
        raise NotNow(_("This is about you. Let a colleague write it down."))
    if staff is None and Complaint.objects.open().filter(case=case).exists():
        raise NotNow(_("You have a complaint already that we are handling. Add to that one."))
    terms = USUAL | dict(ComplaintTerm.objects.values_list("step", "days"))
    row = Complaint(
        id=unused(Complaint, number), case=case, about=told.about, received_at=at, entered_by=staff,
        acknowledge_by=calendar.end_of_working_day(at, terms[ComplaintStep.ACKNOWLEDGE]),
        answer_by=at + terms[ComplaintStep.ANSWER] * DAY, next_look_at=at,
    )  # fmt: skip
    row.about_words = told.about_words.strip()
    row.save(force_insert=True)
    row.not_by.set(told.not_by)
    _say(row, told.body, by=None, at=at)
    audit.record("complaint.received", by=by, at=at, obj=row, part="phone" if staff else "client")
    _look(row, at)
    return row


@transaction.atomic
def client_says(complaint: Complaint, body: str, *, by: Actor, at: dt.datetime, number: UUID | None = None) -> None:
    """More from the client; who handles it hears of it. The same ``number`` is one line. Raises NotNow when over."""
    locked(complaint.case)
    if _is_said(complaint, number):
        return
    complaint = _open(complaint)
    line = _say(complaint, body, by=None, at=at, number=number)
    audit.record("complaint.said", by=by, at=at, obj=complaint, part="client")
    _tell(complaint, f"line{line.pk}", at)


@transaction.atomic
def withdraw(complaint: Complaint, *, by: Actor, at: dt.datetime) -> Complaint:
    """The client takes it back. Twice is once; raises NotNow when it was answered."""
    if Complaint.objects.filter(pk=complaint.pk, state=ComplaintState.WITHDRAWN).exists():
        return complaint
    return _finish(complaint, ComplaintState.WITHDRAWN, by=by, at=at)


@transaction.atomic
def say(
    complaint: Complaint, body: str, *, ends: str = "", by: Actor, at: dt.datetime, number: UUID | None = None
) -> Complaint:
    """To the client, by who handles it from now on; the first word is the acknowledgement.

    ``ends`` is the state in which it ends with this. Raises NotNow when it is over, or somebody may not (any more).
    The same ``number`` is the same line.
    """
    locked(complaint.case)
    if _is_said(complaint, number):
        return complaint
    complaint = _open(complaint)
    if not guarded.complaints(by).filter(pk=complaint.pk).exists():
        raise NotNow(_("You are not named for this."))
    line = _say(complaint, body, by=by.user, at=at, number=number)
    complaint.handler = by.user
    if complaint.state == ComplaintState.RECEIVED:
        complaint.state = ComplaintState.IN_HANDLING
    complaint.save(update_fields=["handler", "state"])
    audit.record("complaint.said", by=by, at=at, obj=complaint, part="handler")
    tell_client(complaint.case, occasion=f"said{line.pk}", at=at)
    return _finish(complaint, ends, by=by, at=at) if ends else complaint


@transaction.atomic
def found_out(complaint: Complaint, about: User, *, by: Actor, at: dt.datetime) -> Complaint:
    """Whom the client meant with their own words. From now on that person sees nothing of it, even who found it out."""
    complaint = _open(complaint)
    if not guarded.complaints(by).filter(pk=complaint.pk).exists():
        raise NotNow(_("You are not named for this."))
    if complaint.about_id is None:
        complaint.about = about
        complaint.save(update_fields=["about"])
        audit.record("complaint.found_out", by=by, at=at, obj=complaint, part=str(about.pk))
        _look(complaint, at)
    return complaint


def look_due(at: dt.datetime) -> int:
    """Remind of terms, and name others when who was named cannot any more. Safe to run late, twice, several at once."""
    done = 0
    while _look_one(at):
        done += 1
    return done


@transaction.atomic
def _look_one(at: dt.datetime) -> bool:
    rows = Complaint.objects.to_look_at(at).select_related("case")
    complaint = rows.select_for_update(of=("self",), skip_locked=True).first()
    if complaint is None:
        return False
    _look(complaint, at)
    return True


def who_may_handle(complaint: Complaint, at: dt.datetime) -> list[User]:
    """The coordinators, without who it is about, has the case or what it was put together with, or leads a talk in it,
    and who stands in for them today. When none is left: the privacy officers. Eight queries at most."""
    case = complaint.case
    out = {complaint.about_id, case.owner_id, case.primary_contact_id, *guarded.kept_out(case)}
    out |= set(Mediation.objects.filter(case=case).values_list("leader", flat=True))
    for row in merged.joined_with(case):
        out |= {row.case.owner_id, row.into.owner_id}
    out |= set(complaint.not_by.values_list("pk", flat=True))
    today = timezone.localdate(at)
    away = Substitution.objects.filter(user__in=out - {None}, first_day__lte=today, last_day__gte=today)
    out |= set(away.values_list("deputy", flat=True))
    barred = {pk for pk in out if pk}
    return guarded.with_role(Role.COORDINATOR, at, but=barred) or guarded.with_role(
        Role.PRIVACY_OFFICER, at, but=barred
    )


def _look(complaint: Complaint, at: dt.datetime) -> None:
    """Name who may handle it, remind them of the term that is near or passed, and look again at the next moment."""
    named = who_may_handle(complaint, at)
    complaint.handlers.exclude(user__in=named).delete()
    rows = [ComplaintHandler(complaint=complaint, user=user, named_at=at) for user in named]
    ComplaintHandler.objects.bulk_create(rows, ignore_conflicts=True)
    moments = _moments(complaint)
    passed = [occasion for occasion, moment in moments if moment <= at]
    _tell(complaint, passed[-1], at, to=named)
    if not named:
        day = timezone.localdate(at)
        for user in guarded.with_role(Role.ADMINISTRATOR, at, but=set()):
            tell_user(NOBODY_HANDLES, user, about=None, occasion=f"{complaint.pk}{day}", path=reverse("people"), at=at)
    coming = [moment for _occasion, moment in moments if moment > at]
    complaint.next_look_at = min([at + DAY, *coming])
    complaint.save(update_fields=["next_look_at"])


def _moments(complaint: Complaint) -> list[tuple[str, dt.datetime]]:
    """When something is said about it, in order; what is done already is left out."""
    moments = [("received", complaint.received_at)]
    if complaint.state == ComplaintState.RECEIVED:
        moments += [("react soon", complaint.acknowledge_by - DAY), ("react late", complaint.acknowledge_by)]
    moments += [("answer soon", complaint.answer_by - 7 * DAY), ("answer late", complaint.answer_by)]
    return sorted(moments, key=lambda pair: pair[1])


def _tell(complaint: Complaint, occasion: str, at: dt.datetime, *, to: Iterable[User] | None = None) -> None:
    """Who handles it, or everyone named while nobody does. Once per occasion."""
    named = list(to) if to is not None else [row.user for row in complaint.handlers.select_related("user")]
    path = reverse("complaint", args=[complaint.pk])
    for user in [user for user in named if user.pk == complaint.handler_id] or named:
        tell_user(COMPLAINT_WAITS, user, about=complaint.pk, occasion=occasion, path=path, at=at)


def _is_said(complaint: Complaint, number: UUID | None) -> bool:
    return number is not None and ComplaintLine.objects.filter(pk=number, complaint=complaint).exists()


def _say(
    complaint: Complaint, body: str, *, by: User | None, at: dt.datetime, number: UUID | None = None
) -> ComplaintLine:
    line = ComplaintLine(id=unused(ComplaintLine, number), case=complaint.case, complaint=complaint, by=by, at=at)
    line.body = body.strip()
    line.save(force_insert=True)
    return line


def _open(complaint: Complaint) -> Complaint:
    """As it is now, with its case locked. Raises NotNow when it is over."""
    case = locked(complaint.case)
    row = Complaint.objects.select_for_update().get(pk=complaint.pk)
    row.case = case
    if not row.is_open:
        raise NotNow(_("This complaint is closed: %(state)s.") % {"state": row.get_state_display().lower()})
    return row


def _finish(complaint: Complaint, state: str, *, by: Actor, at: dt.datetime) -> Complaint:
    row = _open(complaint)
    row.state, row.ended_at, row.next_look_at = state, at, None
    row.save(update_fields=["state", "ended_at", "next_look_at"])
    audit.record(f"complaint.{state}", by=by, at=at, obj=row)
    _tell(row, state, at)
    return row
