"""A case as its client sees it: five steps, one contact person, what is promised. Nothing internal comes in here."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Exists, Min, OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AuditEvent
from cases import (
    after_care,
    appointments,
    confidentiality,
    deputies,
    evaluation,
    mediation_door,
    merged,
    messages,
    plan,
    tracks,
    who_sees,
)
from cases.enums import (
    AT_DESK,
    CLIENT_STEP,
    WITH_WORKER,
    AccessReason,
    AccessScope,
    AttemptOutcome,
    CaseOutcome,
    CaseState,
    ClientStep,
    EntryKind,
    SessionState,
)
from cases.enums.tracks import OutlineState
from cases.messages import Bubble
from cases.models import CallBack, Case, CaseAccess, Message, Outline, Session, TimelineEntry
from cases.models.case import CaseQuerySet
from cases.moments import promise_words
from cases.tracks import Counter

TOLD_IN_STEPS = (EntryKind.TAKEN, EntryKind.CONTACT_ATTEMPT, EntryKind.CONSENT_GIVEN, EntryKind.ACCEPTED)


@dataclass(frozen=True)
class ClientPage:
    """Everything page F shows of one case, read once."""

    case: Case
    at: dt.datetime
    sessions: list[Session]
    messages: "Page[Message]"
    told: dict[str, TimelineEntry]

    @property
    def counter(self) -> Counter:
        return tracks.of_page(self.case, self.sessions)

    @property
    def is_last(self) -> bool:
        """One place left: said to them in good time, calmly."""
        return self.case.is_open and self.counter.is_near

    @property
    def is_over(self) -> bool:
        return self.case.is_open and self.counter.is_full

    @property
    def next(self) -> Session | None:
        """The next conversation, as long as the case is open."""
        return appointments.coming(self.sessions, self.at) if self.case.is_open else None

    @property
    def has_conversations(self) -> bool:
        """Whether there is anything to count: a worker has the case, or there were conversations."""
        return self.case.state in WITH_WORKER and not self._is_kept or bool(self.sessions)

    def thread(self, address: Callable[[UUID], str]) -> list[Bubble]:
        """What was written; ``address`` is where the client sees a document."""
        return messages.thread(self.messages, for_client=True, address=address)

    @property
    def answer_by(self) -> dt.datetime | None:
        """By when a message of theirs is answered."""
        return self.case.answer_by if self.case.is_open else None  # type: ignore[attr-defined]

    @property
    def contact_name(self) -> str:
        """Their one contact person; empty while that is the desk."""
        contact = self.case.primary_contact
        return contact.name if contact and not (self._is_kept and contact.pk == self.case.owner_id) else ""

    @property
    def contact_team(self) -> str:
        """Where their contact person works."""
        return contact_team(self.case)

    @property
    def worker_name(self) -> str:
        """Who helps them now; that need not be their contact person yet."""
        with_worker = self.case.state in WITH_WORKER and not self._is_kept
        return self.case.owner.name if self.case.owner and with_worker else ""

    @property
    def reader_name(self) -> str:
        """Who reads and answers what they write here: their worker, also while that is not their contact person yet."""
        return self.worker_name if self.case.state in WITH_WORKER else self.contact_name

    @property
    def how_to_reach(self) -> str:
        """The ways to their contact person, who until client and worker have met does not read what is written here."""
        if _has_worker_to_meet(self.case):
            return _("You reach them through this number.")
        return _("You reach them through this number, or with a message here.")

    @property
    def _is_kept(self) -> bool:
        """Whether a worker said yes of whom they were not told because that is not safe, and whom they did not meet."""
        return _is_kept(self.case)

    @property
    def until_met(self) -> str:
        """That the desk stays their contact person until they met their worker; empty once they did."""
        if not self.worker_name or not self.contact_name or self.case.owner_id == self.case.primary_contact_id:
            return ""
        names = {"worker": self.worker_name, "contact": self.contact_name}
        return _("%(worker)s is going to help you. Until you two have met, %(contact)s is there for you.") % names

    @property
    def promise(self) -> str:
        """By when they hear from a person: the same moment on every page of one request. Empty when that has been."""
        if self.case.first_contact_at is not None or not self.case.is_open:
            return ""
        return promise_words(self.case.promised_at, self.at)

    @property
    def ending(self) -> str:
        """How it ended, in plain words; empty while it is open."""
        return "" if self.case.is_open else outcome_words(self.case.outcome)

    @property
    def step(self) -> ClientStep:
        return ClientStep.LOOKING if self._is_kept else CLIENT_STEP[self.case.state]

    def steps(self) -> list[dict[str, Any]]:
        """For components/timeline.html. Steps that a finished case never came to are left out."""
        made = [self._received(), self._looking(), self._passed_on(), self._appointment(), self._finished()]
        shown = []
        for step, row in zip(ClientStep, made, strict=True):
            state = "done" if step < self.step or not self.case.is_open else "now" if step == self.step else "later"
            if not self.case.is_open and not self._came_to(step):
                continue
            shown.append(
                {"state": state} | (row if state != "later" else {"title": row["title"], "when": row.get("later", "")})
            )
        return shown

    def _came_to(self, step: ClientStep) -> bool:
        if step == ClientStep.PASSED_ON:
            return EntryKind.ACCEPTED in self.told
        return step != ClientStep.APPOINTMENT or any(s.state == SessionState.HELD for s in self.sessions)

    def _received(self) -> dict[str, Any]:
        row: dict[str, Any] = {"title": str(ClientStep.RECEIVED.label), "moment": self.case.sent_at}
        if self.step == ClientStep.RECEIVED:
            row |= {"lead": self.promise, "text": _("The worker on duty reads your request.")}
        return row

    def _looking(self) -> dict[str, Any]:
        tried = self.told.get(EntryKind.CONTACT_ATTEMPT)
        if self.step != ClientStep.LOOKING:
            when = ""
            if tried and tried.by and tried.facts.get("outcome") == AttemptOutcome.SPOKEN:
                day = date_format(localtime(tried.at), "j F")
                when = _("%(name)s spoke with you on %(day)s") % {"name": tried.by.name, "day": day}
            return {"title": _("We looked at it"), "when": when, "later": ""}
        title = _("We look for another worker") if self.case.returned_at else str(ClientStep.LOOKING.label)
        return {"title": title, "lead": self.promise, "text": self._what_we_do()}

    def _what_we_do(self) -> str:
        """The present state in a sentence to the client."""
        if self.case.state == CaseState.WAITING_CLIENT:
            return _("We asked you something. With your answer we can go on.")
        if self.case.state == CaseState.REFERRED and not self.case.is_quiet:
            return _("We asked a worker to help you. The desk stays responsible until someone says yes.")
        if self.contact_name:
            return _("%(name)s looks at your request.") % {"name": self.contact_name}
        return _("The desk looks at your request.")

    def _passed_on(self) -> dict[str, Any]:
        accepted = self.told.get(EntryKind.ACCEPTED)
        name = self._who_took_it(accepted) if accepted else self.contact_name
        title = _("Passed on to %(name)s") % {"name": name} if self.step >= ClientStep.PASSED_ON and name else ""
        row: dict[str, Any] = {
            "title": title or str(ClientStep.PASSED_ON.label),
            "moment": accepted.at if accepted else None,
            "when": _("You approved the summary") if EntryKind.CONSENT_GIVEN in self.told else "",
            "later": _("Only if that helps, and only with your yes") if self.case.state in AT_DESK else "",
        }
        if (
            self.step == ClientStep.PASSED_ON and self.next is not None
        ):  # the talk of three, before the first conversation
            planned = self._planned(self.next)
            row |= planned | {"text": " ".join(filter(None, [planned["text"], self.until_met]))}
        elif self.step == ClientStep.PASSED_ON:
            who = self.worker_name or self.contact_name or name
            text = _("%(name)s contacts you to plan the first conversation.") % {"name": who}
            row["text"] = " ".join(filter(None, [text, self.until_met]))
        return row

    def _who_took_it(self, accepted: TimelineEntry) -> str:
        """The worker, also when their coordinator said yes for them; when that one left since, who is there now."""
        took = accepted.facts.get("to_user")
        known = [user for user in (accepted.by, self.case.owner) if user is not None and user.pk == took]
        return str(known[0].name) if known else self.contact_name

    def _appointment(self) -> dict[str, Any]:
        if self.step != ClientStep.APPOINTMENT:
            return {"title": _("Conversations") if not self.case.is_open else str(ClientStep.APPOINTMENT.label)}
        if self.next is None:
            text = _("No new conversation is planned yet. %(name)s agrees on one with you.") % {
                "name": self.worker_name or self.contact_name
            }
            return {"title": _("Conversations"), "text": text}
        return {"title": str(ClientStep.APPOINTMENT.label)} | self._planned(self.next)

    def _planned(self, session: Session) -> dict[str, Any]:
        """When, with whom and where, and how to ask for another moment."""
        words = [self._with_whom(session), f"{session.get_way_display()}."]
        if session.place:
            words += [f"{session.place}.", _("Nobody needs to know what you come for.")]
        return {
            "lead": capfirst(_moment(session.starts_at)),
            "text": " ".join(words),
            "actions": [{"label": _("Ask for another moment"), "url": "#write"}],
        }

    def _with_whom(self, session: Session) -> str:
        """Which conversation it is, or that two of us are there."""
        if session.also_user is not None:
            names = {"contact": session.also_user.name, "worker": session.with_user.name}
            return _("A talk of three: you, %(contact)s and %(worker)s, to get to know each other.") % names
        number = {"number": self.counter.held + 1, "name": session.with_user.name}
        return _("Conversation %(number)d with %(name)s.") % number

    def _finished(self) -> dict[str, Any]:
        row = {"title": str(ClientStep.DONE.label), "moment": self.case.closed_at}
        return row | {"later": _("You decide that together")}


def open_page(
    opened: Case, at: dt.datetime, number: str | None = None, also: Mapping[str, Any] | None = None
) -> ClientPage:
    """The page of a case that case_for has opened, with that page of its messages, and what ``also`` works out along
    the way. Four queries, five for an older page."""
    seen = AuditEvent.objects.filter(who_sees.SHOWN_TO, case_id=OuterRef("pk")).exclude(actor_roles="")
    case = (
        Case.objects.select_related(
            "data_key", "intake__data_key", "primary_contact", "owner", "team", "person__data_key", "person__contact"
        )
        .annotate(
            looked_at=Subquery(seen.order_by("-at").values("at")[:1]),
            looked_by=Subquery(seen.order_by("-at").values("actor_name")[:1]),
            called_at=Subquery(CallBack.objects.open().filter(case=OuterRef("pk")).values("slot_at")[:1]),
            track_kind=tracks.latest_kind("pk"),
            outlines_seen=Exists(Outline.objects.filter(case=OuterRef("pk"))),
            outline_waits=Exists(Outline.objects.filter(case=OuterRef("pk"), state=OutlineState.ASKED)),
            **mediation_door.asked_of_case(),
            **(also or {}),
            **plan.plan_of_case(),
            **confidentiality.explained_of_case(),
            **messages.promise_of_case(),
            **deputies.away_of_case(at),
            **merged.counted_of_case(),
            **after_care.call_of_case(),
            **evaluation.asks_of_case(),
        )
        .get(pk=opened.pk)
    )
    rows = TimelineEntry.objects.filter(case=case, kind__in=TOLD_IN_STEPS, for_client=True).select_related("by")
    told = {row.kind: row for row in rows.defer("text").order_by("at")}
    page = messages.page_of(case, number)
    return ClientPage(case, at, appointments.of_case(case), page, told)


def told_by_client(opened: Case) -> list[Bubble]:
    """What the client told, in their own words: the request as it was sent, and everything added. Two queries."""
    opened.intake.data_key = opened.data_key
    told = [(opened.sent_at, opened.intake.story)]
    for row in TimelineEntry.objects.filter(case=opened, kind=EntryKind.ADDED, by_client=True).order_by("at"):
        row.case = opened
        told.append((row.at, row.text))
    return [Bubble(author="", moment=moment, text=text, mine=True) for moment, text in told if text]


def cases_of(by: Actor, at: dt.datetime) -> CaseQuerySet:
    """The cases of which ``by`` is the client, newest first, with ``next_at``. Never a colleague's or a relative's."""
    own = CaseAccess.objects.live(at).filter(user_id=by.user_id or 0, scope=AccessScope.CLIENT)
    planned = Session.objects.filter(case=OuterRef("pk"), state=SessionState.PLANNED, starts_at__gt=at).order_by()
    return (
        Case.objects.visible_to(by, at)
        .filter(pk__in=own.values("case"))
        .select_related("data_key", "intake", "primary_contact", "owner", "team")
        .annotate(next_at=Subquery(planned.values("case").annotate(first=Min("starts_at")).values("first")))
        .order_by("-sent_at")
    )


def _has_worker_to_meet(case: Case) -> bool:
    """Whether somebody accepted it whose contact person is still the desk."""
    return case.state in WITH_WORKER and case.primary_contact_id not in {None, case.owner_id}


def _is_kept(case: Case) -> bool:
    return case.is_quiet and case.state in WITH_WORKER


def contact_team(case: Case) -> str:
    """Where the client's contact person works: until client and worker have met at the desk, or they helped before."""
    if not _has_worker_to_meet(case):
        return str(case.team or "")
    helped = CaseAccess.objects.filter(case=case, user=case.primary_contact_id, reason=AccessReason.REFERRAL)
    return _("Helped you until now") if helped.exists() else _("The desk")


