"""A client takes back a yes: what waits is not handed over, who reads along stops, and what was accepted stays."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases import notes
from cases.enums import AccessReason, CaseState, EntryKind, NoteKind, Urgency
from cases.models import Case, CaseAccess, TimelineEntry
from cases.moves import NotNow
from referrals import actions, board, consulting, overriding, second_thoughts
from referrals.enums import HandOver
from referrals.models import Referral
from referrals.voice import NotHeard
from tests.desk.counting import queries_of
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import SUMMARY, make_come_back, make_referral, make_second, to_worker
from tests.factories.work import make_accepted
from tests.racing import at_once

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)
KINDS = ["referral", "transfer", "consultation"]
ENGLISH = {"accept-language": "en"}


pytestmark = pytest.mark.usefixtures("clock")


def shared(cast: Cast, kind: str, case: Case | None = None, items: tuple[str, ...] = ()) -> Referral:
    """To Ilse, with Tom's yes: from the desk, or from Bram who has the case."""
    if kind == "referral":
        return make_referral(cast, to=to_worker(cast, "ilse"), client="tom")
    return actions.propose(
        case or make_accepted(cast, client="tom"), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT",
        summary=SUMMARY,
        by=cast.actor("bram"), at=cast.at, by_phone=True,
        terms=actions.Terms(HandOver(kind), "Graag.", items, ends_at=cast.at + DAY if kind == "consultation" else None),
    )  # fmt: skip


def fresh(row: Referral) -> Referral:
    return Referral.objects.select_related("case__owner", "case__data_key").get(pk=row.pk)


def back(cast: Cast, row: Referral) -> Referral:
    return second_thoughts.change_mind(row, by=follower(row.case_id), at=cast.at)


def told(kind: str) -> set[str]:
    rows = Notice.objects.filter(kind=kind, channel="inbox").select_related("user")
    return {row.user.name.split()[0] for row in rows if row.user}


# -- what waits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "state", "owner", "hears"), [
    ("referral", CaseState.IN_TRIAGE, None, "Samira"),
    ("transfer", CaseState.ACCEPTED, "bram", "Bram"),
    ("consultation", CaseState.ACCEPTED, "bram", "Bram"),
])  # fmt: skip
def test_what_waits_is_not_handed_over(cast: Cast, kind: str, state: str, owner: str | None, hears: str) -> None:
    row = shared(cast, kind)
    assert board.see(cast.actor("ilse"), cast.at).offered.count == 1
    assert [back(cast, row).state for _time in range(2)] == ["withdrawn", "withdrawn"]
    row = fresh(row)
    assert (row.consent, row.consent_recorded_by, row.answered_by) == ("taken_back", None, None)
    assert (row.case.state, row.case.owner) == (state, cast.users[owner] if owner else row.case.owner)
    assert board.see(cast.actor("ilse"), cast.at).offered.count == 0
    assert hears in told("referral.yes_back") and "Ilse" not in told("referral.yes_back")
    said = TimelineEntry.objects.filter(case=row.case, kind=EntryKind.CONSENT_REFUSED)
    assert [(line.by_client, line.facts["taken_back"]) for line in said] == [(True, True)]
    kept = AuditEvent.objects.filter(action="referral.consent", part="taken_back", case_id=row.case_id)
    assert [event.actor_kind for event in kept] == ["follower"]


def test_the_client_reads_it_once_and_in_their_own_words(cast: Cast) -> None:
    for kind in KINDS:
        row = shared(cast, kind)
        before = TimelineEntry.objects.filter(case=row.case, for_client=True).count()
        back(cast, row)
        new = TimelineEntry.objects.filter(case=row.case, for_client=True).order_by("-at", "-pk")
        assert (new.count() - before, new.filter(kind=EntryKind.CONSENT_REFUSED).count()) == (1, 1), kind


