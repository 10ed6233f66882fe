"""A signal for the prevention officer: written by who helps people, answered by the officer, without a client in it."""

import datetime as dt
import re
import uuid
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import DataKey, Membership, Unit, User
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import SIGNAL_ANSWER, SIGNAL_VIEW
from cases import passphrase, topics
from cases.models import Case
from cases.moves import NotNow
from referrals.enums import SIGNAL_NEXT, SignalState
from referrals.models import Signal
from referrals.notices import SIGNAL_ANSWERED, SIGNAL_SENT

TRACES = re.compile(r"\S+@\S+|(?:\+|\b)\d[\d\s().-]{6,}\d")
"""What leads to a person: an address, a number. And the reference of a request."""
SHORTEST_NAME = 3
ABOUT_WORK = ("work.", "mission.")
"""A prevention officer hears of work and of how it is organised, not of what somebody has at home or in their head."""


def officers(day: dt.date) -> list[User]:
    """Who hears signals."""
    there = Membership.objects.live_on(day).filter(role=Role.PREVENTION_OFFICER)
    return list(User.objects.filter(is_active=True, pk__in=there.values("user")).order_by("name", "pk"))


def units_of(case: Case) -> list[Unit]:
    """The unit of the client and what that is part of: whoever writes chooses one that is large enough."""
    return list(Unit.objects.ancestors_of(case.unit)) if case.unit else []


def fitting_topics() -> dict[str, str]:
    """What a signal can be about, by code, in the language of the reader. One query."""
    return {code: name for code, name in topics.names().items() if code.startswith(ABOUT_WORK)}


@transaction.atomic
def send(
    case: Case, *, unit: Unit | None, topic: str, words: str, submission_id: uuid.UUID, by: Actor, at: dt.datetime
) -> Signal:
    """Tell the prevention officers. ``case`` is only looked at for what may not be said; no trace of it is kept.
    The same ``submission_id`` is the same signal. Raises NotNow for words that lead to a person, for a unit that is not
    theirs, for a topic that is not about work, and when there is no officer."""
    if found := Signal.objects.filter(submission_id=submission_id, sent_by=by.user_id).first():
        return found
    if not by.may(SIGNAL_VIEW) or by.user is None:
        raise Refused("signal.send", basis="may not send signals")
    if (unit is not None and unit not in units_of(case)) or not topic.startswith(ABOUT_WORK):
        raise NotNow(_("Choose one from the list."))
    if why := leads_to(case, words):
        raise NotNow(why)
    people = officers(timezone.localdate(at))
    if not people:
        raise NotNow(_("There is no prevention officer now. Tell the coordinator."))
    fresh: dict[str, Any] = {
        "data_key": DataKey.objects.make, "unit": unit, "topic": topic, "words": words.strip(), "sent_at": at,
    }  # fmt: skip
    others = Signal.objects.filter(submission_id=submission_id).exclude(sent_by=by.user_id)
    number = uuid.uuid4() if others.exists() else submission_id
    row, made = Signal.objects.get_or_create(submission_id=number, sent_by=by.user, defaults=fresh)
    if not made:
        return row
    audit.record("signal.sent", by=by, at=at, obj=row)
    for user in people:
        tell_user(SIGNAL_SENT, user, about=None, occasion=str(row.pk), path=reverse("signal", args=[row.pk]), at=at)
    return row


def leads_to(case: Case, words: str) -> str:
    """Why these words lead to a person; empty when nothing of that was found."""
    if TRACES.search(words) or passphrase.named_in(words):
        return _("Take out addresses, numbers and references: a signal is never about a person.")
    said = {word.casefold() for word in re.findall(r"[^\W\d_]+", words)}
    parts = re.findall(r"[^\W\d_]+", str(case.person.name) if case.person else "")
    names = {part.casefold() for part in parts if len(part) >= SHORTEST_NAME}
    return _("The name of the client stands in it. A signal is never about a person.") if names & said else ""


def signal_for(by: Actor, pk: uuid.UUID, *, at: dt.datetime) -> Signal:
    """The one door: any signal for a prevention officer, for anybody else their own. Reading it leaves a line."""
    found = Signal.objects.seen_by(by).select_related("data_key", "answered_by").filter(pk=pk).first()
    if found is None:
        raise Refused("signal.view", basis="not theirs or not existing")
    audit.record("signal.viewed", by=by, at=at, obj=found)
    return found


@transaction.atomic
def answer(signal: Signal, *, state: str, words: str, by: Actor, at: dt.datetime) -> Signal:
    """Say what becomes of it; whoever sent it is told. The same again is once. Raises Refused for who is no prevention
    officer, NotNow where it was answered otherwise, ValueError for an unknown answer."""
    if not by.may(SIGNAL_ANSWER):
        raise Refused("signal.answer", basis="no prevention officer")
    to, row = SignalState(state), Signal.objects.select_for_update().get(pk=signal.pk)
    if row.state == to and row.answered_by_id == by.user_id:
        return row
    if to not in SIGNAL_NEXT[row.state]:
        raise NotNow(_("It was answered already: %(answer)s.") % {"answer": row.get_state_display()})
    changes: dict[str, Any] = {
        "state": to, "waits": bool(SIGNAL_NEXT[to]), "answer": words.strip() or str(row.answer), "answered_by": by.user,
        "answered_at": at,
    }  # fmt: skip
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    audit.record(f"signal.{to}", by=by, at=at, obj=row)
    path = reverse("signal", args=[row.pk])
    tell_user(SIGNAL_ANSWERED, row.sent_by, about=None, occasion=f"{row.pk}{to}", path=path, at=at)
    return row
