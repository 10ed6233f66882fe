"""What is done with the ticked requests: given, labelled, printed; one by one checked, and harmless when sent twice."""

import datetime as dt
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from accounts.models import AuditEvent, Notice, User
from cases import actions, case_tasks, tags
from cases.enums import AccessReason, CaseState
from cases.models import Alert, Case, CaseAccess, CaseTag, Tag, TimelineEntry
from cases.permissions import grant
from desk import bulk, paging
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

LogIn = Callable[..., Client]
DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


@pytest.fixture
def money(cast: Cast) -> Tag:
    return tags.make("Geld", by=cast.actor("samira"), at=cast.at)


def new(cast: Cast, count: int) -> list[Case]:
    return [make_case(cast, state=CaseState.SUBMITTED, owner=None) for _ in range(count)]


def send(client: Client, where: str, cases: list[Case], **more: Any) -> Any:
    picked = {"pick": [case.reference for case in cases], "next": "/loket/?queue=new", **more}
    return client.post(f"/loket/{where}/", picked, follow=True, headers=DUTCH)


def owners(cases: list[Case]) -> list[str]:
    return [Case.objects.get(pk=case.pk).owner.first_name for case in cases]


@pytest.mark.parametrize("many", [True, False])
def test_whose_account_was_closed_meanwhile_gets_nothing(cast: Cast, many: bool) -> None:
    """Their last role counts until the end of the day."""
    [case], samira = new(cast, 1), cast.actor("samira")
    User.objects.filter(pk=cast.joost.pk).update(is_active=False)
    if many:
        done = bulk.give([case.reference], to=cast.joost, by=samira, at=cast.at)
        assert (done.references, len(done.left)) == ([], 1)
    else:
        with pytest.raises(actions.NotNow):
            actions.give(case, to=cast.joost, by=samira, at=cast.at)
    assert Case.objects.get(pk=case.pk).owner is None


def test_given_to_a_colleague_who_hears_it_once(desk: Client, cast: Cast) -> None:
    cases = new(cast, 3)
    page = send(desk, "geven", cases, to=cast.joost.pk).content.decode()
    assert owners(cases) == ["Joost"] * 3
    assert "3 aanvragen zijn nu van Joost Verkerk." in page
    told = Notice.objects.filter(user=cast.joost, channel="inbox")
    assert [(one.kind, one.path, one.params) for one in told] == [("case.given_many", "/loket/?queue=mine", {})]
    assert AuditEvent.objects.filter(action="case.given").count() == 3


def test_given_twice_changes_and_tells_nothing_more(desk: Client, cast: Cast) -> None:
    cases = new(cast, 2)
    for _ in range(2):
        send(desk, "geven", cases, to=cast.joost.pk)
    assert AuditEvent.objects.filter(action="case.given").count() == 2
    assert Notice.objects.filter(kind="case.given_many", channel="inbox").count() == 1