def test_who_had_it_offered_reads_why_it_is_gone(cast: Cast, logged_in: LogIn) -> None:
    row, ilse = shared(cast, "referral"), logged_in(cast.ilse, headers=ENGLISH)
    back(cast, row)
    answer = ilse.post(reverse("referral", args=[row.pk]), {"read": "on"})
    page = (answer if answer.status_code == 200 else ilse.get(answer.url)).content.decode()
    assert "The client changed their mind" in page and SUMMARY not in page
    with pytest.raises(NotNow, match="changed their mind|heeft zich bedacht"):
        actions.accept(row, read=True, by=cast.actor("ilse"), at=cast.at)


def test_approved_but_not_offered_yet(cast: Cast) -> None:
    """Such as an emergency before anyone spoke to the person."""
    row = make_referral(cast, by_phone=False, client="tom")
    Case.objects.filter(pk=row.case_id).update(urgency=Urgency.EMERGENCY, first_contact_at=None)
    row = actions.approve_summary(row, by=follower(row.case_id), at=cast.at)
    assert row.state == "awaiting_consent"
    assert back(cast, row).state == "withdrawn"
    with pytest.raises(NotNow):
        actions.offer(row, by=cast.actor("samira"), at=cast.at)


def test_before_the_coordinator_decided(cast: Cast) -> None:
    row = make_second(cast, make_come_back(cast, client="tom"))
    assert row.state == "awaiting_coordinator"
    assert back(cast, row).state == "withdrawn"
    with pytest.raises(NotNow):
        actions.agree(row, by=cast.actor("els"), at=cast.at)


def test_the_case_can_be_passed_on_to_somebody_else(cast: Cast) -> None:
    row = shared(cast, "referral")
    back(cast, row)
    other = make_referral(cast, Case.objects.get(pk=row.case_id), to=to_worker(cast, "bram"))
    assert (other.state, fresh(row).state) == ("offered", "withdrawn")
    back(cast, row)
    assert fresh(other).state == "offered"


# -- what was accepted -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["referral", "transfer"])
def test_what_was_accepted_stays_and_says_what_can_be_done(cast: Cast, kind: str) -> None:
    row = actions.accept(shared(cast, kind), read=True, by=cast.actor("ilse"), at=cast.at)
    with pytest.raises(NotNow, match="Je kunt om iemand anders vragen"):
        back(cast, row)
    assert (fresh(row).state, fresh(row).consent, fresh(row).case.owner) == ("accepted", "by_phone", cast.ilse)


def test_who_reads_along_stops_at_once(cast: Cast, logged_in: LogIn) -> None:
    row = actions.accept(shared(cast, "consultation"), read=True, by=cast.actor("ilse"), at=cast.at)
    page, ilse = reverse("reading", args=[row.pk]), logged_in(cast.ilse)
    assert ilse.get(page).status_code == 200
    assert [back(cast, row).state for _time in range(2)] == ["ended", "ended"]
    assert ilse.get(page).status_code == 404
    assert not CaseAccess.objects.live(cast.at).filter(case=row.case, reason=AccessReason.CONSULTATION).exists()
    assert (told("referral.consulted"), told("referral.yes_back")) == ({"Ilse"}, {"Bram"})
    assert fresh(row).case.owner == cast.bram
    with pytest.raises(Refused):
        consulting.advise(row, "Toch nog iets.", by=cast.actor("ilse"), at=cast.at)


@pytest.mark.parametrize("how", ["asked", "returned", "without a yes"])
def test_where_there_is_no_yes_there_is_none_to_take_back(cast: Cast, how: str) -> None:
    row = make_referral(cast, to=to_worker(cast, "ilse"), by_phone=how == "returned", client="tom")
    if how == "returned":
        actions.return_to_desk(row, reason="no_capacity", note="", by=cast.actor("ilse"), at=cast.at)
    elif how == "without a yes":
        overriding.override(row, reason="Hij kan hier echt niet op wachten.", by=cast.actor("els"), at=cast.at)
    before = fresh(row).state
    with pytest.raises(NotNow):
        back(cast, fresh(row))
    assert fresh(row).state == before


