"""What is guarded as lists: of one case, and of everything that somebody is named for. Without a word of what it is."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.counting import lengths
from accounts.roles import CASE_WORK, COMPLAINT_HANDLE
from cases import breaches, guarded
from cases.enums.guarded import COMPLAINT_OPEN, ENDS
from cases.models import (
    BreachStep,
    Case,
    Complaint,
    ComplaintHandler,
    ConfidentialityBreach,
    Incident,
    ReportingCodeCase,
)
from cases.models.reporting import STEPS


@dataclass(frozen=True)
class Kind:
    """One list. ``waiting`` is how many in it ask something of who looks."""

    label: str
    rows: "QuerySet[Any]"
    waiting: int
    empty: str


@dataclass(frozen=True)
class Line:
    """One row in words. ``due`` is by when something must have happened, ``since`` when it began."""

    name: str
    url: str
    reference: str
    state: str
    who: str
    since: dt.datetime
    due: dt.datetime | None = None
    is_open: bool = True


def waiting(by: Actor, at: dt.datetime) -> "dict[str, QuerySet[Any]]":
    """What asks something of this actor now, by list: what a colleague took up, or asked for themselves, does not."""
    found: dict[str, QuerySet[Any]] = {}
    if by.may(COMPLAINT_HANDLE):
        named = ComplaintHandler.objects.filter(complaint=OuterRef("pk"), user=OuterRef("handler"))
        ours = Q(handler=by.user_id) | ~Exists(named)
        found["complaints"] = guarded.complaints(by).filter(ours, state__in=COMPLAINT_OPEN)
    if by.may(CASE_WORK):
        found["incidents"] = guarded.incidents(by, at).filter(released_at=None)
        found["breaches"] = guarded.breaches(by, at).waiting_for(by.user_id or 0)
    return found


def kinds(by: Actor, at: dt.datetime) -> dict[str, Kind]:
    """The lists of this actor, complaints first. One query for what waits in them."""
    rows: dict[str, tuple[str, QuerySet[Any], str]] = {
        "complaints": (_("Complaints"), _complaints(by), _("No complaint that you are named for.")),
        "incidents": (_("Serious incidents"), _incidents(by, at), _("No serious incident.")),
        "breaches": (_("Breaking confidentiality"), _breaches(by, at), _("Nobody asked to break confidentiality.")),
        "codes": (_("Reporting code"), _codes(by, at), _("You are in no circle.")),
    }
    wanted = ["complaints"] if by.may(COMPLAINT_HANDLE) else []
    wanted += ["incidents", "breaches", "codes"] if by.may(CASE_WORK) else []
    waits = lengths(**waiting(by, at))
    return {code: Kind(rows[code][0], rows[code][1], waits.get(code, 0), rows[code][2]) for code in wanted}


def of_case(case: Case, by: Actor, at: dt.datetime) -> list[Line]:
    """Of this case, what this actor may know of; complaints never. Four queries at most."""
    rows: list[Any] = []
    for found in (_incidents(by, at), _breaches(by, at), _codes(by, at)):
        rows += found.filter(case=case)
    return [row_of(row) for row in rows]


def row_of(row: Any) -> Line:
    """Any of them, in words."""
    return _WORDS[type(row)](row)


def _complaints(by: Actor) -> "QuerySet[Complaint]":
    rows = guarded.complaints(by).select_related("case", "about", "handler")
    return rows.annotate(over=~Q(state__in=COMPLAINT_OPEN)).order_by("over", "answer_by", "pk")


def _incidents(by: Actor, at: dt.datetime) -> "QuerySet[Incident]":
    rows = guarded.incidents(by, at).select_related("case", "opened_by")
    return rows.order_by(F("ended_at").desc(nulls_first=True), "-opened_at", "pk")


def _breaches(by: Actor, at: dt.datetime) -> "QuerySet[ConfidentialityBreach]":
    ended = BreachStep.objects.filter(breach=OuterRef("pk"), act__in=ENDS)
    rows = guarded.breaches(by, at).select_related("case", "made_by")
    rows = rows.annotate(over=Exists(ended), acts=ArrayAgg("steps__act", filter=Q(steps__isnull=False), default=[]))
    return rows.order_by("over", "-made_at", "pk")


def _codes(by: Actor, at: dt.datetime) -> "QuerySet[ReportingCodeCase]":
    signed = Count("steps__number", distinct=True)
    return guarded.codes(by, at).select_related("case", "started_by").annotate(signed=signed)


def _complaint(row: Complaint) -> Line:
    due = None
    if row.is_open:
        due = row.acknowledge_by if row.handler is None else row.answer_by
    who = row.handler.name if row.handler else _("Nobody yet")
    return Line(
        _("Complaint"), reverse("complaint", args=[row.pk]), row.case.reference, row.get_state_display(), who,
        row.received_at, due, row.is_open,
    )  # fmt: skip


def _incident(row: Incident) -> Line:
    state = _("Checklist ended") if row.ended_at else _("News is held") if row.is_holding else _("Told in person")
    name = f"{_('Serious incident')}: {row.get_kind_display().lower()}"
    return Line(
        name, reverse("incident", args=[row.pk]), row.case.reference, state, row.opened_by.name, row.opened_at,
        is_open=row.ended_at is None,
    )  # fmt: skip


def _breach(row: Any) -> Line:
    return Line(
        _("Breaking confidentiality"), reverse("breach", args=[row.pk]), row.case.reference,
        breaches.state_of(set(row.acts)), row.made_by.name, row.made_at, is_open=not row.over,
    )  # fmt: skip


def _code(row: Any) -> Line:
    state = _("%(done)d of %(all)d steps signed") % {"done": row.signed, "all": STEPS}
    return Line(
        _("Reporting code"), reverse("reporting_code", args=[row.pk]), row.case.reference, state, row.started_by.name,
        row.started_at, is_open=row.signed < STEPS,
    )  # fmt: skip


_WORDS: dict[type[Any], Any] = {
    Complaint: _complaint,
    Incident: _incident,
    ConfidentialityBreach: _breach,
    ReportingCodeCase: _code,
}
