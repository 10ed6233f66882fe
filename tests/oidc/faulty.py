"""A provider on loopback that lies, in one way at a time. Its good answers are those of a provider."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from accounts.employer.configuration import Employer

OWN, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _number in range(2))


class Liar:
    """``claims`` are laid over the right ones; ``fault`` changes something else."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.fault = ""
        self.nonces: dict[str, str] = {}
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(outside.get(urlsplit(self.path).path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(outside.token(parse_qs(body)["code"][0]))

            def _answer(self, said: Any) -> None:
                text = said if isinstance(said, str) else json.dumps(said)
                self.send_response(500 if outside.fault == "500" else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def employer(self, **changed: Any) -> Employer:
        return Employer(issuer=self.issuer, name="Defensie", client_id="nabij", client_secret="geheim", **changed)

    def get(self, path: str) -> Any:
        if path == "/jwks":
            row = json.loads(RSAAlgorithm.to_jwk(OWN.public_key()))
            return {"keys": [row | {"kid": "one", "use": "sig", "alg": "RS256"}]}
        if path == "/me":
            return {"sub": "emp-9" if self.fault == "userinfo" else "emp-1"}
        if self.fault == "nonsense":
            return "<html>no json</html>"
        if self.fault == "empty":
            return {}
        paths = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        said = {name: self.issuer + path for name, path in (paths | {"userinfo_endpoint": "/me"}).items()}
        return said | {"issuer": "https://elders.example" if self.fault == "issuer" else self.issuer}

    def code_for(self, url: str) -> str:
        """The address that a browser comes back to from ``url``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.nonces[asked["state"]] = asked["nonce"]
        return f"/account/werkgever/terug/?code={asked['state']}&state={asked['state']}"

    def token(self, code: str) -> Any:
        now = int(time.time())
        right = {
            "iss": self.issuer, "aud": "nabij", "sub": "emp-1", "nonce": self.nonces[code],
            "iat": now, "exp": now + 300,
        }  # fmt: skip
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        headers = {"kid": "one"}
        match self.fault:
            case "signature":
                token = jwt.encode(claims, OTHER, "RS256", headers)
            case "none":
                token = jwt.encode(claims, None, "none", headers)
            case "hs256":
                token = jwt.encode(claims, "geheim-van-nabij-zelf-en-lang-genoeg", "HS256", headers)
            case "kid":
                token = jwt.encode(claims, OWN, "RS256", {"kid": "two"})
            case "no token":
                return {"access_token": "a", "token_type": "Bearer"}
            case "garbage":
                token = "een.twee.drie"
            case _:
                token = jwt.encode(claims, OWN, "RS256", headers)
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


@contextmanager
def lying() -> Iterator[Liar]:
    """One for the length of a ``with`` block."""
    liar = Liar()
    thread = threading.Thread(target=liar.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        liar.server.shutdown()
        liar.server.server_close()
        thread.join()
