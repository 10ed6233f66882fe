"""What comes after closing, in the permission matrix: a call that is due, a merge that was undone, some answers."""

import datetime as dt

from accounts.models import DataKey
from cases import closing, merging
from cases.closing import Goodbye
from cases.enums import CaseOutcome
from cases.enums.ending import GoalResult
from cases.models import AfterCare, Case, EvaluationAnswer
from tests.matrix_words import DAY, HOUR, Matrix, canary
from tests.world import MOMENT


def close(matrix: Matrix, case: Case, stage: str) -> None:
    """Bram closes with the client's own words; the desk calls now, and somebody tried before."""
    said = Goodbye(
        takes_along=canary("takesalong", stage), onward=canary("onward", stage),
        results={canary("goal", stage): GoalResult.REACHED}, calls=True, call_on=MOMENT.date() - DAY,
    )  # fmt: skip
    by, note = matrix.by("bram"), canary("outcome", stage)
    closing.close(case, outcome=CaseOutcome.HELPED, note=note, by=by, at=MOMENT - HOUR, goodbye=said)
    row = AfterCare.objects.select_related("case__data_key").get(case=case)
    row.note = canary("afternote", stage)
    row.save(update_fields=["note"])


def afterwards(matrix: Matrix) -> None:
    """Two requests were put together by mistake; and ten clients said what they thought, half a year ago."""
    pair, by = [matrix.cases[stage] for stage in ("submitted", "triage")], matrix.by("samira")
    row = merging.merge(*pair, reason=canary("mergereason", "submitted"), by=by, at=MOMENT - HOUR)
    merging.undo(row, by=by, at=MOMENT - HOUR / 2)
    for _number in range(10):
        answer = EvaluationAnswer(
            data_key=DataKey.objects.make(), month=dt.date(2025, 10, 1), heard=4, quick=3, helped=3, told_once=2
        )
        answer.words = canary("evaluation", "quarter")
        answer.save(force_insert=True)


def call(_matrix: Matrix, _stage: str) -> list[object]:
    return [AfterCare.objects.open().get().pk]


def other(matrix: Matrix, stage: str) -> list[object]:
    """This one, and one at the desk."""
    second = "triage" if stage == "submitted" else "submitted"
    return [matrix.cases[stage].reference, matrix.cases[second].reference]
