"""What is guarded in the permission matrix: one of each, beside Bram's active case, by the real verbs."""

from accounts.duty import load_calendar
from cases import breaches, complaints, incidents, reporting
from cases.breaches import Weighed
from cases.complaints import Said
from cases.enums.guarded import Ground
from cases.models import Case
from cases.reporting import Done
from tests.matrix_words import HOUR, Matrix, canary
from tests.world import MOMENT

STAGE = "active"


def guard(matrix: Matrix) -> None:
    """Broken confidentiality that the client knows of, a step of the code, a told incident, and a complaint."""
    case = Case.objects.select_related("data_key").get(pk=matrix.cases[STAGE].pk)
    bram, els, tom, at = matrix.by("bram"), matrix.by("els"), matrix.by("tom"), MOMENT - HOUR
    weighed = Weighed(
        Ground.CONSENT, canary("breachwhy", STAGE), matrix.made.users["ilse"], canary("breachto", STAGE),
        canary("breachwhat", STAGE), True, canary("breachnote", STAGE),
    )  # fmt: skip
    asked = breaches.ask(case, weighed, by=bram, at=at)
    breaches.sign(asked, by=els, at=at)
    breaches.carry_out(asked, how=canary("breachhow", STAGE), told=True, by=bram, at=at)
    code = reporting.start(case, by=bram, at=at)
    reporting.sign(code, 1, Done(canary("codestep", STAGE), at.date()), by=bram, at=at)
    row = incidents.begin(case, kind="death", known=canary("incidentknown", STAGE), by=bram, at=at)
    for step in incidents.steps_of(row)[:3]:
        step.incident = row
        incidents.settle(step, outcome="done", note=canary("incidentnote", STAGE), by=bram, at=at)
    said = Said(canary("complaint", STAGE), matrix.made.users["bram"], canary("complaintabout", STAGE))
    complaint = complaints.receive(case, said, by=tom, at=at, calendar=load_calendar())
    complaints.say(complaint, canary("complaintback", STAGE), by=els, at=at)
