"""Verbs of the organisation. Each change is one transaction with its line in the audit."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from accounts import audit, push
from accounts.actors import Actor
from accounts.models import User
from accounts.sessions import opened


class Clash(Exception):
    """The database refused: someone else changed the same thing, or it is still in use."""


def save_record(form: ModelForm, *, by: Actor, at: dt.datetime) -> Any:
    """Save a valid form about the organisation. Raises Clash when a rule of the database is broken meanwhile."""
    adding = form.instance.pk is None
    try:
        with transaction.atomic():
            record = form.save()
            audit.record(
                "organisation.added" if adding else "organisation.changed",
                by=by,
                at=at,
                obj=record,
                part=",".join(form.changed_data)[:60],
            )
    except IntegrityError as error:
        raise Clash(_("Someone changed this at the same moment. Look at the list and try again.")) from error
    return record


def remove_record(record: models.Model, *, by: Actor, at: dt.datetime) -> None:
    """Remove one row. Raises Clash when something still hangs on it."""
    try:
        with transaction.atomic():
            audit.record("organisation.removed", by=by, at=at, obj=record)
            record.delete()
    except (ProtectedError, IntegrityError) as error:
        raise Clash(_("This is still in use, so it cannot be removed. Give it an end date.")) from error


def choose_rows(user: User, *, compact: bool) -> None:
    """Remember whether someone wants compact rows in lists."""
    user.compact_rows = compact
    user.save(update_fields=["compact_rows"])


@transaction.atomic
def disable_user(user: User, *, by: Actor, at: dt.datetime) -> None:
    """Close an account: nobody gets in with it any more, whoever is in is out at once, no device signals."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if not row.is_active:
        return
    row.is_active = False
    row.save(update_fields=["is_active"])
    opened.end_all(row)
    push.forget_all(row)
    audit.record("account.closed", by=by, at=at, obj=row)


@transaction.atomic
def enable_user(user: User, *, by: Actor, at: dt.datetime) -> None:
    """Open a closed account again. It has no role until one is given."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.is_active:
        return
    row.is_active = True
    row.save(update_fields=["is_active"])
    audit.record("account.opened", by=by, at=at, obj=row)
