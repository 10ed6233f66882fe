"""What `make run` does before its children start."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from desk import prepare
from desk.embedded import REPOSITORY

READ = re.compile(r'(?:env\.\w+|_secret|environ\.get|os\.environ\.get)\(\s*"([A-Z][A-Z_]+)"')
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}


@pytest.fixture
def collected(monkeypatch):
    """The management commands that are given, as (name, arguments), without doing them."""
    given = []

    def call_command(name, *words, stdout=None, **options):
        given.append((name, *words))
        if stdout:
            stdout.write("els@nabij.example sees the roster\n")

    monkeypatch.setattr("django.core.management.call_command", call_command)
    return given


def test_every_variable_that_is_read_is_explained():
    read = {name for file in (REPOSITORY / "desk").rglob("*.py") for name in READ.findall(file.read_text())}
    explained = re.findall(r"^([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE)
    assert read - NOT_OURS - set(explained) == set()
    assert len(explained) == len(set(explained))


def test_steps_are_taken_in_order_and_a_failure_stops_them(monkeypatch, tmp_path, capsys):
    taken = []

    def break_down():
        raise OSError("no room left\nand more")

    steps = {"First": lambda: taken.append(1), "Second": break_down, "Third": lambda: taken.append(3)}
    monkeypatch.setattr(prepare, "STEPS", steps)
    log = tmp_path / "log" / "prepare.log"
    assert prepare.main(log) == 1
    assert taken == [1]
    assert capsys.readouterr().err == f"Second failed: no room left (details in {log})\n"
    assert log.read_text().startswith("Traceback")


def test_bad_setting_is_one_sentence(monkeypatch, tmp_path, capsys):
    def refuse():
        raise ImproperlyConfigured("PORT must be a whole number,\n  not 'x'.")

    monkeypatch.setattr("django.setup", refuse)
    assert prepare.main(tmp_path / "prepare.log") == 1
    assert capsys.readouterr().err == "PORT must be a whole number, not 'x'.\n"
    assert list(tmp_path.iterdir()) == []


def test_static_files_are_collected_once_for_each_state(settings, tmp_path, collected):
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    for folder in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
        folder.mkdir()
    style = Path(settings.STATICFILES_DIRS[0]) / "portal.css"
    style.write_text("a {}")
    prepare.collect_static_files()
    prepare.collect_static_files()
    assert collected == [("collectstatic",)]
    style.write_text("a { color: red }")
    prepare.collect_static_files()
    assert collected == [("collectstatic",), ("collectstatic",)]


def test_demo_is_loaded_and_its_log_ins_written_down_only_where_wanted(settings, tmp_path, collected):
    settings.VAR, settings.DEMO = tmp_path, True
    prepare.load_demo()
    assert collected == [("seed_demo",), ("seed_demo", "--logins")]
    assert (tmp_path / prepare.LOGINS).read_text() == "els@nabij.example sees the roster\n"
    settings.DEMO = False
    prepare.load_demo()
    assert len(collected) == 2
    assert not (tmp_path / prepare.LOGINS).exists()
