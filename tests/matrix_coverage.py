"""For the permission matrix: how much fits, and clients who ask for somebody else."""

from cases import someone_else
from cases.models import SomeoneElse
from referrals.models import Capacity
from tests.matrix_words import HOUR, Matrix, canary
from tests.world import MOMENT


def limit_and_ask(matrix: Matrix) -> None:
    """Both ask away from Bram: who has the second case, and who had to do with the first before."""
    Capacity.objects.create(user=matrix.made.users["ilse"], most_open=9, starts_on=MOMENT.date())
    for stage in ("triage", "active"):
        someone_else.ask(matrix.cases[stage], why=canary("elsewhy", stage), by=matrix.by("tom"), at=MOMENT - HOUR)
    SomeoneElse.objects.filter(case=matrix.cases["triage"]).update(away_from=matrix.made.users["bram"])
