"""Advice to a commander: an intake without a case (R10)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases.enums import AdviceState
from cases.models import Alert, CommanderAdvice
from cases.moves import NotNow


@transaction.atomic
def withdraw(advice: CommanderAdvice, *, by: Actor, at: dt.datetime) -> CommanderAdvice:
    """The commander no longer needs it. Raises NotNow when the advice was given already; twice changes nothing."""
    row = CommanderAdvice.objects.select_for_update().get(pk=advice.pk)
    if row.state == AdviceState.WITHDRAWN:
        return row
    if row.done_at is not None:
        raise NotNow(_("We have answered this question already."))
    row.state, row.done_at, row.version = AdviceState.WITHDRAWN, at, row.version + 1
    row.save(update_fields=["state", "done_at", "version"])
    Alert.objects.about(row).end(at)
    audit.record("advice.withdrawn", by=by, at=at, obj=row)
    return row
