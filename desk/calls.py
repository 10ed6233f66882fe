"""Answering an alert: whoever says "I am on it" stops the reminders and has the request, if nobody has it yet."""

import datetime as dt

from django.db import transaction

from accounts.actors import Actor
from cases import actions
from cases.models import Alert, Case
from cases.models.alerts import Subject
from desk import advice as questions
from desk import paging


@transaction.atomic
def pick_up(subject: Subject, *, by: Actor, at: dt.datetime) -> Alert | None:
    """None when someone was first, or it has been handled: then nothing changes."""
    alert = paging.acknowledge(subject, by=by, at=at)
    if alert is None:
        return None
    if isinstance(subject, Case):
        if actions.locked(subject).owner_id is None:
            actions.take(subject, by=by, at=at)
    elif subject.taken_by_id is None:
        questions.take(subject, by=by, at=at)
    return alert
