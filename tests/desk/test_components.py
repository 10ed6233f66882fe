"""The components and form templates: order, words, ids, and nothing that the content policy would block."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest
from django.template import Context, Engine, Template, TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from accounts.forms.base import HintedRadios, PortalForm, TileCheckboxes
from desk.views.gallery import gallery

ROOT = Path(settings.BASE_DIR)
URGENCY = r'<span class="urg [^"]+">(.*?)</span>'
# Letters are not pages: a mail program knows no style sheet of ours.
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "mail" not in path.parts]


class Sample(PortalForm):
    """A form with the fields that go wrong most."""

    page_question = "danger"
    name = forms.CharField(label="Name", required=False, max_length=10, help_text="As you like.")
    phone = forms.CharField(label="Phone", help_text="Only yours.", error_messages={"required": "Enter a number"})
    danger = forms.ChoiceField(
        label="In danger?",
        choices=[("no", "No"), ("yes", "Yes")],
        widget=HintedRadios,
        error_messages={"required": "Choose one"},
    )
    topics = forms.MultipleChoiceField(
        required=False,
        choices=[("stress", "Stress")],
        widget=TileCheckboxes(details={"stress": {"icon": "activity", "hint": "Bad sleep"}}),
    )
    story = forms.CharField(required=False, max_length=4000, widget=forms.Textarea)

    def clean(self) -> None:
        raise forms.ValidationError("These answers do not fit together")


def render(source: str, **context: object) -> str:
    """A snippet of template, with the house's tags."""
    engine: Engine = engines["django"].engine
    return Template(source, engine=engine).render(Context(context))


def drawn(form: forms.Form) -> str:
    return render("{% load crispy_forms_filters %}{{ form|crispy }}", form=form)


def part(html: str, start: str, end: str) -> str:
    """What stands between two marks; fails when a mark is missing."""
    found = re.search(re.escape(start) + "(.*?)" + re.escape(end), html, re.DOTALL)
    assert found is not None, f"no {start!r} … {end!r}"
    return found[1]


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def shown(rf: RequestFactory, settings: object) -> str:
    settings.DEMO = True
    return gallery(rf.get("/")).render().content.decode()


def test_optional_fields_say_so_and_required_ones_carry_no_mark() -> None:
    html = drawn(Sample())
    assert '<label class="form-label" for="id_name">Name <span class="optional">(optional)</span></label>' in html
    assert '<label class="form-label" for="id_phone">Phone</label>' in html
    assert "*" not in html and " required" not in html


def test_nothing_cuts_what_people_type() -> None:
    html = drawn(Sample())
    assert "maxlength" not in html
    assert 'data-count-max="4000"' in html
    assert 'aria-describedby="id_story_count"' in html
    assert 'id="id_story_count"' in html


def test_order_is_label_hint_error_control() -> None:
    html = drawn(Sample({}))
    places = [
        html.index(mark)
        for mark in (
            'for="id_phone"',
            'id="id_phone_helptext"',
            'id="id_phone_error"',
            '<input type="text" name="phone"',
        )
    ]  # noqa: E501
    assert places == sorted(places)


def test_a_wrong_control_points_at_its_hint_and_its_error() -> None:
    control = part(drawn(Sample({})), '<input type="text" name="phone"', ">")
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in control
    assert 'aria-invalid="true"' in control


def test_the_error_of_a_group_stands_above_its_first_choice() -> None:
    group = part(drawn(Sample({})), 'aria-describedby="id_danger_error">', "</fieldset>")
    assert group.index("Choose one") < group.index('type="radio"')
    assert "aria-invalid" not in group


def test_the_question_of_a_page_is_its_heading() -> None:
    html = drawn(Sample())
    assert re.search(r"<legend>\s*<h1>In danger\?</h1>\s*</legend>", html)
    assert html.count("<h1>") == 1


def test_tiles_are_real_checkboxes_inside_their_label() -> None:
    tile = part(drawn(Sample(initial={"topics": ["stress"]})), '<label class="tile">', "</label>")
    assert "<b>Stress</b><small>Bad sleep</small>" in tile
    assert 'type="checkbox" name="topics" value="stress"' in tile
    assert " checked" in tile


def test_the_summary_says_the_same_words_and_links_to_the_controls() -> None:
    html = render("{% error_summary form %}", form=Sample({"name": "x" * 11}))
    assert '<a href="#id_phone">Enter a number</a>' in html
    assert '<a href="#id_danger_0">Choose one</a>' in html
    assert '<a href="#id_name">These answers do not fit together</a>' in html
    assert html.count("<li>") == 4


def test_a_missing_answer_is_named() -> None:
    class Short(PortalForm):
        unit = forms.CharField(label="Unit")
        voicemail = forms.ChoiceField(label="May we speak?", choices=[("no", "No")])

    errors = Short({}).errors
    assert errors == {"unit": ["Fill in: Unit"], "voicemail": ["Choose an answer: May we speak?"]}


def test_the_summary_stays_away_from_a_form_that_was_not_sent() -> None:
    assert "error-summary" not in render("{% error_summary form %}", form=Sample())


