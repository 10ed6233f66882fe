"""A real HTTP server that is a gateway for text messages and a push service, and can misbehave as those do."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Gateway:
    """``status`` is what it answers, ``pause`` how long that takes; by path in ``statuses`` when they differ."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.moments: list[float] = []
        self.status, self.pause = 200, 0.0
        self.statuses: dict[str, int] = {}
        self.endless = False  # answers, and then goes on sending
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.moments.append(time.monotonic())
                outer.asked.append(Asked(self.command, self.path, dict(self.headers), body))
                time.sleep(outer.pause)
                status = outer.statuses.get(self.path, outer.status)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                if not outer.endless:
                    self.send_header("Content-Length", "0")
                self.end_headers()
                with suppress(OSError):
                    for _second in range(50 if outer.endless else 0):
                        self.wfile.write(b"garbage")
                        time.sleep(0.1)

            do_POST = do_PUT = do_GET = _answer

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> "Gateway":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
