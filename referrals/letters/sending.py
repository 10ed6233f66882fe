"""Sending a letter that the client approved, and what the provider answered."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.duty import load_calendar
from cases.moves import NotNow
from cases.notices import tell_client
from referrals.letters.enums import ANSWERS, LetterState, LetterWay
from referrals.letters.moves import move, must_be_open, opened_by
from referrals.models.letters import Letter


@transaction.atomic
def send_on_paper(letter: Letter, *, by: Actor, at: dt.datetime) -> Letter:
    """It goes by post. Raises NotNow without the client's yes, Refused for who may not pass this case on."""
    row = opened_by(letter, by, "letter.send", at=at)
    if row.state == LetterState.SENT:
        return row
    return sent(row, LetterWay.PAPER, by=by, at=at)


def sent(row: Letter, way: LetterWay, *, by: Actor, at: dt.datetime) -> Letter:
    """From now on the provider has it, and an answer is due. The row must be locked."""
    must_be_open(row)
    if row.state != LetterState.APPROVED:
        raise NotNow(_("The client has not approved this letter, or it was answered."))
    calendar = load_calendar()
    clock = {
        "remind_at": calendar.end_of_working_day(at, settings.LETTER_ANSWER_DAYS // 2),
        "due_at": calendar.end_of_working_day(at, settings.LETTER_ANSWER_DAYS),
    }
    move(row, LetterState.SENT, f"sent_{way}", by=by, at=at, way=way, sent_at=at, **clock)
    tell_client(row.case, occasion=f"letter_sent{row.pk}", at=at)
    return row


@transaction.atomic
def record_answer(letter: Letter, answer: str, *, on: dt.date, note: str, by: Actor, at: dt.datetime) -> Letter:
    """What the provider said, written down by a worker: yes, no, or nothing. The same answer twice is once.
    Raises Refused for who may not pass this case on."""
    row = opened_by(letter, by, "letter.record_answer", at=at)
    if row.state == answer:
        return row
    if answer not in ANSWERS:
        raise NotNow(_("Choose what the provider answered."))
    if row.sent_at and not timezone.localdate(row.sent_at) <= on <= timezone.localdate(at):
        raise NotNow(_("Choose a day between the sending of the letter and today."))
    return answered(row, answer, on=on, note=note, by=by, at=at)


def answered(row: Letter, answer: str, *, on: dt.date, note: str, by: Actor, at: dt.datetime) -> Letter:
    """Keep an answer, of a worker or (without a user) of the provider itself. The row must be locked."""
    move(
        row, answer, str(answer), by=by, at=at,
        answered_at=at, answered_on=on, answered_by=by.user, answer_note=note.strip(),
    )  # fmt: skip
    tell_client(row.case, occasion=f"letter_{answer}{row.pk}", at=at)
    return row
