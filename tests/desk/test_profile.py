"""Your own account: language, number, how you are told, and what cannot be muted."""

import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.entrance import tell_of_change
from accounts.enums import Audience
from accounts.models import Notice, NoticeChoice, User
from accounts.notices import KINDS, Kind, tell_user
from cases import messages
from cases.models import Person
from cases.notices import CLIENT_NEWS, MESSAGE_FROM_CLIENT, tell_client, tell_clients
from desk import profile
from desk.notices import ALERT
from tests.desk.test_family import ask, let_in
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
PAGE = "/account/profiel/"
NUMBER = "088 000 00 70"


STAFF = frozenset({Audience.STAFF, Audience.EVERYONE})


def every() -> list[str]:
    return sorted(profile.boxes(STAFF))


def test_language_counts_for_pages_and_mails(cast: Cast, logged_in: LogIn) -> None:
    make_case(cast, client="tom")
    client = logged_in(cast.tom)
    answer = client.post(PAGE, {"language": "en"})
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert User.objects.get(pk=cast.tom.pk).language == "en"
    assert Person.objects.get(user=cast.tom).language == "en"
    assert "Your profile" in client.get(PAGE).content.decode()


def test_staff_keep_their_number_and_the_look_of_pages(cast: Cast, logged_in: LogIn) -> None:
    answers = {"language": "nl", "reachable_number": " 088  000 00 71", "compact_rows": "on", "notices": every()}
    assert logged_in(cast.ilse).post(PAGE, answers).status_code == 302
    ilse = User.objects.get(pk=cast.ilse.pk)
    assert (ilse.reachable_number, ilse.compact_rows, ilse.keyboard_shortcuts) == ("088 000 00 71", True, False)
    assert not NoticeChoice.objects.exists()


@pytest.mark.parametrize("number", ["bel mij", "12", "x" * 21])
def test_a_number_that_nobody_can_dial_is_said(cast: Cast, logged_in: LogIn, number: str) -> None:
    answer = logged_in(cast.ilse).post(PAGE, {"language": "nl", "reachable_number": number})
    assert answer.status_code == 200
    assert 'href="#id_reachable_number"' in answer.content.decode()
    assert number in answer.content.decode()
    assert User.objects.get(pk=cast.ilse.pk).reachable_number == NUMBER


def test_who_is_on_the_roster_cannot_be_without_a_number(cast: Cast, logged_in: LogIn, at: object) -> None:
    with time_machine.travel(cast.at, tick=False):
        answer = logged_in(cast.samira).post(PAGE, {"language": "nl", "reachable_number": ""})
    assert "Je staat op het rooster" in answer.content.decode()


def test_a_night_worker_keeps_the_number_by_day_too(cast: Cast, logged_in: LogIn) -> None:
    with time_machine.travel(cast.at, tick=False):
        assert not cast.actor("nadia").roles
        answers = {"language": "nl", "reachable_number": "088 000 00 72", "notices": every()}
        assert logged_in(cast.nadia).post(PAGE, answers).status_code == 302
    assert User.objects.get(pk=cast.nadia.pk).reachable_number == "088 000 00 72"


def test_what_is_muted_is_not_told(cast: Cast, logged_in: LogIn) -> None:
    on = [key for key in every() if key != f"{MESSAGE_FROM_CLIENT.code}:email"]
    client = logged_in(cast.bram)
    client.post(PAGE, {"language": "nl", "reachable_number": NUMBER, "notices": on})
    tell_user(MESSAGE_FROM_CLIENT, cast.bram, about=None, occasion="x", at=cast.at)
    assert set(Notice.objects.values_list("channel", flat=True)) == {"inbox"}
    client.post(PAGE, {"language": "nl", "reachable_number": NUMBER, "notices": every()})
    tell_user(MESSAGE_FROM_CLIENT, cast.bram, about=None, occasion="y", at=cast.at)
    assert Notice.objects.count() == 3


def test_what_cannot_wait_cannot_be_muted(cast: Cast, logged_in: LogIn) -> None:
    assert not any(key.startswith(ALERT.code) for key in every())
    page = logged_in(cast.bram).get(PAGE).content.decode()
    assert str(ALERT.title) in page
    assert "altijd" in page
    answer = logged_in(cast.bram).post(
        PAGE, {"language": "nl", "reachable_number": NUMBER, "notices": [f"{ALERT.code}:email"]}
    )
    assert answer.status_code == 200
    NoticeChoice.objects.create(user=cast.bram, kind=ALERT.code, channel="email")
    tell_user(ALERT, cast.bram, about=None, occasion="x", at=cast.at)
    assert Notice.objects.count() == 2


