"""Walking the pages: opening one as someone, and reading what a visitor would read."""

import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.pages import ANYONE, Send, Where
from tests.world import World

CATALOGUE = Path(__file__).resolve().parent.parent / "locale" / "nl" / "LC_MESSAGES" / "django.po"
SAID = ("alt", "aria-label", "placeholder", "title")
NOT_COUNTED = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET |INSERT INTO \"?accounts_auditevent\"?)")
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class Visitors:
    """Browsers by role, each logged in once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, str] = {}

    def browser(self, role: str, language: str = "nl") -> Client:
        client = Client(raise_request_exception=False)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if role != ANYONE:
            if role not in self.sessions:
                self.sessions[role] = self.world.session(role)
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


def open_page(browser: Client, where: Where) -> Any:
    """The answer to a GET, or to sending a form; never followed further."""
    if isinstance(where, Send):
        files = {
            name: [SimpleUploadedFile(called, words.encode()) for called, words in given]
            for name, given in where.files.items()
        }
        return browser.post(where.to, {"csrfmiddlewaretoken": "x", **where.fields, **files})
    return browser.get(where)


def counted(queries: Iterable[dict[str, str]]) -> list[str]:
    """The queries that count: without transaction control and the audit's INSERT (DECISIONS, Measuring)."""
    return [query["sql"] for query in queries if not NOT_COUNTED.match(query["sql"])]


READS = ("SELECT", "(SELECT", "WITH", "PREPARE kept_", "EXECUTE kept_")
"""How statements that only read begin; nothing but a question is ever kept (accounts/counting.py)."""


def written(queries: Iterable[dict[str, str]]) -> list[str]:
    """What changed the database, apart from the audit and the time a session was last used."""
    change = re.compile(r"^(INSERT|UPDATE|DELETE)")
    kept = [sql for sql in counted(queries) if change.match(sql)]
    return [sql for sql in kept if "django_session" not in sql]


class Reader(HTMLParser):
    """The texts of a page by element, as whole pieces: what stands between two tags, and what is read aloud."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.languages: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag not in VOID:
            own = given.get("lang", "code" if given.get("translate") == "no" else self.language)
            self.languages.append((tag, own))
        self.texts += [" ".join(given[name].split()) for name in SAID if given.get(name) and not self.foreign]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.languages:
            if self.languages.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self.foreign:
            self.texts.append(text)

    @property
    def language(self) -> str:
        return self.languages[-1][1] if self.languages else ""

    @property
    def foreign(self) -> bool:
        """Inside a piece that says it is in another language than the page."""
        return bool(self.languages) and self.language != self.languages[0][1]


@cache
def sentences() -> dict[str, frozenset[str]]:
    """Per language the whole sentences that must not stand on its pages: those of the other one.

    Words that both languages use are no proof: they are left out, and so are sentences with a name filled in.
    """
    pairs = [
        (" ".join(entry.msgid.split()), " ".join(entry.msgstr.split()))
        for entry in polib.pofile(str(CATALOGUE))
        if not entry.msgid_plural and entry.msgstr and not entry.obsolete
    ]
    english, dutch = {own for own, _theirs in pairs}, {theirs for _own, theirs in pairs}
    return {"nl": frozenset(english - dutch), "en": frozenset(dutch - english)}


def untranslated(html: str, language: str) -> list[str]:
    """Texts on a page in ``language`` that are whole sentences of the other language."""
    return [text for text in Reader(html).texts if text in sentences()[language]]
