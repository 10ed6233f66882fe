"""What somebody who helps says of themselves, on their own profile."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from referrals.models import Helper
from tests.factories.cast import Cast

Browser = Callable[..., Client]
SAID = {"language": "nl", "languages": ["es", "en"], "gender": "man"}


def test_a_worker_says_it_changes_nothing_by_saying_it_twice_and_takes_it_back(cast: Cast, logged_in: Browser) -> None:
    browser, page = logged_in(cast.bram), reverse("profile")
    for _twice in range(2):
        assert browser.post(page, SAID).status_code == 302
    row = Helper.objects.get()
    assert (row.user, row.languages, row.gender) == (cast.bram, ["en", "es"], "man")
    assert AuditEvent.objects.filter(action="profile.said_of_self").count() == 1
    assert browser.post(page, {"language": "nl"}).status_code == 302
    assert not Helper.objects.exists()


def test_who_does_not_help_is_not_asked(cast: Cast, logged_in: Browser) -> None:
    browser = logged_in(cast.tom)
    assert 'name="gender"' not in browser.get(reverse("profile")).content.decode()
    browser.post(reverse("profile"), SAID)
    assert not Helper.objects.exists()


def test_an_unknown_language_is_said_at_its_field(cast: Cast, logged_in: Browser) -> None:
    answer = logged_in(cast.bram).post(reverse("profile"), SAID | {"languages": ["klingon"]})
    assert answer.status_code == 200
    assert 'href="#id_languages' in answer.content.decode()
    assert not Helper.objects.exists()
