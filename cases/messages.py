"""Messages between the client and the people who help. They live in the portal; a mail only says that there is one."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.duty import load_calendar, roster
from accounts.models import User
from accounts.notices import tell_user
from cases import deputies, timeline
from cases.deadlines import answer_message_by
from cases.enums import AT_DESK, CaseState, EntryKind
from cases.models import Case, Invitation, Message
from cases.moves import NotNow, locked, move, save, unused
from cases.notices import MESSAGE_FROM_CLIENT, tell_client, tell_guests
from cases.reading import must_be_read

LONGEST = 4000


@dataclass(frozen=True)
class Bubble:
    """One message for components/message_thread.html. ``mine`` is the reader's side."""

    author: str
    moment: dt.datetime
    text: str
    mine: bool


def of_case(case: Case) -> list[Message]:
    """Every message, oldest first. One query."""
    rows = list(Message.objects.filter(case=case).select_related("sender", "family").order_by("sent_at", "pk"))
    for row in rows:
        row.case = case  # the key is at hand, so no message asks for it again
        if row.family:
            row.family.case = case
    return rows


def thread(messages: list[Message], *, for_client: bool, nobody: str = "") -> list[Bubble]:
    """The messages as one reader sees them; ``nobody`` stands for the client's name on the worker's side."""
    return [
        Bubble(
            author=row.sender.name if row.sender else _guest(row.family) or nobody or _("Client"),
            moment=row.sent_at,
            text=row.body,
            mine=(row.sender is None) == for_client and not (for_client and row.family),
        )
        for row in messages
    ]


def _guest(invitation: Invitation | None) -> str:
    """Someone the client let in, as the client named them; empty when the client wrote it."""
    if invitation is None:
        return ""
    return f"{invitation.name} ({invitation.relation})" if invitation.relation else str(invitation.name)


def promised_by(messages: list[Message]) -> dt.datetime | None:
    """By when the client has an answer: the earliest promise still open; none when nothing waits."""
    open_promises = [
        row.answer_by for row in messages if row.sender is None and row.answered_at is None and row.answer_by
    ]
    return min(open_promises, default=None)


def unread(messages: list[Message]) -> int:
    """How many of the client's messages nobody has read."""
    return sum(row.sender is None and row.read_at is None for row in messages)


def waiting_in(case: Case) -> int:
    """The same as ``unread``, without reading a message. One query."""
    return Message.objects.filter(case=case, sender=None, read_at=None).count()


@transaction.atomic
def send(
    case: Case, *, submission_id: uuid.UUID, body: str, by: Actor, at: dt.datetime, family: Invitation | None = None
) -> Message:
    """Send a message: from the client when ``by`` is the client or a follower, from the worker otherwise.

    ``family`` is the invitation of someone whom the client let in, when they write; the client hears of it too. Whoever
    was let in to read the messages hears of every other one.

    The client is promised an answer by a moment that both see, and the owner is told (without an owner: who is on
    duty). A worker's message answers everything that waited; the client hears of it where that is safe. The same
    ``submission_id`` is the same message. Raises NotNow when the case is closed.
    """
    case = locked(case)
    if known := Message.objects.filter(submission_id=submission_id, case=case).first():
        return known
    if not case.is_open:
        raise NotNow(_("This case is closed. Messages can no longer be sent here."))
    from_client = not by.roles
    must_be_read(case, by)
    number = unused(Message, submission_id, "submission_id")
    sender = None if from_client else by.user
    message = Message(case=case, submission_id=number, sender=sender, family=family, sent_at=at)
    message.body = body.strip()
    if from_client:
        message.answer_by = answer_message_by(at, load_calendar())
    message.save(force_insert=True)
    timeline.add(case, EntryKind.MESSAGE, by=by, at=at, facts={"message": str(message.pk)})
    side = "family" if family else "client" if from_client else "worker"
    audit.record("message.sent", by=by, at=at, case_id=case.pk, obj=message, part=side)
    if family is None:  # what one relative writes another does not see
        tell_guests(case, occasion=f"message{message.pk}", by=by, at=at)
    else:
        tell_client(case, occasion=f"message{message.pk}", at=at)
    if from_client:
        _reached_us(case, message, by=by, at=at)
    else:
        _answered(case, message, at=at)
    return message


@transaction.atomic
def mark_read(case: Case, *, by: Actor, at: dt.datetime) -> int:
    """Set the read mark on the client's messages; the client never sees it. Returns how many were unread."""
    found = Message.objects.filter(case=case, sender=None, read_at=None).update(read_at=at)
    if found:
        audit.record("message.read", by=by, at=at, case_id=case.pk, obj=case, part=str(found))
    return found


def _reached_us(case: Case, message: Message, *, by: Actor, at: dt.datetime) -> None:
    """The client wrote: whoever waited for them goes on, and somebody is told."""
    if case.state == CaseState.WAITING_CLIENT:
        move(case, CaseState.IN_TRIAGE, by=by, at=at, action="case.added", next_action_at=at)
    else:
        save(case)
    name = "triage" if case.state in AT_DESK else "case"
    for user in who_answers(case, at):
        tell_user(
            MESSAGE_FROM_CLIENT, user, about=case.pk, occasion=f"message{message.pk}",
            path=reverse(name, args=[case.reference]), at=at,
        )  # fmt: skip


def who_answers(case: Case, at: dt.datetime) -> list[User]:
    """The owner and who stands in; without them, the people on duty. May be empty: the message waits in the case, with
    its promise."""
    return deputies.helpers_of(case, at) or [turn.user for turn in roster(at).on_duty]


def _answered(case: Case, message: Message, *, at: dt.datetime) -> None:
    waiting = Message.objects.filter(case=case, sender=None)
    waiting.filter(answered_at=None).update(answered_at=at)
    waiting.filter(read_at=None).update(read_at=at)
    tell_client(case, occasion=f"message{message.pk}", at=at)
