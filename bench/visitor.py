"""A visitor with a keep-alive connection, who logs in as people do and carries the cookies by hand.

The site's cookies are for https only, and the driver speaks http to the loopback address: no cookie jar would send
them back.
"""

import base64
import hmac
import http.client
import re
import struct
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from bench.words import SECRET

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
LOG_IN = "/account/inloggen/"
FACTOR = "/account/inloggen/controle/"
Form = dict[str, Any]
"""What is sent, by field; several values as a list."""


def code_of(secret: str) -> str:
    """What an app with this secret shows now (RFC 6238); the driver runs without the site's own code."""
    step = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), step, "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class Unexpected(Exception):
    """The site answered something else than the page."""


class Visitor:
    """One browser. ``cookies`` may be those of another, who logged in."""

    def __init__(self, host: str, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=30)
        self.cookies = dict(cookies or {})

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def log_in(self, email: str, password: str) -> None:
        """With password and app, in the forms of the site; raises Unexpected when it does not let us in."""
        self._send(LOG_IN, email, {"login": email, "password": password})
        self._send(FACTOR, email, {"code": code_of(SECRET)})

    def _send(self, path: str, who: str, fields: dict[str, str]) -> None:
        """One of the two forms at the door."""
        status, _body = self.ask(path, {"csrfmiddlewaretoken": self.token(path), **fields})
        if status != 302:
            raise Unexpected(f"{who} is not let in at {path}: {status}")

    def token(self, path: str) -> str:
        """What a form on this page brings along, so that the site knows it as its own."""
        found = TOKEN.search(self.ask(path)[1])
        if found is None:
            raise Unexpected(f"there is no form at {path}")
        return found[1].decode()

    def seconds(self, path: str, form: Form | None = None) -> float:
        """How long one page takes from the first byte sent to the last one read. Anything but a page is Unexpected; or
        the way back, when a form of somebody who is logged in was sent."""
        begin = time.perf_counter()
        status, body = self.ask(path, form)
        took = time.perf_counter() - begin
        if form and "csrfmiddlewaretoken" in form and status == 302:
            return took
        if status != 200 or b"</html>" not in body[-20:]:
            raise Unexpected(f"{path} answers {status} with {len(body)} bytes")
        return took

    def ask(self, path: str, form: Form | None = None) -> tuple[int, bytes]:
        """Status and body; new cookies are kept."""
        headers = {"Accept": "text/html", "Accept-Language": "nl"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is None:
            self.connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.connection.request("POST", path, body=urlencode(form, doseq=True), headers=headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read()
