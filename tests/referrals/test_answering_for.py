"""A coordinator of a team answers for its people: who may, what they read, what follows."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEvent, Membership, Notice
from accounts.permissions import Refused
from cases import actions as case_actions
from cases import blocks, deputies
from cases.enums import AttemptOutcome, CaseState, ContactWay, EntryKind
from cases.models import Case, TimelineEntry
from cases.permissions import permissions_on
from cases.reading import MustRead
from referrals import actions, answering_for, overriding, spreading
from referrals.enums import Destination, HandOver, ReferralState, ReturnReason
from referrals.models import Referral
from referrals.moves import receivers
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_team, to_worker

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def led(cast: Cast) -> Cast:
    """Joost coordinates Regioteam West."""
    lead(cast, "joost")
    return cast


def lead(cast: Cast, name: str, team: str = "regional-west") -> None:
    day = cast.at.date() - dt.timedelta(days=9)
    Membership.objects.create(user=cast.users[name], team=cast.teams[team], role=Role.COORDINATOR, starts_on=day)


def take(cast: Cast, row: Referral, worker: str = "bram", by: str = "joost") -> Referral:
    return answering_for.accept_for(row, cast.users[worker], by=cast.actor(by), at=cast.at + HOUR)


def back(cast: Cast, row: Referral, reason: str, by: str = "joost", note: str = "") -> Referral:
    return answering_for.return_for(row, reason=reason, note=note, by=cast.actor(by), at=cast.at + HOUR)


def told(kind: str) -> set[str]:
    return {notice.user.first_name for notice in Notice.objects.filter(kind=kind, channel="inbox")}


@pytest.mark.parametrize("whole_team", [True, False])
def test_the_worker_has_the_case_is_told_and_reads_before_the_first_contact(led: Cast, whole_team: bool) -> None:
    row = make_referral(led, to=to_team(led, "regional-west") if whole_team else to_worker(led, "bram"))
    for _again in range(2):
        done = take(led, row)
    case = Case.objects.select_related("data_key").get(pk=row.case_id)
    assert (done.state, done.answered_by, case.state, case.owner) == ("accepted", led.bram, "accepted", led.bram)
    assert "case.work" in permissions_on(case.pk, led.actor("bram"), led.at + HOUR)
    assert told("referral.taken_for") == {"Bram"}
    line = TimelineEntry.objects.get(case=case, kind=EntryKind.ACCEPTED)
    assert (line.by, line.facts["to_user"], line.facts["summary_read"]) == (led.joost, led.bram.pk, False)
    talk = {"way": ContactWay.PHONE, "outcome": AttemptOutcome.SPOKEN}
    with pytest.raises(MustRead):
        case_actions.log_attempt(case, by=led.actor("bram"), at=led.at + 2 * HOUR, **talk)


def test_the_client_reads_who_helps_and_not_who_divides_the_work(led: Cast, logged_in: LogIn) -> None:
    row = make_referral(led, client="tom", to=to_team(led, "regional-west"))
    take(led, row)
    page = logged_in(led.tom).get(f"/mijn/{row.case.reference}/").content.decode()
    assert ("Doorgegeven aan Bram de Wit" in page, "Joost" in page) == (True, False)


@pytest.mark.parametrize("name", ["samira", "els", "arie", "vera", "karin", "ilse", "tom", "nadia"])
def test_nobody_else_may(led: Cast, name: str) -> None:
    lead(led, "karin", "regional-noord")
    row = make_referral(led, to=to_worker(led, "bram"))
    with pytest.raises(Refused):
        take(led, row, by=name)
    with pytest.raises(Refused):
        back(led, row, ReturnReason.NO_CAPACITY, by=name)
    row.refresh_from_db()
    assert row.state == ReferralState.OFFERED


def test_not_who_sent_it_nor_who_is_kept_out_nor_who_left_the_role(led: Cast) -> None:
    lead(led, "samira")
    row = make_referral(led, to=to_worker(led, "bram"))  # by Samira
    with pytest.raises(Refused):
        take(led, row, by="samira")
    blocks.block(row.case, led.joost, by=led.actor("els"), at=led.at, reason="Kent de cliënt.")
    with pytest.raises(Refused):
        take(led, row)
    other = make_referral(led, to=to_worker(led, "bram"))
    Membership.objects.filter(user=led.joost, role=Role.COORDINATOR).update(
        ends_on=led.at.date() - dt.timedelta(days=1)
    )
    with pytest.raises(Refused):
        take(led, other)


@pytest.mark.parametrize("worker", ["ilse", "karin", "samira", "joost", "tom"])
def test_only_whom_it_was_offered_to_gets_it(led: Cast, worker: str) -> None:
    row = make_referral(led, to=to_worker(led, "bram"))
    with pytest.raises(actions.NotNow):
        take(led, row, worker)
    row.refresh_from_db()
    assert row.state == ReferralState.OFFERED


def test_who_is_away_gets_nothing_and_their_deputy_can(led: Cast) -> None:
    row, day = make_referral(led, to=to_worker(led, "bram")), led.at.date()
    deputies.enter(
        led.bram, first_day=day, last_day=day, deputy=led.ilse, by=led.actor("bram"), at=led.at,
    )  # fmt: skip
    with pytest.raises(actions.NotNow):
        take(led, row)
    assert [user.first_name for user in answering_for.able(row, led.actor("joost"), led.at + HOUR)] == ["Ilse"]


def test_who_also_works_in_the_team_answers_for_themselves_on_their_own_board(led: Cast) -> None:
    lead(led, "ilse")
    row = make_referral(led, to=to_team(led, "regional-west"))
    assert led.ilse not in answering_for.able(row, led.actor("ilse"), led.at)
    with pytest.raises(actions.NotNow):
        take(led, row, "ilse", by="ilse")
    assert take(led, row, "bram", by="ilse").answered_by == led.bram


def test_what_goes_on_without_a_yes_is_read_first_by_who_takes_it(led: Cast) -> None:
    row = make_referral(led, by_phone=False, to=to_worker(led, "bram"))
    row = overriding.override(row, reason="Zij kan nu niet antwoorden.", by=led.actor("els"), at=led.at)
    with pytest.raises(actions.NotNow):
        take(led, row)


def test_the_client_sees_that_the_coordinator_read_nothing(led: Cast, logged_in: LogIn) -> None:
    row = make_referral(led, client="tom", to=to_team(led, "regional-west"))
    logged_in(led.joost).get(f"/overdrachten/team/{row.pk}/")
    page = logged_in(led.tom).get(f"/mijn/{row.case.reference}/wie-keek/").content.decode()
    assert "niet wat je vertelde" in page
    assert "las de samenvatting" not in page


def test_before_the_clients_yes_there_is_nothing_to_answer(led: Cast) -> None:
    row = make_referral(led, by_phone=False, to=to_worker(led, "bram"))
    with pytest.raises(Refused):
        take(led, row)


def test_who_comes_second_reads_who_has_it(led: Cast, logged_in: LogIn) -> None:
    row = make_referral(led, to=to_team(led, "regional-west"))
    actions.accept(row, read=True, by=led.actor("ilse"), at=led.at)
    with pytest.raises(actions.NotNow):
        take(led, row)
    with pytest.raises(actions.NotNow, match="Ilse"):
        back(led, row, ReturnReason.NO_CAPACITY)
    page = logged_in(led.joost).get(f"/overdrachten/team/{row.pk}/")
    assert "Ilse Çelik" in page.content.decode()


def test_no_room_in_the_whole_team_asks_nobody_of_it(led: Cast) -> None:
    row = make_referral(led, to=to_team(led, "regional-west"))
    for _again in range(2):
        back(led, row, ReturnReason.NO_CAPACITY)
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("returned", led.joost)
    again = Referral.objects.pending().filter(case=row.case).first()
    assert again is None or again.to_team != row.to_team
    assert told("referral.answered_for") == {"Bram", "Ilse"}


def test_no_room_for_one_asks_somebody_else_after_the_clients_yes(led: Cast) -> None:
    row = make_referral(led, to=to_worker(led, "bram"))
    back(led, row, ReturnReason.NO_CAPACITY)
    again = Referral.objects.pending().get(case=row.case)
    assert (again.to_user == led.bram, again.state) == (False, "awaiting_consent")


@pytest.mark.parametrize("reason", [ReturnReason.CONFLICT, ReturnReason.DUPLICATE, "bestaat niet"])
def test_what_only_the_worker_can_know_is_no_reason(led: Cast, reason: str) -> None:
    row = make_referral(led, to=to_worker(led, "bram"))
    with pytest.raises(ValueError, match=str(reason)):
        back(led, row, reason)


def test_advice_is_personal_and_can_only_be_given_back(led: Cast) -> None:
    first = actions.accept(make_referral(led, to=to_worker(led, "ilse")), read=True, by=led.actor("ilse"), at=led.at)
    terms = actions.Terms(HandOver.CONSULTATION, "Graag uw kijk.", ends_at=led.at + 9 * HOUR)
    row = actions.propose(
        Case.objects.select_related("data_key").get(pk=first.case_id), to_worker(led, "bram"),
        destination=Destination.REGIONAL_DIRECT, summary="Kort.", by=led.actor("ilse"), at=led.at, by_phone=True,
        terms=terms,
    )  # fmt: skip
    with pytest.raises(actions.NotNow):
        take(led, row)
    assert back(led, row, ReturnReason.NO_CAPACITY).state == ReferralState.RETURNED
    assert Case.objects.get(pk=first.case_id).owner == led.ilse


def test_the_page_shows_no_summary_keeps_what_was_typed_and_gives_the_case(led: Cast, logged_in: LogIn) -> None:
    row, browser = make_referral(led, to=to_team(led, "regional-west")), logged_in(led.joost)
    here = f"/overdrachten/team/{row.pk}/"
    assert here in browser.get("/overdrachten/").content.decode()
    page = browser.get(here).content.decode()
    assert (str(row.summary) in page, "Bram de Wit" in page) == (False, True)
    page = browser.post(here, {"who": "back", "note": "Nu even niet."}).content.decode()
    assert ("Nu even niet." in page, "Kies waarom je de zaak teruggeeft" in page) == (True, True)
    assert browser.post(here, {"who": str(led.bram.public_id)})["Location"] == "/overdrachten/"
    assert Case.objects.get(pk=row.case_id).owner == led.bram
    assert browser.get(here).status_code == 200
    assert AuditEvent.objects.filter(action="referral.accepted", actor_id=str(led.joost.pk)).count() == 1
    for name in ("els", "samira", "karin", "bram", "arie", "tom"):
        assert logged_in(led.users[name]).get(here).status_code == 404


def test_at_half_of_the_time_the_coordinator_of_the_team_is_told_once(led: Cast) -> None:
    row = make_referral(led, to=to_worker(led, "bram"))
    for _again in range(2):
        actions.remind_due(row.remind_at)
    notice = Notice.objects.filter(kind="referral.team_waits", channel="inbox").get()
    assert (notice.user, notice.path) == (led.joost, f"/overdrachten/team/{row.pk}/")


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_with_many(
    led: Cast, logged_in: LogIn, django_assert_max_num_queries: Any, many: int
) -> None:
    for _number in range(many):
        make_referral(led, to=to_worker(led, "bram"))
    browser = logged_in(led.joost)
    browser.get("/overdrachten/")
    with django_assert_max_num_queries(12):
        page = browser.get("/overdrachten/")
    assert len(page.context["offered"].object_list) == min(many, 25)
    assert browser.get("/overdrachten/?list=team&page=9").context["offered"].number == (2 if many > 25 else 1)


def test_a_case_that_came_back_is_at_the_desk(led: Cast) -> None:
    row = make_referral(led, to=to_worker(led, "bram"))
    back(led, row, ReturnReason.MORE_NEEDED, note="Wat is er al gedaan?")
    case = Case.objects.get(pk=row.case_id)
    assert (case.state, case.returned_at) == (CaseState.IN_TRIAGE, led.at + HOUR)


def test_what_a_coordinator_says_for_somebody_bars_that_one_and_not_themselves(led: Cast) -> None:
    """Joost coordinates the west, and helps clients there too."""
    west, day = led.teams["regional-west"], led.at.date() - dt.timedelta(days=9)
    Membership.objects.create(user=led.joost, team=west, role=Role.REGIONAL_WORKER, starts_on=day)
    for to in (to_worker(led, "bram"), to_team(led, "regional-west")):
        row = make_referral(led, to=to)
        done = back(led, row, ReturnReason.WRONG_UNIT)
        assert (done.answered_by, done.answered_for) == (led.joost, True)
        again = make_referral(led, Case.objects.get(pk=row.case_id), to=to_team(led, "regional-west"))
        may = {user.first_name for user in receivers(again, led.at)}
        assert may == {"Ilse", "Joost"} | ({"Bram"} if to.user is None else set())
        assert Referral.objects.offered_to(led.actor("joost")).filter(pk=again.pk).exists()
        never = spreading._never([row.case])[row.case_id]
        assert led.joost.pk not in never
        assert (led.bram.pk in never) == (to.user is not None)


def test_who_had_accepted_it_alone_is_not_called_told(led: Cast, logged_in: LogIn, monkeypatch: Any) -> None:
    """They accept between the page and the button of their coordinator."""
    row = make_referral(led, to=to_worker(led, "bram"), at=led.at - HOUR)
    page = reverse("team_referral", args=[row.pk])
    browser = logged_in(led.joost)
    form = browser.get(page).context["form"]
    worker = next(key for key, words in form.fields["who"].choices if "Bram" in str(words))
    accept_for = answering_for.accept_for

    def second(*args: Any, **more: Any) -> Referral:
        actions.accept(row, read=True, by=led.actor("bram"), at=led.at - HOUR / 2)
        return accept_for(*args, **more)

    monkeypatch.setattr(answering_for, "accept_for", second)
    answer = browser.post(page, {"who": worker}, follow=True)
    assert "Bram de Wit had de zaak al aangenomen." in answer.content.decode()
    assert told("referral.taken_for") == set()
