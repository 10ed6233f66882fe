"""Messages between the client and the people who help. They live in the portal; a mail only says that there is one."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.duty import load_calendar
from accounts.enums import Outcome
from accounts.models import AuditEvent
from cases import documents, safe_contact, timeline
from cases.answering import reached_us
from cases.deadlines import answer_message_by, at_risk_from
from cases.documents import Upload
from cases.enums import ContactWay, EntryKind
from cases.enums.documents import DocumentState
from cases.models import Case, Document, DocumentVersion, Invitation, Message
from cases.models.case import CaseQuerySet
from cases.moves import NeedsReason, NotNow, locked, unused
from cases.notices import tell_client, tell_guests
from cases.reading import must_be_read

LONGEST = 4000
PER_PAGE = 15
"""Threads on a page."""
MOST_REPLIES = 20
"""In one thread; what is written after that begins a new one, so that a page has an end."""
CLIENT_PART = "client page"
"""The part of a case in the audit that shows that the client read their messages."""


@dataclass(frozen=True)
class Attached:
    """A document that came with a message. ``note`` says why it cannot be opened; empty when it can."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Bubble:
    """One message for components/message_thread.html. ``mine`` is the reader's side; ``seen_at`` is for staff only."""

    author: str
    moment: dt.datetime
    text: str
    mine: bool
    key: str = ""
    files: Sequence[Attached] = ()
    replies: list["Bubble"] = field(default_factory=list)
    can_be_answered: bool = False
    seen_at: dt.datetime | None = None
    asks_seen: bool = False

    @property
    def answered(self) -> "Bubble | None":
        """What a reply under this one answers: the last of the other side. None where only the reader wrote."""
        others = [one for one in (self, *self.replies) if not one.mine]
        return others[-1] if others and self.can_be_answered else None


def page_of(case: Case, number: int | str | None = 1) -> "Page[Message]":
    """A page of threads with their replies, as messages: the threads in which something was written last, the newest
    of them at the end. One query for the first page, two for another."""
    roots = Message.objects.filter(case=case, answers=None).order_by("-thread_at", "pk")
    first = str(number or 1) == "1"
    length = 0 if first else roots.count()
    part: Any = range(PER_PAGE) if first else Paginator(range(length), PER_PAGE).get_page(number).object_list
    counted = roots.order_by().values("case").annotate(of=Count("pk")).values("of")
    rows = Message.objects.filter(case=case).alias(root=Coalesce("answers", "pk"))
    rows = rows.filter(root__in=roots.values("pk")[part.start : part.stop]).annotate(of=Subquery(counted))
    messages = _read(case, rows, Coalesce("answers__thread_at", "thread_at"), "root", "sent_at", "pk")
    length = messages[0].of if messages else length  # type: ignore[attr-defined]
    shown: Page[Any] = Paginator(range(length), PER_PAGE).get_page(number)
    shown.object_list = messages
    return shown


def _read(case: Case, rows: "QuerySet[Message]", *order: Any) -> list[Message]:
    """In this order, with the ``files`` that came along, how far each is (``file_state``), and ``seen_at``, when the
    client next looked. One query: a message comes once for each of its files."""
    looks = AuditEvent.objects.filter(
        case_id=case.pk, at__gt=OuterRef("sent_at"), action="case.viewed", part=CLIENT_PART, actor_roles="",
        outcome=Outcome.DONE,
    )  # fmt: skip
    newest = DocumentVersion.objects.filter(document=OuterRef("documents")).order_by("-number")
    found: Any = rows.select_related("sender", "family").annotate(
        seen_at=Subquery(looks.order_by("at").values("at")[:1]), file_id=F("documents"),
        file_title=F("documents__title"), file_removed=F("documents__removed_at"),
        file_state=Subquery(newest.values("state")[:1]),
    )  # fmt: skip
    messages: list[Any] = []
    for row in found.order_by(*order, "documents__place"):
        if not messages or messages[-1].pk != row.pk:
            row.case, row.files = case, []  # the key is at hand, so no message asks for it again
            if row.family:
                row.family.case = case
            messages.append(row)
        if row.file_id:
            file: Any = Document(pk=row.file_id, case=case, title=row.file_title, removed_at=row.file_removed)
            file.file_state = row.file_state
            messages[-1].files.append(file)
    return messages


