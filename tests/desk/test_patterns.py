"""Patterns: every value escaped, nothing forgotten."""

import pytest
from django.utils.safestring import mark_safe

from desk.patterns import fill


def test_values_are_escaped_and_html_is_kept() -> None:
    found = fill("due", css=' "x', moment="<b>", text=mark_safe("<i>1</i>"), bar=40)
    assert 'class="due &quot;x"' in found
    assert 'datetime="&lt;b&gt;"' in found
    assert "<i>1</i></time>" in found
    assert 'width="40"' in found


def test_braces_in_a_value_stay_braces() -> None:
    assert "{bar}" in fill("due", css="", moment="", text="{bar}", bar=1)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("due", css="")
