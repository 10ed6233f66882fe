"""A worker asks for a case: the same answer for every reference, one decision, and nobody left waiting."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Notice
from accounts.permissions import Refused
from cases import blocks, closing
from cases.enums import CaseState, EntryKind
from cases.models import Case, TimelineEntry
from referrals import actions, asking
from referrals.enums import HandOver
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_worker
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
WHY = "Ik ken haar van eerder, en zij vroeg naar mij."
DUTCH = {"accept-language": "nl"}
REGIONS = {"ilse": "regional-west", "karin": "regional-noord"}


pytestmark = pytest.mark.usefixtures("clock")


def ask(cast: Cast, case: Case, name: str = "karin") -> Referral | None:
    asking.ask(case.reference, WHY, by=cast.actor(name), at=cast.at)
    return Referral.objects.filter(case=case, kind=HandOver.REQUEST, created_by=cast.users[name]).last()


def give(cast: Cast, case: Case, to: str = "karin", by: str = "bram") -> Referral:
    terms = actions.Terms(HandOver.TRANSFER, "Zij vroeg erom.")
    return actions.propose(
        case, to_worker(cast, to, REGIONS[to]), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor(by),
        at=cast.at, by_phone=True, terms=terms,
    )  # fmt: skip


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=kind, channel="inbox").select_related("user").order_by("user__name")
    return [row.user.first_name for row in rows if row.user]


def test_who_has_the_case_hears_who_asks_and_why(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    row = ask(cast, case)
    assert row is not None
    assert (row.state, str(row.reason), told("case.asked_for")) == ("offered", WHY, ["Bram"])
    assert ask(cast, case) == row  # once more is the same
    assert Notice.objects.filter(kind="case.asked_for", channel="inbox").count() == 1
    assert not Referral.objects.pending().filter(case=case).exists()
    assert not TimelineEntry.objects.filter(kind=EntryKind.HAND_OVER, for_client=True).exists()


def test_the_desk_hears_it_for_a_request_that_it_still_has(cast: Cast) -> None:
    ask(cast, make_case(cast))
    assert told("case.asked_for") == ["Joost", "Samira"]


def test_every_reference_gets_the_same_words(cast: Cast, logged_in: LogIn) -> None:
    mine, closed, out = make_accepted(cast, owner="karin"), make_accepted(cast, client="tom"), make_accepted(cast)
    closing.withdraw(closed, by=cast.actor("tom"), at=cast.at)
    blocks.block(out, cast.karin, by=cast.actor("bram"), at=cast.at, reason="Familie.")
    browser, answers = logged_in(cast.karin), set()
    for reference in (make_accepted(cast).reference, "NB-2222-2222", "onzin", mine.reference):
        answer = browser.post("/overnemen/vragen/", {"reference": reference, "reason": WHY}, headers=DUTCH)
        page = browser.get(answer["Location"], headers=DUTCH).content.decode()
        answers.add((answer.status_code, answer["Location"], "Bestaat deze zaak, dan leest wie hem heeft" in page))
    assert answers == {(302, "/overnemen/", True)}
    for case in (closed, out):
        assert ask(cast, case) is None
    assert Referral.objects.count() == 1


def test_very_many_references_after_each_other_have_to_wait(cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.karin)
    seen = [
        browser.post("/overnemen/vragen/", {"reference": f"NB-2222-222{n}", "reason": WHY}).status_code
        for n in range(2, 9)
    ]
    assert (seen[0], seen[-1]) == (302, 200)


def test_a_no_is_told_calmly_and_the_case_stays(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    row = ask(cast, case)
    assert row is not None
    for _again in range(2):
        asking.refuse(row, by=cast.actor("bram"), at=cast.at)
    row.refresh_from_db()
    assert (row.state, row.answered_by, told("case.not_given")) == ("returned", cast.bram, ["Karin"])
    assert Case.objects.get(pk=case.pk).owner == cast.bram
    assert not Referral.objects.returned_by(cast.actor("bram")).exists()


@pytest.mark.parametrize("name", ["karin", "ilse", "samira", "els", "tom", "vera"])
def test_only_who_has_it_answers(cast: Cast, name: str) -> None:
    row = ask(cast, make_accepted(cast, client="tom"))
    assert row is not None
    with pytest.raises(Refused):
        asking.refuse(row, by=cast.actor(name), at=cast.at)


def test_who_may_not_pass_it_on_still_says_no_or_gives_it_to_the_desk_for_them(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, client="tom", owner="ruben")
    row = ask(cast, case)
    assert row is not None
    assert told("case.asked_for") == ["Ruben"]
    browser, ways = logged_in(cast.ruben), f"/zaken/{case.reference}/doorgeven/"
    assert ways in browser.get(f"/zaken/{case.reference}/", headers=DUTCH).content.decode()
    page = browser.get(ways, headers=DUTCH).content.decode()
    back = f"/zaken/{case.reference}/teruggeven/?for=asked"
    assert (WHY in page, f"{ways}{row.pk}/nee/" in page, back in page) == (True, True, True)
    assert f"{ways}zaak/" not in page
    assert browser.get(f"{ways}zaak/").status_code == 404
    assert "Een collega vroeg om deze zaak." in browser.get(back, headers=DUTCH).content.decode()
    browser.post(back, {"reason": "Een collega vroeg om deze zaak. Ik vind het goed."})
    case.refresh_from_db()
    assert case.state == CaseState.IN_TRIAGE
    assert "Karin" in logged_in(cast.samira).get(f"/loket/{case.reference}/").content.decode()
    asking.refuse(row, by=cast.actor("samira"), at=cast.at)
    assert told("case.not_given") == ["Karin"]


def test_a_no_of_who_may_not_pass_it_on(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, owner="ruben")
    row = ask(cast, case)
    assert row is not None
    assert logged_in(cast.ruben).post(f"/zaken/{case.reference}/doorgeven/{row.pk}/nee/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answered_by, told("case.not_given")) == ("returned", cast.ruben, ["Karin"])


def test_who_asked_cannot_answer_even_for_a_colleague_they_stand_in_for(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast)
    row = ask(cast, case)
    assert row is not None
    assert logged_in(cast.karin).post(f"/zaken/{case.reference}/doorgeven/{row.pk}/nee/").status_code == 404


def test_of_two_who_ask_one_gets_it_and_the_other_is_told(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    first, second = ask(cast, case), ask(cast, case, "ilse")
    assert first and second
    given = give(cast, case)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "returned")
    assert (told("case.asked_won"), told("case.not_given")) == (["Karin"], ["Ilse"])
    actions.accept(given, read=True, by=cast.actor("karin"), at=cast.at)
    assert Case.objects.get(pk=case.pk).owner == cast.karin


def test_the_client_still_says_yes_first(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    ask(cast, case)
    terms = actions.Terms(HandOver.TRANSFER, "Zij vroeg erom.")
    given = actions.propose(
        case, to_worker(cast, "karin", "regional-noord"), destination="REGIONAL_DIRECT", summary=SUMMARY,
        by=cast.actor("bram"), at=cast.at, terms=terms,
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.accept(given, read=True, by=cast.actor("karin"), at=cast.at)
    assert Case.objects.get(pk=case.pk).owner == cast.bram


def test_the_desk_gives_it_by_passing_it_on(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast)
    row = ask(cast, case)
    page = logged_in(cast.samira).get(f"/loket/{case.reference}/?outcome=refer", headers=DUTCH)
    assert WHY in page.content.decode()
    assert "Karin Postma" in {str(one.user) for one in page.context["decide"].found}
    make_referral(cast, case, to=to_worker(cast, "karin", "regional-noord"))
    assert row is not None
    row.refresh_from_db()
    assert row.state == "accepted"


def test_who_has_it_is_reminded_at_half_time_and_once(cast: Cast) -> None:
    row = ask(cast, make_accepted(cast))
    assert row is not None and row.remind_at is not None
    moments = [row.remind_at - dt.timedelta(seconds=1), row.remind_at, row.remind_at + dt.timedelta(minutes=1)]
    assert [actions.remind_due(moment) for moment in moments] == [0, 1, 0]
    assert (told("case.asked_for"), told("referral.reminder")) == (["Bram", "Bram"], [])


@pytest.mark.parametrize("way", ["late", "closed"])
def test_nobody_waits_for_ever(cast: Cast, way: str) -> None:
    case = make_accepted(cast, client="tom", state=CaseState.ACTIVE)
    row = ask(cast, case)
    assert row is not None
    if way == "closed":
        closing.withdraw(case, by=cast.actor("tom"), at=cast.at)
    actions.expire_due(cast.at + dt.timedelta(days=40 if way == "late" else 0))
    row.refresh_from_db()
    assert (row.state, told("case.not_given")) == ("expired" if way == "late" else "withdrawn", ["Karin"])
