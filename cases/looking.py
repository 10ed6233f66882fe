"""Looking through a file before anybody may open it: what it is by its content, and whether it acts by itself.

Pure but for the process in which pictures are made. What is found out is an answer, never an exception.
"""

import io
import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import puremagic

from cases import redrawing
from cases.enums.documents import PICTURES, DocumentKind, Lock

LARGEST = 10_000_000
MOST_ENTRIES = 1000
MOST_UNPACKED = 200_000_000
MOST_STREAMS = 100_000_000
LONGEST = 30
"""Seconds for the pictures of one file."""

KINDS = {
    "application/pdf": DocumentKind.PDF,
    "image/jpeg": DocumentKind.JPG,
    "image/png": DocumentKind.PNG,
    "image/webp": DocumentKind.WEBP,
}
ACTS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA|GoToE|Sound|Movie)\b")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
NAMED = re.compile(rb"#([0-9A-Fa-f]{2})")
OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
LINK = re.compile(rb'Type\s*=\s*["\'][^"\']*/hyperlink["\']')
RUNS = re.compile(r"vba|activex|embeddings/|\.bin$|oleobject", re.IGNORECASE)
CODES = {redrawing.PASSWORD: Lock.PASSWORD, redrawing.TOO_MUCH: Lock.TOO_MUCH, redrawing.ACTIVE: Lock.ACTIVE}


@dataclass(frozen=True)
class Found:
    """What was found: why it is locked, or the bytes that may be given out and the pages to look at."""

    kind: str = ""
    lock: str = ""
    body: bytes = b""
    pages: list[bytes] = field(default_factory=list)


def kind_of(content: bytes) -> DocumentKind | None:
    """By content; none for what is not taken. What it is called counts for nothing."""
    if content.startswith(b"PK\x03\x04"):
        return DocumentKind.DOCX if b"word/document.xml" in content else None
    try:
        mime = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        mime = ""
    if kind := KINDS.get(mime):
        return kind
    return DocumentKind.TXT if _is_text(content) else None


def look_through(content: bytes) -> Found:
    """Everything about a file but viruses."""
    kind = kind_of(content)
    if kind is None:
        return Found(lock=Lock.KIND)
    lock = {DocumentKind.PDF: _pdf_acts, DocumentKind.DOCX: _word_acts}.get(kind, lambda _content: "")(content)
    if lock:
        return Found(kind, lock)
    if kind == DocumentKind.PDF or kind in PICTURES:
        return _drawn(content, kind)
    return Found(kind, body=content)


def _is_text(content: bytes) -> bool:
    """Plain words: nothing that a browser or a shell would take for more."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and "<" not in text[:1000] and not text.startswith(("#!", "@echo"))


def _pdf_acts(content: bytes) -> str:
    """Whether a PDF holds scripts, starts programs or carries files. Names can be written in code, and packed."""
    if b"/Encrypt" in content:
        return Lock.PASSWORD
    if ACTS.search(_plain(content)):
        return Lock.ACTIVE
    left = MOST_STREAMS
    for stream in STREAM.finditer(content):
        unpacked, whole = _unpacked(stream[1], left)
        if not whole:
            return Lock.TOO_MUCH
        left -= len(unpacked)
        if ACTS.search(_plain(unpacked)):
            return Lock.ACTIVE
        if not unpacked and b"/ObjStm" in _plain(content[max(0, stream.start() - 400) : stream.start()]):
            return Lock.ACTIVE  # objects packed in a way that is not looked through
    return ""


def _plain(content: bytes) -> bytes:
    """With names as they are meant: #4a is J."""
    return NAMED.sub(lambda code: bytes([int(code[1], 16)]), content)


def _unpacked(packed: bytes, most: int) -> tuple[bytes, bool]:
    """What a stream holds, and whether that was all of it; nothing when it is packed in another way."""
    unpack = zlib.decompressobj()
    try:
        return unpack.decompress(packed, max(most, 1)), not unpack.unconsumed_tail
    except zlib.error:
        return b"", True


def _word_acts(content: bytes) -> str:
    """Whether a Word document has macros, other files in it, or fetches something from elsewhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            entries = pack.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                return Lock.TOO_MUCH
            names = [entry.filename for entry in entries]
            if any(entry.flag_bits & 1 for entry in entries):
                return Lock.PASSWORD
            if "word/document.xml" not in names or "[Content_Types].xml" not in names:
                return Lock.KIND
            if any(RUNS.search(name) for name in names):
                return Lock.ACTIVE
            relations = [pack.read(name) for name in names if name.endswith(".rels")]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError):
        return Lock.UNREADABLE
    return Lock.ACTIVE if any(_fetches(text) for text in relations) else ""


def _fetches(relations: bytes) -> bool:
    """Something from outside that is more than a link to click on."""
    return any(OUTSIDE.search(one) and not LINK.search(one) for one in re.findall(rb"<Relationship\b[^>]*>", relations))


def _drawn(content: bytes, kind: DocumentKind) -> Found:
    """Its pages as pictures; a picture is itself drawn anew. Made apart, because files are made to break readers."""
    command = [sys.executable, "-I", str(Path(redrawing.__file__)), str(kind.value)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=LONGEST, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Found(kind, Lock.TOO_MUCH)
    if done.returncode:
        return Found(kind, CODES.get(done.returncode, Lock.UNREADABLE))
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as pack:
        made = {name: pack.read(name) for name in pack.namelist()}
    body = made.pop("file", content)
    return Found(kind, body=body, pages=[made[f"{number}.jpg"] for number in range(1, len(made) + 1)])
