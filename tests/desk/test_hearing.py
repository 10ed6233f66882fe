"""Words of the list in what a client, a relative or a mail says later: raised once, and alerted as at sending."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.actors import follower
from accounts.models import Notice
from cases import actions
from cases.enums import CaseState, EntryKind
from cases.following import KEY
from cases.models import Alert, Case, CaseAccess, Keyword
from desk import hearing, paging, snapshot
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

SAID = "Ik wil niet meer leven. Zelfmoord."
MINUTE = dt.timedelta(minutes=1)
NIGHT = dt.timedelta(hours=13)


@pytest.fixture(autouse=True)
def _now(settings: Any, tmp_path: Path, cast: Cast, at: dt.datetime) -> Iterator[None]:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    snapshot.write(at)
    with time_machine.travel(at, tick=False):
        yield


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def added(case: Case, text: str, at: dt.datetime, number: uuid.UUID | None = None) -> None:
    hearing.client_added(case, text, by=follower(case.pk), at=at, submission_id=number or uuid.uuid4())


def alerted() -> list[str]:
    rows = Notice.objects.filter(kind="case.alert", channel="email").order_by("created_at")
    return [row.user.email.split("@")[0] for row in rows if row.user]


def follow(case: Case, at: dt.datetime) -> Client:
    browser = Client()
    session = browser.session
    session[KEY] = {"id": str(case.pk), "advice": False, "at": at.isoformat()}
    session.save()
    browser.cookies["__Host-session"] = session.session_key
    return browser


@pytest.mark.parametrize("page", ["follow_story", "follow_case"])
def test_on_the_follow_page_it_is_heard(cast: Cast, at: dt.datetime, page: str) -> None:
    case = make_case(cast, urgency="soon", owner="samira")
    fields = {"text": SAID, "body": SAID, "submission": str(uuid.uuid4())}
    browser = follow(case, at)
    for _click in range(2):
        assert browser.post(reverse(page), fields).status_code == 302
    assert (fresh(case).urgency, Alert.objects.open().count(), alerted()) == ("urgent", 1, ["samira"])
    entry = case.timeline.get(kind=EntryKind.URGENCY_CHANGED)
    assert (entry.for_client, entry.by, "zelfmoord" in entry.text) == (False, None, True)


def test_calm_words_raise_nothing_and_what_is_high_stays_high(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency="soon")
    added(case, "Het gaat beter.", at)
    assert (fresh(case).urgency, Alert.objects.count()) == ("soon", 0)
    high = make_case(cast, urgency="emergency")
    added(high, SAID, at)
    assert (fresh(high).urgency, Alert.objects.open().count()) == ("emergency", 1)


def test_who_was_spoken_to_before_is_alerted_about_until_a_person_is_on_it(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency="soon", owner="samira")
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("samira"), at=at - MINUTE)
    added(case, SAID, at)
    paging.step_due(at + 15 * MINUTE)
    assert alerted() == ["samira", "joost"]
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("joost"), at=at + 16 * MINUTE)
    paging.step_due(at + 30 * MINUTE)
    assert (alerted(), Alert.objects.open().count()) == (["samira", "joost"], 0)
    added(case, SAID, at + 40 * MINUTE)
    assert Alert.objects.open().count() == 1


def test_an_alert_that_is_open_goes_on_after_new_words(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency="urgent", state=CaseState.SUBMITTED, owner=None)
    paging.raise_alert(case, by=paging.BY, at=at)
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("samira"), at=at + MINUTE)
    added(case, SAID, at + 2 * MINUTE)
    paging.step_due(at + 15 * MINUTE)
    assert Alert.objects.open().count() == 1


def test_at_night_a_case_of_a_worker_is_alerted_and_can_be_picked_up(
    cast: Cast, at: dt.datetime, logged_in: Callable[..., Client]
) -> None:
    case = make_accepted(cast)
    late = at + NIGHT
    with time_machine.travel(late, tick=False):
        added(case, SAID, late)
        assert fresh(case).urgency == "urgent"
        called = Alert.objects.get().steps.exclude(user=None).values_list("user", flat=True)
        assert list(called) == [cast.users["nadia"].pk]
        night = logged_in(cast.users["nadia"])
        page = night.get(reverse("duty")).content.decode()
        assert case.reference in page and reverse("called", args=[case.reference]) not in page
        answer = night.post(reverse("alert_acknowledge", args=[case.reference]))
        assert (answer.status_code, answer.url) == (302, reverse("case", args=[case.reference]))
        assert night.get(answer.url).status_code == 200
        assert Alert.objects.open().count() == 0
        assert fresh(case).owner == case.owner
    row = CaseAccess.objects.get(case=case, source="words heard")
    assert (row.scope, row.ends_at) == ("contact", late + dt.timedelta(hours=24))


def test_a_word_that_is_off_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency="soon")
    Keyword.objects.update(active=False)
    snapshot.write(at)
    added(case, SAID, at)
    assert (fresh(case).urgency, Alert.objects.count()) == ("soon", 0)
