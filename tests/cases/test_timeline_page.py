"""The timeline with its filters."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from cases import merging, timeline
from cases.enums import AccessReason, EntryKind
from cases.enums.groups import KINDS, LineGroup
from cases.models import Case, CaseAccess, TimelineEntry
from cases.timeline_filter import Wanted
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(timezone.localtime())


def busy(cast: Cast) -> Case:
    """A line of each kind by Bram, a day apart, and one by the client."""
    case = make_accepted(cast, client="tom")
    for number, kind in enumerate(EntryKind):
        timeline.add(case, kind, by=cast.actor("bram"), at=cast.at - number * DAY, text=f"TEKST {kind}")
    timeline.add(case, EntryKind.ADDED, by=cast.actor("tom"), at=cast.at, text="VAN TOM")
    return case


def kinds(case: Case, **wanted: object) -> set[str]:
    page = timeline.for_staff(case, wanted=Wanted(**wanted))
    rest = [
        timeline.for_staff(case, number, wanted=Wanted(**wanted)) for number in range(2, page.paginator.num_pages + 1)
    ]
    return {line.kind for one in [page, *rest] for line in one.object_list}


def test_every_kind_is_in_one_group(cast: Cast) -> None:
    case = busy(cast)
    found = [kinds(case, groups=(group,)) for group in LineGroup]
    assert set().union(*found) == set(EntryKind.values) - set(timeline.LINKS)
    assert sum(map(len, found)) == len(EntryKind) - len(timeline.LINKS)
    assert kinds(case, groups=("conversations",)) == set(KINDS[LineGroup.CONVERSATIONS])
    assert kinds(case, groups=("notes", "access")) == {*KINDS["notes"], *KINDS["access"]} - set(timeline.LINKS)


def test_what_was_shared_stands_with_handing_over(cast: Cast) -> None:
    case = busy(cast)
    assert EntryKind.HAND_OVER in kinds(case, groups=(LineGroup.HANDOVERS,))
    assert EntryKind.HAND_OVER not in kinds(case, groups=(LineGroup.DECISIONS,))


def test_lines_of_a_merged_request_stand_there_too(cast: Cast, logged_in: LogIn) -> None:
    gone, stays, joost = make_case(cast), make_case(cast), cast.users["joost"]
    for case, words in ((gone, "UIT DE EERSTE"), (stays, "UIT DE TWEEDE")):
        timeline.add(case, EntryKind.MORE_ASKED, by=cast.actor("joost"), at=cast.at, text=words)
    merging.merge(gone, stays, reason="Zelfde nummer.", by=cast.actor("samira"), at=cast.at)
    browser, path = logged_in(cast.samira), f"/zaken/{stays.reference}/tijdlijn/"
    seen = AuditEvent.objects.filter(action="case.viewed", part="timeline")
    for looks, query in enumerate(("", "?groups=contact", f"?who={joost.pk}"), start=1):
        page = browser.get(path + query).content.decode()
        assert "UIT DE EERSTE" in page and "UIT DE TWEEDE" in page
        assert [seen.filter(case_id=case.pk).count() for case in (gone, stays)] == [looks, looks]
    assert len(queries_of(lambda: browser.get(path))) <= 12
    CaseAccess.objects.create(case=gone, user=cast.samira, reason=AccessReason.BLOCKED, starts_at=cast.at)
    assert "UIT DE EERSTE" not in browser.get(path).content.decode()


def test_by_whom_and_which_days(cast: Cast) -> None:
    case, today = busy(cast), timezone.localdate(cast.at)
    assert kinds(case, who="client") == {EntryKind.ADDED}
    assert kinds(case, who=str(cast.samira.pk)) == set()
    assert kinds(case, who=str(cast.bram.pk), since=today) == {EntryKind.RECEIVED}
    assert kinds(case, since=today - 2 * DAY, until=today - DAY) == {EntryKind.TAKEN, EntryKind.GIVEN_BACK}


def test_the_page_shows_chips_and_only_what_fits(cast: Cast, logged_in: LogIn) -> None:
    case, browser = busy(cast), logged_in(cast.bram)
    path = f"/zaken/{case.reference}/tijdlijn/"
    page = browser.get(path, {"groups": "notes", "who": cast.bram.pk}).content.decode()
    assert "TEKST note" in page and "TEKST taken" not in page and "VAN TOM" not in page
    assert '?groups=notes"' in page and f'?who={cast.bram.pk}"' in page
    assert "Geen regels passen bij deze filters." in browser.get(path, {"until": "2001-01-01"}).content.decode()


@pytest.mark.parametrize(
    "odd", ["?since=gisteren", "?who=999999", "?groups=alles", "?since=2026-02-02&until=2026-01-01", "?page=nee&who=x"]
)
def test_odd_values_say_so_and_narrow_nothing(cast: Cast, logged_in: LogIn, odd: str) -> None:
    case = busy(cast)
    answer = logged_in(cast.bram).get(f"/zaken/{case.reference}/tijdlijn/{odd}")
    page = answer.content.decode()
    assert answer.status_code == 200 and "field-error" in page and "VAN TOM" in page


def test_the_desk_may_not_read_it_after_acceptance(cast: Cast, logged_in: LogIn) -> None:
    case = busy(cast)
    path = f"/zaken/{case.reference}/tijdlijn/"
    assert [logged_in(cast.users[who]).get(path).status_code for who in ("samira", "ilse", "tom")] == [403, 404, 404]


def test_five_hundred_lines_cost_the_same(cast: Cast, logged_in: LogIn) -> None:
    case, browser = busy(cast), logged_in(cast.bram)
    path = f"/zaken/{case.reference}/tijdlijn/?groups=notes&who={cast.bram.pk}"
    few = len(queries_of(lambda: browser.get(path)))
    rows = [
        TimelineEntry(case=case, at=cast.at - number * DAY / 24, kind=EntryKind.NOTE, by=cast.bram)
        for number in range(500)
    ]
    TimelineEntry.objects.bulk_create(rows)
    assert len(queries_of(lambda: browser.get(path))) == few <= 12
    assert len(queries_of(lambda: browser.get(path + "&page=15"))) <= 12
    assert "1–25 van 503 regels" in browser.get(path).content.decode()


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "until=0001-01-01"])
def test_a_year_that_cannot_be_is_said_and_narrows_nothing(cast: Cast, logged_in: LogIn, query: str) -> None:
    case = busy(cast)
    answer = logged_in(cast.bram).get(f"/zaken/{case.reference}/tijdlijn/?{query}")
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [query.partition("=")[0]])
    assert len(answer.context["page"].object_list) > 0
