"""Everything a site keeps or sends, as bytes, and looking for words in it in every dress we can think of."""

import base64
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import redis

from tests.journeys.records import letter_words
from tests.journeys.site import Site

TABLES = "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"


def dresses(word: str) -> set[bytes]:
    """A word in UTF-8 and UTF-16, in any case, in an address, in hexadecimal, and in base64 wherever it begins."""
    plain = undressed(word)
    wide = {word.encode("utf-16-le"), word.encode("utf-16-be")}
    found = set(plain | wide)
    for form in plain | wide:
        found |= {form.hex().encode(), form.hex().upper().encode()}
        found |= {_inside(form, before) for before in range(3)}
    return found


def undressed(word: str) -> set[bytes]:
    """A word as it is, in any case, and as part of an address: what can be looked for in very large files."""
    return {form.encode() for form in (word, word.lower(), word.upper(), quote(word), quote_plus(word))}


def _inside(form: bytes, before: int) -> bytes:
    """The letters that base64 gives for ``form`` wherever it begins, without those that its neighbours decide."""
    coded = base64.b64encode(b"\0" * before + form)
    start = (before * 8 + 5) // 6
    return coded[start : (before + len(form)) * 8 // 6]


def found_in(content: Iterable[bytes], words: Iterable[str], worn: Callable[[str], set[bytes]] = dresses) -> list[str]:
    """Those of ``words`` that stand somewhere in ``content``, in one of the dresses that ``worn`` gives."""
    known = [(dress, word) for word in words for dress in worn(word)]
    return sorted({word for part in content for dress, word in known if dress in part})


def database(site: Site) -> Iterator[bytes]:
    """Every row of every table, as PostgreSQL writes it out."""
    import io

    for (table,) in site.sql(TABLES):
        rows = io.BytesIO()
        with closing(site.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
        yield rows.getvalue()


def files(folder: Path, *, besides: Iterable[str] = ()) -> Iterator[bytes]:
    """Every file below a folder, but for some of its sub-folders."""
    for path in sorted(folder.rglob("*")):
        if path.relative_to(folder).parts[0] not in set(besides) and path.is_file():
            yield path.read_bytes()


def mails(site: Site) -> Iterator[bytes]:
    """Every mail without the line that says to whom."""
    for letter in site.mailbox.letters:
        yield re.sub(r"(?m)^To: .*$", "", letter_words(letter)).encode()


class Broker:
    """Hears every command that Valkey gets, for the length of a ``with`` block, and reads what it holds at the end."""

    def __init__(self, site: Site) -> None:
        self.valkey: Any = redis.Redis.from_url(site.servers.redis_url)
        self.heard: list[bytes] = []

    def __enter__(self) -> "Broker":
        self._ears = self.valkey.monitor()
        self._ears.__enter__()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ears.__exit__(None, None, None)

    def _listen(self) -> None:
        try:
            for command in self._ears.listen():
                self.heard.append(str(command["command"]).encode())
        except (redis.RedisError, OSError, ValueError, AttributeError):
            return  # the block has ended

    def holds(self) -> Iterator[bytes]:
        """Every key, with what it holds as Valkey would write it to a file."""
        for key in self.valkey.scan_iter():
            yield bytes(key)
            yield self.valkey.dump(key) or b""
