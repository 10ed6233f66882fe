"""A phone number has one way in which it is written."""

import pytest

from accounts.forms.phone import as_written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0880000082", "088 000 00 82"),
        ("088-000 0082", "088 000 00 82"),
        ("+31 88 000 00 82", "088 000 00 82"),
        ("0612345678", "06 12 34 56 78"),
        ("020 123 45 67", "020 123 4567"),
        ("+49 30 123456", "+49 30 123456"),
        ("0880000082 toestel 12", "0880000082 toestel 12"),
        ("vraag naar Fenna", "vraag naar Fenna"),
    ],
)
def test_a_number_is_written_one_way(typed: str, written: str) -> None:
    assert as_written(typed) == written
