"""What the page shows on which the cases of somebody who leaves are spread over colleagues."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.actors import Actor
from accounts.models import User
from cases.models import Case
from desk.staff import open_work
from referrals.spreading import Spread, spread

REASONS = 3


@dataclass(frozen=True)
class Total:
    """One colleague: how many open cases now, how many come, and the ways in which they serve those, most first."""

    user: User
    now: int
    comes: int
    reasons: list[str]

    @property
    def then(self) -> int:
        return self.now + self.comes


def proposal(user: User, by: Actor, at: dt.datetime, most: int | None) -> tuple[Spread, set[UUID]]:
    """The cases that ``user`` accepted, each with who could get it; and which of them ``by`` may know. Five queries."""
    seen = Case.objects.visible_to(by, at).filter(pk=OuterRef("pk"))
    beside = ("unit", "team", "person__data_key", "person__contact")
    rows = open_work(user, at)["cases"].select_related(*beside).defer("summary", "own_words")
    cases = list(rows.annotate(shown=Exists(seen)))
    return spread(cases, but=user, at=at, most=most), {case.pk for case in cases if case.shown}


def totals(plan: Spread, shown: Collection[UUID]) -> list[Total]:
    """Who gets how many, the most first. Why is said only of the cases that are ``shown``."""
    people = {share.fit.user.pk: share.fit.user for share in plan.shares if share.fit}
    reasons: dict[int, Counter[str]] = {pk: Counter() for pk in people}
    comes = Counter(share.fit.user.pk for share in plan.shares if share.fit)
    for share in plan.shares:
        if share.fit and share.case.pk in shown:
            reasons[share.fit.user.pk][share.fit.because] += 1
    found = [
        Total(
            people[pk], plan.loads[pk], comes[pk],
            [f"{why} ({number})" for why, number in counter.most_common(REASONS)],
        )
        for pk, counter in reasons.items()
    ]  # fmt: skip
    return sorted(found, key=lambda total: (-total.comes, total.user.name))
