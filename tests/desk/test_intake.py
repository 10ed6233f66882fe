"""The request form over HTTP: nothing typed is lost, nothing makes it fall over, and sending twice is sending once."""

import threading
from typing import Any
from unittest.mock import patch

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils.translation import override
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from cases.enums import Danger, Requester, Situation, Wish
from cases.models import Case, CommanderAdvice, Intake
from desk import reception, snapshot, wizard
from desk.forms.intake import FORMS
from desk.wizard import CHECK, HELP_NOW, SENT
from tests.desk.asking import ANSWERS, Asking
from tests.factories.cast import Cast

ODD = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "\x00",
        "a\x00b",
        "\u202etxt",
        "\u200f\u05d0",
        "👩‍👩‍👧‍👦" * 9,
        "x" * 5000,
        "', --",
        "<script>",
        "{{ 7 }}",
        "%s%n",
        "\ufffd\uffff",
        " ",
    ]
)
FUZZED = tuned(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def units(cast: Cast, settings: Any, tmp_path: Any) -> Cast:
    """The cast, and a public snapshot that knows its units."""
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    snapshot.write(cast.at)
    return cast


@pytest.mark.parametrize("language", ["nl", "en"])
def test_eight_questions_and_it_is_sent(units: Cast, language: str) -> None:
    asking = Asking(language)
    asking.walk()
    assert "A-compagnie, 90 Fictief Bataljon" in asking.page and not Intake.objects.exists()
    asking.post(send="1")
    case, receipt = Case.objects.get(), asking.response.context["receipt"]
    assert (receipt.reference, case.unit.code, case.topics) == (
        case.reference,
        "90bat-a",
        ["work.conflict", "work.unsafe_behaviour"],
    )
    assert receipt.reference in asking.page and receipt.passphrase in asking.page
    assert (case.intake.story, case.intake.language) == ("Ik heb ruzie met mijn sergeant.", language)
    assert (case.person.name, case.person.phone) == ("Daan Visser", "06 00 00 00 12")


@pytest.mark.parametrize(("tile", "named"), [("conflict", True), ("money", False)])
def test_a_confidential_adviser_is_named_after_sending(units: Cast, tile: str, named: bool) -> None:
    asking = Asking()
    asking.walk(topics={"topics": [tile]})
    for _twice in range(2):
        asking.post(send="1")
        assert ("Je kunt ook met een vertrouwenspersoon praten." in asking.page) is named


def test_nothing_needs_a_database_until_it_is_sent(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        asking = Asking()
        asking.walk()
        asking.post(language="en")
        asking.post(change="story")
    assert asking.step == "story"


def test_an_empty_request_is_fine(db: None) -> None:
    asking = Asking()
    nothing: dict[str, dict[str, str]] = {step: {} for step in ANSWERS}
    choices = {"danger": {"danger": "no"}, "requester": {"requester": "self"}, "situation": {"situation": "other"}}
    for _page in range(12):
        if asking.step == CHECK:
            break
        asking.post(**(choices.get(asking.step) or nothing[asking.step]))
    assert asking.page.count("Niet ingevuld") >= 5
    asking.post(send="1")
    case = Case.objects.get()
    assert (case.topics, case.unit, case.intake.story, case.person.email, case.urgency) == ([], None, "", "", "routine")
    assert case.person.contact.channels == ["portal"]


def test_danger_shows_the_numbers_first_and_then_goes_on(units: Cast) -> None:
    asking = Asking()
    asking.post(danger="yes")
    assert asking.step == HELP_NOW
    assert [number in asking.page for number in ("tel:112", "tel:08000113", "tel:08002000")] == [True] * 3
    asking.post()
    assert asking.step == "requester"
    asking.walk()
    asking.post(send="1")
    case = Case.objects.get()
    assert (case.urgency, case.overlay, case.alerts.count()) == ("emergency", "EMERGENCY", 1)


@pytest.mark.parametrize("step", ["danger", "requester", "situation"])
def test_a_question_that_must_be_answered_says_so(db: None, step: str) -> None:
    asking = Asking()
    asking.walk(until=step)
    asking.post(**{step: "nonsense"})
    assert (asking.step, list(asking.errors)) == (step, [step])
    assert "<title>Fout: " in asking.page and "data-error-summary" in asking.page


def test_a_unit_in_own_words_is_kept_and_looked_up_later(units: Cast) -> None:
    asking = Asking()
    asking.walk(unit={"unit": "de derde van links"})
    assert "de derde van links" in asking.page
    asking.post(send="1")
    intake = Intake.objects.get()
    assert (intake.unit, intake.unit_words) == (None, "de derde van links")


@pytest.mark.parametrize("number", ["0612", "112", "abc", "06 12 34 56 78 of 79", "+", "９" * 70])
def test_a_number_nobody_can_dial_gets_its_own_message_and_stays(db: None, number: str) -> None:
    asking = Asking()
    asking.walk(until="contact")
    asking.post(channels=["phone"], phone=number)
    assert asking.errors == {"phone": ["Vul een telefoonnummer in, bijvoorbeeld 06 12 34 56 78"]}
    assert asking.response.context["form"]["phone"].value() == number


@pytest.mark.parametrize("number", ["06-12345678", "0031 6 1234 5678", "+31 (0)6 12.34.56.78", "٠٦١٢٣٤٥٦٧٨"])
def test_a_number_may_be_written_in_any_notation(db: None, number: str) -> None:
    asking = Asking()
    asking.walk(contact={"channels": ["phone"], "phone": number})
    assert asking.step == CHECK and "06 12 34 56 78" in asking.page


def test_a_story_that_is_too_long_is_not_cut(db: None) -> None:
    asking = Asking()
    asking.walk(until="story")
    story = "é" * 4001
    asking.post(story=story)
    assert asking.errors == {"story": ["Dit is 1 teken te lang. Je mag er 4000 gebruiken."]}
    assert asking.response.context["form"]["story"].value() == story
    asking.post(story="👋" * 4000)
    assert asking.step == "contact"


def test_at_most_three_topics(db: None) -> None:
    asking = Asking()
    asking.walk(until="topics")
    asking.post(topics=["conflict", "stress", "money", "loss", "gone"])
    assert asking.errors == {"topics": ["Kies er hoogstens drie. Je koos er 4."]}


def test_back_keeps_what_was_typed_even_when_it_is_wrong(db: None) -> None:
    asking = Asking()
    asking.walk(until="contact")
    asking.post(back="1", channels=["phone"], phone="06 12", name="Noor")
    assert asking.step == "story"
    asking.post(story="Nog iets.")
    form = asking.response.context["form"]
    assert (form["phone"].value(), form["name"].value(), form["channels"].value()) == ("06 12", "Noor", ["phone"])
    assert not form.is_bound


def test_the_language_switch_keeps_the_page_and_what_was_typed(db: None) -> None:
    asking = Asking()
    asking.walk(until="story")
    asking.post(language="en", story="Halverwege")
    assert (asking.step, asking.response.context["form"]["story"].value()) == ("story", "Halverwege")
    assert '<html lang="en">' in asking.page and "Tell it in your own words" in asking.page
    assert asking.client.cookies["__Host-language"].value == "en"


def test_changing_an_answer_returns_to_the_check_page(units: Cast) -> None:
    asking = Asking()
    asking.walk()
    asking.post(change="unit")
    assert asking.step == "unit" and "Terug naar al je antwoorden" in asking.page
    asking.post(unit="Losse Sectie (fictief)")
    assert asking.step == CHECK and "Losse Sectie" in asking.page


def test_a_change_that_asks_something_new_asks_it_first(db: None) -> None:
    asking = Asking()
    asking.walk()
    asking.post(change="requester")
    asking.post(requester="team")
    assert asking.step == "team"
    asking.post(team="advice")
    assert asking.step == CHECK and "wish" not in asking.state.typed
    asking.post(send="1")
    advice = CommanderAdvice.objects.get()
    assert (advice.intake.proposal, advice.intake.wish, Case.objects.count()) == ("COMMANDER_ADVICE", "none", 0)


def test_just_back_asks_the_month_and_suggests_the_mission(db: None) -> None:
    asking = Asking()
    asking.walk(until="returned", situation={"situation": "just_back"})
    months = [value for value, _label in asking.response.context["form"].fields["returned"].choices]
    asking.post(returned=months[5])
    asking.post(unit="")
    assert asking.response.context["form"]["topics"].value() == ["mission"]
    asking.walk(topics={"topics": ["mission"]})
    asking.post(send="1")
    intake = Intake.objects.get()
    assert (f"{intake.returned_month:%Y-%m}", intake.topics, intake.proposal) == (
        months[5],
        ["mission.return"],
        "RETURN_INTERVIEW",
    )


@pytest.mark.parametrize("blob", ["", "nonsense", "1.dev.AAAA", "0.dev.old", "\x00", "1." + "x" * 5000])
def test_a_blob_we_cannot_read_begins_anew_with_a_calm_sentence(db: None, blob: str) -> None:
    response = Client(headers={"accept-language": "nl"}).post("/vraag/", {"state": blob, "story": "x"})
    assert (response.status_code, response.context["step"]) == (200, "danger")
    assert "We kunnen je eerdere antwoorden niet meer lezen" in response.content.decode()


def test_a_prefilled_answer_is_a_suggestion_only(db: None) -> None:
    asking = Asking()
    asking.response = asking.client.get("/vraag/?wens=chaplain&situatie=unit_mission&wens2=x")
    assert asking.state.answer("wish") == "" and asking.state.typed["wish"] == {"wish": ["chaplain"]}
    asking.walk(until="situation")
    assert asking.response.context["form"]["situation"].value() == "unit_mission"
    assert Client().get("/vraag/?wens=<script>").context["form"].initial == {}


def test_after_quick_exit_an_old_page_that_is_sent_again_is_empty(db: None) -> None:
    asking = Asking()
    asking.walk(until="contact")
    blob = asking.blob
    assert asking.client.post("/vraag/", {"state": blob, "back": "1"}).context["step"] == "story"
    asking.client.get("/snel-weg/")
    again = asking.client.post("/vraag/", {"state": blob, "back": "1"})
    assert again.context["step"] == "danger" and "sergeant" not in again.content.decode()


def test_a_browser_without_cookies_can_ask_too(db: None) -> None:
    asking = Asking()
    for _page in range(12):
        asking.client.cookies.clear()
        asking.client.cookies["__Host-language"] = "nl"
        if asking.step == CHECK:
            break
        asking.post(**ANSWERS[asking.step])
    asking.client.cookies.clear()
    assert asking.post(send="1").context["receipt"].reference == Intake.objects.get().reference


def test_sending_again_shows_the_same_reference_and_phrase(db: None) -> None:
    asking = Asking()
    asking.walk()
    blob = asking.blob
    first = asking.post(send="1").context["receipt"]
    second = asking.client.post("/vraag/", {"state": blob, "send": "1"}).context["receipt"]
    in_english = asking.post(language="en").context["receipt"]
    assert {(one.reference, one.passphrase, one.promised_at) for one in (first, second, in_english)} == {
        (first.reference, first.passphrase, first.promised_at)
    }
    assert (Intake.objects.count(), second.repeated, second.changed, asking.step) == (1, True, False, SENT)


def test_back_change_and_send_again_says_that_the_first_one_counts(db: None) -> None:
    asking = Asking()
    asking.walk()
    before = asking.blob
    asking.post(send="1")
    asking.response = asking.client.post("/vraag/", {"state": before, "change": "story"})
    asking.post(story="Iets heel anders")
    asking.post(send="1")
    assert asking.response.context["receipt"].changed and "Wat je daarna hebt veranderd" in asking.page
    assert Intake.objects.get().story == "Ik heb ruzie met mijn sergeant."


def test_two_threads_one_request(committed_db: None) -> None:
    asking = Asking()
    asking.walk()
    blob, seen, start = asking.blob, [], threading.Barrier(2)
    held = asking.client.cookies[wizard.COOKIE].value

    def press() -> None:
        start.wait()
        try:
            browser = Client(headers={"cookie": f"{wizard.COOKIE}={held}"})
            answer = browser.post("/vraag/", {"state": blob, "send": "1"})
            seen.append((answer.status_code, answer.context["receipt"].reference, answer.context["receipt"].passphrase))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (len(seen), len(set(seen)), seen[0][0]) == (2, 1, 200)
    assert (Intake.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.parametrize("trouble", [OperationalError("gone"), InterfaceError("closed")])
def test_without_a_database_it_says_so_and_keeps_every_answer(db: None, trouble: Exception) -> None:
    asking = Asking()
    asking.walk()
    with patch.object(reception, "take_in", side_effect=trouble):
        response = asking.post(send="1")
    assert (response.status_code, "tel:+31880000010" in asking.page, "tel:112" in asking.page) == (503, True, True)
    assert "Je antwoorden staan nog in deze pagina" in asking.page
    asking.post(send="1")
    assert (asking.response.status_code, Intake.objects.get().story) == (200, "Ik heb ruzie met mijn sergeant.")


def test_far_too_much_text_is_answered_calmly(db: None, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = Asking("nl").client.post("/vraag/", {"state": "x", "story": "y" * 2000})
    assert response.status_code == 413 and "Te veel tekst" in response.content.decode()


@pytest.mark.parametrize("step", [step for step in ANSWERS if step not in {"team", "returned"}])
@FUZZED
@given(data=st.data())
def test_no_answer_breaks_a_question(db: None, step: str, data: st.DataObject) -> None:
    asking = _at(step)
    names = list(asking.response.context["form"].fields)
    typed = {name: data.draw(ODD | st.lists(ODD, max_size=4)) for name in names}
    response = asking.post(**typed)
    assert response.status_code == 200
    if asking.step == step:
        kept = {name: asking.response.context["form"].data.getlist(name) for name in names}
    else:
        kept = {name: asking.state.typed.get(step, {}).get(name, []) for name in names}
    wanted = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    for name, values in wanted.items():  # of a question that takes one answer only the one that was judged is kept
        many = getattr(FORMS[step].base_fields[name].widget, "allow_multiple_selected", False)
        wanted[name] = values if many else values[-1:]
    assert kept == wanted


@FUZZED
@given(story=ODD, words=ODD, name=ODD, needs=ODD)
def test_odd_characters_arrive(db: None, story: str, words: str, name: str, needs: str) -> None:
    cut = {"story": story[:4000], "unit": words[:160], "name": name[:120], "accessibility_needs": needs[:1000]}
    asking = _at("unit")
    asking.walk(
        unit={"unit": cut["unit"]}, story={"story": cut["story"]},
        contact={"name": cut["name"], "accessibility_needs": cut["accessibility_needs"]},
    )  # fmt: skip
    reference = asking.post(send="1").context["receipt"].reference
    case = Case.objects.get(reference=reference)
    assert "\x00" not in case.intake.story + case.person.name
    gone = {code: None for code in [*range(32), *range(127, 160), *range(0x202A, 0x202F)]}
    visible = cut["story"].translate(gone | {code: " " for code in range(9, 14)})
    for letter in visible.split():
        assert letter.strip("\ufffe\uffff") in case.intake.story or len(letter) > 3999


def _at(step: str) -> Asking:
    """A browser on one question, quickly: with a blob of our own making."""
    asking = Asking.__new__(Asking)
    asking.client = Client(headers={"accept-language": "nl"})
    state = wizard.begin(_now())
    for code in wizard.applicable(state):
        if code == step:
            break
        state.keep(code, {name: v if isinstance(v, list) else [v] for name, v in ANSWERS[code].items()}, finished=True)
    state.step = step
    asking.response = asking.client.post("/vraag/", {"state": wizard.seal(state), "language": "nl"})
    return asking


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_choice_has_words(language: str) -> None:
    with override(language):
        words = [str(label) for choices in (Danger, Requester, Situation, Wish) for label in choices.labels]
    assert all(words) and len(set(words)) == len(words)
