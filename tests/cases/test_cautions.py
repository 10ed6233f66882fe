"""Who else the client can talk to, and when the worker of a unit may stand too close."""

import pytest
from django.utils import translation

from cases.cautions import also_open, other_may_be_client
from cases.models import Case


@pytest.mark.parametrize(
    ("topics", "count"),
    [((), 0), (("work.conflict",), 0), (("work.unsafe_behaviour",), 1), (("work.unsafe_behaviour",) * 2, 1)],
)
def test_a_confidential_adviser_comes_with_unwanted_behaviour(topics: tuple[str, ...], count: int) -> None:
    with translation.override("nl"):
        found = also_open(topics)
    assert found == ["Je kunt ook met een vertrouwenspersoon praten. Het loket vertelt je wie dat is."] * count


@pytest.mark.parametrize(
    ("requester", "topics", "close"),
    [
        ("family_of_colleague", ["private.safety_home"], True),
        ("my_family", ["private.money", "private.safety_home"], True),
        ("self", ["private.safety_home"], False),
        ("family_of_colleague", ["private.family_children"], False),
        ("family_of_colleague", [], False),
    ],
)
def test_only_family_that_is_not_safe_at_home(requester: str, topics: list[str], close: bool) -> None:
    assert other_may_be_client(Case(requester=requester, topics=topics)) is close
