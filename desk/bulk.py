"""One act on many requests: all in one go, and each checked by itself; what could not be done is said, with why."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.models import User
from accounts.notices import tell_user
from accounts.people import stay_open
from accounts.roles import CASE_TRIAGE, CASE_WORK
from cases import handing, tags
from cases.models import Case, Tag
from cases.permissions import cases_for
from desk import queue, triage
from desk.notices import CASES_GIVEN

MOST = queue.MOST_A_PAGE
LACKS = {"to": gettext_lazy("Choose a colleague."), "tag": gettext_lazy("Choose a label.")}
"""What is said at a field that was left empty beside the ticks."""


@dataclass
class Done:
    """How it went: the references of what is now as was asked, and a sentence for each that is not."""

    references: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def take(references: Iterable[str], *, by: Actor, at: dt.datetime) -> Done:
    """Make them theirs; what a colleague has stays there."""
    return _each(references, lambda cases: triage.take_each(cases, by=by, at=at), by, at)


@transaction.atomic
def give(references: Iterable[str], *, to: User, by: Actor, at: dt.datetime) -> Done:
    """Make them a colleague's, who hears it once. Sent twice, there is nothing left to tell."""
    given: list[Case] = []
    is_here = stay_open([to.pk])  # people before cases, as in deputies.lock

    def hand_over(cases: list[Case]) -> dict[UUID, str]:
        handed = handing.give(cases, to=to, is_here=is_here, by=by, at=at)
        given.extend(handed.now)
        return handed.left

    done = _each(references, hand_over, by, at)
    if given and to.pk != by.user_id:
        tell_user(
            CASES_GIVEN, to, about=None, occasion=f"{given[0].reference}x{len(given)}at{at.timestamp():.0f}",
            path=f"{reverse('dashboard')}?queue=mine", at=at,
        )  # fmt: skip
    return done


@transaction.atomic
def put_tag(references: Iterable[str], tag: Tag, *, by: Actor, at: dt.datetime) -> Done:
    """Put a label on each."""
    return _each(references, lambda cases: tags.put_on_each(cases, tag, by=by, at=at), by, at, needs=CASE_WORK)


def listed(references: Iterable[str], *, by: Actor, at: dt.datetime) -> list[Any]:
    """The rows for paper of those that may be seen, each written down as printed."""
    found = queue.picked(by, at, _distinct(references))
    audit.record_each("case.printed", found, by=by, at=at, part="list", kind=Case)
    return found


def _distinct(references: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(reference.replace("\x00", "")[:40] for reference in references))[:MOST]


def _each(
    references: Iterable[str], act: Callable[[list[Case]], Mapping[UUID, str]], by: Actor, at: dt.datetime, *,
    needs: str = CASE_TRIAGE,
) -> Done:  # fmt: skip
    """Do it with those that may be changed; ``act`` gets them locked, and answers with what it left and why."""
    done = Done()
    cases, refused = cases_for(by, _distinct(references), needs=needs, at=at)
    for one in refused:
        audit.record(one.action, by=by, at=at, case_id=one.case_id, basis=one.basis, outcome=Outcome.DENIED)
        done.left.append(_("One of the requests you chose is not yours to change. It was skipped."))
    left = act(cases)
    for case in cases:
        if case.pk in left:
            done.left.append(f"{case.reference}: {left[case.pk]}")
        else:
            done.references.append(case.reference)
    return done
