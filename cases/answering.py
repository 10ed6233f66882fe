"""The client let something be heard: who is told of it, and what goes on by it."""

import datetime as dt

from django.urls import reverse

from accounts.actors import Actor
from accounts.duty import roster
from accounts.models import User
from accounts.notices import tell_user
from cases import deputies, meanwhile
from cases.enums import AT_DESK, CaseState
from cases.models import Case
from cases.moves import move, save
from cases.notices import MESSAGE_FROM_CLIENT


def reached_us(case: Case, *, occasion: str, by: Actor, at: dt.datetime) -> None:
    """The client wrote or sent something: a locked case that waited for them goes on, and somebody is told."""
    if case.state == CaseState.WAITING_CLIENT:
        move(case, CaseState.IN_TRIAGE, by=by, at=at, action="case.added", next_action_at=at)
    else:
        save(case)
    tell_that_they_wrote(case, occasion=occasion, at=at)


def tell_that_they_wrote(case: Case, *, occasion: str, at: dt.datetime) -> None:
    """To who answers it, and to a contact person who is somebody else."""
    name, people = "triage" if case.state in AT_DESK else "case", who_answers(case, at)
    for user in people:
        tell_user(
            MESSAGE_FROM_CLIENT, user, about=case.pk, occasion=occasion,
            path=reverse(name, args=[case.reference]), at=at,
        )  # fmt: skip
    meanwhile.tell_contact(case, occasion=occasion, but=people, at=at)


def who_answers(case: Case, at: dt.datetime) -> list[User]:
    """The owner and who stands in; without them, the people on duty. May be empty: what was written waits in the case,
    with its promise."""
    return deputies.helpers_of(case, at) or [turn.user for turn in roster(at).on_duty]
