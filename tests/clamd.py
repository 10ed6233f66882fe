"""A real virus scanner of our own, with one signature of our own, so that nothing is downloaded."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VIRUS = b"NABIJ-PROEF-VIRUS-DAT-NIETS-DOET"
SERVER = "/usr/sbin/clamd"


@contextmanager
def running(at: Path | None = None) -> Iterator[str]:
    """Start it; gives the path of its socket. ``at`` is where that is, when it has to be known beforehand."""
    with tempfile.TemporaryDirectory(prefix="clamd") as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = at or folder / "socket"
        (folder / "own.ndb").write_text(f"Nabij.Proef:0:*:{VIRUS.hex()}\n", encoding="ascii")
        (folder / "conf").write_text(
            f"LocalSocket {path}\nDatabaseDirectory {folder}\nForeground yes\nFixStaleSocket yes\n"
            f"TemporaryDirectory {folder}\nLogFile {folder}/log\nMaxThreads 2\n",
            encoding="ascii",
        )
        server = subprocess.Popen(
            [SERVER, "-c", str(folder / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(server, path, folder / "log")
            yield str(path)
        finally:
            server.terminate()
            server.wait(20)


def _wait(server: "subprocess.Popen[bytes]", path: Path, log: Path) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and server.poll() is None:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(path))
                return
            except OSError:
                time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8") if log.exists() else "the virus scanner did not start")
