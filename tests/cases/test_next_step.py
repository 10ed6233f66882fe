"""What comes next in a case: the first of what is planned, asked or promised, and otherwise a decision."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actors import follower
from cases import agreed, appointments, case_tasks, confidentiality, messages, next_step, workspace
from cases.enums import CaseState
from cases.enums.steps import StepKind
from cases.models import Case
from cases.next_step import DAY, NextStep
from desk.templatetags.nabij import machine_time
from referrals.actions import accept
from referrals.enums import Consent
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, make_second
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)


def step_of(case: Case, at: dt.datetime) -> NextStep:
    return next_step.of(Case.objects.annotate(**next_step.of_case()).get(pk=case.pk), at)


def spoken(cast: Cast, **more: object) -> Case:
    return make_accepted(cast, first_contact_at=cast.at, **more)


def plan(case: Case, cast: Cast, moment: dt.datetime) -> None:
    appointments.plan_session(case, starts_at=moment, way="phone", by=cast.actor("bram"), at=cast.at, reason="Ja.")


def test_where_nothing_is_planned_somebody_decides_two_weeks_after_the_last_thing(cast: Cast) -> None:
    case = spoken(cast)
    assert step_of(case, cast.at) == NextStep(StepKind.DECIDE, case.state_since + 14 * DAY)
    messages.send(case, submission_id=uuid.uuid4(), body="Dag.", by=cast.actor("bram"), at=cast.at + 3 * DAY)
    assert step_of(case, cast.at) == NextStep(StepKind.DECIDE, cast.at + 17 * DAY)


def test_of_several_the_first(cast: Cast) -> None:
    case, by = spoken(cast), cast.actor("bram")
    plan(case, cast, cast.at + 9 * DAY)
    assert step_of(case, cast.at) == NextStep(StepKind.CONVERSATION, cast.at + 9 * DAY)
    case_tasks.add(case, what="Bel de huisarts", due_at=cast.at + 2 * DAY, by=by, at=cast.at)
    assert step_of(case, cast.at) == NextStep(StepKind.TASK, cast.at + 2 * DAY)
    message = messages.send(case, submission_id=uuid.uuid4(), body="Mag het morgen?", by=follower(case.pk), at=cast.at)
    assert message.answer_by is not None
    assert step_of(case, cast.at) == NextStep(StepKind.ANSWER, message.answer_by)


def test_once_they_have_met_it_is_to_be_said_how_that_went(cast: Cast) -> None:
    case, starts = spoken(cast), cast.at + HOUR
    plan(case, cast, starts)
    assert step_of(case, starts).kind == StepKind.RECORD
    assert step_of(case, starts).due_at == starts + DAY


def test_what_was_agreed_for_a_day_has_that_whole_day(cast: Cast) -> None:
    case, by = spoken(cast), cast.actor("bram")
    confidentiality.explain(case, on=timezone.localdate(cast.at), by=by, at=cast.at)
    day = timezone.localdate(cast.at + 2 * DAY)
    agreed.add(case, who="client", words="Praat met de chef", by_day=day, by=by, at=cast.at)
    step = step_of(case, cast.at)
    assert (step.kind, timezone.localtime(step.due_at).date()) == (StepKind.AGREED, day + DAY)


def test_the_promise_of_a_first_talk_counts_until_they_spoke(cast: Cast) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    assert step_of(case, cast.at) == NextStep(StepKind.CONTACT, case.first_contact_due_at)
    Case.objects.filter(pk=case.pk).update(first_contact_at=cast.at)
    assert step_of(case, cast.at).kind == StepKind.DECIDE
    assert step_of(case, cast.at).due_at <= cast.at + 3 * DAY


def test_while_the_client_has_to_answer_no_clock_of_ours_runs(cast: Cast) -> None:
    until = cast.at + 2 * DAY
    case = make_case(cast, state=CaseState.WAITING_CLIENT, owner="samira", waiting_until=until, next_action_at=until)
    assert step_of(case, cast.at) == NextStep(StepKind.CLIENT, until)


def test_an_offer_is_answered_by_its_own_clock(cast: Cast) -> None:
    referral = make_referral(cast)
    Case.objects.filter(pk=referral.case_id).update(first_contact_at=cast.at)
    assert step_of(referral.case, cast.at) == NextStep(StepKind.OFFER, referral.due_at)


def test_what_travels_is_first_answered_by_the_client_and_of_a_second_time_by_the_coordinator(cast: Cast) -> None:
    asked = make_referral(cast, by_phone=False, first_contact_at=cast.at)
    assert step_of(asked.case, cast.at) == NextStep(StepKind.SUMMARY, asked.due_at)
    again = make_second(cast, by_phone=False)
    Case.objects.filter(pk=again.case_id).update(first_contact_at=cast.at)
    assert step_of(again.case, cast.at) == NextStep(StepKind.COORDINATOR, again.due_at)
    Referral.objects.filter(pk=asked.pk).update(consent=Consent.IN_PORTAL)
    assert step_of(asked.case, cast.at).kind == StepKind.PUT_OUT


def test_after_a_yes_the_client_hears_from_the_worker_by_the_clock_of_the_hand_over(
    cast: Cast, logged_in: Callable[..., Client]
) -> None:
    referral = accept(make_referral(cast), read=True, by=cast.actor("bram"), at=cast.at)
    Case.objects.filter(pk=referral.case_id).update(first_contact_at=cast.at, primary_contact=cast.samira)
    assert step_of(referral.case, cast.at) == NextStep(StepKind.MEET, referral.contact_due_at)
    due = machine_time(referral.contact_due_at)
    browser, reference = logged_in(cast.bram), referral.case.reference
    for path in ("/zaken/", f"/zaken/{reference}/", f"/zaken/{reference}/overdracht/"):
        page = browser.get(path, headers={"accept-language": "en"}).content.decode()
        assert "First contact of the worker" in page and due in page, path
    Referral.objects.filter(pk=referral.pk).update(contacted_at=cast.at)
    assert step_of(referral.case, cast.at).kind == StepKind.DECIDE


@pytest.mark.parametrize(("hours", "first"), [(1, "planned"), (100, "asked")])
def test_my_cases_begin_with_what_is_due_first(cast: Cast, hours: int, first: str) -> None:
    cases = {"planned": spoken(cast), "asked": spoken(cast), "still": spoken(cast)}
    plan(cases["planned"], cast, cast.at + hours * HOUR)
    case_tasks.add(cases["asked"], what="Bel", due_at=cast.at + 50 * HOUR, by=cast.actor("bram"), at=cast.at)
    rows = list(workspace.work_of(cast.actor("bram"), cast.at))
    assert rows[0].pk == cases[first].pk and rows[2].pk == cases["still"].pk
    due = [next_step.of(row, cast.at).due_at for row in rows]
    assert due == sorted(due)


def test_the_worker_sees_it_on_the_list_and_in_the_case(cast: Cast, logged_in: Callable[..., Client]) -> None:
    case, browser = spoken(cast, at=cast.at - 15 * DAY), logged_in(cast.bram)
    for path in ("/zaken/", f"/zaken/{case.reference}/"):
        page = browser.get(path, headers={"accept-language": "en"}).content.decode()
        assert "Decide what comes next" in page and "due-late" in page, path


def test_who_sees_only_the_contact_details_sees_nothing_of_it(cast: Cast, logged_in: Callable[..., Client]) -> None:
    case, browser = spoken(cast), logged_in(cast.samira)
    page = browser.get(f"/zaken/{case.reference}/", headers={"accept-language": "en"}).content.decode()
    assert "First human contact was on" in page and "Decide what comes next" not in page
