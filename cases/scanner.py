"""The virus scanner, by the protocol of clamd (``INSTREAM``). Where none is set, files are looked through without."""

import socket
import struct
from contextlib import closing

from django.conf import settings

CHUNK = 64 * 1024
SECONDS = 20


class ScannerAway(Exception):
    """It does not answer, or not as it should. ``str(error)`` is for the log."""


def is_set() -> bool:
    return bool(settings.CLAMD)


def infected(content: bytes) -> bool:
    """Whether the scanner knows a virus in it. Raises ScannerAway; never guesses."""
    try:
        with closing(_connected()) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                line.sendall(struct.pack("!L", len(part)) + part)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerAway(str(error)) from error
    if answer == "stream: OK":
        return False
    if answer.endswith(" FOUND"):
        return True
    raise ScannerAway(answer or "no answer")


def _connected() -> socket.socket:
    """A socket's path, or host:port."""
    if settings.CLAMD.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        try:
            line.connect(settings.CLAMD)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    got = b""
    while not got.endswith(b"\0") and (part := line.recv(4096)):
        got += part
    return got.rstrip(b"\0").decode(errors="replace").strip()
