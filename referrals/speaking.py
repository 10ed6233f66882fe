"""What somebody who helps says of themselves."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from referrals.models import Helper


def of(user: User) -> Helper:
    """What they said; nothing when they said nothing. One query."""
    return Helper.objects.filter(user=user).first() or Helper(user=user)


@transaction.atomic
def keep(user: User, *, languages: Collection[str], gender: str, by: Actor, at: dt.datetime) -> None:
    """Keep it when it differs; who says nothing leaves nothing behind."""
    was = of(user)
    said = sorted(languages)
    if (was.languages, was.gender) == (said, gender):
        return
    if said or gender:
        Helper.objects.update_or_create(user=user, defaults={"languages": said, "gender": gender})
    else:
        Helper.objects.filter(user=user).delete()
    audit.record("profile.said_of_self", by=by, at=at, obj=user)
