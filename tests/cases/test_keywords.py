"""Words that raise: whole words, whatever their dress; upwards only."""

import time
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cases.defaults import KEYWORDS
from cases.enums import Urgency
from cases.forms.keywords import KeywordForm
from cases.keywords import Heard, KeywordFacts, heard, load_keywords
from cases.models import Keyword
from desk import snapshot

LIST = (
    KeywordFacts("suïcide", "urgent"), KeywordFacts("einde aan mijn leven", "emergency"), KeywordFacts("mes", "urgent"),
    KeywordFacts("...", "emergency"),
)  # fmt: skip
FORM = {"phrase": "pistool", "language": "nl", "raises_to": "urgent", "active": "on", "remark": "", "owner": "Els"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "words", "raises_to"),
    [
        ("Ik denk aan suïcide.", ("suïcide",), "urgent"),
        ("SUICIDE", ("suïcide",), "urgent"),
        ("su\u0131\u0308cide", (), ""),
        ("suïcidepreventie", (), ""),
        ("Een einde,\n  aan MIJN_leven!", ("einde aan mijn leven",), "emergency"),
        ("einde aan het leven", (), ""),
        ("Hij heeft een mes; ik wil suicide", ("suïcide", "mes"), "urgent"),
        ("mes, einde aan mijn leven", ("einde aan mijn leven", "mes"), "emergency"),
        ("Ik denk niet aan suïcide", ("suïcide",), "urgent"),
        ("messen bemesten", (), ""),
        ("", (), ""),
        ("... !!!", (), ""),
    ],
)
def test_what_is_heard(text: str, words: tuple[str, ...], raises_to: str) -> None:
    assert heard(text, LIST) == Heard(words, raises_to)


@given(st.text(max_size=300), st.sampled_from(["", "mes", "suïcide", "einde aan mijn leven"]))
def test_any_text_is_read_and_more_text_never_lowers(text: str, more: str) -> None:
    first, second = heard(text, LIST), heard(f"{text} {more}", LIST)
    assert set(first.words) <= set(second.words)
    ranks = [Urgency(one.raises_to or "routine").rank for one in (first, second)]
    assert ranks[1] <= ranks[0]


def test_a_long_story_and_a_long_list_take_no_time() -> None:
    many = tuple(KeywordFacts(f"woord {number}", "urgent") for number in range(500))
    heard("warm", many)
    begun = time.perf_counter()
    for _turn in range(20):
        heard("gewone woorden " * 270, many)
    assert (time.perf_counter() - begun) / 20 < 0.05


def test_the_list_that_comes_with_the_site(db: None) -> None:
    assert Keyword.objects.count() == len(KEYWORDS)
    assert load_keywords() == snapshot.defaults().keywords


def test_a_word_that_is_switched_off_is_not_heard(db: None) -> None:
    Keyword.objects.filter(phrase="zelfmoord").update(active=False)
    assert heard("zelfmoord", load_keywords()) == Heard()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"phrase": "!!!"}, "Use letters or figures: this would never be found."),
        ({"phrase": "ja"}, "This is too short: it would be found everywhere."),
        ({"phrase": "Zelfmoord!"}, "This is on the list already."),
        ({"phrase": "x" * 81}, "Ensure this value has at most 80 characters (it has 81)."),
        ({"phrase": " "}, "Fill in: Word or words"),
    ],
)
def test_a_word_that_cannot_be(db: None, changed: dict[str, str], message: str) -> None:
    assert KeywordForm(FORM | changed).errors["phrase"] == [message]


def test_a_word_only_raises_to_what_alerts(db: None) -> None:
    assert KeywordForm(FORM).is_valid()
    assert "raises_to" in KeywordForm(FORM | {"raises_to": "routine"}).errors
