"""Words that raise and a surge, as clients, triage and the coordinator meet them."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import ANONYMOUS
from accounts.models import AuditEvent, Notice
from cases import surge as surges
from cases.enums import Urgency
from cases.keywords import heard
from cases.models import Case, Intake, Keyword
from desk import reception, snapshot, surge, sweeps
from referrals.routing import facts_of, route
from tests.conftest import AMSTERDAM
from tests.desk.asking import CONTACT, Asking
from tests.desk.test_entering import Entering
from tests.desk.test_reception import ask
from tests.factories.cast import Cast
from tests.factories.referrals import publish_rules

MAILED = {"channels": ["phone", "email"], "email": "noor@thuis.example", "safe_to_email": "yes"}
WORDS, SURGE, SHEET = "/organisatie/woorden/", "/organisatie/drukte/", "/organisatie/blad/keywords/"


@pytest.fixture(autouse=True)
def _now(settings: Any, tmp_path: Path, at: dt.datetime) -> Iterator[None]:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def els(cast: Cast, logged_in: Callable[..., Client]) -> Client:
    return logged_in(cast.els, HTTP_ACCEPT_LANGUAGE="en")


def asked(story: str = "Ruzie.", **contact: Any) -> Asking:
    """Somebody on the last page before sending."""
    asking = Asking()
    asking.walk(story={"story": story}, contact=CONTACT | contact)
    return asking


def test_a_word_raises_and_the_request_goes_where_it_would_have_gone(cast: Cast, at: dt.datetime) -> None:
    calm = reception.take_in(ask(story="Ruzie."), by=ANONYMOUS, at=at)
    raised = reception.take_in(ask(story="Ik denk aan Zelfmoord!"), by=ANONYMOUS, at=at)
    assert (calm.urgency, raised.urgency, raised.proposal) == ("soon", "urgent", calm.proposal)
    case = Case.objects.get(reference=raised.reference)
    assert (case.urgency, case.overlay, case.intake.raised_by) == ("urgent", "NONE", "zelfmoord")
    assert Case.objects.get(reference=calm.reference).intake.raised_by == ""
    grief = reception.take_in(ask(story="zelfmoord", topics=("private.bereavement",)), by=ANONYMOUS, at=at)
    assert (grief.urgency, Intake.objects.get(reference=grief.reference).raised_by) == ("urgent", "")
    assert case.alerts.count() == 1


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["zelfmoord", "niet", "afscheidsbrief", "hallo", "\x00", "é"])).map(" ".join))
def test_with_any_text_the_urgency_is_never_lower_than_without(text: str) -> None:
    seen, moment = snapshot.defaults(), dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)
    for topic in ("work.conflict", "private.bereavement", "private.money"):
        facts = facts_of(ask(topics=(topic,)))
        more = facts.__class__(**{**vars(facts), "raised_to": heard(text, seen.keywords).raises_to})
        known = {"rules": seen.rules, "calendar": seen.calendar, "topics": seen.topics}
        without, with_text = route(facts, moment, **known), route(more, moment, **known)
        assert Urgency(with_text.urgency).rank <= Urgency(without.urgency).rank
        assert (with_text.to, with_text.handler_now) == (without.to, without.handler_now)


def test_the_version_and_the_rules_that_fitted_too_are_kept_and_shown(
    cast: Cast, logged_in: Callable[..., Client], at: dt.datetime
) -> None:
    old = reception.take_in(ask(), by=ANONYMOUS, at=at)
    publish_rules(
        at,
        own={"conditions": {"topics": ["work.conflict"]}, "to": "CHAPLAIN"},
        late={"conditions": {"hours": ["open"]}, "to": "CHAPLAIN", "order": 56},
    )
    snapshot.write(at)
    new = reception.take_in(ask(story="zelfmoord"), by=ANONYMOUS, at=at)
    kept = Intake.objects.get(reference=new.reference)
    assert (kept.rule, kept.rules_version, kept.also_fits) == ("own", 2, ["late"])
    assert Intake.objects.get(reference=old.reference).rules_version == 1
    event = AuditEvent.objects.filter(action="intake.received").latest("pk")
    assert event.basis == "rule own, version 2; also fits: late"
    page = logged_in(cast.samira, HTTP_ACCEPT_LANGUAGE="en").get(reverse("triage", args=[new.reference]))
    text = page.content.decode()
    assert "Rule: own, version 2. Also fitted, but came later: late." in text
    assert "A word in the text raised this: zelfmoord." in text


def test_a_resend_says_the_same(cast: Cast, at: dt.datetime) -> None:
    sent = ask(story="zelfmoord")
    first = reception.take_in(sent, by=ANONYMOUS, at=at)
    Keyword.objects.all().delete()
    snapshot.write(at)
    again = reception.take_in(sent, by=ANONYMOUS, at=at)
    assert (again.reference, again.urgency, again.repeated, again.changed) == (first.reference, "urgent", True, False)


def test_the_numbers_are_shown_before_sending_and_block_nothing(cast: Cast) -> None:
    page = asked("Ik schrijf een afscheidsbrief")
    assert "Is er nu gevaar? Bel." not in asked().page
    assert ("Is er nu gevaar? Bel." in page.page, "0800-0113" in page.page) == (True, True)
    assert page.post(send="1").status_code == 200
    assert Intake.objects.get().urgency == "emergency"


def test_begun_before_five_and_sent_after(cast: Cast) -> None:
    begun = dt.datetime(2026, 3, 10, 16, 58, tzinfo=AMSTERDAM)
    with time_machine.travel(begun, tick=False):
        asking = asked()
    with time_machine.travel(begun + dt.timedelta(minutes=5), tick=False):
        sent = asking.post(send="1").content.decode()
    kept = Intake.objects.get()
    assert (kept.handler_now, kept.desk_was_open) == ("AFTER_HOURS_LINE", False)
    assert kept.sent_at == begun + dt.timedelta(minutes=5)
    assert "Je begon om 16:58. Het moment van versturen telt: 17:03." in sent
    assert "Het loket is nu dicht." in sent


def test_nothing_is_said_about_beginning_when_the_desk_stayed_open(cast: Cast) -> None:
    assert "Je begon om" not in asked().post(send="1").content.decode()


def test_the_list_is_a_sheet_of_the_coordinator(cast: Cast, els: Client, logged_in: Callable[..., Client]) -> None:
    assert "zelfmoord" in els.get(SHEET).content.decode()
    form = {
        "phrase": "Pistool",
        "language": "nl",
        "raises_to": "emergency",
        "active": "on",
        "remark": "",
        "owner": "Els",
    }
    assert els.post(f"{SHEET}nieuw/", form).headers["Location"] == SHEET
    assert "Pistool" in [word.phrase for word in snapshot.read().keywords]
    word = Keyword.objects.get(phrase="Pistool")
    for name in ("arie", "samira", "ilse"):
        client = logged_in(cast.users[name])
        for address in (SHEET, f"{SHEET}nieuw/", f"{SHEET}{word.pk}/"):
            assert client.get(address).status_code == 404
        assert client.post(f"{SHEET}{word.pk}/weg/").status_code == 404
    assert 'blad/keywords/"' not in logged_in(cast.arie).get("/organisatie/").content.decode()
    els.post(f"{SHEET}{word.pk}/weg/")
    assert "Pistool" not in [word.phrase for word in snapshot.read().keywords]


def test_trying_a_text_keeps_nothing_and_says_what_is_not_understood(els: Client) -> None:
    page = els.post(WORDS, {"sample": "Ik denk niet aan zelfmoord, en geen overdosis."})
    assert (page.context["heard"].words, page.context["heard"].raises_to) == (("overdosis", "zelfmoord"), "emergency")
    assert "A “not” is not understood" in els.get(WORDS).content.decode()
    assert els.post(WORDS, {"sample": "Hallo"}).context["heard"].words == ()
    assert els.post(WORDS, {"sample": ""}).context["form"].errors["sample"] == ["Write a text to try."]


def test_in_a_surge_no_automatic_mail_goes_out_and_the_page_says_so(cast: Cast, at: dt.datetime) -> None:
    surges.choose("on", reason="Oefening.", by=cast.actor("els"), at=at)
    snapshot.write(at)
    assert surge.is_on() is True
    answer = asked(**MAILED).post(send="1")
    assert (answer.status_code, Intake.objects.count()) == (200, 1)
    assert "Je krijgt hierover geen mail." in answer.content.decode()
    assert not Notice.objects.filter(kind="client.received").exists()
    assert mail.outbox == []


def test_otherwise_the_mail_goes_out(cast: Cast) -> None:
    answer = asked(**MAILED).post(send="1")
    assert "Je krijgt hierover geen mail." not in answer.content.decode()
    assert Notice.objects.filter(kind="client.received").count() == 1


def test_the_sweep_finds_a_surge_and_the_dashboard_and_the_monitor_say_so(
    cast: Cast, logged_in: Callable[..., Client], at: dt.datetime
) -> None:
    for _one in range(11):
        reception.take_in(ask(), by=ANONYMOUS, at=at)
    assert sweeps.run(at, source="tick") == []
    assert surge.is_on() is True
    page = logged_in(cast.samira, HTTP_ACCEPT_LANGUAGE="en").get("/loket/")
    assert "Far more requests come in than normal." in page.content.decode()
    assert Client().get("/health/ready").json()["surge"] is True
    for minutes in (61, 77):
        sweeps.run(at + dt.timedelta(minutes=minutes), source="worker")
    assert surge.is_on() is False


def test_switching_by_hand(cast: Cast, els: Client, logged_in: Callable[..., Client]) -> None:
    assert els.post(SURGE, {"by_hand": "on", "reason": ""}).context["form"].errors["reason"] == [
        "Write down why, in a few words."
    ]
    assert surge.is_on() is False
    assert els.post(SURGE, {"by_hand": "on", "reason": "Aanval."}).headers["Location"] == SURGE
    assert surge.is_on() is True
    assert "Aanval." in els.get(SURGE).content.decode()
    els.post(SURGE, {"by_hand": "", "reason": "Voorbij."})
    assert surge.is_on() is False
    for name in ("arie", "samira", "ilse"):
        client = logged_in(cast.users[name])
        assert [client.get(SURGE).status_code, client.post(SURGE, {"by_hand": "on"}).status_code] == [404, 404]
    assert AuditEvent.objects.filter(action__in=["surge.on", "surge.automatic"]).count() == 2


def test_in_a_surge_the_desk_hears_that_no_mail_goes_out(cast: Cast, at: dt.datetime) -> None:
    desk = Entering(cast)
    desk.enter(**MAILED)
    assert "Je krijgt hierover geen mail." not in desk.page
    surges.choose("on", reason="Oefening.", by=cast.actor("els"), at=at)
    snapshot.write(at)
    busy = Entering(cast)
    busy.enter(**MAILED)
    assert "Je krijgt hierover geen mail." in busy.page
    assert Notice.objects.filter(kind="client.received").count() == 1
