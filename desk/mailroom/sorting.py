"""What becomes of a mail that is kept: it joins its case, becomes a request, or waits for a person.

Each mail is sorted in one transaction, under a lock on its row, so any number of processes may sort; what one of them
began and did not finish is as if it never began. A mail that cannot be sorted waits for a person and holds up no other.
"""

import datetime as dt
import logging
import re
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, delivery
from accounts.actors import Actor
from accounts.duty import load_calendar, roster
from accounts.models import Notice
from accounts.notices import EXTRA, KINDS, USUAL, tell_user
from cases import messages, passphrase
from cases.contact import WISHES
from cases.deadlines import answer_message_by, first_contact_by
from cases.enums import ContactWay, Danger, IntakeChannel
from cases.intake import Submission
from cases.keywords import Heard, heard
from cases.models import Case, Intake
from desk import calling, hearing, reception, snapshot
from desk.mailroom import filing, judging, reading
from desk.mailroom.enums import Because, MailState
from desk.mailroom.keeping import BY, KEPT
from desk.mailroom.models import Mail
from desk.mailroom.notices import MAIL_PRESSES, MAIL_WAITS
from desk.mailroom.reading import Letter

log = logging.getLogger("desk.mailroom")

RUN = 5.0  # seconds of a sweep; what is left is for the next one
TRIES = 3
MANY = 6
WITHIN = dt.timedelta(hours=1)
UNHEARD = (Because.BOUNCE, Because.LIST)
"""Holds words of ours, or of a mailing."""

LONGEST_STORY = messages.LONGEST


def sort_due(at: dt.datetime) -> int:
    """Sort what lies there; returns how many were looked at. May run late, twice and side by side."""
    started, seen = time.monotonic(), list[UUID]()
    while time.monotonic() - started < RUN and (pk := _next(seen)) is not None:
        seen.append(pk)
        try:
            _sort(pk, at)
        except Exception as error:
            if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
                raise  # the database is away: that says nothing about this mail
            log.exception("mail %s could not be sorted", pk)
            _failed(pk, at)
    return len(seen)


def _next(seen: list[UUID]) -> UUID | None:
    return Mail.objects.unsorted().exclude(pk__in=seen).values_list("pk", flat=True).first()


@transaction.atomic
def _sort(pk: UUID, at: dt.datetime) -> None:
    mail = (
        Mail.objects.unsorted().select_for_update(of=("self",), skip_locked=True).select_related("data_key")
        .filter(pk=pk).first()
    )  # fmt: skip
    if mail is None:
        return
    letter = reading.read(mail.bytes, is_cut=mail.is_cut)
    filing.write_down(mail, letter)
    _decide(mail, letter, at)


@transaction.atomic
def _failed(pk: UUID, at: dt.datetime) -> None:
    """After some tries a person gets it, with nothing but its bytes."""
    mail = Mail.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=pk)
    mail.tries += 1
    if mail.tries < TRIES:
        Mail.objects.filter(pk=pk).update(tries=F("tries") + 1)
        return
    filing.write_down(mail, Letter(text=reading.clean(mail.bytes[:20_000].decode("utf-8", "replace"))))
    _wait(mail, Because.UNREADABLE, at)


def _decide(mail: Mail, letter: Letter, at: dt.datetime) -> None:
    """In this order: machines first, then what a person has to look at, then its case, then a new request."""
    machine = judging.machine(letter)
    if machine == Because.BOUNCE:
        mail.case = _case_of(delivery.bounced(letter.lost, at))
        _wait(mail, machine, at)
    elif machine in judging.SET_APART:
        _set_apart(mail, machine, at)
    elif why := _unclear(mail, letter, at):
        _wait(mail, why, at)
    elif named := _named(letter, str(mail.said)):
        _answer(mail, letter, named, at)
    elif letter.ours:
        _wait(mail, Because.NO_CASE, at)
    elif machine or judging.is_forged(letter):
        _wait(mail, machine or Because.NO_SENDER, at)
    else:
        become_request(mail, by=BY, at=at)


def _unclear(mail: Mail, letter: Letter, at: dt.datetime) -> str:
    if letter.trouble:
        return letter.trouble
    if not letter.sender:
        return Because.NO_SENDER
    if Mail.objects.from_address(mail.sender_index, at - WITHIN).count() >= MANY:
        return Because.MANY
    return "" if mail.said or letter.subject or letter.files else Because.EMPTY


def _named(letter: Letter, said: str) -> set[str]:
    """References of what this mail says that it is about: by the mail of ours that it answers, otherwise in words."""
    sent = Notice.objects.sent_as(letter.ours).filter(user=None).values_list("subject_id", "kind")
    cases = [subject for subject, kind in sent if subject and kind in KINDS and KINDS[kind].reaches_clients]
    named = set(Case.objects.filter(pk__in=cases).values_list("reference", flat=True))
    prefix = re.escape(settings.REFERENCE_PREFIX)
    words = re.findall(rf"\b{prefix}[- ]?[0-9A-Z]{{4}}[- ]?[0-9A-Z]{{4}}\b", f"{letter.subject}\n{said}".upper())
    written = {passphrase.canonical_reference(word) for word in words[:20]}
    return named | set(Intake.objects.filter(reference__in=written).values_list("reference", flat=True))


