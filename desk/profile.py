"""What people decide about their own account: language, number, how they are told, how pages look."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Channel
from accounts.models import NoticeChoice, User
from accounts.notices import EXTRA, KINDS
from accounts.permissions import Refused
from cases.models import Case, Person
from cases.safe_contact import Rule, rules, wishes_of
from desk.policies import ways_that_work

OWN_FIELDS = ("language", "reachable_number", "keyboard_shortcuts", "compact_rows")


@dataclass(frozen=True)
class Choice:
    """Kinds of notice with one title, with the keys of their boxes in the form; none where they cannot be muted."""

    title: str
    keys: dict[str, str]


def channels() -> list[Channel]:
    """The ways that this site has, in the order of the page."""
    return [Channel.INBOX, Channel.EMAIL, *(way for way in EXTRA if way in ways_that_work())]


def choices() -> Iterator[Choice]:
    """What staff are told about, by title; what cannot wait last. Kinds that say the same are one choice."""
    found: dict[tuple[bool, str], list[str]] = {}
    for kind in KINDS.values():
        if kind.for_staff:
            found.setdefault((not kind.can_be_muted, str(kind.title)), []).append(kind.code)
    for (urgent, title), codes in sorted(found.items()):
        ways = [] if urgent else channels()
        yield Choice(title, {channel.value: f"{'+'.join(codes)}:{channel}" for channel in ways})


def _parts(key: str) -> set[tuple[str, str]]:
    """The kinds and the channel behind the key of a box."""
    codes, _colon, channel = key.rpartition(":")
    return {(code, channel) for code in codes.split("+")}


def every_key() -> set[str]:
    """The keys of all boxes."""
    return {key for choice in choices() for key in choice.keys.values()}


def wanted(user: User) -> set[str]:
    """The keys that are on. One query."""
    chosen = {(row.kind, row.channel) for row in NoticeChoice.objects.filter(user=user)}
    return {key for key in every_key() if _is_on(key, chosen)}


def _is_on(key: str, chosen: set[tuple[str, str]]) -> bool:
    """A usual way is on unless one of its kinds was put off; another is on when all of its kinds were asked for."""
    parts = _parts(key)
    return parts <= chosen if key.endswith(tuple(f":{way}" for way in EXTRA)) else not parts & chosen


@transaction.atomic
def keep(user: User, answers: dict[str, Any], *, notices: Collection[str] | None, by: Actor, at: dt.datetime) -> None:
    """Save these of OWN_FIELDS, and which notices are on (None: not asked). Mails follow the language at once."""
    changed = [name for name in OWN_FIELDS if name in answers and answers[name] != getattr(user, name)]
    for name in changed:
        setattr(user, name, answers[name])
    user.save(update_fields=changed)
    if "language" in changed:
        Person.objects.filter(user=user).update(language=user.language)
    if notices is not None:
        on, ways = set(notices), [channel.value for channel in channels()]
        NoticeChoice.objects.filter(user=user, channel__in=ways).delete()
        other = sorted(part for key in every_key() if (key in on) != _is_on(key, set()) for part in _parts(key))
        NoticeChoice.objects.bulk_create(NoticeChoice(user=user, kind=kind, channel=channel) for kind, channel in other)
    audit.record("profile.changed", by=by, at=at, obj=user, part=",".join(changed)[:60])


def works_here(user: User, at: dt.datetime) -> bool:
    """Whether somebody has a role, also one that does not count at this moment, such as at night."""
    return user.memberships.live_on(timezone.localdate(at)).exists()


def safe_contact_of(user: User) -> tuple[str, list[Rule]]:
    """How a client may be reached, with the reference of the case where they change it; nothing without a case."""
    case = Case.objects.select_related("person__data_key", "person__contact").filter(person__user=user)
    latest = case.order_by("-sent_at").first()
    if latest is None:
        return "", []
    if contact := getattr(latest.person, "contact", None):
        contact.person = latest.person
    return latest.reference, rules(wishes_of(latest))


def photo_for(by: Actor, public_id: UUID, at: dt.datetime) -> User:
    """Whose photo this is, if ``by`` may see that person: a colleague, or the contact person in a case of their own.
    Raises Refused for anyone else, and when there is none."""
    found = User.objects.filter(public_id=public_id, has_photo=True).first()
    own = Case.objects.visible_to(by, at).filter(primary_contact=found) if found else Case.objects.none()
    if found is None or not (by.roles or found.pk == by.user_id or own.exists()):
        raise Refused("photo.open", basis="not their contact person or not existing")
    return found
