"""What we know of somebody already, as answers of the request form, so that nobody is asked twice (R25, WCAG 3.3.7).

Their unit and how to reach them are filled in; they look at it, and change what changed. What is going on is new.
"""

from typing import Any

from accounts.models import User
from cases.forms.contact import answers_of_person
from cases.models import Case, Person
from desk.forms.intake import name_of_unit
from desk.snapshot import Snapshot
from desk.wizard import Typed

RELATED = ("person__data_key", "person__contact", "unit", "intake__data_key")
"""What ``of_case`` reads of other tables."""


def of_case(case: Case, seen: Snapshot) -> dict[str, Typed]:
    """From another request of the same person."""
    unit = name_of_unit(case.unit_id, seen.units) or (case.unit.name if case.unit else str(case.intake.unit_words))
    known = _typed(case.person, unit)
    if case.intake.is_young:
        known["contact"]["young"] = ["on"]
    return known


def of_user(user: User, seen: Snapshot) -> dict[str, Typed]:
    """From their newest request, or else from their account. At most two queries."""
    person = Person.objects.filter(user=user).select_related("data_key", "contact").first()
    if person is None:
        return {"contact": {"name": [user.name], "email": [user.email]}}
    case = Case.objects.filter(person=person).select_related(*RELATED).order_by("-sent_at").first()
    return of_case(case, seen) if case else _typed(person, "")


def _typed(person: Person, unit: str) -> dict[str, Typed]:
    contact = {name: _values(value) for name, value in answers_of_person(person).items() if value}
    return {"contact": contact} | ({"unit": {"unit": [unit]}} if unit else {})


def _values(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
