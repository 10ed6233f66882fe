"""`make run`: start everything, keep it running, stop it whole.

Servers first (where no address is given), then desk/prepare.py, then four children: web, worker, beat and
ticker. A child that dies is started again and that is said. On Linux the children leave even when we are
killed; elsewhere the next start uses the servers it finds.
"""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

from desk.embedded import REPOSITORY, EmbeddedError, Postgres, Servers, Valkey, data_folder
from desk.embedded.processes import die_with_parent, follow_parent

LOG_LIMIT = 5_000_000  # bytes; a longer log of an earlier run is set aside as .1
STEADY = 60.0  # seconds after which a child counts as well again
LONGEST_PAUSE = 30.0
PATIENCE = 15.0  # seconds that children get to finish what they do


class CannotRun(Exception):
    """Nothing can be started; the message is one sentence, or empty when it has been said."""


class Stopped(BaseException):
    """Somebody asked us to stop. Not an Exception, so that no handler on the way up swallows it."""


@dataclass
class Child:
    """One process in a group of its own, its log, and when it may be tried again."""

    name: str
    command: Sequence[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    not_before: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it, with its output in the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603
                self.command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self.started = time.monotonic()

    def watch(self, now: float) -> str | None:
        """Start it again when it died, each time a little later; what to tell, if anything."""
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.signal(signal.SIGKILL)  # whatever it left behind in its group
        self.process = None
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_PAUSE)
        self.not_before = now + pause
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        when = f" in {pause:.0f} s" if pause else ""
        if not pause:
            self.start()
        return f"The {self.name} stopped ({how}); starting it again{when}. Its log: {self.log}"

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group."""
        if self.process:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def ask_to_leave(self) -> None:
        """Ask only the head of the group: it sends its own workers home in good order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def gone(self) -> bool:
        """Whether the head of the group has left."""
        return self.process is None or self.process.poll() is not None


