"""The whole site in processes of its own: PostgreSQL, Valkey, web, worker, scheduler, ticker and a mail server.

``Site(folder)`` is what the journeys and the kill tests drive. Nothing of it touches the database of the test
process. The commands are those of ``make run`` (desk/supervisor.py); here a killed part stays dead until told.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil

from desk.embedded import REPOSITORY, Servers
from desk.embedded.processes import die_with_parent, wait_until
from desk.embedded.valkey import free_port
from desk.supervisor import children, manage
from tests.mailbox import Mailbox

PARTS = ("web server", "worker", "scheduler", "ticker")


class Site:
    """One running site.

    ``url`` is its address, ``mailbox`` receives its mail, ``postgres`` and ``valkey`` are its servers (each with
    start, stop and kill), ``parts`` its processes by name. Give ``ticker_every`` seconds for an impatient ticker.
    """

    def __init__(self, folder: Path, *, demo: bool = True, ticker_every: int = 1, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mailbox = Mailbox()
        self.servers = Servers(folder, durable=False)
        self.postgres, self.valkey = self.servers.postgres, self.servers.valkey
        commands = {child.name: child.command for child in children(folder, "127.0.0.1", self.port)}
        commands["ticker"] = manage("tick", "--every", str(ticker_every))
        self.parts = {name: Part(name, commands[name], folder / "log") for name in PARTS}
        self.demo = demo
        self.given = environment

    @property
    def environment(self) -> dict[str, str]:
        """What the processes of this site see; nothing of the test run's own site."""
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NABIJ_", "DJANGO_", "PYTEST_", "MAKE")) or name == "NABIJ_CHROMIUM"
        }
        own = {
            "NABIJ_ENV": "development",
            "NABIJ_VAR": str(self.folder),
            "NABIJ_DEMO": "yes" if self.demo else "no",
            "NABIJ_SITE_URL": self.url,
            "NABIJ_SMTP_HOST": "127.0.0.1",
            "NABIJ_SMTP_PORT": str(self.mailbox.port),
            "NABIJ_SMTP_TLS": "no",
            "NABIJ_QUICK_EXIT_URL": f"http://localhost:{self.port}/health/live",  # another site, for a browser
            "NABIJ_OIDC_ISSUER": "http://127.0.0.1:9",  # nobody answers there
            "NABIJ_OIDC_NAME": "Defensie",
            "NABIJ_OIDC_CLIENT_ID": "nabij",
            "NABIJ_OIDC_CLIENT_SECRET": "geheim",
            "PORT": str(self.port),
            "WEB_WORKERS": "1",
        }
        return outside | self.servers.environ() | own | self.given

    def start(self, *parts: str) -> "Site":
        """Servers, tables, static files, demo people and then the parts (all of them unless named)."""
        self.servers.start()
        self.mailbox.start()
        self.command([sys.executable, "-m", "desk.prepare", str(self.folder / "log" / "prepare.log")])
        for name in parts or PARTS:
            self.part(name)
        if not parts or "web server" in parts:
            self.wait_open()
        return self

    def stop(self) -> None:
        """Everything, the servers last."""
        for part in self.parts.values():
            part.stop()
        self.mailbox.stop()
        self.servers.stop()

    def part(self, name: str) -> None:
        """Start one part; one that runs is left alone."""
        self.parts[name].start(self.environment)

    def kill(self, name: str) -> None:
        """kill -9 for a part and everything it started."""
        self.parts[name].end(signal.SIGKILL)

    def wait_open(self, seconds: float = 160) -> None:
        """Until the web server answers; says what its log says when it does not."""
        if not wait_until(lambda: self.status("/health/live") == 200, seconds):
            raise AssertionError(f"the site does not open: {self.parts['web server'].last_words()}")

    def status(self, path: str) -> int:
        """The status of a plain GET; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310 - our own address
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def health(self) -> dict[str, Any]:
        """What /health/ready says."""
        try:
            with urllib.request.urlopen(self.url + "/health/ready", timeout=10) as answer:  # noqa: S310
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))

    def command(self, words: Sequence[str]) -> str:
        """Run a command as this site and return what it printed; AssertionError with its words when it fails."""
        done = subprocess.run(
            words, cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, f"{' '.join(words[1:4])}: {done.stderr[-3000:]}"
        return done.stdout

    def manage(self, *words: str) -> str:
        """A manage.py command."""
        return self.command(manage(*words))

    def python(self, code: str) -> str:
        """Run Python with this site's Django; it prints its answer."""
        return self.manage("shell", "--no-imports", "-c", code)

    def sql(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that one SQL sentence gives, asked as superuser; none when it gives no rows."""
        with closing(self.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(question, values)
            return list(cursor.fetchall()) if cursor.description else []

    def count(self, question: str, *values: Any) -> int:
        """The number in the first row of the answer."""
        return int(self.sql(question, *values)[0][0])


class Part:
    """One process of the site, in a group of its own."""

    def __init__(self, name: str, command: Sequence[str], logs: Path) -> None:
        self.name, self.command = name, command
        self.log = logs / f"{name.replace(' ', '-')}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pids(self) -> list[int]:
        """Its process and everything that started."""
        if not self.running or self.process is None:
            return []
        head = psutil.Process(self.process.pid)
        return [head.pid, *(child.pid for child in head.children(recursive=True))]

    def start(self, environment: dict[str, str]) -> None:
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def end(self, number: signal.Signals) -> None:
        """Signal the whole group and wait."""
        if self.process is None:
            return
        if self.running:
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def stop(self) -> None:
        """In good order: the head sends its own workers home."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.end(signal.SIGKILL)
        self.process = None

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else "no log"


@contextmanager
def running(folder: Path, *parts: str, **options: Any) -> Iterator[Site]:
    """A site for the length of a ``with`` block."""
    site = Site(folder, **options)
    try:
        yield site.start(*parts)
    finally:
        site.stop()
