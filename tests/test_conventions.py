"""What a linter cannot say: sizes, rooms, the registry, the stance of every model field."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

from accounts.sealed import SealedText
from desk.checks import every_pattern
from tests.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "cases", "referrals", "desk")
SOURCES = [
    path
    for folder in (*APPS, "tests", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.parts)
NOT_PAGES = re.compile(
    r"^(health_|set_language|quick_exit$|start$|mfa_login_webauthn$|employer_callback$|session_left$|service_worker$|view_open$"
    r"|(reading|referral_consent|follow_consent)_file$|reading_page$)"
)


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_is_too_long() -> None:
    long = [
        (name, limit)
        for paths, limit in ((SOURCES, 400), (TEMPLATES, 150))
        for name in paths
        if len(name.read_text(encoding="utf-8").splitlines()) > limit
    ]
    assert long == []


def test_no_room_without_a_name() -> None:
    bad = {"core", "common", "utils", "util", "helpers", "services", "misc"}
    assert [path for path in relative(SOURCES) if bad & set(re.split(r"[/.]", path))] == []


def test_views_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        if "views" in path.parts
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and node.args.args[:1]
        and node.args.args[0].arg == "request"
        and (node.end_lineno or 0) - node.lineno > 40
    ]
    assert long == []


def test_the_clock_is_read_only_at_the_edge() -> None:
    edge = re.compile(
        r"views/|desk/(frame|rail)\.py|tasks\.py|commands/|middleware\.py|permissions\.py|tests/|bench/|desk/demo/|accounts/(adapters|employer/adapter|receivers|forms/entrance)\.py|supervisor|prepare|embedded|consumers"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        if not edge.search(str(path.relative_to(ROOT)))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"timezone\.now\(\)|datetime\.now\(|date\.today\(", line)
    ]
    assert found == []


def test_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", re.IGNORECASE)
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))] == []


def test_no_outside_request() -> None:
    outside = re.compile(r"""(?:src|href)=["']https?://|url\(["']?https?://|@import""")
    files = [*TEMPLATES, *(ROOT / "static").rglob("*.css"), *(ROOT / "static" / "js").glob("*.js")]
    assert [str(path.relative_to(ROOT)) for path in files if outside.search(path.read_text(encoding="utf-8"))] == []


def test_every_page_is_in_the_registry() -> None:
    listed = {page.name for page in PAGES}
    opened = {
        pattern.name
        for _path, pattern in every_pattern(get_resolver())
        if pattern.name and not NOT_PAGES.match(pattern.name) and _answers_get(pattern.callback)
    }
    assert opened - listed == set()


def _answers_get(view: object) -> bool:
    """Views that only take POST are no pages; they say so with require_POST."""
    return not getattr(view, "only_post", False) and "require_POST" not in _decorators(view)


def _decorators(view: object) -> str:
    import inspect

    inner = inspect.unwrap(view)
    try:
        source = inspect.getsource(inner)
    except (OSError, TypeError):
        return ""
    return source.split("def ", 1)[0]


PERSONAL = re.compile(
    r"^(name|email|phone|story|body|text|summary|note|advice|.*_words|.*_note|.*_answers|contact_person)$"
)
CLEAR = {
    "accounts.user.email": "the log-in address of an account stays clear (DECISIONS, Encryption)",
    "accounts.user.name": "staff are known by their name; clients have none here",
    "accounts.heartbeat.name": "a part of the machinery",
    "accounts.staffinvitation.email": "the log-in address of staff to be",
    "accounts.staffinvitation.name": "staff are known by their name",
    "accounts.location.name": "a place",
    "accounts.unit.name": "a unit",
    "accounts.helpline.name": "a helpline",
    "referrals.reach.name": "somebody whom anyone may call",
}


def test_personal_text_is_sealed() -> None:
    clear = [
        f"{model._meta.label_lower}.{field.name}"
        for app in (*APPS, "mailroom", "lists")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if PERSONAL.match(field.name) and not isinstance(field, SealedText) and not field.is_relation
    ]
    assert [name for name in clear if name not in CLEAR] == []


@pytest.mark.parametrize(
    "word", ["TODO", "FIXME", "XXX", "NotImplementedError", "pytest.skip", "mark.skip", "mark.xfail"]
)
def test_nothing_is_left_for_later(word: str) -> None:
    found = [
        name
        for name, path in zip(relative(SOURCES), SOURCES, strict=True)
        if word in path.read_text(encoding="utf-8") and name != "tests/test_conventions.py"
    ]
    assert found == []
