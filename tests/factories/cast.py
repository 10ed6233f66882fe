"""The cast: the small organisation of the demo, at one moment, with everyone on shift around it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor, actor_for
from accounts.models import Team, Unit, User
from desk.demo import organisation


@dataclass
class Cast:
    """People by first name (``cast.samira``), units and teams by code. See desk/demo/organisation.py for who is who."""

    at: dt.datetime
    users: dict[str, User]
    units: dict[str, Unit]
    teams: dict[str, Team]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None

    def actor(self, name: str, at: dt.datetime | None = None) -> Actor:
        """That person as an actor, at the moment of the cast or another."""
        return actor_for(self.users[name], at or self.at)


def make_cast(at: dt.datetime) -> Cast:
    """Write the organisation and a roster from a week before ``at`` to a week after."""
    made = organisation.build(at.date())
    organisation.fill_roster(made, at.date() - dt.timedelta(days=7), 15, at.tzinfo or dt.UTC)
    return Cast(at=at, users=made.users, units=made.units, teams=made.teams)
