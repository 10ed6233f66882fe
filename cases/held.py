"""What waits with a person while there is a serious incident: their cases, what is open in those, and what is new.

Notices carry the number of a case, of an invitation or of a talk; all of one person's are held and let go together.
"""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from accounts import holding
from cases.models import Case, Invitation, Mediation


def hold(people: Collection[UUID], *, source: UUID, at: dt.datetime) -> None:
    """Nothing about these people goes out, until ``source`` lets go. Four queries."""
    cases = list(Case.objects.filter(person__in=people).values_list("pk", flat=True))
    asked = Invitation.objects.unanswered().filter(case__in=cases).values_list("pk", flat=True)
    talks = Mediation.objects.filter(case__in=cases, ended_at=None).values_list("pk", flat=True)
    holding.hold([*cases, *asked, *talks], source=source, at=at)


def follow(case: Case, subject: UUID, at: dt.datetime) -> None:
    """What is new in this case waits as the case does. One query, two when it is held."""
    for source in holding.sources_of(case.pk):
        holding.hold([subject], source=source, at=at)


def together(one: Case, other: Case, at: dt.datetime) -> None:
    """Two cases turn out to be of one person: what holds the one holds the other. Two queries when nothing does."""
    for first, second in ((one, other), (other, one)):
        for source in holding.sources_of(first.pk):
            hold([second.person_id], source=source, at=at)
