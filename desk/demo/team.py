"""Who is away in the demo, who stands in, an invitation that nobody used yet, and who is called in an emergency."""

import datetime as dt

from accounts import invitations
from accounts.actors import actor_for
from accounts.enums import Role
from cases import deputies
from cases.enums import Urgency
from desk import policies
from desk.demo.organisation import Organisation
from desk.policies import Call, Policy

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


def who_is_called(made: Organisation, at: dt.datetime) -> None:
    """In an emergency everyone at the desk is called after the coordinator; for the rest the usual ladder counts. Said
    before the first request, or its alert begins with the usual ladder and keeps to that."""
    steps = (("duty_1", 0), ("duty_2", 5), ("coordinator", 10), ("everyone", 20))
    calls = tuple(Call(who, dt.timedelta(minutes=n), policies.ways_that_work()) for who, n in steps)
    policies.save(
        Policy(calls, dt.timedelta(minutes=5)), Urgency.EMERGENCY, after=0, by=actor_for(made.users["els"], at),
        at=at - 30 * DAY,
    )  # fmt: skip
