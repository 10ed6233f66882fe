"""A lost second factor: two administrators, a day to say no, and then everything of it is gone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import factor_reset
from accounts.enums import Role
from accounts.factor_reset import NotPossible
from accounts.models import AuditEvent, FactorReset, Membership, Notice, User
from tests.doors import give_passkey
from tests.factories.cast import Cast
from tests.walk import counted
from tests.world import let_in

HOUR = dt.timedelta(hours=1)
LIST, ASK, OWN = "/organisatie/terugzetten/", "/organisatie/terugzetten/vragen/", "/account/beveiliging/terugzetten/"


@pytest.fixture
def asked(cast: Cast, at: dt.datetime) -> FactorReset:
    return factor_reset.ask(cast.bram, reason="Telefoon gestolen.", by=cast.actor("arie"), at=at)


@pytest.fixture
def agreed(asked: FactorReset, cast: Cast, at: dt.datetime) -> FactorReset:
    return factor_reset.agree(asked, by=cast.actor("bea"), at=at + HOUR)


def told(user: Any) -> list[str]:
    return sorted(Notice.objects.filter(user=user, channel="email").values_list("kind", flat=True))


def test_the_person_and_the_other_administrator_hear_it_at_once(asked: FactorReset, cast: Cast) -> None:
    assert (told(cast.bram), told(cast.bea), told(cast.arie)) == (["factor_reset.watch"], ["factor_reset.agree"], [])
    assert Notice.objects.filter(user=cast.bram, channel="inbox", path=OWN).count() == 1
    assert AuditEvent.objects.get(action="factor_reset.asked").actor_name == "Arie Mol"


def test_it_takes_two_and_a_day(agreed: FactorReset, cast: Cast, at: dt.datetime) -> None:
    give_passkey(cast.bram, "sleutel")
    browser = let_in(Client(), cast.bram)
    assert agreed.due_at == at + 25 * HOUR
    assert factor_reset.carry_out_due(at + 25 * HOUR - dt.timedelta(seconds=1)) == 0
    assert Authenticator.objects.filter(user=cast.bram).count() == 3
    others = Authenticator.objects.exclude(user=cast.bram).count()
    assert factor_reset.carry_out_due(at + 25 * HOUR) == 1
    assert factor_reset.carry_out_due(at + 26 * HOUR) == 0
    assert not Authenticator.objects.filter(user=cast.bram).exists()
    assert Authenticator.objects.count() == others
    assert browser.get("/meldingen/")["Location"].startswith("/account/inloggen/")
    assert told(cast.bram) == ["factor_reset.done", "factor_reset.watch", "factor_reset.watch"]
    line = AuditEvent.objects.get(action="factor_reset.done")
    assert (line.actor_kind, line.actor_id, line.part) == ("system", "factor reset", f"user {cast.bram.pk}")


def test_other_people_stay_logged_in(agreed: FactorReset, cast: Cast, at: dt.datetime) -> None:
    other = let_in(Client(), cast.samira)
    factor_reset.carry_out_due(at + 30 * HOUR)
    assert other.get("/meldingen/").status_code == 200


def test_nobody_asks_or_agrees_for_themselves(asked: FactorReset, cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(NotPossible):
        factor_reset.ask(cast.arie, reason="x", by=cast.actor("arie"), at=at)
    with pytest.raises(NotPossible):
        factor_reset.agree(asked, by=cast.actor("arie"), at=at)
    other = factor_reset.ask(cast.bea, reason="x", by=cast.actor("arie"), at=at)
    with pytest.raises(NotPossible):
        factor_reset.agree(other, by=cast.actor("bea"), at=at)
    assert not FactorReset.objects.exclude(agreed_by=None).exists()


def test_one_at_a_time_and_only_with_a_factor(asked: FactorReset, cast: Cast, at: dt.datetime) -> None:
    for user in (cast.bram, cast.tom):
        with pytest.raises(NotPossible):
            factor_reset.ask(user, reason="x", by=cast.actor("bea"), at=at)
    factor_reset.stop(asked, by=cast.actor("arie"), at=at)
    assert factor_reset.ask(cast.bram, reason="weer", by=cast.actor("bea"), at=at).is_open


def test_twice_and_too_late_change_nothing(agreed: FactorReset, cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(NotPossible):
        factor_reset.agree(agreed, by=cast.actor("bea"), at=at)
    factor_reset.carry_out_due(at + 30 * HOUR)
    for verb in (factor_reset.agree, factor_reset.stop):
        with pytest.raises(NotPossible):
            verb(agreed, by=cast.actor("bea"), at=at + 31 * HOUR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"asked_by": "bram"}, {"agreed_by": "arie"}, {"agreed_by": "bram"}, {"agreed_by": None},
        {"agreed_at": None}, {"due_at": dt.timedelta(hours=-5)}, {"done_at": dt.timedelta()},
    ],
)  # fmt: skip
def test_the_database_keeps_the_rules_too(
    agreed: FactorReset, cast: Cast, at: dt.datetime, wrong: dict[str, Any]
) -> None:
    values = {name: at + value if isinstance(value, dt.timedelta) else value for name, value in wrong.items()}
    values = {name: cast.users[value] if isinstance(value, str) else value for name, value in values.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.filter(pk=agreed.pk).update(**values)


def test_the_person_stops_it_with_a_password_alone(agreed: FactorReset, cast: Cast, at: dt.datetime) -> None:
    client = Client(headers={"accept-language": "nl"})
    client.force_login(cast.bram)
    page = client.get(OWN).content.decode()
    assert "Arie Mol" in page and "Telefoon gestolen" not in page
    client.post(OWN)
    agreed.refresh_from_db()
    assert (agreed.stopped_by, agreed.is_open) == (cast.bram, False)
    assert factor_reset.carry_out_due(at + 40 * HOUR) == 0
    assert "Niemand heeft erom gevraagd" in client.get(OWN).content.decode()
    client.post(OWN)
    assert AuditEvent.objects.filter(action="factor_reset.stopped").count() == 1


def test_nobody_stops_somebody_elses_there(agreed: FactorReset, cast: Cast, logged_in: Callable[..., Client]) -> None:
    logged_in(cast.karin).post(OWN)
    agreed.refresh_from_db()
    assert agreed.is_open


@pytest.mark.parametrize("name", ["samira", "els", "vera", "bram", "tom"])
def test_only_administrators_see_any_of_it(
    asked: FactorReset, cast: Cast, logged_in: Callable[..., Client], name: str
) -> None:
    client = logged_in(cast.users[name])
    for path in (LIST, ASK, f"{LIST}{asked.pk}/"):
        for send in (client.get, client.post):
            assert send(path).status_code in {404, 405}
    assert not FactorReset.objects.exclude(agreed_by=None, stopped_by=None).exists()


def test_by_the_pages(cast: Cast, logged_in: Callable[..., Client], at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        arie, bea = logged_in(cast.arie), logged_in(cast.bea)
        answer = arie.post(ASK, {"email": "BRAM@nabij.example", "reason": "Gezien op kantoor."})
        made = FactorReset.objects.get()
        page = f"{LIST}{made.pk}/"
        assert answer["Location"] == page and 'value="agree"' not in arie.get(page).content.decode()
        arie.post(page, {"do": "agree"})
        made.refresh_from_db()
        assert made.agreed_at is None
        assert 'value="agree"' in bea.get(page).content.decode()
        bea.post(page, {"do": "agree"})
        made.refresh_from_db()
        assert (made.agreed_by, made.due_at) == (cast.bea, at + 24 * HOUR)


@pytest.mark.parametrize(
    "fields", [{}, {"email": "bram@nabij.example"}, {"email": "wie@nabij.example", "reason": "x"},
               {"email": "tom@thuis.example", "reason": "x"}, {"email": "bram@nabij.example", "reason": "x" * 301},
               {"email": "arie@nabij.example", "reason": "x"}],
)  # fmt: skip
def test_bad_input_when_asking(cast: Cast, logged_in: Callable[..., Client], fields: dict[str, str]) -> None:
    answer = logged_in(cast.arie).post(ASK, fields)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not FactorReset.objects.exists()


def test_agreeing_asks_again_who_it_is(asked: FactorReset, cast: Cast, logged_in: Callable[..., Client]) -> None:
    bea = logged_in(cast.bea)
    with time_machine.travel(dt.datetime.now(dt.UTC) + 6 * HOUR / 60):
        answer = bea.post(f"{LIST}{asked.pk}/", {"do": "agree"})
    assert answer["Location"].startswith("/account/controle/stap/?next=")
    asked.refresh_from_db()
    assert asked.agreed_at is None


def test_the_list_asks_as_much_for_thirty(
    cast: Cast, logged_in: Callable[..., Client], at: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    client = logged_in(cast.arie)
    for count in (1, 29):
        FactorReset.objects.bulk_create(
            FactorReset(user=cast.bram, reason="x", asked_by=cast.arie, asked_at=at, stopped_at=at, stopped_by=cast.bea)
            for _row in range(count)
        )
        with django_assert_max_num_queries(12) as found:
            assert client.get(LIST).status_code == 200
        assert len(counted(found.captured_queries)) <= 7


@pytest.mark.parametrize("fields", [{}, {"do": ""}, {"do": "anders"}])
def test_a_form_that_does_not_say_what_to_do_does_nothing(
    asked: FactorReset, cast: Cast, logged_in: Callable[..., Client], fields: dict[str, str]
) -> None:
    assert logged_in(cast.arie).post(f"/organisatie/terugzetten/{asked.pk}/", fields).status_code == 302
    asked.refresh_from_db()
    assert (asked.stopped_at, asked.agreed_at) == (None, None)


def leave(cast: Cast, name: str, how: str, at: dt.datetime) -> None:
    user = cast.users[name]
    if how == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        yesterday = at.date() - dt.timedelta(days=1)
        Membership.objects.filter(user=user, role=Role.ADMINISTRATOR).update(ends_on=yesterday)


@pytest.mark.parametrize("how", ["closed", "ended"])
@pytest.mark.parametrize(("gone", "other"), [("arie", "bea"), ("bea", "arie")])
@pytest.mark.parametrize("late", [False, True])
def test_it_stops_when_one_of_the_two_is_no_longer_one(
    agreed: FactorReset, cast: Cast, at: dt.datetime, how: str, gone: str, other: str, late: bool
) -> None:
    leave(cast, gone, how, at)
    factors = Authenticator.objects.filter(user=cast.bram).count()
    for _twice in range(2):
        assert factor_reset.carry_out_due(at + (30 if late else 2) * HOUR) == 0
    agreed.refresh_from_db()
    assert (agreed.is_open, agreed.done_at, agreed.stopped_by) == (False, None, None)
    assert Authenticator.objects.filter(user=cast.bram).count() == factors > 0
    stopped = Notice.objects.filter(kind="factor_reset.stopped", channel="email")
    assert set(stopped.values_list("user", flat=True)) == {cast.users[other].pk, cast.bram.pk}
    assert stopped.count() == 2
    line = AuditEvent.objects.get(action="factor_reset.stopped")
    assert (line.actor_kind, line.part) == ("system", f"user {cast.bram.pk}")
    assert factor_reset.ask(cast.bram, reason="weer", by=cast.actor(other), at=at + 31 * HOUR).is_open


def test_one_that_waits_for_a_second_stops_too_and_the_other_administrator_hears_it(
    asked: FactorReset, cast: Cast, at: dt.datetime, logged_in: Callable[..., Client]
) -> None:
    leave(cast, "arie", "ended", at)
    with pytest.raises(NotPossible):
        factor_reset.agree(asked, by=cast.actor("bea"), at=at)
    factor_reset.carry_out_due(at + HOUR)
    asked.refresh_from_db()
    assert asked.stopped_at == at + HOUR
    assert "factor_reset.stopped" in told(cast.bea) and "factor_reset.stopped" not in told(cast.arie)
    page = logged_in(cast.bea).get(f"{LIST}{asked.pk}/").content.decode()
    assert "een van de twee is geen beheerder meer" in page and "None" not in page
