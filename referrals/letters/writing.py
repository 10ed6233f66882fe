"""Writing to a provider outside, and the client's yes. The case stays with who refers; only what the client said yes to
goes, and there is no way around that yes.

Each verb: one transaction, the case locked first, the move checked, timeline, audit, notices. A second click is the
same thing.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import CASE_REFER
from cases.models import Case
from cases.moves import NotNow, locked, unused
from cases.notices import tell_client
from cases.permissions import OWN_CASE, must_have
from referrals import voice
from referrals.directory.models import Service
from referrals.letters.enums import ABOUT_CLIENT, LETTER_OPEN, Field, LetterState, LetterWay, LetterYes
from referrals.letters.facts import composed, facts_about
from referrals.letters.moves import how_it_stands, move, must_be_open, opened, opened_by, tell, tell_workers
from referrals.letters.notices import LETTER_APPROVED, LETTER_REFUSED
from referrals.letters.providers import reached_at
from referrals.models.letters import Letter, LetterTemplate


class ReadAgain(NotNow):
    """The words are others than those on the screen of who says yes."""

    def __init__(self) -> None:
        super().__init__(_("The letter is different now. Read it again, please."))


def print_of(text: str) -> str:
    """What tells these words from others, for the form that says yes to them."""
    return uuid.uuid5(uuid.NAMESPACE_OID, text).hex


@transaction.atomic
def write(
    case: Case,
    service: Service,
    template: LetterTemplate,
    *,
    language: str,
    question: str,
    covers: Collection[str],
    reason: str,
    seen: str,
    by: Actor,
    at: dt.datetime,
    by_phone: bool = False,
    letter_id: uuid.UUID | None = None,
) -> Letter:
    """Write a letter and ask the client; ``by_phone`` records that it was read out and the client said yes to it, who
    was known by their pass-phrase (referrals/voice.py).

    ``covers`` are the fields about the client that may be in it, ``seen`` the ``print_of`` the words that the worker
    looked at: others raise ``ReadAgain``. The same ``letter_id`` is the same letter. Raises NotNow for a closed case
    and while another letter to the same provider waits, Refused for who may not pass this case on.
    """
    case = locked(case)
    must_have(CASE_REFER, case.pk, by=by, at=at, action="letter.write")
    if letter_id and (known := Letter.objects.filter(case=case, pk=letter_id).first()):
        return known
    if not case.is_open or by.user is None:
        raise NotNow(_("This case is closed. No letter can be sent for it."))
    open_ones = Letter.objects.filter(case=case, service=service, state__in=LETTER_OPEN)
    if open_ones.exists():
        raise NotNow(_("A letter to this provider waits already. Take it back first."))
    row = Letter(
        id=unused(Letter, letter_id), case=case, service=service, language=language, by=by.user, written_at=at,
        covers=[field.value for field in ABOUT_CLIENT if field in covers], reason=reason.strip(),
    )  # fmt: skip
    row.to_email, row.to_phone = reached_at(service)
    row.template = template.text_in(language)
    row.facts = facts_about(case, service, question=question, language=language, by=by, at=at)
    row.to_name = row.facts[Field.PROVIDER]
    row.text = composed(row).text
    if print_of(str(row.text)) != seen:
        raise ReadAgain
    row.save(force_insert=True)
    tell(row, "asked", by=by, at=at)
    if by_phone:
        return _yes(row, LetterYes.BY_PHONE, by=by, at=at)
    tell_client(case, occasion=f"letter{row.pk}", at=at)
    return row


@transaction.atomic
def approve(letter: Letter, *, covers: Collection[str], seen: str, by: Actor, at: dt.datetime) -> Letter:
    """The client says yes to the letter as they read it. ``covers`` are the fields they leave in, ``seen`` the
    ``print_of`` the words on their screen: when those are others than would go, it raises ``ReadAgain``. Raises
    Refused for anyone but the client."""
    row = opened_by(letter, by, "letter.approve", at=at, needs=OWN_CASE)
    if row.state == LetterState.APPROVED and row.yes == LetterYes.IN_PORTAL:
        return row
    _must_wait(row)
    kept = [field for field in row.covers if field in covers]
    text = composed(row, kept).text
    if print_of(text) != seen:
        raise ReadAgain
    row.covers, row.text = kept, text
    row = _yes(row, LetterYes.IN_PORTAL, by=by, at=at)
    tell_workers(LETTER_APPROVED, row, occasion=str(row.pk), at=at)
    return row


def approve_by_phone(letter: Letter, *, phrase: str, by: Actor, at: dt.datetime) -> Letter:
    """It was read out to the client, who said yes to exactly that and their pass-phrase; who recorded it is kept.

    Raises voice.NotHeard for a phrase that does not fit; then nothing is recorded but the try. Raises Refused for who
    may not pass this case on.
    """
    must_have(CASE_REFER, letter.case_id, by=by, at=at, action="letter.approve")
    if letter.yes != LetterYes.BY_PHONE:
        voice.must_fit(letter.case, phrase, by=by, at=at)
    return _approved_by_phone(letter, by=by, at=at)


@transaction.atomic
def _approved_by_phone(letter: Letter, *, by: Actor, at: dt.datetime) -> Letter:
    row = opened(letter)
    if row.state == LetterState.APPROVED and row.yes == LetterYes.BY_PHONE:
        return row
    _must_wait(row)
    return _yes(row, LetterYes.BY_PHONE, by=by, at=at)


@transaction.atomic
def refuse(letter: Letter, *, by: Actor, at: dt.datetime) -> Letter:
    """The client says no, or takes a yes back while nothing went. Nothing of it is sent. Raises Refused for anyone
    else."""
    row = opened_by(letter, by, "letter.refuse", at=at, needs=OWN_CASE)
    if row.state in {LetterState.REFUSED, LetterState.WITHDRAWN}:
        return row
    if row.state == LetterState.APPROVED:
        move(row, LetterState.WITHDRAWN, "taken_back", by=by, at=at)
    else:
        move(row, LetterState.REFUSED, "refused", by=by, at=at)
    tell_workers(LETTER_REFUSED, row, occasion=str(row.pk), at=at)
    return row


@transaction.atomic
def withdraw(letter: Letter, *, by: Actor, at: dt.datetime) -> Letter:
    """The worker takes it back; a link that was sent opens nothing any more. Raises NotNow for paper that went, Refused
    for who may not pass this case on."""
    row = opened_by(letter, by, "letter.withdraw", at=at)
    if row.state == LetterState.WITHDRAWN:
        return row
    if row.way == LetterWay.PAPER:
        raise NotNow(_("Paper that was sent cannot be taken back. Write down what they answer."))
    return move(row, LetterState.WITHDRAWN, "withdrawn", by=by, at=at, code_hash="")


def _must_wait(row: Letter) -> None:
    must_be_open(row)
    if row.state != LetterState.ASKED:
        raise NotNow(how_it_stands(row))


def _yes(row: Letter, how: LetterYes, *, by: Actor, at: dt.datetime) -> Letter:
    """Keep the client's yes with the exact words it was said to."""
    recorded_by = by.user if how == LetterYes.BY_PHONE else None
    changes = {"yes": how, "yes_at": at, "yes_recorded_by": recorded_by, "covers": row.covers, "text": row.text}
    return move(row, LetterState.APPROVED, f"yes_{how}", by=by, at=at, **changes)
