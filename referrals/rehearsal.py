"""What a rule would have done with requests that were sent before: counts only, nothing changes (MISSION, Routing)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone

from cases.models import Intake
from referrals.enums import Destination
from referrals.models import RoutingRule
from referrals.routing import Rule, facts_of, rule_for

ANSWERS = ("sent_at", "requester", "situation", "danger", "wish", "topics", "returned_month")


@dataclass(frozen=True)
class Move:
    """So many requests would go elsewhere."""

    count: int
    before: Destination
    after: Destination


@dataclass(frozen=True)
class Rehearsal:
    """How many requests were looked at, and what would be different, the most frequent first."""

    total: int
    moves: list[Move]


def rehearse(candidate: RoutingRule, now: Iterable[Rule], *, since: dt.datetime, until: dt.datetime) -> Rehearsal:
    """Route the requests of a period by the rules ``now``, with and without the candidate, whatever its dates.

    A saved candidate takes the place of its own row. One query, read in batches; only clear answers, no words.
    """
    before = [_undated(rule) for rule in now]
    own = RoutingRule.objects.filter(pk=candidate.pk).values_list("code", "order").first()
    after = [rule for rule in before if (rule.code, rule.order) != own] + [_as_rule(candidate)]
    total, moves = 0, Counter[tuple[str, str]]()
    for intake in Intake.objects.filter(sent_at__gte=since, sent_at__lt=until).only(*ANSWERS).iterator(1000):
        facts, day = facts_of(intake), timezone.localdate(intake.sent_at)
        total += 1
        moves[rule_for(facts, day, before).to, rule_for(facts, day, after).to] += 1
    return Rehearsal(
        total=total,
        moves=[
            Move(count, Destination(old), Destination(new)) for (old, new), count in moves.most_common() if old != new
        ],
    )


def _as_rule(row: RoutingRule) -> Rule:
    return Rule(
        code=row.code,
        order=row.order,
        conditions=row.conditions,
        to=row.to,
        because_nl=row.because_nl,
        because_en=row.because_en,
    )


def _undated(rule: Rule) -> Rule:
    return replace(rule, valid_from=dt.date.min, valid_until=None)