def _answer(mail: Mail, letter: Letter, named: set[str], at: dt.datetime) -> None:
    """To its case, when there is one, it is open, and the sender is known there."""
    cases = list(
        Case.objects.filter(reference__in=named).select_related("data_key", "person__data_key", "person__user")
    )
    mail.case = cases[0] if len(cases) == 1 else None
    if len(named) > 1:
        _wait(mail, Because.SEVERAL, at)
    elif mail.case is None:
        _wait(mail, Because.ADVICE, at)
    elif not (filing.knows(mail.case, mail.sender_index) and judging.is_proved(letter)):
        _wait(mail, Because.STRANGER, at)
    elif not mail.case.is_open:
        _wait(mail, Because.CLOSED, at)
    else:
        join(mail, mail.case, by=BY, at=at)


def join(mail: Mail, case: Case, *, by: Actor, at: dt.datetime) -> None:
    """As a message of the client: whoever helps them is told. Needs a transaction, and a locked mail."""
    written = f"{mail.subject}\n{mail.said}"
    hearing.send(case, submission_id=mail.pk, body=in_words(mail), by=BY, at=at, text=written)
    filing.belongs_to(mail, case, MailState.JOINED)
    keep_for_now(mail, at)
    audit.record("mail.joined", by=by, at=at, case_id=case.pk, obj=mail)


def become_request(mail: Mail, *, danger: str = "", answer: bool = True, by: Actor, at: dt.datetime) -> str:
    """Through the front door; what a mail cannot tell gets the answer that gives nothing away. Its reference.

    With ``answer`` the sender may be mailed: they wrote from there, and our mails say nothing. Needs a transaction and
    a locked mail.
    """
    contact: dict[str, Any] = {"name": mail.sender_name, "email": mail.sender, "channels": [ContactWay.EMAIL.value]}
    contact |= {name: False for name in WISHES if name.startswith(("may_", "safe_"))}
    with translation.override(mail.language):
        written = "\n\n".join(part for part in (str(mail.subject), str(mail.said)) if part)
        story = _cut(written, _rest())
    asked = Submission(
        submission_id=mail.pk, language=mail.language, story=story, written=written, channel=IntakeChannel.EMAIL,
        contact=contact | {"safe_to_email": answer and bool(mail.sender)}, danger=danger or Danger.PREFER_NOT_TO_SAY,
    )  # fmt: skip
    receipt = reception.take_in(asked, by=by, at=at)
    case = Case.objects.select_related("data_key").get(reference=receipt.reference)
    filing.belongs_to(mail, case, MailState.REQUEST)
    keep_for_now(mail, at)
    audit.record("mail.became_request", by=by, at=at, case_id=case.pk, obj=mail)
    return receipt.reference


def in_words(mail: Mail) -> str:
    """What was written, and that files came with it, in the words of its writer's language."""
    with translation.override(mail.language):
        files = mail.enclosures.count()
        words = _cut(str(mail.said) or str(mail.subject), _rest())
        told = _("Files that came with this e-mail: %(n)d") % {"n": files}
        return f"{words}\n\n[{told}]" if files else words


def _rest() -> str:
    return _("The rest is in the e-mail itself.")


def _cut(text: str, rest: str) -> str:
    room = LONGEST_STORY - len(rest) - 100
    return text if len(text) <= room else f"{text[:room].rsplit(' ', 1)[0]} …\n\n[{rest}]"


def keep_for_now(mail: Mail, at: dt.datetime) -> None:
    """What is only kept for a while; see keeping.forget_over."""
    mail.erase_at = at + KEPT
    mail.save(update_fields=["erase_at"])


def _set_apart(mail: Mail, machine: str, at: dt.datetime) -> None:
    """Sent by a machine: never answered; people can look whether that is right."""
    mail.state, mail.because, mail.erase_at = MailState.AUTOMATIC, machine, at + KEPT
    mail.save(update_fields=["state", "because", "erase_at"])
    audit.record("mail.automatic", by=BY, at=at, obj=mail, part=machine)


def _wait(mail: Mail, why: str, at: dt.datetime) -> None:
    """For a person, with a term; whoever is on duty hears of it, once an hour at most.

    Words of the list shorten the term: then it is said each time, by every way, and to the coordinators too.
    """
    mail.state, mail.because = MailState.WAITING, why
    text, calendar = f"{mail.subject}\n{mail.said}", load_calendar()
    words = Heard() if why in UNHEARD else heard(text, snapshot.read().keywords)
    mail.due_at = first_contact_by(words.raises_to, at, calendar) if words.words else answer_message_by(at, calendar)
    mail.save(update_fields=["state", "because", "due_at", "case"])
    audit.record("mail.waits", by=BY, at=at, obj=mail, part=why, case_id=mail.case_id)
    if not words.words:
        for user in [turn.user for turn in roster(at, calendar).on_duty]:
            tell_user(MAIL_WAITS, user, about=None, occasion=f"{at:%Y%m%d%H}", path=reverse("post"), at=at)
        return
    for user in {one.pk: one for one in [*calling.on_duty(at), *calling.coordinators(at)]}.values():
        tell_user(
            MAIL_PRESSES, user, about=None, occasion=str(mail.pk), path=reverse("post"), at=at,
            channels=(*USUAL, *EXTRA),
        )  # fmt: skip
    if mail.case is not None and mail.case.is_open:
        hearing.listen(mail.case, text, at=at)


def _case_of(notices: list[Notice]) -> Case | None:
    """The case that a mail of ours was about, when its client got it."""
    subjects = [one.subject_id for one in notices if one.user_id is None and one.subject_id]
    return Case.objects.filter(pk__in=subjects).first() if subjects else None
