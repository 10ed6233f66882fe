"""Why a hand-over comes back against what happens then: the whole table, and each step by the verb itself."""

import datetime as dt
from collections.abc import Callable
from itertools import product

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases.closing import close
from cases.enums import AccessReason, CaseState, EntryKind
from cases.models import Case, SamePerson, TimelineEntry
from cases.permissions import grant
from referrals import actions, steering
from referrals.enums import BY_WORKER, STEERS, Consent, HandOver, NextStep, ReferralState, ReturnReason, next_step
from referrals.matching import candidates
from referrals.models import Referral
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_team, to_worker
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)
LOOKS, NEXT, JOINED, KEEPS, STAYS = (
    NextStep.DESK_LOOKS, NextStep.NEXT_WORKER, NextStep.JOINED, NextStep.DESK_KEEPS, NextStep.STAYS,
)  # fmt: skip
TABLE = {
    # reason: next step of a referral, whether who returned it is never suggested again
    "conflict": (LOOKS, True),
    "wrong_unit": (LOOKS, True),
    "no_capacity": (NEXT, False),
    "duplicate": (JOINED, False),
    "client_declines": (KEEPS, False),
    "other_help": (LOOKS, False),
    "more_needed": (LOOKS, False),
}


@pytest.mark.parametrize(("reason", "kind", "state"), list(product(ReturnReason, HandOver, ReferralState)))
def test_the_truth_table_of_reasons_against_next_steps(reason: str, kind: str, state: str) -> None:
    step, never_again = TABLE[reason]
    offered = step if kind == HandOver.REFERRAL else STAYS
    assert next_step(reason, kind, state) == (offered if state == ReferralState.OFFERED else None)
    assert STEERS[reason].never_again is never_again


def give_back(cast: Cast, referral: Referral, reason: str, by: str = "bram", **more: object) -> Case:
    when = {"by": cast.actor(by), "at": cast.at + HOUR, "note": "Daarom."} | more
    actions.return_to_desk(referral, reason=reason, **when)
    return Case.objects.get(pk=referral.case_id)


def told(kind: str) -> set[str]:
    return {row.user.first_name for row in Notice.objects.filter(kind=kind, channel="inbox").select_related("user")}


@pytest.mark.parametrize("reason", [reason for reason, row in TABLE.items() if row[0] in {LOOKS, KEEPS}])
def test_most_reasons_bring_it_back_to_the_desk(cast: Cast, reason: str) -> None:
    case = give_back(cast, make_referral(cast), reason)
    assert (case.state, case.returned_at) == ("in_triage", cast.at + HOUR)
    assert Referral.objects.pending().filter(case=case).count() == 0
    assert told("referral.back") == {"Samira", "Joost"}


@pytest.mark.parametrize("reason", [reason for reason, row in TABLE.items() if row[1]])
def test_who_does_not_fit_is_never_suggested_again(cast: Cast, reason: str) -> None:
    case = give_back(cast, make_referral(cast, to=to_worker(cast, "bram")), reason)
    names = {one.user.first_name for one in candidates(case, cast.at + HOUR, destination="REGIONAL_DIRECT") if one.user}
    assert "Bram" not in names


def test_a_yes_to_a_team_covers_the_colleague_who_has_room(cast: Cast) -> None:
    """The client approved these words for somebody of this team: they need not be asked again."""
    first = make_referral(cast)
    case = give_back(cast, first, "no_capacity")
    second = Referral.objects.pending().get(case=case)
    assert (case.state, second.state, second.to_user, second.to_team) == (
        "referred", "offered", cast.ilse, first.to_team,
    )  # fmt: skip
    assert (second.consent, second.consent_at, second.summary) == (first.consent, first.consent_at, first.summary)
    assert (second.created_by, second.offered_at) == (cast.samira, cast.at + HOUR)
    assert told("referral.offered") == {"Bram", "Ilse"}  # Bram at first, Ilse both times
    assert told("referral.next") == {"Samira", "Joost"}
    assert told("referral.back") == set()


