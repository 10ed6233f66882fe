"""Views: kept, shared, opened first, followed; and who is told, once, of what they may see."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import close_old_connections, connection
from django.test import Client

from accounts.models import AuditEvent, Membership, Notice, User
from cases.enums import AccessReason, CaseState, Urgency
from cases.models import Case
from cases.permissions import grant
from desk.lists import saving, watching
from desk.lists.enums import Tell
from desk.lists.models import Following, SavedView
from desk.lists.saving import Wish
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

LogIn = Callable[..., Client]
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
DUTCH = {"accept-language": "nl"}
NEW = "/loket/lijsten/nieuw/?what=urgency%3Durgent"


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def view_of(
    cast: Cast, who: str = "samira", *, query: str = "urgency=urgent", team: str = "", **wish: Any
) -> SavedView:
    return saving.make(
        uuid.uuid4(), title="Spoed", query=query, team=cast.teams[team] if team else None, wish=Wish(**wish),
        by=cast.actor(who), at=cast.at,
    )  # fmt: skip


def urgent(cast: Cast, **fields: Any) -> Case:
    return make_case(cast, state=CaseState.SUBMITTED, owner=None, urgency=Urgency.URGENT, **fields)


def told(user: User) -> list[tuple[str, dict[str, int]]]:
    rows = Notice.objects.filter(user=user, channel="inbox", kind__startswith="view.").order_by("created_at", "pk")
    return [(row.kind, row.params) for row in rows]


def test_a_list_is_kept_under_a_name_without_what_was_searched(desk: Client, cast: Cast) -> None:
    token = desk.post("/loket/zoek/", {"q": "jansen"})["Location"].partition("=")[2]
    what = f"urgency%3Durgent%26unit%3DFictief%26topic%3Dnonsense%26q%3D{token}"
    answer = desk.post(
        f"/loket/lijsten/nieuw/?what={what}", {"title": "  Spoed  west ", "tell": "never", "is_default": "on"}
    )
    view = SavedView.objects.get()
    assert (view.title, view.query, view.team, view.owner) == (
        "Spoed west", "urgency=urgent&unit=Fictief", None, cast.samira,
    )  # fmt: skip
    assert answer["Location"] == "/loket/?urgency=urgent&unit=Fictief"
    page = desk.get(answer["Location"])
    assert [tab["label"] for tab in page.context["views"] if tab["current"]] == ["Spoed west"]
    assert AuditEvent.objects.filter(action="view.made", part="own").count() == 1


def test_a_second_click_is_the_same_view(desk: Client, cast: Cast, logged_in: LogIn) -> None:
    form = {"title": "Spoed", "tell": "each", "view_id": str(uuid.uuid4())}
    for _ in range(2):
        desk.post(NEW, form)
    logged_in(cast.joost).post(NEW, form)
    assert sorted(view.owner.first_name for view in SavedView.objects.all()) == ["Joost", "Samira"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"), ({"title": "x" * 41}, "title"), ({"tell": "hourly"}, "tell"),
        ({"tell": "many", "after": ""}, "after"), ({"tell": "many", "after": "101"}, "after"),
        ({"team": "999999"}, "team"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field(desk: Client, wrong: dict[str, str], field: str) -> None:
    page = desk.post(NEW, {"title": "Spoed", "tell": "never"} | wrong, headers=DUTCH)
    assert set(page.context["form"].errors) == {field}
    assert not SavedView.objects.exists()


def test_the_default_opens_when_nothing_is_asked(desk: Client, cast: Cast, logged_in: LogIn) -> None:
    first = view_of(cast, is_default=True)
    assert desk.get("/loket/")["Location"] == "/loket/?urgency=urgent"
    assert desk.get("/loket/?queue=").status_code == 200
    view_of(cast, query="", is_default=True)
    assert desk.get("/loket/")["Location"] == "/loket/?queue="
    assert not Following.objects.get(view=first).is_default
    assert logged_in(cast.joost).get("/loket/").status_code == 200


def test_shared_with_the_team_and_each_sees_their_own(desk: Client, cast: Cast, logged_in: LogIn) -> None:
    view = view_of(cast, team="desk")
    case = urgent(cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=cast.at)
    joost = logged_in(cast.joost)
    assert [tab["url"] for tab in joost.get("/loket/").context["views"]][-1] == "?urgency=urgent"
    assert joost.get(view.path)["Location"] == "/loket/?urgency=urgent"
    assert len(joost.get(view.path, follow=True).context["rows"]) == 0
    assert len(desk.get(view.path, follow=True).context["rows"]) == 1


def test_who_may_change_and_remove(cast: Cast, logged_in: LogIn) -> None:
    shared, own = view_of(cast, team="desk"), view_of(cast)
    joost, els = logged_in(cast.joost), logged_in(cast.els)
    assert joost.get(own.path).status_code == joost.get(f"{own.path}instellen/").status_code == 404
    assert joost.post(f"{own.path}weg/").status_code == 404
    assert joost.post(f"{shared.path}weg/").status_code == 403
    joost.post(f"{shared.path}instellen/", {"title": "Anders", "tell": "daily"})
    assert SavedView.objects.get(pk=shared.pk).title == "Spoed"
    assert Following.objects.get(view=shared, user=cast.joost).tell == "daily"
    els.post(f"{shared.path}instellen/", {"title": "Haast", "tell": "never", "team": str(cast.teams["desk"].pk)})
    assert SavedView.objects.get(pk=shared.pk).title == "Haast"
    assert els.post(f"{own.path}weg/").status_code == 404
    assert els.post(f"{shared.path}weg/").status_code == 302
    assert els.get(f"{shared.path}weg/").status_code == 405
    assert not SavedView.objects.filter(pk=shared.pk).exists()


def test_no_longer_shared_is_no_longer_followed(cast: Cast, logged_in: LogIn) -> None:
    view = view_of(cast, team="desk")
    saving.want(view, Wish(is_default=True, tell=Tell.EACH), by=cast.actor("joost"), at=cast.at)
    logged_in(cast.samira).post(f"{view.path}instellen/", {"title": "Spoed", "tell": "never", "team": ""})
    assert not Following.objects.filter(user=cast.joost).exists()
    assert logged_in(cast.joost).get("/loket/").status_code == 200


def test_an_owner_who_is_off_duty_still_narrows(desk: Client, cast: Cast) -> None:
    from accounts.models import Shift

    make_case(cast, owner="joost")
    make_case(cast)
    Shift.objects.all().delete()
    page = desk.get(f"/loket/?owner={cast.joost.pk}", headers=DUTCH)
    assert [row.owner for row in page.context["rows"]] == ["Joost V."]
    assert [chip["text"] for chip in page.context["chips"]] == ["Eigenaar: Joost Verkerk"]
    assert desk.get(f"/loket/?owner={cast.bram.pk}").context["form"].errors


def test_each_new_one_is_told_once(cast: Cast, at: dt.datetime) -> None:
    urgent(cast)  # was there before
    view_of(cast, tell=Tell.EACH)
    assert watching.tell_due(at) == 0
    urgent(cast)
    make_case(cast, state=CaseState.SUBMITTED, owner=None)
    for later in (1, 1, 2, 3):
        watching.tell_due(at + later * MINUTE)
    assert told(cast.samira) == [("view.new", {})]
    notice = Notice.objects.get(user=cast.samira, channel="inbox", kind="view.new")
    assert notice.path == SavedView.objects.get().path


def test_many_at_once_are_told_together(cast: Cast, at: dt.datetime) -> None:
    view_of(cast, tell=Tell.EACH)
    for _ in range(watching.MOST_APART + 1):
        urgent(cast)
    watching.tell_due(at + MINUTE)
    assert told(cast.samira) == [("view.digest", {"n": 6})]


def test_after_a_number(cast: Cast, at: dt.datetime) -> None:
    view_of(cast, tell=Tell.MANY, after=3)
    for number in range(1, 6):
        urgent(cast)
        watching.tell_due(at + number * MINUTE)
    assert told(cast.samira) == [("view.digest", {"n": 3})]


def test_the_digest_comes_at_eight_and_not_when_there_is_nothing(cast: Cast, at: dt.datetime) -> None:
    view_of(cast, tell=Tell.DAILY)
    assert Following.objects.get().due_at == at.replace(day=11, hour=8, minute=0)
    urgent(cast)
    watching.tell_due(at + 5 * MINUTE)
    assert told(cast.samira) == []
    for day in (1, 2):
        watching.tell_due(at.replace(hour=8, minute=1) + day * DAY)
    assert told(cast.samira) == [("view.digest", {"n": 1})]


def test_nothing_is_told_of_what_somebody_may_not_see(cast: Cast, at: dt.datetime) -> None:
    view_of(cast, tell=Tell.EACH)
    blocked, taken = urgent(cast), urgent(cast)
    grant(blocked, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    Case.objects.filter(pk=taken.pk).update(urgency=Urgency.SOON, urgency_rank=Urgency.SOON.rank)
    watching.tell_due(at + MINUTE)
    assert told(cast.samira) == []


def test_who_has_no_role_any_more_is_told_nothing(cast: Cast, at: dt.datetime) -> None:
    view_of(cast, "joost", tell=Tell.EACH)
    Membership.objects.filter(user=cast.joost).update(ends_on=at.date() - DAY)
    urgent(cast)
    watching.tell_due(at + MINUTE)
    assert told(cast.joost) == []


def test_the_night_line_is_told_on_shift_only(cast: Cast, at: dt.datetime) -> None:
    with time_machine.travel(at.replace(hour=22), tick=False):
        saving.make(
            uuid.uuid4(), title="Nacht", query="urgency=urgent", team=None, wish=Wish(tell=Tell.EACH),
            by=cast.actor("nadia", at.replace(hour=22)), at=at.replace(hour=22),
        )  # fmt: skip
    urgent(cast)
    watching.tell_due(at.replace(hour=10) + DAY)
    assert told(cast.nadia) == []
    watching.tell_due(at.replace(hour=22) + DAY)
    assert told(cast.nadia) == [("view.new", {})]


def test_what_left_the_desk_and_came_back_is_new_again(cast: Cast, at: dt.datetime) -> None:
    view_of(cast, tell=Tell.EACH)
    case = urgent(cast)
    for minute, state in ((1, CaseState.SUBMITTED), (2, CaseState.ACTIVE), (3, CaseState.IN_TRIAGE)):
        Case.objects.filter(pk=case.pk).update(state=state, owner=cast.bram)
        watching.tell_due(at + minute * MINUTE)
    assert told(cast.samira) == [("view.new", {})] * 2


def test_a_view_that_fails_does_not_stop_the_others(
    cast: Cast, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = view_of(cast, tell=Tell.EACH), view_of(cast, "joost", tell=Tell.EACH)
    SavedView.objects.filter(pk=broken.pk).update(query="waiting=soon")
    urgent(cast)
    assert watching.tell_due(at + MINUTE) == 2
    assert (told(cast.samira), told(cast.joost)) == ([], [("view.new", {})])
    assert Following.objects.get(view=good).due_at == at + 2 * MINUTE


def test_requests_for_advice_are_not_told_here(desk: Client, cast: Cast) -> None:
    page = desk.get("/loket/lijsten/nieuw/?what=queue%3Dadvice")
    assert "tell" not in page.context["form"].fields
    desk.post("/loket/lijsten/nieuw/?what=queue%3Dadvice", {"title": "Advies", "tell": "each"})
    assert Following.objects.get().tell == "never"


@pytest.mark.parametrize("count", [1, 30])
def test_the_price_does_not_grow_with_views(desk: Client, cast: Cast, count: int) -> None:
    for _ in range(count):
        view_of(cast, team="desk")
    for address in ("/loket/?queue=", "/loket/lijsten/"):
        assert len(queries_of(lambda address=address: desk.get(address))) <= 12
    assert len(desk.get("/loket/?queue=").context["views"]) == 5 + min(count, 8)


def test_columns_are_chosen_and_kept(desk: Client, cast: Cast) -> None:
    make_case(cast)
    assert desk.post("/loket/kolommen/", {"chosen": ["unit", "state"]})["Location"] == "/loket/"
    page = desk.get("/loket/", headers=DUTCH)
    assert page.context["columns"] == ("reference", "unit", "state")
    html = page.content.decode()
    assert 'data-label="Onderdeel"' in html and 'data-label="Onderwerp"' not in html
    assert 'class="tag tag-private"' in html
    many = desk.post(
        "/loket/kolommen/", {"chosen": ["urgency", "who", "unit", "topic", "state", "sent", "due", "next"]}
    )
    assert set(many.context["form"].errors) == {"chosen"}
    desk.post("/loket/kolommen/", {})
    assert desk.get("/loket/").context["columns"] == (
        "urgency", "reference", "who", "topic", "due", "owner", "next",
    )  # fmt: skip


def at_once(act: Callable[[], object]) -> None:
    """The same by two connections at the same moment."""
    together = threading.Barrier(2)

    def run() -> None:
        close_old_connections()
        together.wait(timeout=10)
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)


def test_two_clicks_and_two_sweeps_at_once_are_one(committed_db: None, at: dt.datetime) -> None:
    cast, number = make_cast(at), uuid.uuid4()
    by, wish = cast.actor("samira"), Wish(is_default=True, tell=Tell.EACH)
    at_once(lambda: saving.make(number, title="Spoed", query="urgency=urgent", team=None, wish=wish, by=by, at=at))
    assert [(row.view_id, row.is_default) for row in Following.objects.all()] == [(number, True)]
    urgent(cast)
    at_once(lambda: watching.tell_due(at + MINUTE))
    assert told(cast.samira) == [("view.new", {})]


def test_too_much_to_keep_is_said_and_nothing_is_cut(desk: Client) -> None:
    """A sign that is no letter of ours takes twelve in an address."""
    words = "%F0%9F%98%80" * 80
    for what in (f"unit={words}", "unit=" + "\N{GRINNING FACE}" * 80):
        answer = desk.post(f"/loket/lijsten/nieuw/?{urlencode({'what': what})}", {"title": "Lang", "tell": "never"})
        assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (200, True)
        assert answer.context["form"]["title"].value() == "Lang"
    assert not SavedView.objects.exists()
