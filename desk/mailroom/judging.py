"""Who or what sent a mail: a person, or a machine that must never be answered (RFC 3834). Pure; writes nothing."""

import re
from email.utils import parseaddr

from django.conf import settings

from desk.mailroom.enums import Because
from desk.mailroom.reading import Letter

_POSTMAN = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)
_BULK = {"bulk", "list", "junk"}
_GREETINGS = re.compile(r"^(automatisch antwoord|automatic reply|auto-?reply|out of office)\s*:", re.IGNORECASE)

SET_APART = frozenset({Because.AUTO_REPLY, Because.OWN, Because.RECEIPT})
"""What holds no question of anybody. Mailings and what systems send may well: those wait for a person, unanswered."""


def machine(letter: Letter) -> str:
    """Which kind of machine sent it, as a code of Because; empty when a person did, as far as one can tell."""
    marks = letter.marks
    if letter.report:
        failed = letter.report == "delivery-status" and letter.report_action in {"failed", ""}
        return Because.BOUNCE if failed else Because.RECEIPT
    if _POSTMAN.match(letter.sender) or (marks.get("return-path") == "<>" and letter.lost):
        return Because.BOUNCE
    if letter.sender.casefold() in own_addresses():
        return Because.OWN
    how = marks.get("auto-submitted", "no").split(";")[0].split("(")[0].strip()
    precedence = marks.get("precedence")
    answers = {"x-autoreply", "x-autorespond"} & marks.keys() or precedence == "auto_reply"
    if how == "auto-replied" or answers or marks.get("return-path") == "<>" or _GREETINGS.match(letter.subject):
        return Because.AUTO_REPLY
    if "list-id" in marks or "list-unsubscribe" in marks or precedence in _BULK:
        return Because.LIST
    return Because.NO_ANSWER if how not in {"no", ""} or "x-auto-response-suppress" in marks else ""


def is_proved(letter: Letter) -> bool:
    """Whether the sender's address may be believed: the receiving mail server proved it, where one is set to do so."""
    return not _trusts() or _dmarc(letter) == "pass"


def is_forged(letter: Letter) -> bool:
    """Whether the receiving mail server found that somebody else used this address."""
    return bool(_trusts()) and _dmarc(letter) == "fail"


def _trusts() -> str:
    return settings.MAILBOX.trusts.casefold() if settings.MAILBOX else ""


def _dmarc(letter: Letter) -> str:
    """What the receiving mail server found, and nobody else."""
    server, _semicolon, results = letter.marks.get("authentication-results", "").partition(";")
    found = re.search(r"\bdmarc\s*=\s*(\w+)", results) if server.split()[:1] == [_trusts()] else None
    return found[1] if found else ""


def own_addresses() -> set[str]:
    """Those that our own mails come from, and that people write to."""
    given = [settings.DEFAULT_FROM_EMAIL, settings.DESK_MAIL, settings.MAILBOX.user if settings.MAILBOX else ""]
    return {address.casefold() for one in given if (address := parseaddr(one)[1])}


DUTCH = frozenset(
    (
        "ik",
        "je",
        "het",
        "een",
        "de",
        "en",
        "niet",
        "is",
        "van",
        "dat",
        "wij",
        "mijn",
        "met",
        "voor",
        "maar",
        "heb",
        "ben",
        "wil",
        "graag",
        "kan",
        "groet",
    )
)
ENGLISH = frozenset(
    (
        "i",
        "you",
        "the",
        "a",
        "and",
        "not",
        "is",
        "of",
        "that",
        "we",
        "my",
        "with",
        "for",
        "but",
        "have",
        "am",
        "want",
        "please",
        "can",
        "regards",
    )
)


def language_of(text: str) -> str:
    """Dutch, unless more of the small words are English."""
    words = re.findall(r"[a-z]+", text[:5000].lower())
    return "en" if sum(word in ENGLISH for word in words) > sum(word in DUTCH for word in words) else "nl"
