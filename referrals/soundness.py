"""Whether a rule of our own can stand in the routing table: what is wrong with it, by the field that says so. Pure."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.enums import Danger, Overlay, Requester
from referrals.conditions import Words, check, covers, never_fits
from referrals.enums import ROUTABLE, Destination
from referrals.routing import Rule

COMMANDERS = {Requester.TEAM_ADVICE.value, Requester.TEAM_HELP.value}
ON_MISSION = (Destination.SMT, Destination.BIU, Destination.RETURN_INTERVIEW)

Wrong = tuple[str, Any]
"""A field of the form, and what is wrong with it."""


def problems(rule: Rule, before: Sequence[Rule], words: Words, today: dt.date) -> list[Wrong]:
    """What is wrong with a rule that comes after the rules ``before``; empty when it can stand there."""
    try:
        check(rule.conditions, words)
    except ValidationError as error:
        return [("to", error)]
    found = [*_dates(rule, today), *_destination(rule)]
    if contradiction := never_fits(rule.conditions):
        found.append((f"if_{contradiction[0]}", contradiction[1]))
    hides = next((one for one in before if _hides(one, rule)), None)
    if hides is not None:
        message = _("Rule %(code)s decides everything that would fit this one, so it would never be asked.")
        found.append(("code", ValidationError(message, params={"code": hides.code})))
    if not rule.conditions:
        found.append(("if_topics", _("Choose at least one condition: the last rule takes everything else.")))
    return found


def _dates(rule: Rule, today: dt.date) -> list[Wrong]:
    if rule.valid_until is None:
        return []
    if rule.valid_until < rule.valid_from:
        return [("valid_until", _("The last day must not be before the first."))]
    if rule.valid_until < today:
        return [("valid_until", _("This day is over, so the rule would never count."))]
    return []


def _destination(rule: Rule) -> list[Wrong]:
    """What the mission says about where a request may go, whatever the rule."""
    asked = set(rule.conditions.get("requester", []))
    if rule.to not in ROUTABLE:
        return [("to", _("Only a person can choose to go there."))]
    if rule.to == Destination.COMMANDER_ADVICE and not (asked and asked <= COMMANDERS):
        return [("to", _("Advice makes no file. Only a question of a commander can go there: tick who asks."))]
    if rule.to in ON_MISSION and asked != {Requester.SELF.value}:
        return [("to", _("Only somebody who asks for themselves can go there. Tick that at “Who asks”."))]
    emergency = Overlay.EMERGENCY.value in rule.conditions.get("overlay", [])
    if rule.to != Destination.DESK and (emergency or rule.conditions.get("danger") == [Danger.YES.value]):
        return [("to", _("An emergency stays with the person on duty. Let it go to the desk, or leave it out."))]
    return []


def _hides(earlier: Rule, rule: Rule) -> bool:
    """Whether the earlier rule decides all that fits this one, on every day that this one counts."""
    begins = earlier.valid_from <= rule.valid_from
    last = earlier.valid_until
    lasts = last is None or (rule.valid_until is not None and rule.valid_until <= last)
    return begins and lasts and covers(earlier.conditions, rule.conditions)


def draft_problems(rules: Sequence[Rule], words: Words, today: dt.date) -> list[tuple[str, Any]]:
    """What stands in the way of publishing, by rule; moving rules can put one behind another that hides it."""
    wrong = []
    for place, rule in enumerate(rules):
        if not rule.fixed:
            wrong += [(rule.code, message) for _field, message in problems(rule, rules[:place], words, today)]
    return wrong
