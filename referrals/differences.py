"""What differs between two versions of the routing table, rule by rule. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from referrals.conditions import Words, in_words
from referrals.enums import Destination
from referrals.routing import Rule


@dataclass(frozen=True)
class Difference:
    """One rule. ``kind`` is added, removed, changed or moved; ``changes`` are (what, before, after) in words."""

    code: str
    kind: str
    title: str
    changes: list[tuple[str, str, str]]


def differences(before: Sequence[Rule], after: Sequence[Rule], words: Words) -> list[Difference]:
    """In the order of the later version, then what was removed."""
    old, new = {rule.code: rule for rule in before}, {rule.code: rule for rule in after}
    stayed = [rule.code for rule in before if rule.code in new]
    now = [rule.code for rule in after if rule.code in old]
    found = []
    for rule in after:
        if rule.code not in old:
            rows = [(label, "", text) for label, text in said(rule, words) if text]
            found.append(Difference(rule.code, "added", _("Added"), rows))
            continue
        pairs = zip(said(old[rule.code], words), said(rule, words), strict=True)
        rows = [(label, was, text) for (label, was), (_label, text) in pairs if was != text]
        if rows:
            found.append(Difference(rule.code, "changed", _("Changed"), rows))
        elif stayed.index(rule.code) != now.index(rule.code):
            row = (_("Place"), str(stayed.index(rule.code) + 1), str(now.index(rule.code) + 1))
            found.append(Difference(rule.code, "moved", _("Moved"), [row]))
    for rule in before:
        if rule.code not in new:
            rows = [(label, text, "") for label, text in said(rule, words) if text]
            found.append(Difference(rule.code, "removed", _("Removed"), rows))
    return found


def said(rule: Rule, words: Words) -> list[tuple[str, str]]:
    """Everything a rule says, by its heading."""
    return [
        (_("When"), "; ".join(in_words(rule.conditions, words))),
        (_("Goes to"), destination(rule.to)),
        (_("Reason in Dutch"), rule.because_nl),
        (_("Reason in English"), rule.because_en),
        (_("From"), _day(rule.valid_from)),
        (_("Until and including"), _day(rule.valid_until)),
        (_("Who answers for it"), rule.owner),
        (_("Look at it again on"), _day(rule.review_on)),
    ]


def destination(code: str) -> str:
    return str(Destination(code).label) if code in Destination.values else code


def _day(day: Any) -> str:
    return date_format(day, "j F Y") if day else ""