class Supervisor:
    """Holds the servers and children between start and stop."""

    def __init__(self, folder: Path, host: str, port: int) -> None:
        self.folder, self.host, self.port = folder, host, port
        self.servers: dict[str, Postgres | Valkey] = {}
        self.children = children(folder, host, port)
        self.signals = 0
        self.lock: TextIO | None = None

    def run(self) -> int:
        """From the first check to the last goodbye; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self.hear)
        try:
            refuse_taken_port(self.host, self.port)
            self.lock = only_one(self.folder)
            print("Starting the database and the broker ...", flush=True)
            self.start_servers()
            print("Preparing the tables and, the first time, the demo ...", flush=True)
            self.prepare()
            print("Starting the site ...", flush=True)
            for child in self.children:
                child.start()
            self.open_doors()
            while True:
                time.sleep(0.5)
                self.watch()
        except (CannotRun, EmbeddedError) as error:
            say_wrong(error)
            return 1
        except Stopped:
            return 0
        finally:
            self.stop()

    def hear(self, number: int, frame: FrameType | None) -> None:
        """The first signal stops us in good order, a second one at once."""
        self.signals += 1
        if self.signals == 1:
            raise Stopped
        for child in self.children:
            child.signal(signal.SIGKILL)

    def start_servers(self) -> None:
        """Start what no address is given for; in production every address has to be given."""
        if os.environ.get("NABIJ_ENV") == "production":
            return
        both = Servers(self.folder)
        if not os.environ.get("DATABASE_URL"):
            self.servers["PostgreSQL"] = both.postgres
            both.postgres.start()
            os.environ["DATABASE_URL"] = both.database_url
            os.environ["MIGRATION_DATABASE_URL"] = both.migration_database_url
        if not os.environ.get("REDIS_URL"):
            self.servers["Valkey"] = both.valkey
            both.valkey.start()
            os.environ["REDIS_URL"] = both.redis_url

    def prepare(self) -> None:
        """Run desk/prepare.py, which says by itself why it cannot go on."""
        command = [sys.executable, "-m", "desk.prepare", str(self.folder / "log" / "prepare.log")]
        process = subprocess.Popen(command, cwd=REPOSITORY, preexec_fn=die_with_parent(signal.SIGTERM))  # noqa: S603
        try:
            code = process.wait()
        except Stopped:
            process.terminate()
            process.wait()
            raise
        if code:
            raise CannotRun

    def open_doors(self) -> None:
        """Wait for the first answer, then say where, and as whom, to come in."""
        web = self.children[0]
        end = time.monotonic() + 60
        while not answers(self.host, self.port):
            if time.monotonic() > end or web.failures > 2:
                raise CannotRun(f"The site does not answer; the reason is in {web.log}.")
            self.watch()
            time.sleep(0.1)
        print(f"Nabij is open at http://{within_reach(self.host)}:{self.port}", flush=True)
        logins = self.folder / "demo-logins.txt"  # written by desk/prepare.py where there is a demo
        if logins.exists():
            print(logins.read_text(), flush=True)
        print("Ctrl-C stops everything.", flush=True)

    def watch(self) -> None:
        """Start again what died, and say so."""
        for name, server in self.servers.items():
            if server.pid is None:
                try:
                    server.start()
                    say(f"{name} had stopped; it runs again.")
                except EmbeddedError as error:
                    say(str(error))
        for child in self.children:
            told = child.watch(time.monotonic())
            if told:
                say(told)

    def stop(self) -> None:
        """Children first, in good order and then by force; the servers last, so that nothing is cut off."""
        for child in self.children:
            child.ask_to_leave()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not all(child.gone() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.signal(signal.SIGKILL)
        for server in reversed(self.servers.values()):
            server.stop()


def children(folder: Path, host: str, port: int) -> list[Child]:
    """The four processes of the site; the web server comes first."""
    python, log = sys.executable, folder / "log"
    celery = [python, "-m", "celery", "-A", "desk"]
    web = [
        python, "-m", "gunicorn", "desk.wsgi:application", "--bind", f"{host}:{port}",
        "--worker-class", "gthread", "--workers", os.environ.get("WEB_WORKERS") or "2", "--threads", "4",
        "--graceful-timeout", "10", "--no-control-socket",
    ]  # fmt: skip
    worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--schedule", str(folder / "beat-schedule")]
    return [
        Child("web server", web, log / "web.log"),
        Child("worker", worker, log / "worker.log"),
        Child("scheduler", beat, log / "beat.log"),
        Child("ticker", manage("tick", "--every", "15"), log / "ticker.log"),
    ]


def manage(*words: str) -> list[str]:
    """A manage.py command line."""
    return [sys.executable, str(REPOSITORY / "manage.py"), *words]


def within_reach(host: str) -> str:
    """Where we reach ourselves: 0.0.0.0 is an address to listen on, not one to call."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104


def answers(host: str, port: int) -> bool:
    """Whether the site answers /health/live, under the first host name that production allows."""
    name = os.environ.get("NABIJ_HOSTS", "").split(",")[0].strip().lstrip(".*") or f"{within_reach(host)}:{port}"
    connection = http.client.HTTPConnection(within_reach(host), port, timeout=3)
    try:
        connection.request("GET", "/health/live", headers={"Host": name, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def refuse_taken_port(host: str, port: int) -> None:
    """Say so at once, before anything is started, when somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} on {host} cannot be used ({error.strerror}). Try another: make run PORT={port + 1}"
            ) from None


def only_one(folder: Path) -> TextIO:
    """The lock on the data folder, held until we are gone, however that happens: two sites never share a database
    without knowing it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotRun(
            f"The site already runs with its data in {folder}. Stop that one first, or give this one a folder of its"
            " own: NABIJ_VAR=var/second make run"
        ) from None
    return lock


def port_from(text: str) -> int:
    """PORT as a number between 1 and 65535."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def say(line: str) -> None:
    """One line with the time on the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def say_wrong(error: Exception) -> None:
    """The sentence on standard error, unless it was said already."""
    if str(error):
        print(error, file=sys.stderr, flush=True)


def main() -> int:
    """Run until told to stop."""
    if "MAKELEVEL" in os.environ:
        follow_parent(signal.SIGTERM)
    try:
        port = port_from(os.environ.get("PORT", "").strip() or "8000")
    except CannotRun as error:
        say_wrong(error)
        return 1
    return Supervisor(data_folder(), os.environ.get("NABIJ_BIND") or "127.0.0.1", port).run()


if __name__ == "__main__":
    sys.exit(main())
