"""Between a yes and the first talk: who the client's contact person is at every moment, and what never gets stuck."""

import datetime as dt

import pytest

from accounts.models import AuditEvent, Membership, Notice
from accounts.permissions import Refused
from cases import actions as case_actions
from cases import appointments, client_page, who_sees
from cases.closing import close
from cases.enums import AttemptOutcome, CaseOutcome, ContactWay, EntryKind, SessionState, Urgency
from cases.handback import hand_back
from cases.models import Case, Session, TimelineEntry
from referrals import actions, introducing
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def handed_over(cast: Cast, *, warm: bool = True, **fields: object) -> Referral:
    """Samira took it and passed it on; Bram accepted."""
    case = make_case(cast, primary_contact=cast.samira, **fields)
    referral = make_referral(cast, case)
    Referral.objects.filter(pk=referral.pk).update(warm=warm)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    return Referral.objects.get(pk=referral.pk)


def plan(cast: Cast, referral: Referral, at: dt.datetime | None = None, **more: object) -> Session:
    at = at or cast.at
    return actions.plan_talk(
        Case.objects.get(pk=referral.case_id), starts_at=at + DAY, way=ContactWay.VIDEO, by=cast.actor("samira"),
        at=at, reason="In overleg.", **more,
    )  # fmt: skip


def record(cast: Cast, talk: Session, state: str, at: dt.datetime) -> None:
    appointments.record_session(talk, state, minutes=30, by=cast.actor("bram"), at=at)


def contact(referral: Referral) -> str:
    return Case.objects.get(pk=referral.case_id).primary_contact.first_name


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=kind, channel="inbox").select_related("user").order_by("user__name")
    return [row.user.first_name for row in rows]


def test_the_desk_stays_the_contact_person_until_the_talk_has_been_held(cast: Cast) -> None:
    referral = handed_over(cast)
    assert (contact(referral), actions.settle_introductions(cast.at)) == ("Samira", 0)
    talk = plan(cast, referral)
    assert (talk.with_user, talk.also_user, talk.track, talk.state) == (cast.bram, cast.samira, None, "planned")
    assert told("referral.talk") == ["Bram"]
    assert Notice.objects.filter(kind="client.news", dedupe_key__contains=f"session{talk.pk}").count() == 1
    held = cast.at + DAY + HOUR
    record(cast, talk, SessionState.HELD, held)
    assert contact(referral) == "Samira"
    assert [actions.settle_introductions(held + n * HOUR) for n in (0, 1)] == [1, 0]
    assert contact(referral) == "Bram"
    entry = TimelineEntry.objects.get(case=referral.case, kind=EntryKind.HAND_OVER)
    assert (entry.facts, entry.for_client) == ({"what": "contact", "to_user": cast.bram.pk}, True)
    assert AuditEvent.objects.filter(action="case.contact_person", case_id=referral.case_id).count() == 1


def test_the_talk_takes_no_place_and_is_no_contact_outside_the_track(cast: Cast) -> None:
    talk = plan(cast, handed_over(cast))
    record(cast, talk, SessionState.HELD, cast.at + DAY + HOUR)
    assert TimelineEntry.objects.filter(case=talk.case, kind=EntryKind.SESSION_HELD).count() == 1
    assert not TimelineEntry.objects.filter(kind=EntryKind.OUTSIDE_TRACK).exists()
    assert not Notice.objects.filter(kind__contains="track").exists()
    assert Case.objects.get(pk=talk.case_id).state == "accepted"


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.NO_SHOW])
def test_a_talk_that_fell_through_is_planned_again(cast: Cast, state: str) -> None:
    referral = handed_over(cast)
    talk = plan(cast, referral)
    later = cast.at + DAY + HOUR
    record(cast, talk, state, later)
    assert [actions.settle_introductions(later), actions.settle_introductions(later)] == [1, 0]
    assert told("referral.talk_again") == ["Bram", "Samira"]
    referral.refresh_from_db()
    assert (referral.talk, referral.contacted_at, contact(referral)) == (None, None, "Samira")
    assert referral.contact_due_at > later
    again = plan(cast, referral, later)
    record(cast, again, SessionState.HELD, later + DAY + HOUR)
    actions.settle_introductions(later + DAY + HOUR)
    assert contact(referral) == "Bram"


def test_planning_twice_is_once_and_another_waits_for_the_first(cast: Cast) -> None:
    referral = handed_over(cast)
    first = plan(cast, referral)
    assert plan(cast, referral, session_id=first.pk).pk == first.pk
    with pytest.raises(actions.NotNow):
        plan(cast, referral)
    assert Session.objects.filter(case=referral.case).count() == 1
    with pytest.raises(actions.NotNow):
        actions.skip_talk(referral.case, by=cast.actor("samira"), at=cast.at)


