"""Asking a client once, some days after the help has ended, how it was; and what they all say together (ADR 24).

That somebody was asked is kept with the case. What they answered is not: it stands apart, by month, and nothing leads
from the one to the other. Nobody reads what one person said: only a whole quarter, of ten answers or more, is shown.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Avg, Count, Exists, F, OuterRef
from django.db.models.functions import TruncQuarter
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.models import DataKey
from cases.enums import CaseState
from cases.models import Case, Ending, Evaluation, EvaluationAnswer
from cases.moves import NotNow, locked
from cases.notices import tell_client

QUESTIONS = ("heard", "quick", "helped", "told_once")
LEAST = 10
"""Fewer answers than this are not shown (decision 9)."""

BY = system("cases.evaluation")
AT_ONCE = 200
MOST_WORDS = 200


@dataclass(frozen=True)
class Quarter:
    """What was said in three months. ``means`` is from 1 (not at all) to 4 (completely), by question."""

    first_day: dt.date
    answers: int
    means: Mapping[str, float]


def ask_due(at: dt.datetime) -> int:
    """Ask whoever was helped and was not asked yet; returns how many. May run late, twice and side by side: it is once
    for a case. How it ended last counts, so that nobody is asked about help that goes on elsewhere. The mail goes only
    where that is safe; who gets none finds the questions on their page."""
    window = {"at__lte": at - settings.EVALUATION_AFTER, "at__gt": at - settings.EVALUATION_WITHIN}
    asked = Evaluation.objects.filter(case=OuterRef("case"))
    rows = Ending.objects.filter(~Exists(asked), asks=True, case__state=CaseState.CLOSED, **window)
    rows = rows.filter(at=F("case__closed_at"))
    return sum(_ask(pk, at) for pk in list(rows.values_list("case", flat=True).distinct()[:AT_ONCE]))


@transaction.atomic
def _ask(case_id: Any, at: dt.datetime) -> bool:
    free = Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=case_id, state=CaseState.CLOSED)
    if not free.exists() or Evaluation.objects.filter(case=case_id).exists():
        return False
    case = locked(Case(pk=case_id))
    row = Evaluation(case=case, asked_at=at)
    row.save(force_insert=True)
    audit.record("evaluation.asked", by=BY, at=at, case_id=case.pk, obj=row)
    tell_client(case, occasion="evaluation", at=at)
    return True


def asks_of_case() -> dict[str, Exists]:
    """Whether we asked and have no answer, inside a query for cases, as ``asks_how_it_was``."""
    return {"asks_how_it_was": Exists(Evaluation.objects.filter(case=OuterRef("pk"), answered=False))}


def waits(case: Case) -> bool:
    """Whether we asked this client, and they did not answer yet. One query."""
    return Evaluation.objects.filter(case=case, answered=False).exists()


@transaction.atomic
def answer(case: Case, said: Mapping[str, int], *, words: str = "", by: Actor, at: dt.datetime) -> None:
    """Keep what they said, apart from who they are. Raises NotNow for who was not asked, or answered before."""
    row = Evaluation.objects.select_for_update().filter(case=locked(case), answered=False).first()
    if row is None:
        raise NotNow(_("There are no questions for you, or you answered them already. Thank you."))
    row.answered = True
    row.save(update_fields=["answered"])
    kept = EvaluationAnswer(data_key=DataKey.objects.make(), month=timezone.localdate(at).replace(day=1))
    for name in QUESTIONS:
        setattr(kept, name, said[name])
    kept.words = words.strip()
    kept.save(force_insert=True)
    audit.record("evaluation.answered", by=by, at=at, case_id=case.pk)


def quarters(at: dt.datetime) -> list[Quarter]:
    """Every quarter that is over and has answers enough, the latest first. One query. The present one would change
    with each answer, and so tell what one person said."""
    today = timezone.localdate(at)
    this = dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    rows = (
        EvaluationAnswer.objects.filter(month__lt=this)
        .annotate(quarter=TruncQuarter("month"))
        .values("quarter")
        .annotate(answers=Count("pk"), **{f"mean_{name}": Avg(name) for name in QUESTIONS})
        .filter(answers__gte=LEAST)
        .order_by("-quarter")
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return [
        Quarter(row["quarter"], row["answers"], {name: round(row[f"mean_{name}"], 1) for name in QUESTIONS})
        for row in found
    ]


def words_of(shown: list[Quarter]) -> list[str]:
    """What people wrote in the latest of these quarters, in an order that says nothing. One query."""
    if not shown:
        return []
    first = shown[0].first_day
    after = (first + dt.timedelta(days=93)).replace(day=1)  # three months never have more
    rows = EvaluationAnswer.objects.filter(month__gte=first, month__lt=after, words__isnull=False)
    found = [str(row.words) for row in rows.select_related("data_key").order_by("pk")[:MOST_WORDS]]
    return [text for text in found if text]
