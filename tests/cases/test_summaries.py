"""The client's summary in its versions, and reading it before the next contact."""

import uuid

import pytest

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from cases import appointments, contact, debriefing, messages, reading, summaries
from cases.enums import CaseState, ContactWay, EntryKind
from cases.models import Case, SummaryRead, SummaryVersion, TimelineEntry
from cases.moves import NotNow
from cases.reading import MustRead
from referrals import actions as referrals
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral
from tests.factories.work import make_accepted

WORDS = "Het gaat om mijn collega, niet om mijn sergeant."


def correct(case: Case, cast: Cast, text: str = WORDS, number: int = 1) -> SummaryVersion:
    return summaries.correct(case, text, number=number, by=follower(case.pk), at=cast.at)


def say(case: Case, cast: Cast, who: str = "bram") -> object:
    return messages.send(case, submission_id=uuid.uuid4(), body="Dag!", by=cast.actor(who), at=cast.at)


def test_a_correction_is_a_version_of_the_client_and_the_owner_hears_it(cast: Cast) -> None:
    case = make_accepted(cast)
    made = correct(case, cast)
    case.refresh_from_db()
    assert (made.number, made.by, made.approved_at, case.summary) == (2, None, cast.at, WORDS)
    assert [row.text for row in summaries.versions(case)] == [WORDS, "Ruzie met de sergeant. Wil rust en een gesprek."]
    assert Notice.objects.filter(kind="case.summary", user=cast.bram, channel="inbox").count() == 1
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.SUMMARY_CHANGED, by_client=True).count() == 1
    assert AuditEvent.objects.get(case_id=case.pk, action="summary.corrected").object_id == str(made.pk)


def test_the_same_words_twice_are_one_version(cast: Cast) -> None:
    case = make_accepted(cast)
    assert correct(case, cast).pk == correct(case, cast).pk
    assert Notice.objects.filter(kind="case.summary", channel="inbox").count() == 1


def test_an_older_version_than_the_saved_one_is_a_conflict(cast: Cast) -> None:
    case = make_accepted(cast)
    correct(case, cast)
    with pytest.raises(summaries.Conflict) as conflict:
        correct(case, cast, "Nog iets anders.")
    assert conflict.value.saved.text == WORDS


def test_a_closed_case_keeps_its_summary(cast: Cast) -> None:
    case = make_accepted(cast)
    Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED, closed_at=cast.at, outcome="helped")
    with pytest.raises(NotNow):
        correct(case, cast)


def test_a_client_may_write_the_first_one_themselves(cast: Cast) -> None:
    case = make_case(cast)
    assert correct(case, cast, number=0).number == 1
    case.refresh_from_db()
    assert case.summary == WORDS


def test_a_hand_over_keeps_who_wrote_what_and_who_read_it(cast: Cast) -> None:
    offer = make_referral(cast)
    made = summaries.latest(offer.case)
    assert made is not None
    assert (made.text, made.by, made.approved_at is not None) == (SUMMARY, cast.samira, True)
    referrals.accept(offer, read=True, by=cast.actor("bram"), at=cast.at)
    assert list(SummaryRead.objects.values_list("version", "user")) == [(made.pk, cast.bram.pk)]
    say(Case.objects.get(pk=offer.case_id), cast)


def test_after_a_correction_the_worker_reads_before_every_kind_of_contact(cast: Cast) -> None:
    case, bram = make_accepted(cast), cast.actor("bram")
    made = correct(case, cast)
    call = {"way": ContactWay.PHONE, "by": bram, "at": cast.at}
    with pytest.raises(MustRead):
        say(case, cast)
    with pytest.raises(MustRead):
        appointments.plan_session(case, starts_at=cast.at.replace(day=12), **call)
    with pytest.raises(MustRead):
        contact.log_attempt(case, outcome="spoken", **call)
    group = {"starts_at": cast.at.replace(day=13), "minutes": 60, "place": "", "incident": "Ongeluk"}
    with pytest.raises(MustRead):
        debriefing.plan(case, **group, second=cast.ilse, by=bram, at=cast.at)
    reading.mark_read(case, made.pk, by=bram, at=cast.at)
    say(case, cast)
    appointments.plan_session(case, starts_at=cast.at.replace(day=12), **call)
    contact.log_attempt(case, outcome="spoken", **call)


def test_whoever_gets_the_case_afterwards_reads_it_too(cast: Cast) -> None:
    case = make_accepted(cast)
    made = correct(case, cast)
    reading.mark_read(case, made.pk, by=cast.actor("bram"), at=cast.at)
    Case.objects.filter(pk=case.pk).update(owner=cast.ilse)
    with pytest.raises(MustRead):
        say(case, cast, "ilse")


def test_reading_is_kept_once_and_only_of_the_version_that_counts(cast: Cast) -> None:
    case, bram = make_accepted(cast), cast.actor("bram")
    first, second = correct(case, cast), correct(case, cast, "Anders.", number=2)
    with pytest.raises(NotNow):
        reading.mark_read(case, first.pk, by=bram, at=cast.at)
    reading.mark_read(case, second.pk, by=bram, at=cast.at)
    reading.mark_read(case, second.pk, by=bram, at=cast.at)
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.SUMMARY_READ, for_client=True).count() == 1


def test_the_client_never_has_to_read_first(cast: Cast) -> None:
    case = make_accepted(cast)
    correct(case, cast)
    messages.send(case, submission_id=uuid.uuid4(), body="Nog iets.", by=follower(case.pk), at=cast.at)