def of_case(case: Case) -> list[Message]:
    """Every message, oldest first. One query."""
    return _read(case, Message.objects.filter(case=case), "sent_at", "pk")


def thread(
    messages: Sequence[Message],
    *,
    for_client: bool,
    nobody: str = "",
    address: Callable[[uuid.UUID], str] = lambda _document: "",
) -> list[Bubble]:
    """The messages as one reader sees them, replies under what they answer; ``nobody`` stands for the client's name on
    the worker's side, ``address`` is where a document can be seen."""
    replies: dict[uuid.UUID, list[Message]] = {}
    for row in messages:
        if row.answers_id:
            replies.setdefault(row.answers_id, []).append(row)

    def bubble(row: Message, under: Sequence[Message] = ()) -> Bubble:
        return Bubble(
            author=row.sender.name if row.sender else _guest(row.family) or nobody or _("Client"),
            moment=row.sent_at,
            text=row.body,
            mine=(row.sender is None) == for_client and not (for_client and row.family),
            key=str(row.pk),
            files=[_attached(one, address) for one in row.files],  # type: ignore[attr-defined]
            replies=[bubble(one) for one in under],
            can_be_answered=row.answers_id is None and len(under) < MOST_REPLIES,
            seen_at=None if for_client else getattr(row, "seen_at", None),
            asks_seen=not for_client and row.sender is not None,
        )

    return [bubble(row, replies.get(row.pk, ())) for row in messages if row.answers_id is None]


def _attached(row: Document, address: Callable[[uuid.UUID], str]) -> Attached:
    title, url = str(row.title), address(row.pk)
    if row.removed_at:
        return Attached(title, "", _("removed"))
    notes = {DocumentState.CLEAN: "", DocumentState.LOCKED: _("cannot be opened")}
    return Attached(title, url, notes.get(row.file_state, _("still being checked")))  # type: ignore[attr-defined]


def beginning_of(case: Case, key: str) -> Message | None:
    """The message that a reply would answer; none when there is no such message in this case."""
    try:
        found = Message.objects.filter(case=case, pk=uuid.UUID(key)).first()
    except ValueError:
        return None
    if found is not None:
        found.case = case
    return found


def without_words() -> str:
    """What stands for a message of files only where those are not shown."""
    return _("Files without words")


def _guest(invitation: Invitation | None) -> str:
    """Someone the client let in, as the client named them; empty when the client wrote it."""
    if invitation is None:
        return ""
    return f"{invitation.name} ({invitation.relation})" if invitation.relation else str(invitation.name)


def promise_of_case() -> dict[str, Any]:
    """Columns of a case: by when the client has an answer, the earliest promise still open, and from when that is at
    risk; NULL when nothing waits."""
    waiting = Message.objects.filter(case=OuterRef("pk"), sender=None, answered_at=None).order_by().values("case")
    return {
        name: Subquery(waiting.annotate(first=Min(column)).values("first"))
        for name, column in (("answer_by", "answer_by"), ("answer_at_risk", "at_risk_at"))
    }


def promised_in(cases: CaseQuerySet) -> "QuerySet[Message]":
    """What clients wrote in these cases and has no answer yet, with the reference of the case as ``of``.

    From the few that wait to their cases: as a join the planner takes them for many, and reads every case.
    """
    of = Subquery(cases.filter(pk=OuterRef("case")).order_by().values("reference"))
    return Message.objects.open_promises().annotate(of=of).filter(of__isnull=False).order_by("answer_by")


def promised_by(messages: Sequence[Message]) -> dt.datetime | None:
    """The same of these messages; none when nothing waits."""
    open_promises = [
        row.answer_by for row in messages if row.sender is None and row.answered_at is None and row.answer_by
    ]
    return min(open_promises, default=None)


def unread(messages: Sequence[Message]) -> int:
    """How many of the client's messages nobody has read."""
    return sum(row.sender is None and row.read_at is None for row in messages)


def waiting_in(case: Case) -> int:
    """The same as ``unread``, without reading a message. One query."""
    return Message.objects.filter(case=case, sender=None, read_at=None).count()


def outside_wishes(case: Case, at: dt.datetime) -> list[str]:
    """Why a message here is not what the client chose; empty when it is."""
    return safe_contact.against(safe_contact.wishes_of(case), ContactWay.PORTAL, at)