def step_words(case: Case) -> str:
    """Where a case is, in the client's word for it."""
    if _is_kept(case):
        return str(ClientStep.LOOKING.label)
    if case.state == CaseState.ACCEPTED and case.owner:
        return _("Passed on to %(name)s") % {"name": case.owner.name}
    return str(CLIENT_STEP[case.state].label)


def next_moment(case: Case, at: dt.datetime) -> str:
    """The next thing that happens, with its time: for a card in the list. ``case`` comes from ``cases_of``."""
    if not case.is_open:
        return outcome_words(case.outcome)
    if case.next_at:  # type: ignore[attr-defined]
        return _("Next conversation: %(moment)s") % {"moment": _moment(case.next_at)}  # type: ignore[attr-defined]
    if case.first_contact_at is None:
        return promise_words(case.promised_at, at)
    return ""


def outcome_words(outcome: str) -> str:
    """How a case ended, said to the client."""
    return {
        CaseOutcome.SOLVED_AT_DESK: _("The desk helped you, and for now nothing more is needed."),
        CaseOutcome.HELPED: _("You and your worker finished the conversations together."),
        CaseOutcome.REFERRED_ON: _("You went on to other help."),
        CaseOutcome.CHAPLAIN: _("You chose a chaplain. We passed nothing on: what you tell is up to you."),
        CaseOutcome.NOT_REACHED: _("We tried several times and did not reach you. You are welcome at any time."),
        CaseOutcome.NO_REQUEST: _("There was no question for us after all."),
        CaseOutcome.WITHDRAWN: _("You withdrew your request."),
        CaseOutcome.STOPPED: _("You stopped. That is fine."),
        CaseOutcome.MERGED: _("You had sent more than one request. We go on with the other one."),
    }[CaseOutcome(outcome)]


def _moment(moment: dt.datetime) -> str:
    return date_format(localtime(moment), "l j F, H:i")
