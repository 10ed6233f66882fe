"""What can be done with a hand-over. Each verb: one transaction, rows locked, move checked, timeline, audit, notices.

A verb answers with the hand-over as it is afterwards, and raises NotNow (a calm sentence) when it can no longer be
done. Doing the same thing twice is no error where the second time changes nothing.
"""

from cases.moves import Changed, NeedsReason, NotNow
from referrals.answering import NOTE_NEEDED, MustRead, accept, return_to_desk
from referrals.consent import (
    Share,
    approve_by_phone,
    approve_summary,
    approved_for,
    asked_in,
    refuse_summary,
    waiting_for,
)
from referrals.consulting import end_over
from referrals.deciding import agree, refuse
from referrals.introducing import plan_talk, skip_talk
from referrals.offering import MOST_LETTERS, Terms, offer, propose, withdraw, withdraw_pending
from referrals.sweeps import (
    chase_contact,
    chase_decisions,
    chase_due,
    expire_due,
    hasten_due,
    remind_due,
    settle_introductions,
)

__all__ = [
    "MOST_LETTERS",
    "NOTE_NEEDED",
    "Changed",
    "MustRead",
    "NeedsReason",
    "NotNow",
    "Share",
    "Terms",
    "agree",
    "refuse",
    "plan_talk",
    "skip_talk",
    "chase_contact",
    "chase_decisions",
    "settle_introductions",
    "accept",
    "approve_by_phone",
    "approve_summary",
    "approved_for",
    "asked_in",
    "chase_due",
    "end_over",
    "expire_due",
    "hasten_due",
    "offer",
    "propose",
    "refuse_summary",
    "remind_due",
    "return_to_desk",
    "waiting_for",
    "withdraw",
    "withdraw_pending",
]