@transaction.atomic
def write(
    case: Case,
    *,
    submission_id: uuid.UUID,
    body: str,
    by: Actor,
    at: dt.datetime,
    reason: str = "",
    answers: Message | None = None,
    files: Sequence[Upload] = (),
) -> Message:
    """A worker's message. Where the client chose other ways to be reached it needs a reason, which is kept in the file.

    Raises NeedsReason, and what ``send`` raises.
    """
    case = locked(case)
    outside = outside_wishes(case, at)
    if outside and not reason.strip():
        raise NeedsReason(" ".join([*outside, _("Write down why you do it all the same.")]))
    why = reason if outside else ""
    return send(case, submission_id=submission_id, body=body, by=by, at=at, answers=answers, files=files, reason=why)


@transaction.atomic
def send(
    case: Case,
    *,
    submission_id: uuid.UUID,
    body: str,
    by: Actor,
    at: dt.datetime,
    family: Invitation | None = None,
    answers: Message | None = None,
    files: Sequence[Upload] = (),
    reason: str = "",
) -> Message:
    """Send a message: from the client when ``by`` is the client or a follower, from the worker otherwise.

    ``family`` is the invitation of someone whom the client let in, when they write; the client hears of it too. Whoever
    was let in to read the messages hears of every other one.

    The client is promised an answer by a moment that both see, and the owner is told (without an owner: who is on
    duty). A worker's message answers everything that waited; the client hears of it where that is safe. The same
    ``submission_id`` is the same message. ``answers`` is the message it replies to, ``files`` go along and are checked
    by themselves, ``reason`` is why it goes against the client's wishes. Raises NotNow when the case is closed, or when
    one of the files cannot be taken: then nothing is sent.
    """
    case = locked(case)
    if known := Message.objects.filter(submission_id=submission_id, case=case).first():
        return known
    if not case.is_open:
        raise NotNow(_("This case is closed. Messages can no longer be sent here."))
    from_client = not by.roles
    if why := documents.too_many([(one.name, len(one.content)) for one in files]):
        raise NotNow(why)
    must_be_read(case, by)
    number = unused(Message, submission_id, "submission_id")
    sender = None if from_client else by.user
    message = Message(case=case, submission_id=number, sender=sender, family=family, sent_at=at, thread_at=at)
    message.body = body.strip()
    if from_client:
        calendar = load_calendar()
        message.answer_by = answer_message_by(at, calendar)
        message.at_risk_at = at_risk_from(message.answer_by, calendar)
    _put_in_thread(message, answers)
    message.save(force_insert=True)
    for place, file in enumerate(files):
        documents.receive(
            case, file=file, title=file.name, by=by, at=at, for_client=True, message=message, place=place,
            submission_id=uuid.uuid5(number, str(place)),
        )  # fmt: skip
    facts = {"message": str(message.pk)} | ({"outside_wishes": True} if reason else {})
    timeline.add(case, EntryKind.MESSAGE, by=by, at=at, facts=facts, text=reason.strip())
    side = "family" if family else "client" if from_client else "worker"
    basis = "against the client's wishes, with a reason" if reason else ""
    audit.record("message.sent", by=by, at=at, case_id=case.pk, obj=message, part=side, basis=basis)
    if family is None:  # what one relative writes another does not see
        tell_guests(case, occasion=f"message{message.pk}", by=by, at=at)
    else:
        tell_client(case, occasion=f"message{message.pk}", at=at)
    if from_client:
        reached_us(case, occasion=f"message{message.pk}", by=by, at=at)
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


def _put_in_thread(message: Message, answers: Message | None) -> None:
    """Under the message that began the thread, which comes to the front again. A full thread goes on in a new one."""
    if answers is None or answers.case_id != message.case_id:
        return
    first = answers.answers_id or answers.pk
    if Message.objects.filter(answers=first).count() >= MOST_REPLIES:
        return
    message.answers_id, message.thread_at = first, None
    Message.objects.filter(pk=first).update(thread_at=message.sent_at)


def end_of(case: Case, *, at: dt.datetime) -> None:
    """The case closes: nobody waits for an answer any more."""
    Message.objects.filter(case=case, sender=None, answered_at=None).update(answered_at=at)


def _answered(case: Case, message: Message, *, at: dt.datetime) -> None:
    waiting = Message.objects.filter(case=case, sender=None)
    waiting.filter(answered_at=None).update(answered_at=at)
    waiting.filter(read_at=None).update(read_at=at)
    tell_client(case, occasion=f"message{message.pk}", at=at)
