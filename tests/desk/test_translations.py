"""Merging, compiling and checking the Dutch, on small catalogues of the tests' own."""

import gettext
import os

import polib
import pytest

from desk import translations


@pytest.fixture
def tree(tmp_path):
    """A repository with a template, a module, a catalogue and a folder for parts."""
    for folder in ("templates", "cases", "locale/nl/LC_MESSAGES", "locale/nl/parts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "templates" / "home.html").write_text(
        "{% load i18n %}<h1>{% translate 'Welcome' %}</h1>"
        "{% blocktranslate count n=total %}One day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    (tmp_path / "cases" / "enums.py").write_text("label = pgettext_lazy('state', 'Open'), _('Close %(name)s')\n")
    catalogue(tmp_path / "locale/nl/LC_MESSAGES/django.po", {})
    return tmp_path


def catalogue(file, sentences):
    """Write a .po file from a dictionary of English and Dutch; a tuple as Dutch means plural forms."""
    made = polib.POFile()
    made.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for english, translated in sentences.items():
        context, _, words = english.rpartition("|")
        forms = {"msgstr": translated}
        if isinstance(translated, tuple):
            words, plural = words.split("/")
            forms = {"msgid_plural": plural, "msgstr_plural": dict(enumerate(translated))}
        made.append(polib.POEntry(msgid=words, msgctxt=context or None, **forms))
    made.save(str(file))


def test_parts_are_merged_sorted_and_compiled(tree):
    catalogue(tree / "locale/nl/parts/triage.po", {"Welcome": "Welkom", "Answer": "Antwoord"})
    assert translations.main([], tree) == 0
    lines = (tree / "locale/nl/LC_MESSAGES/django.po").read_text().splitlines()
    assert [line for line in lines if line.startswith("msgid ")] == ['msgid ""', 'msgid "Answer"', 'msgid "Welcome"']
    assert gettext.translation("django", tree / "locale", ["nl"]).gettext("Answer") == "Antwoord"


def test_second_run_writes_nothing(tree):
    catalogue(tree / "locale/nl/parts/triage.po", {"Welcome": "Welkom"})
    translations.main([], tree)
    files = sorted((tree / "locale/nl/LC_MESSAGES").iterdir())
    before = [file.stat().st_mtime_ns for file in files]
    assert [file.name for file in files] == ["django.mo", "django.po"]
    assert translations.main([], tree) == 0
    assert [file.stat().st_mtime_ns for file in files] == before


def test_only_an_older_mo_is_compiled_again(tree):
    locale = tree / "locale"
    assert [file.name for file in translations.compile_changed(locale)] == ["django.mo"]
    assert translations.compile_changed(locale) == []
    os.utime(locale / "nl/LC_MESSAGES/django.mo", (0, 0))
    assert [file.name for file in translations.compile_changed(locale)] == ["django.mo"]


def test_part_may_correct_the_catalogue_and_says_so(tree, capsys):
    catalogue(tree / "locale/nl/LC_MESSAGES/django.po", {"Case": "Zaak"})
    catalogue(tree / "locale/nl/parts/desk.po", {"Case": "Dossier"})
    translations.main([], tree)
    assert capsys.readouterr().out == "changed by desk.po: 'Case' was 'Zaak', is 'Dossier'\n"
    assert polib.pofile(str(tree / "locale/nl/LC_MESSAGES/django.po")).find("Case").msgstr == "Dossier"


@pytest.mark.parametrize(("existing", "kept"), [({}, "Aanvraag"), ({"Case": "Zaak"}, "Zaak")])
def test_parts_that_differ_change_nothing_and_are_named(tree, capsys, existing, kept):
    catalogue(tree / "locale/nl/LC_MESSAGES/django.po", existing)
    catalogue(tree / "locale/nl/parts/a.po", {"Case": "Aanvraag"})
    catalogue(tree / "locale/nl/parts/b.po", {"Case": "Dossier"})
    translations.main([], tree)
    assert capsys.readouterr().out == f"conflict: a.po and b.po differ on 'Case'; kept {kept!r}\n"
    assert polib.pofile(str(tree / "locale/nl/LC_MESSAGES/django.po")).find("Case").msgstr == kept


def test_unreadable_part_ends_in_one_sentence(tree, capsys):
    (tree / "locale/nl/parts/broken.po").write_text('msgid "Case"\nDossier\n')
    assert translations.main([], tree) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("broken.po cannot be read:")
    assert complaint.count("\n") == 1


ALL = {
    "Welcome": "Welkom",
    "One day/%(n)s days": ("Eén dag", "%(n)s dagen"),
    "state|Open": "Open",
    "Close %(name)s": "Sluit %(name)s",
}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "Every sentence has its translation."),
        ({"Welcome": ""}, "missing: 'Welcome' (templates/home.html)"),
        ({"state|Open": ""}, "missing: 'Open' (cases/enums.py)"),
        ({"Goodbye": "Dag"}, "unused: 'Goodbye'"),
        ({"Close %(name)s": "Sluit %(naam)s"}, "placeholders differ: 'Close %(name)s' (cases/enums.py)"),
        ({"One day/%(n)s days": ("Eén dag", "dagen")}, "placeholders differ: 'One day' (templates/home.html)"),
    ],
)
def test_check_lists_what_a_reader_would_notice(tree, capsys, change, line):
    catalogue(tree / "locale/nl/LC_MESSAGES/django.po", ALL | change)
    assert translations.main(["--check"], tree) == (1 if change else 0)
    assert capsys.readouterr().out == f"{line}\n"


def test_check_names_fuzzy_sentences(tree, capsys):
    file = tree / "locale/nl/LC_MESSAGES/django.po"
    catalogue(file, ALL)
    doubtful = polib.pofile(str(file))
    doubtful.find("Welcome").flags.append("fuzzy")
    doubtful.save()
    assert translations.main(["--check"], tree) == 1
    assert capsys.readouterr().out == "fuzzy: 'Welcome' (templates/home.html)\n"