def test_a_yes_to_one_person_covers_nobody_else(cast: Cast) -> None:
    """The client said yes to Bram by name; before Ilse reads a word, they are asked."""
    first = make_referral(cast, to=to_worker(cast, "bram"))
    case = give_back(cast, first, "no_capacity")
    second = Referral.objects.pending().get(case=case)
    assert (case.state, second.state, second.consent, second.consent_at) == (
        "in_triage", "awaiting_consent", "asked", None,
    )  # fmt: skip
    assert second.to_user != cast.bram
    assert not Referral.objects.addressed_to(cast.actor("ilse")).filter(case=case, state="offered").exists()
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.CONSENT_ASKED, for_client=True).count() == 1


def test_when_nobody_is_left_the_desk_is_told_so_and_nobody_is_asked_twice(cast: Cast) -> None:
    referral = make_referral(cast)
    asked = []
    for _turn in range(12):
        by = {"to_user": referral.to_user} if referral.to_user else {"to_user": cast.bram}
        asked.append(by["to_user"].first_name)
        case = give_back(cast, referral, "no_capacity", by=by["to_user"].first_name.lower())
        found = Referral.objects.pending().filter(case=case).first()
        if found is None:
            break
        if found.state == "awaiting_consent":
            found = actions.approve_by_phone(found, phrase=PHRASE, by=cast.actor("samira"), at=cast.at + HOUR)
        referral = found
        if referral.to_user is None:
            break
    assert len(asked) == len(set(asked))
    assert "Bram" in asked
    assert "Ilse" in asked
    if Referral.objects.pending().filter(case=case).exists():
        return  # a whole team of another region is left: that is somebody
    assert case.state == "in_triage"
    assert told("referral.nobody") == {"Samira", "Joost"}
    facts = TimelineEntry.objects.filter(case=case, kind=EntryKind.HAND_OVER).values_list("facts", flat=True)
    assert list(facts) == [{"what": "nobody"}]


def test_a_second_click_is_the_same_return(cast: Cast) -> None:
    referral = make_referral(cast)
    give_back(cast, referral, "no_capacity")
    give_back(cast, referral, "no_capacity")
    assert Referral.objects.filter(case=referral.case).count() == 2
    assert AuditEvent.objects.filter(action="referral.returned").count() == 1


def helped(cast: Cast) -> Case:
    """Another case, in which Bram helps already."""
    other = make_referral(cast, case=make_case(cast))
    actions.accept(other, read=True, by=cast.actor("bram"), at=cast.at)
    return Case.objects.get(pk=other.case_id)


def test_a_second_request_is_linked_and_put_together_with_the_case_of_the_worker(cast: Cast) -> None:
    mine = helped(cast)
    case = give_back(cast, make_referral(cast), "duplicate", other=mine)
    assert SamePerson.objects.filter(undone_at=None).count() == 1
    assert (case.state, case.outcome) == ("closed", "merged")
    assert told("referral.joined") == {"Samira", "Joost"}
    assert Case.objects.get(pk=mine.pk).owner == cast.bram


def test_what_is_not_at_rest_is_linked_and_stays_with_the_desk(cast: Cast) -> None:
    mine = helped(cast)
    close(mine, outcome="helped", by=cast.actor("bram"), at=cast.at)
    case = give_back(cast, make_referral(cast), "duplicate", other=mine)
    assert SamePerson.objects.filter(undone_at=None).count() == 1
    assert case.state == "in_triage"
    assert told("referral.back") == {"Samira", "Joost"}


def test_a_second_request_needs_the_other_one(cast: Cast) -> None:
    referral = make_referral(cast)
    with pytest.raises(actions.NeedsReason):
        give_back(cast, referral, "duplicate")
    assert Referral.objects.get(pk=referral.pk).state == "offered"


