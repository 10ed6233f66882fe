"""Databases for tests: migrated once as the owner, copied for use, used as the site's own role."""

import os
import time
from contextlib import closing
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections


def _name(suffix: str = "") -> str:
    base = settings.DATABASES["default"]["NAME"].removeprefix("test_").split("__")[0]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"test_{base}__{worker}_{os.getpid()}{suffix}"


def _as_owner(*statements: str) -> None:
    owner = settings.DATABASES["owner"]
    with closing(
        psycopg2.connect(
            dbname="postgres",
            user=owner["USER"],
            password=owner["PASSWORD"],
            host=owner["HOST"],
            port=owner["PORT"] or None,
        )
    ) as connection:
        connection.autocommit = True
        for statement in statements:
            _patiently(connection, statement)


def _patiently(connection: Any, statement: str) -> None:
    """PostgreSQL's own cleaning may be at work in a database for a moment; nobody but itself can send it away."""
    for _attempt in range(40):
        try:
            connection.cursor().execute(statement)
            return
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            time.sleep(0.25)
    connection.cursor().execute(statement)


def _use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def make() -> str:
    """A migrated template and a first copy of it; returns the copy's name. The site's role uses the copy."""
    template, copy = _name("_template"), _name()
    _as_owner(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)', f'CREATE DATABASE "{template}"')
    _use(template)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    remake()
    return copy


def copy_to(name: str) -> None:
    """Another fresh copy, for a site that runs in its own processes."""
    _as_owner(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{_name("_template")}"'
    )


def drop(name: str) -> None:
    """Remove a copy made by copy_to."""
    _as_owner(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def remake() -> None:
    """Throw the copy away and make a fresh one; about a tenth of a second."""
    connections.close_all()
    _use(_name())
    copy_to(_name())


def destroy() -> None:
    """Remove template and copy."""
    connections.close_all()
    for name in (_name(), _name("_template")):
        drop(name)
