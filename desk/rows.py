"""How the queue looks: tiles, tabs and rows. Words and addresses only; nothing here reads a name or a story."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.addresses import address
from cases.enums import AT_DESK, AdviceState, CaseState, IntakeChannel, Requester, Situation, Wish
from cases.models import CommanderAdvice
from desk import callback_week, snapshot
from desk.queue import ADVICE, EVERYTHING, QUEUES, Filters, Step, next_step
from desk.tally import Counts
from desk.templatetags.nabij import span_words

ROLES: dict[str, Any] = {
    Requester.SELF: gettext_lazy("Employee"),
    Requester.MY_FAMILY: gettext_lazy("Employee, for family"),
    Requester.FAMILY_OF_COLLEAGUE: gettext_lazy("Family member"),
    Requester.TEAM_ADVICE: gettext_lazy("Commander"),
    Requester.TEAM_HELP: gettext_lazy("Team or unit"),
}
AWAY: dict[str, Any] = {
    Situation.UNIT_MISSION: gettext_lazy("on a mission"),
    Situation.SMALL_DEPLOYMENT: gettext_lazy("on a small deployment"),
    Situation.RELATIVE_AWAY: gettext_lazy("relative on a mission"),
    Situation.JUST_BACK: gettext_lazy("just back"),
}
WISHES: dict[str, Any] = {
    Wish.DUTY_WORKER: gettext_lazy("wants the worker on duty"),
    Wish.OWN_WORKER: gettext_lazy("wants the own worker"),
    Wish.CHAPLAIN: gettext_lazy("wants a chaplain"),
}


@dataclass(frozen=True)
class Row:
    """One case in the list."""

    reference: str
    url: str
    urgency: str
    who: str
    unit: str
    topic: str
    more: str
    due_at: dt.datetime | None
    since: dt.datetime
    waited: str
    owner: str
    step: Step
    state: str
    channel: str
    tags: list[str]
    safe: bool
    free: bool
    choose: str
    assign: str


def of_cases(cases: Iterable[Any], at: dt.datetime) -> list[Row]:
    """The rows of a page, from what queue.page_of read. Words are looked up once for all rows."""
    topics = {code: str(topic) for code, topic in snapshot.read().topics.items()}
    told: dict[str, dict[str, str]] = {
        "roles": _in_words(ROLES), "away": _in_words(AWAY), "wishes": _in_words(WISHES),
        "channels": _in_words(dict(IntakeChannel.choices)),
        "words": {
            "unknown": _("unit unknown"), "no topic": _("No topic chosen"), "waited": _("for %(span)s"),
            "choose": _("Choose %(reference)s"), "assign": _("Assign %(reference)s to me"),
        } | _in_words(dict(CaseState.choices)),
    }  # fmt: skip
    return [_row(case, at, topics, **told) for case in cases]


def _in_words(labels: dict[str, Any]) -> dict[str, str]:
    return {code: str(label) for code, label in labels.items()}


def _row(
    case: Any, at: dt.datetime, topics: dict[str, str], *, roles: dict[str, str], away: dict[str, str],
    wishes: dict[str, str], channels: dict[str, str], words: dict[str, str],
) -> Row:  # fmt: skip
    unit, topic = case.unit__name or words["unknown"], case.topics[0] if case.topics else ""
    where, wish = away.get(case.intake__situation), wishes.get(case.intake__wish)
    channel = channels[case.intake__channel]
    allowed = (
        case.person__contact__may_leave_voicemail, case.person__contact__may_identify,
        case.person__contact__safe_to_text, case.person__contact__safe_to_email,
    )  # fmt: skip
    promised = case.state in AT_DESK and case.first_contact_at is None and case.state != CaseState.WAITING_CLIENT
    named = {"reference": case.reference}
    return Row(
        reference=case.reference,
        url=address("triage" if case.state in AT_DESK else "case", case.reference),
        urgency=case.urgency,
        who=roles.get(case.requester, ""),
        unit=f"{unit}, {where}" if where else unit,
        topic=topics.get(topic) or topic or words["no topic"],
        more=f"{channel}, {wish}" if wish else channel,
        due_at=case.first_contact_due_at if promised else None,
        since=case.sent_at,
        waited=words["waited"] % {"span": span_words(at - case.state_since)},
        owner=short(case.owner__name or ""),
        step=next_step(case, at),
        state=words[case.state],
        channel=channel,
        tags=case.tag_labels,
        safe=not any(allowed),
        free=case.owner_id is None and case.state in AT_DESK,
        choose=words["choose"] % named,
        assign=words["assign"] % named,
    )


def short(name: str) -> str:
    """Samira El Amrani as Samira A., for a narrow column."""
    first, *rest = name.split() or [""]
    return f"{first} {rest[-1][0]}." if rest else first


@dataclass(frozen=True)
class AdviceRow:
    """One request for advice: no client, no file."""

    reference: str
    url: str
    unit: str
    due_at: dt.datetime
    since: dt.datetime
    owner: str
    state: str


def of_advice(requests: Iterable[CommanderAdvice]) -> list[AdviceRow]:
    return [
        AdviceRow(
            reference=one.intake.reference,
            url=address("advice", one.intake.reference),
            unit=one.intake.unit.name if one.intake.unit else _("unit unknown"),
            due_at=one.due_at,
            since=one.intake.sent_at,
            owner=short(one.taken_by.name) if one.taken_by else "",
            state=str(AdviceState(one.state).label),
        )
        for one in requests
    ]


def tiles(counts: Counts, at: dt.datetime) -> list[dict[str, Any]]:
    """The counts on top, each a link to exactly what it counts."""
    now = counts.by_queue
    subs = {
        "pressing": _("call now") if counts.unspoken else _("everyone was called") if now["pressing"] else _("none"),
        "new": _oldest(counts.oldest_new, at) or _("all taken"),
        "late": _("do these first") if now["late"] else _("well done"),
        "calls": _("today or before") if counts.calls else _("none"),
        "unreached": _("try again") if now["unreached"] else _("none"),
        "returned": _("find another way") if now["returned"] else _("none"),
        "waiting": _oldest(counts.oldest_offer, at) or _("none"),
        "mine": _("yours at the desk"),
    }
    calls = {"label": _("Call back today"), "count": counts.calls, "url": callback_week.due_url(at)}
    return [
        (
            calls if code == "calls" else
            {"label": str(QUEUES[code].label), "count": now[code], "url": f"?{urlencode({'queue': code})}"}
        ) | {"sub": sub, "hot": code == "late" or (code == "pressing" and counts.unspoken > 0)}
        for code, sub in subs.items()
    ]  # fmt: skip


def _oldest(since: dt.datetime | None, at: dt.datetime) -> str:
    return _("oldest %(span)s") % {"span": span_words(at - since)} if since else ""


def views(counts: Counts, filters: Filters, advice: int, saved: Iterable[Any], query: str) -> list[dict[str, Any]]:
    """Tabs above the list: everything, other parts of it, and the views that somebody made. ``query`` is this list."""
    tabs = [("", _("All"), counts.by_queue[""])]
    tabs += [(code, str(QUEUES[code].label), counts.by_queue[code]) for code in ("unowned", "client", "family")]
    tabs.append((ADVICE, _("Requests for advice"), advice))
    own = [
        {
            "label": view.title,
            "url": f"?{view.query or EVERYTHING}",
            "current": view.query == query,
            "count": advice if Filters.of(view.query).queue == ADVICE else count,
        }
        for view, count in zip(saved, counts.views, strict=True)
    ]
    is_own = any(tab["current"] for tab in own)
    return [
        {
            "label": label, "url": f"?queue={code}", "count": count,
            "current": filters.queue == code and not (filters.narrowed or is_own),
        }
        for code, label, count in tabs
    ] + own  # fmt: skip


def title(filters: Filters, saved: Iterable[Any], query: str) -> str:
    """The heading of the list: of a view that somebody made its own, otherwise the queue's. What somebody typed to
    narrow it is never in it: that may be a name, and a title stays in the history."""
    if filters.words:
        return _("Found")
    if view := next((view for view in saved if query and view.query == query), None):
        return str(view.title)
    if filters.queue == ADVICE:
        return _("Requests for advice")
    queue = str(QUEUES[filters.queue].label) if filters.queue in QUEUES else _("At the desk")
    return _("%(list)s, filtered") % {"list": queue} if filters.narrowed else queue


def greeting(by: Actor, at: dt.datetime) -> str:
    """Good morning and a first name, by local time."""
    hour = timezone.localtime(at).hour
    parts = ((6, _("Hello")), (12, _("Good morning")), (18, _("Good afternoon")), (24, _("Good evening")))
    part = next(words for end, words in parts if hour < end)
    return f"{part} {by.user.first_name}" if by.user else part


def load(counts: Counts) -> str:
    """What you have, and what needs somebody now, in two short sentences."""
    mine, late = counts.by_queue["mine"], counts.by_queue["late"]
    first = _("You have %(n)d at the desk.") % {"n": mine} if mine else _("You have nothing at the desk.")
    if counts.unspoken:
        return first + " " + _("Somebody needs a call now.")
    return first + " " + (_("Something is late.") if late else _("Nothing is late."))
