"""The virus scanner: a real one, none at all, and one that answers nonsense."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cases import scanner
from tests import clamd

BIG = b"\x01" * 9_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with clamd.running() as path:
        yield path


def test_it_finds_what_it_knows(server: str, settings: Any) -> None:
    settings.CLAMD = server
    assert scanner.infected(b"een brief " + clamd.VIRUS + b" met iets") is True
    assert scanner.infected(BIG + clamd.VIRUS) is True


def test_it_passes_what_it_does_not_know(server: str, settings: Any) -> None:
    settings.CLAMD = server
    assert scanner.infected(b"een gewone brief") is False
    assert scanner.infected(BIG) is False


def test_none_is_no_answer(settings: Any, tmp_path: Any) -> None:
    settings.CLAMD = str(tmp_path / "nobody")
    with pytest.raises(scanner.ScannerAway):
        scanner.infected(b"een brief")


@pytest.mark.parametrize("said", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK but FOUND not\0"])
def test_nonsense_is_never_taken_for_clean(said: bytes, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as desk:
        settings.CLAMD = f"127.0.0.1:{desk.getsockname()[1]}"

        def answer() -> None:
            line, _peer = desk.accept()
            with line:
                line.recv(65536)
                line.sendall(said)
                line.shutdown(socket.SHUT_WR)
                while line.recv(65536):
                    pass

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(scanner.ScannerAway):
            scanner.infected(b"een brief")
        thread.join(10)