@pytest.mark.parametrize(("data", "start"), [({}, "Error: "), (None, "Nabij")])
def test_the_title_of_a_page_with_errors_says_so_first(data: dict[str, str] | None, start: str) -> None:
    html = render_to_string("base_client.html", {"form": Sample(data), "brand_name": "Nabij"})
    assert part(html, "<title>", "</title>").startswith(start)


def test_typed_text_is_shown_as_text_everywhere() -> None:
    html = drawn(Sample({"name": "<script>x</script>", "story": "</textarea><b>"}))
    assert "<script>x" not in html and "</textarea><b>" not in html


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_nothing_that_the_content_policy_blocks(template: Path) -> None:
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), "inline style or script"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), "an address elsewhere"
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_icon_that_a_template_names_exists(template: Path) -> None:
    named = re.findall(r"\{% icon ['\"]([^'\"]+)['\"]", template.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / "static" / "icons" / f"{name}.svg").exists()] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_part_gets_only_what_it_knows(template: Path) -> None:
    """A parameter with another name would be dropped without a word."""
    source = template.read_text(encoding="utf-8")
    for part, given in re.findall(r'\{% include "([\w/.-]+)" with (.*?) %\}', source):
        known = (ROOT / "templates" / part).read_text(encoding="utf-8")
        names = re.findall(r"(?:^| )(\w+)=", re.sub(r'"[^"]*"', '""', given))
        assert [(part, name) for name in names if not re.search(rf"\b{name}\b", known)] == []


def test_an_icon_is_silent_and_an_unknown_one_is_a_mistake() -> None:
    assert 'class="ic" viewBox="0 0 16 16" aria-hidden="true" focusable="false"' in render('{% icon "telephone" %}')
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        render('{% icon "unicorn" %}')


def test_every_component_tells_its_parameters() -> None:
    files = [path for path in (ROOT / "templates" / "components").glob("*.html") if path.name != "gallery.html"]
    assert [path.name for path in files if "Parameters:" not in path.read_text(encoding="utf-8")] == []


def test_the_gallery_shows_the_four_urgencies_in_words(shown: str) -> None:
    words = [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(URGENCY, shown, re.DOTALL)]
    assert words[:4] == ["Emergency", "Urgent", "Soon", "Routine"]


def test_the_gallery_gives_every_id_once(shown: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'(?:for|aria-labelledby)="([^"]+)"', shown)) <= set(ids)


def test_the_gallery_is_clean_under_the_content_policy(shown: str) -> None:
    assert not re.search(r"<[^>]+\sstyle=|<style|<script(?![^>]*\bsrc=)", shown)


def test_the_gallery_does_not_exist_in_production(rf: RequestFactory, settings: object) -> None:
    settings.DEBUG = settings.DEMO = False
    with pytest.raises(Http404):
        gallery(rf.get("/"))


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html", "503.html", "csrf_failure.html"])
def test_error_pages_need_nothing_and_give_the_numbers(name: str) -> None:
    html = render_to_string(name)
    assert 'href="tel:112"' in html and 'href="tel:08000113"' in html and 'href="tel:08002000"' in html
    assert "csrfmiddlewaretoken" not in html


def test_the_numbers_of_the_organisation_take_the_place_of_the_national_ones() -> None:
    lines = [{"label": "In danger?", "number": "088 000 00 99", "tel": "+31880000099"}]
    html = render_to_string("components/emergency_line.html", {"emergency_lines": lines}, request=HttpRequest())
    assert '<a href="tel:+31880000099">Call 088 000 00 99</a>' in html
    assert "tel:112" not in html


def tokens() -> dict[str, str]:
    text = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"(--c-[\w-]+):(#[0-9A-Fa-f]{6})", text))


def brightness(colour: str) -> float:
    """Relative luminance, by the formula of WCAG."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PAIRS = [
    ("ink", "mist", 7.0), ("ink", "surface", 7.0), ("muted", "mist", 4.5), ("muted", "sunken", 4.5),
    ("petrol-700", "mist", 4.5), ("surface", "petrol-700", 4.5), ("on-dark", "petrol-900", 4.5),
    ("petrol-900", "petrol-100", 4.5), ("danger-700", "surface", 4.5), ("danger-800", "danger-100", 4.5),
    ("ok-700", "ok-100", 4.5), ("private-700", "private-100", 4.5), ("lamp-800", "lamp-100", 4.5),
    ("ink", "lamp", 4.5), ("dusk", "moon", 4.5), ("night-700", "night-100", 4.5),
    ("control", "mist", 3.0), ("lamp-edge", "surface", 3.0), ("ink", "focus", 3.0),
]  # fmt: skip


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_colours_that_meet_differ_enough(front: str, ground: str, least: float) -> None:
    colours = tokens()
    bright, dark = sorted((brightness(colours[f"--c-{front}"]), brightness(colours[f"--c-{ground}"])), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= least


def test_style_sheets_ask_nothing_from_elsewhere_and_every_file_exists() -> None:
    for sheet in sorted((ROOT / "static" / "css").glob("*.css")):
        for address in re.findall(r"url\(\"([^\"]+)\"\)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / address).resolve().is_file(), f"{sheet.name}: {address}"
    for vendor in (ROOT / "static" / "vendor").rglob("*.min.*"):
        assert "sourceMappingURL" not in vendor.read_text(encoding="utf-8")
        assert (vendor.parent / "VERSION").exists() and (vendor.parent / "LICENSE").exists()
