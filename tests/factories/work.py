"""Cases that a worker has accepted."""

import datetime as dt
from typing import Any

from cases.enums import AccessReason, AccessScope, CaseState
from cases.models import Case
from cases.permissions import end_access, grant
from tests.factories.cases import make_case
from tests.factories.cast import Cast


def make_accepted(cast: Cast, *, owner: str = "bram", at: dt.datetime | None = None, **fields: Any) -> Case:
    """A case as it is just after ``owner`` accepted it: theirs, and at the desk only contact details remain."""
    moment = at or cast.at
    state = fields.pop("state", CaseState.ACCEPTED)
    case = make_case(
        cast, at=moment, owner=owner, state=state, primary_contact=cast.users[owner],
        summary="Ruzie met de sergeant. Wil rust en een gesprek.", **fields,
    )  # fmt: skip
    end_access(case, at=moment, reason__in=[AccessReason.DESK, AccessReason.NIGHT])
    desk = cast.teams["desk"].pk
    grant(case, reason=AccessReason.DESK, team_id=desk, scope=AccessScope.CONTACT, at=moment, source="accepted")
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.users[owner].pk, at=moment, source="accepted")
    return case
