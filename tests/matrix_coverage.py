"""For the permission matrix: how much fits, and clients who ask for somebody else."""

from cases import someone_else
from referrals.models import Capacity
from tests.matrix_words import HOUR, Matrix, canary
from tests.world import MOMENT


def limit_and_ask(matrix: Matrix) -> None:
    """Of the second one asks away from Bram, who has the case; of the first from Samira, of the desk."""
    Capacity.objects.create(user=matrix.made.users["ilse"], most_open=9, starts_on=MOMENT.date())
    for stage in ("triage", "active"):
        someone_else.ask(matrix.cases[stage], why=canary("elsewhy", stage), by=matrix.by("tom"), at=MOMENT - HOUR)
