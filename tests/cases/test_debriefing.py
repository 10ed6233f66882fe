"""A talk with a group after an incident: two lead it, no names, and somebody asks again later."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from cases import blocks, debriefing, timeline, tracks
from cases.closing import close
from cases.enums import CaseState, EntryKind, SessionState
from cases.enums.tracks import TrackKind
from cases.handback import hand_back
from cases.models import Case, GroupTalk, TimelineEntry
from cases.moves import NotNow
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


def plan(case: Case, cast: Cast, **extra: object) -> GroupTalk:
    answers = {
        "starts_at": cast.at + DAY, "minutes": 90, "place": "Gebouw 12", "incident": "Ongeluk met een vrachtwagen",
        "second": cast.ilse, "by": cast.actor("bram"), "at": cast.at,
    }  # fmt: skip
    return debriefing.plan(case, **{**answers, **extra})


def hold(talk: GroupTalk, cast: Cast, at: dt.datetime, **extra: object) -> GroupTalk:
    answers = {"present": 14, "want_own_talk": 3, "report": "Meer rust.", "look_again_on": at.date() + 35 * DAY}
    return debriefing.hold(talk, by=cast.actor("bram"), at=at, **{**answers, **extra})


def test_planning_starts_this_help_and_tells_who_asked(cast: Cast) -> None:
    case = make_accepted(cast)
    talk = plan(case, cast)
    assert tracks.latest(case).kind == TrackKind.DEBRIEFING
    assert (talk.led_by, talk.second) == (cast.bram, cast.ilse)
    assert Notice.objects.filter(subject_id=case.pk, kind="client.news", channel="email").count() == 1
    texts = [line.text for line in timeline.for_client(case).object_list]
    assert "Er is een gesprek met de groep gepland op woensdag 11 maart, 10:15" in texts


def test_the_same_form_twice_is_one_meeting(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    assert plan(case, cast, talk_id=number) == plan(case, cast, talk_id=number)
    assert GroupTalk.objects.count() == 1


def test_two_different_people_lead_it(cast: Cast) -> None:
    case = make_accepted(cast)
    assert cast.bram not in debriefing.colleagues(case, cast.at)
    with pytest.raises(NotNow):
        plan(case, cast, second=cast.bram)
    talk = plan(case, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupTalk.objects.filter(pk=talk.pk).update(second=talk.led_by)


def test_it_keeps_numbers_and_asks_again_on_its_day_once(cast: Cast) -> None:
    case = make_accepted(cast)
    talk, then = plan(case, cast), cast.at + DAY
    with pytest.raises(NotNow):
        hold(talk, cast, cast.at)
    with pytest.raises(NotNow):
        hold(talk, cast, then, want_own_talk=15)
    talk = hold(talk, cast, then)
    assert (talk.state, talk.present, talk.want_own_talk) == (SessionState.HELD, 14, 3)
    day = then + 35 * DAY
    assert debriefing.remind_due(day - DAY) == 0
    assert [debriefing.remind_due(day + 3 * DAY), debriefing.remind_due(day + 3 * DAY)] == [1, 0]
    assert Notice.objects.filter(user=cast.bram, kind="group.look_again", channel="inbox").count() == 1


def test_another_day_reminds_again_and_having_asked_ends_it(cast: Cast) -> None:
    talk, then = plan(make_accepted(cast), cast), cast.at + DAY
    talk = hold(talk, cast, then)
    debriefing.remind_due(then + 36 * DAY)
    talk = hold(talk, cast, then + 36 * DAY, look_again_on=then.date() + 50 * DAY)
    debriefing.look_again(talk, by=cast.actor("bram"), at=then + 37 * DAY)
    assert debriefing.remind_due(then + 60 * DAY) == 0


def test_what_was_written_can_be_corrected_when_the_day_to_ask_has_passed(cast: Cast) -> None:
    talk, then = plan(make_accepted(cast), cast), cast.at + DAY
    talk = hold(talk, cast, then)
    assert debriefing.remind_due(then + 36 * DAY) == 1
    day = then.date() + 35 * DAY
    talk = hold(talk, cast, then + 40 * DAY, report="Meer rust en overleg.", look_again_on=day)
    assert (talk.report, talk.look_again_on) == ("Meer rust en overleg.", day)
    assert debriefing.remind_due(then + 41 * DAY) == 0


@pytest.mark.parametrize("day", [dt.date(2000, 1, 1), dt.date(2206, 4, 14), dt.date.max])
def test_a_year_that_cannot_be_is_asked_again(cast: Cast, day: dt.date) -> None:
    talk = plan(make_accepted(cast), cast)
    with pytest.raises(NotNow):
        hold(talk, cast, cast.at + DAY, look_again_on=day)


def test_closing_leaves_nothing_due(cast: Cast) -> None:
    case = make_accepted(cast)
    talk = plan(case, cast)
    hold(plan(case, cast, starts_at=cast.at + 2 * DAY), cast, cast.at + 3 * DAY)
    close(case, outcome="helped", by=cast.actor("bram"), at=cast.at + 4 * DAY)
    talk.refresh_from_db()
    assert talk.state == SessionState.CANCELLED
    assert debriefing.remind_due(cast.at + 90 * DAY) == 0
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.GROUP_TALK).count() == 4


def test_cancelling_twice_is_once_and_a_held_one_stays(cast: Cast) -> None:
    case = make_accepted(cast)
    talk = plan(case, cast)
    for _time in range(2):
        debriefing.cancel(talk, by=cast.actor("bram"), at=cast.at)
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.GROUP_TALK).count() == 2
    held = hold(plan(case, cast, starts_at=cast.at + 2 * DAY), cast, cast.at + 3 * DAY)
    with pytest.raises(NotNow):
        debriefing.cancel(held, by=cast.actor("bram"), at=cast.at + 3 * DAY)


def test_who_may_never_see_the_case_leads_it_neither(cast: Cast) -> None:
    case = make_accepted(cast)
    blocks.block(case, cast.ilse, by=cast.actor("bram"), at=cast.at, reason="Een zwager.")
    assert cast.ilse not in debriefing.colleagues(case, cast.at) and cast.karin in debriefing.colleagues(case, cast.at)
    with pytest.raises(NotNow):
        plan(case, cast)


def test_while_the_desk_looks_for_a_worker_it_waits_for_that_one(cast: Cast) -> None:
    case, then = make_accepted(cast), cast.at + DAY
    hold(plan(case, cast), cast, then)
    hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=then)
    assert debriefing.remind_due(then + 36 * DAY) == 0
    Case.objects.filter(pk=case.pk).update(state=CaseState.ACCEPTED, owner=cast.ilse)
    assert [debriefing.remind_due(then + 37 * DAY) for _time in range(2)] == [1, 0]
    assert Notice.objects.filter(user=cast.ilse, kind="group.look_again", channel="inbox").count() == 1


def test_an_act_that_does_not_exist_says_what_is_missing(db: None, logged_in: LogIn) -> None:
    cast = make_cast(timezone.localtime())
    talk = plan(make_accepted(cast), cast)
    answer = logged_in(cast.bram).post(f"/zaken/{talk.case.reference}/groep/{talk.pk}/", {"do": "onzin"})
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert GroupTalk.objects.get().state == SessionState.PLANNED


def test_who_would_lead_it_too_leaves_and_the_worker_chooses_somebody_else(db: None, logged_in: LogIn) -> None:
    cast = make_cast(timezone.localtime())
    talk = plan(make_accepted(cast), cast)
    debriefing.second_left(cast.ilse, by=cast.actor("els"), at=cast.at)
    notice = Notice.objects.get(kind="group.second_left", channel="inbox")
    assert (notice.user, notice.path) == (cast.bram, f"/zaken/{talk.case.reference}/groep/{talk.pk}/")
    browser = logged_in(cast.bram)
    assert (
        "second leader is still to be chosen"
        in browser.get(f"/zaken/{talk.case.reference}/groep/", headers={"accept-language": "en"}).content.decode()
    )
    for second, status in (("", 200), (str(cast.bram.pk), 200), (str(cast.karin.pk), 302), (str(cast.karin.pk), 302)):
        assert browser.post(notice.path, {"do": "second", "second": second}).status_code == status
    assert GroupTalk.objects.get().second == cast.karin
    assert Notice.objects.filter(kind="group.second_left", channel="inbox").count() == 1


def test_a_second_is_chosen_once_and_never_who_may_not_see_the_case(cast: Cast) -> None:
    talk, by = plan(make_accepted(cast), cast), cast.actor("bram")
    with pytest.raises(NotNow):
        debriefing.choose_second(talk, cast.karin, by=by, at=cast.at)
    debriefing.second_left(cast.ilse, by=cast.actor("els"), at=cast.at)
    blocks.block(talk.case, cast.karin, by=by, at=cast.at, reason="Een zwager.")
    with pytest.raises(NotNow):
        debriefing.choose_second(talk, cast.karin, by=by, at=cast.at)
    assert hold(talk, cast, cast.at + DAY).second is None
