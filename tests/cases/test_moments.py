"""Moments in words, and the promise as every page says it."""

import datetime as dt

import pytest
from django.utils import translation

from cases.moments import promise_words

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("ahead", "name", "words"),
    [
        (dt.timedelta(0), "", "Je hoort van ons: vandaag vóór 10:15"),
        (DAY, "Samira", "Je hoort van Samira: morgen, woensdag 11 maart vóór 10:15"),
        (3 * DAY, "", "Je hoort van ons: vrijdag 13 maart vóór 10:15"),
    ],
)
def test_a_promise(at: dt.datetime, ahead: dt.timedelta, name: str, words: str) -> None:
    with translation.override("nl"):
        assert promise_words(at + ahead, at, name) == words
