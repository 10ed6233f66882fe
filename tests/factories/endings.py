"""Cases that ended, for tests of what comes afterwards."""

import datetime as dt

from cases import appointments, closing
from cases.closing import Goodbye
from cases.enums import AccessReason, CaseOutcome, CaseState, ContactWay
from cases.models import Case, Session
from cases.permissions import grant
from tests.factories.cases import make_case
from tests.factories.cast import Cast

DAY = dt.timedelta(days=1)


def with_bram(cast: Cast, at: dt.datetime, **answers: object) -> Case:
    """A case that Bram accepted."""
    case = make_case(cast, at=at, state=CaseState.ACCEPTED, owner="bram", **answers)
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    return case


def hold(cast: Cast, case: Case, start: dt.datetime) -> Session:
    """A conversation of 45 minutes with its owner."""
    by = cast.actor("bram", start)
    return appointments.record_contact(case, starts_at=start, minutes=45, way=ContactWay.VISIT, by=by, at=start)


def closed_by_bram(cast: Cast, at: dt.datetime, *, calls: bool = False, **answers: object) -> Case:
    """Help completed, perhaps with one call afterwards."""
    case = with_bram(cast, at, **answers)
    said = Goodbye(calls=calls)
    return closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=at, note="Klaar.", goodbye=said)
