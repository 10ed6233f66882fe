"""The audit can be added to and read; the site's role cannot change it (SECURITY, adopted 5)."""

import datetime as dt
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts import audit
from accounts.actors import system
from accounts.models import AuditEvent
from cases.models import TimelineEntry
from tests.factories.cases import make_case
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


def test_one_event_for_each_row_in_one_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    cases = [make_case(cast), make_case(cast)]
    rows = [TimelineEntry.objects.create(case=case, at=cast.at, kind="note") for case in cases]
    by = cast.actor("bram")
    with django_assert_num_queries(1):
        audit.record_each("note.viewed", rows, by=by, at=cast.at, part="summary")
    found = AuditEvent.objects.order_by("id").filter(action="note.viewed")
    assert [(event.case_id, event.object_id) for event in found] == [(row.case_id, str(row.pk)) for row in rows]
    same = {"at": cast.at, "part": "summary", "actor_id": str(cast.bram.pk), "object_type": "cases.timelineentry"}
    assert found.filter(outcome="done", actor_roles="regional_worker", **same).count() == 2


def test_no_rows_no_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        audit.record_each("note.viewed", [], by=system("test"), at=cast.at)
