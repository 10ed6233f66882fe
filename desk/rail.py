"""What every staff page shows around its content: the rail by permission, with counts, and the strip above the work.

Values are worked out only when a template asks for them, so that public pages and fragments cost nothing.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import inbox
from accounts.actors import Actor
from accounts.counting import Question, ask, side_by_side
from accounts.duty import Roster, roster
from accounts.permissions import actor_of
from accounts.roles import (
    AUDIT_VIEW,
    BOARD_VIEW,
    CASE_TRIAGE,
    CASE_VIEW,
    CASE_WORK,
    DASHBOARD_VIEW,
    DIRECTORY_VIEW,
    GUARDED_VIEW,
    HAND_OVER_DECIDE,
    ORGANISATION_EDIT,
    PEOPLE_EDIT,
    REFERRAL_ANSWER_FOR,
    ROUTING_EDIT,
    SIGNAL_VIEW,
)
from cases import guarded_lists
from cases.models import Case, CaseTask
from desk import snapshot
from desk.frame import takes_mail
from desk.mailroom.models import Mail
from referrals.models import Referral

DASHBOARD = "dashboard"
GUARDED = ("complaints", "incidents", "breaches")
"""What waits in these is one number."""


@dataclass(frozen=True)
class Item:
    """One line of the rail. ``go`` is the key after ``g`` that opens it."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False
    go: str = ""
    count_url: str = ""  # where the count leads, when that is another list


def staff_rail(request: HttpRequest) -> dict[str, Any]:
    """Context for base_staff.html: rail, rail_admin, staff_home_url, topbar. At most one query, when shown."""
    return {
        "rail": SimpleLazyObject(lambda: _work(request)),
        "rail_admin": SimpleLazyObject(lambda: _management(request)),
        "staff_home_url": SimpleLazyObject(lambda: _address("start") or "/"),
        "topbar": SimpleLazyObject(lambda: topbar(actor_of(request), timezone.now())),
    }


def topbar(by: Actor, at: dt.datetime, *, words: str = "", with_duty: bool = False) -> dict[str, Any]:
    """The clock, who is on duty and who takes over (with_duty: one query), and search for desk roles."""
    bar: dict[str, Any] = {"now": at, "search_value": words}
    if by.may(DASHBOARD_VIEW):
        bar["search_url"] = _address("dashboard_find")
    if with_duty:
        now = roster(at, snapshot.read().calendar)
        bar |= {
            "duty": [{"name": turn.name} for turn in now.on_duty],
            "handover": handover(now, at),
            "on_duty": now.on_duty,
        }
    return bar


def handover(now: Roster, at: dt.datetime) -> str:
    """Who takes over and when, in a sentence; says so when nobody is on the roster."""
    if not now.next:
        return _("Nobody is on the roster after this.")
    when = timezone.localtime(now.next[0].starts_at)
    names = ", ".join(turn.name for turn in now.next)
    if when.date() == timezone.localdate(at):
        return _("From %(time)s: %(names)s") % {"time": f"{when:%H:%M}", "names": names}
    return _("Next shift: %(names)s") % {"names": names}


def _work(request: HttpRequest) -> list[Item]:
    by, at = actor_of(request), timezone.now()
    known: dict[str, int] = getattr(request, "counted", {})  # what the view counted already
    counts = _counts(by, at, tuple(known)) | known
    items = [
        (DASHBOARD_VIEW, _("Dashboard"), DASHBOARD, "inbox", counts.get("new", 0), "d"),
        (CASE_TRIAGE, _("Duty"), "duty", "telephone", 0, ""),
        *([(DASHBOARD_VIEW, _("E-mail"), "post", "envelope", counts.get("post", 0), "")] if takes_mail() else []),
        (CASE_WORK, _("My cases"), "my_work", "journal-text", _mine(counts), "c"),
        (CASE_VIEW, _("My tasks"), "my_tasks", "card-checklist", counts.get("tasks", 0), ""),
        (BOARD_VIEW, _("Take-over board"), "board", "arrow-left-right", counts.get("offered", 0), "b"),
        (HAND_OVER_DECIDE, _("Hand-overs"), "hand_overs", "signpost-split", _decide(counts), ""),
        (DIRECTORY_VIEW, _("Outside help"), "directory_staff", "compass", 0, ""),
        (SIGNAL_VIEW, _("Signals"), "signals", "megaphone", 0, ""),
        (GUARDED_VIEW, _("Guarded"), "guarded", "shield-lock", sum(counts.get(code, 0) for code in GUARDED), ""),
        ("", _("Notices"), "inbox", "bell", counts.get("unread", 0), "n"),
    ]
    return [
        Item(label, url, icon, count, _is_current(request, name), go, f"{url}?queue=new" if name == DASHBOARD else "")
        for permission, label, name, icon, count, go in items
        if (url := _address(name)) and by.roles and (not permission or by.may(permission))
    ]


def _mine(counts: dict[str, int]) -> int:
    """What is on the list of work: their own cases, and those of colleagues for whom they stand in."""
    return counts.get("mine", 0) + counts.get("stood_in", 0)


def _decide(counts: dict[str, int]) -> int:
    """What waits for a coordinator: a second hand-over, or an answer of their team."""
    return counts.get("decide", 0) + counts.get("for_team", 0)


def _management(request: HttpRequest) -> list[Item]:
    by = actor_of(request)
    items = [
        (PEOPLE_EDIT, _("People"), "people", "people"),
        (ORGANISATION_EDIT, _("Organisation"), "organisation", "sliders"),
        (ROUTING_EDIT, _("Routing"), "routing_rules", "signpost-split"),
        (AUDIT_VIEW, _("Without a yes"), "overrides", "eye"),
    ]
    return [
        Item(label, url, icon, current=_is_current(request, name))
        for permission, label, name, icon in items
        if (url := _address(name)) and by.may(permission)
    ]


def _counts(by: Actor, at: dt.datetime, known: tuple[str, ...] = ()) -> dict[str, int]:
    """Everything the rail counts, but for what is known, in one query; each part reads a partial index."""
    return ask(_lists, by, at, known, takes_mail())[0] if by.roles else {}


def _lists(by: Actor, at: dt.datetime, known: tuple[str, ...], with_mail: bool) -> Question:
    parts: dict[str, QuerySet[Any]] = {
        "unread": inbox.of(by).unread(),
        "mine": Case.objects.owned_by(by.user_id or 0).visible_to(by, at),
        "stood_in": Case.objects.stood_in_by(by, at).visible_to(by, at),
    }
    if by.may(CASE_VIEW):
        parts["tasks"] = CaseTask.objects.mine(by, at)
    if by.may(DASHBOARD_VIEW):
        parts["new"] = Case.objects.visible_to(by, at, many=True).new()
        if with_mail:
            parts["post"] = Mail.objects.visible_to(by, at).waiting()
    if by.may(BOARD_VIEW):
        parts["offered"] = Referral.objects.offered_to(by)
    if by.may(GUARDED_VIEW):
        parts |= guarded_lists.waiting(by, at)
    if by.may(HAND_OVER_DECIDE):
        parts["decide"] = Referral.objects.to_decide(by, at)
    if by.may(REFERRAL_ANSWER_FOR):
        parts["for_team"] = Referral.objects.waiting_in_team_of(by)
    return side_by_side(**{name: rows for name, rows in parts.items() if name not in known})


def _is_current(request: HttpRequest, name: str) -> bool:
    match = request.resolver_match
    return bool(match and match.view_name == name)


@cache
def _address(name: str) -> str:
    """The address of a page, or nothing where the site does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
