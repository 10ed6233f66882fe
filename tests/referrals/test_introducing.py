"""Between a yes and the first talk: who the client's contact person is at every moment, and what never gets stuck."""

import datetime as dt

import pytest

from accounts.models import AuditEvent, Membership, Notice
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_VIEW
from cases import actions as case_actions
from cases import appointments, blocks, client_page, who_sees
from cases import contact as contacts
from cases.closing import close
from cases.enums import AttemptOutcome, CaseOutcome, ContactWay, EntryKind, SessionState, Urgency
from cases.handback import hand_back
from cases.models import Case, CaseAccess, Session, TimelineEntry
from cases.permissions import permissions_on
from desk import handover
from referrals import actions, introducing
from referrals.enums import HandOver
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_worker
from tests.factories.work import make_accepted

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


def test_who_is_kept_out_is_no_longer_the_contact_person(cast: Cast) -> None:
    referral = handed_over(cast, client="tom")
    case = Case.objects.get(pk=referral.case_id)
    blocks.block(case, cast.samira, by=cast.actor("tom"), at=cast.at)
    assert contact(referral) == "Bram"
    assert [actions.settle_introductions(cast.at) for _time in range(2)] == [1, 0]
    referral.refresh_from_db()
    assert (referral.warm, contact(referral)) == (False, "Bram")


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


@pytest.mark.parametrize(("warm", "known", "stays", "done"), [
    (True, "samira", ["Samira"], []), (True, "joost", ["Joost"], ["Samira"]), (True, "bram", [], ["Samira"]),
    (False, "samira", [], ["Samira"]),
])  # fmt: skip
def test_who_stays_the_contact_person_until_the_talk_is_not_told_that_they_are_done(
    cast: Cast, warm: bool, known: str, stays: list[str], done: list[str]
) -> None:
    referral = make_referral(cast, make_case(cast, primary_contact=cast.users[known]))
    Referral.objects.filter(pk=referral.pk).update(warm=warm)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    assert (told("referral.accepted_warm"), told("referral.accepted")) == (stays, done)
    if stays:
        path = Notice.objects.get(kind="referral.accepted_warm", channel="inbox").path
        assert path == f"/zaken/{Case.objects.get(pk=referral.case_id).reference}/overdracht/"


# -- a worker who gives a case away ------------------------------------------------------------------


def given_away(cast: Cast, *, warm: bool = False, to: str = "ilse") -> Referral:
    """Bram and Tom know each other; Ilse accepted what Bram gave away."""
    case = make_accepted(cast, client="tom", first_contact_at=cast.at)
    row = actions.propose(
        case, to_worker(cast, to), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor("bram"), at=cast.at,
        by_phone=True, terms=actions.Terms(HandOver.TRANSFER, "Ik ga met pensioen."), warm=warm,
    )  # fmt: skip
    return actions.accept(row, read=True, by=cast.actor(to), at=cast.at)


def spoke(cast: Cast, case: Case, by: str, at: dt.datetime) -> None:
    contacts.log_attempt(
        case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, note="", by=cast.actor(by, at), at=at
    )


def test_who_gives_a_case_away_stays_the_contact_person_until_they_have_met(cast: Cast) -> None:
    referral = given_away(cast)
    case = Case.objects.select_related("primary_contact", "owner").get(pk=referral.case_id)
    assert (contact(referral), referral.contact_due_at is not None) == ("Bram", True)
    assert told("referral.stays_contact") == ["Bram"]
    assert permissions_on(case.pk, cast.actor("bram"), cast.at) == {CASE_VIEW, CASE_CONTACT}
    assert client_page.contact_team(case) == "Hielp je tot nu toe"
    seers = who_sees.seers(case, cast.at, for_client=True)
    assert [(one.name, one.because[:18]) for one in seers if one.name == cast.bram.name] == [
        (cast.bram.name, "je contactpersoon ")
    ]
    later = cast.at + HOUR
    spoke(cast, case, "bram", later)  # who had it before is not who has it
    assert actions.settle_introductions(later) == 0
    spoke(cast, case, "ilse", later + HOUR)
    assert actions.settle_introductions(later + HOUR) == 1
    assert (contact(referral), Referral.objects.get(pk=referral.pk).contacted_at) == ("Ilse", later + HOUR)
    assert not permissions_on(case.pk, cast.actor("bram"), later + 2 * HOUR)


def test_given_away_warmly_the_three_of_them_talk_first(cast: Cast) -> None:
    referral = given_away(cast, warm=True)
    case = Case.objects.get(pk=referral.case_id)
    spoke(cast, case, "ilse", cast.at + HOUR)
    assert (actions.settle_introductions(cast.at + HOUR), contact(referral)) == (0, "Bram")
    talk = actions.plan_talk(
        case, starts_at=cast.at + DAY, way=ContactWay.VIDEO, by=cast.actor("bram"), at=cast.at, reason="In overleg."
    )
    assert (talk.with_user, talk.also_user) == (cast.ilse, cast.bram)
    appointments.record_session(talk, SessionState.HELD, minutes=30, by=cast.actor("ilse"), at=cast.at + DAY + HOUR)
    assert (actions.settle_introductions(cast.at + DAY + HOUR), contact(referral)) == (1, "Ilse")


@pytest.mark.parametrize("how", ["closes", "leaves", "given on"])
def test_nobody_keeps_a_row_that_is_not_needed(cast: Cast, how: str) -> None:
    referral = given_away(cast)
    case, later = Case.objects.get(pk=referral.case_id), cast.at + HOUR
    if how == "closes":
        close(case, outcome=CaseOutcome.HELPED, note="", by=cast.actor("ilse"), at=later)
    elif how == "leaves":
        Membership.objects.filter(user=cast.bram).update(ends_on=(cast.at - DAY).date())
    else:  # back to who gave it away, before Ilse ever spoke to him
        handover.stop(cast.ilse, {"cases": cast.bram}, by=cast.actor("els"), at=later)
    actions.settle_introductions(later)
    rows = CaseAccess.objects.filter(case=case, user=cast.bram, reason="referral", ends_at=None)
    assert list(rows.values_list("scope", flat=True)) == (["full"] if how == "given on" else [])
    assert contact(referral) == ("Bram" if how == "given on" else "Ilse")


def test_given_on_before_they_met_the_first_clock_goes_on(cast: Cast) -> None:
    first = given_away(cast)
    case = Case.objects.get(pk=first.case_id)
    Referral.objects.filter(pk=first.pk).update(decided_by=cast.els)
    second = actions.propose(
        case, to_worker(cast, "karin", "regional-noord"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("ilse"), at=cast.at, by_phone=True, warm=True,
        terms=actions.Terms(HandOver.TRANSFER, "Verhuisd."),
    )  # fmt: skip
    actions.agree(second, by=cast.actor("els"), at=cast.at)
    actions.accept(Referral.objects.get(pk=second.pk), read=True, by=cast.actor("karin"), at=cast.at + HOUR)
    running = introducing.of_case(Case.objects.get(pk=case.pk))
    assert running is not None and (running.pk, running.warm, contact(first)) == (first.pk, True, "Bram")
    assert permissions_on(case.pk, cast.actor("bram"), cast.at + HOUR) == {CASE_VIEW, CASE_CONTACT}
    assert not permissions_on(case.pk, cast.actor("ilse"), cast.at + HOUR)
