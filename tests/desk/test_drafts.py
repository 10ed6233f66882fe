"""Save and come back: in an account or by a safe mail, for seven days, for one person, never after "Exit now"."""

import datetime as dt
import html
import re
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts import delivery
from accounts.enums import Line
from accounts.models import AuditEvent, DataKey, Notice
from accounts.sessions import limits
from cases import drafts
from cases.models import CallBackHour, Draft, Intake
from cases.notices import path_of_draft
from desk import snapshot, sweeps, wizard
from desk.views import drafts as views
from tests.desk.asking import CONTACT, Asking
from tests.factories.cast import Cast
from tests.world import let_in

STORY = "Ik heb ruzie met mijn sergeant."
SAFE = {"do": "mail", "email": "daan@thuis.example", "safe": "on"}


@pytest.fixture
def asking(cast: Cast) -> Asking:
    """Somebody who came as far as the question about contact."""
    someone = Asking()
    someone.walk("contact")
    return someone


def save(someone: Asking, **fields: Any) -> Any:
    someone.response = someone.client.post("/vraag/bewaren/", {"state": someone.blob} | (fields or {"save": "1"}))
    return someone.response


def signed_in(asking: Asking, cast: Cast, name: str = "tom") -> Asking:
    let_in(asking.client, cast.users[name])
    return asking


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_in_an_account_it_is_kept_and_gone_on_with(cast: Cast, asking: Asking) -> None:
    signed_in(asking, cast)
    page = save(asking, save="1", name="Daan", channels=["phone"], phone="12")
    draft = Draft.objects.get()
    assert (draft.user, draft.expires_at - draft.changed_at) == (cast.tom, dt.timedelta(days=7))
    assert "We bewaren het voor je" in text(page)
    mine = asking.client.get("/mijn/")
    assert (f"/mijn/bewaard/{draft.pk}/" in text(mine), STORY in text(mine)) == (True, False)
    asking.response = asking.client.post(f"/mijn/bewaard/{draft.pk}/", {"do": "go_on"})
    assert (asking.step, asking.state.typed["story"]["story"]) == ("contact", [STORY])
    assert asking.state.typed["contact"]["phone"] == ["12"]  # a mistake is kept too, to be judged later
    asking.walk()
    asking.post(send="1")
    assert Intake.objects.get().submission_id == draft.submission_id
    assert f"/mijn/bewaard/{draft.pk}/" not in text(asking.client.get("/mijn/"))
    sweeps.run(timezone.now(), source="tick")
    assert not Draft.objects.exists()


def test_nothing_of_it_lies_readable_in_the_database(cast: Cast, asking: Asking) -> None:
    save(signed_in(asking, cast))
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM cases_draft d")
        row = str(cursor.fetchall())
    assert "sergeant" not in row
    assert b"sergeant" not in bytes(Draft.objects.values_list("answers", flat=True).get())


def test_keeping_the_same_form_again_is_one_draft(cast: Cast, asking: Asking) -> None:
    save(signed_in(asking, cast))
    keys = DataKey.objects.count()
    save(asking)
    assert (Draft.objects.count(), DataKey.objects.count()) == (1, keys)


def test_five_are_enough(cast: Cast, asking: Asking) -> None:
    signed_in(asking, cast)
    for _time in range(5):
        other = Asking()
        other.client = asking.client
        other.response = asking.client.get("/vraag/")
        other.walk("story")
        assert save(other).status_code == 200
    page = save(asking)
    assert (Draft.objects.count(), "Je bewaart al 5 aanvragen" in text(page)) == (5, True)
    assert save(asking, do="go_on").context["step"] == "contact"


def test_after_seven_days_it_is_gone_with_its_key(cast: Cast, asking: Asking) -> None:
    before = DataKey.objects.count()
    save(signed_in(asking, cast))
    end = Draft.objects.get().expires_at
    assert (drafts.forget_old(end - dt.timedelta(seconds=1)), drafts.forget_old(end)) == (0, 1)
    assert DataKey.objects.count() == before


