"""A client who is heard by a colleague: the worker and who stands in are told at once."""

import datetime as dt
import uuid

import pytest

from accounts.models import Notice
from cases import actions, blocks, contact, deputies, links, messages
from cases.enums import AttemptOutcome, CaseState, ContactWay
from cases.models import CallBack, Case, ContactAttempt, TimelineEntry
from referrals import board
from referrals.actions import accept
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral

HOUR = dt.timedelta(hours=1)


def with_bram(cast: Cast, **fields: object) -> Case:
    referral: Referral = accept(make_referral(cast, **fields), read=True, by=cast.actor("bram"), at=cast.at)
    return Case.objects.get(pk=referral.case_id)


def told(kind: str) -> set[str]:
    return {row.user.first_name for row in Notice.objects.filter(kind=kind, channel="inbox").select_related("user")}


def rang(cast: Cast, case: Case, by: str = "samira", **more: object) -> ContactAttempt:
    facts = {"way": ContactWay.PHONE, "outcome": AttemptOutcome.SPOKEN, "at": cast.at + HOUR, "rang": True} | more
    return actions.log_attempt(case, by=cast.actor(by), **facts)


def test_the_worker_is_told_at_once_that_their_client_rang(cast: Cast) -> None:
    rang(cast, with_bram(cast), note="Het gaat slechter.")
    assert told("case.spoken_to") == {"Bram"}
    entry = TimelineEntry.objects.get(kind="contact_attempt")
    assert entry.facts == {"way": "phone", "outcome": "spoken", "rang": True}


def test_who_stands_in_is_told_too(cast: Cast) -> None:
    case = with_bram(cast)
    today = cast.at.date()
    deputies.enter(cast.bram, first_day=today, last_day=today, deputy=cast.ilse, by=cast.actor("els"), at=cast.at)
    rang(cast, case)
    assert told("case.spoken_to") == {"Bram", "Ilse"}


def test_what_the_worker_does_and_what_is_at_the_desk_tells_nobody(cast: Cast) -> None:
    rang(cast, with_bram(cast), by="bram", reason="In overleg.")
    rang(cast, make_case(cast))
    rang(cast, with_bram(cast), outcome=AttemptOutcome.NO_ANSWER, rang=False, reason="In overleg.")
    assert told("case.spoken_to") == set()


def test_a_client_who_rings_themselves_is_against_no_wish(cast: Cast) -> None:
    """Only in writing, said their wishes; and then they ring, at a moment of their own."""
    case = with_bram(cast)
    case.person.contact.channels = ["portal"]
    case.person.contact.save()
    with pytest.raises(actions.NeedsReason):
        rang(cast, case, rang=False)
    rang(cast, case)
    assert ContactAttempt.objects.filter(case=case).count() == 1
    assert not CallBack.objects.filter(case=case, state="open").exists()


def test_another_request_that_is_linked_is_told_to_the_worker_of_the_first(cast: Cast) -> None:
    case, new = with_bram(cast), make_case(cast)
    for _twice in range(2):
        links.link(case, new, reason="Zelfde nummer.", by=cast.actor("samira"), at=cast.at)
    assert told("case.asks_again") == {"Bram"}
    assert Notice.objects.filter(kind="case.asks_again", channel="inbox").count() == 1
    assert Case.objects.get(pk=new.pk).state == CaseState.IN_TRIAGE


@pytest.mark.parametrize("quiet", [False, True])
def test_who_is_only_asked_yet_hears_that_there_was_a_talk_and_sees_when(cast: Cast, quiet: bool) -> None:
    """And nothing of it; nobody hears it where what goes on is held back."""
    referral = make_referral(cast)
    Case.objects.filter(pk=referral.case_id).update(is_quiet=quiet)
    attempt = rang(cast, referral.case, note="Het gaat slechter.")
    rang(cast, referral.case, attempt_id=attempt.pk)  # a second click
    assert told("case.heard_again") == (set() if quiet else {"Bram", "Ilse"})
    assert told("case.spoken_to") == set()
    [card] = board.see(cast.actor("bram"), cast.at + 2 * HOUR).offered.cards
    heard = [line.text for line in card.lines if "sprak" in line.text]
    assert heard == ([] if quiet else ["Een collega sprak de cliënt: vandaag, 11:15"])
    assert "slechter" not in str(card)


def test_who_was_not_reached_is_no_news_for_who_is_asked(cast: Cast) -> None:
    referral = make_referral(cast)
    rang(cast, referral.case, rang=False, outcome=AttemptOutcome.NO_ANSWER)
    assert told("case.heard_again") == set()
    assert [
        line for line in board.see(cast.actor("bram"), cast.at).offered.cards[0].lines if "sprak" in line.text
    ] == []


# -- who is the contact person until client and worker have met --------------------------------------


def wrote(cast: Cast, case: Case) -> None:
    messages.send(case, submission_id=uuid.uuid4(), body="KANARIE", by=cast.actor("tom"), at=cast.at + HOUR)


def test_the_contact_person_hears_that_the_client_wrote_and_not_what(cast: Cast) -> None:
    case = with_bram(cast, case=make_case(cast, client="tom", primary_contact=cast.samira))
    wrote(cast, case)
    assert (told("case.message"), told("case.wrote_to_worker")) == ({"Bram"}, {"Samira"})
    notice = Notice.objects.get(kind="case.wrote_to_worker", channel="inbox")
    assert notice.path == f"/zaken/{case.reference}/"
    assert "KANARIE" not in str(vars(notice))
    contact.client_added(case, "KANARIE", by=cast.actor("tom"), at=cast.at + 2 * HOUR)
    assert Notice.objects.filter(kind="case.wrote_to_worker", channel="inbox").count() == 2


@pytest.mark.parametrize("who", ["the worker", "kept out", "stands in", "at the desk"])
def test_nobody_hears_of_it_twice_or_without_a_way_in(cast: Cast, who: str) -> None:
    made = make_case(cast, client="tom", primary_contact=cast.bram if who == "the worker" else cast.samira)
    case = made if who == "at the desk" else with_bram(cast, case=made)
    if who == "kept out":
        blocks.block(case, cast.samira, by=cast.actor("tom"), at=cast.at)
    if who == "stands in":
        today = cast.at.date()
        deputies.enter(cast.bram, first_day=today, last_day=today, deputy=cast.samira, by=cast.actor("els"), at=cast.at)
    wrote(cast, Case.objects.get(pk=case.pk))
    assert told("case.wrote_to_worker") == set()
