"""Workers who may coach."""

import datetime as dt

from accounts import registrations
from accounts.models import Registration
from tests.factories.cast import Cast


def register(
    cast: Cast, name: str = "bram", *, days: int = 30, as_coach: bool = True, **fields: object
) -> Registration:
    """A registration that Els looked up so many days ago."""
    checked_on = cast.at.date() - dt.timedelta(days=days)
    given = {"register": "NOBCO", "number": "12-345", "expires_on": None, **fields}
    return registrations.keep(
        cast.users[name], as_coach=as_coach, checked_on=checked_on, by=cast.actor("els"), at=cast.at, **given
    )
