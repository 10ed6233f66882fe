"""Only what was judged counts in the request form, and what goes wrong at sending costs no answer."""

from unittest.mock import patch

import pytest

from cases.models import Case, Intake
from desk import reception
from desk.wizard import CHECK, HELP_NOW
from tests.desk.asking import Asking
from tests.factories.cast import Cast


@pytest.mark.parametrize(
    ("step", "first", "last"),
    [("requester", "zzz", "self"), ("requester", "z" * 30, "self"), ("situation", "zzz", "other")],
)
def test_a_field_that_comes_twice_counts_once_as_it_was_judged(cast: Cast, step: str, first: str, last: str) -> None:
    asking = Asking()
    asking.walk(**{step: {step: [first, last]}})
    asking.post(send="1")
    intake = Intake.objects.get()
    assert getattr(intake, step) == last


def test_danger_that_comes_twice_shows_the_numbers_when_it_counts(cast: Cast) -> None:
    asking = Asking()
    asking.post(danger=["no", "yes"])
    assert asking.step == HELP_NOW


def test_whatever_goes_wrong_at_sending_is_said_and_every_answer_kept(cast: Cast) -> None:
    asking = Asking()
    asking.walk()
    with patch.object(reception, "take_in", side_effect=KeyError("desk")):
        assert asking.post(send="1").status_code == 503
    assert asking.state.step == CHECK
    asking.post(send="1")
    assert Case.objects.count() == 1
