"""Taking a case back from a worker who works here no longer, and not from one who does."""

import datetime as dt

import pytest

from accounts.actors import follower
from accounts.models import AuditEvent, Membership, Notice, Shift, User
from cases import debriefing, deputies, mediation, tracks
from cases.contact import client_added
from cases.enums import AccessReason, CaseState, EntryKind, SessionState
from cases.handback import fetch_back, hand_back
from cases.mediation import OtherOne
from cases.models import Case, CaseAccess, GroupTalk, TimelineEntry
from cases.moves import NeedsReason, NotNow
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

DAY = dt.timedelta(days=1)


def leave(user: User, at: dt.datetime, *, how: str) -> None:
    """Without the guided hand-over: by a closed account, or by the end of every role."""
    if how == "account":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=user).update(ends_on=(at - DAY).date())


@pytest.mark.parametrize("how", ["account", "roles"])
def test_the_desk_gets_the_case_of_someone_who_left(cast: Cast, how: str) -> None:
    case = make_accepted(cast)
    leave(cast.bram, cast.at, how=how)
    assert list(Case.objects.owner_gone(cast.at.date())) == [case]
    by = cast.actor("samira")
    done = fetch_back(case, reason="Uit dienst.", by=by, at=cast.at)
    assert (done.state, done.owner, done.primary_contact) == (CaseState.IN_TRIAGE, cast.samira, cast.samira)
    live = CaseAccess.objects.live(cast.at + dt.timedelta(seconds=1)).filter(case=case)
    assert not live.filter(reason=AccessReason.REFERRAL).exists()
    assert live.get(reason=AccessReason.DESK).scope == "full"
    returned = TimelineEntry.objects.get(case=case, kind=EntryKind.RETURNED, facts={"from": cast.bram.pk})
    assert (returned.text, returned.by, returned.for_client) == ("Uit dienst.", cast.samira, True)
    assert AuditEvent.objects.get(action="case.fetched_back").case_id == case.pk
    again = fetch_back(case, reason="Uit dienst.", by=by, at=cast.at)
    assert again.version == done.version


def test_not_while_the_worker_is_here_nor_without_a_reason(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NotNow):
        fetch_back(case, reason="Sneller.", by=cast.actor("samira"), at=cast.at)
    leave(cast.bram, cast.at, how="roles")
    with pytest.raises(NeedsReason):
        fetch_back(case, reason=" ", by=cast.actor("samira"), at=cast.at)
    assert Case.objects.get(pk=case.pk).owner == cast.bram


def test_what_a_client_adds_reaches_who_is_on_duty_when_the_owner_left(cast: Cast) -> None:
    case = make_case(cast, client="tom", owner="joost")
    leave(cast.joost, cast.at, how="roles")
    Shift.objects.filter(user=cast.joost).delete()
    assert deputies.helpers_of(case, cast.at) == []
    client_added(case, "Nog iets.", by=cast.actor("tom"), at=cast.at)
    told = {row.user for row in Notice.objects.filter(kind="case.message").select_related("user")}
    assert cast.samira in told and cast.joost not in told


def test_a_talk_with_the_group_that_was_planned_is_off(cast: Cast) -> None:
    """Nobody could cancel it: the one who leads it is out, and the desk plans none."""
    case, by = make_accepted(cast), cast.actor("bram")
    debriefing.plan(
        case, starts_at=cast.at + DAY, minutes=60, place="", incident="Ongeluk", second=cast.ilse, by=by, at=cast.at
    )
    hand_back(case, reason="Past niet.", by=by, at=cast.at)
    assert GroupTalk.objects.get().state == SessionState.CANCELLED
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.GROUP_TALK, for_client=True).count() == 2


def test_a_mediation_that_ends_at_the_desk_ends_its_kind_of_help(cast: Cast) -> None:
    """Or it would go on for ever, and the next worker's conversations would be part of it."""
    case, by = make_accepted(cast), cast.actor("bram")
    talk = mediation.begin(
        case, other=OtherOne("Piet", "manager", "piet@werk.example"), called="Tom", subject="Samen verder.",
        leader=cast.karin, wanted=True, by=by, at=cast.at,
    )  # fmt: skip
    hand_back(case, reason="Past niet.", by=by, at=cast.at)
    mediation.stop(mediation.sides(talk)["client"], by=follower(case.pk), at=cast.at + DAY)
    track = tracks.latest(case)
    assert track is not None and track.ended_at == cast.at + DAY
