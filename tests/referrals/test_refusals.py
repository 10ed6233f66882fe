"""What the server refuses, whatever page or call it comes by: nothing changes, and a refusal of a person is audited."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor, actor_for, follower
from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases import handback, someone_else
from cases.enums import CaseState
from cases.models import Case
from referrals import actions, addressees, board, consulting, taking_back
from referrals.enums import Consent, HandOver
from referrals.models import Referral
from tests.conftest import AMSTERDAM
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_worker
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)
KINDS = ["referral", "transfer", "consultation"]


pytestmark = pytest.mark.usefixtures("clock")


def offered(cast: Cast, kind: str, *, by_phone: bool = True) -> Referral:
    """To Ilse: from the desk, or from Bram who has the case."""
    if kind == "referral":
        return make_referral(cast, to=to_worker(cast, "ilse"), by_phone=by_phone)
    ends_at = cast.at + DAY if kind == "consultation" else None
    return actions.propose(
        make_accepted(cast), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("bram"), at=cast.at, by_phone=by_phone,
        terms=actions.Terms(HandOver(kind), "Graag.", ends_at=ends_at),
    )  # fmt: skip


def nothing_changed(referral: Referral, state: str = "offered") -> bool:
    before = (referral.case.owner_id, referral.case.state)
    case = Case.objects.get(pk=referral.case_id)
    return Referral.objects.get(pk=referral.pk).state == state and before == (case.owner_id, case.state)


def refuses(referral: Referral, by: Actor, at: dt.datetime) -> bool:
    """Both answers; a stranger gets Refused."""
    tries: list[Callable[[], object]] = [
        lambda: actions.accept(referral, read=True, by=by, at=at),
        lambda: actions.return_to_desk(referral, reason="no_capacity", note="", by=by, at=at),
    ]
    for attempt in tries:
        with pytest.raises(Refused):
            attempt()
    return True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["karin", "ruben", "samira", "els", "tom", "vera", "arie"])
def test_another_region_and_anybody_else(cast: Cast, logged_in: LogIn, kind: str, name: str) -> None:
    referral = offered(cast, kind)
    assert refuses(referral, cast.actor(name), cast.at)
    assert logged_in(cast.users[name]).post(reverse("referral", args=[referral.pk]), {"read": "on"}).status_code == 404
    assert AuditEvent.objects.filter(outcome="denied", actor_id=str(cast.users[name].pk)).exists()
    assert nothing_changed(referral)


@pytest.mark.parametrize("kind", ["transfer", "consultation"])
def test_the_sender_never_answers_their_own(cast: Cast, logged_in: LogIn, kind: str) -> None:
    referral = offered(cast, kind)
    assert refuses(referral, cast.actor("bram"), cast.at)
    assert logged_in(cast.bram).post(reverse("referral", args=[referral.pk]), {"read": "on"}).status_code == 404
    assert nothing_changed(referral)


def not_for_bram(cast: Cast, why: str) -> Case:
    """Back at the desk: the client asked away from Bram, or he said that it is not his unit."""
    if why == "wrong_unit":
        referral = make_referral(cast, to=to_worker(cast, "bram"))
        actions.return_to_desk(referral, reason=why, note="", by=cast.actor("bram"), at=cast.at)
        return Case.objects.get(pk=referral.case_id)
    case = make_accepted(cast, client="tom", first_contact_at=cast.at)
    someone_else.ask(case, why="", by=follower(case.pk), at=cast.at)
    return handback.hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=cast.at)


@pytest.mark.parametrize("why", ["asked_away", "wrong_unit"])
def test_who_does_not_come_again_for_this_case_is_not_reached_by_the_team(
    cast: Cast, logged_in: LogIn, why: str
) -> None:
    case = not_for_bram(cast, why)
    Notice.objects.all().delete()
    referral = make_referral(cast, case)
    told = Notice.objects.filter(kind="referral.offered", channel="inbox")
    assert {notice.user for notice in told.select_related("user")} == {cast.ilse}
    for name, count in (("bram", 0), ("ilse", 1)):
        assert board.see(cast.actor(name), cast.at).offered.count == count
    assert logged_in(cast.bram).get(reverse("referral", args=[referral.pk])).status_code == 404
    assert refuses(referral, cast.actor("bram"), cast.at)
    assert nothing_changed(referral)
    assert cast.bram not in {one.user for one in addressees.everyone(case, cast.at)}
    by_name = make_accepted(cast, owner="karin")
    assert cast.bram in {one.user for one in addressees.everyone(by_name, cast.at)}


@pytest.mark.parametrize("why", ["asked_away", "wrong_unit"])
def test_who_does_not_come_again_can_be_asked_by_name(cast: Cast, why: str) -> None:
    """The client says yes to that name, or no."""
    referral = make_referral(cast, not_for_bram(cast, why), to=to_worker(cast, "bram"))
    assert actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at).state == "accepted"


@pytest.mark.parametrize("kind", KINDS)
def test_a_disabled_user(cast: Cast, logged_in: LogIn, kind: str) -> None:
    referral, browser = offered(cast, kind), logged_in(cast.ilse)
    cast.ilse.is_active = False
    cast.ilse.save()
    answer = browser.post(reverse("referral", args=[referral.pk]), {"read": "on"})
    assert (answer.status_code, nothing_changed(referral)) in {(302, True), (404, True)}
    assert refuses(referral, actor_for(cast.ilse, cast.at), cast.at)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_clients_yes_also_by_direct_call(cast: Cast, logged_in: LogIn, kind: str) -> None:
    referral = offered(cast, kind, by_phone=False)
    with pytest.raises(actions.NotNow):
        actions.offer(referral, by=cast.actor("samira" if kind == "referral" else "bram"), at=cast.at)
    assert refuses(referral, cast.actor("ilse"), cast.at)
    assert logged_in(cast.ilse).post(reverse("referral", args=[referral.pk]), {"read": "on"}).status_code == 404
    assert nothing_changed(referral, "awaiting_consent")
    assert referral.consent == Consent.ASKED


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_back(cast: Cast, kind: str) -> None:
    referral = offered(cast, kind)
    by = cast.actor("samira" if kind == "referral" else "bram")
    if kind == "referral":
        actions.withdraw(referral, by=by, at=cast.at)
    else:
        taking_back.of_case(referral.case, referral.pk, by=by, at=cast.at)
    with pytest.raises(actions.NotNow):
        actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    assert Case.objects.get(pk=referral.case_id).owner != cast.ilse


def test_passing_on_a_case_of_somebody_else(cast: Cast) -> None:
    case = make_accepted(cast)
    for name in ("ilse", "karin", "samira", "els", "ruben"):
        with pytest.raises(Refused):
            actions.propose(
                case, to_worker(cast, "karin", "regional-noord"), destination="REGIONAL_DIRECT", summary=SUMMARY,
                by=cast.actor(name), at=cast.at, terms=actions.Terms(HandOver.TRANSFER, "Graag."),
            )  # fmt: skip
    assert not Referral.objects.filter(case=case).exists()


def test_taking_back_what_belongs_to_another_case(cast: Cast) -> None:
    referral, other = offered(cast, "transfer"), make_accepted(cast)
    with pytest.raises(Refused):
        taking_back.of_case(other, referral.pk, by=cast.actor("bram"), at=cast.at)
    assert nothing_changed(referral)


@pytest.mark.parametrize("until", ["2026-03-10T17:00", "2026-03-29T17:00", "2026-10-25T17:00"])
def test_reading_along_after_its_end(cast: Cast, logged_in: LogIn, until: str) -> None:
    """Also where the clock changed the night before: to the second, without any sweep."""
    end = dt.datetime.fromisoformat(until).replace(tzinfo=AMSTERDAM)
    cast.at = end - dt.timedelta(hours=30)
    referral = actions.propose(
        make_accepted(cast, at=cast.at), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("bram"), at=cast.at, by_phone=True,
        terms=actions.Terms(HandOver.CONSULTATION, "Graag.", ends_at=end),
    )  # fmt: skip
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    for moment, status in ((end - dt.timedelta(seconds=1), 200), (end, 404)):
        with time_machine.travel(moment, tick=False):
            browser = logged_in(cast.ilse)
            assert browser.get(reverse("reading", args=[referral.pk])).status_code == status
    with pytest.raises(Refused):
        consulting.advise(referral, "Te laat.", by=cast.actor("ilse", end), at=end)
    assert Case.objects.get(pk=referral.case_id).state == CaseState.ACCEPTED
