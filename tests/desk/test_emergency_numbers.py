"""The numbers stand on every page of somebody in danger, before and after sending (UX 1.6)."""

import pytest

from cases.models import Case
from desk.wizard import CHECK
from tests.desk.asking import ANSWERS, Asking
from tests.factories.cast import Cast

NUMBERS = ("tel:112", "tel:08000113", "tel:08002000")


@pytest.mark.parametrize("danger", ["yes", "prefer_not_to_say"])
def test_before_and_after_sending(cast: Cast, danger: str) -> None:
    asking = Asking()
    missing = []
    for _page in range(15):
        missing += [(asking.step, number) for number in NUMBERS if number not in asking.page]
        if asking.step == CHECK:
            break
        given = {"danger": {"danger": danger}, "topics": {"topics": ["unsafe-home"]}}
        asking.post(**(given.get(asking.step) or ANSWERS.get(asking.step, {})))
    asking.post(send="1")
    assert Case.objects.count() == 1
    missing += [("sent", number) for number in NUMBERS if number not in asking.page]
    assert missing == []
    assert "Bel nu 112" in asking.page
