"""A worker who serves a unit by name, so that a suggestion is a person, whom two could give a case at once."""

import datetime as dt

from desk.demo.organisation import Organisation
from referrals.models import Coverage


def fill(made: Organisation, at: dt.datetime) -> None:
    """Karin, of the northern team, knows the people of the purchasing department."""
    Coverage.objects.create(user=made.users["karin"], unit=made.units["inkoop"], starts_on=at.date())
