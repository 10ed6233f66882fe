"""The site as it is measured: loaded databases that are kept, a throw-away copy of each, and the real web server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from psycopg2 import sql

from desk.embedded import REPOSITORY, Servers
from desk.embedded.processes import end, wait_until
from desk.embedded.valkey import free_port
from desk.supervisor import answers, children

VERSION = 2
"""Counts up when the made-up cases change, so that kept databases are made anew."""

HOST = "127.0.0.1"


@dataclass
class Site:
    """The site with so many cases."""

    servers: Servers
    cases: int

    @property
    def folder(self) -> Path:
        """Its secrets, static files and logs; the secrets belong to the loaded database."""
        return self.servers.folder / f"site-{self.cases}"

    @cached_property
    def port(self) -> int:
        return free_port()

    def environment(self, database: str) -> dict[str, str]:
        """As in production where speed is concerned: no debugging, no demo, hashed static files."""
        postgres = self.servers.postgres
        return os.environ | {
            "DATABASE_URL": postgres.url("nabij_app", database),
            "MIGRATION_DATABASE_URL": postgres.url("nabij_owner", database),
            "REDIS_URL": self.servers.redis_url,
            "NABIJ_ENV": "development", "NABIJ_DEBUG": "no", "NABIJ_DEMO": "no", "NABIJ_BENCH": "yes",
            "NABIJ_VAR": str(self.folder), "NABIJ_HOSTS": HOST, "DJANGO_SETTINGS_MODULE": "desk.settings",
        }  # fmt: skip

    # -- databases -----------------------------------------------------------------------------------

    @property
    def kept(self) -> str:
        """The loaded database; never measured itself, so that it stays as it was loaded."""
        return f"bench_{self.cases}"

    @property
    def copy(self) -> str:
        return f"{self.kept}_run"

    def load(self, *, fresh: bool = False) -> None:
        """Bring the kept database up to date; make and load it when it is absent, unfinished or of an old version."""
        mark = f"{self.cases} cases, version {VERSION}"
        if fresh or self._comment() != mark:
            self._drop(self.kept)
            self.servers.postgres.make_database(self.kept)
        self._prepare()
        if self._comment() != mark:
            self._manage("seed_bench", "--cases", str(self.cases), "--jobs", str(os.cpu_count() or 1))
            self._run("VACUUM (ANALYZE)", database=self.kept)
            self._run("COMMENT ON DATABASE {} IS %s", self.kept, values=[mark])

    @contextmanager
    def open(self) -> Iterator["Site"]:
        """Serve a copy of the kept database; both server and copy are gone afterwards."""
        self._drop(self.copy)
        self._run("CHECKPOINT")
        self._run("CREATE DATABASE {} TEMPLATE {} OWNER nabij_owner STRATEGY FILE_COPY", self.copy, self.kept)
        web, log = children(self.folder, HOST, self.port)[0].command, self.folder / "log" / "web.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                web,
                cwd=REPOSITORY,
                env=self.environment(self.copy),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            if not wait_until(lambda: answers(HOST, self.port) or process.poll() is not None, 60) or process.poll():
                raise SystemExit(f"The site does not answer; the reason is in {log}.")
            yield self
        finally:
            end(process, signal.SIGTERM)
            self._drop(self.copy)

    def scout(self, pages: list[str]) -> dict[str, Any]:
        """What bench/scout.py finds in the copy, for these pages or all."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.scout", *pages], cwd=REPOSITORY, env=self.environment(self.copy),
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _prepare(self) -> None:
        self._call([sys.executable, "-m", "desk.prepare", str(self.folder / "log" / "prepare.log")])

    def _manage(self, *words: str) -> None:
        self._call([sys.executable, "manage.py", *words])

    def _call(self, command: list[str]) -> None:
        """On the kept database; what it says goes to standard error, which leaves standard output to the figures."""
        subprocess.run(command, cwd=REPOSITORY, env=self.environment(self.kept), stdout=sys.stderr, check=True)

    def _comment(self) -> str | None:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        with closing(self.servers.postgres.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(query, [self.kept])
            row = cursor.fetchone()
        return row[0] if row else None

    def _drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str, values: list[str] | None = None, database: str = "postgres") -> None:
        with closing(self.servers.postgres.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values)
