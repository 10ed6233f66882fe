"""Verbs of the routing table: changes gather in one draft, and a draft becomes a version that nobody can change.

Each verb is one transaction with its line in the audit. The mission's own rules come first and last, as they are
(docs/adr/0016): a draft adds rules between them.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from referrals.defaults import RULES
from referrals.models import RuleDraft, RuleVersion
from referrals.routing import Rule, load_version, row_of, rule_of

FIXED = tuple(Rule(**row) for row in RULES)


class NotNow(Exception):
    """The change is no longer possible; the message says why."""


class Stale(NotNow):
    """Somebody else changed the draft meanwhile."""


def draft() -> RuleDraft | None:
    """The draft, with who changed it last. One query."""
    return RuleDraft.objects.select_related("changed_by").first()


def rules_in(rows: Sequence[dict[str, Any]]) -> list[Rule]:
    return [rule_of(row) for row in rows]


def own(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that the organisation added, in their order."""
    return [rule for rule in rules if not rule.fixed]


def with_fixed(rules: Sequence[Rule]) -> list[Rule]:
    """The mission's own rules as they are, with the others before the last of them; numbered anew.

    Of a fixed rule only the reason that is shown may have been put in other words.
    """
    said = {rule.code: rule for rule in rules}
    fixed = [
        replace(rule, because_nl=said[rule.code].because_nl, because_en=said[rule.code].because_en)
        if rule.code in said
        else rule
        for rule in FIXED
    ]
    codes = {rule.code for rule in FIXED}
    mine = [replace(rule, fixed=False) for rule in rules if rule.code not in codes]
    ordered = [*fixed[:-1], *mine, fixed[-1]]
    return [replace(rule, order=10 * place) for place, rule in enumerate(ordered, start=1)]


@transaction.atomic
def begin(*, by: Actor, at: dt.datetime, number: int | None = None) -> RuleDraft:
    """A draft of the version that counts, or of an older one to restore. Raises NotNow when there is a draft."""
    current, rules = load_version()
    if number is not None:
        rules = rules_in(RuleVersion.objects.get(number=number).rules)
    try:
        with transaction.atomic():
            made = RuleDraft.objects.create(
                pk=1, rules=[row_of(rule) for rule in with_fixed(rules)], based_on=current, restored_from=number,
                changed_by_id=by.user_id or 0, changed_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotNow(_("There is a draft already. Publish it or throw it away first.")) from error
    part = f"restores {number}" if number is not None else f"of {current}"
    audit.record("routing_draft.begun", by=by, at=at, obj=made, part=part)
    return made


def save_rule(rule: Rule, *, code: str, revision: int, by: Actor, at: dt.datetime) -> RuleDraft:
    """Add a checked rule to the draft, or put it in the place of the one called ``code``. Raises NotNow, Stale."""

    def change(rules: list[Rule]) -> list[Rule]:
        if not code:
            return [*rules, rule]
        return [rule if one.code == code else one for one in rules]

    return _change(change, "rule_saved", rule.code, revision=revision, by=by, at=at)


def move(code: str, *, up: bool, revision: int, by: Actor, at: dt.datetime) -> RuleDraft:
    """Have a rule of our own asked one place sooner or later; at the end of the row nothing changes."""

    def change(rules: list[Rule]) -> list[Rule]:
        mine = own(rules)
        place = next((number for number, rule in enumerate(mine) if rule.code == code), None)
        other = None if place is None else place + (-1 if up else 1)
        if place is not None and other is not None and 0 <= other < len(mine):
            mine[place], mine[other] = mine[other], mine[place]
        return [*(rule for rule in rules if rule.fixed), *mine]

    return _change(change, "rule_moved", code, revision=revision, by=by, at=at)


def remove(code: str, *, revision: int, by: Actor, at: dt.datetime) -> RuleDraft:
    """Take a rule of our own out of the draft; a fixed one stays."""
    return _change(
        lambda rules: [rule for rule in rules if rule.fixed or rule.code != code], "rule_removed", code,
        revision=revision, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def discard(*, revision: int, by: Actor, at: dt.datetime) -> None:
    """Throw the draft away. Raises Stale when somebody changed it meanwhile."""
    row = _locked(revision)
    audit.record("routing_draft.discarded", by=by, at=at, obj=row)
    row.delete()


@transaction.atomic
def publish(*, revision: int, reason: str, by: Actor, at: dt.datetime) -> RuleVersion:
    """The draft becomes the version that counts from now on. Raises Stale, and NotNow when nothing would change."""
    row = _locked(revision)
    newest, rules = load_version()
    if rules_in(row.rules) == rules:
        raise NotNow(_("Nothing would change: the draft says what counts now."))
    made = RuleVersion.objects.create(
        number=newest + 1, rules=row.rules, published_at=at, published_by=by.user, reason=reason,
        restored_from=row.restored_from,
    )  # fmt: skip
    audit.record("routing_version.published", by=by, at=at, obj=made, part=f"version {made.number}", basis=reason)
    row.delete()
    return made


@transaction.atomic
def _change(
    change: Callable[[list[Rule]], list[Rule]], what: str, code: str, *, revision: int, by: Actor, at: dt.datetime
) -> RuleDraft:
    row = _locked(revision)
    row.rules = [row_of(rule) for rule in with_fixed(change(rules_in(row.rules)))]
    row.revision += 1
    row.changed_by_id, row.changed_at = by.user_id or 0, at
    row.save()
    audit.record(f"routing_draft.{what}", by=by, at=at, obj=row, part=code)
    return row


def _locked(revision: int) -> RuleDraft:
    row = RuleDraft.objects.select_for_update().first()
    if row is None:
        raise NotNow(_("There is no draft any more: it was published or thrown away."))
    if row.revision != revision:
        raise Stale(_("Somebody changed the draft meanwhile. Look at it again; what you typed is still here."))
    return row