def test_only_a_case_that_the_worker_has_is_joined(cast: Cast) -> None:
    """By reference and by direct call: a case of somebody else is neither linked nor told of."""
    theirs = make_case(cast)
    for reference in (theirs.reference, "NB-2222-2222", "onzin"):
        with pytest.raises(steering.NotJoined):
            steering.helped_case(reference, by=cast.actor("bram"), at=cast.at)
    with pytest.raises(Refused):
        give_back(cast, make_referral(cast), "duplicate", other=theirs)
    assert not SamePerson.objects.exists()


def test_the_next_worker_is_not_somebody_the_client_keeps_out(cast: Cast) -> None:
    referral = make_referral(cast)
    grant(referral.case, reason=AccessReason.BLOCKED, user_id=cast.ilse.pk, at=cast.at, source="blocked")
    case = give_back(cast, referral, "no_capacity")
    assert not Referral.objects.pending().filter(case=case, to_user=cast.ilse).exists()


def test_what_was_decided_and_asked_for_goes_along(cast: Cast) -> None:
    first = make_referral(cast, to=to_team(cast))
    Referral.objects.filter(pk=first.pk).update(warm=True, decided_by=cast.els, decided_at=cast.at)
    give_back(cast, first, "no_capacity")
    second = Referral.objects.pending().get(case=first.case)
    assert (second.warm, second.decided_by, second.consent) == (True, cast.els, Consent.BY_PHONE)
    assert Case.objects.get(pk=first.case_id).state == CaseState.REFERRED


def test_the_desk_hears_when_the_client_does_not_answer_about_the_next_one(cast: Cast) -> None:
    """A question that nobody asked by hand has a clock all the same."""
    case = give_back(cast, make_referral(cast, to=to_worker(cast, "bram")), "no_capacity")
    second = Referral.objects.pending().get(case=case)
    assert second.due_at is not None
    assert AuditEvent.objects.filter(action="referral.proposed", object_id=str(second.pk)).count() == 1
    assert actions.chase_due(second.due_at) == 1
    assert told("referral.consent_late") == {"Samira", "Joost"}


def test_who_does_not_give_advice_reads_what_happens_then(cast: Cast, logged_in: Callable[..., Client]) -> None:
    """The case stays with the colleague: nothing is put together, and the desk does not read the note."""
    terms = actions.Terms(HandOver.CONSULTATION, reason="Raad.", ends_at=cast.at + dt.timedelta(days=5))
    row = actions.propose(
        make_accepted(cast), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary="Wil rust.", terms=terms,
        by=cast.actor("bram"), at=cast.at, by_phone=True,
    )  # fmt: skip
    with time_machine.travel(cast.at, tick=False):
        browser = logged_in(cast.ilse)
        address = reverse("referral_return", args=[row.pk])
        page = browser.get(address, headers={"accept-language": "nl"}).content.decode()
        assert "De zaak blijft bij de collega" in page and "Wat moet je collega weten?" in page
        assert "Wat moet het loket weten?" not in page and 'name="other"' not in page
        answer = browser.post(address, {"reason": "more_needed"}, headers={"accept-language": "nl"})
        assert "Schrijf op wat je collega moet weten." in answer.content.decode()
        assert browser.post(address, {"reason": "duplicate", "note": "Zij belt mij al."}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.return_reason) == ("returned", "duplicate")


@pytest.mark.parametrize(("kind", "reason"), list(product(BY_WORKER, ReturnReason)))
def test_what_a_worker_asked_stays_with_them_whatever_the_reason(cast: Cast, kind: HandOver, reason: str) -> None:
    case = make_accepted(cast, client="tom")
    terms = actions.Terms(kind, reason="Raad.", ends_at=cast.at + dt.timedelta(days=5))
    row = actions.propose(
        case, to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary="Wil rust.", terms=terms,
        by=cast.actor("bram"), at=cast.at, by_phone=True,
    )  # fmt: skip
    case = give_back(cast, row, reason, by="ilse", other=make_case(cast))
    assert (case.state, case.owner, case.primary_contact) == ("accepted", cast.bram, cast.bram)
    assert not Referral.objects.pending().filter(case=case).exists()
    assert told("referral.answered") == {"Bram"}
