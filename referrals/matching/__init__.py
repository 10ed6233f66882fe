"""Finding who can help: the unit first, then its parents, its location, its region, the national pool (decision 6).

Reads and decides, writes nothing. Every candidate says how it was found and how busy it is; a human chooses.
"""

import datetime as dt

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Unit
from cases.cautions import other_may_be_client
from cases.models import Case
from referrals.destinations import answering
from referrals.enums import Destination
from referrals.matching import client as clients
from referrals.matching.candidate import Candidate, LeftOut, Room, chosen
from referrals.matching.people import members
from referrals.matching.places import Place, Spot, because, covering, place_of, spot_of
from referrals.matching.ranking import Ranked, close_last, left_out, ranked

__all__ = [
    "Candidate", "LeftOut", "Place", "Room", "Spot", "because", "candidates", "chosen", "looked", "place_of", "spot_of",
]  # fmt: skip


def candidates(
    case_or_unit: Case | Unit | None,
    at: dt.datetime,
    *,
    destination: str = Destination.REGIONAL_DIRECT,
    by: Actor | None = None,
) -> list[Candidate]:
    """Everyone who can help, who fits best first; who has no room comes after everyone who has. At most 6 queries
    (4 for a case that comes with its person, their key and their contact).

    Nobody who is blocked for the case, whom the client asked away from, who returned it before because it did not fit,
    or who may not answer now. Where the client is afraid of somebody of that unit, those who may help them too come
    last. Says of each whether somebody other than ``by`` looks at them at this moment, and who knows the client as far
    as ``by`` may know it.
    """
    return looked(case_or_unit, at, destination=destination, by=by)[0]


def looked(
    case_or_unit: Case | Unit | None, at: dt.datetime, *, destination: str, by: Actor | None
) -> tuple[list[Candidate], list[LeftOut]]:
    """The same, and who would fit and is not suggested, with why. No query more. It names nobody to themselves: whoever
    the client asked away from does not read that here."""
    case = case_or_unit if isinstance(case_or_unit, Case) else None
    if case is not None:
        client, chain = clients.of_case(case, by, at)
    else:
        client, unit = clients.NOBODY, case_or_unit
        chain = Unit.objects.ancestors_of(unit) if isinstance(unit, Unit) else []
    found = covering(spot_of(chain, case.region_id if case else None), timezone.localdate(at))
    kinds, roles = answering(destination)
    teams = {row.team_id for _place, row in found if row.team_id}
    users = {row.user_id for _place, row in found if row.user_id} | set(client.helped)
    people = members(teams, users, kinds, roles, by, at)
    order = ranked(Ranked(kinds, found), people, client)
    left = left_out(people, found, client, by.user_id if by else None)
    return close_last(order) if case and other_may_be_client(case) else order, left