def test_without_a_talk_the_first_contact_counts(cast: Cast) -> None:
    referral = handed_over(cast, warm=False)
    with pytest.raises(actions.NotNow):
        plan(cast, referral)
    case = Case.objects.get(pk=referral.case_id)
    facts = {"way": ContactWay.PHONE, "at": cast.at + HOUR, "reason": "In overleg."}
    case_actions.log_attempt(case, outcome=AttemptOutcome.NO_ANSWER, by=cast.actor("bram"), **facts)
    case_actions.log_attempt(case, outcome=AttemptOutcome.SPOKEN, by=cast.actor("samira"), **facts)
    assert (actions.settle_introductions(cast.at + HOUR), contact(referral)) == (0, "Samira")
    case_actions.log_attempt(case, outcome=AttemptOutcome.SPOKEN, by=cast.actor("bram"), **facts)
    assert (actions.settle_introductions(cast.at + 2 * HOUR), contact(referral)) == (1, "Bram")
    referral.refresh_from_db()
    assert referral.contacted_at == cast.at + HOUR


def test_a_talk_that_is_not_needed_leaves_the_first_contact(cast: Cast) -> None:
    referral = handed_over(cast)
    actions.skip_talk(referral.case, by=cast.actor("samira"), at=cast.at)
    case = Case.objects.get(pk=referral.case_id)
    case_actions.log_attempt(
        case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, by=cast.actor("bram"), at=cast.at + HOUR,
        reason="In overleg.",
    )  # fmt: skip
    actions.settle_introductions(cast.at + HOUR)
    assert contact(referral) == "Bram"


def test_first_contact_is_a_clock_with_a_reminder_at_half_and_an_end(cast: Cast) -> None:
    referral = handed_over(cast, warm=False, urgency=Urgency.URGENT)  # four opening hours from 10:15
    half, due = cast.at + 2 * HOUR, cast.at + 4 * HOUR
    assert (referral.remind_at, referral.contact_due_at) == (half, due)
    second = dt.timedelta(seconds=1)
    assert actions.chase_contact(half - second) == 0
    assert [actions.chase_contact(half), actions.chase_contact(half + second)] == [1, 0]
    assert told("referral.contact_waits") == ["Bram"]
    assert [actions.chase_contact(due), actions.chase_contact(due + HOUR)] == [1, 0]
    assert set(told("referral.contact_late")) == {"Bram", "Samira", "Joost", "Els"}


def test_the_one_contact_person_stands_on_the_page_of_the_client(cast: Cast) -> None:
    referral = handed_over(cast, client="tom")
    page = client_page.open_page(Case.objects.get(pk=referral.case_id), cast.at)
    assert page.contact_name == cast.samira.name
    assert cast.bram.name in page.until_met
    assert cast.samira.name in page.until_met
    assert who_sees.seers(page.case, cast.at, for_client=True)[0].name == cast.samira.name
    talk = plan(cast, referral)
    record(cast, talk, SessionState.HELD, cast.at + DAY + HOUR)
    actions.settle_introductions(cast.at + DAY + HOUR)
    page = client_page.open_page(Case.objects.get(pk=referral.case_id), cast.at + DAY + HOUR)
    assert (page.contact_name, page.until_met) == (cast.bram.name, "")
    assert cast.samira.name not in {one.name for one in who_sees.seers(page.case, cast.at, for_client=True)}


def test_when_nobody_of_the_desk_is_left_the_worker_is_there_for_the_client(cast: Cast) -> None:
    referral = handed_over(cast)
    Membership.objects.filter(user=cast.samira).update(ends_on=cast.at.date() - 2 * DAY)
    assert actions.settle_introductions(cast.at) == 1
    referral.refresh_from_db()
    assert (contact(referral), referral.warm) == ("Bram", False)
    assert referral.contacted_at is None  # the clock of the first contact goes on


@pytest.mark.parametrize("how", ["closed", "handed_back"])
def test_nothing_stays_due_after_the_case_left_the_worker(cast: Cast, how: str) -> None:
    referral = handed_over(cast)
    plan(cast, referral)
    case = Case.objects.get(pk=referral.case_id)
    if how == "closed":
        close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    else:
        hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=cast.at)
    actions.settle_introductions(cast.at)
    late = cast.at + 30 * DAY
    assert [actions.chase_contact(late), actions.settle_introductions(late)] == [0, 0]
    assert told("referral.talk_again") == []
    assert introducing.of_case(Case.objects.get(pk=case.pk)) is None


def test_a_stranger_plans_no_talk(cast: Cast) -> None:
    """The verb leaves rights to the page; the page refuses (test_hand_over_pages). Here: a case without a worker."""
    with pytest.raises((actions.NotNow, Refused)):
        actions.plan_talk(
            make_case(cast), starts_at=cast.at + DAY, way=ContactWay.VIDEO, by=cast.actor("karin"), at=cast.at
        )
