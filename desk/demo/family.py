"""Whom Tom lets look along: one said yes, one has the link, and one no longer sees anything."""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.actors import Actor, actor_for
from accounts.models import User
from cases import family, first_contact, invited, tokens
from cases.enums import AccessScope
from cases.family import Guest, Invited, Wanted
from cases.first_contact import Agreed
from cases.models import Case
from desk.demo.organisation import Organisation

DAY = dt.timedelta(days=1)
NAMESPACE = uuid.UUID("0d4c9a52-6f7e-4a0b-8a53-2f0f1c6c7d11")


def fill(made: Organisation, case: Case, at: dt.datetime) -> None:
    """Three invitations, made and answered by the real verbs."""
    tom = actor_for(made.users["tom"], at)
    times = [dt.time(8, 30), dt.time(19)]
    agreed = Agreed("Fenna Maas", "mijn vrouw", "088 000 00 86", times, [1, 2, 3, 4, 5], True, "via zijn commandant")
    first_contact.change(case, agreed, by=tom, at=at - 6 * DAY)
    fenna = _invite(case, Guest("Fenna Maas", "mijn vrouw", "Tom"), AccessScope.MESSAGES, by=tom, at=at - 6 * DAY)
    accept(fenna, made.users["fenna"], at - 5 * DAY)
    _invite(case, Guest("Wil Maas", "mijn vader", "Tommie"), AccessScope.DATES, by=tom, at=at - DAY)
    joris = _invite(case, Guest("Joris", "een oude maat"), AccessScope.NAMED, by=tom, at=at - 20 * DAY)
    family.withdraw(joris.invitation, by=tom, at=at - 9 * DAY)


def accept(made: Invited, user: User, at: dt.datetime) -> None:
    """Give the code and say yes."""
    row, by = made.invitation, Actor(kind="user", user=user, as_family=True)
    token = tokens.token_of(row.pk, row.token_hash)
    invited.try_code(token, made.code, by=by, at=at)
    invited.accept(token, by=by, at=at)


def _invite(case: Case, guest: Guest, scope: str, *, by: Actor, at: dt.datetime) -> Invited:
    wanted = Wanted(scope, timezone.localdate(at) + 90 * DAY)
    return family.invite(case, guest, wanted, submission_id=uuid.uuid5(NAMESPACE, guest.name), by=by, at=at)
