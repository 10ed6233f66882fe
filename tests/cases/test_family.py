"""Codes of invitations: wrong ones are counted in the database, and hold when many come at once."""

import datetime as dt
import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import close_old_connections, connection, connections

from accounts.actors import Actor, follower
from accounts.models import AuditEvent
from cases import family, invited, tokens
from cases.enums import AccessReason
from cases.family import Guest, Invited, Wanted
from cases.models import CaseAccess, Invitation
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

SECOND = dt.timedelta(seconds=1)


def ask(cast: Cast, at: dt.datetime) -> Invited:
    case = make_case(cast, at=at)
    wanted = Wanted("dates", at.date() + dt.timedelta(days=9))
    guest = Guest("Lisa Visser", "mijn zus", "Tommie", "lisa@thuis.example")
    return family.invite(case, guest, wanted, submission_id=uuid.uuid4(), by=follower(case.pk), at=at)


def token_of(made: Invited) -> str:
    return tokens.token_of(made.invitation.pk, made.invitation.token_hash)


def lisa(cast: Cast) -> Actor:
    return Actor(kind="user", user=cast.lisa, as_family=True)


def test_five_wrong_codes_make_the_next_wait_and_nobody_is_locked_out(cast: Cast, at: dt.datetime) -> None:
    made, by = ask(cast, at), lisa(cast)
    token = token_of(made)
    for _number in range(5):
        assert invited.try_code(token, "1234 5678", by=by, at=at) == invited.Try()
    assert invited.try_code(token, made.code, by=by, at=at).wait == 5 * SECOND
    assert invited.try_code(token, made.code, by=by, at=at + 4 * SECOND).wait == SECOND
    assert invited.try_code(token, made.code, by=by, at=at + 5 * SECOND).right
    assert Invitation.objects.get().failures == 0
    assert AuditEvent.objects.filter(action="family.refused", basis="wrong code").count() == 5


def test_a_new_code_ends_the_old_one(cast: Cast, at: dt.datetime) -> None:
    made, by = ask(cast, at), lisa(cast)
    code = family.new_code(made.invitation, by=follower(made.invitation.case_id), at=at)
    assert not invited.try_code(token_of(made), made.code, by=by, at=at).right
    assert invited.try_code(token_of(made), code, by=by, at=at).right


def test_neither_link_nor_code_nor_name_lies_in_the_database(cast: Cast, at: dt.datetime) -> None:
    made = ask(cast, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM cases_invitation i")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(n)::text FROM accounts_notice n")
        row += "".join(found[0] for found in cursor.fetchall())
    secrets = (token_of(made), made.code, made.code.replace(" ", ""), "Lisa", "zus", "Tommie", "lisa@")
    assert [secret for secret in secrets if secret in row] == []


def test_the_first_to_accept_is_bound(cast: Cast, at: dt.datetime) -> None:
    made, first = ask(cast, at), lisa(cast)
    second = Actor(kind="user", user=cast.max, as_family=True)
    for by in (first, second):
        assert invited.try_code(token_of(made), made.code, by=by, at=at).right
    assert invited.accept(token_of(made), by=first, at=at) is None  # the second showed the code last
    assert invited.accept(token_of(made), by=second, at=at)
    with pytest.raises(invited.NotForYou):
        invited.try_code(token_of(made), made.code, by=first, at=at)
    assert list(CaseAccess.objects.filter(reason=AccessReason.FAMILY).values_list("user", flat=True)) == [cast.max.pk]


@pytest.fixture
def committed_cast(committed_db: None, at: dt.datetime) -> Iterator[Cast]:
    yield make_cast(at)


def test_forty_wrong_codes_at_once_count_as_five(committed_cast: Cast, at: dt.datetime) -> None:
    made, by = ask(committed_cast, at), lisa(committed_cast)
    token, found = token_of(made), []
    start = threading.Barrier(40)

    def guess(number: int) -> None:
        close_old_connections()
        start.wait(30)
        try:
            found.append(invited.try_code(token, f"{number:08d}", by=by, at=at))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=[number]) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    looked_at = [one for one in found if not one.wait]
    assert (len(found), len(looked_at), Invitation.objects.get().failures) == (40, 5, 5)
    assert invited.try_code(token, made.code, by=by, at=at + 5 * SECOND).right
