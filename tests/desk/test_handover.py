"""Somebody leaves: all open work in one go, a hundred cases and more, and what may not be done."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import follower
from accounts.enums import Role
from accounts.models import AuditEvent, Membership, Notice, Shift, Substitution, User
from accounts.people import NotYours
from cases import appointments, debriefing, deputies, mediation, merging, messages
from cases import mediation as talks
from cases.enums import AccessReason, CaseState, ContactWay, SessionState
from cases.mediation import OtherOne
from cases.models import Case, CaseAccess, GroupTalk, Mediation, Session
from cases.permissions import grant, permissions_on
from cases.timeline import for_client, for_staff
from desk import handover
from desk.views import stopping
from referrals import actions as referrals
from referrals import consulting
from referrals.enums import Destination, HandOver, ReferralState
from referrals.matching import chosen
from referrals.models import Coverage, Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import to_worker

LogIn = Callable[..., Client]
MOST_QUERIES = 75


def accepted(cast: Cast, **more: object) -> Case:
    case = make_case(cast, state=CaseState.ACCEPTED, owner="bram", **more)
    case.primary_contact = cast.bram
    case.save()
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=cast.at - dt.timedelta(days=1), source="test")
    return case


def may(cast: Cast, case: Case, name: str) -> bool:
    return "case.work" in permissions_on(case.pk, cast.actor(name), cast.at)


def leave(cast: Cast, by: str = "els", who: str = "bram", **choices: str | None) -> handover.Result:
    chosen_people = {kind: cast.users[name] if name else None for kind, name in choices.items()}
    return handover.stop(cast.users[who], chosen_people, by=cast.actor(by), at=cast.at)


def test_120_cases_in_one_go_and_in_few_queries(cast: Cast) -> None:
    cases = [accepted(cast) for _number in range(120)]
    for case in cases[:20]:
        appointments.plan_session(
            case, starts_at=cast.at + dt.timedelta(days=3), way=ContactWay.PHONE, by=cast.actor("bram"), at=cast.at,
            reason="In overleg.",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as seen:
        result = leave(cast, cases="ilse")
    assert result.given == {"cases": 120}
    assert len(seen) <= MOST_QUERIES
    assert set(Case.objects.values_list("owner", "primary_contact")) == {(cast.ilse.pk, cast.ilse.pk)}
    assert set(Session.objects.values_list("with_user", "state")) == {(cast.ilse.pk, SessionState.PLANNED)}
    assert (may(cast, cases[0], "ilse"), may(cast, cases[0], "bram")) == (True, False)
    cast.bram.refresh_from_db()
    assert not cast.bram.is_active
    assert AuditEvent.objects.filter(action="case.handed_over").count() == 120


def test_back_to_the_desk_cancels_what_was_planned(cast: Cast) -> None:
    case = accepted(cast, client="tom")
    planned = appointments.plan_session(
        case, starts_at=cast.at + dt.timedelta(days=3), way=ContactWay.PHONE, by=cast.actor("bram"), at=cast.at,
        reason="In overleg.",
    )  # fmt: skip
    assert leave(cast).to_desk["cases"] == 1
    case.refresh_from_db()
    planned.refresh_from_db()
    assert (case.state, case.owner, case.primary_contact) == (CaseState.IN_TRIAGE, None, None)
    assert planned.state == SessionState.CANCELLED
    assert may(cast, case, "samira")
    assert not CaseAccess.objects.live(cast.at).filter(case=case, user=cast.bram).exists()
    assert Notice.objects.filter(kind="staff.work_back", user=cast.samira).exists()


def test_the_client_is_told_and_history_keeps_the_name(cast: Cast) -> None:
    case = accepted(cast, client="tom")
    messages.send(case, submission_id=case.pk, body="Dag", by=cast.actor("bram"), at=cast.at - dt.timedelta(hours=1))
    Notice.objects.all().delete()
    leave(cast, cases="ilse")
    lines = [line.text for line in for_client(case).object_list]
    assert "Ilse Çelik is vanaf nu je contactpersoon" in lines
    assert any(line.by == "Bram de Wit" for line in for_staff(case).object_list)
    told = Notice.objects.filter(kind="client.news", subject_id=case.pk)
    assert {(row.channel, row.user_id) for row in told} == {("inbox", cast.tom.pk), ("email", None)}


def test_who_is_blocked_gets_nothing_and_it_is_said(cast: Cast) -> None:
    free, barred = accepted(cast), accepted(cast)
    grant(barred, reason=AccessReason.BLOCKED, user_id=cast.ilse.pk, at=cast.at)
    result = leave(cast, cases="ilse")
    assert (result.given["cases"], result.to_desk["cases"], result.refused) == (1, 1, 1)
    assert (may(cast, free, "ilse"), may(cast, barred, "ilse"), may(cast, barred, "samira")) == (True, False, True)


def test_offers_requests_and_shifts(cast: Cast) -> None:
    offered = make_case(cast, first_contact_at=cast.at)
    sent = referrals.propose(
        offered, chosen(cast.teams["regional-west"], cast.bram), destination=Destination.REGIONAL_DIRECT,
        summary="Kort.", by=cast.actor("samira"), at=cast.at, by_phone=True,
    )  # fmt: skip
    left = leave(cast, offers="ilse")
    assert (left.given, left.to_desk.get("offers"), left.asked) == ({}, None, 1)
    assert stopping.told(left)[1].startswith("1 cliënt krijgt de vraag")
    sent.refresh_from_db()
    assert sent.state == ReferralState.WITHDRAWN
    again = Referral.objects.pending().get(case=offered)
    assert (again.to_user, again.state, again.consent) == (cast.ilse, "awaiting_consent", "asked")
    offered.refresh_from_db()
    assert (offered.state, str(again.summary)) == (CaseState.IN_TRIAGE, "Kort.")
    assert not Referral.objects.offered_to(cast.actor("ilse")).exists()
    case = Case.objects.get(pk=offered.pk)
    referrals.approve_summary(again, by=follower(case.pk), at=cast.at)
    assert Referral.objects.offered_to(cast.actor("ilse")).get() == again
    triage = make_case(cast)
    result = leave(cast, who="samira", desk="joost")
    triage.refresh_from_db()
    assert (triage.owner, result.given["desk"]) == (cast.joost, 2)
    assert result.holes
    assert not Shift.objects.filter(user=cast.samira, ends_at__gt=cast.at).exists()


def test_an_offer_goes_back_to_the_desk(cast: Cast) -> None:
    case = make_case(cast, first_contact_at=cast.at)
    sent = referrals.propose(
        case, chosen(cast.teams["regional-west"], cast.bram), destination=Destination.REGIONAL_DIRECT,
        summary="Kort.", by=cast.actor("samira"), at=cast.at, by_phone=True,
    )  # fmt: skip
    assert leave(cast).to_desk["offers"] == 1
    sent.refresh_from_db()
    case.refresh_from_db()
    assert (sent.state, case.state) == (ReferralState.WITHDRAWN, CaseState.IN_TRIAGE)


def test_roles_coverage_and_standing_in_end(cast: Cast) -> None:
    Coverage.objects.create(user=cast.ilse, unit=cast.units["90bat"], starts_on=cast.at.date())
    case = accepted(cast)
    deputies.enter(
        cast.bram, first_day=cast.at.date(), last_day=cast.at.date(), deputy=cast.ilse,
        by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    leave(cast, who="ilse")
    day = cast.at.date() + dt.timedelta(days=1)
    assert not Membership.objects.live_on(day).filter(user=cast.ilse).exists()
    assert not Coverage.objects.live_on(day).filter(user=cast.ilse).exists()
    assert Substitution.objects.get(user=cast.bram).deputy is None
    assert not CaseAccess.objects.live(cast.at).filter(case=case, user=cast.ilse).exists()


def test_twice_is_once(cast: Cast) -> None:
    accepted(cast)
    leave(cast, cases="ilse")
    again = leave(cast, cases="karin")
    assert (again.given, sum(again.to_desk.values()), again.holes) == ({}, 0, [])
    assert Case.objects.get().owner == cast.ilse
    assert AuditEvent.objects.filter(action="person.stopped").count() == 1


@pytest.mark.parametrize(
    ("by", "who"), [("els", "els"), ("arie", "arie"), ("els", "arie"), ("els", "vera"), ("samira", "bram")]
)
def test_who_may_not(cast: Cast, by: str, who: str) -> None:
    with pytest.raises(NotYours):
        leave(cast, by=by, who=who)
    cast.users[who].refresh_from_db()
    assert cast.users[who].is_active


def test_the_page_shows_the_work_and_does_it(cast: Cast, logged_in: LogIn) -> None:
    accepted(cast)
    page = reverse("person_stop", args=[cast.bram.public_id])
    bram = logged_in(cast.bram)
    assert bram.get(reverse("board")).status_code == 200
    els = logged_in(cast.els)
    assert "Aangenomen zaken (1)" in els.get(page).content.decode()
    assert els.post(page, {"cases": cast.ilse.pk}).status_code == 200
    assert els.post(page, {"cases": cast.samira.pk, "sure": "on"}).status_code == 200  # no helper of a unit
    done = els.post(page, {"cases": cast.ilse.pk, "sure": "on"}, follow=True).content.decode()
    assert "Het account is gesloten. 1 ding ging naar een collega." in done
    cast.bram.refresh_from_db()
    assert not cast.bram.is_active
    assert bram.get(reverse("board")).status_code == 302
    assert logged_in(cast.joost).get(page).status_code == 404


def test_everything_to_one_colleague_and_the_rest_to_the_desk(cast: Cast, logged_in: LogIn) -> None:
    """Els works at the desk and takes cases of a region as well."""
    start = cast.at.date() - dt.timedelta(days=5)
    for name in ("bram", "els"):
        Membership.objects.create(user=cast.users[name], team=cast.teams["pool"], role=Role.COACH, starts_on=start)
    Membership.objects.create(user=cast.bram, team=cast.teams["desk"], role=Role.DESK_WORKER, starts_on=start)
    accepted(cast)
    make_case(cast, owner="bram")
    page = reverse("person_stop", args=[cast.bram.public_id])
    with time_machine.travel(cast.at, tick=False):
        form = logged_in(cast.arie).get(page).context["form"]
        assert form.kinds == ["cases", "desk"]
        logged_in(cast.arie).post(page, {"everything": cast.ilse.pk, "desk": cast.samira.pk, "sure": "on"})
    assert set(Case.objects.values_list("state", "owner")) == {
        (CaseState.ACCEPTED, cast.ilse.pk),
        (CaseState.SUBMITTED, None),
    }


def test_to_the_deputy(cast: Cast, logged_in: LogIn) -> None:
    accepted(cast)
    day = cast.at.date()
    deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.ilse, by=cast.actor("bram"), at=cast.at)
    page = reverse("person_stop", args=[cast.bram.public_id])
    with time_machine.travel(cast.at, tick=False):
        choices = logged_in(cast.els).get(page).context["form"].fields["cases"].choices
    assert choices[:2] == [("desk", "Terug naar het loket"), (str(cast.ilse.pk), "Waarnemer: Ilse Çelik")]


def test_a_coordinator_cannot_close_who_also_works_elsewhere(cast: Cast) -> None:
    start = cast.at.date()
    Membership.objects.create(user=cast.karin, team=cast.teams["regional-west"], role=Role.COORDINATOR, starts_on=start)
    extra = Membership.objects.create(user=cast.bram, team=cast.teams["pool"], role=Role.COACH, starts_on=start)
    with pytest.raises(NotYours):
        leave(cast, by="karin")
    extra.delete()
    assert leave(cast, by="karin").holes == []


@pytest.mark.parametrize("to", ["ilse", None])
def test_what_was_put_together_goes_along(cast: Cast, to: str | None) -> None:
    gone, stays = make_case(cast), accepted(cast)
    merging.merge(gone, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    assert may(cast, gone, "bram")
    leave(cast, cases=to)
    assert [may(cast, gone, name) for name in ("bram", "ilse", "samira")] == [False, bool(to), not to]


def test_who_leads_a_talk_of_the_client_does_not_get_the_case(cast: Cast) -> None:
    case = accepted(cast)
    talks.begin(
        case, other=talks.OtherOne("Piet Sterk", "manager", "piet@werk.example"), called="Tom", subject="Samen verder.",
        leader=cast.ilse, wanted=True, by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    result = leave(cast, cases="ilse")
    assert (result.given.get("cases", 0), result.refused, may(cast, case, "ilse")) == (0, 1, False)


def test_a_talk_that_they_led_as_somebody_neutral_ends(cast: Cast, logged_in: LogIn) -> None:
    mediation.begin(
        accepted(cast), other=OtherOne("Piet", "manager", "piet@werk.example"), called="Tom", subject="Samen verder.",
        leader=cast.karin, wanted=True, by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    page = reverse("person_stop", args=[cast.karin.public_id])
    with time_machine.travel(cast.at, tick=False):
        work = {row["code"]: row["count"] for row in logged_in(cast.els).get(page).context["work"]}
    assert work["talks"] == 1
    assert leave(cast, who="karin").talks_ended == 1
    assert Mediation.objects.get().ended_at == cast.at


@pytest.mark.parametrize(
    ("to", "second", "state", "led_by"),
    [(None, "karin", "cancelled", "bram"), ("ilse", "karin", "planned", "ilse"), ("ilse", "ilse", "cancelled", "bram")],
)
def test_a_talk_with_a_group_goes_along_or_is_off(
    cast: Cast, to: str | None, second: str, state: str, led_by: str
) -> None:
    debriefing.plan(
        accepted(cast), starts_at=cast.at + dt.timedelta(days=1), minutes=60, place="", incident="Ongeluk",
        second=cast.users[second], by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    leave(cast, cases=to)
    talk = GroupTalk.objects.get()
    assert (talk.state, talk.led_by) == (state, cast.users[led_by])


def test_a_talk_that_a_leaver_would_lead_too_names_nobody_until_somebody_is_chosen(cast: Cast) -> None:
    debriefing.plan(
        accepted(cast), starts_at=cast.at + dt.timedelta(days=1), minutes=60, place="", incident="Ongeluk",
        second=cast.karin, by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    leave(cast, who="karin")
    talk = GroupTalk.objects.get()
    assert (talk.state, talk.led_by, talk.second) == ("planned", cast.bram, None)


def test_who_gets_a_case_reads_what_was_put_together_with_it(cast: Cast) -> None:
    gone, stays = make_case(cast), accepted(cast)
    merging.merge(gone, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    grant(gone, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=cast.at, source="test")
    leave(cast, cases="ilse")
    assert (may(cast, gone, "ilse"), may(cast, gone, "bram")) == (True, False)


def test_who_was_consulted_reads_no_more_once_the_case_is_at_the_desk(cast: Cast) -> None:
    case = accepted(cast)
    asked = advice(cast, case, "karin")
    referrals.accept(asked, read=True, by=cast.actor("karin"), at=cast.at)
    later = cast.at + dt.timedelta(seconds=1)
    assert consulting.mine(cast.actor("karin", later), later) == [asked]
    leave(cast)
    assert consulting.mine(cast.actor("karin", later), later) == []


def test_advice_that_was_asked_of_both_is_not_asked_twice_of_one(cast: Cast) -> None:
    case = accepted(cast)
    given, kept = advice(cast, case, "karin"), advice(cast, case, "noor")
    leave(cast, by="arie", who="karin", offers="noor")
    given.refresh_from_db()
    kept.refresh_from_db()
    assert (given.state, kept.state) == (ReferralState.WITHDRAWN, ReferralState.OFFERED)
    assert AuditEvent.objects.filter(action="referral.withdrawn", object_id=str(given.pk)).count() == 1


def advice(cast: Cast, case: Case, to: str) -> Referral:
    """Asked by Bram of somebody in the north, with the client's yes."""
    if to not in cast.users:
        cast.users[to] = User.objects.create_user(f"{to}@nabij.example", None, name=to)
        start = cast.at.date() - dt.timedelta(days=9)
        row = {"user": cast.users[to], "team": cast.teams["regional-noord"], "starts_on": start}
        Membership.objects.create(**row, role=Role.REGIONAL_WORKER)
    terms = referrals.Terms(HandOver.CONSULTATION, reason="Raad.", ends_at=cast.at + dt.timedelta(days=5))
    return referrals.propose(
        case, to_worker(cast, to, "regional-noord"), destination=Destination.REGIONAL_DIRECT, summary="Wil rust.",
        terms=terms, by=cast.actor("bram"), at=cast.at, by_phone=True,
    )  # fmt: skip
