"""What the triage page shows of one request (UX I): the words of the client on the left, the decisions on the right."""

import datetime as dt
from typing import Any

from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.forms.phone import as_written
from accounts.models.organisation import in_language
from accounts.roles import CONSENT_OVERRIDE
from cases import (
    actions,
    blocks,
    case_tasks,
    cautions,
    first_contact,
    links,
    merged,
    messages,
    plan,
    presence,
    safe_contact,
    someone_else,
    tags,
)
from cases.closing import tries_missing
from cases.enums import (
    AT_DESK,
    AttemptOutcome,
    CaseOutcome,
    CaseState,
    ContactWay,
    Danger,
    EntryKind,
    IntakeChannel,
    OnBehalf,
    Requester,
    Situation,
    Urgency,
    Wish,
)
from cases.forms.work import OutsideMixin
from cases.models import Case, Intake, TimelineEntry
from cases.telling import call_back_words
from cases.telling.handing import hand_over_words
from cases.telling.told import Told
from desk import snapshot, triage
from desk.forms.triage import FORMS, AskForm, AssessForm, AttemptForm, ClosingForm, OutcomeForm, ReferForm
from desk.numbers import ways_to
from desk.rows import ROLES
from desk.templatetags.nabij import long_moment, short_moment
from desk.triage import ASK, OUTCOMES, REFER
from referrals import asking, hand_overs, handed
from referrals.destinations import HANDED_OVER, SHOWN, TABLE, Rule
from referrals.enums import Destination, ReturnReason
from referrals.finding import Found, suited
from referrals.forms.ways import SpokenForm

RELATED = (
    "intake__data_key",
    "intake__unit__location",
    "intake__entered",
    "intake__entered_by",
    "unit",
    "owner",
    "person__contact",
    "person__data_key",
    "person__first_contact",
)
WAIT_DAYS = 5
CONSENT_KINDS = (EntryKind.CONSENT_ASKED, EntryKind.CONSENT_GIVEN)
LOG_KINDS = (
    EntryKind.CONTACT_ATTEMPT,
    EntryKind.CALL_BACK,
    EntryKind.MORE_ASKED,
    EntryKind.URGENCY_CHANGED,
    EntryKind.RETURNED,
    EntryKind.EXPIRED,
    EntryKind.REOPENED,
    EntryKind.HAND_OVER,
    EntryKind.CONSENT_REFUSED,
    *CONSENT_KINDS,
)
LONGEST_LOG = 20

OUTCOME_WORDS: dict[str, Any] = dict(CaseOutcome.choices)


def worked_out() -> dict[str, Any]:
    """What the page asks along the way, in the same query."""
    asked = blocks.waiting_of_case() | links.linked_of_case() | presence.of_case() | tags.labels_of_case()
    asked |= someone_else.waiting_of_case() | handed.asked_of_case()
    asked |= hand_overs.counted_of_case() | merged.joined_of_case()
    return asked | case_tasks.open_of_case() | messages.promise_of_case()


def topic_choices(case: Case) -> list[tuple[str, str]]:
    """Every topic by its name; one the case has and the list lost stays choosable."""
    topics = snapshot.read().topics
    known = [(code, str(topic)) for code, topic in sorted(topics.items(), key=lambda pair: pair[1].order)]
    return known + [(code, code) for code in case.topics if code not in topics]


def outcome_choices() -> list[tuple[str, str]]:
    """What the desk can decide, in words."""
    words = {REFER: _("Pass on to a worker"), ASK: _("Ask for more information")}
    return [(str(code), str(words.get(code) or CaseOutcome(code).label)) for code in OUTCOMES]


def destination_of(case: Case, asked: str) -> str:
    """Where a hand-over goes: what was asked for, else what was proposed, else the own worker in the region."""
    for code in (asked, case.intake.proposal):
        if code in HANDED_OVER:
            return code
    return Destination.REGIONAL_DIRECT


def kind_of(case: Case, asked: str) -> Rule:
    """The kind of destination the page shows: also one that gets no case, such as a chaplain."""
    return TABLE[asked if asked in SHOWN else destination_of(case, asked)]