# -- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_client(cast: Cast, kind: str) -> None:
    row = shared(cast, kind)
    for name in ("samira", "bram", "ilse", "karin", "els", "vera", "lisa"):
        with pytest.raises(Refused):
            second_thoughts.change_mind(row, by=cast.actor(name), at=cast.at)
    with pytest.raises(Refused):
        second_thoughts.change_mind(row, by=follower(make_case(cast).pk), at=cast.at)
    for name in ("ilse", "karin", "vera", "tom", "lisa"):
        with pytest.raises(Refused):
            second_thoughts.change_mind_by_phone(row, phrase=PHRASE, by=cast.actor(name), at=cast.at)
    assert fresh(row).state == "offered"


def test_by_voice_with_the_pass_phrase(cast: Cast, logged_in: LogIn) -> None:
    row, samira = shared(cast, "referral"), logged_in(cast.samira, headers=ENGLISH)
    page = reverse("case_yes_back", args=[row.case.reference, row.pk])
    assert page in samira.get(reverse("triage", args=[row.case.reference])).content.decode()
    assert "The client changed their mind" in samira.get(page).content.decode()
    wrong = samira.post(page, {"phrase": "aap noot mies wim zus jet"})
    assert (wrong.status_code, fresh(row).state) == (200, "offered")
    assert "phrase" in wrong.context["form"].errors and "mies" not in wrong.content.decode()
    assert samira.post(page, {}).context["form"].errors
    for _time in range(2):
        answer = samira.post(page, {"phrase": PHRASE})
        assert (answer.status_code, answer.url) == (302, reverse("triage", args=[row.case.reference]))
    assert samira.get(page).status_code == 302
    assert (fresh(row).state, fresh(row).consent_recorded_by) == ("withdrawn", cast.samira)
    assert "The client took back a yes" in samira.get(reverse("triage", args=[row.case.reference])).content.decode()


def test_the_worker_records_it_for_who_reads_along(cast: Cast, logged_in: LogIn) -> None:
    row = actions.accept(shared(cast, "consultation"), read=True, by=cast.actor("ilse"), at=cast.at)
    page, bram = reverse("case_yes_back", args=[row.case.reference, row.pk]), logged_in(cast.bram, headers=ENGLISH)
    ways = reverse("case_ways", args=[row.case.reference])
    assert page in bram.get(ways).content.decode()
    assert bram.post(page, {"phrase": PHRASE}).url == ways
    assert fresh(row).state == "ended"
    assert "Yes taken back by the client" in bram.get(ways).content.decode()


def test_a_wrong_phrase_records_nothing_but_the_try(cast: Cast) -> None:
    row = shared(cast, "transfer")
    with pytest.raises(NotHeard):
        second_thoughts.change_mind_by_phone(row, phrase="nee", by=cast.actor("bram"), at=cast.at)
    assert (fresh(row).state, fresh(row).consent) == ("offered", "by_phone")
    assert AuditEvent.objects.filter(action="voice.refused", case_id=row.case_id).count() == 1


# -- the client's page -------------------------------------------------------------------------------


def tom(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.tom, headers=ENGLISH)


def address(row: Referral, page: str = "my_shared") -> str:
    return reverse(page, args=[row.case.reference])


