"""The door for a provider outside: a link that cannot be guessed, and a code that was told by another way.

Before the right code nothing is said, counted or shown: a wrong code, a link that is over and one that never was give
the same answer. Five wrong codes shut the link until the worker gives a new one. After the code the page carries a
``ticket``, signed and short-lived, so that no session is begun on a machine that is not ours.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import ANONYMOUS, Actor
from accounts.enums import Outcome
from accounts.notices import mail_stranger
from cases import tokens
from cases.moves import NotNow
from referrals.letters.enums import LETTER_NEXT, WENT, LetterState, LetterWay
from referrals.letters.moves import opened, opened_by, tell_workers
from referrals.letters.notices import LETTER_ANSWERED, LETTER_LINK, LETTER_OPENED, LETTER_SHUT, USE
from referrals.letters.sending import answered, sent
from referrals.models.letters import Letter

MOST_TRIES = 5
NOBODY = UUID(int=0)
TICKET_FOR = dt.timedelta(minutes=30)
SALT = "letter ticket"
PROVIDER_SAYS = (LetterState.ACCEPTED, LetterState.DECLINED)


@dataclass(frozen=True)
class Given:
    """What the worker tells by voice, shown once."""

    letter: Letter
    code: str


@transaction.atomic
def give_link(letter: Letter, *, mail: bool, by: Actor, at: dt.datetime) -> Given:
    """Send it by link, or give a new code for a link that was sent: the code before it stops working, and the link is
    good for another while. With ``mail`` the link is mailed. Raises NotNow without the client's yes, Refused for
    who may not pass this case on."""
    row = opened_by(letter, by, "letter.link", at=at)
    if row.state == LetterState.APPROVED:
        row = sent(row, LetterWay.LINK, by=by, at=at)
    if row.state not in WENT or row.way != LetterWay.LINK or not row.case.is_open:
        raise NotNow(_("This letter does not go by link now."))
    code = tokens.new_code()
    row.token_hash = row.token_hash or tokens.token_hashes(tokens.new_token(row.pk, USE), USE)[0]
    row.code_hash, row.failures, row.link_until = tokens.code_hash(row.pk, code), 0, at + settings.LETTER_LINK_DAYS
    row.save(update_fields=["token_hash", "code_hash", "failures", "link_until"])
    audit.record("letter.code", by=by, at=at, case_id=row.case_id, obj=row, part="mailed" if mail else "")
    if mail:
        mail_stranger(LETTER_LINK, about=row.pk, occasion=at.isoformat(), language=row.language, at=at)
    return Given(row, code)


def link_of(letter: Letter) -> str:
    """The last part of the link, which is kept nowhere; empty when there is none."""
    return tokens.token_of(letter.pk, letter.token_hash, USE) if letter.token_hash else ""


def path_of(token: str) -> str:
    return reverse("letter_link", args=[token])


def can_answer(row: Letter) -> bool:
    """Whether a yes or a no still counts."""
    return LetterState.ACCEPTED in LETTER_NEXT[row.state]


def is_open(row: Letter, at: dt.datetime) -> bool:
    """Whether the right code opens it."""
    until = row.link_until
    alive = row.state in WENT and row.way == LetterWay.LINK and bool(row.code_hash) and row.failures < MOST_TRIES
    return alive and row.case.is_open and until is not None and at < until


@transaction.atomic
def try_code(token: str, code: str, *, at: dt.datetime) -> Letter | None:
    """The letter, when the code is right and the link still counts; otherwise None, whatever the reason was.

    Every opening is in the audit; of the first one the worker is told. Wrong codes are counted under the lock, so that
    many at once are one after the other.
    """
    found = _by(token)
    if found is None:
        tokens.code_fits("0" * 64, NOBODY, code)  # costs the same
        audit.record("letter.tried", by=ANONYMOUS, at=at, basis="no such link", outcome=Outcome.DENIED)
        return None
    row = opened(found)
    fits = tokens.code_fits(row.code_hash or "0" * 64, row.pk, code)
    if not is_open(row, at):
        _denied(row, "link is over", at)
        return None
    if not fits:
        _wrong(row, at)
        return None
    first = row.opened_at is None
    row.opened_at, row.last_opened_at = row.opened_at or at, at
    row.openings, row.failures = row.openings + 1, 0
    row.save(update_fields=["opened_at", "last_opened_at", "openings", "failures"])
    audit.record("letter.opened", by=ANONYMOUS, at=at, case_id=row.case_id, obj=row, basis="link and code")
    if first:
        tell_workers(LETTER_OPENED, row, occasion=str(row.pk), at=at)
    return row


def ticket_of(letter: Letter) -> str:
    """Proof that the code was given for this letter just now; worthless once another code is given."""
    return signing.dumps([letter.pk.hex, letter.code_hash[:16]], salt=SALT)


def by_ticket(token: str, ticket: str, *, at: dt.datetime) -> Letter | None:
    """The letter of somebody who gave its code a short while ago, at this very link."""
    try:
        pk, code_hash = signing.loads(ticket, salt=SALT, max_age=TICKET_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    row = _by(token)
    if row is None or row.pk.hex != pk or row.code_hash[:16] != code_hash or not is_open(row, at):
        return None
    return row


@transaction.atomic
def read(letter: Letter, *, at: dt.datetime) -> Letter:
    """The letter is taken along as a file."""
    audit.record("letter.taken", by=ANONYMOUS, at=at, case_id=letter.case_id, obj=letter, basis="link and code")
    return letter


@transaction.atomic
def answer(letter: Letter, said: str, *, note: str, at: dt.datetime) -> Letter:
    """The provider says whether they can help; the worker hears it at once. The first answer counts."""
    row = opened(letter)
    if not is_open(row, at):  # it was closed or taken back since the ticket was read
        raise NotNow(_("This link and this code do not open a letter, or no longer. Call who sent you the link."))
    if row.state == said and row.answered_by_id is None:
        return row
    if said not in PROVIDER_SAYS:
        raise NotNow(_("Choose whether you can help."))
    row = answered(row, said, on=timezone.localdate(at), note=note, by=ANONYMOUS, at=at)
    tell_workers(LETTER_ANSWERED, row, occasion=str(row.pk), at=at)
    return row


def _by(token: str) -> Letter | None:
    rows = Letter.objects.filter(token_hash__in=tokens.token_hashes(token, USE)).exclude(token_hash="")
    return rows.select_related("case__data_key", "case__person").first()


def _wrong(row: Letter, at: dt.datetime) -> None:
    row.failures += 1
    row.save(update_fields=["failures"])
    _denied(row, "wrong code", at)
    if row.failures >= MOST_TRIES:
        audit.record("letter.shut", by=ANONYMOUS, at=at, case_id=row.case_id, obj=row, basis="wrong codes")
        tell_workers(LETTER_SHUT, row, occasion=f"{row.pk}{row.link_until:%Y%m%d%H%M}", at=at)


def _denied(row: Letter, why: str, at: dt.datetime) -> None:
    audit.record("letter.tried", by=ANONYMOUS, at=at, case_id=row.case_id, obj=row, basis=why, outcome=Outcome.DENIED)
