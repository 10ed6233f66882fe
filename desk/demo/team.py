"""Who is away in the demo, who stands in, and an invitation that nobody used yet."""

import datetime as dt

from accounts import invitations
from accounts.actors import actor_for
from accounts.enums import Role
from cases import deputies
from desk.demo.organisation import Organisation

DAY = dt.timedelta(days=1)


def fill(made: Organisation, at: dt.datetime) -> None:
    """Karin is away these days and Ilse stands in; Bram goes next month, when Ilse stands in for him too."""
    els, today = actor_for(made.users["els"], at), at.date()
    for name, first, last in (("karin", 0, 4), ("bram", 30, 37)):
        deputies.enter(
            made.users[name], first_day=today + first * DAY, last_day=today + last * DAY, deputy=made.users["ilse"],
            by=els, at=at,
        )  # fmt: skip
    invitations.invite(
        email="nora@nabij.example", name="Nora Visser", language="nl", team=made.teams["pool"], role=Role.COACH,
        starts_on=today, ends_on=None, by=els, at=at - 2 * DAY,
    )  # fmt: skip
