"""Reference and pass-phrase: the right pair opens one request; a wrong one costs time and tells nothing."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore

from accounts import throttle
from accounts.actors import ANONYMOUS, follower
from accounts.models import AuditEvent, Throttle
from cases import following
from cases.following import Found, try_phrase
from cases.intake import Submission
from cases.models import Case
from desk.reception import Receipt, take_in
from tests.factories.cast import Cast

HERE, THERE = "192.0.2.1", "192.0.2.2"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def sent(cast: Cast, at: dt.datetime) -> Receipt:
    return take_in(Submission(submission_id=uuid.uuid4(), danger="no"), by=ANONYMOUS, at=at)


class Browser:
    """Only the session of a request."""

    def __init__(self) -> None:
        self.session: Any = SessionStore()


def wrong(sent: Receipt, at: dt.datetime, times: int, place: str = HERE) -> Found:
    for _try in range(times):
        found = try_phrase(sent.reference, "mis", place=place, at=at)
    return found


def test_the_right_pair_opens_that_one_case(sent: Receipt, at: dt.datetime) -> None:
    found = try_phrase(sent.reference.lower(), sent.passphrase.upper(), place=HERE, at=at)
    case = Case.objects.get()
    assert (found.actor.kind, found.actor.case_id, found.is_advice) == ("follower", case.pk, False)
    assert list(Case.objects.visible_to(found.actor, at)) == [case]
    line = AuditEvent.objects.get(action="follow.opened")
    assert (line.case_id, line.actor_kind, line.outcome) == (case.pk, "follower", "done")


def test_a_wrong_reference_and_a_wrong_phrase_get_the_same_answer(sent: Receipt, at: dt.datetime) -> None:
    one = try_phrase(sent.reference, "niet de goede zin", place=HERE, at=at)
    other = try_phrase("NB-2222-2222", sent.passphrase, place=HERE, at=at)
    assert (one.actor, one.wait) == (other.actor, other.wait) == (None, dt.timedelta())
    lines = AuditEvent.objects.filter(action="follow.refused").order_by("id")
    assert [(line.outcome, line.case_id is None) for line in lines] == [("denied", False), ("denied", True)]


def test_five_tries_are_free_and_then_it_takes_longer_each_time(sent: Receipt, at: dt.datetime) -> None:
    assert wrong(sent, at, 5).wait == dt.timedelta()
    waits = []
    for _try in range(8):
        wait = wrong(sent, at, 1).wait
        waits.append(wait.total_seconds())
        at += wait
        wrong(sent, at, 1)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]


def test_while_waiting_even_the_right_phrase_is_not_looked_at_and_afterwards_it_works(
    sent: Receipt, at: dt.datetime
) -> None:
    wrong(sent, at, 5)
    found = try_phrase(sent.reference, sent.passphrase, place=HERE, at=at + SECOND)
    assert (found.actor, found.wait) == (None, 4 * SECOND)
    assert try_phrase(sent.reference, sent.passphrase, place=HERE, at=at + 5 * SECOND).actor is not None
    assert not Throttle.objects.exists()


def test_nobody_is_kept_out_by_somebody_elsewhere(sent: Receipt, at: dt.datetime) -> None:
    wrong(sent, at, 9, place=THERE)
    assert try_phrase(sent.reference, sent.passphrase, place=HERE, at=at).actor is not None


def test_after_a_day_it_is_forgotten_and_no_address_is_kept(sent: Receipt, at: dt.datetime) -> None:
    wrong(sent, at, 6)
    row = Throttle.objects.get()
    assert HERE not in row.key and sent.reference not in row.key
    assert throttle.forget_old(at + dt.timedelta(hours=23)) == 0
    throttle.forget_old(at + dt.timedelta(hours=25))
    assert Throttle.objects.filter(key=row.key).count() == 0


def test_following_ends_after_twenty_idle_minutes(sent: Receipt, at: dt.datetime) -> None:
    browser = Browser()
    found = try_phrase(sent.reference, sent.passphrase, place=HERE, at=at)
    following.begin(browser.session, found, at)
    for minutes in (19, 38, 57):
        assert following.follower_of(browser, at + dt.timedelta(minutes=minutes)) == found.actor
    assert following.follower_of(browser, at + dt.timedelta(minutes=77, seconds=1)) is None
    assert following.follower_of(browser, at + dt.timedelta(minutes=58)) is None


def test_a_new_phrase_shows_out_who_came_in_by_the_old_one(sent: Receipt, cast: Cast, at: dt.datetime) -> None:
    old, new, case = Browser(), Browser(), Case.objects.get()
    following.begin(old.session, try_phrase(sent.reference, sent.passphrase, place=HERE, at=at), at)
    phrase = following.give_new_phrase(case, submission_id=uuid.uuid4(), by=cast.actor("samira"), at=at + SECOND)
    following.begin(new.session, try_phrase(sent.reference, phrase, place=HERE, at=at), at + 2 * SECOND)
    for seconds in (3, 300):
        now = at + seconds * SECOND
        assert following.follower_of(old, now) is None
        assert following.follower_of(new, now) == follower(case.pk)


def test_ending_forgets_everything(sent: Receipt, at: dt.datetime) -> None:
    browser = Browser()
    following.begin(browser.session, try_phrase(sent.reference, sent.passphrase, place=HERE, at=at), at)
    following.end(browser)
    assert following.follower_of(browser, at) is None


def test_a_commanders_question_is_followed_as_such(cast: Cast, at: dt.datetime) -> None:
    asked = Submission(submission_id=uuid.uuid4(), danger="no", requester="team_advice")
    sent = take_in(asked, by=ANONYMOUS, at=at)
    found = try_phrase(sent.reference, sent.passphrase, place=HERE, at=at)
    browser = Browser()
    following.begin(browser.session, found, at)
    assert (found.is_advice, following.follower_of(browser, at)) == (True, None)
    assert following.advice_of(browser, at).intake.reference == sent.reference
    assert list(Case.objects.visible_to(found.actor, at)) == []
