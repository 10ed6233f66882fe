"""The plan, its versions, the client's yes, and how far each goal came."""

import threading

import pytest
from django.db import connection

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from cases import confidentiality, marks, plan
from cases.confidentiality import NotExplained
from cases.enums import CaseState, EntryKind
from cases.enums.plan import GoalMoment, PlanYes
from cases.models import Case, Plan, TimelineEntry, Track
from cases.models.plan import Goal
from cases.moves import NotNow
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

GOALS = [Goal("", "Weer zes uur slapen"), Goal("", "Weten wat mogelijk is")]


def explained(cast: Cast, **more: object) -> Case:
    """A case of Bram's in which confidentiality was explained."""
    case = make_accepted(cast, **more)
    confidentiality.explain(case, on=cast.at.date(), by=cast.actor("bram"), at=cast.at)
    return case


def make(case: Case, cast: Cast, goals: list[Goal] = GOALS, number: int = 0, who: str = "bram", **more: object) -> Plan:
    asked = {"talks": 4, "ends_when": "Als ik weer zonder buikpijn ga.", **more}
    return plan.make(case, goals, number=number, by=cast.actor(who), at=cast.at, **asked)


def give(case: Case, cast: Cast, made: Plan, *numbers: int, moment: str = GoalMoment.START, by: object = None) -> None:
    given = {goal.id: number for goal, number in zip(made.goals, numbers, strict=False)}
    marks.give(case, moment, given, by=by or follower(case.pk), at=cast.at)


def test_a_plan_has_goals_in_the_clients_words_and_tells_the_client(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    again = plan.latest(case)
    assert again is not None
    assert [goal.words for goal in again.goals] == ["Weer zes uur slapen", "Weten wat mogelijk is"]
    assert (again.number, again.talks, again.ends_when) == (1, 4, "Als ik weer zonder buikpijn ga.")
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.PLAN, for_client=True).count() == 1
    assert AuditEvent.objects.get(case_id=case.pk, action="plan.made").object_id == str(made.pk)
    assert Notice.objects.filter(subject_id=case.pk, kind="client.news", channel="email").count() == 1


def test_no_plan_before_confidentiality_was_explained(cast: Cast) -> None:
    with pytest.raises(NotExplained):
        make(make_accepted(cast), cast)
    assert not Plan.objects.exists()


def test_no_plan_in_a_case_at_the_desk(cast: Cast) -> None:
    with pytest.raises(NotNow, match="overgenomen"):
        make(make_case(cast), cast, who="samira")


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_goals(cast: Cast, count: int) -> None:
    with pytest.raises(NotNow):
        make(explained(cast), cast, [Goal("", f"Doel {number}") for number in range(count)])


@pytest.mark.parametrize(("kind", "most"), [("", 5), ("short_term_help", 5), ("coaching", 9), ("debriefing", 5)])
def test_a_plan_has_no_more_talks_than_the_help_that_runs(cast: Cast, kind: str, most: int) -> None:
    case = explained(cast)
    if kind:
        Track.objects.create(case=case, kind=kind, started_at=cast.at)
    assert make(case, cast, talks=most).talks == most
    with pytest.raises(NotNow, match=str(most)):
        make(case, cast, talks=most + 1, number=1)


def test_the_same_plan_twice_is_one(cast: Cast) -> None:
    case = explained(cast)
    assert make(case, cast).pk == make(case, cast).pk


def test_a_goal_keeps_its_id_when_its_words_change(cast: Cast) -> None:
    case = explained(cast)
    first = make(case, cast)
    give(case, cast, first, 3, 5)
    kept = Goal(first.goals[0].id, "Weer zeven uur slapen")
    second = make(case, cast, [kept, Goal("made-up", "Iets nieuws")], number=1)
    results = plan.results_of(case)
    assert [(one.goal.words, one.start) for one in results] == [("Weer zeven uur slapen", 3), ("Iets nieuws", None)]
    assert second.goals[1].id not in {"made-up", first.goals[1].id}
    assert [row.number for row in plan.versions(case)] == [2, 1]


def test_two_goals_never_share_an_id(cast: Cast) -> None:
    case = explained(cast)
    first = make(case, cast)
    twice = [Goal(first.goals[0].id, "Een"), Goal(first.goals[0].id, "Twee")]
    second = make(case, cast, twice, number=1)
    assert len({goal.id for goal in second.goals}) == 2


def test_an_old_number_is_a_conflict_with_the_saved_plan(cast: Cast) -> None:
    case = explained(cast)
    make(case, cast)
    make(case, cast, number=1, talks=3)
    with pytest.raises(plan.Conflict) as conflict:
        make(case, cast, number=1, talks=5)
    assert conflict.value.saved.talks == 3


