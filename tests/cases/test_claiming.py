"""Keeping a followed request in an account: once, for one account, and never by who works on it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actors import ANONYMOUS
from accounts.models import AuditEvent, User
from cases import claiming, client_page, timeline
from cases.enums import AccessReason, EntryKind
from cases.intake import Submission
from cases.models import Case, CaseAccess, Person, TimelineEntry
from cases.moves import NotNow
from cases.permissions import grant
from desk.reception import Receipt, take_in
from tests.factories.cast import Cast


def sent(at: dt.datetime, requester: str = "self") -> Receipt:
    return take_in(Submission(submission_id=uuid.uuid4(), danger="no", requester=requester), by=ANONYMOUS, at=at)


@pytest.fixture
def case(cast: Cast, at: dt.datetime) -> Case:
    return Case.objects.get(reference=sent(at).reference)


def refused(case: Case, cast: Cast, name: str, at: dt.datetime) -> str:
    with pytest.raises(NotNow) as why:
        claiming.claim(case, by=cast.actor(name), at=at)
    return str(why.value)


def test_the_account_gets_the_clients_access_and_the_person(case: Case, cast: Cast, at: dt.datetime) -> None:
    claiming.claim(case, by=cast.actor("tom"), at=at)
    row = CaseAccess.objects.get(case=case, user=cast.tom)
    assert (row.scope, row.reason, row.ends_at) == ("client", "client", None)
    assert Person.objects.get(user=cast.tom) == Case.objects.get().person
    assert list(client_page.cases_of(cast.actor("tom"), at)) == [case]
    assert "Je bewaarde deze aanvraag in je account" in [line.text for line in timeline.for_client(case)]
    line = AuditEvent.objects.get(action="case.claimed")
    assert (line.case_id, line.basis) == (case.pk, "reference and pass-phrase")


def test_twice_is_harmless(case: Case, cast: Cast, at: dt.datetime) -> None:
    for _time in range(2):
        claiming.claim(case, by=cast.actor("tom"), at=at)
    assert CaseAccess.objects.filter(case=case, user=cast.tom).count() == 1
    assert TimelineEntry.objects.filter(kind=EntryKind.CLAIMED).count() == 1


def test_a_second_account_is_told_nothing(case: Case, cast: Cast, at: dt.datetime) -> None:
    claiming.claim(case, by=cast.actor("tom"), at=at)
    words = refused(case, cast, "lisa", at)
    assert "Deze aanvraag kun je niet in dit account bewaren" in words and "Tom" not in words
    assert not CaseAccess.objects.filter(user=cast.lisa).exists()
    assert AuditEvent.objects.filter(action="case.claimed", outcome="denied").count() == 1


@pytest.mark.parametrize("name", ["samira", "joost", "els"])
def test_the_desk_that_works_on_it_cannot(case: Case, cast: Cast, at: dt.datetime, name: str) -> None:
    assert refused(case, cast, name, at) == refused(case, cast, "samira", at)


def test_a_worker_who_had_it_or_may_never_see_it_cannot(case: Case, cast: Cast, at: dt.datetime) -> None:
    past = at - dt.timedelta(days=9)
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=past, ends_at=at - dt.timedelta(days=2))
    CaseAccess.objects.create(case=case, user=cast.ilse, reason=AccessReason.BLOCKED, starts_at=past)
    assert refused(case, cast, "bram", at) == refused(case, cast, "ilse", at)
    claiming.claim(case, by=cast.actor("karin"), at=at)  # who has nothing to do with it is a client like anyone


def test_who_asked_twice_keeps_both(case: Case, cast: Cast, at: dt.datetime) -> None:
    other = Case.objects.get(reference=sent(at).reference)
    for one in (case, other):
        claiming.claim(one, by=cast.actor("tom"), at=at)
    assert set(client_page.cases_of(cast.actor("tom"), at)) == {case, other}
    assert Person.objects.filter(user=cast.tom).count() == 1
    assert refused(other, cast, "lisa", at)


def test_an_account_that_the_person_has_already_is_no_other(case: Case, cast: Cast, at: dt.datetime) -> None:
    Person.objects.filter(pk=case.person_id).update(user=cast.tom)
    assert refused(case, cast, "lisa", at)
    claiming.claim(case, by=cast.actor("tom"), at=at)
    assert CaseAccess.objects.filter(user=cast.tom, case=case).count() == 1


# -- by the pages --------------------------------------------------------------------------------------------------


def follow_and_log_in(receipt: Receipt, user: User) -> Client:
    client = Client(headers={"accept-language": "nl"})
    client.post("/volgen/", {"reference": receipt.reference, "phrase": receipt.passphrase})
    client.post("/account/inloggen/?next=/volgen/bewaren/", {"login": user.email, "password": "demo-demo-demo"})
    return client


def test_from_the_page_where_it_is_followed(cast: Cast) -> None:
    receipt = sent(timezone.now())
    client = follow_and_log_in(receipt, cast.tom)
    page = client.get("/volgen/bewaren/")
    assert page.status_code == 200 and receipt.reference in page.content.decode()
    assert not CaseAccess.objects.filter(user=cast.tom).exists()
    assert client.post("/volgen/bewaren/")["Location"] == f"/mijn/{receipt.reference}/"
    assert client.get(f"/mijn/{receipt.reference}/").status_code == 200
    assert client.post("/volgen/bewaren/")["Location"] == f"/mijn/{receipt.reference}/"


def test_without_following_there_is_nothing_to_keep(cast: Cast, logged_in: Callable[..., Client]) -> None:
    for send in (logged_in(cast.tom).get, logged_in(cast.tom).post):
        assert send("/volgen/bewaren/")["Location"] == "/mijn/toevoegen/"
    assert Client().get("/volgen/bewaren/")["Location"].startswith("/account/inloggen/")


def test_by_reference_and_phrase(cast: Cast, logged_in: Callable[..., Client]) -> None:
    receipt, client = sent(timezone.now()), logged_in(cast.tom)
    given = {"reference": receipt.reference.lower(), "phrase": receipt.passphrase}
    assert client.post("/mijn/toevoegen/", given)["Location"] == f"/mijn/{receipt.reference}/"
    taken = logged_in(cast.lisa).post("/mijn/toevoegen/", given)
    assert "niet in dit account bewaren" in taken.content.decode()


@pytest.mark.parametrize("wrong", [{}, {"phrase": "mis"}, {"reference": "NB-2222-2222"}, {"reference": "x" * 99}])
def test_bad_input(cast: Cast, logged_in: Callable[..., Client], wrong: dict[str, str]) -> None:
    receipt = sent(timezone.now())
    given = ({"reference": receipt.reference, "phrase": receipt.passphrase} | wrong) if wrong else {}
    answer = logged_in(cast.tom).post("/mijn/toevoegen/", given)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not CaseAccess.objects.filter(user=cast.tom).exists()


def test_a_commanders_question_is_kept_nowhere(cast: Cast, logged_in: Callable[..., Client]) -> None:
    receipt = sent(timezone.now(), requester="team_advice")
    answer = logged_in(cast.max).post(
        "/mijn/toevoegen/", {"reference": receipt.reference, "phrase": receipt.passphrase}
    )
    assert "horen niet bij elkaar" in answer.content.decode()


def test_guessing_waits(cast: Cast, logged_in: Callable[..., Client], at: Any) -> None:
    receipt, client = sent(timezone.now()), logged_in(cast.tom)
    for _try in range(6):
        answer = client.post("/mijn/toevoegen/", {"reference": receipt.reference, "phrase": "mis"})
    assert "probeer het dan opnieuw" in answer.content.decode()
