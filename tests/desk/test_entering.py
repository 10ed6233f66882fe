"""The desk enters a request for someone: the wizard's rules on one page, read out before it is kept, told by voice."""

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Notice
from cases import following
from cases.models import Case, CommanderAdvice, Entered, Intake, NewPhrase, TimelineEntry
from desk import reception, snapshot, wizard
from tests.desk.asking import BLOB
from tests.factories.cast import Cast
from tests.world import let_in

HERE = "192.0.2.1"
SPOKEN: dict[str, Any] = {
    "danger": "no", "channel": "phone", "on_behalf": "self", "language": "nl", "requester": "self",
    "situation": "at_home", "unit": "", "topics": ["conflict"], "story": "Ze hoort haar sergeant schreeuwen.",
    "name": "Noor", "channels": ["phone"], "phone": "06-00000012", "accessibility_needs": "Ik kan niet lezen.",
    "wish": "none",
}  # fmt: skip


class Entering:
    """A colleague at the page, with the last answer. ``press`` sends the page's blob along."""

    def __init__(self, cast: Cast, name: str = "samira") -> None:
        snapshot.write(timezone.now())
        self.user_id = cast.users[name].pk
        self.client = let_in(Client(headers={"accept-language": "nl"}), cast.users[name])
        self.answer: Any = self.client.get("/loket/nieuw/")

    def press(self, do: str, **fields: Any) -> Any:
        self.answer = self.client.post("/loket/nieuw/", {"state": self.blob, "do": do} | fields)
        return self.answer

    def enter(self, **changed: Any) -> Any:
        """All the way: filled in, read out, kept."""
        self.press("fill", **SPOKEN | changed)
        return self.press("send", read_out="on")

    @property
    def blob(self) -> str:
        found = BLOB.search(self.answer.content.decode())
        assert found
        return html.unescape(found[1])

    @property
    def page(self) -> str:
        return html.unescape(self.answer.content.decode())

    @property
    def shown(self) -> str:
        return str(self.answer.template_name).rsplit("/", 1)[-1]

    @property
    def errors(self) -> dict[str, list[str]]:
        return {name: list(texts) for form in self.answer.context["wrong"] for name, texts in form.errors.items()}


@pytest.fixture
def desk(cast: Cast) -> Entering:
    return Entering(cast)


def test_a_caller_who_cannot_read_is_served_by_voice(cast: Cast, desk: Entering) -> None:
    desk.enter()
    assert desk.shown == "receipt.html"
    case, phrase = Case.objects.get(), desk.answer.context["phrase"]
    intake = case.intake
    assert (intake.channel, intake.entered_by, case.person.user) == ("phone", cast.samira, None)
    assert (intake.entered.on_behalf, intake.entered.read_out, intake.entered.received_at) == ("self", True, None)
    assert str(case.person.contact.accessibility_needs) == "Ik kan niet lezen."
    assert not Notice.objects.filter(user=None).exists()  # no mail to the client
    opened = following.try_phrase(case.reference, phrase.replace("-", " "), place=HERE, at=timezone.now())
    assert opened.actor is not None
    line = TimelineEntry.objects.get(case=case, kind="received")
    assert (line.by, line.by_client, line.facts) == (cast.samira, False, {"channel": "phone"})
    assert AuditEvent.objects.get(action="intake.received").actor_id == str(cast.samira.pk)


def test_danger_is_asked_first_and_the_numbers_are_on_the_page(desk: Entering) -> None:
    order = [desk.page.index(f'name="{name}"') for name in ("danger", "channel", "requester", "story", "channels")]
    assert order == sorted(order)
    assert 'href="tel:112"' in desk.page


def test_danger_warns_the_person_on_duty(desk: Entering) -> None:
    desk.enter(danger="yes")
    case = Case.objects.get()
    assert (case.urgency, case.alerts.count()) == ("emergency", 1)
    assert "Bel nu 112" in desk.page


def test_what_is_kept_is_read_out_first(desk: Entering) -> None:
    desk.press("fill", **SPOKEN)
    assert desk.shown == "check.html"
    assert "Ze hoort haar sergeant schreeuwen." in desk.page
    assert not Intake.objects.exists()
    desk.press("send")
    assert desk.answer.context["form"].errors == {"read_out": ["Lees het eerst voor en vraag of het klopt."]}
    assert not Intake.objects.exists()
    desk.press("change")
    assert (desk.shown, "Ze hoort haar sergeant schreeuwen." in desk.page) == ("form.html", True)


def test_a_mistake_keeps_what_was_typed(desk: Entering) -> None:
    desk.press("fill", **SPOKEN | {"danger": "", "phone": "12", "on_behalf": "relative", "caller": ""})
    assert set(desk.errors) == {"danger", "phone", "caller"}
    assert "Ze hoort haar sergeant schreeuwen." in desk.page
    assert desk.page.count("data-error-summary") == 1


def test_twice_is_once(desk: Entering) -> None:
    desk.press("fill", **SPOKEN)
    pages = [desk.client.post("/loket/nieuw/", {"state": desk.blob, "do": "send", "read_out": "on"}) for _ in range(2)]
    assert Intake.objects.count() == 1
    first, second = (page.context["receipt"] for page in pages)
    assert (first.reference, first.passphrase) == (second.reference, second.passphrase)
    assert (second.repeated, second.changed) == (True, False)


def test_another_caller_the_second_time_is_told(cast: Cast, desk: Entering) -> None:
    desk.press("fill", **SPOKEN)
    before = desk.blob
    desk.press("send", read_out="on")
    desk.answer = desk.client.post("/loket/nieuw/", {"state": before, "do": "change"})
    desk.enter(on_behalf="relative", caller="Haar zus Lies")
    assert (desk.answer.context["receipt"].changed, Intake.objects.count()) == (True, 1)