def people(case: Case, destination: str, *, by: Actor, at: dt.datetime) -> Found:
    """Who can be asked there. Some seven queries."""
    seen = snapshot.read()
    return suited(case, at, destination=destination, by=by, calendar=seen.calendar, arranged=seen.arranged)


def proposed_outcome(case: Case) -> str:
    """The outcome that carries out the proposal; empty when the desk itself goes first (R3)."""
    proposal = case.intake.proposal
    if proposal in HANDED_OVER:
        return REFER
    return CaseOutcome.CHAPLAIN if proposal == Destination.CHAPLAIN else ""


def outcome_form(
    case: Case, outcome: str, *, by: Actor, at: dt.datetime, data: Any = None, destination: str = ""
) -> OutcomeForm | None:
    """The form of one outcome; None for an unknown one, and where no case goes. For a hand-over some seven queries
    more, for who can be asked."""
    made = FORMS.get(outcome)
    if made is None or (outcome == REFER and not kind_of(case, destination).moves):
        return None
    goal = destination_of(case, destination) if outcome == REFER else ""
    reason = bool(goal and TABLE[goal].reason)
    rest: dict[str, Any] = {"case": case, "differs": reason or triage.differs(case.intake.proposal, outcome, goal)}
    if issubclass(made, OutsideMixin):
        rest["outside"] = bool(messages.outside_wishes(case, at))
    if issubclass(made, ClosingForm):
        rest["goals"] = [result.goal.words for result in plan.results_of(case)]
    if made is AskForm:
        end = snapshot.read().calendar.end_of_working_day(at, WAIT_DAYS)
        rest |= {"at": at, "initial": {"until": timezone.localdate(end)}}
    if made is ReferForm:
        found = people(case, goal, by=by, at=at)
        if getattr(case, "asked_for", False):
            found = found.with_also(asking.candidates_of(case))
        rest |= {"found": found, "destination": goal}
        rest |= {"initial": {"note": case.summary}}
    return made(data, **rest)


def context(
    case: Case,
    *,
    by: Actor,
    at: dt.datetime,
    outcome: str = "",
    destination: str = "",
    assess: AssessForm | None = None,
    attempt: AttemptForm | None = None,
    decide: OutcomeForm | None = None,
    spoken: SpokenForm | None = None,
) -> dict[str, Any]:
    """Everything the page needs; ``case`` comes with RELATED. Forms that were sent and refused come back."""
    for sealed in (case.intake, case.person):
        sealed.data_key = case.data_key if sealed.data_key_id == case.data_key_id else sealed.data_key
    wishes = safe_contact.wishes_of(case)
    joined = merged.opened(case, by, at, part="triage")
    added, log = _told(case, [row.case for row in joined])
    owned = case.owner_id == by.user_id
    pending = triage.pending_of(case) if _may_be_pending(case, log) else None
    if decide is None and outcome and case.state in AT_DESK and pending is None:
        decide = outcome_form(case, outcome, by=by, at=at, destination=destination)
    return {
        "present": presence.others(case, by, at),
        "case": case, "at": at, "intake": case.intake, "owned": owned, "by": by, "wishes": wishes,
        "facts": facts(case), "answers": answers(case), "person_rows": person(case),
        "rules": [*safe_contact.rules(wishes), *first_contact.rules(case)],
        "sensitive": safe_contact.is_sensitive(wishes),
        "additions": [entry for entry in added if entry.case_id == case.pk],
        "also_told": [(row.case, [entry for entry in added if entry.case_id == row.case_id]) for row in joined],
        "log": [_log_line(entry) for entry in log],
        "assess": assess or assess_form(case),
        "attempt": attempt or AttemptForm(at=at, wishes=wishes),
        "asked_for": asking.of_case(case) if case.asked_for else [],  # type: ignore[attr-defined]
        "spoken": spoken or SpokenForm(), "may_override": by.may(CONSENT_OVERRIDE),
        "chosen": [words for code, words in topic_choices(case) if code in case.topics],
        "proposal": proposal(case), "outcome": outcome, "outcomes": outcome_choices(), "decide": decide,
        "kind": kind_of(case, destination), "destinations": kinds(_address(case), kind_of(case, destination).code),
        "ways": ways_to(_reached(case, outcome, destination), case.unit_id, at),
        "pending": pending,
        "blocked": actions.may_end(case), "outcome_words": dict(outcome_choices()).get(outcome, ""),
        "tries_missing": tries_missing(case) if outcome == CaseOutcome.NOT_REACHED else 0,
        "deadline": clock_words(case), "also_open": cautions.also_open(case.topics),
        "links": links.of_case(case, by, at), "keep_close": outcome == REFER and cautions.other_may_be_client(case),
    }  # fmt: skip