def test_what_could_not_be_given_is_named_with_why(desk: Client, cast: Cast, at: dt.datetime) -> None:
    free, kept_out, hidden = new(cast, 3)
    grant(kept_out, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    CaseAccess.objects.filter(case=hidden).delete()
    page = send(desk, "geven", [free, kept_out, hidden], to=cast.joost.pk).content.decode()
    assert owners([free]) == ["Joost"]
    assert Case.objects.get(pk=kept_out.pk).owner is None
    assert f"{kept_out.reference}: Joost Verkerk kan deze aanvraag nu niet openen." in page
    assert "Eén van de gekozen aanvragen mag jij niet wijzigen." in page and hidden.reference not in page


@pytest.mark.parametrize("to", ["", "0", "x", "bram"])
def test_only_to_a_colleague_of_the_desk(desk: Client, cast: Cast, to: str) -> None:
    cases = new(cast, 1)
    page = send(desk, "geven", cases, to=cast.users[to].pk if to in cast.users else to).content.decode()
    assert "Kies een collega." in page
    assert Case.objects.get(pk=cases[0].pk).owner is None


def test_a_label_on_each_and_twice_is_once(desk: Client, cast: Cast, money: Tag) -> None:
    cases = new(cast, 2)
    for _ in range(2):
        page = send(desk, "labels", cases, tag=money.pk)
    assert "2 aanvragen hebben het label Geld." in page.content.decode()
    assert CaseTag.objects.filter(tag=money).count() == 2
    assert AuditEvent.objects.filter(action="case.tagged").count() == 2
    assert [row.tags for row in page.context["rows"]] == [["Geld"], ["Geld"]]
    found = desk.get(f"/loket/?tag={money.pk}").context["rows"]
    assert {row.reference for row in found} == {case.reference for case in cases}
    assert "Kies een label." in send(desk, "labels", cases, tag="0").content.decode()


@pytest.mark.parametrize(("where", "field"), [("geven", "to"), ("labels", "tag")])
def test_what_was_left_empty_is_said_at_the_field_and_the_ticks_stay(
    desk: Client, cast: Cast, money: Tag, where: str, field: str
) -> None:
    first, second, other = new(cast, 3)
    page = send(desk, where, [first, second])
    html = page.content.decode()
    assert f'<a href="#bulk-{field}">' in html and f'id="bulk-{field}-error"' in html and 'bulk-more" open' in html
    assert f'name="{field}" aria-invalid="true" aria-describedby="bulk-{field}-error"' in html
    ticked = set(re.findall(r'value="(NB-[^"]+)"[^>]* data-pick checked', html))
    assert ticked == {first.reference, second.reference}
    assert 'name="next" value="/loket/?queue=new"' in html and other.reference in html  # as before the ticks
    assert page.context["title"] == "Nieuw"
    again = {"next": "/loket/?queue=new", field: ""}
    assert (
        "Er is geen aanvraag gekozen."
        in desk.post(f"/loket/{where}/", again, follow=True, headers=DUTCH).content.decode()
    )


def test_the_print_says_the_number_and_is_written_down(desk: Client, cast: Cast) -> None:
    cases = new(cast, 2)
    hidden = new(cast, 1)[0]
    CaseAccess.objects.filter(case=hidden).delete()
    page = send(desk, "papier", [*cases, hidden]).content.decode()
    assert "2 aanvragen" in page and "1 die je koos, mag jij niet zien." in page
    assert "Vertrouwelijk" in page and "Samira El Amrani" in page
    assert all(case.reference in page for case in cases) and hidden.reference not in page
    assert "Jansen" not in page and "sergeant" not in page
    printed = AuditEvent.objects.filter(action="case.printed", part="list")
    assert {event.case_id for event in printed} == {case.pk for case in cases}


@pytest.mark.parametrize("where", ["geven", "labels", "papier", "nemen"])
def test_nothing_ticked_and_no_get(desk: Client, cast: Cast, money: Tag, where: str) -> None:
    page = send(desk, where, [], to=cast.joost.pk, tag=money.pk).content.decode()
    assert "Er is geen aanvraag gekozen." in page
    assert desk.get(f"/loket/{where}/").status_code == (302 if where == "papier" else 405)


@pytest.mark.parametrize("where", ["geven", "labels", "papier"])
def test_only_the_desk(cast: Cast, logged_in: LogIn, money: Tag, where: str) -> None:
    assert send(logged_in(cast.bram), where, new(cast, 1), to=cast.joost.pk, tag=money.pk).status_code == 404


def test_a_hundred_at_once_and_no_more(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("samira")
    strange = ["NB-AAAA-AAAA"] * 3 + [f"NB-AAAA-A{n:03d}" for n in range(200)]
    assert bulk.take(strange, by=by, at=at).references == []
    assert AuditEvent.objects.filter(outcome="denied").count() == bulk.MOST


@pytest.mark.parametrize("act", ["take", "give", "put_tag"])
def test_many_cost_what_one_costs(cast: Cast, at: dt.datetime, money: Tag, act: str) -> None:
    by, cases = cast.actor("samira"), new(cast, 34)
    make_case(cast, owner="els")
    acts: dict[str, Callable[[list[Case]], bulk.Done]] = {
        "take": lambda some: bulk.take([case.reference for case in some], by=by, at=at),
        "give": lambda some: bulk.give([case.reference for case in some], to=cast.joost, by=by, at=at),
        "put_tag": lambda some: bulk.put_tag([case.reference for case in some], money, by=by, at=at),
    }
    few = queries_of(lambda: acts[act](cases[:1]))
    many = queries_of(lambda: acts[act](cases[1:]))
    assert len(many) == len(few) <= 25
    lines = AuditEvent.objects.filter(action__in=["case.taken", "case.given", "case.tagged"])
    assert {line.case_id for line in lines} == {case.pk for case in cases} and lines.count() == len(cases)


def test_given_at_once_is_written_as_given_one_by_one(cast: Cast, at: dt.datetime) -> None:
    """Free, of a colleague, and with a task of who had it: timeline, audit, version and tasks as ``actions.give``."""
    by, told = cast.actor("samira"), []
    for at_once in (True, False):
        free, taken, waits = new(cast, 1)[0], make_case(cast), make_case(cast, state=CaseState.WAITING_CLIENT)
        case_tasks.add(taken, what="Bellen", due_at=at + dt.timedelta(days=1), user=cast.samira, by=by, at=at)
        cases = [free, taken, waits]
        if at_once:
            assert bulk.give([case.reference for case in cases], to=cast.joost, by=by, at=at).left == []
        else:
            for case in cases:
                actions.give(case, to=cast.joost, by=by, at=at)
        told.append([_written(case) for case in cases])
    assert told[0] == told[1]
    assert [case["state"] for case in told[0]] == ["in_triage", "in_triage", "waiting_client"]


def _written(case: Case) -> dict[str, Any]:
    now = Case.objects.get(pk=case.pk)
    names = ("state", "state_since", "owner_id", "primary_contact_id", "version", "next_look_at", "late_since")
    lines = (
        TimelineEntry.objects.filter(case=case).order_by("kind").values("at", "kind", "by", "for_client", "by_client")
    )
    events = AuditEvent.objects.filter(case_id=case.pk).order_by("pk")
    return {name: getattr(now, name) for name in names} | {
        "lines": list(lines),
        "facts": [line.facts for line in TimelineEntry.objects.filter(case=case, kind="taken")],
        "audit": [(event.action, event.part, event.object_type) for event in events],
        "tasks": list(now.tasks.values_list("user", "version")),
    }


def test_taken_answers_the_alert_of_each(cast: Cast, at: dt.datetime) -> None:
    quiet, urgent = new(cast, 1)[0], make_case(cast, state=CaseState.SUBMITTED, owner=None, urgency="urgent")
    paging.raise_alert(urgent, by=paging.BY, at=at)
    bulk.take([quiet.reference, urgent.reference], by=cast.actor("samira"), at=at)
    assert Alert.objects.get(case=urgent).acknowledged_by == cast.samira


def test_what_cannot_be_done_leaves_the_rest(cast: Cast, at: dt.datetime) -> None:
    free, of_joost, gone = new(cast, 1)[0], make_case(cast, owner="joost"), make_case(cast, owner=None)
    Case.objects.filter(pk=gone.pk).update(state=CaseState.CLOSED, outcome="no_request", closed_at=at)
    by = cast.actor("samira")
    done = bulk.take([free.reference, of_joost.reference, gone.reference], by=by, at=at)
    assert done.references == [free.reference]
    assert done.left == [
        f"{of_joost.reference}: Joost Verkerk heeft deze aanvraag al.",
        f"{gone.reference}: Deze zaak is niet meer bij het loket.",
    ]


@pytest.mark.usefixtures("committed_db")
def test_two_who_take_the_same_ones_in_another_order_share_them_without_a_dispute(at: dt.datetime) -> None:
    cast = make_cast(at)
    cases = new(cast, 20)
    references = [case.reference for case in cases]
    done: dict[str, bulk.Done] = {}
    together = threading.Barrier(2)

    def run(name: str, order: list[str]) -> None:
        close_old_connections()
        together.wait(timeout=60)
        try:
            done[name] = bulk.take(order, by=cast.actor(name), at=at)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in (("samira", references), ("joost", references[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(len(one.references) for one in done.values()) == [0, 20]
    assert sorted(len(one.left) for one in done.values()) == [0, 20]
    assert AuditEvent.objects.filter(action="case.taken").count() == 20


def test_a_page_of_a_hundred(desk: Client, cast: Cast) -> None:
    new(cast, 27)
    page = desk.get("/loket/?queue=new&per=100")
    assert len(page.context["rows"]) == 27
    assert [(size["n"], size["current"]) for size in page.context["sizes"]] == [(25, False), (100, True)]
    assert len(desk.get("/loket/?per=7").context["rows"]) == 25
