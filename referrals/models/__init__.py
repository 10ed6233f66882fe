"""Who serves whom, the routing rules, and hand-overs."""

from referrals.models.beside import Considered, Feedback, Travelling
from referrals.models.coverage import Capacity, Coverage, CoverageQuerySet, Helper
from referrals.models.hand_over import Referral, ReferralQuerySet
from referrals.models.rules import RuleDraft, RuleVersion, RuleVersionQuerySet

__all__ = [
    "Capacity",
    "Considered",
    "Coverage",
    "CoverageQuerySet",
    "Feedback",
    "Helper",
    "Referral",
    "ReferralQuerySet",
    "RuleDraft",
    "RuleVersion",
    "RuleVersionQuerySet",
    "Travelling",
]
