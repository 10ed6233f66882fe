"""Hand-overs for tests, made by the verbs themselves so that clocks, access and notices are real."""

import datetime as dt
from typing import Any

from cases.handback import hand_back
from cases.models import Case
from referrals import actions
from referrals.destinations import TABLE
from referrals.enums import MatchStep
from referrals.matching import Candidate
from referrals.models import Referral, RuleVersion
from referrals.routing import load_version, row_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast

SUMMARY = "Ruzie met een leidinggevende. Wil weten wat mogelijk is."


def publish_rules(at: dt.datetime, **changed: dict[str, Any] | None) -> RuleVersion:
    """A next version of the routing table in which rules, by code with _ for -, say something else, or are gone."""
    number, rules = load_version()
    rows = {rule.code: row_of(rule) for rule in rules}
    for name, fields in changed.items():
        code = name.replace("_", "-")
        new = {"code": code, "order": 55, "conditions": {}, "because_nl": "Nieuw.", "because_en": "New."}
        rows[code] = {**rows.get(code, new), **(fields or {})}
        if fields is None:
            del rows[code]
    ordered = sorted(rows.values(), key=lambda row: row["order"])
    return RuleVersion.objects.create(number=number + 1, rules=ordered, published_at=at)


def to_team(cast: Cast, code: str = "regional-west", step: MatchStep = MatchStep.PARENT) -> Candidate:
    """A whole team, as matching would suggest it for the unit of the cast."""
    return Candidate(step, "90 Fictief Bataljon", cast.teams[code])


def to_worker(cast: Cast, name: str, code: str = "regional-west") -> Candidate:
    """One worker by first name, in their team."""
    return Candidate(MatchStep.UNIT, "A-compagnie, 90 Fictief Bataljon", cast.teams[code], cast.users[name])


def make_referral(
    cast: Cast,
    case: Case | None = None,
    *,
    to: Candidate | None = None,
    at: dt.datetime | None = None,
    by: str = "samira",
    by_phone: bool = True,
    summary: str = SUMMARY,
    why: str = "",
    **fields: Any,
) -> Referral:
    """Proposed by the desk; with ``by_phone`` on the board at once. ``fields`` go to the case."""
    at, to = at or cast.at, to or to_team(cast)
    kind = next(code for code, rule in TABLE.items() if rule.teams[:1] == (to.team.kind,))
    return actions.propose(
        case or make_case(cast, at=at, **fields), to, destination=kind, summary=summary, by=cast.actor(by, at), at=at,
        by_phone=by_phone, choice_reason=why,
    )  # fmt: skip


def make_come_back(cast: Cast, **fields: Any) -> Case:
    """A case that was handed over once and came back; Samira has it."""
    first = actions.accept(make_referral(cast, **fields), read=True, by=cast.actor("bram"), at=cast.at)
    case = hand_back(Case.objects.get(pk=first.case_id), reason="Past niet.", by=cast.actor("bram"), at=cast.at)
    case.owner = cast.samira
    case.save(update_fields=["owner"])
    return case


def make_second(cast: Cast, case: Case | None = None, *, by: str = "samira", by_phone: bool = True) -> Referral:
    """The same passed on once more, to the team of the north."""
    return make_referral(
        cast, case or make_come_back(cast), to=to_team(cast, "regional-noord"), by=by, by_phone=by_phone
    )
