"""What people decide about their own account: language, number, how they are told, how pages look."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Audience, Channel
from accounts.models import NoticeChoice, User
from accounts.notices import EXTRA, KINDS, USUAL, Kind
from accounts.permissions import Refused
from cases.models import Case, Invitation, Person
from cases.safe_contact import Rule, rules, wishes_of
from desk.policies import ways_that_work

Audiences = frozenset[Audience]
OWN_FIELDS = ("language", "reachable_number", "keyboard_shortcuts", "compact_rows")


@dataclass(frozen=True)
class Choice:
    """Kinds of notice with one name, and by way the key of their box in the form; empty where they cannot be muted."""

    title: str
    keys: dict[str, str]

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose."""
        return any(self.keys.values())


def channels(audiences: Audiences) -> list[Channel]:
    """The ways in which these can be told on this site, in the order of the page."""
    extra = [way for way in EXTRA if way in ways_that_work()] if Audience.STAFF in audiences else []
    return [*USUAL, *extra]


def audiences_of(user: User, *, staff: bool) -> Audiences:
    """What somebody is told as: as one who works here, who was ever let in by a client, who ever asked for help. Two
    queries."""
    guest = Invitation.objects.filter(accepted_by=user).exists()
    client = Case.objects.filter(person__user=user).exists()
    able = {Audience.STAFF: staff, Audience.GUESTS: guest, Audience.CLIENTS: client, Audience.EVERYONE: True}
    return frozenset(audience for audience, counts in able.items() if counts)


def choices(audiences: Audiences) -> list[Choice]:
    """What these are told about, by name; what cannot be muted last. Kinds that say the same are one choice."""
    found: dict[tuple[bool, str], list[Kind]] = {}
    for kind in KINDS.values():
        if kind.audience in audiences:
            found.setdefault((not kind.mutable, str(kind.label or kind.title)), []).append(kind)
    ways = channels(audiences)
    return [
        Choice(name, {way.value: _key(kinds, way) for way in ways})
        for (_always, name), kinds in sorted(found.items(), key=itemgetter(0))
    ]


def _key(kinds: list[Kind], way: Channel) -> str:
    """The box about these kinds by this way; none when one of them cannot be muted there."""
    return f"{'+'.join(kind.code for kind in kinds)}:{way}" if all(way in kind.mutable for kind in kinds) else ""


def boxes(audiences: Audiences) -> set[str]:
    """The keys of all boxes."""
    return {key for choice in choices(audiences) for key in choice.keys.values() if key}


def _parts(key: str) -> set[tuple[str, str]]:
    """The kinds and the channel behind the key of a box."""
    codes, _colon, channel = key.rpartition(":")
    return {(code, channel) for code in codes.split("+")}


def wanted(user: User, audiences: Audiences) -> set[str]:
    """The keys that are on. One query."""
    chosen = {(row.kind, row.channel) for row in NoticeChoice.objects.filter(user=user)}
    return {key for key in boxes(audiences) if _is_on(key, chosen)}


def _is_on(key: str, chosen: set[tuple[str, str]]) -> bool:
    """A usual way is on unless one of its kinds was put off; another is on when all of its kinds were asked for."""
    parts = _parts(key)
    return parts <= chosen if key.endswith(tuple(f":{way}" for way in EXTRA)) else not parts & chosen


@transaction.atomic
def keep(
    user: User, answers: dict[str, Any], *, notices: Collection[str], of: Audiences, by: Actor, at: dt.datetime
) -> None:
    """Save these of OWN_FIELDS, and which notices are on of those that ``of`` chooses about. Mails follow the language
    at once."""
    changed = [name for name in OWN_FIELDS if name in answers and answers[name] != getattr(user, name)]
    for name in changed:
        setattr(user, name, answers[name])
    user.save(update_fields=changed)
    if "language" in changed:
        Person.objects.filter(user=user).update(language=user.language)
    asked, on = boxes(of), set(notices)
    shown = [part for key in asked for part in _parts(key)]
    kinds, ways = {kind for kind, _way in shown}, {way for _kind, way in shown}
    NoticeChoice.objects.filter(user=user, kind__in=kinds, channel__in=ways).delete()
    other = sorted(part for key in asked if (key in on) != _is_on(key, set()) for part in _parts(key))
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
