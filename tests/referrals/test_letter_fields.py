"""The words of a letter: only known fields, and only what was agreed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.forms.letters import LetterTemplateForm
from referrals.letters.defaults import TEMPLATES
from referrals.letters.enums import ABOUT_CLIENT, ALWAYS, Field
from referrals.letters.fields import compose, fields_in, problems_of

FACTS = {field.value: f"<{field.value}>" for field in Field}


@pytest.mark.parametrize("template", [one[key] for one in TEMPLATES for key in ("text_nl", "text_en")])
def test_the_first_templates_are_sound_and_hold_everything(template: str) -> None:
    assert problems_of(template) == []
    found = compose(template, FACTS, ABOUT_CLIENT)
    assert (found.unwanted, found.unknown) == ((), ())
    assert all(f"<{field}>" in found.text for field in fields_in(template))


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("Beste {collega},", "{collega} is geen veld. Kies er een uit de lijst."),
        ("{name", "Er staat een losse { of }. Schrijf een veld als {name}."),
        ("name}", "Er staat een losse { of }. Schrijf een veld als {name}."),
        ("{{name}}", "Er staat een losse { of }. Schrijf een veld als {name}."),
        ("{}", "{} is geen veld. Kies er een uit de lijst."),
        ("{name.__class__}", "{name.__class__} is geen veld. Kies er een uit de lijst."),
        ("{Name}", "{Name} is geen veld. Kies er een uit de lijst."),
    ],
)
def test_an_unknown_field_is_refused(template: str, problem: str) -> None:
    form = LetterTemplateForm(
        {"name_nl": "Brief", "name_en": "Letter", "text_nl": template, "text_en": "{name}", "active": "on"}
    )
    assert not form.is_valid()
    assert form.errors["text_nl"] == [problem]
    assert form["text_nl"].value() == template


def test_a_line_without_its_fact_is_left_out() -> None:
    template = "Voor {name}.\n\nTelefoon: {phone}\nTaal: {language}\n\n\n{worker}"
    facts = FACTS | {"language": "  "}
    found = compose(template, facts, {Field.NAME, Field.LANGUAGE})
    assert found.text == "Voor <name>.\n\n<worker>"
    assert (found.unwanted, found.unknown) == ((Field.PHONE,), (Field.LANGUAGE,))


def test_words_of_a_client_are_never_fields() -> None:
    """Whatever somebody writes in a summary stays as it is."""
    found = compose("{summary}\n{worker}", FACTS | {"summary": "{phone} \\1 {email}"}, {Field.SUMMARY})
    assert found.text == "{phone} \\1 {email}\n<worker>"


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(
    template=st.lists(st.sampled_from([*(f"{{{field}}}" for field in Field), " ", "\n", "en "]), max_size=8).map(
        "".join
    ),
    covers=st.sets(st.sampled_from(ABOUT_CLIENT)),
)
def test_nothing_that_was_not_agreed_is_ever_in_it(template: str, covers: set[Field]) -> None:
    text = compose(template, FACTS, covers).text
    assert [field for field in ABOUT_CLIENT if field not in covers and FACTS[field] in text] == []
    assert all(FACTS[field] in text for field in ALWAYS if template == f"{{{field}}}")


def test_a_field_is_about_the_client_or_always_there() -> None:
    assert sorted([*ALWAYS, *ABOUT_CLIENT]) == sorted(Field)
    with pytest.raises(ValueError, match="collega"):
        fields_in("{collega}")
