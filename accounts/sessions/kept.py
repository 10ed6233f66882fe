"""Text that was typed when a session ended: kept for its writer, sealed, for a day (SECURITY 2.8)."""

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import Resolver404, resolve

from accounts import audit
from accounts.actors import system
from accounts.models import DataKey, KeptText, User

BY = system("session ended")
KEPT_FOR = dt.timedelta(hours=24)
MOST_FIELDS, MOST_CHARACTERS, LONGEST_PATH = 200, 100_000, 200
SENT_AGAIN = "kept"
"""Name of the hidden field by which a form that is sent after all says which kept text it is."""

NEVER = re.compile(r"^(code|otp|pin)$|csrf|passw|secret|phrase", re.IGNORECASE)
NOT_OF_A_FORM = "/account/"
UUID_OR_SEAL = re.compile(r"^[\w:.=+/-]{20,}$")


@dataclass(frozen=True)
class Answer:
    """One field of a form. ``label`` is empty when it came without a script, or was hidden."""

    name: str
    values: tuple[str, ...]
    label: str = ""

    @property
    def written(self) -> bool:
        """Whether a person typed this: words, or what the page has a label for."""
        return any(value.strip() and (self.label or _looks_written(value)) for value in self.values)


@dataclass(frozen=True)
class Kept:
    """A kept text as its writer sees it: all the answers to send, and those worth reading."""

    id: UUID
    path: str
    made_at: dt.datetime
    answers: tuple[Answer, ...]

    @property
    def readable(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.written]


def posted(data: Any) -> list[Answer]:
    """The answers of a form as it was sent."""
    return [Answer(name, tuple(data.getlist(name))) for name in data]


def told(text: str) -> list[Answer]:
    """The answers as our script tells them: [[name, label, [value, ...]], ...]; anything else is nothing."""
    try:
        rows = json.loads(text)
        return [Answer(str(name), tuple(map(str, values)), str(label)[:200]) for name, label, values in rows]
    except (ValueError, TypeError, RecursionError):
        return []


def may_be_kept(path: str) -> bool:
    """Forms behind the log-in, but never those of the account: they ask for what must not lie anywhere."""
    bare = path.partition("?")[0]
    if not path.startswith("/") or path.startswith("//") or "\x00" in path or len(path) > LONGEST_PATH:
        return False
    if bare.startswith(NOT_OF_A_FORM):
        return False
    try:
        view: Any = resolve(bare).func
    except Resolver404:
        return False
    return getattr(view, "access", "public") != "public"


@transaction.atomic
def keep(user_id: int, path: str, answers: Iterable[Answer], *, at: dt.datetime) -> bool:
    """Keep what this person typed on the form of ``path``, in place of what was kept of it before. False when there is
    nothing to keep, or it may not be kept."""
    chosen = [answer for answer in answers if not NEVER.search(answer.name) and answer.name != SENT_AGAIN]
    size = sum(len(value) for answer in chosen for value in answer.values)
    if not any(answer.written for answer in chosen) or len(chosen) > MOST_FIELDS or size > MOST_CHARACTERS:
        return False
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None or not may_be_kept(path):
        return False
    _forget(KeptText.objects.filter(user=user, path=path))
    row = KeptText(user=user, path=path, data_key=DataKey.objects.make(), made_at=at, expires_at=at + KEPT_FOR)
    row.fields = {"answers": [[one.name, one.label, list(one.values)] for one in chosen]}
    row.save(force_insert=True)
    audit.record("text.kept", by=BY, at=at, obj=user)
    return True


def has_some(user_id: int, at: dt.datetime) -> bool:
    return KeptText.objects.filter(user=user_id, expires_at__gt=at).exists()


def of_user(user: User, at: dt.datetime) -> list[Kept]:
    """All that is kept for this person and for nobody else, the last first. One query."""
    rows = KeptText.objects.filter(user=user, expires_at__gt=at).select_related("data_key")
    return [Kept(row.pk, row.path, row.made_at, tuple(_answers(row))) for row in rows]


@transaction.atomic
def forget(user_id: int, *, number: str = "", path: str = "") -> int:
    """Throw away one text of this person, by its id or by the path of its form; returns how many there were."""
    rows = KeptText.objects.filter(user=user_id)
    try:
        return _forget(rows.filter(pk=UUID(number)) if number else rows.filter(path=path))
    except ValueError:
        return 0


@transaction.atomic
def forget_all(user_id: int) -> int:
    """After logging out, by which somebody says that they are done."""
    return _forget(KeptText.objects.filter(user=user_id))


@transaction.atomic
def sweep(at: dt.datetime) -> int:
    """Throw away what nobody came back for."""
    return _forget(KeptText.objects.filter(expires_at__lte=at))


def _forget(rows: QuerySet[KeptText]) -> int:
    """The rows and their keys."""
    keys = list(rows.values_list("data_key", flat=True))
    if keys:
        KeptText.objects.filter(data_key__in=keys).delete()
        DataKey.objects.filter(pk__in=keys).delete()
    return len(keys)


def _answers(row: KeptText) -> Iterable[Answer]:
    for name, label, values in row.fields["answers"]:
        yield Answer(name, tuple(values), label)


def _looks_written(value: str) -> bool:
    """Without a label: more than one word, or one so long that it is no code of ours."""
    text = value.strip()
    return bool(re.search(r"\s", text)) or (len(text) >= 20 and not UUID_OR_SEAL.match(text))
