"""Following one request with its reference and pass-phrase, without an account (R8, R25).

Whoever knows both is a follower of that one case. Wrong tries are held to a pace per reference and place
(accounts/throttle.py); the phrase itself is too long to guess.
"""

import datetime as dt
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, throttle
from accounts.actors import ANONYMOUS, Actor, follower
from accounts.enums import Outcome
from cases import passphrase
from cases.models import Case, CommanderAdvice, Intake
from cases.models.following import NewPhrase
from cases.moves import NotNow, locked

KEY = "follow"
REFRESH_AFTER = dt.timedelta(seconds=60)


class Visitor(Protocol):
    """A request of a browser: only its session is used."""

    session: Any


@dataclass(frozen=True)
class Found:
    """The result of a try. ``wait`` is how long to wait before the next one counts; nothing was looked at then."""

    actor: Actor | None = None
    is_advice: bool = False
    reference: str = ""
    wait: dt.timedelta = dt.timedelta()


def try_phrase(reference: str, phrase: str, *, place: str, at: dt.datetime) -> Found:
    """Look whether a phrase opens a reference. ``place`` is the network address the try comes from.

    A wrong reference and a wrong phrase give the same answer and cost the same. Tries are written to the audit.
    """
    wanted = passphrase.canonical_reference(reference)
    rows = throttle.near("follow", wanted, place)
    if wait := throttle.admit(rows, at):
        return Found(wait=wait, reference=wanted)
    intake = Intake.objects.filter(reference=wanted).only("id", "reference", "passphrase_hash").first()
    stored = stored_hash(intake) if intake else ""
    if not passphrase.fits(stored or "0" * 64, wanted, phrase) or intake is None:
        _record_failure(intake, at)
        return Found(reference=wanted)
    throttle.forgive(rows)
    return _opened(intake, wanted, at)


@transaction.atomic
def give_new_phrase(case: Case, *, submission_id: UUID, by: Actor, at: dt.datetime) -> str:
    """A new pass-phrase for someone who lost theirs, to be told once; the old one stops working.

    ``by`` has asked something that only the person knows. The same ``submission_id`` gives the same phrase; raises
    NotNow when another was given after it, because it opens nothing any more.
    """
    assert by.user is not None  # noqa: S101 - only staff has the permission that leads here
    case = locked(case)
    phrase = passphrase.new_phrase(case.pk, submission_id, case.person.language)
    hashed = passphrase.hash_of(case.reference, phrase)
    given = list(NewPhrase.objects.filter(case=case).values_list("passphrase_hash", flat=True))
    if hashed in given:
        if given[0] != hashed:
            raise NotNow(_("A newer pass-phrase was given after this one."))
        return phrase
    NewPhrase.objects.create(case=case, passphrase_hash=hashed, given_at=at, given_by=by.user)
    audit.record("follow.new_phrase", by=by, at=at, case_id=case.pk, obj=case)
    return phrase


def begin(session: Any, found: Found, at: dt.datetime) -> None:
    """Remember in a new session that this browser follows one request."""
    assert found.actor is not None  # noqa: S101 - only after a success
    session.cycle_key()
    now = at.isoformat()
    session[KEY] = {"id": str(found.actor.case_id), "advice": found.is_advice, "begun": now, "at": now}


def follower_of(request: Visitor, at: dt.datetime) -> Actor | None:
    """The follower of a case in this browser; None when there is none, or it was left idle too long."""
    followed = _followed(request, at)
    return follower(UUID(followed["id"])) if followed and not followed["advice"] else None


def advice_of(request: Visitor, at: dt.datetime) -> CommanderAdvice | None:
    """The commander's question that is followed in this browser, with its intake and key."""
    followed = _followed(request, at)
    if not followed or not followed["advice"]:
        return None
    return CommanderAdvice.objects.filter(pk=followed["id"]).select_related("intake__data_key", "taken_by").first()


def end(request: Visitor) -> None:
    """Stop following; the session is emptied and its key replaced."""
    request.session.flush()


def stored_hash(intake: Intake) -> str:
    """What the phrase must fit: the last one given by the desk, or the one from when it was sent."""
    newer = NewPhrase.objects.filter(case__intake=intake).values_list("passphrase_hash", flat=True).first()
    return newer or intake.passphrase_hash


def _opened(intake: Intake, reference: str, at: dt.datetime) -> Found:
    case_id = Case.objects.filter(intake=intake).values_list("pk", flat=True).first()
    advice_id = None
    if case_id is None:
        advice_id = CommanderAdvice.objects.filter(intake=intake).values_list("pk", flat=True).first()
    subject = case_id or advice_id
    if subject is None:
        return Found(reference=reference)
    actor = follower(subject)
    audit.record("follow.opened", by=actor, at=at, case_id=case_id, basis="reference and pass-phrase")
    return Found(actor=actor, is_advice=case_id is None, reference=reference)


def _record_failure(intake: Intake | None, at: dt.datetime) -> None:
    """The audit line names the case when the reference exists."""
    case_id = Case.objects.filter(intake=intake).values_list("pk", flat=True).first() if intake else None
    why = "wrong reference or phrase"
    audit.record("follow.refused", by=ANONYMOUS, at=at, case_id=case_id, basis=why, outcome=Outcome.DENIED)


def _followed(request: Visitor, at: dt.datetime) -> MutableMapping[str, Any] | None:
    """What the session says, while it counts; each use makes it count longer."""
    followed = request.session.get(KEY)
    if not followed:
        return None
    since = dt.datetime.fromisoformat(followed["at"])
    if at - since > settings.FOLLOW_IDLE or _phrase_replaced(followed):
        del request.session[KEY]
        return None
    if at - since > REFRESH_AFTER:
        request.session[KEY] = followed | {"at": at.isoformat()}
    return dict(followed)


def _phrase_replaced(followed: MutableMapping[str, Any]) -> bool:
    """Whether a new phrase was given since: whoever came in by the old one is shown out. One query."""
    begun = dt.datetime.fromisoformat(followed.get("begun", followed["at"]))
    return NewPhrase.objects.filter(case=followed["id"], given_at__gt=begun).exists()
