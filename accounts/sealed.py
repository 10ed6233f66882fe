"""Model fields whose text is encrypted in the database. The model says with which key: ``vault_key()``."""

import json
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts import vault


class Cipher(bytes):
    """Bytes as they lie in the database, so that they are never mistaken for text."""


class SealedAttribute(DeferredAttribute):
    """Reads decrypt, on each access, from the row's own bytes; nothing is kept on the shared field object."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if not isinstance(value, Cipher):
            return value
        return self.field.open(instance.pk, instance.vault_key(), value)  # type: ignore[attr-defined]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedText(models.BinaryField):
    """Personal text. Set a str, read a str; empty text is stored as NULL and reads as the empty string."""

    descriptor_class = SealedAttribute
    description = "encrypted text"
    _pyi_private_set_type: str
    _pyi_private_get_type: str  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True, "editable": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("null", "blank", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def get_default(self) -> Any:
        return ""

    def place(self, pk: Any, key: Any) -> str:
        """Where the value of that row, sealed with that data key, belongs; bound into the cipher text."""
        return f"{self.model._meta.db_table}|{self.column}|{pk}|{key.pk}"

    def open(self, pk: Any, key: Any, value: bytes | None) -> Any:
        """Decrypt what was read of the row ``pk``, whose data key is ``key``; raises vault.CannotRead."""
        return (
            self.empty() if value is None else self.parse(vault.unseal(key.secret(), bytes(value), self.place(pk, key)))
        )

    def parse(self, text: str) -> Any:
        return text

    def write(self, value: Any) -> Any:
        return str(value) if value else ""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.empty() if value is None else Cipher(value)

    def empty(self) -> Any:
        return ""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Cipher) or value is None:
            return value
        text = self.write(value)
        if not text:
            return None
        key = model_instance.vault_key()
        return Cipher(self.seal(key.secret(), text, self.place(model_instance.pk, key)))

    def seal(self, secret: bytes, value: Any, place: str) -> bytes:
        return vault.seal(secret, value, place)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Cipher):
            raise TypeError(f"{self.name} is sealed: set it on a row and save that row")
        return super().get_db_prep_value(value, connection, prepared)


class SealedJSON(SealedText):
    """The same for a small dictionary."""

    description = "encrypted JSON"
    _pyi_private_set_type: dict[str, Any]  # type: ignore[assignment]
    _pyi_private_get_type: dict[str, Any]  # type: ignore[assignment]

    def get_default(self) -> Any:
        return {}

    def empty(self) -> Any:
        return {}

    def parse(self, text: str) -> Any:
        return json.loads(text)

    def write(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


class SealedBytes(SealedText):
    """The same for the bytes of a file. Set bytes, read bytes."""

    description = "encrypted bytes"
    _pyi_private_set_type: bytes  # type: ignore[assignment]
    _pyi_private_get_type: bytes  # type: ignore[assignment]

    def get_default(self) -> Any:
        return b""

    def empty(self) -> Any:
        return b""

    def open(self, pk: Any, key: Any, value: bytes | None) -> Any:
        return b"" if value is None else vault.unseal_bytes(key.secret(), bytes(value), self.place(pk, key))

    def write(self, value: Any) -> Any:
        return bytes(value or b"")

    def seal(self, secret: bytes, value: Any, place: str) -> bytes:
        return vault.seal_bytes(secret, value, place)
