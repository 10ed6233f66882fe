"""Who is asked for a case hears that the client was heard again; cases/meanwhile.py asks for it."""

import datetime as dt

from accounts.models import User
from cases import meanwhile
from cases.models import Case
from referrals.enums import HandOver, ReferralState
from referrals.models import Referral
from referrals.moves import receivers


def _asked(case: Case, at: dt.datetime) -> list[User]:
    """Who can answer what the desk has offered."""
    rows = Referral.objects.filter(case=case, kind=HandOver.REFERRAL, state=ReferralState.OFFERED)
    offered = rows.select_related("case").first()
    return receivers(offered, at) if offered else []


meanwhile.ASKED.append(_asked)
