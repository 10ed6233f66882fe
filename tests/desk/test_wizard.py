"""The blob and the order of the questions, without a web page."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import wizard
from desk.wizard import CHECK, HELP_NOW, TEAM, State

NOW = dt.datetime(2026, 3, 10, 9, 15, tzinfo=dt.UTC)
TYPED = st.dictionaries(
    st.sampled_from(sorted(wizard.BY_CODE)),
    st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=60), max_size=3), max_size=3),
)


def state(**answers: str) -> State:
    """Someone who gave these answers, one per step."""
    made = wizard.begin(NOW)
    for step, value in answers.items():
        made.keep(step, {step: [value]}, finished=True)
    return made


@given(TYPED)
def test_what_was_typed_comes_back_from_the_blob(typed: dict[str, Any]) -> None:
    made = wizard.begin(NOW, typed)
    made.done = sorted(typed)
    again = wizard.unseal(wizard.seal(made), NOW)
    assert (again.typed, again.done, again.submission_id, again.step) == (
        typed,
        sorted(typed),
        made.submission_id,
        "danger",
    )


def test_the_blob_says_nothing_and_differs_each_time() -> None:
    made = state(danger="no")
    made.keep("story", {"story": ["kanarie"]}, finished=True)
    first, second = wizard.seal(made), wizard.seal(made)
    assert first != second and "kanarie" not in first


@given(st.text(max_size=200))
def test_any_other_text_is_refused(blob: str) -> None:
    with pytest.raises(wizard.Unreadable):
        wizard.unseal(blob, NOW)


@pytest.mark.parametrize("place", [0, 2, -1, -20, 30])
def test_a_changed_blob_is_refused(place: int) -> None:
    blob = wizard.seal(state(danger="no"))
    other = "A" if blob[place] != "A" else "B"
    changed = blob[:place] + other + (blob[place + 1 :] if place != -1 else "")
    with pytest.raises(wizard.Unreadable):
        wizard.unseal(changed, NOW)


def test_a_blob_is_kept_for_seven_days() -> None:
    blob = wizard.seal(state())
    assert wizard.unseal(blob, NOW + wizard.KEPT_FOR).step == "danger"
    with pytest.raises(wizard.Unreadable):
        wizard.unseal(blob, NOW + wizard.KEPT_FOR + dt.timedelta(seconds=1))


def test_a_new_key_still_reads_old_blobs(settings: Any) -> None:
    blob = wizard.seal(state(danger="no"))
    settings.INTAKE_KEY = {"new": b"n" * 32} | settings.INTAKE_KEY
    assert wizard.unseal(blob, NOW).answer("danger") == "no"
    settings.INTAKE_KEY = {"new": b"n" * 32}
    with pytest.raises(wizard.Unreadable):
        wizard.unseal(blob, NOW)


def test_a_blob_for_one_browser_is_read_in_no_other() -> None:
    made = state(danger="no")
    assert wizard.unseal(wizard.seal(made), NOW, "cookie").holder == "cookie"
    made.holder = "cookie"
    blob = wizard.seal(made)
    assert wizard.unseal(blob, NOW, "cookie").answer("danger") == "no"
    for other in ("", "another"):
        with pytest.raises(wizard.Unreadable):
            wizard.unseal(blob, NOW, other)
    with pytest.raises(wizard.Unreadable):
        wizard.unseal(blob.replace("1b.", "1.", 1), NOW, "")


def test_the_plain_road_has_eight_questions_and_four_side_pages() -> None:
    assert wizard.applicable(state()) == [
        "danger",
        "requester",
        "situation",
        "unit",
        "topics",
        "story",
        "contact",
        "wish",
    ]
    asked = wizard.applicable(state(danger="yes", requester=TEAM, situation="just_back"))
    assert [code for code in asked if code not in wizard.applicable(state())] == [HELP_NOW, TEAM, "returned"]


def test_a_commander_who_wants_advice_is_not_asked_whom_they_want_to_see() -> None:
    assert "wish" not in wizard.applicable(state(requester=TEAM, team="advice"))
    assert "wish" in wizard.applicable(state(requester=TEAM, team="help"))


def test_answers_that_become_hidden_are_cleared() -> None:
    made = state(danger="yes", requester="self", situation="just_back", returned="2026-01", wish="chaplain")
    made.keep("situation", {"situation": ["at_home"]}, finished=True)
    wizard.prune(made)
    assert "returned" not in made.typed and made.answer("wish") == "chaplain"
    made.keep("requester", {"requester": [TEAM]}, finished=True)
    made.keep(TEAM, {TEAM: ["advice"]}, finished=True)
    wizard.prune(made)
    assert "wish" not in made.typed


def test_a_situation_that_can_no_longer_be_true_is_cleared() -> None:
    made = state(requester="self", situation="unit_mission")
    made.keep("requester", {"requester": ["family_of_colleague"]}, finished=True)
    wizard.prune(made)
    assert made.answer("situation") == "" and "situation" not in made.typed


def test_an_answer_counts_only_when_its_page_was_finished() -> None:
    made = wizard.begin(NOW, {"wish": {"wish": ["chaplain"]}})
    assert made.answer("wish") == ""
    made.keep("wish", made.typed["wish"], finished=True)
    assert made.answer("wish") == "chaplain"


def test_changing_one_answer_leads_back_to_the_check_page() -> None:
    made = state(**{code: "x" for code in wizard.applicable(state())})
    made.step, made.checking = "unit", True
    assert (wizard.next_step(made), wizard.previous_step(made)) == (CHECK, CHECK)
    made.keep("requester", {"requester": [TEAM]}, finished=True)
    assert wizard.next_step(made) == TEAM


@given(st.sampled_from(sorted(wizard.BY_CODE)), TYPED)
def test_forward_and_back_always_lead_somewhere(step: str, typed: dict[str, Any]) -> None:
    made = wizard.begin(NOW, typed)
    made.done, made.step = sorted(typed), step
    wizard.prune(made)
    places = {*wizard.applicable(made), CHECK}
    assert {wizard.next_step(made), wizard.previous_step(made)} <= places


def test_each_request_has_an_id_of_its_own() -> None:
    assert isinstance(wizard.begin(NOW).submission_id, uuid.UUID)
    assert wizard.begin(NOW).submission_id != wizard.begin(NOW).submission_id
