"""Verbs of the routing table. Each change is one transaction with its line in the audit."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from referrals.models import RoutingRule


def counting_between(first: dt.date, last: dt.date | None) -> QuerySet[RoutingRule]:
    """The rules that count on some day of a period (local days, both included; no last day: for ever)."""
    rules = RoutingRule.objects.filter(Q(valid_until=None) | Q(valid_until__gte=first))
    return rules.filter(valid_from__lte=last) if last else rules


class NotNow(Exception):
    """The change is no longer possible; the message says why."""


def save_rule(rule: RoutingRule, *, by: Actor, at: dt.datetime, changed: list[str]) -> RoutingRule:
    """Add or change a checked rule. Raises NotNow when the same code already has a rule from that day."""
    adding = rule.pk is None
    try:
        with transaction.atomic():
            rule.save()
            action = "routing_rule.added" if adding else "routing_rule.changed"
            audit.record(action, by=by, at=at, obj=rule, part=",".join(changed)[:60])
    except IntegrityError as error:
        raise NotNow(_("There is already a rule with this name from this day.")) from error
    return rule


def end_rule(rule_id: int, *, by: Actor, at: dt.datetime) -> RoutingRule:
    """Let a rule count for the last time today. One that has yet to begin is removed; an ended one stays as it is."""
    today = timezone.localdate(at)
    with transaction.atomic():
        rule = RoutingRule.objects.select_for_update().get(pk=rule_id)
        if rule.valid_until is not None and rule.valid_until <= today:
            raise NotNow(_("This rule has already ended."))
        audit.record("routing_rule.ended", by=by, at=at, obj=rule)
        if rule.valid_from > today:
            rule.delete()
        else:
            rule.valid_until = today
            rule.save(update_fields=["valid_until"])
    return rule