def test_throwing_away(cast: Cast, asking: Asking) -> None:
    save(signed_in(asking, cast))
    address = f"/mijn/bewaard/{Draft.objects.get().pk}/"
    assert asking.client.get(address).status_code == 405
    assert asking.client.post(address, {"do": "throw_away"}).status_code == 302
    assert (Draft.objects.exists(), asking.client.post(address).status_code) == (False, 404)
    assert AuditEvent.objects.filter(action="draft.thrown_away").count() == 1


def test_somebody_elses_is_not_there(cast: Cast, asking: Asking) -> None:
    save(signed_in(asking, cast))
    address = f"/mijn/bewaard/{Draft.objects.get().pk}/"
    assert let_in(Client(), cast.users["lisa"]).post(address, {"do": "throw_away"}).status_code == 404
    assert Draft.objects.exists()
    assert AuditEvent.objects.filter(action="draft:open", outcome="denied").count() == 1


def test_a_guest_is_asked_first(asking: Asking) -> None:
    page = save(asking)
    assert ("Je bent niet ingelogd" in text(page), Draft.objects.exists(), Notice.objects.exists()) == (
        True, False, False,
    )  # fmt: skip
    page = save(asking, do="mail", email="daan@thuis.example")
    assert list(page.context["form"].errors) == ["safe"]
    assert not Draft.objects.exists()


def mailed(asking: Asking) -> tuple[Draft, str, str]:
    """The draft, the mail and the address in it."""
    save(asking, **SAFE)
    notice = Notice.objects.get(kind="draft.kept")
    delivery.deliver_due(timezone.now())
    return Draft.objects.get(), path_of_draft(notice), text(asking.response)


def test_a_guest_goes_on_by_a_neutral_mail(asking: Asking, mailoutbox: list[Any]) -> None:
    draft, path, page = mailed(asking)
    assert "Je krijgt een mail" in page
    letter = mailoutbox[0]
    assert (letter.to, "sergeant" in letter.body, path in letter.body) == (["daan@thuis.example"], False, True)
    other = Client(headers={"accept-language": "nl"})
    assert "Verder met wat je bewaarde?" in text(other.get(path))
    asking.client, asking.response = other, other.post(path, {"do": "go_on"})
    assert (asking.step, asking.state.typed["story"]["story"]) == ("contact", [STORY])
    asking.walk()
    asking.post(send="1")
    assert Intake.objects.get().submission_id == draft.submission_id
    assert other.get(path).status_code == 404


def test_the_link_is_of_the_first_browser(asking: Asking) -> None:
    _draft, path, _page = mailed(asking)
    first, second = Client(headers={"accept-language": "nl"}), Client(headers={"accept-language": "nl"})
    for client in (first, second):
        client.get(path)
    assert [first.post(path).status_code, second.post(path).status_code, first.post(path).status_code] == [
        200,
        404,
        200,
    ]
    first.get("/snel-weg/")
    assert first.post(path).status_code == 404


def test_looking_at_the_link_changes_nothing(asking: Asking) -> None:
    draft, path, _page = mailed(asking)
    Client().get(path)
    assert Draft.objects.get().opened_in == draft.opened_in == ""


def test_a_guest_throws_it_away(asking: Asking) -> None:
    _draft, path, _page = mailed(asking)
    assert "Niemand kan het nog lezen." in text(
        Client(headers={"accept-language": "nl"}).post(path, {"do": "throw_away"})
    )
    assert not Draft.objects.exists()


@pytest.mark.parametrize("token", ["x", "a" * 32, "z" * 70])
def test_a_wrong_link_is_a_calm_page(cast: Cast, token: str) -> None:
    answer = Client(headers={"accept-language": "nl"}).get(f"/vraag/verder/{token}/")
    assert (answer.status_code, "Deze link werkt niet meer" in text(answer)) == (404, True)


