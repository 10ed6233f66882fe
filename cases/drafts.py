"""Keeping a request that is not finished, for seven days. The answers are opaque here: the form knows their sense."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import ANONYMOUS, Actor
from accounts.models import DataKey, User
from accounts.notices import mail_stranger
from cases import tokens
from cases.models import Draft, Intake
from cases.moves import NotNow
from cases.notices import DRAFT_KEPT
from cases.tokens import DRAFT

KEPT_FOR = dt.timedelta(days=7)
MOST = 5
LONGEST = 60_000
"""Characters; the longest honest request is far below it."""


@transaction.atomic
def keep(
    user: User, answers: dict[str, Any], *, submission_id: uuid.UUID, language: str, by: Actor, at: dt.datetime
) -> Draft:
    """Keep it for an account, in place of what was kept of the same form. Raises NotNow when it was sent, is far too
    long, or when there are MOST others."""
    _must_be_possible(answers, submission_id)
    User.objects.select_for_update().get(pk=user.pk)
    forget(Draft.objects.filter(user=user, submission_id=submission_id).values_list("pk", flat=True))
    if Draft.objects.of_user(user.pk, at).count() >= MOST:
        raise NotNow(_("You keep %(n)d requests already. Throw one away first.") % {"n": MOST})
    draft = _make(answers, submission_id, language, at, user=user)
    audit.record("draft.kept", by=by, at=at, obj=draft)
    return draft


@transaction.atomic
def keep_by_mail(
    email: str, answers: dict[str, Any], *, submission_id: uuid.UUID, language: str, at: dt.datetime
) -> Draft:
    """Keep it for a guest who said that this address is safe, and mail a link that says nothing. Each time a new link;
    the one before it stops. Raises NotNow as ``keep`` does."""
    _must_be_possible(answers, submission_id)
    forget(Draft.objects.filter(user=None, submission_id=submission_id).values_list("pk", flat=True))
    draft = _make(answers, submission_id, language, at, email=email)
    mail_stranger(DRAFT_KEPT, about=draft.pk, occasion="kept", language=language, at=at)
    audit.record("draft.kept", by=ANONYMOUS, at=at, obj=draft, part="by mail")
    return draft


def of_token(token: str, at: dt.datetime) -> Draft | None:
    """The draft that a link leads to; None for one that is wrong, too old, thrown away or sent."""
    return Draft.objects.alive(at).filter(token_hash__in=tokens.token_hashes(token, DRAFT)).first()


@transaction.atomic
def open_link(draft: Draft, holder: str, *, at: dt.datetime) -> bool:
    """Go on by a link. The first browser that does is the only one: whoever finds the link afterwards, in a history or
    a mailbox, reads nothing. ``holder`` is what only that browser has."""
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    mine = hashlib.sha256((holder or str(uuid.uuid4())).encode()).hexdigest()
    if row is None or row.opened_in not in {"", mine}:
        return False
    if not row.opened_in:
        row.opened_in = mine
        row.save(update_fields=["opened_in"])
    audit.record("draft.opened", by=ANONYMOUS, at=at, obj=row, basis="link by mail")
    return True


@transaction.atomic
def throw_away(draft: Draft, *, by: Actor, at: dt.datetime) -> None:
    """At once and for good."""
    if forget([draft.pk]):
        audit.record("draft.thrown_away", by=by, at=at, obj=draft)


@transaction.atomic
def forget_old(at: dt.datetime) -> int:
    """What is over seven days old, or was sent since, goes; by the sweep."""
    return forget(Draft.objects.over(at).values_list("pk", flat=True))


def forget(numbers: Iterable[uuid.UUID]) -> int:
    """The rows and their keys."""
    rows = Draft.objects.filter(pk__in=list(numbers))
    keys = list(rows.values_list("data_key", flat=True))
    rows.delete()
    DataKey.objects.filter(pk__in=keys).delete()
    return len(keys)


def _must_be_possible(answers: dict[str, Any], submission_id: uuid.UUID) -> None:
    if len(str(answers)) > LONGEST:
        raise NotNow(_("This is too much text to keep. Make it shorter."))
    if Intake.objects.filter(submission_id=submission_id).exists():
        raise NotNow(_("You sent this request already. We have it."))


def _make(
    answers: dict[str, Any], submission_id: uuid.UUID, language: str, at: dt.datetime,
    *, user: User | None = None, email: str = "",
) -> Draft:  # fmt: skip
    draft = Draft(
        submission_id=submission_id, user=user, data_key=DataKey.objects.make(), language=language, changed_at=at,
        expires_at=at + KEPT_FOR,
    )  # fmt: skip
    draft.token_hash = "" if user else tokens.token_hashes(tokens.new_token(draft.pk, DRAFT), DRAFT)[0]
    draft.answers, draft.email = answers, email
    draft.save(force_insert=True)
    return draft