def test_the_client_sees_what_they_share_and_stops_it(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, client="tom")
    note = notes.write(case, "Hij slaapt slecht.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at)
    row, browser = shared(cast, "consultation", case, (f"n{note.pk}",)), tom(cast, logged_in)
    assert address(row) in browser.get(address(row, "my_case")).content.decode()
    page = browser.get(address(row)).content.decode()
    assert "And how to reach you." in page
    Referral.objects.update(share_contact=False)
    assert "And how to reach you." not in browser.get(address(row)).content.decode()
    assert SUMMARY in page and "Hij slaapt slecht." in page and "Ilse Çelik" in page and "I changed my mind" in page
    for _time in range(2):
        answer = browser.post(address(row), {"shared": str(row.pk)})
        assert (answer.status_code, answer.url) == (302, address(row, "my_case"))
    assert fresh(row).state == "withdrawn"
    assert "Nothing is shared or waits now." in browser.get(address(row)).content.decode()
    assert address(row) not in browser.get(address(row, "my_case")).content.decode()
    history = browser.get(address(row, "my_history")).content.decode()
    assert "You took your yes back. We no longer share anything with Ilse Çelik" in history


def test_too_late_is_said_calmly(cast: Cast, logged_in: LogIn) -> None:
    row, browser = shared(cast, "referral"), tom(cast, logged_in)
    actions.accept(row, read=True, by=cast.actor("ilse"), at=cast.at)
    answer = browser.post(address(row), {"shared": str(row.pk)}, follow=True)
    page = answer.content.decode()
    assert "Ilse Çelik has just said yes and helps you now. You can ask for someone else." in page
    assert address(row, "my_someone_else") in page and "I changed my mind" not in page
    assert fresh(row).state == "accepted"


def test_with_the_reference_and_the_pass_phrase(cast: Cast) -> None:
    row, browser = shared(cast, "referral"), Client()
    session = browser.session
    session["follow"] = {"id": str(row.case_id), "advice": False, "at": cast.at.isoformat()}
    session.save()
    browser.cookies["__Host-session"] = session.session_key
    assert browser.post(reverse("follow_shared"), {"shared": str(row.pk)}).url == reverse("follow_case")
    assert fresh(row).state == "withdrawn"


@pytest.mark.parametrize("sent", [{}, {"shared": "x"}, {"shared": "00000000-0000-0000-0000-000000000001"}])
def test_nonsense_changes_nothing(cast: Cast, logged_in: LogIn, sent: dict[str, str]) -> None:
    row = shared(cast, "referral")
    assert tom(cast, logged_in).post(address(row), sent).status_code == 404
    assert fresh(row).state == "offered"


def test_nobody_else_opens_it_and_a_look_changes_nothing(cast: Cast, logged_in: LogIn) -> None:
    row = shared(cast, "transfer")
    for name in ("lisa", "bram", "ilse", "samira"):
        assert logged_in(cast.users[name]).post(address(row), {"shared": str(row.pk)}).status_code == 404
    other = make_case(cast, client="lisa")
    theirs = reverse("my_shared", args=[other.reference])
    assert logged_in(cast.lisa).post(theirs, {"shared": str(row.pk)}).status_code == 404
    assert tom(cast, logged_in).get(address(row)).status_code == 200
    assert fresh(row).state == "offered"


@pytest.mark.parametrize("many", [1, 30])
def test_as_many_queries_for_one_as_for_thirty(cast: Cast, logged_in: LogIn, many: int) -> None:
    case, browser = make_accepted(cast, client="tom"), tom(cast, logged_in)
    note = notes.write(case, "Hij slaapt slecht.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at)
    for _number in range(many):
        row = shared(cast, "consultation", case, (f"n{note.pk}",))
        actions.accept(row, read=True, by=cast.actor("ilse"), at=cast.at)
    found: list[Any] = []
    statements = queries_of(lambda: found.append(browser.get(address(row))))
    assert found[0].content.decode().count('name="shared"') == many
    assert len(statements) <= 12, statements


# -- at the same moment ------------------------------------------------------------------------------


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("number", [5, pytest.param(500, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_accepting_against_taking_back_has_one_winner(at: dt.datetime, kind: str, number: int) -> None:
    cast = make_cast(at)
    ilse = cast.actor("ilse")
    for _round in range(number):
        row = shared(cast, kind)
        answers = at_once(
            lambda row=row: actions.accept(row, read=True, by=ilse, at=cast.at),
            lambda row=row: back(cast, row),
        )
        row, reads = fresh(row), CaseAccess.objects.live(cast.at).filter(case=row.case_id, user=cast.ilse)
        if kind == "consultation" and answers == ["done", "done"]:
            assert row.state == "ended"  # taken back after it was accepted: that ends it
        else:
            assert sorted(answers) == ["NotNow", "done"]
            assert row.state == ("accepted" if answers[0] == "done" else "withdrawn")
        assert reads.exists() == (row.state == "accepted")
        assert (row.consent == "taken_back") == (answers[1] == "done")
