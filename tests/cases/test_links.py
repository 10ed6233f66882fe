"""Requests of one person: linked by a human who may open both, seen by nobody else, undone, never by the machine."""

import datetime as dt
import html
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.enums import Outcome
from accounts.models import AuditEvent
from cases import callbacks, links, timeline
from cases.enums import AccessReason
from cases.intake import Submission
from cases.models import Case, SamePerson, TimelineEntry
from cases.moves import NotNow
from cases.permissions import grant
from desk import reception
from tests.desk.counting import queries_of
from tests.factories.cast import Cast

Client_ = Callable[..., Client]


def asked(at: dt.datetime, by: Actor = ANONYMOUS, **contact: Any) -> Case:
    sent = reception.take_in(Submission(submission_id=uuid.uuid4(), danger="no", contact=contact), by=by, at=at)
    return Case.objects.get(reference=sent.reference)


@pytest.fixture
def two(cast: Cast, at: dt.datetime) -> tuple[Case, Case]:
    return asked(at), asked(at)


def typed(other: Case, **more: Any) -> dict[str, Any]:
    return {"reference": other.reference.lower(), "reason": "Ze noemde beide nummers.", "sure": "on"} | more


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_linked_on_both_with_who_and_why(
    two: tuple[Case, Case], cast: Cast, logged_in: Client_
) -> None:  # fmt: skip
    one, other = two
    desk = logged_in(cast.samira, headers={"accept-language": "nl"})
    assert desk.post(f"/zaken/{one.reference}/zelfde-persoon/", typed(other)).status_code == 302
    for here, there in ((one, other), (other, one)):
        for address in (f"/loket/{here.reference}/", f"/zaken/{here.reference}/"):
            assert f"/zaken/{there.reference}/" in text(desk.get(address))
        assert "Ze noemde beide nummers." in text(desk.get(f"/zaken/{here.reference}/zelfde-persoon/"))
    assert TimelineEntry.objects.filter(kind="linked", for_client=False).count() == 2
    assert set(AuditEvent.objects.filter(action="case.linked").values_list("case_id", "actor_id")) == {
        (case.pk, str(cast.samira.pk)) for case in two
    }


def test_twice_is_once_and_undone_is_undone(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    by = actor_for(cast.samira, at)
    rows = {links.link(*pair, reason="Zelfde stem.", by=by, at=at) for pair in (two, two[::-1])}
    assert len(rows) == SamePerson.objects.count() == 1
    row = rows.pop()
    for _time in range(2):
        links.undo(row, by=by, at=at)
    assert [one.is_open for one in links.of_case(two[0], by, at)] == [False]
    assert TimelineEntry.objects.filter(kind="unlinked").count() == 2
    links.link(*two, reason="Toch wel.", by=by, at=at)
    assert SamePerson.objects.filter(undone_at=None).count() == 1


def test_who_may_not_open_the_other_sees_nothing_of_it(
    two: tuple[Case, Case], cast: Cast, at: dt.datetime, logged_in: Client_
) -> None:
    one, other = two
    links.link(one, other, reason="Zelfde stem.", by=actor_for(cast.samira, at), at=at)
    grant(one, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    bram, samira = actor_for(cast.bram, at), actor_for(cast.samira, at)
    assert (links.of_case(one, bram, at), len(links.of_case(one, samira, at))) == ([], 1)
    pages = [text(logged_in(cast.bram).get(f"/zaken/{one.reference}/{tail}")) for tail in ("", "zelfde-persoon/")]
    assert not any(other.reference in page or "Gekoppeld aan" in page or "Zelfde stem" in page for page in pages)
    told = [
        [line.kind for line in timeline.for_staff(one, others=links.visible_ids(links.of_case(one, by, at)))]
        for by in (bram, samira)
    ]
    assert ["linked" in kinds for kinds in told] == [False, True]


@pytest.mark.parametrize("reference", ["NB-2222-3333", "hidden"])
def test_a_request_that_you_may_not_open_is_not_there(
    two: tuple[Case, Case], cast: Cast, at: dt.datetime, logged_in: Client_, reference: str
) -> None:
    one, other = two
    grant(other, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    meant = other.reference if reference == "hidden" else reference
    desk = logged_in(cast.samira, headers={"accept-language": "nl"})
    page = desk.post(f"/zaken/{one.reference}/zelfde-persoon/", typed(other, reference=meant))
    assert page.context["form"].errors == {"reference": ["Er is geen aanvraag met dit kenmerk die jij mag openen."]}
    assert (page.status_code, SamePerson.objects.exists()) == (200, False)
    assert AuditEvent.objects.filter(action="case.linked", outcome=Outcome.DENIED).count() == 1


def test_two_accounts_are_two_people(cast: Cast, at: dt.datetime) -> None:
    pair = [asked(at, actor_for(cast.users[name], at)) for name in ("tom", "lisa")]
    with pytest.raises(NotNow):
        links.link(*pair, reason="Zelfde adres.", by=actor_for(cast.samira, at), at=at)


def test_not_with_itself(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(NotNow):
        links.link(two[0], two[0], reason="Zelfde.", by=actor_for(cast.samira, at), at=at)
    row = SamePerson(case=two[0], other=two[0], linked_by=cast.samira, linked_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_shared_phone_links_nothing(cast: Cast, at: dt.datetime) -> None:
    shared = {"phone": "+31600000012", "email": "thuis@thuis.example"}
    pair = [asked(at, **shared) for _time in range(2)]
    assert (SamePerson.objects.exists(), len({case.person_id for case in pair})) == (False, 2)


@pytest.mark.parametrize("missing", ["reference", "reason", "sure"])
def test_every_answer_is_needed(two: tuple[Case, Case], cast: Cast, logged_in: Client_, missing: str) -> None:
    desk = logged_in(cast.samira)
    page = desk.post(f"/zaken/{two[0].reference}/zelfde-persoon/", typed(two[1], **{missing: ""}))
    assert (list(page.context["form"].errors), SamePerson.objects.exists()) == ([missing], False)


@pytest.mark.parametrize("name", ["bram", "vera", "tom"])
def test_nobody_else_comes_there(two: tuple[Case, Case], cast: Cast, logged_in: Client_, name: str) -> None:
    browser = logged_in(cast.users[name])
    address = f"/zaken/{two[0].reference}/zelfde-persoon/"
    assert (browser.get(address).status_code, browser.post(address, typed(two[1])).status_code) == (404, 404)
    assert not SamePerson.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_pages_of_a_linked_case_stay_within_their_budget(
    cast: Cast, at: dt.datetime, logged_in: Client_, count: int
) -> None:
    one, by = asked(at, channels=["phone"], phone="06-00000012"), actor_for(cast.samira, at)
    for _number in range(count):
        links.link(one, asked(at), reason="Zelfde stem.", by=by, at=at)
    callbacks.agree(one, at + dt.timedelta(days=900), by=by, at=at)
    desk = logged_in(cast.samira)
    plain = asked(at, channels=["phone"], phone="06-00000012")
    callbacks.agree(plain, at + dt.timedelta(days=900), by=by, at=at)
    desk.get("/loket/")
    for address in (
        f"/loket/{one.reference}/", f"/loket/{one.reference}/?outcome=refer", f"/zaken/{one.reference}/",
        f"/zaken/{one.reference}/?page=2", f"/zaken/{one.reference}/zelfde-persoon/",
    ):  # fmt: skip
        found = queries_of(lambda address=address: desk.get(address))
        bare = queries_of(lambda address=address: desk.get(address.replace(one.reference, plain.reference)))
        assert len(found) <= min(12, len(bare) + 1), "\n".join([address, *found])
