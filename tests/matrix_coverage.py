"""For the permission matrix: how much fits, who fills a role, a signal, and clients who ask for somebody else."""

import uuid

from accounts.actors import actor_for
from accounts.enums import Role
from accounts.models import Membership, User
from cases import someone_else
from cases.models import SomeoneElse
from referrals import signals, smt
from referrals.models import Capacity, SmtRole
from tests.matrix_words import HOUR, Matrix, canary
from tests.world import MOMENT


def limit_and_ask(matrix: Matrix) -> None:
    """Both ask away from Bram: who has the second case, and who had to do with the first before."""
    Capacity.objects.create(user=matrix.made.users["ilse"], most_open=9, starts_on=MOMENT.date())
    smt.name(
        SmtRole.objects.get(role=Role.SMT_DOCTOR), matrix.made.teams["smt-90"], matrix.made.users["ruben"],
        by=matrix.by("els"), at=MOMENT - HOUR,
    )  # fmt: skip
    _notice_something(matrix)
    for stage in ("triage", "active"):
        someone_else.ask(matrix.cases[stage], why=canary("elsewhy", stage), by=matrix.by("tom"), at=MOMENT - HOUR)
    SomeoneElse.objects.filter(case=matrix.cases["triage"]).update(away_from=matrix.made.users["bram"])


def _notice_something(matrix: Matrix) -> None:
    """Bram tells Ina, who takes it up."""
    ina = User.objects.create_user("ina@nabij.example", name="Ina")
    Membership.objects.create(
        user=ina, team=matrix.made.teams["pool"], role=Role.PREVENTION_OFFICER, starts_on=MOMENT.date()
    )
    case = matrix.cases["active"]
    sent = signals.send(
        case, unit=case.unit, topic="work.conflict", words=canary("signalwords", "signal"), submission_id=uuid.uuid4(),
        by=matrix.by("bram"), at=MOMENT - HOUR,
    )  # fmt: skip
    answer = canary("signalanswer", "signal")
    signals.answer(sent, state="taken_up", words=answer, by=actor_for(ina, MOMENT), at=MOMENT)