def _told(case: Case, also: list[Case]) -> tuple[list[TimelineEntry], list[TimelineEntry]]:
    """Everything the client added to the story of these cases, the first one first; and the latest of what else was
    done in this one. One query."""
    latest = TimelineEntry.objects.filter(case=case, kind__in=LOG_KINDS).order_by("-at", "-pk")[:LONGEST_LOG]
    added = Q(case__in=[case, *also], kind=EntryKind.ADDED)
    rows = TimelineEntry.objects.filter(added | Q(pk__in=latest.values("pk"))).select_related("by")
    of = {one.pk: one for one in (case, *also)}
    entries = list(rows.order_by("-at", "-pk"))
    for entry in entries:
        entry.case = of[entry.case_id]  # its key is at hand
    told = [entry for entry in reversed(entries) if entry.kind == EntryKind.ADDED]
    return told, [entry for entry in entries if entry.kind != EntryKind.ADDED]


def assess_form(case: Case, data: Any = None) -> AssessForm:
    """The first decisions, as they were sent or as they are."""
    return AssessForm(data, case=case, topics=topic_choices(case), units=snapshot.read().units)


def _may_be_pending(case: Case, entries: list[TimelineEntry]) -> bool:
    """Whether a hand-over can be waiting: only after a summary was shown to the client, or laid before the coordinator,
    which the timeline knows."""
    asked = any(entry.kind in {*CONSENT_KINDS, EntryKind.HAND_OVER} for entry in entries) or len(entries) == LONGEST_LOG
    return case.state == CaseState.REFERRED or (case.state == CaseState.IN_TRIAGE and asked)


def facts(case: Case) -> list[dict[str, Any]]:
    """The strip above the page."""
    return [
        *cautions.young(case),
        {"label": _("Who"), "value": str(ROLES.get(case.requester, ""))},
        {"label": _("Unit"), "value": case.unit.name if case.unit else _("unknown")},
        {"label": _("State"), "value": str(CaseState(case.state).label)},
        *tags.fact(case),
    ]


def _label(kind: type[TextChoices], code: str) -> str:
    """A code in words; one that no longer exists stands for itself."""
    return str(kind(code).label) if code in kind.values else code


def answers(case: Case) -> list[dict[str, Any]]:
    """What was answered in the form, in its order; what was not asked is not shown."""
    intake = case.intake
    unit = (
        ", ".join(part for part in (intake.unit.name, str(intake.unit.location or "")) if part) if intake.unit else ""
    )
    tiles = [str(topic) for code, topic in snapshot.read().topics.items() if code in intake.topics]
    rows = [
        (_("Danger"), _label(Danger, intake.danger)),
        (_("For whom"), _label(Requester, intake.requester)),
        (_("Situation"), _label(Situation, intake.situation)),
        (_("Month of return"), date_format(intake.returned_month, "F Y") if intake.returned_month else None),
        (_("Unit"), unit or intake.unit_words),
        (_("Chose"), ", ".join(part for part in (*tiles, str(intake.topic_words)) if part)),
        (_("Wants to talk with"), _label(Wish, intake.wish)),
        (_("Sent by"), _label(IntakeChannel, intake.channel)),
    ]
    found: list[dict[str, Any]] = [{"label": label, "value": value} for label, value in rows if value is not None]
    return found + entered(intake)


