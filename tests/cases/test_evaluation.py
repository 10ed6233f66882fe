"""Asked once how it was; what somebody says is kept apart, and read only together with nine others."""

import datetime as dt

import pytest

from accounts.actors import follower
from accounts.models import AuditEvent, DataKey, Notice
from cases import actions, closing, evaluation
from cases.closing import Goodbye
from cases.enums import CaseOutcome
from cases.models import Case, Evaluation, EvaluationAnswer
from cases.moves import NotNow
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.endings import DAY, closed_by_bram, with_bram

SAID = {"heard": 4, "quick": 2, "helped": 3, "told_once": 4}


def test_asked_once_some_days_later(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at)
    assert [evaluation.ask_due(at + days * DAY) for days in (1, 4, 4, 5)] == [0, 1, 0, 0]
    assert Evaluation.objects.get().case == case
    told = Notice.objects.filter(kind="client.news", dedupe_key__contains="evaluation")
    assert [notice.params for notice in told] == [{}]


@pytest.mark.parametrize("how", ["withdrawn", "no_request", "not wanted", "long ago", "opened again", "put together"])
def test_who_is_not_asked(cast: Cast, at: dt.datetime, how: str) -> None:
    when = at + (40 if how == "long ago" else 5) * DAY
    if how == "withdrawn":
        case = make_case(cast)
        actions.withdraw(case, by=follower(case.pk), at=at)
    elif how == "no_request":
        actions.close(make_case(cast), outcome=how, by=cast.actor("samira"), at=at)
    elif how == "not wanted":
        said = Goodbye(asks=False)
        closing.close(with_bram(cast, at), outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=at, goodbye=said)
    else:
        case = closed_by_bram(cast, at)
        if how == "opened again":
            Case.objects.filter(pk=case.pk).update(state="submitted", outcome="", closed_at=None)
        if how == "put together":  # it was helped, opened again, and goes on under another reference
            Case.objects.filter(pk=case.pk).update(outcome="merged", closed_at=at + DAY)
    assert (evaluation.ask_due(when), Evaluation.objects.count()) == (0, 0)


def test_an_answer_leads_back_to_nobody(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at)
    evaluation.ask_due(at + 4 * DAY)
    assert evaluation.waits(case)
    evaluation.answer(case, SAID, words="Fijn gesprek.", by=follower(case.pk), at=at + 5 * DAY)
    kept = EvaluationAnswer.objects.select_related("data_key").get()
    assert (kept.heard, kept.quick, kept.helped, kept.told_once, kept.words) == (4, 2, 3, 4, "Fijn gesprek.")
    assert kept.month == (at + 5 * DAY).date().replace(day=1)
    assert {field.name for field in EvaluationAnswer._meta.get_fields()} == {
        "id", "data_key", "month", "words", *evaluation.QUESTIONS,
    }  # fmt: skip
    event = AuditEvent.objects.get(action="evaluation.answered")
    assert str(kept.pk) not in str(event.__dict__)
    with pytest.raises(NotNow):
        evaluation.answer(case, SAID, by=follower(case.pk), at=at + 5 * DAY)
    assert (EvaluationAnswer.objects.count(), evaluation.waits(case)) == (1, False)


def test_only_a_whole_quarter_of_ten_is_shown(cast: Cast) -> None:
    def said(month: dt.date, number: int) -> None:
        for value in range(number):
            row = EvaluationAnswer(data_key=DataKey.objects.make(), month=month, **(SAID | {"helped": 1 + value % 2}))
            row.words = f"Woord {month:%m}" if value == 0 else ""
            row.save(force_insert=True)

    said(dt.date(2026, 1, 1), 6)
    said(dt.date(2026, 3, 1), 4)
    said(dt.date(2026, 4, 1), 9)
    said(dt.date(2026, 7, 1), 20)
    at = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
    shown = evaluation.quarters(at)
    assert [(row.first_day, row.answers) for row in shown] == [(dt.date(2026, 1, 1), 10)]
    assert shown[0].means == {"heard": 4.0, "quick": 2.0, "helped": 1.5, "told_once": 4.0}
    assert sorted(evaluation.words_of(shown)) == ["Woord 01", "Woord 03"]
    later = evaluation.quarters(at + DAY)
    assert [row.first_day.month for row in later] == [7, 1]
    assert (evaluation.words_of(later), evaluation.words_of([])) == (["Woord 07"], [])
