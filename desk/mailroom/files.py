"""What kind of file something is, by its content. Nothing is unpacked: only the list in a zip file is read."""

import io
import zipfile

from desk.mailroom.enums import FileKind

_BEGINS: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
)
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
MOST_ENTRIES = 1000


def kind_of(content: bytes) -> FileKind:
    """The kind, or OTHER for everything that is not given out."""
    for begin, kind in _BEGINS:
        if content.startswith(begin):
            return kind
    if content[4:12] in _HEIC:
        return FileKind.HEIC
    if content.startswith(b"PK\x03\x04"):
        return FileKind.DOCX if _is_document(content) else FileKind.OTHER
    return FileKind.TXT if _is_text(content) else FileKind.OTHER


def _is_document(content: bytes) -> bool:
    """A Word document without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            names = pack.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return False
    return (
        len(names) <= MOST_ENTRIES and "word/document.xml" in names and not any("vba" in one.lower() for one in names)
    )


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and "<" not in text[:1000] and not text.startswith(("#!", "@echo"))
