"""Who serves what beside the teams, how much fits, what helpers say of themselves, and a client who asks for somebody
else."""

import datetime as dt
import uuid

from accounts.actors import follower
from cases import someone_else
from cases.models import Case
from desk.demo import requests
from desk.demo.organisation import Organisation
from referrals.models import Capacity, Coverage, Helper


def fill(made: Organisation, at: dt.datetime) -> None:
    """Karin helps in Spanish anywhere, Ilse with money; Bram can have twelve, and a team for missions nothing now."""
    users, teams, day = made.users, made.teams, at.date()
    Coverage.objects.create(user=users["karin"], everywhere=True, languages=["es", "pap"], starts_on=day)
    Coverage.objects.create(user=users["ilse"], unit=made.units["90bat"], topics=["private.money"], starts_on=day)
    Capacity.objects.create(user=users["bram"], most_open=12, most_new=4, starts_on=day)
    Capacity.objects.create(team=teams["smt-90"], most_open=0, starts_on=day, ends_on=day + dt.timedelta(days=14))
    Helper.objects.create(user=users["karin"], languages=["es", "pap"], gender="woman")
    Helper.objects.create(user=users["bram"], languages=["en"], gender="man")
    case = Case.objects.get(intake__submission_id=uuid.uuid5(requests.NAMESPACE, "accepted"))
    why = "Ik praat liever met iemand die zelf ook op missie is geweest."
    someone_else.ask(case, why=why, by=follower(case.pk), at=at - dt.timedelta(hours=1))
