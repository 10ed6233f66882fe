"""Views: the count in a tab, and what happens when a colleague changed one meanwhile."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cases import tags
from cases.enums import AccessReason
from cases.models import Tag
from cases.permissions import grant
from desk.lists import saving
from desk.lists.models import Following, SavedView
from tests.desk.counting import queries_of
from tests.desk.test_lists import at_once, urgent, view_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)
DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def test_the_tab_of_a_view_says_how_many_are_in_it(desk: Client, cast: Cast, at: dt.datetime) -> None:
    label = tags.make("Geld", by=cast.actor("samira"), at=at)
    old = tags.make("Oud", by=cast.actor("samira"), at=at)
    cases = [urgent(cast) for _ in range(3)]
    make_case(cast, unit="inkoop", owner="joost", topics=("private.money",))
    make_case(cast, at=at - 30 * HOUR, first_contact_due_at=at - HOUR)
    grant(cases[0], reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    tags.put(cases[1], label, by=cast.actor("samira"), at=at)
    tags.put(cases[1], old, by=cast.actor("samira"), at=at)
    Tag.objects.filter(pk=old.pk).update(active=False)
    wanted = {
        "urgency=urgent": 2, "queue=new&unit=fictief": 2, "unit=inkoop": 1, f"owner={cast.joost.pk}": 1,
        "waiting=24": 1, "queue=late": 1, f"tag={label.pk}": 1, "": 4, "topic=private.money&owner=me": 0,
        "queue=advice": 0, "topic=gone": 4, f"tag={old.pk}": 4, "waiting=soon": 4, "queue=calls": 4,
    }  # fmt: skip
    for query, count in wanted.items():
        view = view_of(cast, query=query)
        page = desk.get("/loket/?queue=")
        tab = next(tab for tab in page.context["views"] if tab["url"] == f"?{query or 'queue='}")
        listed = desk.get(f"/loket/{tab['url']}").context
        length = len(listed["advice"]) if query == "queue=advice" else listed["page"].paginator.count
        own = [tab["count"] for tab in page.context["views"] if tab["label"] == "Spoed"]
        assert (own, length) == ([count], count), query
        view.delete()


def test_all_tabs_are_counted_in_the_same_query(desk: Client, cast: Cast) -> None:
    urgent(cast)
    few = queries_of(lambda: desk.get("/loket/?queue="))
    for query in ("urgency=urgent", "unit=fictief", "queue=late", "waiting=4", "owner=me", "topic=private.money"):
        view_of(cast, query=query)
    assert len(queries_of(lambda: desk.get("/loket/?queue="))) == len(few)


def setting(client: Client, view: SavedView, title: str, version: int, **more: str) -> Any:
    form = {"title": title, "tell": "never", "version": str(version), "team": str(view.team_id)} | more
    return client.post(f"{view.path}instellen/", form, headers=DUTCH)


def test_two_who_change_a_view_see_both_and_nothing_is_lost(cast: Cast, logged_in: LogIn) -> None:
    view = view_of(cast, team="desk")
    samira, els = logged_in(cast.samira), logged_in(cast.els)
    assert 'name="version" value="1"' in els.get(f"{view.path}instellen/").content.decode()
    setting(samira, view, "Haast", 1)
    page = setting(els, view, "Vandaag eerst", 1, tell="daily")
    html = page.content.decode()
    assert page.status_code == 409
    assert [(row.now, row.mine) for row in page.context["both"]][0] == ("Haast", "Vandaag eerst")
    assert 'value="Vandaag eerst"' in html and 'name="version" value="2"' in html
    assert SavedView.objects.get().title == "Haast"
    assert not Following.objects.filter(user=cast.els, tell="daily").exists()
    assert setting(els, view, "Vandaag eerst", 2, tell="daily").status_code == 302
    assert (SavedView.objects.get().title, SavedView.objects.get().version) == ("Vandaag eerst", 3)
    assert Following.objects.get(user=cast.els).tell == "daily"


def test_the_same_twice_is_no_conflict_and_counts_once(cast: Cast, logged_in: LogIn) -> None:
    view, samira = view_of(cast, team="desk"), logged_in(cast.samira)
    for _ in range(2):
        assert setting(samira, view, "Haast", 1).status_code == 302
    assert (SavedView.objects.get().title, SavedView.objects.get().version) == ("Haast", 2)
    assert AuditEvent.objects.filter(action="view.changed").count() == 1


def test_a_view_that_is_no_longer_shared_is_not_shown_to_who_had_it_open(cast: Cast, logged_in: LogIn) -> None:
    view, els = view_of(cast, team="desk"), logged_in(cast.els)
    setting(logged_in(cast.samira), view, "Van mij", 1, team="")
    page = setting(els, view, "Anders", 1)
    assert page.status_code == 404 and "Van mij" not in page.content.decode()


@pytest.mark.usefixtures("committed_db")
def test_of_two_at_the_same_moment_one_is_told(at: dt.datetime) -> None:
    cast = make_cast(at)
    view = view_of(cast, team="desk")
    told: list[str] = []

    def change(title: str) -> None:
        try:
            saving.change(view, title=title, team=view.team, version=1, by=cast.actor("samira"), at=at)
        except saving.ViewChanged as changed:
            told.append(changed.saved.title)

    titles = iter(["Een", "Twee"])
    at_once(lambda: change(next(titles)))
    assert told == [SavedView.objects.get().title]
