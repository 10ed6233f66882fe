"""The reference that is read out over the phone, and the pass-phrase that goes with it (DECISIONS, Reference).

Both are derived by HMAC from the request's ``submission_id``, so that sending twice shows the same ones. Only a keyed
hash of the phrase is stored. Six words out of 2,048 make 66 bits: nobody guesses that, so the hash need not be slow.
The words are lists of our own, short and calm, in cases/words/: one file per language, 2,048 different words each.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L, which sound or look alike."""

SIGNS = 8
WORDS = 6
BITS_PER_WORD = 11
WORD_FILES = Path(__file__).parent / "words"
LONGEST_INPUT = 400
_REFERENCE = re.compile(rf"^(?P<prefix>[A-Z]*?)(?P<signs>[{ALPHABET}]{{{SIGNS}}})$")

_WORD_AND_NUMBER = re.compile(r"[A-Z]{4}[\W_]+\d{4}|\d{4}[\W_]+[A-Z]{4}")


class Sent(Protocol):
    """A request as sent: an Intake."""

    @property
    def submission_id(self) -> UUID: ...
    @property
    def reference(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def passphrase_hash(self) -> str: ...


@cache
def words(language: str) -> tuple[str, ...]:
    """The word list of a language; Dutch when there is none."""
    file = WORD_FILES / f"{language}.txt"
    return tuple((file if file.exists() else WORD_FILES / "nl.txt").read_text(encoding="utf-8").split())


def reference_for(submission_id: UUID, attempt: int = 0) -> str:
    """``NB-7K4Q-2M9T``. ``attempt`` gives another one, for when the first is taken."""
    key = next(iter(settings.INTAKE_KEY.values()))
    left = int.from_bytes(_derived(key, f"reference {attempt}", submission_id.bytes), "big")
    signs = ""
    for _sign in range(SIGNS):
        left, index = divmod(left, len(ALPHABET))
        signs += ALPHABET[index]
    return _written(settings.REFERENCE_PREFIX, signs)


def phrase_for(submission_id: UUID, language: str) -> str:
    """Six words, such as ``lamp-anker-zomer-kwartet-brug-appel``, from the first key."""
    return _phrase(next(iter(settings.INTAKE_KEY.values())), submission_id, language)


def new_phrase(case_id: UUID, submission_id: UUID, language: str) -> str:
    """Six words for someone who lost theirs; the same ones for the same form about the same case."""
    return _phrase(next(iter(settings.INTAKE_KEY.values())), submission_id, language, use=f"new phrase {case_id}")


def phrase_of(sent: Sent) -> str:
    """The phrase that was shown when this was sent; empty when its key is gone."""
    for key in settings.INTAKE_KEY.values():
        phrase = _phrase(key, sent.submission_id, sent.language)
        if fits(sent.passphrase_hash, sent.reference, phrase):
            return phrase
    return ""


def hash_of(reference: str, phrase: str) -> str:
    """What is stored: a keyed hash of the phrase, bound to its reference."""
    return next(_hashes(reference, phrase))


def fits(stored: str, reference: str, phrase: str) -> bool:
    """Whether the phrase, typed in any spelling, belongs to this reference. Takes as long for a wrong one."""
    found = [hmac.compare_digest(stored, candidate) for candidate in _hashes(reference, phrase)]
    return bool(stored) and any(found)


def canonical_reference(typed: str) -> str:
    """A reference as it is stored, from lower case, spaces, without dashes or without the prefix.

    Something that is no reference comes back in capitals without blanks, so that it is looked for and not found.
    """
    bare = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed[:LONGEST_INPUT])).upper()
    found = _REFERENCE.match(bare)
    return _written(found["prefix"] or settings.REFERENCE_PREFIX, found["signs"]) if found else bare[:20]


def named_in(text: str) -> list[str]:
    """Every reference that stands in a text, in any spelling. What may as well be two words, or a word and a number, is
    none: it has no prefix, and no digit or "week 4522"."""
    plain = unicodedata.normalize("NFKC", text).upper()
    start, four, between = re.escape(settings.REFERENCE_PREFIX), f"[{ALPHABET}]{{4}}", r"[\W_]{0,3}"
    found = re.findall(rf"(?<![^\W_])((?:{start}{between})?{four}{between}{four})(?![^\W_])", plain)
    prefixed = re.compile(rf"{start}\S+")
    return [
        canonical_reference(one)
        for one in found
        if prefixed.fullmatch(one) or re.search(r"\d", one) and not _WORD_AND_NUMBER.fullmatch(one)
    ]


def canonical_phrase(typed: str) -> str:
    """The letters only: capitals, blanks, dashes and commas make no difference, nor does leaving them out."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_INPUT]).casefold()
    return "".join(re.findall(r"[^\W\d_]+", plain))


def _written(prefix: str, signs: str) -> str:
    return f"{prefix}-{signs[:4]}-{signs[4:]}"


def _phrase(key: bytes, submission_id: UUID, language: str, use: str = "phrase") -> str:
    left = int.from_bytes(_derived(key, use, submission_id.bytes), "big")
    chosen = []
    for _word in range(WORDS):
        left, index = divmod(left, 1 << BITS_PER_WORD)
        chosen.append(words(language)[index])
    return "-".join(chosen)


def _hashes(reference: str, phrase: str) -> Iterator[str]:
    """One hash per key: the first is the one for new requests, the others were so once."""
    text = f"{reference}|{canonical_phrase(phrase)}".encode()
    for key in settings.INTAKE_KEY.values():
        yield _derived(key, "phrase hash", text).hex()


def _derived(key: bytes, use: str, value: bytes) -> bytes:
    """The key is also used for other things: a key of its own for each use."""
    return hmac.new(hmac.new(key, use.encode(), hashlib.sha256).digest(), value, hashlib.sha256).digest()