def test_the_client_agrees_to_each_version_and_the_worker_hears_it(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    plan.agree(case, made.pk, by=follower(case.pk), at=cast.at)
    again = plan.agree(case, made.pk, by=follower(case.pk), at=cast.at)
    assert (again.agreed_how, again.agreed_at, again.recorded_by) == (PlanYes.IN_PORTAL, cast.at, None)
    assert Notice.objects.filter(kind="case.plan_agreed", user=cast.bram, channel="inbox").count() == 1
    newer = make(case, cast, number=1, talks=2)
    assert newer.agreed_at is None
    with pytest.raises(NotNow):
        plan.agree(case, made.pk, by=follower(case.pk), at=cast.at)


def test_a_yes_in_a_conversation_names_who_wrote_it_down(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    yes = plan.agree(case, made.pk, by=cast.actor("bram"), at=cast.at)
    assert (yes.agreed_how, yes.recorded_by) == (PlanYes.IN_TALK, cast.bram)


def test_results_have_the_start_and_the_end_of_every_goal(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    assert [(one.start, one.end) for one in plan.results_of(case)] == [(None, None), (None, None)]
    give(case, cast, made, 3, 5)
    give(case, cast, made, 7, moment=GoalMoment.END)
    assert [(one.start, one.end) for one in plan.results_of(case)] == [(3, 7), (5, None)]
    assert plan.results_of(make_accepted(cast)) == []


def test_an_end_needs_a_start_and_afterwards_needs_a_closed_case(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    for moment in (GoalMoment.END, GoalMoment.FOLLOW_UP):
        with pytest.raises(NotNow):
            give(case, cast, made, 7, moment=moment)
    Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED, closed_at=cast.at, outcome="helped")
    give(case, cast, made, 8, moment=GoalMoment.FOLLOW_UP)
    assert plan.results_of(case)[0].follow_up == 8


def test_only_the_client_changes_a_mark_of_the_client(cast: Cast) -> None:
    case, bram = explained(cast), cast.actor("bram")
    made = make(case, cast)
    give(case, cast, made, 3, 4, by=bram)
    assert plan.results_of(case)[0].marks["start"].by == cast.bram
    give(case, cast, made, 2)
    with pytest.raises(NotNow):
        give(case, cast, made, 9, by=bram)
    first, second = plan.results_of(case)
    assert (first.start, first.marks["start"].by_client) == (2, True)
    assert (second.start, second.marks["start"].by_client) == (4, False)


def test_a_corrected_mark_is_kept(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    for mark in (3, 3, 4):
        give(case, cast, made, mark)
    assert [(row.mark, row.number) for row in plan.results_of(case)[0].given] == [(3, 1), (4, 2)]
    assert [(bar.mark.mark, bar.was) for bar in plan.results_of(case)[0].bars] == [(4, "3")]


def test_who_comes_back_gives_marks_anew_and_the_first_ones_stay(cast: Cast) -> None:
    case, moments = explained(cast), ("start", "end", "follow_up")
    made = make(case, cast)
    give(case, cast, made, 3)
    give(case, cast, made, 7, moment=GoalMoment.END)
    closed = {"state": CaseState.CLOSED, "closed_at": cast.at, "outcome": "helped"}
    Case.objects.filter(pk=case.pk).update(**closed)
    give(case, cast, made, 8, moment=GoalMoment.FOLLOW_UP)
    Case.objects.filter(pk=case.pk).update(state=CaseState.ACTIVE, closed_at=None, outcome="", reopened_at=cast.at)
    case.refresh_from_db()
    assert (plan.results_of(case)[0].marks, marks.moments_of(case, plan.results_of(case))) == ({}, [GoalMoment.START])
    give(case, cast, made, 2)
    give(case, cast, made, 6, moment=GoalMoment.END)
    result = plan.results_of(case)[0]
    assert [result.at(moment) for moment in moments] == [2, 6, None]
    assert [(bar.label, bar.mark.mark) for bar in result.bars] == [
        ("Aan het begin", 3), ("Aan het eind", 7), ("Een tijd later", 8), ("Aan het begin (2)", 2),
        ("Aan het eind (2)", 6),
    ]  # fmt: skip


def test_marks_that_changed_meanwhile_are_a_conflict(cast: Cast) -> None:
    case = explained(cast)
    made = make(case, cast)
    give(case, cast, made, 3, by=cast.actor("bram"))
    given = {made.goals[0].id: 5}
    with pytest.raises(marks.Conflict) as conflict:
        marks.give(case, "start", given, number=0, by=cast.actor("els"), at=cast.at)
    assert conflict.value.results[0].start == 3
    marks.give(case, "start", given, number=1, by=cast.actor("els"), at=cast.at)
    assert plan.results_of(case)[0].start == 5


def test_marks_of_another_plan_are_refused(cast: Cast) -> None:
    case = explained(cast)
    make(case, cast)
    other = make(explained(cast), cast)
    with pytest.raises(NotNow):
        give(case, cast, other, 3)


@pytest.mark.usefixtures("committed_db")
def test_of_two_who_save_at_one_moment_one_is_told(at: object) -> None:
    cast = make_cast(at)
    case = explained(cast)
    make(case, cast)
    together, lost = threading.Barrier(2), []

    def save(talks: int) -> None:
        together.wait()
        try:
            make(case, cast, number=1, talks=talks)
        except plan.Conflict as conflict:
            lost.append(conflict.saved.talks)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(talks,)) for talks in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = plan.latest(case)
    assert last is not None
    assert (last.number, lost) == (2, [last.talks])
