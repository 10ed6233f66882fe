"""Spreading the cases of somebody who leaves: looked at and changed first, then done in one go."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import actor_for
from accounts.models import AuditEvent, Notice
from cases.enums import AccessReason, CaseState
from cases.models import Case, TimelineEntry
from cases.permissions import grant, permissions_on
from desk import handover
from tests.desk.counting import queries_of
from tests.factories.cast import Cast
from tests.factories.work import make_accepted
from tests.referrals.test_spreading import colleague
from tests.walk import counted

LogIn = Callable[..., Client]
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _now(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


def of_bram(cast: Cast, **more: object) -> Case:
    return make_accepted(cast, team=cast.teams["regional-west"], **more)


def page_of(cast: Cast, query: str = "", name: str = "person_spread") -> str:
    return reverse(name, args=[cast.bram.public_id]) + query


def filled(page: Any, **changes: object) -> dict[str, object]:
    """What the form holds when it is sent as shown, with these changes."""
    form = page.context["form"]
    values = {name: field.initial for name, field in form.fields.items() if name not in {"seen", "sure"}}
    return {**values, "seen": form.now, "sure": "on"} | changes


def owners(*cases: Case) -> list[str]:
    """First names; the desk is nobody."""
    rows = Case.objects.select_related("owner").in_bulk([case.pk for case in cases])
    return [getattr(rows[case.pk].owner, "first_name", "") for case in cases]


FULL = {"Ilse": "Ilse Çelik", "Noor": "Noor Bakker"}


def test_from_the_choice_to_the_preview_to_done(cast: Cast, logged_in: LogIn) -> None:
    colleague(cast, "Noor Bakker")
    cases, els = [of_bram(cast) for _number in range(4)], logged_in(cast.els)
    chosen = els.post(page_of(cast, name="person_stop"), {"cases": "spread"})
    assert chosen.headers["Location"] == page_of(cast, "?")
    page = els.get(page_of(cast))
    html = page.content.decode()
    assert [(total.user.first_name, total.now, total.comes) for total in page.context["totals"]] == [
        ("Ilse", 0, 2), ("Noor", 0, 2),
    ]  # fmt: skip
    assert all(case.reference in html for case in cases)
    assert set(owners(*cases)) == {"Bram"}
    plan = {share.case.pk: share.fit.user for share in page.context["plan"].shares}
    cases.sort(key=lambda case: plan[case.pk] == cast.ilse)  # two of Noor, two of Ilse
    first, *_rest, second = cases
    changes = {first.reference: cast.ilse.pk, second.reference: "desk"}
    done = els.post(page_of(cast), filled(page, **changes), follow=True)
    assert owners(first, second) == ["Ilse", ""]
    assert owners(*cases[1:3]) == ["Noor", "Ilse"]
    assert "3 dingen gingen naar een collega. 1 ding is bij het loket." in done.content.decode()
    for name, number in Counter(owners(*cases[:3])).items():
        assert f"{FULL[name]} {number}" in done.content.decode()
    cast.bram.refresh_from_db()
    assert not cast.bram.is_active
    again = els.post(page_of(cast), filled(page, **changes))
    assert again.headers["Location"] == reverse("person", args=[cast.bram.public_id])
    assert TimelineEntry.objects.filter(case=first, kind="taken").count() == 1


def test_each_gets_the_file_its_team_and_one_notice(cast: Cast, logged_in: LogIn) -> None:
    noor, case = colleague(cast, "Noor Bakker", "regional-noord"), of_bram(cast, client="tom")
    handover.stop(cast.bram, {"cases": {case.pk: noor}}, by=cast.actor("els"), at=cast.at)
    case.refresh_from_db()
    assert (case.owner, case.primary_contact, case.team) == (noor, noor, cast.teams["regional-noord"])
    assert "case.work" in permissions_on(case.pk, actor_for(noor, cast.at), cast.at)
    assert not permissions_on(case.pk, cast.actor("bram"), cast.at)
    assert Notice.objects.filter(kind="client.news", user=cast.tom, channel="inbox").count() == 1
    assert Notice.objects.filter(kind="staff.work", channel="inbox").values_list("user").get() == (noor.pk,)


def test_what_is_not_chosen_right_is_said_and_kept(cast: Cast, logged_in: LogIn) -> None:
    case, els = of_bram(cast), logged_in(cast.els)
    page = els.get(page_of(cast))
    for changes in ({"sure": ""}, {case.reference: cast.samira.pk}, {case.reference: "x"}, {case.reference: ""}):
        answer = els.post(page_of(cast), filled(page, **changes))
        assert (answer.status_code, owners(case)) == (200, ["Bram"])
        assert "data-error-summary" in answer.content.decode()
        assert "Dit veld is verplicht" not in answer.content.decode()


def test_a_case_that_came_since_is_looked_at_first(cast: Cast, logged_in: LogIn) -> None:
    case, els = of_bram(cast), logged_in(cast.els)
    page = els.get(page_of(cast))
    later = of_bram(cast)
    answer = els.post(page_of(cast), filled(page, **{case.reference: "desk"}))
    assert "De zaken zijn veranderd" in answer.content.decode()
    assert answer.context["form"][case.reference].value() == "desk"
    assert owners(case, later) == ["Bram", "Bram"]
    els.post(page_of(cast), filled(answer))
    assert owners(case, later) == ["Ilse", "Ilse"]


def test_the_most_for_one_colleague_is_asked_in_the_address(cast: Cast, logged_in: LogIn) -> None:
    [of_bram(cast) for _number in range(3)]
    els = logged_in(cast.els)
    plan = els.get(page_of(cast, "?most=2")).context["plan"]
    assert (plan.most, plan.to_desk) == (2, 1)
    for odd in ("?most=0", "?most=-1", "?most=x", "?most=9999999999", "?offers=999999&desk=x&most="):
        assert els.get(page_of(cast, odd)).context["plan"].most == 6


def test_where_the_rest_goes_comes_along(cast: Cast, logged_in: LogIn) -> None:
    of_bram(cast)
    els, query = logged_in(cast.els), f"?offers={cast.ilse.pk}"
    page = els.get(page_of(cast, query))
    assert page.context["rest"] == {"offers": str(cast.ilse.pk)}
    wrong = els.post(page_of(cast, "?offers=x"), filled(page))
    assert wrong.headers["Location"] == reverse("person", args=[cast.bram.public_id])


def test_nothing_to_spread(cast: Cast, logged_in: LogIn) -> None:
    answer = logged_in(cast.els).get(page_of(cast))
    assert answer.headers["Location"] == page_of(cast, name="person_stop")


def test_a_case_that_the_coordinator_may_not_know_goes_as_proposed_and_is_not_shown(
    cast: Cast, logged_in: LogIn
) -> None:
    seen, secret = of_bram(cast), of_bram(cast)
    grant(secret, reason=AccessReason.BLOCKED, user_id=cast.els.pk, at=cast.at)
    els = logged_in(cast.els)
    page = els.get(page_of(cast))
    assert (seen.reference in page.content.decode(), secret.reference in page.content.decode()) == (True, False)
    assert "Nog 1 zaak die jij niet mag zien gaat zoals voorgesteld." in page.content.decode()
    assert [(total.comes, total.reasons[0][-3:]) for total in page.context["totals"]] == [(2, "(1)")]
    els.post(page_of(cast), filled(page))
    assert owners(seen, secret) == ["Ilse", "Ilse"]


@pytest.mark.parametrize("name", ["joost", "samira", "vera"])
def test_not_for_others(cast: Cast, logged_in: LogIn, name: str) -> None:
    case = of_bram(cast)
    for answer in (
        logged_in(cast.users[name]).get(page_of(cast)),
        logged_in(cast.users[name]).post(page_of(cast), {"sure": "on", case.reference: cast.ilse.pk}),
    ):
        assert answer.status_code == 404
    assert owners(case) == ["Bram"]


def test_120_cases_over_ten_colleagues(cast: Cast, logged_in: LogIn) -> None:
    for number in range(9):
        colleague(cast, f"Collega {number}")
    els, costs = logged_in(cast.els), []
    cases = [of_bram(cast)]
    els.get(page_of(cast))
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            page = els.get(page_of(cast))
        costs.append(len(counted(seen)))
        cases += [of_bram(cast) for _number in range(120 - len(cases))]
    assert costs[0] == costs[1] <= MOST_QUERIES
    page = els.get(page_of(cast))
    assert {total.comes for total in page.context["totals"]} == {12}
    spent = queries_of(lambda: els.post(page_of(cast), filled(page)))
    assert not Case.objects.filter(owner=cast.bram).exists()
    assert Case.objects.filter(state=CaseState.ACCEPTED).count() == 120
    assert AuditEvent.objects.filter(action="case.handed_over").count() == 120
    assert len(spent) <= 60 + 14 * 10  # fourteen for each colleague, none for each case


def test_a_colleague_who_left_in_between_gets_nothing(cast: Cast) -> None:
    case, noor = of_bram(cast), colleague(cast, "Noor Bakker")
    handover.stop(noor, {}, by=cast.actor("els"), at=cast.at)
    result = handover.stop(cast.bram, {"cases": {case.pk: noor}}, by=cast.actor("els"), at=cast.at)
    assert (result.refused, result.to_desk["cases"], owners(case)) == (1, 1, [""])
