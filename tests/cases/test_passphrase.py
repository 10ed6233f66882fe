"""Reference and pass-phrase: derived, readable, forgiving, and never stored."""

import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import passphrase

ONE = uuid.UUID("3f0c8f8e-0a1b-4c2d-8e3f-4a5b6c7d8e9f")
REFERENCE = re.compile(r"^NB-[2-9A-HJ-KMNP-Z]{4}-[2-9A-HJ-KMNP-Z]{4}$")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_word_list_has_2048_different_plain_words(language: str) -> None:
    words = passphrase.words(language)
    assert (len(words), len(set(words)), list(words)) == (2048, 2048, sorted(words))
    assert [word for word in words if not re.fullmatch(r"[a-z]{3,9}", word)] == []


def test_an_unknown_language_gets_dutch_words() -> None:
    assert passphrase.words("xx") == passphrase.words("nl")


@given(st.uuids(version=4))
def test_the_same_request_always_gets_the_same_ones(submission: uuid.UUID) -> None:
    reference = passphrase.reference_for(submission)
    phrase = passphrase.phrase_for(submission, "nl")
    assert REFERENCE.match(reference)
    assert (passphrase.reference_for(submission), passphrase.phrase_for(submission, "nl")) == (reference, phrase)
    assert [word for word in phrase.split("-") if word not in passphrase.words("nl")] == []
    assert len(phrase.split("-")) * passphrase.BITS_PER_WORD >= 64


def test_other_attempts_and_other_requests_get_others() -> None:
    made = {passphrase.reference_for(ONE, attempt) for attempt in range(5)} | {passphrase.reference_for(uuid.uuid4())}
    assert len(made) == 6


@pytest.mark.parametrize(
    "typed",
    ["NB-7K4Q-2M9T", "nb-7k4q-2m9t", " nb 7k4q 2m9t ", "NB7K4Q2M9T", "7k4q2m9t", "nb–7k4q–2m9t", "ＮＢ-7K4Q-2M9T"],
)
def test_a_reference_is_read_in_any_spelling(typed: str) -> None:
    assert passphrase.canonical_reference(typed) == "NB-7K4Q-2M9T"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zie NB-7K4Q-2M9T.", ["NB-7K4Q-2M9T"]),
        ("zie nb 7k4q 2m9t, en 7k4q2m8t", ["NB-7K4Q-2M9T", "NB-7K4Q-2M8T"]),
        ("nb–7k4q–2m9t", ["NB-7K4Q-2M9T"]),
        ("nb-abcd-efgh", ["NB-ABCD-EFGH"]),
        ("NB: deze week draait iedereen verkeerd.", []),
        ("Dat ging vandaag heel vaak verkeerd, sinds 2019 al.", []),
        ("x7k4q2m9t7", []),
        ("sinds week 4522 en 4523 – jaar", []),
        ("NB week 4522", ["NB-WEEK-4522"]),
    ],
)
def test_references_are_found_in_a_text(text: str, found: list[str]) -> None:
    assert passphrase.named_in(text) == found


@given(st.text(max_size=600))
def test_anything_can_be_typed_as_reference_or_phrase(typed: str) -> None:
    assert len(passphrase.canonical_reference(typed)) <= 20 or REFERENCE.match(passphrase.canonical_reference(typed))
    assert passphrase.fits("0" * 64, typed, typed) is False


@pytest.mark.parametrize(
    "spoil", [str.upper, str.title, lambda t: t.replace("-", "  "), lambda t: f" {t.replace('-', ', ')}. "]
)
def test_a_phrase_fits_in_any_spelling(spoil: Any) -> None:
    phrase = passphrase.phrase_for(ONE, "nl")
    stored = passphrase.hash_of("NB-7K4Q-2M9T", phrase)
    assert passphrase.fits(stored, "NB-7K4Q-2M9T", spoil(phrase))


def test_a_phrase_fits_its_own_reference_only() -> None:
    phrase = passphrase.phrase_for(ONE, "nl")
    stored = passphrase.hash_of("NB-7K4Q-2M9T", phrase)
    assert not passphrase.fits(stored, "NB-7K4Q-2M9U", phrase)
    assert not passphrase.fits(stored, "NB-7K4Q-2M9T", phrase[:-1])
    assert not passphrase.fits("", "NB-7K4Q-2M9T", "")
    assert phrase not in stored


def test_after_a_change_of_keys_old_phrases_still_fit(settings: Any) -> None:
    old = dict(settings.INTAKE_KEY)
    reference, phrase = passphrase.reference_for(ONE), passphrase.phrase_for(ONE, "en")
    stored = passphrase.hash_of(reference, phrase)
    settings.INTAKE_KEY = {"new": b"n" * 32} | old
    sent = SimpleNamespace(submission_id=ONE, reference=reference, language="en", passphrase_hash=stored)
    assert passphrase.phrase_for(ONE, "en") != phrase
    assert (passphrase.fits(stored, reference, phrase), passphrase.phrase_of(sent)) == (True, phrase)
    settings.INTAKE_KEY = {"new": b"n" * 32}
    assert passphrase.phrase_of(sent) == ""
