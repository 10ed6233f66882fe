"""Routing rules as rows of a table: in words, with whether they count (page M)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from referrals.conditions import Words, in_words
from referrals.differences import destination
from referrals.routing import Rule
from referrals.rules import own


def columns() -> list[dict[str, str]]:
    """The headings of the table."""
    names = (_("Order"), _("When"), _("Goes to"), _("Reason"), _("Answers for it"), _("Counts"))
    return [{"label": name} for name in names]


def of_rules(rules: Sequence[Rule], words: Words, today: dt.date) -> list[dict[str, Any]]:
    """In the order in which they are asked. ``can_go_up`` and ``can_go_down``: within our own."""
    mine = [rule.code for rule in own(rules)]
    return [
        {
            "rule": rule,
            "place": place,
            "when": in_words(rule.conditions, words),
            "to": destination(rule.to),
            "ended": rule.valid_until is not None and rule.valid_until < today,
            "later": rule.valid_from > today,
            "review_is_due": rule.review_on is not None and rule.review_on <= today,
            "can_go_up": rule.code in mine[1:],
            "can_go_down": rule.code in mine[:-1],
        }
        for place, rule in enumerate(rules, start=1)
    ]
