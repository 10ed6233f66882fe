"""Several lengths in one query."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from accounts import counting
from accounts.actors import Actor
from accounts.counting import Among, Question, ask, lengths, recall, recall_objects, side_by_side
from accounts.models import Shift, Team, User
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


composed: list[int | None] = []


def turns(by: Actor, at: dt.datetime) -> Question:
    """Shifts of ``by``: begun at that moment, and still to come."""
    composed.append(by.user_id)
    own = Shift.objects.filter(user_id=by.user_id)
    return side_by_side(begun=own.filter(starts_at__lte=at, ends_at__gt=at), later=own.filter(starts_at__gt=at))


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    counting._kept.clear()
    composed.clear()


def test_sql_is_composed_once_and_asked_with_another_moment(cast: Cast, django_assert_num_queries: Any) -> None:
    samira, evening = cast.actor("samira"), cast.at.replace(hour=20)
    with django_assert_num_queries(2):
        now, then = ask(turns, samira, cast.at), ask(turns, samira, evening)
    assert (now[0]["begun"], then[0]["begun"]) == (1, 0)
    assert now[0]["later"] == then[0]["later"] == 5
    assert composed == [cast.samira.pk]


def test_another_actor_day_or_team_is_another_question(cast: Cast) -> None:
    day = dt.timedelta(days=1)
    ask(turns, cast.actor("samira"), cast.at)
    assert ask(turns, cast.actor("bram"), cast.at) == [{"begun": 0, "later": 0}]
    ask(turns, cast.actor("samira"), cast.at + day)
    off_duty, on_duty = cast.actor("nadia", cast.at), cast.actor("nadia", cast.at.replace(hour=20))
    ask(turns, off_duty, cast.at)
    ask(turns, on_duty, cast.at)
    assert composed == [cast.samira.pk, cast.bram.pk, cast.samira.pk, cast.nadia.pk, cast.nadia.pk]


def test_what_is_kept_does_not_grow_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_KEPT", 2)
    for name in ("samira", "joost", "els", "bram"):
        ask(turns, cast.actor(name), cast.at)
    assert len(counting._kept) == 2


def test_kept_objects_come_with_what_was_given(cast: Cast, django_assert_num_queries: Any) -> None:
    def of_team(code: Any) -> Any:
        return Shift.objects.filter(team__code=code, starts_at__lte=cast.at, ends_at__gt=cast.at).select_related("user")

    def told(code: str) -> list[str]:
        return [shift.user.name for shift in recall_objects(("turns of",), cast.at, of_team, code)]

    with django_assert_num_queries(3):
        assert told("desk") == ["Samira El Amrani", "Joost Verkerk"]
        assert (told("after-hours"), told("nothing")) == ([], [])


def test_kept_objects_by_id_and_by_list(cast: Cast) -> None:
    ids = [cast.samira.pk, cast.bram.pk]
    found = [
        recall_objects(("people",), None, lambda given: User.objects.filter(Among("pk", given)), some)
        for some in (ids, ids[:1], [])
    ]
    assert [{user.pk for user in people} for people in found] == [set(ids), {cast.samira.pk}, set()]
    by_id = recall_objects(("one",), None, lambda given: User.objects.filter(public_id=given), cast.bram.public_id)
    assert by_id == [cast.bram]


def test_a_question_that_fails_is_asked_again(cast: Cast) -> None:
    """What failed on the way does not count as prepared."""
    question = "SELECT %s::int / %s::int AS answer", [1, 0]
    for _time in range(2):
        with pytest.raises(DataError), transaction.atomic():
            recall(("failing",), None, lambda: question)


def test_percent_signs_stay(cast: Cast) -> None:
    assert recall(("plain",), None, lambda: ("SELECT '100%' AS it", ())) == [{"it": "100%"}]
    assert recall(("filled",), None, lambda: ("SELECT '100%%' AS it, %s::int AS n", [7])) == [{"it": "100%", "n": 7}]


def test_only_questions_are_kept() -> None:
    with pytest.raises(ValueError, match="only questions"):
        recall(("change",), None, lambda: ("DELETE FROM accounts_shift", ()))


def test_a_connection_forgets_before_it_keeps_too_much(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_KEPT", 3)
    for number in range(8):
        assert recall((number,), None, lambda number=number: (f"SELECT {number} AS it", ())) == [{"it": number}]
    assert len(counting._prepared[connection.connection]) <= 3


@pytest.mark.django_db(transaction=True)
def test_a_server_that_came_back_is_asked_anew() -> None:
    """Each thread has its own connection, so each finds out by itself."""

    def ask_it() -> list[dict[str, Any]]:
        return recall(("here",), None, lambda: ("SELECT pg_backend_pid() AS it", ()))

    before = ask_it()[0]["it"]
    with ThreadPoolExecutor(1) as other:
        other.submit(end_connection, before).result()
    connection.close_if_unusable_or_obsolete()  # as at the beginning of every request
    connection.health_check_enabled = True
    assert ask_it()[0]["it"] != before


def end_connection(pid: int) -> None:
    """As when the server is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_threads_share_what_is_kept_and_not_their_connection() -> None:
    day = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)

    def look(_number: int) -> list[str]:
        try:
            desk = recall_objects(("desk",), day, lambda code: Team.objects.filter(code=code), "desk")
            return [team.code for team in desk]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        assert list(several.map(look, range(12))) == [["desk"]] * 12
