"""What both sides think of a hand-over: once a side, for a day, read by team."""

import datetime as dt

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Refused
from cases.enums import AccessReason
from cases.permissions import grant
from referrals import actions, feedback
from referrals.enums import HandOver, Verdict
from referrals.feedback import Wanted
from referrals.models import Feedback, Referral
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_team

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def accepted(cast: Cast) -> Referral:
    return actions.accept(make_referral(cast), read=True, by=cast.actor("bram"), at=cast.at)


def returned(cast: Cast) -> Referral:
    return actions.return_to_desk(
        make_referral(cast), reason="wrong_unit", note="", by=cast.actor("bram"), at=cast.at
    )  # fmt: skip


def test_who_received_it_says_how_it_was_passed_on(cast: Cast) -> None:
    row = feedback.say(
        accepted(cast), Verdict.INCOMPLETE, note=" Telefoon ontbrak. ", by=cast.actor("bram"), at=cast.at
    )
    kept = Feedback.objects.get(pk=row.pk)
    assert (kept.by, kept.by_desk, kept.verdict, kept.note) == (cast.bram, False, "incomplete", "Telefoon ontbrak.")
    event = AuditEvent.objects.get(action="referral.feedback")
    assert (event.part, event.case_id) == ("receiver incomplete", row.referral.case_id)


def test_the_desk_says_how_it_came_back(cast: Cast) -> None:
    row = feedback.say(returned(cast), Verdict.RIGHT, by=cast.actor("samira"), at=cast.at)
    assert (row.by_desk, row.by) == (True, cast.samira)


@pytest.mark.parametrize("name", ["ilse", "karin", "samira", "els", "vera"])
def test_nobody_else_says_something_of_a_referral(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        feedback.say(accepted(cast), Verdict.RIGHT, by=cast.actor(name), at=cast.at)


@pytest.mark.parametrize("name", ["bram", "ilse", "karin", "arie"])
def test_only_the_desk_says_something_of_a_return(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        feedback.say(returned(cast), Verdict.RIGHT, by=cast.actor(name), at=cast.at)


def test_what_was_not_answered_has_no_opinion(cast: Cast) -> None:
    with pytest.raises(Refused):
        feedback.say(make_referral(cast), Verdict.RIGHT, by=cast.actor("bram"), at=cast.at)


def test_it_is_one_for_each_side_and_can_be_changed_for_a_day(cast: Cast) -> None:
    referral = accepted(cast)
    for hours, verdict in ((0, "right"), (24, "wrong")):
        feedback.say(referral, verdict, by=cast.actor("bram"), at=cast.at + hours * HOUR)
    assert [row.verdict for row in Feedback.objects.all()] == ["wrong"]
    with pytest.raises(actions.NotNow):
        feedback.say(referral, "right", by=cast.actor("bram"), at=cast.at + DAY + dt.timedelta(seconds=1))
    with pytest.raises(ValueError, match="fine"):
        feedback.say(referral, "fine", by=cast.actor("bram"), at=cast.at)


def test_coordinators_read_counts_by_team_and_narrow_them(cast: Cast) -> None:
    feedback.say(accepted(cast), Verdict.RIGHT, by=cast.actor("bram"), at=cast.at)
    feedback.say(returned(cast), Verdict.WRONG, by=cast.actor("samira"), at=cast.at)
    north = make_referral(cast, to=to_team(cast, "regional-noord"))
    actions.accept(north, read=True, by=cast.actor("karin"), at=cast.at)
    feedback.say(north, Verdict.RIGHT, by=cast.actor("karin"), at=cast.at)
    els = cast.actor("els")

    def rows(**wanted: object) -> list[tuple[str, list[int]]]:
        found = feedback.tallies(els, Wanted(**wanted), cast.at)
        return [(one.team, [cell["number"] for cell in one.cells]) for one in found]

    assert rows() == [("Regioteam Noord", [1, 0, 0]), ("Regioteam West", [1, 0, 1])]
    assert rows(side="desk") == [("Regioteam West", [0, 0, 1])]
    assert rows(verdict="right", team=cast.teams["regional-noord"].pk) == [("Regioteam Noord", [1, 0, 0])]
    assert feedback.page_of(els, Wanted(), None, cast.at).paginator.count == 3
    assert AuditEvent.objects.filter(action="referral.feedback_read").count() == 3
    assert feedback.tallies(els, Wanted(days=30), cast.at + 31 * DAY) == []


def test_who_is_kept_out_of_a_case_reads_no_opinion_of_it(cast: Cast) -> None:
    referral = accepted(cast)
    feedback.say(referral, Verdict.RIGHT, by=cast.actor("bram"), at=cast.at)
    grant(referral.case, reason=AccessReason.BLOCKED, user_id=cast.els.pk, at=cast.at, source="blocked")
    assert feedback.page_of(cast.actor("els"), Wanted(), None, cast.at).paginator.count == 0


@pytest.mark.parametrize("kind", [HandOver.CONSULTATION, HandOver.REQUEST])
def test_only_a_case_that_was_passed_on_is_asked_about(cast: Cast, kind: str) -> None:
    referral = accepted(cast)
    Referral.objects.filter(pk=referral.pk).update(kind=kind)
    with pytest.raises(Refused):
        feedback.say(referral, Verdict.RIGHT, by=cast.actor("bram"), at=cast.at)
