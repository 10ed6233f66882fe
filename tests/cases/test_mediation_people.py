"""Who may lead a talk, who the other one may be, and what becomes of it when somebody leaves (R17)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from accounts.actors import Actor, follower
from accounts.models import Membership
from cases import blocks, deputies, links, mediation_door, tracks
from cases import mediation as talks
from cases.enums import AccessReason, SessionState
from cases.enums.mediation import MediationEnding
from cases.models import Case, Mediation, MediationTalk, Party
from cases.moves import NotNow
from cases.permissions import grant
from tests.cases.test_mediation import agreed, begin, meet, told
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

DAY = dt.timedelta(days=1)


def test_a_relative_of_the_client_cannot_lead(cast: Cast) -> None:
    case = make_accepted(cast)
    grant(case, reason=AccessReason.FAMILY, user_id=cast.karin.pk, at=cast.at - DAY, ends_at=cast.at)
    assert cast.karin not in talks.leaders_for(case, cast.at)
    with pytest.raises(NotNow):
        begin(case, cast)


def test_who_helps_the_client_in_another_request_cannot_lead(cast: Cast) -> None:
    """Asked twice without an account: two people on record, and linked."""
    case, second = make_accepted(cast), make_accepted(cast, owner="karin")
    links.link(case, second, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    assert cast.karin not in talks.leaders_for(case, cast.at)
    with pytest.raises(NotNow):
        begin(case, cast)


def test_the_other_one_who_works_here_never_sees_the_file(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = begin(case, cast)
    assert Case.objects.visible_to(cast.actor("samira"), cast.at).filter(pk=case.pk).exists()
    code = mediation_door.new_code(mediation, by=cast.actor("karin"), at=cast.at)
    party = Party.objects.select_related("mediation__case__person").get(side="other")
    as_other = Actor(kind="user", user=cast.samira)
    assert mediation_door.try_code(party, code, by=as_other, at=cast.at).right
    for actor in (cast.actor("samira"), as_other, replace(as_other, as_family=True)):
        assert not Case.objects.visible_to(actor, cast.at).filter(pk=case.pk).exists()
    assert mediation_door.seat_of_other(as_other, mediation.pk, at=cast.at).own.side == "other"


def test_who_helps_the_client_now_is_not_the_other_one(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = begin(case, cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.ilse)
    code = mediation_door.new_code(mediation, by=cast.actor("karin"), at=cast.at)
    party = Party.objects.select_related("mediation__case__person").get(side="other")
    assert not mediation_door.try_code(party, code, by=Actor(kind="user", user=cast.ilse), at=cast.at).right


def test_who_leads_does_not_stand_in_for_the_worker(cast: Cast) -> None:
    case = make_accepted(cast)
    begin(case, cast)
    day = cast.at.date()
    deputies.enter(
        cast.bram, first_day=day, last_day=day + 3 * DAY, deputy=cast.karin, by=cast.actor("bram"), at=cast.at
    )
    assert not Case.objects.visible_to(cast.actor("karin"), cast.at).filter(pk=case.pk).exists()


def test_who_leads_it_leaves_and_both_hear_that_it_is_over(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = agreed(case, cast)
    meet(mediation, cast)
    for ended in (1, 0):
        assert talks.leader_left(cast.karin, by=cast.actor("els"), at=cast.at) == ended
    row = Mediation.objects.get()
    assert (row.ending, MediationTalk.objects.get().state) == (MediationEnding.NOT_NEUTRAL, SessionState.CANCELLED)
    assert {("talk.client", "ended"), ("talk.other", "ended")} <= set(told(mediation))
    assert tracks.latest(case).ended_at == cast.at


def test_a_role_of_the_leader_that_ended_ends_it_by_the_sweep(cast: Cast) -> None:
    agreed(make_accepted(cast), cast)
    assert talks.lapse_due(cast.at) == 0
    Membership.objects.filter(user=cast.karin).update(ends_on=(cast.at - DAY).date())
    assert [talks.lapse_due(cast.at) for _time in range(2)] == [1, 0]


def test_who_is_kept_out_later_leads_it_no_longer(cast: Cast, logged_in: Callable[..., Client]) -> None:
    """At once there is nothing to write in any more, and the sweep ends it: both hear that it is over."""
    case = make_accepted(cast)
    mediation, browser = agreed(case, cast), logged_in(cast.karin)
    page = f"/samen/{mediation.pk}/"
    assert browser.get(page).status_code == 200
    blocks.block(case, cast.karin, by=follower(case.pk), at=cast.at)
    assert [browser.get(page).status_code, browser.post(page, {"body": "Nog iets."}).status_code] == [404, 404]
    assert (mediation_door.led(cast.actor("karin"), cast.at), mediation_door.leads(cast.actor("karin"))) == ([], False)
    assert [talks.lapse_due(cast.at) for _time in range(2)] == [1, 0]
    assert Mediation.objects.get().ending == MediationEnding.NOT_NEUTRAL
    assert {("talk.client", "ended"), ("talk.other", "ended")} <= set(told(mediation))
