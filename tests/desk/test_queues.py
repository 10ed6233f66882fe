"""The tiles of the dashboard: what each counts, and that its link shows exactly those."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cases import actions, callbacks
from cases.enums import AttemptOutcome, CaseState, ContactWay, Urgency
from cases.models import Case
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, make_second

HOUR = dt.timedelta(hours=1)
DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: Callable[..., Client]) -> Client:
    return logged_in(cast.samira)


def rows(response: Any) -> list[str]:
    return [row.reference for row in response.context["rows"]]


def count(response: Any, label: str) -> int:
    return next(queue["count"] for queue in response.context["queues"] if queue["label"] == label)


def tile(response: Any, label: str) -> dict[str, Any]:
    return next(queue for queue in response.context["queues"] if queue["label"] == label)


def opens(queue: dict[str, Any]) -> str:
    url: str = queue["url"]
    return f"/loket/{url}" if url.startswith("?") else url


def labels(response: Any) -> list[str]:
    return [row.label for row in response.context["page"].object_list]


def test_each_tile_counts_exactly_its_list_past_the_first_page(desk: Client, cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("samira")
    for _ in range(26):
        make_case(cast, state=CaseState.SUBMITTED, owner=None, urgency=Urgency.URGENT, first_contact_due_at=at - HOUR)
    called = {hours: make_case(cast) for hours in (1, 30)}
    for hours, case in called.items():
        callbacks.agree(case, at + hours * HOUR, by=by, at=at)
    make_case(cast, state=CaseState.IN_TRIAGE, next_action_at=at - HOUR)
    tried = {outcome: make_case(cast) for outcome in (AttemptOutcome.NO_ANSWER, AttemptOutcome.SPOKEN)}
    for outcome, case in tried.items():
        actions.log_attempt(case, way=ContactWay.PHONE, outcome=outcome, note="", reason="Gevraagd.", by=by, at=at)
    page = desk.get("/loket/", headers=DUTCH)
    wanted = {"Nieuw": 26, "Spoed": 26, "Te laat": 27, "Vandaag terugbellen": 2, "Nog niet bereikt": 1, "Van mij": 5}
    assert {label: count(page, label) for label in wanted} == wanted
    for queue in page.context["queues"]:
        listed = desk.get(opens(queue)).context["page"]
        assert listed.paginator.count == queue["count"], queue["label"]
        assert sum(len(listed.paginator.page(n).object_list) for n in listed.paginator.page_range) == queue["count"]
    assert called[30].reference not in labels(desk.get(opens(tile(page, "Vandaag terugbellen"))))


def next_of(response: Any, reference: str) -> Any:
    return next(row.step for row in response.context["rows"] if row.reference == reference)


def test_what_waits_for_a_yes_is_no_work_for_the_desk(desk: Client, cast: Cast, at: dt.datetime) -> None:
    asked = make_referral(cast, by_phone=False)
    spoken = make_referral(cast, by_phone=False, first_contact_at=at)
    second = make_second(cast, by_phone=False)
    page = desk.get("/loket/", headers={"accept-language": "en"})
    summary = [next_of(page, referral.case.reference) for referral in (asked, spoken)]
    assert [(step.text, step.moment) for step in summary] == [
        ("The client answers the summary", asked.due_at), ("The client answers the summary", spoken.due_at),
    ]  # fmt: skip
    assert next_of(page, second.case.reference).text == "The coordinator decides"
    Referral.objects.filter(pk=spoken.pk).update(consent="by_phone")
    callbacks.agree(asked.case, at + HOUR, by=cast.actor("samira"), at=at)
    page = desk.get("/loket/", headers={"accept-language": "en"})
    assert next_of(page, spoken.case.reference).text == "Offer it now"
    assert next_of(page, asked.case.reference).text == "Call back"


def test_an_emergency_is_called_whatever_waits(desk: Client, cast: Cast) -> None:
    asked = make_referral(cast, by_phone=False)
    Case.objects.filter(pk=asked.case_id).update(urgency=Urgency.EMERGENCY, urgency_rank=Urgency.EMERGENCY.rank)
    page = desk.get("/loket/", headers={"accept-language": "en"})
    assert next_of(page, asked.case.reference).text == "Call, now"
