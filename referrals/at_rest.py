"""What waits for somebody else in a case: it is settled before the case is put together with another."""

from django.utils.translation import gettext as _

from cases import merging
from cases.models import Case
from referrals.enums import HandOver, ReferralState
from referrals.letters.enums import LETTER_OPEN
from referrals.models import Referral
from referrals.models.letters import Letter


def _waits(case: Case) -> str:
    rows = Referral.objects.filter(case=case)
    if rows.pending().exists():
        return _("A hand-over waits for an answer. Take it back first.")
    if rows.filter(kind=HandOver.CONSULTATION, state=ReferralState.ACCEPTED).exists():
        return _("A colleague reads along to give advice. End that first.")
    if Letter.objects.filter(case=case, state__in=LETTER_OPEN).exists():
        return _("A letter to a provider is not answered yet. Take it back first, or write down the answer.")
    return ""


merging.WAITS.append(_waits)
