"""Who serves whom, the routing rules, and hand-overs."""

from referrals.models.beside import Considered, Feedback, Travelling
from referrals.models.coverage import Capacity, Coverage, CoverageQuerySet, Helper
from referrals.models.hand_over import Referral, ReferralQuerySet
from referrals.models.hsds import KeptRow
from referrals.models.letters import Letter, LetterQuerySet, LetterTemplate
from referrals.models.reach import BranchOffice, Reach
from referrals.models.rules import RuleDraft, RuleVersion, RuleVersionQuerySet
from referrals.models.signals import Signal
from referrals.models.smt import Seating, SmtRole, SmtRoleVersion, SmtSeat

__all__ = [
    "BranchOffice",
    "Capacity",
    "Considered",
    "Coverage",
    "CoverageQuerySet",
    "Feedback",
    "Helper",
    "KeptRow",
    "Reach",
    "Letter",
    "LetterQuerySet",
    "LetterTemplate",
    "Referral",
    "ReferralQuerySet",
    "RuleDraft",
    "RuleVersion",
    "RuleVersionQuerySet",
    "Seating",
    "Signal",
    "SmtRole",
    "SmtRoleVersion",
    "SmtSeat",
    "Travelling",
]
