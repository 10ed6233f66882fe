"""Bringing the tables of an embedded database up to date without loading Django first."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2

from desk.embedded.postgres import Postgres
from desk.embedded.processes import EmbeddedError

APPS = ("accounts", "cases", "referrals", "desk")


def migrate_if_needed(repository: Path, postgres: Postgres) -> None:
    """Run `migrate` when one of our own migrations is missing from the database; quiet on standard output."""
    if written(repository) <= applied(postgres):
        return
    command = [sys.executable, str(repository / "manage.py"), "migrate", "--database", "owner", "--verbosity", "0"]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise EmbeddedError(f"The tables could not be brought up to date: {reason}")


def written(repository: Path) -> set[tuple[str, str]]:
    """App and name of each migration in the source tree."""
    files = [file for app in APPS for file in (repository / app).glob("**/migrations/[0-9]*.py")]
    return {(file.parents[1].name, file.stem) for file in files}


def applied(postgres: Postgres) -> set[tuple[str, str]]:
    """App and name of each migration that the database has."""
    connection = postgres.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return set(cursor.fetchall())
    except psycopg2.errors.UndefinedTable:
        return set()
    finally:
        connection.close()