def entered(intake: Intake) -> list[dict[str, Any]]:
    """Who entered it at the desk, and who spoke for whom; nothing when it was sent by the person."""
    rows: list[dict[str, Any]] = []
    if intake.entered_by:
        rows.append({"label": _("Entered by"), "value": intake.entered_by.name})
    row = getattr(intake, "entered", None)
    if row is None:
        return rows
    row.intake = intake  # its key is at hand
    who = [_label(OnBehalf, row.on_behalf), str(row.caller)]
    rows.append({"label": _("Who spoke or wrote"), "lines": [line for line in who if line]})
    if row.received_at:
        rows.append({"label": _("Received on"), "value": long_moment(row.received_at)})
    if row.read_out:
        rows.append({"label": _("Read out"), "value": _("Yes, and it was right")})
    return rows


def person(case: Case) -> dict[str, str]:
    """Who it is and how to reach them; only on pages of one case."""
    who = case.person
    return {
        "name": str(who.name),
        "phone": as_written(who.phone),
        "email": str(who.email),
        "number": str(who.personnel_number),
    }


def proposal(case: Case) -> dict[str, str]:
    """What the system proposes and by which rule, in words; and the address that carries it out."""
    intake = case.intake
    outcome = proposed_outcome(case)
    page = reverse("triage", args=[case.reference])
    return {
        "to": str(Destination(intake.proposal).label) if intake.proposal in Destination.values else intake.proposal,
        "because": in_language(intake.because_nl, intake.because_en),
        "rule": intake.rule,
        "version": str(intake.rules_version),
        "also": ", ".join(intake.also_fits),
        "raised_by": str(intake.raised_by),
        "url": f"{page}?outcome={outcome}#outcome" if outcome else "",
        "outcome": outcome,
    }


def kinds(address: str, chosen: str) -> list[dict[str, Any]]:
    """Kinds of destination to switch between; their code takes the place of ``{}`` in ``address``."""
    return [{"label": TABLE[code].label, "url": address.format(code), "current": code == chosen} for code in SHOWN]


def _address(case: Case) -> str:
    return f"{reverse('triage', args=[case.reference])}?outcome={REFER}&to={{}}#outcome"


def _reached(case: Case, outcome: str, destination: str) -> str:
    """Where the client could go by themselves, by what is chosen now; empty for every other outcome."""
    if outcome == CaseOutcome.CHAPLAIN:
        return Destination.CHAPLAIN
    kind = kind_of(case, destination)
    return kind.code if outcome == REFER and not kind.moves else ""


def clock_words(case: Case) -> str:
    """What the urgency promises, in a sentence."""
    if case.first_contact_at:
        return _("First contact was on %(when)s.") % {"when": short_moment(case.first_contact_at)}
    return _("%(urgency)s: we promised contact before %(when)s.") % {
        "urgency": Urgency(case.urgency).label, "when": long_moment(case.first_contact_due_at),
    }  # fmt: skip


def _log_line(entry: TimelineEntry) -> dict[str, Any]:
    """One line of "contact so far"."""
    told = entry.facts
    if entry.kind == EntryKind.CONTACT_ATTEMPT:
        way, outcome = told.get("way", ""), told.get("outcome", "")
        words = [str(ContactWay(way).label) if way in ContactWay.values else ""]
        words.append(str(AttemptOutcome(outcome).label).lower() if outcome in AttemptOutcome.values else "")
        text = ", ".join(word for word in words if word)
    elif entry.kind == EntryKind.HAND_OVER:
        text = hand_over_words(Told(who="", to="", facts=told))
    elif entry.kind == EntryKind.CALL_BACK:
        text = call_back_words(Told(who="", to="", facts=told))
    elif entry.kind == EntryKind.URGENCY_CHANGED and told.get("to") in Urgency.values:
        text = _("Urgency is now: %(urgency)s") % {"urgency": str(Urgency(told["to"]).label).lower()}
    elif entry.kind == EntryKind.RETURNED and told.get("reason") in ReturnReason.values:
        text = f"{EntryKind.RETURNED.label}: {ReturnReason(told['reason']).label}"
    elif told.get("taken_back"):
        text = _("The client took back a yes")
    else:
        text = str(EntryKind(entry.kind).label)
    detail = f"{text}. {entry.text}" if entry.text else text
    return {"moment": entry.at, "text": detail, "by": entry.by.name if entry.by else ""}
