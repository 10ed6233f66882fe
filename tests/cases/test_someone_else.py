"""A client asks for somebody else: who is told, what the desk can do, and who is not suggested meanwhile."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from cases import actions, someone_else
from cases.enums import AccessReason, CaseOutcome, CaseState, EntryKind
from cases.models import Case, SomeoneElse
from cases.moves import NotNow
from referrals.matching import candidates
from referrals.models import Coverage
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
ENGLISH = {"accept-language": "en"}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now_cast(db: None) -> Cast:
    """For pages, which read the clock."""
    return make_cast(timezone.localtime())


@pytest.fixture
def case(cast: Cast) -> Case:
    """With Bram, who accepted it."""
    return make_accepted(cast)


def ask(case: Case, cast: Cast, why: str = "") -> SomeoneElse:
    return someone_else.ask(case, why=why, by=follower(case.pk), at=cast.at)


def told(kind: str) -> set[str]:
    return {row.user.first_name for row in Notice.objects.filter(kind=kind, channel="inbox").select_related("user")}


def test_the_desk_is_told_and_asking_changes_nothing_else(case: Case, cast: Cast) -> None:
    row = ask(case, cast, "Hij kent mijn broer.")
    case.refresh_from_db()
    assert (row.away_from, row.why, row.state) == (cast.bram, "Hij kent mijn broer.", "open")
    assert (case.owner, case.state, case.primary_contact) == (cast.bram, "accepted", cast.bram)
    assert case.access.filter(user=cast.bram, ends_at=None).exists()
    assert "Bram" not in told("case.someone_else")
    assert "Samira" in told("case.someone_else")
    assert not case.timeline.filter(kind=EntryKind.SOMEONE_ELSE).exists()


def test_asking_twice_is_once(case: Case, cast: Cast) -> None:
    assert ask(case, cast, "Een.") == ask(case, cast, "Twee.")
    assert SomeoneElse.objects.get().why == "Een."
    assert AuditEvent.objects.filter(action="someone_else.asked").count() == 1


def test_two_at_the_same_moment_are_one(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    case = make_accepted(cast)

    def one(_number: int) -> None:
        try:
            ask(case, cast)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    assert SomeoneElse.objects.count() == 1


def test_the_desk_looks_for_another_and_the_worker_hears_only_that(case: Case, cast: Cast) -> None:
    ask(case, cast, "Hij kent mijn broer.")
    someone_else.look(case, by=cast.actor("samira"), at=cast.at)
    case.refresh_from_db()
    assert (case.state, case.owner) == (CaseState.IN_TRIAGE, None)
    assert not case.access.filter(user=cast.bram, ends_at=None).exclude(reason=AccessReason.BLOCKED).exists()
    assert told("case.someone_else_helps") == {"Bram"}
    lines = " ".join(str(row.text) for row in case.timeline.all())
    assert "broer" not in lines
    with pytest.raises(NotNow):
        someone_else.look(case, by=cast.actor("samira"), at=cast.at)


def test_it_stays_when_that_was_talked_about(case: Case, cast: Cast) -> None:
    ask(case, cast)
    someone_else.stays(case, by=cast.actor("samira"), at=cast.at)
    case.refresh_from_db()
    assert (case.owner, SomeoneElse.objects.get().state) == (cast.bram, "stays")
    assert case.timeline.get(kind=EntryKind.SOMEONE_ELSE).for_client is True


def suggested(case: Case, cast: Cast) -> list[str]:
    return [one.user.first_name for one in candidates(Case.objects.get(pk=case.pk), cast.at) if one.user]


def test_whom_they_asked_away_from_is_not_suggested_until_the_client_says_so(cast: Cast) -> None:
    for name in ("bram", "ilse"):
        Coverage.objects.create(user=cast.users[name], unit=cast.units["90bat-a"], starts_on=cast.at.date())
    case = make_accepted(cast)
    ask(case, cast)
    assert suggested(case, cast) == ["Ilse"]
    someone_else.look(case, by=cast.actor("samira"), at=cast.at)
    assert suggested(case, cast) == ["Ilse"]
    assert suggested(make_case(cast), cast) == ["Ilse", "Bram"] or suggested(make_case(cast), cast) == ["Bram", "Ilse"]
    for _twice in range(2):
        someone_else.take_back(case, by=follower(case.pk), at=cast.at)
    assert set(suggested(case, cast)) == {"Bram", "Ilse"}
    assert AuditEvent.objects.filter(action="someone_else.answered").count() == 2


def test_closing_leaves_nothing_to_answer(case: Case, cast: Cast) -> None:
    ask(case, cast)
    actions.close(case, outcome=CaseOutcome.HELPED, note="", by=cast.actor("bram"), at=cast.at)
    assert SomeoneElse.objects.get().state == "over"
    with pytest.raises(NotNow):
        ask(case, cast)


def test_at_the_desk_it_is_about_who_took_it_and_they_do_not_read_why(now_cast: Cast, logged_in: LogIn) -> None:
    cast, at = now_cast, timezone.now()
    case = make_case(cast, owner="samira", state=CaseState.IN_TRIAGE)
    Case.objects.filter(pk=case.pk).update(primary_contact=cast.samira)
    someone_else.ask(case, why="Ze was kortaf.", by=follower(case.pk), at=at)
    assert "Samira" not in told("case.someone_else")
    page = reverse("case_someone_else", args=[case.reference])
    row = SomeoneElse.objects.get()
    mine = logged_in(cast.samira)
    text = mine.get(page, headers=ENGLISH).content.decode()
    assert "This is about you." in text
    assert "kortaf" not in text
    assert mine.post(page, {"asked": row.pk, "decision": "stays"}).status_code == 403
    text = logged_in(cast.joost).get(page, headers=ENGLISH).content.decode()
    assert "Ze was kortaf." in text


def test_the_client_asks_sees_it_and_takes_it_back(now_cast: Cast, logged_in: LogIn) -> None:
    cast = now_cast
    case = make_accepted(cast, client="tom")
    browser, page = logged_in(cast.tom), f"/mijn/{case.reference}/iemand-anders/"
    assert page in browser.get(f"/mijn/{case.reference}/").content.decode()
    assert "you need not say why" in browser.get(page, headers=ENGLISH).content.decode()
    for _twice in range(2):
        assert browser.post(page, {"why": "Het klikt niet."}).status_code == 302
    assert SomeoneElse.objects.count() == 1
    text = browser.get(page, headers=ENGLISH).content.decode()
    assert "Het klikt niet." in text
    assert "Until then Bram de Wit stays your contact person" in text
    browser.post(page, {"take_back": "1"})
    assert SomeoneElse.objects.get().state == "taken_back"
    assert "Ask for someone else" in browser.get(page, headers=ENGLISH).content.decode()


def test_too_long_is_said_at_the_field_and_the_words_stay(now_cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now_cast, client="tom")
    answer = logged_in(now_cast.tom).post(f"/mijn/{case.reference}/iemand-anders/", {"why": "lang " * 300})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="#id_why"' in text
    assert "lang lang lang" in text
    assert not SomeoneElse.objects.exists()


def test_the_desk_decides_on_its_page_and_a_second_click_changes_nothing(now_cast: Cast, logged_in: LogIn) -> None:
    cast, at = now_cast, timezone.now()
    case = make_accepted(cast, at=at - HOUR)
    row = someone_else.ask(case, why="Het klikt niet.", by=follower(case.pk), at=at)
    browser, page = logged_in(cast.samira), reverse("case_someone_else", args=[case.reference])
    overview = browser.get(reverse("case", args=[case.reference]), headers=ENGLISH).content.decode()
    assert "The client would rather talk with someone else." in overview
    text = browser.get(page, headers=ENGLISH).content.decode()
    assert "Het klikt niet." in text
    assert "Bram de Wit no longer sees it" in text
    assert 'href="#id_decision' in browser.post(page, {"asked": row.pk}).content.decode()
    for _twice in range(2):
        assert browser.post(page, {"asked": row.pk, "decision": "looking"}).status_code == 302
    assert SomeoneElse.objects.get().state == "looking"
    case.refresh_from_db()
    assert case.state == CaseState.IN_TRIAGE


def test_the_desk_enters_it_for_who_calls(now_cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now_cast)
    page = reverse("case_someone_else", args=[case.reference])
    for _twice in range(2):
        assert logged_in(now_cast.samira).post(page, {"why": "Belde erover."}).status_code == 302
    row = SomeoneElse.objects.get()
    assert (row.entered_by, row.away_from, row.why) == (now_cast.samira, now_cast.bram, "Belde erover.")


def test_words_stay_when_the_case_was_closed_meanwhile(now_cast: Cast, logged_in: LogIn) -> None:
    case, desk = make_case(now_cast), logged_in(now_cast.samira)
    address = reverse("case_someone_else", args=[case.reference])
    actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=now_cast.actor("samira"), at=now_cast.at)
    page = desk.post(address, {"why": "Zij kent mijn broer", "asked": ""}, headers=ENGLISH).content.decode()
    assert "Zij kent mijn broer" in page and "closed" in page and not SomeoneElse.objects.exists()


@pytest.mark.parametrize("name", ["bram", "ilse", "vera", "arie", "tom", "max"])
def test_nobody_but_the_desk_reads_it(now_cast: Cast, logged_in: LogIn, name: str) -> None:
    case = make_accepted(now_cast, client="tom")
    someone_else.ask(case, why="Het klikt niet.", by=follower(case.pk), at=timezone.now())
    page = reverse("case_someone_else", args=[case.reference])
    browser = logged_in(now_cast.users[name])
    assert browser.get(page).status_code == 404
    assert browser.post(page, {"decision": "stays"}).status_code == 404
    if name == "bram":
        for address in ("case", "case_people", "case_timeline"):
            text = browser.get(reverse(address, args=[case.reference])).content.decode()
            assert "klikt" not in text
            assert page not in text
