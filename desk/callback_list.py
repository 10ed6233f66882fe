"""The list of who is to be called, and one of them as its page shows it. Writes nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.addresses import address
from accounts.forms.phone import as_written
from cases import safe_contact
from cases.callbacks import holds
from cases.enums import AT_DESK, FROM_TELEPHONE, AttemptOutcome, CallBackSource, CallBackState, ContactWay, EntryKind
from cases.models import CallBack, TimelineEntry
from cases.safe_contact import Rule
from desk.callback_week import Window, within

PER_PAGE = 25


@dataclass(frozen=True)
class Row:
    """One line. No name and no number: people look over shoulders."""

    url: str
    label: str
    known: bool
    moment: dt.datetime
    due_at: dt.datetime
    words: str
    late: bool
    due: bool
    attempts: str
    tags: list[str]
    claimed: str


def page_of(by: Actor, at: dt.datetime, number: str | None, window: Window | None = None) -> "Page[Any]":
    """Everything to be called, or what is in the window, soonest first. Two queries."""
    found = within(by, at, window).by_moment().for_list()
    page: Page[Any] = Paginator(found, PER_PAGE).get_page(number)
    page.object_list = [row_of(row, at) for row in page.object_list]
    return page


def first(by: Actor, at: dt.datetime, most: int) -> list[Row]:
    """What is due now, for the duty page. One query."""
    return [row_of(row, at) for row in CallBack.objects.due(at).visible_to(by, at).by_moment().for_list()[:most]]


def row_of(row: CallBack, at: dt.datetime) -> Row:
    """The words of one line."""
    tags = []
    if row.is_used_up:
        tags.append(_("Coordinator decides"))
    if is_other_way(row):
        tags.append(_("Do not call: another way"))
    elif row.case:
        wishes = safe_contact.wishes_of(row.case)
        if not wishes.may_identify:
            tags.append(_("Do not say who you are"))
        if safe_contact.against(wishes, ContactWay.PHONE, max(at, row.next_at)):
            tags.append(_("Not at this hour"))
    label = row.case.reference if row.case else unknown()
    return Row(
        url=address("call_back", row.pk), label=label, known=row.case is not None, moment=row.next_at,
        due_at=row.due_at, words=why(row), late=row.due_at <= at, due=row.next_at <= at,
        attempts=_("Attempt %(n)d") % {"n": row.attempts + 1} if row.attempts else _("First attempt"), tags=tags,
        claimed=row.claimed_by.name if row.claimed_by and holds(row, at) else "",
    )  # fmt: skip


def unknown() -> str:
    """Somebody who rang, and who it was is not known."""
    return _("Caller not known yet")


def why(row: Any) -> str:
    """Why somebody is to be called, in the same words wherever it stands; of a call-back, or of its plain values."""
    if row.attempts:
        return _("Not reached: %(outcome)s") % {"outcome": AttemptOutcome(row.outcome).label.lower()}
    if row.source in FROM_TELEPHONE and row.calls > 1:
        label = CallBackSource(row.source).label
        return _("%(what)s, called %(n)d times") % {"what": label, "n": row.calls}
    return str(CallBackSource(row.source).label)


def is_other_way(row: CallBack) -> bool:
    """Whether nobody may call: because of what was found out, or what the client wants at this moment."""
    barred = row.case is not None and safe_contact.not_by_phone(safe_contact.wishes_of(row.case))
    return row.state == CallBackState.OTHER_WAY or barred


def number_of(row: CallBack) -> str:
    """The number to call: the one they called from, or the client's own."""
    return as_written(str(row.number)) or (str(row.case.person.phone) if row.case else "")


def rules_of(row: CallBack) -> list[Rule]:
    """What stands above the number. Of somebody unknown, the answers that give nothing away."""
    if row.case:
        return safe_contact.rules(safe_contact.wishes_of(row.case))
    return [
        Rule("incognito", _("Do not say who you are to someone else")),
        Rule("mic-mute", _("Leave no message")),
    ]


def may_identify(row: CallBack) -> bool:
    return bool(row.case and safe_contact.wishes_of(row.case).may_identify)


def log_of(row: CallBack) -> list[dict[str, Any]]:
    """What was tried for this case before, newest first. One query; none without a case."""
    if row.case is None:
        return []
    told = TimelineEntry.objects.filter(case=row.case, kind=EntryKind.CONTACT_ATTEMPT).select_related("by")
    words = {(way.value, end.value): f"{way.label}: {end.label}" for way in ContactWay for end in AttemptOutcome}
    return [
        {
            "moment": entry.at,
            "text": words.get((entry.facts.get("way"), entry.facts.get("outcome")), ""),
            "by": entry.by.name if entry.by else "",
        }
        for entry in told.defer("text").order_by("-at", "-pk")[:10]
    ]


def case_url(row: CallBack) -> str:
    """Where the case is, when there is one."""
    if row.case is None:
        return ""
    return reverse("triage" if row.case.state in AT_DESK else "case", args=[row.case.reference])
