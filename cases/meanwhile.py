"""What a colleague hears of a client whom somebody else helps: the worker, or who stands in, is told at once (R25). So
is who is asked for a case that is only offered yet (``ASKED``), and who is still the contact person."""

import datetime as dt
from collections.abc import Callable, Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_for
from accounts.models import User
from accounts.notices import Kind, register, tell_user
from accounts.roles import CASE_VIEW
from cases import deputies
from cases.enums import WITH_WORKER, CaseState
from cases.models import Case
from cases.permissions import permissions_on

SPOKEN_TO = register(
    Kind(
        code="case.spoken_to",
        title=_("A colleague spoke to a client of yours"),
        text=_("The client rang again, or a colleague rang them. Open the case to read what was said."),
        priority=3,
    )
)
HEARD_AGAIN = register(
    Kind(
        code="case.heard_again",
        title=_("A client that is offered to you was heard again"),
        text=_("The desk spoke to them since. Open the board to see when, and say whether you can help."),
        priority=3,
    )
)
ASKS_AGAIN = register(
    Kind(
        code="case.asks_again",
        title=_("A client of yours sent another request"),
        text=_("A colleague linked it with your case. Open your case to see it."),
        priority=3,
    )
)
WROTE = register(
    Kind(
        code="case.wrote_to_worker",
        title=_("A client wrote to their worker"),
        text=_("You are still the client's contact person. The worker reads and answers it. You need not do anything."),
    )
)

ASKED: list[Callable[[Case, dt.datetime], list[User]]] = []
"""Who is asked for a case that is offered, and may know that the client was heard; referrals/meanwhile.py says so."""


def tell_asked(case: Case, *, occasion: str, at: dt.datetime) -> None:
    """To who was asked for a case and has not answered: that there was a talk, and nothing of it. Not where what goes
    on is held back from the client's surroundings too."""
    if case.state != CaseState.REFERRED or case.is_quiet:
        return
    for people in ASKED:
        for user in people(case, at):
            tell_user(HEARD_AGAIN, user, about=case.pk, occasion=occasion, path=reverse("board"), at=at)


def tell_worker(kind: Kind, case: Case, *, occasion: str, by: Actor, at: dt.datetime) -> None:
    """To who helps with this case, but for who does it; nothing while no worker has it."""
    if case.state not in WITH_WORKER:
        return
    helpers = deputies.helpers_of(case, at)
    if by.user_id in {user.pk for user in helpers}:
        return
    path = reverse("case", args=[case.reference])
    for user in helpers:
        tell_user(kind, user, about=case.pk, occasion=occasion, path=path, at=at)


def tell_contact(case: Case, *, occasion: str, but: Collection[User], at: dt.datetime) -> None:
    """To who is the contact person until client and worker have met: that the client wrote, and nothing of it, which
    they cannot read. Not to ``but``, who answer it, nor to who can no longer open the case."""
    contact = case.primary_contact
    if case.state not in WITH_WORKER or contact is None or contact.pk == case.owner_id or contact in but:
        return
    if CASE_VIEW in permissions_on(case.pk, actor_for(contact, at), at):
        path = reverse("case", args=[case.reference])
        tell_user(WROTE, contact, about=case.pk, occasion=occasion, path=path, at=at)