def test_the_mails_of_clients_follow_their_safe_contact_only(cast: Cast) -> None:
    assert KINDS[CLIENT_NEWS.code].mutable == {"inbox"}
    assert not any(key.startswith("client.") for key in every())


def test_a_client_sees_how_they_may_be_reached(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, client="tom")
    page = logged_in(cast.tom).get(PAGE).content.decode()
    assert reverse("my_contact", args=[case.reference]) in page
    assert "zoals je met ons afsprak" in page
    assert reverse("my_contact", args=[case.reference]) not in logged_in(cast.lisa).get(PAGE).content.decode()


def test_a_stranger_is_asked_to_log_in(db: None) -> None:
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))


def test_what_says_the_same_is_one_choice(cast: Cast, logged_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("one", "two"):
        monkeypatch.setitem(KINDS, code, Kind(code=code, title="Same", text=""))
    assert [
        (choice.keys["inbox"], choice.keys["email"]) for choice in profile.choices(STAFF) if choice.title == "Same"
    ] == [("one+two:inbox", "one+two:email")]
    logged_in(cast.bram).post(PAGE, {"language": "nl", "notices": [key for key in every() if key != "one+two:email"]})
    assert set(NoticeChoice.objects.values_list("kind", "channel")) == {("one", "email"), ("two", "email")}
    assert "one+two:email" not in profile.wanted(cast.bram, STAFF)


def test_who_is_let_in_chooses_about_what_is_shared(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, client="tom")
    lisa = logged_in(cast.lisa)
    assert "family.news" not in lisa.get(PAGE).content.decode()
    let_in(ask(case, cast), lisa)
    page = lisa.get(PAGE).content.decode()
    assert 'value="family.news:inbox" checked' in page and 'value="family.news:email" checked' in page
    assert "Iets nieuws op een pagina die iemand met je deelt" in page
    assert "case.message" not in page and "client.news" not in page
    assert lisa.post(PAGE, {"language": "nl", "notices": ["family.news:inbox"]}).status_code == 302
    messages.send(case, submission_id=uuid.uuid4(), body="Hoi", by=cast.actor("tom"), at=timezone.now())
    assert list(Notice.objects.filter(kind="family.news").values_list("user", "channel")) == [(cast.lisa.pk, "inbox")]
    answer = lisa.post(PAGE, {"language": "nl", "notices": ["case.message:email"]})
    assert answer.status_code == 200 and "Kies uit de lijst." in answer.content.decode()


@pytest.mark.parametrize("many", [False, True])
def test_a_client_mutes_the_portal_and_no_mail(cast: Cast, logged_in: LogIn, many: bool) -> None:
    case = make_case(cast, client="tom")
    client = logged_in(cast.tom)
    page = client.get(PAGE).content.decode()
    assert 'value="client.news:inbox" checked' in page and "client.news:email" not in page
    client.post(PAGE, {"language": "nl"})
    assert set(NoticeChoice.objects.values_list("kind", "channel")) == {("client.news", "inbox")}
    if many:
        tell_clients([case], occasion="x", at=cast.at)
    else:
        tell_client(case, occasion="x", at=cast.at)
    assert list(Notice.objects.values_list("channel", "user")) == [("email", None)]


def test_what_was_chosen_in_another_part_of_life_stays(cast: Cast, logged_in: LogIn) -> None:
    NoticeChoice.objects.create(user=cast.bram, kind="family.news", channel="email")
    logged_in(cast.bram).post(PAGE, {"language": "nl", "reachable_number": NUMBER, "notices": every()})
    assert set(NoticeChoice.objects.values_list("kind", "channel")) == {("family.news", "email")}


def test_nobody_mutes_what_guards_an_account(cast: Cast) -> None:
    for channel in ("inbox", "email"):
        NoticeChoice.objects.create(user=cast.bram, kind="security.changed", channel=channel)
    tell_of_change(cast.bram, "password", at=cast.at)
    assert Notice.objects.filter(kind="security.changed", user=cast.bram).count() == 2
    assert not any("security" in key or "invited" in key for key in profile.boxes(frozenset(Audience)))
