"""From bytes to words, also for bytes that nobody should send."""

import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.mailroom import files, quotes, reading
from desk.mailroom.enums import Because, FileKind
from desk.mailroom.keeping import identity_of
from tests.letters import letter


def nested(depth: int) -> bytes:
    head = b"From: a@b.example\r\n"
    for number in range(depth):
        head += b'Content-Type: multipart/mixed; boundary="g%d"\r\n\r\n--g%d\r\n' % (number, number)
    return head + b"\r\ndiep"


POISON = {
    "nothing": b"",
    "no headers": b"\x00\x01\x02",
    "nul bytes": b"From: a@b.example\r\nSubject: a\x00b\r\n\r\ntekst\x00tekst",
    "unknown charset": b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nh\xc3\xa9",
    "wrong charset": b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nh\xe9",
    "no charset at all": b"From: a@b.example\r\nContent-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 50_000,
    "broken base64": b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%=",
    "broken mime": b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\nhoi",
    "broken header": b"From: =?utf-8?q?=ff=fe?= <a@b.example>\r\nSubject: =?x?y?z?=\r\n\r\nhoi",
    "ten thousand headers": b"From: a@b.example\r\n" + b"X-A: b\r\n" * 10_000 + b"\r\nhoi",
    "one endless header": b"From: a@b.example\r\nSubject: " + b"(" * 500_000 + b"\r\n\r\nhoi",
    "endless addresses": b"From: " + b"<a@b.example>," * 50_000 + b"\r\n\r\nhoi",
    "nested": nested(3_000),
    "many parts": (
        b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="g"\r\n\r\n' + b"--g\r\n\r\nx\r\n" * 20_000
    ),
    "blank lines": b"From: a@b.example\r\n\r\n" + b"\n" * 500_000,
    "deep html": b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"hoi",
    "open tags": b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<" * 300_000,
    "many quotes": b"From: a@b.example\r\n\r\n" + b"Op " * 100_000 + b":",
}


@pytest.mark.parametrize("name", POISON)
def test_no_bytes_break_the_reading(name: str) -> None:
    begun = time.monotonic()
    letter = reading.read(POISON[name])
    quotes.said(letter.text)
    assert identity_of(POISON[name])
    assert time.monotonic() - begun < 5
    assert "\x00" not in letter.subject + letter.text + letter.sender + letter.sender_name


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(raw: bytes) -> None:
    letter = reading.read(b"From: a@b.example\r\n" + raw)
    assert isinstance(letter.text, str)
    assert quotes.said(letter.text) is not None


def test_too_many_parts_are_said() -> None:
    assert reading.read(POISON["many parts"]).trouble == Because.UNREADABLE


@pytest.mark.parametrize(
    ("given_as", "address"),
    [
        ("Tom <tom@thuis.example>", "tom@thuis.example"),
        ("tom@thuis.example", "tom@thuis.example"),
        ("Tom <tom@thuis.example\\r\\nBcc: x@y.example>", ""),
        ("niemand", ""),
        ("", ""),
    ],
)
def test_only_real_addresses(given_as: str, address: str) -> None:
    assert reading.read(f"From: {given_as}\r\n\r\nhoi".encode()).sender == address


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", FileKind.PDF),
        (b"\xff\xd8\xff\xe0x", FileKind.JPG),
        (b"\x89PNG\r\n\x1a\nx", FileKind.PNG),
        (b"\0\0\0\x18ftypheic\0\0", FileKind.HEIC),
        ("gewoon tekst é".encode(), FileKind.TXT),
        (b"<html><script>", FileKind.OTHER),
        (b"#!/bin/sh", FileKind.OTHER),
        (b"MZ\x90\0", FileKind.OTHER),
        (b"PK\x03\x04 broken", FileKind.OTHER),
        (b"GIF89a\xff", FileKind.OTHER),
    ],
)
def test_kinds_by_content(content: bytes, kind: FileKind) -> None:
    assert files.kind_of(content) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["word/document.xml"], FileKind.DOCX),
        (["word/document.xml", "word/vbaProject.bin"], FileKind.OTHER),
        (["bom.txt"], FileKind.OTHER),
        (["word/document.xml", *(f"x{n}" for n in range(1000))], FileKind.OTHER),
    ],
)
def test_a_zip_is_a_document_or_nothing(names: list[str], kind: FileKind) -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as pack:
        for name in names:
            pack.writestr(name, "x")
    assert files.kind_of(made.getvalue()) == kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ja.\n\nOp di 10 mrt 2026 om 10:15 schreef Loket <l@n.example>:\n> Wil je?", "Ja."),
        ("Ja.\n\nOp di 10 mrt 2026 om 10:15 schreef Loket\n<l@n.example>:\n> Wil je?", "Ja."),
        ("Yes.\n\nOn Tue, 10 Mar 2026 at 10:15, Desk <l@n.example> wrote:\n> Do you?", "Yes."),
        ("Ja.\n\nVan: Loket <l@n.example>\nVerzonden: dinsdag\nAan: Tom\nOnderwerp: Bericht\n\nWil je?", "Ja."),
        ("Ja.\n\n-----Oorspronkelijk bericht-----\nWil je?", "Ja."),
        ("> Vraag 1\nJa\n> Vraag 2\nNee", "> Vraag 1\nJa\n> Vraag 2\nNee"),
        ("> alleen dit", "> alleen dit"),
        ("Op school schreef niemand dat zo", "Op school schreef niemand dat zo"),
        ("", ""),
    ],
)
def test_what_was_quoted_is_cut(text: str, said: str) -> None:
    assert quotes.said(text) == said


def test_the_text_of_html_holds_nothing_active() -> None:
    text = reading.read(letter("", html="<p onclick=x>a<b>b</b></p><iframe src=//x>weg</iframe><a href=//y>c</a>")).text
    assert text.startswith("ab")
    assert "//" not in text and "<" not in text
