"""Request files: the acceptance requests agree, YAML's ways are understood, and a bad file gets one clear sentence."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cases.enums import Requester, Wish
from referrals.requests import BadFile, compare, read_file
from tests.referrals.test_routing import CALENDAR, KNOWN, RULES

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios.yaml"
WHO = "who: {role: soldier, danger: no}"


def written(folder: Path, text: str) -> Path:
    path = folder / "requests.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_acceptance_requests_agree() -> None:
    results = compare(read_file(SCENARIOS), rules=RULES, calendar=CALENDAR, topics=KNOWN)
    assert [(result.asked.id, result.differences) for result in results if not result.agrees] == []
    assert len(results) == 10
    assert all(set(result.asked.expect) == {"handler_now", "proposal", "overlay"} for result in results)


@pytest.mark.parametrize(
    "at",
    ["2026-03-10T10:15", "2026-03-10T10:15:00", "'2026-03-10 10:15:00'", "2026-03-10T09:15:00Z", "2026-03-10 10:15:00"],
)
def test_a_moment_may_be_text_or_a_yaml_time(tmp_path: Path, at: str) -> None:
    [asked] = read_file(written(tmp_path, f"- id: a\n  at: {at}\n  {WHO}\n"))
    assert asked.at == dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("danger", "fact"), [("no", "no"), ("'no'", "no"), ("yes", "yes"), ("'yes'", "yes"), ("true", "yes")]
)
def test_yes_and_no_may_be_text_or_booleans(tmp_path: Path, danger: str, fact: str) -> None:
    text = f"- id: a\n  at: 2026-03-10T10:15\n  who: {{role: soldier, danger: {danger}, on_deployment: no}}\n"
    [asked] = read_file(written(tmp_path, text))
    assert (asked.facts.danger, asked.facts.deployment) == (fact, "no")


def test_who_asks_and_what_they_want(tmp_path: Path) -> None:
    base = "- {{id: a, at: '2026-03-10T10:15', who: {{role: {}, wants: {}, on_deployment: unit_mission}}}}\n"
    rows = [
        ("soldier", "chaplain"),
        ("family_child", "own_regional_worker"),
        ("commander", "null"),
        ("commander", "help_now"),
    ]
    asked = read_file(written(tmp_path, "".join(base.format(*row) for row in rows)))
    assert [(one.facts.requester, one.facts.wish, one.facts.deployment) for one in asked] == [
        (Requester.SELF, Wish.CHAPLAIN, "unit_mission"),
        (Requester.FAMILY_OF_COLLEAGUE, Wish.OWN_WORKER, "no"),
        (Requester.TEAM_ADVICE, Wish.NONE, "no"),
        (Requester.TEAM_HELP, Wish.NONE, "no"),
    ]


@pytest.mark.parametrize("returned", ["2025-12-16", "'2025-12-16'"])
def test_somebody_who_is_back_twelve_weeks_gets_a_return_interview(tmp_path: Path, returned: str) -> None:
    who = f"{{role: soldier, danger: no, returned: {returned}, topics: mission.return}}"
    text = (
        f"- id: a\n  at: 2026-03-10T10:15\n  who: {who}\n"
        "  expect: {handler_now: DESK_LINE, proposal: RETURN_INTERVIEW}\n"
    )
    [result] = compare(read_file(written(tmp_path, text)), rules=RULES, calendar=CALENDAR, topics=KNOWN)
    assert (result.got.to, result.agrees) == ("RETURN_INTERVIEW", True)


def test_a_difference_is_named(tmp_path: Path) -> None:
    text = f"- id: a\n  at: 2026-03-10T17:00\n  {WHO}\n  expect: {{handler_now: DESK_LINE, proposal: DESK}}\n"
    [result] = compare(read_file(written(tmp_path, text)), rules=RULES, calendar=CALENDAR, topics=KNOWN)
    assert (result.agrees, result.differences) == (False, ["handler_now"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must hold a list of requests"),
        ("a: 1", "must hold a list of requests"),
        ("- [", "is not YAML at line 1"),
        ("- just words", "Request 1 must have id, at and who."),
        (f"- {{id: x, {WHO}}}", "x: at must be a moment such as 2026-03-10T10:15, not empty."),
        (f"- {{id: x, at: 2026-03-10, {WHO}}}", "x: at must be a moment such as 2026-03-10T10:15, not 2026-03-10."),
        (f"- {{id: x, at: 2026-13-10T10:15:00, {WHO}}}", "is not YAML: month must be in 1..12"),
        ("- {id: x, at: '2026-03-10T10:15'}", "x: who must hold what the requester says"),
        ("- {id: x, at: '2026-03-10T10:15', who: {role: king}}", "x: role must be employee_civilian, soldier"),
        ("- {id: x, at: '2026-03-10T10:15', who: {role: soldier, danger: maybe}}", "x: danger must be one of yes, no"),
        ("- {id: x, at: '2026-03-10T10:15', who: {role: soldier, on_deployment: yes}}", "x: on_deployment must be"),
        ("- {id: x, at: '2026-03-10T10:15', who: {role: soldier, wants: tea}}", "x: wants must be one of none"),
        ("- {id: x, at: '2026-03-10T10:15', who: {role: soldier, returned: soon}}", "x: returned must be a date"),
        ("- {id: x, at: '2026-03-10T10:15', who: {role: soldier}, expect: DESK}", "x: expect must hold"),
    ],
)
def test_a_bad_file_gets_one_clear_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_file(written(tmp_path, text))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read: No such file or directory"):
        read_file(tmp_path / "nothing.yaml")


def test_a_file_of_bytes(tmp_path: Path) -> None:
    path = tmp_path / "bytes.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="is not a text file in UTF-8"):
        read_file(path)
