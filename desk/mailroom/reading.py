"""From the bytes of a mail to words. Whatever the bytes are, this answers: what cannot be read is said in ``trouble``.

Python's older mail classes are used on purpose: the newer ones raise on headers that nobody should write.
"""

import email
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import delivery
from desk.mailroom import files
from desk.mailroom.enums import Because, FileKind

MOST_PARTS = 200
MOST_FILES = 10
LARGEST_FILE = 10_000_000
LARGEST_TOGETHER = 25_000_000
LONGEST_HEADER = 1000
LONGEST_TEXT = 100_000
LONGEST_HTML = 400_000
MOST_TAGS = 10_000
_CHARSETS = re.compile(
    r"(utf-?8|us-?ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|utf-?16(le|be)?|koi8-[ru]|gb2312|gbk"
    r"|gb18030|big5|shift_jis|euc-(jp|kr)|iso-2022-jp)"
)
"""Python knows others that take minutes, or that are no charset at all."""
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BREAKS = re.compile(r"</?(p|div|li|tr|ul|ol|table|h[1-6]|blockquote|pre)\s*>|<br\s*/?>", re.IGNORECASE)
_TAGS = {"p", "br", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
MARKS = (
    "auto-submitted", "precedence", "x-auto-response-suppress", "list-id", "list-unsubscribe", "return-path",
    "x-autoreply", "x-autorespond", "x-loop", "authentication-results",
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """Something that was enclosed, with its kind by content."""

    name: str
    kind: FileKind
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail in words. ``marks`` are headers that tell who or what sent it, in lower case; ``ours`` the Message-IDs of
    ours that it answers to, ``lost`` those that a bounce is about. ``dropped`` counts files that were not kept."""

    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    report: str = ""  # the kind of a multipart/report
    report_action: str = ""
    ours: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    dropped: int = 0
    trouble: str = ""


def read(raw: bytes, *, is_cut: bool = False) -> Letter:
    """The mail in words; never raises."""
    try:
        letter = _read(email.message_from_bytes(raw))
    except Exception:  # noqa: BLE001 - made to break programs such as this one; a person looks at it
        return Letter(text=clean(raw[:LONGEST_TEXT].decode("utf-8", "replace")), trouble=Because.UNREADABLE)
    return Letter(**(letter.__dict__ | {"trouble": Because.TOO_BIG})) if is_cut else letter


def _read(message: Message) -> Letter:
    name, address = parseaddr(_header(message, "From"))
    parts = list(_leaves(message))
    kept, dropped = _files(parts)
    return Letter(
        sender=_valid(address),
        sender_name=clean(name)[:100].strip(),
        subject=" ".join(clean(_header(message, "Subject")).split())[:200],
        text=_text(parts),
        marks={mark: _header(message, mark).strip().casefold() for mark in MARKS if message.get(mark) is not None},
        report=_report(message),
        report_action=_action(message) if _report(message) else "",
        ours=tuple(delivery.named_in(f"{_header(message, 'In-Reply-To')} {_header(message, 'References', 20_000)}")),
        lost=tuple(_lost(parts)),
        files=tuple(kept),
        dropped=dropped,
        trouble=Because.UNREADABLE if len(parts) >= MOST_PARTS else "",
    )


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, the first of them; those of an enclosed mail are looked into as well."""
    todo, seen = [message], 0
    while todo and seen < MOST_PARTS:
        part = todo.pop(0)
        inside = part.get_payload()
        if isinstance(inside, list):
            todo = [one for one in inside[:MOST_PARTS] if isinstance(one, Message)] + todo
        else:
            seen += 1
            yield part


def _header(message: Message, name: str, longest: int = LONGEST_HEADER) -> str:
    value = message.get(name)
    if value is None:
        return ""
    plain = str(value)[:longest]
    try:
        return str(make_header(decode_header(plain)))
    except Exception:  # noqa: BLE001 - half a word in another charset, an unknown charset, ...
        return plain


def _valid(address: str) -> str:
    """The address when a mail could be sent to it."""
    bare = address.strip()
    try:
        validate_email(bare)
    except ValidationError:
        return ""
    return bare if bare.isprintable() and len(bare) <= 254 else ""


def _text(parts: list[Message]) -> str:
    """What is written: the plain text, otherwise the HTML as text; never anything active."""
    shown = [part for part in parts if not _is_file(part)]
    plain = [clean(_words(part)) for part in shown if part.get_content_type() == "text/plain"]
    if text := "\n\n".join(one.strip() for one in plain if one.strip()):
        return text[:LONGEST_TEXT]
    rich = [from_html(_words(part)) for part in shown if part.get_content_type() == "text/html"]
    return "\n\n".join(one for one in rich if one)[:LONGEST_TEXT]


def _words(part: Message) -> str:
    body = part.get_payload(decode=True)
    content = body[: 4 * LONGEST_TEXT] if isinstance(body, bytes) else b""
    named = str(part.get_content_charset() or "utf-8").lower()
    for charset in (named if _CHARSETS.fullmatch(named) else "utf-8", "utf-8", "cp1252"):
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def from_html(source: str) -> str:
    """HTML as text: first everything active is taken out, then the lines are broken where a page would break them."""
    given = source[:LONGEST_HTML]
    if given.count("<") > MOST_TAGS:  # tags within tags by the thousand keep the parser busy for minutes
        safe = re.sub(r"<[^>]{0,500}>?", " ", given)
    else:
        safe = nh3.clean(given, tags=_TAGS, attributes={}, clean_content_tags={"script", "style", "title"})
    lines = _BREAKS.sub("\n", " ".join(safe.split()))
    text = clean(html.unescape(re.sub(r"<[^>]{0,200}>", "", lines)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def clean(text: str) -> str:
    """Without signs that nobody sees, or that turn the order of letters around."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _files(parts: list[Message]) -> tuple[list[File], int]:
    """What is kept of the enclosures, and how many were too many or too big."""
    kept: list[File] = []
    dropped, room = 0, LARGEST_TOGETHER
    for part in parts:
        if part.get_content_maintype() == "text" and not _is_file(part):
            continue
        if part.get_content_type() in {"message/delivery-status", "text/rfc822-headers"}:
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content:
            continue
        if len(kept) >= MOST_FILES or len(content) > min(LARGEST_FILE, room):
            dropped += 1
            continue
        room -= len(content)
        kept.append(File(_file_name(part), files.kind_of(content), content))
    return kept, dropped


def _file_name(part: Message) -> str:
    try:
        given = str(make_header(decode_header(str(part.get_filename() or "")[:LONGEST_HEADER])))
    except Exception:  # noqa: BLE001 - a name that cannot be read is no reason to lose the file
        given = ""
    return " ".join(clean(given).split())[:120]


def _report(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type") or "unknown").casefold()


def _action(message: Message) -> str:
    """What a report on delivery says became of the mail: failed, delayed, ... The worst, when there are several."""
    told = "\n".join(
        str(inner) for part in message.walk() if part.get_content_type() == "message/delivery-status"
        for inner in (part.get_payload() if isinstance(part.get_payload(), list) else [part])
    )  # fmt: skip
    actions = [found.lower() for found in re.findall(r"(?im)^Action:\s*([a-z]+)", told[:LONGEST_TEXT])]
    return "failed" if "failed" in actions else next(iter(actions), "")


def _lost(parts: list[Message]) -> list[str]:
    """Message-IDs of ours anywhere in the mail: a report encloses what did not arrive, or its headers."""
    found: list[str] = []
    for part in parts:
        if part.get_content_maintype() in {"text", "message"}:
            found += delivery.named_in(str(part)[:LONGEST_TEXT])
            found += delivery.named_in(_words(part))
    return list(dict.fromkeys(found))
