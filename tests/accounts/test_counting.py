"""Several lengths in one query."""

from typing import Any

from accounts.counting import lengths
from accounts.models import Team, User
from tests.factories.cast import Cast


def test_lists_are_counted_side_by_side_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = lengths(
            desk=Team.objects.filter(kind="desk"),
            named=User.objects.filter(name__startswith="Bram 100%' ("),
            people=User.objects.order_by("name"),
            nobody=User.objects.none(),
        )
    assert found == {"desk": 1, "named": 0, "people": len(cast.users), "nobody": 0}


def test_annotations_and_joins_count_each_row_once(cast: Cast) -> None:
    rows = User.objects.filter(memberships__role="regional_worker").select_related()
    assert lengths(workers=rows) == {"workers": 3}
