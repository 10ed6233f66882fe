"""Every verb of a hand-over asks by itself who calls it: another team or role, a closed account, the other side."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.actors import Actor, actor_for, follower
from accounts.models import AuditEvent, User
from accounts.permissions import Refused
from cases import actions as case_actions
from cases import handback, someone_else
from cases.enums import CaseState
from cases.models import Case, SomeoneElse
from referrals import actions, asking
from referrals.enums import HandOver
from referrals.letters import door, paper, sending, writing
from referrals.models import Letter, Referral
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast
from tests.factories.letters import make_approved, make_letter, make_on_paper, make_service
from tests.factories.referrals import SUMMARY, make_referral, to_worker
from tests.factories.work import make_accepted

DAY = dt.timedelta(days=1)
STRANGERS = ["karin", "ruben", "els", "vera", "arie", "tom"]
"""Other teams and roles; Els coordinates the desk, Tom is a client."""
Verb = Callable[..., Any]


def at_desk(cast: Cast, *, by_phone: bool = False) -> Referral:
    return make_referral(cast, to=to_worker(cast, "ilse"), by_phone=by_phone)


def of_worker(cast: Cast, *, by_phone: bool = False) -> Referral:
    return actions.propose(
        make_accepted(cast), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("bram"), at=cast.at, by_phone=by_phone, terms=actions.Terms(HandOver.TRANSFER, "Graag."),
    )  # fmt: skip


OF_REFERRAL: dict[str, Verb] = {
    "offer": actions.offer,
    "withdraw": actions.withdraw,
    "by phone": partial(actions.approve_by_phone, phrase=PHRASE),
    "no": actions.refuse_summary,
    "yes": actions.approve_summary,
}


def refused(verb: Verb, subject: Any, by: Actor, at: dt.datetime) -> bool:
    with pytest.raises(Refused):
        verb(subject, by=by, at=at)
    return True


def closed(user: User, at: dt.datetime) -> Actor:
    """What somebody still holds in a page whose account was closed since."""
    known = actor_for(user, at)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return known


@pytest.mark.parametrize("name", OF_REFERRAL)
@pytest.mark.parametrize("make", [at_desk, of_worker])
def test_what_is_done_to_a_hand_over(cast: Cast, make: Verb, name: str) -> None:
    row = make(cast)
    helps = {"samira", "els"} if make is at_desk and name != "yes" else {"bram"}
    for who in {*STRANGERS, "ilse", "samira", "bram"} - helps:
        assert refused(OF_REFERRAL[name], row, cast.actor(who), cast.at), who
    assert refused(OF_REFERRAL[name], row, follower(make_case(cast).pk), cast.at)
    assert refused(OF_REFERRAL[name], row, closed(cast.samira if make is at_desk else cast.bram, cast.at), cast.at)
    assert Referral.objects.get(pk=row.pk).state == "awaiting_consent"
    assert AuditEvent.objects.filter(action="voice.heard").count() == 0


def test_a_yes_on_the_site_is_the_clients_only(cast: Cast) -> None:
    row = at_desk(cast)
    for who in ("samira", "els", "bram"):
        assert refused(actions.approve_summary, row, cast.actor(who), cast.at)
    assert actions.refuse_summary(row, by=follower(row.case_id), at=cast.at).state == "refused"


@pytest.mark.parametrize("by_phone", [False, True])
def test_passing_a_request_on(cast: Cast, by_phone: bool) -> None:
    case = make_case(cast, owner="samira", state=CaseState.IN_TRIAGE)
    propose = partial(
        actions.propose, to=to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary=SUMMARY, by_phone=by_phone
    )
    for who in {*STRANGERS, "bram", "ilse"} - {"els"}:
        assert refused(propose, case, cast.actor(who), cast.at), who
    assert refused(propose, case, follower(case.pk), cast.at)
    assert refused(propose, case, closed(cast.samira, cast.at), cast.at)
    assert not Referral.objects.exists()


def test_the_same_proposal_again_is_shown_to_nobody_else(cast: Cast) -> None:
    row = at_desk(cast)
    again = partial(actions.propose, to=to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary=SUMMARY)
    assert again(row.case, by=cast.actor("samira"), at=cast.at).pk == row.pk
    assert refused(again, row.case, cast.actor("karin"), cast.at)


def test_the_talk_of_three(cast: Cast) -> None:
    case = make_accepted(cast)
    plan = partial(actions.plan_talk, starts_at=cast.at + DAY, way="visit")
    for who in ("karin", "ilse", "ruben", "vera", "arie", "tom"):
        assert refused(plan, case, cast.actor(who), cast.at)
        assert refused(actions.skip_talk, case, cast.actor(who), cast.at)


def test_giving_back_and_fetching_back(cast: Cast) -> None:
    case = make_accepted(cast)
    back, fetch = (partial(verb, reason="Past niet.") for verb in (handback.hand_back, handback.fetch_back))
    for who in (*STRANGERS, "ilse", "samira"):
        assert refused(back, case, cast.actor(who), cast.at), who
    for who in ("karin", "ilse", "bram", "ruben", "vera", "arie", "tom"):
        assert refused(fetch, case, cast.actor(who), cast.at), who
    assert refused(back, case, closed(cast.bram, cast.at), cast.at)
    assert Case.objects.get(pk=case.pk).owner == cast.bram


def test_taking_and_giving_at_the_desk(cast: Cast) -> None:
    case = make_case(cast, owner=None, state=CaseState.SUBMITTED)
    for who in ("bram", "karin", "ruben", "vera", "arie", "tom"):
        assert refused(case_actions.take, case, cast.actor(who), cast.at), who
        assert refused(partial(case_actions.give, to=cast.els), case, cast.actor(who), cast.at), who
    mine = case_actions.take(case, by=cast.actor("samira"), at=cast.at)
    for who in ("bram", "vera", "arie", "tom"):
        assert refused(case_actions.give_back, mine, cast.actor(who), cast.at), who
    assert refused(case_actions.give_back, mine, closed(cast.samira, cast.at), cast.at)
    assert Case.objects.get(pk=case.pk).owner == cast.samira


def test_somebody_else(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    for who in ("bram", "karin", "vera", "lisa"):
        assert refused(someone_else.ask, case, cast.actor(who), cast.at), who
    someone_else.ask(case, by=cast.actor("tom"), at=cast.at)
    for who in ("bram", "karin", "vera", "tom"):
        assert refused(someone_else.look, case, cast.actor(who), cast.at), who
        assert refused(someone_else.stays, case, cast.actor(who), cast.at), who
    for who in ("bram", "samira", "lisa"):
        assert refused(someone_else.take_back, case, cast.actor(who), cast.at), who
    assert SomeoneElse.objects.get().state == "open"


def test_whom_it_is_about_does_not_answer_at_the_desk_either(cast: Cast) -> None:
    case = make_case(cast, owner="samira", state=CaseState.IN_TRIAGE, primary_contact=cast.samira)
    someone_else.ask(case, by=follower(case.pk), at=cast.at)
    assert refused(someone_else.stays, case, cast.actor("samira"), cast.at)
    someone_else.stays(case, by=cast.actor("els"), at=cast.at)


def test_a_request_for_a_case_by_a_closed_account(cast: Cast) -> None:
    case = make_accepted(cast)
    asking.ask(case.reference, "Graag.", by=closed(cast.karin, cast.at), at=cast.at)
    assert not Referral.objects.exists()


OF_LETTER: dict[str, tuple[Verb, Verb]] = {
    "yes": (make_letter, partial(writing.approve, covers=[], seen="")),
    "no": (make_letter, writing.refuse),
    "by phone": (make_letter, partial(writing.approve_by_phone, phrase=PHRASE)),
    "back": (make_letter, writing.withdraw),
    "link": (make_approved, partial(door.give_link, mail=False)),
    "paper": (make_approved, sending.send_on_paper),
    "answer": (make_on_paper, partial(sending.record_answer, answer="accepted", on=dt.date(2026, 3, 10), note="")),
    "print": (make_on_paper, paper.printed),
}


@pytest.mark.parametrize("name", OF_LETTER)
def test_what_is_done_to_a_letter(cast: Cast, name: str) -> None:
    case = make_accepted(cast, state=CaseState.ACTIVE)
    make, verb = OF_LETTER[name]
    letter = make(cast, case)
    worker = () if name not in {"yes", "no"} else ("bram",)
    for who in (*STRANGERS, "ilse", "samira", *worker):
        assert refused(verb, letter, cast.actor(who), cast.at), who
    assert refused(verb, letter, closed(cast.bram, cast.at), cast.at)
    assert Letter.objects.get(pk=letter.pk).state == letter.state


def test_writing_a_letter(cast: Cast) -> None:
    case = make_accepted(cast, state=CaseState.ACTIVE)
    for who in (*STRANGERS, "ilse", "samira"):
        with pytest.raises(Refused):
            make_letter(cast, case, make_service(f"Hulp {who}"), by=cast.actor(who))
    assert not Letter.objects.exists()