def test_an_old_link_is_a_calm_page(asking: Asking) -> None:
    draft, path, _page = mailed(asking)
    with time_machine.travel(draft.expires_at, tick=False):
        assert Client().get(path).status_code == 404


def test_another_mail_makes_the_first_link_void(asking: Asking) -> None:
    _draft, path, _page = mailed(asking)
    save(asking, **SAFE | {"email": "ander@thuis.example"})
    assert (Draft.objects.count(), Client().get(path).status_code) == (1, 404)
    assert Notice.objects.filter(kind="draft.kept").count() == 2


def test_many_mails_take_time(asking: Asking) -> None:
    pages = [save(asking, **SAFE) for _time in range(6)]
    assert "Wacht" in text(pages[-1])
    assert Notice.objects.filter(kind="draft.kept").count() == 5


def test_under_16_no_mail(asking: Asking) -> None:
    page = save(asking, save="1", young="on", channels=["phone"], phone="0600000012")
    assert "jonger dan 16" in text(page)
    save(asking, **SAFE)
    assert not Draft.objects.exists()


def test_never_after_exit_now(cast: Cast, asking: Asking) -> None:
    signed_in(asking, cast)
    blob = asking.blob
    asking.client.get("/snel-weg/")
    page = asking.client.post("/vraag/bewaren/", {"state": blob, "save": "1"})
    assert (page.context["step"], Draft.objects.exists()) == ("danger", False)
    assert STORY not in text(page)


def test_a_lapsed_session_is_nobody(cast: Cast, asking: Asking) -> None:
    signed_in(asking, cast)
    session = asking.client.session
    use = limits.read(session)
    assert use is not None
    session[limits.KEY] = session[limits.KEY] | {"seen": use.seen - 7200, "begun": use.begun - 7200}
    session.save()
    assert "Je bent niet ingelogd" in text(save(asking))
    assert not Draft.objects.exists()


def test_while_the_database_is_away_it_says_so(
    cast: Cast, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def away(*_args: Any) -> None:
        raise OperationalError("away")

    signed_in(asking, cast)
    with monkeypatch.context() as patch:
        patch.setattr(views, "visitor_of", away)
        page = save(asking)
    assert (page.status_code, "Het is niet bewaard" in text(page)) == (503, True)
    assert save(asking, do="go_on").context["step"] == "contact"
    assert asking.state.typed["story"]["story"] == [STORY]


def test_a_sent_form_cannot_be_kept(cast: Cast, asking: Asking) -> None:
    signed_in(asking, cast).walk()
    blob = asking.blob
    asking.post(send="1")
    page = asking.client.post("/vraag/bewaren/", {"state": blob, "save": "1"})
    assert ("al verstuurd" in text(page), Draft.objects.exists()) == (True, False)


def test_the_form_still_needs_no_database(asking: Asking, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        asking.post(name="", channels=[])
    assert re.search(r'formaction="/vraag/bewaren/"', text(asking.response))
    assert asking.step in wizard.BY_CODE


def test_coming_there_without_a_form_leads_to_it(cast: Cast) -> None:
    answer = Client().get("/vraag/bewaren/")
    assert (answer.status_code, answer["Location"]) == (302, "/vraag/")


def test_a_half_hour_that_went_meanwhile_is_said_on_coming_back(cast: Cast, at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        CallBackHour.objects.create(line=Line.DESK, weekday=2, hour=11, places=1)
        snapshot.write(at)
        asking = signed_in(Asking(), cast)
        asking.walk(contact=CONTACT | {"call_slot": "2026-03-10T10:00Z"})
        save(asking)
        draft = Draft.objects.get()
    later = at + dt.timedelta(minutes=40)
    with time_machine.travel(later, tick=False):
        snapshot.write(later)
        signed_in(asking, cast)
        asking.response = asking.client.post(f"/mijn/bewaard/{draft.pk}/", {"do": "go_on"})
        assert (asking.step, "Deze tijd kun je niet meer kiezen." in asking.page) == ("contact", True)
