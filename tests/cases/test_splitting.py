"""A second problem gets a request of its own: which words travel, who sees it, and once."""

import datetime as dt
import uuid

import pytest

from accounts.actors import follower
from accounts.duty import load_calendar
from cases import actions, blocks, client_page, closing, following, links, splitting
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState, Urgency
from cases.models import Case, CaseAccess, KeepOut
from cases.moves import NotNow
from cases.passphrase import phrase_of
from cases.permissions import grant
from cases.splitting import Part
from tests.factories.cases import make_case
from tests.factories.cast import Cast

WORDS = "Wil hulp bij de schulden die hierdoor ontstonden."


def split(case: Case, cast: Cast, at: dt.datetime, number: uuid.UUID | None = None) -> Case:
    part = Part(("private.money",), WORDS, number or uuid.uuid4())
    return splitting.split(case, part, by=cast.actor("samira"), at=at, calendar=load_calendar())


def test_a_request_of_its_own_in_the_queue(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom", topics=("work.conflict", "private.money"), urgency="urgent")
    new = Case.objects.select_related("data_key", "intake__data_key").get(pk=split(case, cast, at).pk)
    assert (new.state, new.owner, new.person_id, new.unit) == (CaseState.SUBMITTED, None, case.person_id, case.unit)
    assert (new.topics, Case.objects.get(pk=case.pk).topics) == (["private.money"], ["work.conflict"])
    assert new.intake.story == WORDS
    assert new.reference != case.reference
    assert new.first_contact_due_at == new.promised_at > at
    assert [link.other for link in links.of_case(case, cast.actor("samira"), at)] == [new]
    assert set(client_page.cases_of(cast.actor("tom"), at)) == {case, new}


def test_the_client_follows_it_with_words_of_its_own(cast: Cast, at: dt.datetime) -> None:
    new = split(make_case(cast), cast, at)
    found = following.try_phrase(new.reference, phrase_of(new.intake), place="x", at=at)
    assert found.actor == follower(new.pk)


def test_a_second_click_is_the_same_one(cast: Cast, at: dt.datetime) -> None:
    case, number = make_case(cast), uuid.uuid4()
    assert {split(case, cast, at, number).pk for _time in range(2)} == {split(case, cast, at, number).pk}
    assert Case.objects.count() == 2


@pytest.mark.parametrize("whose", ["its own", "a stranger's"])
def test_a_number_of_another_request_makes_a_new_one(cast: Cast, at: dt.datetime, whose: str) -> None:
    case = make_case(cast)
    number = (case if whose == "its own" else make_case(cast)).intake.submission_id
    before = set(Case.objects.all())
    assert split(case, cast, at, number) not in before


def test_the_only_topic_stays_and_risk_is_pressing(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, topics=("mental.low_mood",))
    part = Part(("mental.low_mood",), WORDS, uuid.uuid4())
    new = splitting.split(case, part, by=cast.actor("samira"), at=at, calendar=load_calendar())
    assert (Case.objects.get(pk=case.pk).topics, new.urgency) == (["mental.low_mood"], Urgency.URGENT)


def test_whoever_is_kept_out_of_the_first_is_kept_out_of_the_second(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    blocks.block(case, cast.users["joost"], by=cast.actor("tom"), at=at)
    blocks.ask(case, "Mijn zwager bij het loket.", by=cast.actor("tom"), at=at)
    grant(
        case, reason=AccessReason.FAMILY, scope=AccessScope.MESSAGES, user_id=cast.users["karin"].pk, at=at,
        ends_at=at + dt.timedelta(days=30),
    )  # fmt: skip
    new = split(case, cast, at)
    grant(new, reason=AccessReason.REFERRAL, user_id=cast.users["karin"].pk, at=at)
    assert [new in Case.objects.visible_to(cast.actor(name), at) for name in ("samira", "joost", "karin")] == [
        True, False, False,
    ]  # fmt: skip
    assert not CaseAccess.objects.live(at).filter(case=new, reason=AccessReason.FAMILY).exists()
    rows = KeepOut.objects.filter(case=new).select_related("case__data_key")
    assert sorted(str(row.words) for row in rows) == ["", "Mijn zwager bij het loket."]
    assert blocks.is_waiting(new)


def test_not_from_a_closed_case(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    closing.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    with pytest.raises(NotNow):
        split(case, cast, at)


def test_the_first_goes_on(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    split(case, cast, at)
    assert actions.take(case, by=cast.actor("samira"), at=at).state == CaseState.IN_TRIAGE
