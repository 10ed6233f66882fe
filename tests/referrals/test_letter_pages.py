"""The pages of letters to providers outside: the worker's, the client's and the coordinator's."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from cases.enums import CaseState
from cases.models import Case
from referrals.letters import paper, writing
from referrals.letters.enums import LetterState, LetterYes
from referrals.models import Letter, LetterTemplate
from tests.factories.cases import PHRASE
from tests.factories.cast import Cast
from tests.factories.letters import QUESTION, make_approved, make_given, make_letter, make_on_paper, make_service
from tests.factories.work import make_accepted


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, state=CaseState.ACTIVE, client="tom")


@pytest.fixture(autouse=True)
def _now(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


def address(name: str, case: Case, *more: Any) -> str:
    return reverse(name, args=[case.reference, *more])


def filled(**changed: Any) -> dict[str, Any]:
    template = LetterTemplate.objects.get(name_nl="Verwijzing")
    return {
        "template": template.pk, "language": "nl", "question": QUESTION, "covers": ["name", "summary"],
        "reason": "Dichtbij.", "submission": str(uuid.uuid4()), "do": "preview",
    } | changed  # fmt: skip


def test_a_letter_is_looked_at_and_then_asked(cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    browser, service = logged_in(cast.bram), make_service()
    new = f"{address('onward_letter_new', case)}?aanbod={service.pk}"
    assert "Schuldhulp Zuid" in browser.get(address("onward_letter_new", case)).content.decode()
    fields = filled()
    look = browser.post(new, fields)
    text = look.content.decode()
    assert look.status_code == 200
    assert "Dit is de brief" in text
    assert "Telefoonnummer van de cliënt (mag er niet in)" in text
    assert Letter.objects.count() == 0
    for _twice in range(2):
        done = browser.post(new, fields | {"do": "ask", "seen": look.context["seen"]})
        assert done.status_code == 302
    letter = Letter.objects.get()
    assert (letter.state, letter.covers) == (LetterState.ASKED, ["name", "summary", "question"])


def test_what_was_changed_after_the_look_is_looked_at_again(
    cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    browser, service = logged_in(cast.bram), make_service()
    new = f"{address('onward_letter_new', case)}?aanbod={service.pk}"
    seen = browser.post(new, filled()).context["seen"]
    page = browser.post(new, filled(do="phone", phrase=PHRASE, seen=seen, question="Iets heel anders"))
    assert page.status_code == 200
    assert "Lees hem nog een keer" in page.content.decode()
    assert "Iets heel anders" in page.content.decode()
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("phrase", "words"), [("", "Typ de zes woorden"), ("fiets fiets", "Dit is niet de wachtzin van deze cliënt")]
)
def test_a_yes_by_voice_needs_the_pass_phrase(
    phrase: str, words: str, cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    """At once and later: what was typed stays, but for the phrase, and nothing is recorded."""
    browser, service = logged_in(cast.bram), make_service()
    new = f"{address('onward_letter_new', case)}?aanbod={service.pk}"
    fields = filled()
    fields |= {"seen": browser.post(new, fields).context["seen"], "do": "phone"}
    text = browser.post(new, fields | {"phrase": phrase}).content.decode()
    assert (words in text, QUESTION in text, "Dit is de brief" in text, "fiets" in text) == (True, True, True, False)
    assert Letter.objects.count() == 0
    assert browser.post(new, fields | {"do": "ask"}).status_code == 302
    letter = Letter.objects.get()
    here = address("onward_letter", case, letter.pk)
    assert words in browser.post(here, {"do": "said", "phrase": phrase}).content.decode()
    assert Letter.objects.get().state == LetterState.ASKED
    assert browser.post(here, {"do": "said", "phrase": PHRASE}).status_code == 302
    assert (Letter.objects.get().yes, Letter.objects.get().yes_recorded_by) == (LetterYes.BY_PHONE, cast.bram)


def test_a_letter_that_was_read_out_is_written_and_approved_at_once(
    cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    browser, service = logged_in(cast.bram), make_service()
    new = f"{address('onward_letter_new', case)}?aanbod={service.pk}"
    fields = filled()
    fields |= {"seen": browser.post(new, fields).context["seen"], "do": "phone", "phrase": PHRASE}
    for _twice in range(2):
        assert browser.post(new, fields).status_code == 302
    assert Letter.objects.get().yes == LetterYes.BY_PHONE


@pytest.mark.parametrize(
    "wrong", [{"template": "x"}, {"language": "fr"}, {"question": ""}, {"covers": ["summary", "bsn"]}, {"reason": " "}]
)
def test_wrong_input_is_said_beside_the_field(
    wrong: dict[str, Any], cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    service = make_service()
    new = f"{address('onward_letter_new', case)}?aanbod={service.pk}"
    page = logged_in(cast.bram).post(new, filled(do="ask", seen="x") | wrong)
    assert page.status_code == 200
    assert "field-error" in page.content.decode()
    assert "Dichtbij." in page.content.decode() or "reason" in wrong
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("number", ["", "x", str(uuid.UUID(int=5)), "\x00"])
def test_an_unknown_provider_leads_to_the_choice(
    number: str, cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    page = logged_in(cast.bram).get(address("onward_letter_new", case), {"aanbod": number, "q": "\x00"})
    assert page.status_code == 200
    assert "Aan wie is de brief?" in page.content.decode()


def test_providers_are_found_though_misspelt(cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    make_service("Schuldhulp Zuid")
    make_service("Rouwgroep")
    text = logged_in(cast.bram).get(address("onward_letter_new", case), {"q": "schuldhulo"}).content.decode()
    assert "Schuldhulp Zuid" in text
    assert "Rouwgroep" not in text


def test_the_worker_sends_it_and_sees_the_code_once(cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    letter, browser = make_approved(cast, case), logged_in(cast.bram)
    here = address("onward_letter", case, letter.pk)
    assert browser.post(address("onward_letter_pdf", case, letter.pk)).status_code == 302
    page = browser.post(here, {"do": "mail"})
    code = page.context["code"]
    assert code in page.content.decode()
    again = browser.get(here).content.decode()
    assert code not in again
    assert "/brief/" in again
    assert Letter.objects.get().state == LetterState.SENT


def test_paper_is_printed_and_the_answer_written_down(cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    letter, browser = make_approved(cast, case), logged_in(cast.bram)
    here = address("onward_letter", case, letter.pk)
    browser.post(here, {"do": "paper"})
    page = browser.post(address("onward_letter_pdf", case, letter.pk))
    words = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(page.content))
    assert "Vertrouwelijk" in words
    assert f"Afgedrukt door {cast.bram.name}" in words
    assert AuditEvent.objects.filter(action="letter.printed", case_id=case.pk).count() == 1
    assert "Kies wat ze antwoordden" in browser.post(here, {"do": "answer", "note": "x"}).content.decode()
    late = {"do": "answer", "answer": "accepted", "on": "2027-01-01", "note": ""}
    assert "Kies een dag tussen" in browser.post(here, late, follow=True).content.decode()
    browser.post(here, late | {"on": cast.at.date().isoformat(), "note": "Maandag."})
    assert (Letter.objects.get().state, Letter.objects.get().answer_note) == (LetterState.ACCEPTED, "Maandag.")


def test_looking_changes_nothing_and_unknown_buttons_do_nothing(
    cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    letter, browser = make_approved(cast, case), logged_in(cast.bram)
    here = address("onward_letter", case, letter.pk)
    for query in ("?do=mail", "?do=back"):
        browser.get(here + query)
    assert browser.get(address("onward_letter_pdf", case, letter.pk)).status_code == 405
    browser.post(here, {"do": "burn"})
    assert Letter.objects.get().state == LetterState.APPROVED


@pytest.mark.parametrize("name", ["samira", "karin", "ilse", "tom", "arie", "vera"])
def test_nobody_else_gets_there(name: str, cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    letter, browser = make_approved(cast, case), logged_in(cast.users[name])
    for page in ("onward_letters", "onward_letter_new"):
        assert browser.get(address(page, case)).status_code in {403, 404}
    for do in ("mail", "paper", "back", "said"):
        assert browser.post(address("onward_letter", case, letter.pk), {"do": do}).status_code in {403, 404}
    assert Letter.objects.get().state == LetterState.APPROVED


def test_a_letter_of_another_case_does_not_exist(cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    other = make_on_paper(cast, make_accepted(cast, state=CaseState.ACTIVE))
    browser = logged_in(cast.bram)
    assert browser.get(address("onward_letter", case, other.pk)).status_code == 404
    assert browser.post(address("onward_letter_pdf", case, other.pk)).status_code == 404
    mine = logged_in(cast.tom)
    assert mine.post(address("my_letters", case), {"letter": str(other.pk), "answer": "no"}).status_code == 404


def test_the_client_takes_out_looks_again_and_says_yes(
    cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    letter, browser = make_letter(cast, case), logged_in(cast.tom)
    assert "Mogen we deze brief versturen?" in browser.get(address("my_case", case)).content.decode()
    here = address("my_letters", case)
    page = browser.get(here)
    seen = page.context["rows"][0]["seen"]
    fields = {"letter": str(letter.pk), "covers": ["name"], "answer": "yes", "seen": seen}
    again = browser.post(here, fields)
    assert "De brief is nu anders" in again.content.decode()
    assert Letter.objects.get().state == LetterState.ASKED
    seen = again.context["rows"][0]["seen"]
    assert browser.post(here, fields | {"seen": seen}).status_code == 302
    row = Letter.objects.get()
    assert (row.state, row.covers) == (LetterState.APPROVED, ["name", "question"])
    assert "Ruzie" not in row.text
    browser.post(here, {"letter": str(letter.pk), "answer": "no"})
    assert Letter.objects.get().state == LetterState.WITHDRAWN


def test_the_client_never_reads_what_is_ours(cast: Cast, case: Case, logged_in: Callable[..., Client]) -> None:
    letter = make_given(cast, case).letter
    text = logged_in(cast.tom).get(address("my_letters", case)).content.decode()
    assert "Dichtbij, en zonder wachttijd." not in text
    assert "/brief/" not in text
    assert "Stichting Schuldhulp Zuid" in text
    assert str(letter.text).splitlines()[0] in text


@pytest.mark.parametrize("count", [1, 30])
def test_the_lists_cost_the_same(
    count: int, cast: Cast, case: Case, logged_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_letter(cast, case, make_service(f"Hulp {number}"))
    for who, page in ((cast.bram, "onward_letters"), (cast.tom, "my_letters")):
        browser = logged_in(who)
        browser.get(address(page, case))
        with django_assert_max_num_queries(14):  # with the two of the audit
            assert browser.get(address(page, case)).status_code == 200


def test_the_coordinator_keeps_templates_with_known_fields_only(cast: Cast, logged_in: Callable[..., Client]) -> None:
    browser = logged_in(cast.els)
    add = reverse("organisation_add", args=["letters"])
    good = {"name_nl": "Kort", "name_en": "Short", "text_nl": "Voor {name}", "text_en": "For {name}", "active": "on"}
    page = browser.post(add, good | {"text_en": "For {nobody}"})
    assert "{nobody} is geen veld" in page.content.decode()
    assert "Voor {name}" in page.content.decode()
    assert browser.post(add, good).status_code == 302
    looks = browser.get(reverse("letter_looks")).content.decode()
    assert "Voor Naam van de cliënt" in looks
    assert "{summary}" in looks
    assert logged_in(cast.bram).get(reverse("letter_looks")).status_code == 404


def test_the_pdf_takes_words_as_words(cast: Cast, case: Case) -> None:
    """Nothing that somebody writes is a part of the program that sets the letter."""
    evil = '#panic("x") $a$ *b* #read("/etc/passwd") \\ [c] <d> @e // f\n\n' + "x" * 5000
    words = "".join(
        one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(paper.pdf(evil, "nl", at=cast.at))
    )
    assert '#panic("x") $a$ *b* #read("/etc/passwd") \\ [c] <d> @e // f' in words.replace("\r\n", " ")


def test_saying_yes_to_what_was_taken_back_is_told_calmly(
    cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    letter = make_letter(cast, case)
    writing.withdraw(letter, by=cast.actor("bram"), at=cast.at)
    seen = writing.print_of(str(letter.text))
    fields = {"letter": str(letter.pk), "covers": letter.covers, "answer": "yes", "seen": seen}
    page = logged_in(cast.tom).post(address("my_letters", case), fields, follow=True)
    assert "Deze brief is teruggenomen" in page.content.decode()


@pytest.mark.parametrize("phrase", ["", PHRASE])
def test_from_an_old_page_one_reads_how_the_letter_stands(
    phrase: str, cast: Cast, case: Case, logged_in: Callable[..., Client]
) -> None:
    """There is no field any more beside which an error could stand."""
    letter = make_approved(cast, case)
    browser, here = logged_in(cast.bram), address("onward_letter", case, letter.pk)
    answer = browser.post(here, {"do": "said", "phrase": phrase}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "Deze brief is al goedgekeurd." in answer.content.decode()
    assert Letter.objects.get().yes == LetterYes.IN_PORTAL