def test_a_relative_who_calls_hears_no_words(desk: Entering) -> None:
    desk.enter(on_behalf="relative", caller="Haar zus Lies")
    row = Entered.objects.get()
    assert (row.on_behalf, str(row.caller)) == ("relative", "Haar zus Lies")
    assert desk.answer.context["phrase"] == ""
    assert "Zeg ze niet tegen iemand anders" in desk.page


def test_six_other_words_when_they_are_too_difficult(desk: Entering) -> None:
    desk.enter()
    first, number = desk.answer.context["phrase"], str(desk.answer.context["number"])
    pages = [desk.client.post("/loket/nieuw/", {"state": desk.blob, "do": "words", "number": number}) for _ in range(2)]
    second, again = (page.context["phrase"] for page in pages)
    assert (second == again, second != first, NewPhrase.objects.count()) == (True, True, 1)
    at, reference = timezone.now(), Case.objects.get().reference
    opened = [following.try_phrase(reference, words, place=HERE, at=at).actor for words in (first, second)]
    assert [actor is not None for actor in opened] == [False, True]


def letter(moment: dt.datetime) -> dict[str, Any]:
    here = timezone.localtime(moment)
    return {"channel": "letter", "received_on": f"{here:%Y-%m-%d}", "received_time": f"{here:%H:%M}"}


def test_a_letter_of_last_week_is_promised_from_now(desk: Entering) -> None:
    now = timezone.now()
    desk.press("fill", **SPOKEN | letter(now - dt.timedelta(days=7)))
    assert (desk.shown, desk.answer.context["form"]) == ("check.html", None)
    desk.press("send")
    intake = Intake.objects.get()
    assert intake.entered.received_at is not None
    assert abs(intake.entered.received_at - (now - dt.timedelta(days=7))) < dt.timedelta(minutes=1)
    assert (intake.sent_at >= now, intake.promised_at > now, intake.entered.read_out) == (True, True, False)
    assert desk.answer.context["phrase"] == ""


@pytest.mark.parametrize(
    ("ago", "right"),
    [(dt.timedelta(minutes=-2), False), (dt.timedelta(), True), (dt.timedelta(days=364), True),
     (dt.timedelta(days=367), False)],
)  # fmt: skip
def test_not_in_the_future_and_at_most_a_year_ago(desk: Entering, ago: dt.timedelta, right: bool) -> None:
    desk.press("fill", **SPOKEN | letter(timezone.now() - ago))
    assert (desk.shown == "check.html") == right
    assert right or set(desk.errors) == {"received_on"}


def test_questions_that_do_not_apply_are_not_kept(desk: Entering) -> None:
    desk.enter(returned="2026-01", team="help")
    assert Intake.objects.get().returned_month is None
    state = wizard.unseal(desk.blob, timezone.now(), f"desk|{desk.user_id}")
    assert not {"returned", "team"} & set(state.typed)


def test_a_commanders_question_makes_no_case(desk: Entering) -> None:
    desk.enter(requester="team", team="advice")
    assert (CommanderAdvice.objects.count(), Case.objects.count()) == (1, 0)
    assert "/loket/advies/" in desk.page


def test_the_words_are_in_the_language_of_the_caller(desk: Entering) -> None:
    desk.enter(language="en", topics=["conflict"])
    case = Case.objects.get()
    assert (case.intake.language, case.person.language) == ("en", "en")
    assert "Arguments" in str(case.own_words) or "conflict" in str(case.own_words).lower()


def test_when_it_cannot_be_kept_everything_stays(desk: Entering, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("away")

    desk.press("fill", **SPOKEN)
    with monkeypatch.context() as patch:
        patch.setattr(reception, "take_in", broken)
        desk.press("send", read_out="on")
    assert (desk.answer.status_code, "nog niet bewaard" in desk.page) == (503, True)
    assert desk.press("send", read_out="on").status_code == 200
    assert Intake.objects.count() == 1


def test_a_colleagues_blob_is_of_no_use(cast: Cast, desk: Entering) -> None:
    desk.press("fill", **SPOKEN)
    other = Entering(cast, "els").client
    page = other.post("/loket/nieuw/", {"state": desk.blob, "do": "send", "read_out": "on"})
    assert (page.context["lost"], Intake.objects.exists()) == (True, False)


@pytest.mark.parametrize("name", ["bram", "vera", "arie", "tom"])
def test_nobody_else_enters(cast: Cast, name: str) -> None:
    client = let_in(Client(), cast.users[name])
    assert (client.get("/loket/nieuw/").status_code, client.post("/loket/nieuw/").status_code) == (404, 404)


def test_the_triage_page_says_who_entered_it(cast: Cast, desk: Entering) -> None:
    desk.enter(on_behalf="relative", caller="Haar zus Lies")
    page = html.unescape(desk.client.get(f"/loket/{Case.objects.get().reference}/").content.decode())
    assert re.search(r"Ingevoerd door</dt>\s*<dd>Samira", page)
    assert "Haar zus Lies" in page


def test_the_site_cannot_change_what_was_entered(desk: Entering) -> None:
    desk.enter()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Entered.objects.update(read_out=False)


def test_numbers_that_are_no_numbers_are_harmless(desk: Entering) -> None:
    desk.enter()
    desk.press("words", number="x" * 50)
    assert NewPhrase.objects.count() == 1
    assert uuid.UUID(str(desk.answer.context["number"]))
