"""Question 7: nothing compulsory, safe unless said otherwise, and a sentence that says what we will do."""

import datetime as dt
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from cases import how_we_reach
from cases.contact import PERSON_FIELDS, WISHES
from cases.forms.contact import FLAGS, ContactForm
from cases.how_we_reach import Part


def filled(**typed: Any) -> ContactForm:
    lists = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    return ContactForm(MultiValueDict(lists))


def promise(**typed: Any) -> str:
    form = filled(**typed)
    with override("nl"):
        assert form.is_valid(), form.errors
        return form.promise


def test_an_empty_form_is_fine_and_gives_nothing_away() -> None:
    form = filled()
    assert form.is_valid()
    answers = form.answers()
    assert {name: answers[name] for name in FLAGS} == dict.fromkeys(FLAGS, False)
    assert (answers["channels"], answers["phone"], answers["email"]) == (["portal"], "", "")
    assert set(answers) <= set(PERSON_FIELDS) | set(WISHES)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"channels": ["phone"]}, ["phone"]), ({"channels": ["text"]}, ["phone"]), ({"channels": ["email"]}, ["email"]),
        ({"channels": ["email"], "email": "geen adres"}, ["email"]),
        ({"channels": ["email"], "email": "a\x00@b.example"}, ["email"]),
        ({"channels": ["video", "visit", "portal"]}, []), ({"email": "geen adres", "phone": "12"}, []),
        ({"window_from": "12:00", "window_until": "10:00"}, ["window_until"]),
        ({"window_from": "12:00", "window_until": "12:00"}, ["window_until"]),
        ({"window_from": "25:99", "weekdays": ["9", "x"], "may_identify": "perhaps", "channels": ["pigeon"]}, []),
        ({"accessibility_needs": "x" * 1001, "contact_person": "x" * 201}, ["contact_person", "accessibility_needs"]),
    ],
)  # fmt: skip
def test_only_what_cannot_be_done_is_wrong(typed: dict[str, Any], wrong: list[str]) -> None:
    assert list(filled(**typed).errors) == wrong


def test_the_message_about_the_hours_names_the_hour() -> None:
    with override("nl"):
        errors = filled(window_from="10:00", window_until="09:00").errors
    assert errors == {"window_until": ["Kies een tijd na 10:00. Nu ligt ‘tot’ vóór ‘vanaf’."]}


def test_an_address_is_safe_only_for_a_way_that_was_chosen() -> None:
    form = filled(
        channels=["phone"], phone="06 12345678", email="n@thuis.example", safe_to_email="yes", safe_to_text="yes"
    )
    assert form.is_valid()
    answers = form.answers()
    assert (answers["safe_to_email"], answers["safe_to_text"], answers["email"]) == (False, False, "n@thuis.example")


def test_the_answers_have_the_shapes_the_case_keeps() -> None:
    form = filled(
        channels=["phone", "phone"], phone="0612345678", window_from="10:00", weekdays=["3", "1"], may_identify="yes"
    )
    assert form.is_valid()
    answers = form.answers()
    assert (answers["channels"], answers["weekdays"], answers["window_from"]) == (["phone"], [3, 1], dt.time(10))
    assert (answers["phone"], answers["may_identify"], answers["window_until"]) == ("06 12 34 56 78", True, None)


def test_the_sentence_says_what_we_do_and_do_not() -> None:
    said = promise(channels=["phone", "portal"], phone="06 00000012", window_from="10:00", weekdays=["1", "3"])
    assert said == (
        "We bellen je op 06 00 00 00 12. Niet vóór 10:00 uur. Alleen op: maandag, woensdag. "
        "Je ziet een onbekend nummer. "
        "Neemt iemand anders op? Dan zeggen we niet wie we zijn. We spreken niets in. "
        "Neem je niet op? Dan proberen we het nog twee keer. "
        "We schrijven je op deze website. Je leest het met je kenmerk en je wachtzin."
    )


def test_the_sentence_changes_with_a_yes() -> None:
    said = promise(
        channels=["phone", "email"], phone="0612345678", email="n@thuis.example", safe_to_email="yes",
        may_leave_voicemail="yes", may_identify="yes",
    )  # fmt: skip
    assert "mogen we zeggen wie we zijn" in said and "We mogen een bericht inspreken." in said
    assert "We mogen je een e-mail sturen." in said and "niets in" not in said


def test_no_choice_means_the_website() -> None:
    assert promise().startswith("Je koos niets. Daarom schrijven we je op deze website.")


@pytest.mark.parametrize(
    ("rule", "values", "holds"),
    [
        ("a", {"a": ["1"]}, True), ("a", {}, False), ("a=1,2", {"a": ["2"]}, True), ("a=1", {"a": ["2"]}, False),
        ("a!=1", {}, True), ("a!=1,2", {"a": ["3", "2"]}, False), ("a=1 & b", {"a": ["1"]}, False),
        ("a=1 & b!=2", {"a": ["1"], "b": ["3"]}, True),
    ],
)  # fmt: skip
def test_rules_mean_the_same_as_in_the_script(rule: str, values: Any, holds: bool) -> None:
    assert Part(rule, "").holds(values) is holds


def test_a_value_in_the_sentence_is_escaped_in_the_page() -> None:
    part = Part("a", "We <b> %(value)s.", "phone")
    assert str(part.live) == 'We &lt;b&gt; <b data-value="phone"></b>.'
    with override("en"):
        said = how_we_reach.sentence({"phone": ["<i>"], "channels": ["phone"]}, {"phone": "<i>"})
    assert said.startswith("We call you on <i>. You see an unknown number.")
