"""People whom no search finds, such as somebody who is followed, or known to everyone. Their case is worked as usual:
who has it sees it in their own list, and opens it by its address."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from cases import links
from cases.models import Case, Person
from cases.moves import locked


@transaction.atomic
def hide(case: Case, is_hidden: bool, *, by: Actor, at: dt.datetime) -> None:
    """Found by no search from now on, in any case of theirs, also one that was linked, or found again. A second time
    changes nothing."""
    case = locked(case)
    people = Person.objects.filter(pk__in=links.people_of(case))
    if not people.exclude(is_hidden=is_hidden).update(is_hidden=is_hidden):
        return
    action = "person.hidden" if is_hidden else "person.shown"
    audit.record(action, by=by, at=at, case_id=case.pk, obj=case.person)
