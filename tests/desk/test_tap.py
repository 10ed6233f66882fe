"""The link with one button: for one person and one alert, and looking changes nothing."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent, Notice, Shift, User
from accounts.notices import KINDS
from cases.enums import AccessReason, CaseState, EntryKind, Urgency
from cases.models import Alert, Case, CaseAccess, TimelineEntry
from desk import paging, tap
from tests.factories.cases import make_case
from tests.factories.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    found = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None, story="KANARIE")
    paging.raise_alert(found, by=paging.BY, at=cast.at)
    return found


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> object:
    with time_machine.travel(at + dt.timedelta(minutes=2), tick=False) as moved:
        yield moved


def link(user: User) -> str:
    return f"/w/{tap.token(Alert.objects.get().pk, user.pk)}/"


def words(answer: Any) -> str:
    return answer.content.decode()


def test_the_mail_and_the_message_lead_there(case: Case, cast: Cast) -> None:
    notice = Notice.objects.get(kind="case.alert", channel="email")
    assert KINDS[notice.kind].path(notice) == link(cast.samira)
    assert (notice.path, len(link(cast.samira))) == ("/wacht/", 52)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing_and_says_nothing(case: Case, cast: Cast, method: str) -> None:
    before = AuditEvent.objects.count()
    answer = getattr(Client(), method)(link(cast.samira))
    assert answer.status_code == 200
    for secret in (case.reference, "KANARIE", "Tom", "Samira", "Nood"):
        assert secret not in words(answer)
    assert (Alert.objects.get().acknowledged_at, AuditEvent.objects.count()) == (None, before)


def test_one_tap_without_log_in_is_that_person(case: Case, cast: Cast) -> None:
    answer = Client().post(link(cast.samira))
    assert "Je bent ermee bezig" in words(answer)
    assert case.reference not in words(answer)
    assert "sessionid" not in answer.cookies
    case.refresh_from_db()
    assert (Alert.objects.get().acknowledged_by, case.owner) == (cast.samira, cast.samira)
    line = TimelineEntry.objects.get(case=case, kind=EntryKind.ALERT_ACKNOWLEDGED)
    assert line.facts == {"user": cast.samira.pk}
    assert AuditEvent.objects.get(action="alert.acknowledged").actor_id == str(cast.samira.pk)


def test_a_second_tap_is_calm_and_changes_nothing(case: Case, cast: Cast) -> None:
    paging.step_due(cast.at + dt.timedelta(minutes=5))
    own, other = link(cast.samira), link(cast.joost)
    with time_machine.travel(cast.at + dt.timedelta(minutes=6), tick=False):
        Client().post(other)
        for method in ("get", "post"):
            answer = getattr(Client(), method)(own)
            assert (answer.status_code, "Niets te doen" in words(answer)) == (200, True)
    assert Alert.objects.get().acknowledged_by == cast.joost


@pytest.mark.parametrize("wrong", ["x", "A" * 48, "é", "A" * 500])
def test_a_false_link_gets_the_same_calm_page(case: Case, cast: Cast, wrong: str) -> None:
    answer = Client().post(f"/w/{wrong}/")
    assert (answer.status_code, "Niets te doen" in words(answer)) == (200, True)
    assert Alert.objects.get().is_open


def test_every_changed_sign_is_refused(case: Case, cast: Cast) -> None:
    good = tap.token(Alert.objects.get().pk, cast.samira.pk)
    for place in range(len(good)):
        other = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        assert tap.read(other) is None
    assert tap.read(good) == (Alert.objects.get().pk, cast.samira.pk)


def test_it_counts_for_who_was_called_only(case: Case, cast: Cast) -> None:
    for name in ("joost", "bram", "tom"):
        assert "Niets te doen" in words(Client().post(link(cast.users[name])))
    assert Alert.objects.get().is_open


@pytest.mark.parametrize("how", ["blocked", "left", "old"])
def test_it_ends_with_the_right_to_see_it_or_after_twelve_hours(case: Case, cast: Cast, how: str) -> None:
    after = dt.timedelta(minutes=2)
    if how == "blocked":
        CaseAccess.objects.create(case=case, user=cast.samira, reason=AccessReason.BLOCKED, starts_at=cast.at)
    elif how == "left":
        User.objects.filter(pk=cast.samira.pk).update(is_active=False)
    else:
        after = tap.COUNTS_FOR + dt.timedelta(seconds=1)
    with time_machine.travel(cast.at + after, tick=False):
        assert "Niets te doen" in words(Client().post(link(cast.samira)))
    assert Alert.objects.get().is_open


def test_at_night_it_counts_while_on_shift(cast: Cast) -> None:
    night = cast.at.replace(hour=3, minute=0) + dt.timedelta(days=1)
    found = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None, at=night)
    paging.raise_alert(found, by=paging.BY, at=night)
    with time_machine.travel(night + dt.timedelta(minutes=1), tick=False):
        assert "Er is iets voor je" in words(Client().get(link(cast.nadia)))
        Shift.objects.filter(user=cast.nadia).delete()
        assert "Niets te doen" in words(Client().get(link(cast.nadia)))
