"""A passkey in software: makes and signs what a browser would send, for tests without one."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT_AND_VERIFIED = 0x01 | 0x04


class SoftKey:
    """One passkey for one site. ``verified`` False: nobody gave a finger or PIN."""

    def __init__(self, host: str = "localhost", scheme: str = "http", *, verified: bool = True) -> None:
        self.host, self.origin = host, f"{scheme}://{host}"
        self.flags = PRESENT_AND_VERIFIED if verified else 0x01
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.user = b""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser sends when a passkey is made."""
        given = options["publicKey"]
        self.user = websafe_decode(given["user"]["id"])
        public = ES256.from_cryptography_key(self.private.public_key())
        data = AuthenticatorData.create(
            self._site(), self.flags | 0x40, 0, AttestedCredentialData.create(b"\0" * 16, self.id, public)
        )
        response = {
            "clientDataJSON": websafe_encode(self._told("webauthn.create", given["challenge"])),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
            "transports": ["internal"],
        }
        return self._answer(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser sends when it is used."""
        told = self._told("webauthn.get", options["publicKey"]["challenge"])
        data = bytes(AuthenticatorData.create(self._site(), self.flags, 1))
        signed = self.private.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(told),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signed),
                "userHandle": websafe_encode(self.user),
            }
        )

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _site(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()
