"""The machine of test_case_machine.py knows every verb: whoever writes one more adds it there, or says here why not."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import cases
from referrals import consent

HERE = Path(__file__).parent
MACHINE = [*HERE.glob("machine*.py"), HERE / "test_case_machine.py"]
NOT_THERE = {
    "advice.withdraw": "a question of a commander is no case (tests/desk/test_advice.py)",
    "call_attempts.try_stranger": "a call of whom only the number is known is no case (tests/cases/test_callbacks.py)",
    "callbacks.link": "the same",
    "callbacks.set_places": "the hours of the desk",
    "confidentiality.publish": "a text of the organisation",
    "deputies.change": "in the machines of tests/referrals and of test_access_machine.py",
    "deputies.enter": "the same",
    "deputies.remove": "the same",
    "drafts.keep": "before there is a case (tests/desk/test_drafts.py)",
    "drafts.throw_away": "the same",
    "handback.goes_back": "part of merging, of a block and of asking for someone else",
    "handback.fetch_back": "from a worker who left: in the machine of tests/referrals",
    "mediation.leader_left": "part of closing an account (tests/desk/test_handover.py)",
    "messages.write": "part of sending and of asking more",
    "surge.choose": "the state of the whole desk",
}
"""Verbs that are elsewhere, each with why."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(cases.__path__):
        yield importlib.import_module(f"cases.{found.name}")
    yield consent


def verbs() -> set[str]:
    """What somebody does: a public function that is one transaction, and says by whom and when."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in modules()
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and not name.startswith("_")
        if one.__code__.co_filename.endswith("contextlib.py")  # wrapped by transaction.atomic
        if {"by", "at"} <= set(inspect.signature(one).parameters)
    }


def named() -> set[str]:
    """Each ``module.verb`` that the machine does."""
    return {
        f"{node.value.id}.{node.attr}"
        for path in MACHINE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_every_verb_is_in_the_machine() -> None:
    found = verbs()
    assert len(found) > 110
    assert sorted(found - named() - set(NOT_THERE)) == []


def test_the_list_of_others_is_true() -> None:
    assert set(NOT_THERE) <= verbs()
    assert sorted(set(NOT_THERE) & named()) == []
