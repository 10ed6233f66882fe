"""Who serves whom, the routing rules, and hand-overs."""

from referrals.models.beside import Considered, Feedback, Travelling
from referrals.models.coverage import Coverage, CoverageQuerySet
from referrals.models.hand_over import Referral, ReferralQuerySet
from referrals.models.reach import BranchOffice, Reach, SmtRole
from referrals.models.rules import RuleDraft, RuleVersion, RuleVersionQuerySet

__all__ = [
    "BranchOffice",
    "Considered",
    "Coverage",
    "CoverageQuerySet",
    "Feedback",
    "Reach",
    "Referral",
    "ReferralQuerySet",
    "RuleDraft",
    "RuleVersion",
    "RuleVersionQuerySet",
    "SmtRole",
    "Travelling",
]
