"""A case at the desk is late when what comes next in it is: the condition for the database says what next_step says."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.conf import settings

from cases import callbacks, case_tasks, next_step
from cases.enums import CaseState, SessionState
from cases.enums.steps import StepKind
from cases.models import AgreedAction, CallBack, Case, GroupTalk, Message, Session
from cases.next_step import late_at_desk
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral
from tests.factories.work import make_accepted

HOUR, DAY, SOON = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
Make = Callable[[Cast, dt.datetime], Case]


def spoken(cast: Cast, **fields: object) -> Case:
    """Somebody spoke to the client, and nothing is planned."""
    return make_case(cast, first_contact_at=cast.at, **fields)


def waiting_client(cast: Cast, moment: dt.datetime) -> Case:
    due = {"first_contact_due_at": cast.at - HOUR}
    return make_case(cast, state=CaseState.WAITING_CLIENT, waiting_until=moment, next_action_at=moment, **due)


def promised(cast: Cast, moment: dt.datetime) -> Case:
    case = spoken(cast)
    row = Message(case=case, submission_id=uuid.uuid4(), sent_at=cast.at, thread_at=cast.at, answer_by=moment)
    row.body = "Wanneer?"
    row.save(force_insert=True)
    return case


def to_be_called(cast: Cast, moment: dt.datetime) -> Case:
    case = spoken(cast)
    callbacks.agree(case, moment - callbacks.TIME_TO_CALL, by=cast.actor("samira"), at=cast.at)
    return case


def task(cast: Cast, moment: dt.datetime) -> Case:
    case = spoken(cast)
    case_tasks.add(case, what="Bellen", due_at=moment, for_desk=True, by=cast.actor("samira"), at=cast.at)
    return case


def session(cast: Cast, moment: dt.datetime) -> Case:
    case = spoken(cast)
    planned = {"with_user": cast.samira, "starts_at": moment - DAY, "state": SessionState.PLANNED}
    Session.objects.create(case=case, **planned)
    return case


def group(cast: Cast, moment: dt.datetime) -> Case:
    case = spoken(cast)
    GroupTalk.objects.create(case=case, led_by=cast.bram, second=cast.ruben, starts_at=moment - DAY)
    return case


def agreed(cast: Cast, moment: dt.datetime) -> Case:
    case = spoken(cast)
    day = (moment - HOUR).date()  # of a day its end counts
    AgreedAction.objects.create(case=case, who="worker", by_day=day, made_at=cast.at, made_by=cast.samira)
    return case


def offered(cast: Cast, moment: dt.datetime) -> Case:
    case = make_referral(cast, spoken(cast)).case
    Referral.objects.filter(case=case).update(due_at=moment)
    return case


WAYS: dict[str, Make] = {
    "contact": lambda cast, moment: make_case(cast, first_contact_due_at=moment),
    "new": lambda cast, moment: make_case(cast, state=CaseState.SUBMITTED, owner=None, first_contact_due_at=moment),
    "look": lambda cast, moment: spoken(cast, next_action_at=moment),
    "client": waiting_client,
    "answer": promised,
    "call": to_be_called,
    "task": task,
    "record": session,
    "report": group,
    "offer": offered,
    "decide": lambda cast, moment: spoken(cast, state_since=moment - settings.DECIDE_AT_DESK_WITHIN),
    "came back": lambda cast, moment: spoken(
        cast, returned_at=moment - settings.DECIDE_AT_DESK_WITHIN, next_action_at=cast.at - DAY,
        state_since=moment - settings.DECIDE_AT_DESK_WITHIN,
    ),
}  # fmt: skip


def is_late(case: Case, at: dt.datetime) -> bool:
    return Case.objects.at_desk().filter(late_at_desk(at), pk=case.pk).exists()


@pytest.mark.parametrize("way", list(WAYS))
def test_late_from_its_moment_and_not_before(cast: Cast, way: str) -> None:
    moment = cast.at + 4 * DAY
    if way in {"decide", "came back"}:
        moment = cast.at + settings.DECIDE_AT_DESK_WITHIN
    case = WAYS[way](cast, moment)
    assert not is_late(case, moment - SOON)
    assert is_late(case, moment)
    read = Case.objects.annotate(**next_step.of_case()).get(pk=case.pk)
    assert next_step.of(read, moment).is_late(moment)


def test_of_a_day_its_end_counts(cast: Cast) -> None:
    midnight = cast.at.replace(hour=0, minute=0) + 3 * DAY
    case = agreed(cast, midnight)
    assert not is_late(case, midnight - SOON)
    assert is_late(case, midnight)


def test_the_condition_says_what_the_step_says_for_each(cast: Cast) -> None:
    moment = cast.at + 2 * DAY
    cases = [make(cast, moment) for make in (*WAYS.values(), agreed)]
    cases += [WAYS["contact"](cast, moment + DAY), spoken(cast), waiting_client(cast, moment + DAY)]
    agreed_once = agreed(cast, moment + 9 * DAY)
    AgreedAction.objects.filter(case=agreed_once).update(by_day=None)  # without a day it plans nothing
    for hours in (0, 1, 24, 47, 48, 49, 71, 72, 73, 96, 200):
        at = cast.at + hours * HOUR
        read = Case.objects.at_desk().annotate(**next_step.of_case())
        wanted = {case.pk for case in read if _step_is_late(case, at)}
        found = set(Case.objects.at_desk().filter(late_at_desk(at)).values_list("pk", flat=True))
        assert found == wanted, hours
    assert len(wanted) == len(cases) + 1


def _step_is_late(case: Case, at: dt.datetime) -> bool:
    """A call is late only half an hour after its moment, as on the list of calls."""
    step = next_step.of(case, at)
    call = CallBack.objects.open().filter(case=case).first()
    if call is not None and step.kind == StepKind.CALL:
        return call.due_at <= at
    return step.is_late(at)


@pytest.mark.parametrize("way", ["answer", "task", "call", "look", "record"])
def test_what_is_done_is_not_late(cast: Cast, way: str) -> None:
    moment = cast.at + DAY
    case = WAYS[way](cast, moment)
    Message.objects.filter(case=case).update(answered_at=moment)
    CallBack.objects.filter(case=case).update(state="done", ended_at=moment)
    case.tasks.update(state="done", ended_at=moment)
    Session.objects.filter(case=case).update(state=SessionState.HELD)
    Case.objects.filter(pk=case.pk).update(next_action_at=None)
    assert not is_late(case, moment)


def test_what_a_worker_has_is_not_late_at_the_desk(cast: Cast) -> None:
    case = make_accepted(cast, first_contact_due_at=cast.at - DAY)
    assert not is_late(case, cast.at)
