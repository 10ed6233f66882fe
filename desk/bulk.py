"""One act on many requests. Each is locked and checked by itself; what could not be done is said, with why."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.models import User
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_TRIAGE, CASE_WORK
from cases import actions, tags
from cases.models import Case, Tag
from cases.moves import NotNow
from cases.permissions import case_for
from desk import queue, triage
from desk.notices import CASES_GIVEN

MOST = queue.MOST_A_PAGE


@dataclass
class Done:
    """How it went: the references of what is now as was asked, and a sentence for each that is not."""

    references: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def take(references: Iterable[str], *, by: Actor, at: dt.datetime) -> Done:
    """Make them theirs; what a colleague has stays there."""
    return _each(references, lambda case: triage.take(case, by=by, at=at), by, at)


def give(references: Iterable[str], *, to: User, by: Actor, at: dt.datetime) -> Done:
    """Make them a colleague's, who hears it once. Sent twice, there is nothing left to tell."""
    given: list[str] = []

    def hand_over(case: Case) -> None:
        if actions.give(case, to=to, by=by, at=at, tell=False).version != case.version:
            given.append(case.reference)

    done = _each(references, hand_over, by, at)
    if given and to.pk != by.user_id:
        tell_user(
            CASES_GIVEN, to, about=None, occasion=f"{given[0]}x{len(given)}at{at.timestamp():.0f}",
            path=f"{reverse('dashboard')}?queue=mine", at=at,
        )  # fmt: skip
    return done


def put_tag(references: Iterable[str], tag: Tag, *, by: Actor, at: dt.datetime) -> Done:
    """Put a label on each."""
    return _each(references, lambda case: tags.put(case, tag, by=by, at=at), by, at, needs=CASE_WORK)


def listed(references: Iterable[str], *, by: Actor, at: dt.datetime) -> list[Any]:
    """The rows for paper of those that may be seen, each written down as printed."""
    found = queue.picked(by, at, _distinct(references))
    audit.record_each("case.printed", found, by=by, at=at, part="list", kind=Case)
    return found


def _distinct(references: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(reference.replace("\x00", "")[:40] for reference in references))[:MOST]


def _each(
    references: Iterable[str], act: Callable[[Case], object], by: Actor, at: dt.datetime, *, needs: str = CASE_TRIAGE
) -> Done:
    done = Done()
    for reference in _distinct(references):
        try:
            case = case_for(by, reference, needs=needs, at=at)
            act(case)
            done.references.append(case.reference)
        except Refused as refused:
            audit.record(
                refused.action, by=by, at=at, case_id=refused.case_id, basis=refused.basis, outcome=Outcome.DENIED
            )
            done.left.append(_("One of the requests you chose is not yours to change. It was skipped."))
        except NotNow as why:
            done.left.append(f"{case.reference}: {why}")
    return done
