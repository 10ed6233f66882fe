"""The audit can be added to and read; the site's role cannot change it (SECURITY, adopted 5)."""

import datetime as dt

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts import audit
from accounts.actors import system
from accounts.models import AuditEvent
from tests.factories.cast import Cast


def test_an_event_keeps_who_what_and_why(cast: Cast) -> None:
    audit.record(
        "case.viewed", by=cast.actor("samira"), at=cast.at, obj=cast.units["90bat"], part="story", basis="desk"
    )
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_kind, event.actor_id) == ("case.viewed", "user", str(cast.samira.pk))
    assert (event.actor_name, event.actor_roles) == ("Samira El Amrani", "desk_worker")
    assert (event.object_type, event.object_id, event.part) == ("accounts.unit", str(cast.units["90bat"].pk), "story")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET action = 'x'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
        "UPDATE cases_intake SET reference = 'x'",
        "DELETE FROM cases_intake",
        "TRUNCATE cases_case CASCADE",
        "ALTER TABLE accounts_auditevent ADD COLUMN x int",
    ],
)
def test_the_sites_role_is_refused(db: None, at: dt.datetime, statement: str) -> None:
    audit.record("x", by=system("test"), at=at)
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEvent.objects.count() == 1


def test_the_sites_role_is_neither_owner_nor_superuser(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)
