"""A blocked person sees nothing, whatever lets them in, and is told nothing."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.delivery import _deliver
from accounts.models import AuditEvent, Notice, User
from accounts.notices import tell_user
from cases import actions, blocks, messages, timeline
from cases.enums import AccessReason, AccessScope, CaseState
from cases.handback import hand_back
from cases.models import Case, CaseAccess, KeepOut
from cases.moves import NeedsReason, NotNow
from cases.notices import CASE_GIVEN, CLIENT_NEWS, GUEST_NEWS
from cases.permissions import grant
from desk import queue
from referrals.actions import return_to_desk
from referrals.enums import ReturnReason
from referrals.matching import candidates
from referrals.models import Referral
from referrals.moves import receivers
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import make_referral
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now_cast(db: None) -> Cast:
    """For pages, which read the clock."""
    return make_cast(timezone.localtime())


def test_the_client_names_a_colleague_and_the_row_is_there(now_cast: Cast, logged_in: LogIn) -> None:
    cast = now_cast
    case = make_accepted(cast, client="tom", region=cast.units["90bat"].region)
    browser = logged_in(cast.tom)
    page = f"/mijn/{case.reference}/niet-zien/"
    assert "Ilse Çelik" in browser.get(page).content.decode()
    for _twice in range(2):
        assert browser.post(page, {"colleague": str(cast.ilse.pk)}).status_code == 302
    row = KeepOut.objects.get()
    assert (row.user, row.by_client, row.resolved_at is None) == (cast.ilse, True, False)
    assert CaseAccess.objects.filter(case=case, reason=AccessReason.BLOCKED, user=cast.ilse).count() == 1
    assert "Ilse Çelik" in browser.get(f"/mijn/{case.reference}/wie-keek/").content.decode()
    assert not Notice.objects.filter(user=cast.ilse).exists()


def test_own_words_wait_for_the_desk(now_cast: Cast, logged_in: LogIn) -> None:
    cast, at = now_cast, timezone.now()
    case = make_case(cast, client="tom")
    logged_in(cast.tom).post(f"/mijn/{case.reference}/niet-zien/", {"words": "Mijn zwager Ilse"})
    row = KeepOut.objects.get()
    row.case = case
    assert (row.words, row.user, row.resolved_at) == ("Mijn zwager Ilse", None, None)
    samira = logged_in(cast.samira)
    for path in (f"/loket/{case.reference}/", f"/zaken/{case.reference}/betrokkenen/"):
        assert f"/zaken/{case.reference}/niet-zien/" in samira.get(path).content.decode()
    answer = {"asked": str(row.pk), "colleague": str(cast.ilse.pk), "reason": "Is de zus van de vrouw van de cliënt."}
    assert samira.post(f"/zaken/{case.reference}/niet-zien/", answer).status_code == 302
    row.refresh_from_db()
    assert (row.user, row.resolved_by) == (cast.ilse, cast.samira)
    assert not blocks.is_waiting(case)
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.ilse.pk, at=at)
    assert logged_in(cast.ilse).get(f"/zaken/{case.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "Kies iemand"),
        ({"email": "nergens@nabij.example", "reason": "x"}, "Geen account heeft dit adres"),
        ({"email": "geen adres"}, "Vul een e-mailadres in"),
        ({"email": "max@thuis.example"}, "Schrijf op waarom"),
        ({"email": "tom@thuis.example", "reason": "x"}, "eigen account van de cliënt"),
    ],
)
def test_staff_are_told_what_is_missing(now_cast: Cast, logged_in: LogIn, answer: dict[str, str], words: str) -> None:
    case = make_case(now_cast, client="tom")
    page = logged_in(now_cast.samira).post(f"/zaken/{case.reference}/niet-zien/", answer)
    assert words in page.content.decode()
    assert not KeepOut.objects.exists()


def test_someone_without_an_account_keeps_nobody_out(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    row = blocks.ask(case, "Mijn buurman", by=cast.actor("tom"), at=at)
    blocks.no_account(row, by=cast.actor("samira"), at=at)
    assert not blocks.is_waiting(case)
    assert not CaseAccess.objects.filter(reason=AccessReason.BLOCKED).exists()


def test_only_who_works_on_it_may_name_someone(now_cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now_cast, client="tom")
    path = f"/zaken/{case.reference}/niet-zien/"
    expected = {"bram": 200, "ilse": 404, "karin": 404, "samira": 403, "tom": 404, "arie": 404}
    found = {name: logged_in(now_cast.users[name]).get(path).status_code for name in expected}
    assert found == expected


def test_an_owner_who_is_kept_out_loses_the_case(cast: Cast, at: dt.datetime) -> None:
    at_desk, with_worker = make_case(cast, client="tom"), make_accepted(cast, client="tom")
    blocks.block(at_desk, cast.samira, by=cast.actor("tom"), at=at)
    blocks.block(with_worker, cast.bram, by=cast.actor("bram"), at=at, reason="Is mijn neef.")
    at_desk.refresh_from_db()
    with_worker.refresh_from_db()
    assert (at_desk.owner, with_worker.owner, with_worker.state) == (None, None, CaseState.IN_TRIAGE)
    for who in ("samira", "bram"):
        seen = set(Case.objects.visible_to(cast.actor(who), at))
        assert seen == ({with_worker} if who == "samira" else set())
    with pytest.raises(NeedsReason):
        blocks.block(with_worker, cast.joost, by=cast.actor("samira"), at=at)


def test_a_block_holds_in_lists_counts_search_board_and_matching(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom", owner=None, state=CaseState.SUBMITTED)
    blocks.block(case, cast.joost, by=cast.actor("tom"), at=at)
    joost = cast.actor("joost")
    assert Case.objects.visible_to(joost, at).count() == 0
    assert Case.objects.visible_to(joost, at, many=True).new().count() == 0
    assert queue.new_since(joost, at - HOUR, at) == 0
    referral = make_referral(cast, client="tom")
    blocks.block(referral.case, cast.bram, by=cast.actor("tom"), at=at)
    assert not Referral.objects.offered_to(cast.actor("bram")).exists()
    assert list(Referral.objects.offered_to(cast.actor("ilse"))) == [referral]
    assert cast.bram not in receivers(referral, at)
    names = {found.user for found in candidates(referral.case, at, destination="REGIONAL_DIRECT") if found.user}
    assert cast.bram not in names


def test_no_notice_about_it_is_written_or_sent(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    tell_user(CASE_GIVEN, cast.samira, about=case.pk, occasion="before", at=at)
    blocks.block(case, cast.samira, by=cast.actor("tom"), at=at)
    tell_user(CASE_GIVEN, cast.samira, about=case.pk, occasion="after", at=at)
    mail = Notice.objects.get(user=cast.samira, channel="email")
    assert Notice.objects.filter(user=cast.samira).count() == 2
    assert _deliver(mail, None, at)
    mail.refresh_from_db()
    assert (mail.sent_at, mail.skipped_because) == (None, "may not know of it")
    messages.send(case, submission_id=uuid.uuid4(), body="Hoi", by=cast.actor("tom"), at=at)
    assert not Notice.objects.filter(user=cast.samira, kind="case.message").exists()


def test_knowing_the_client_is_the_same_mechanism(cast: Cast, at: dt.datetime) -> None:
    referral = make_referral(cast)
    return_to_desk(referral, reason=ReturnReason.CONFLICT, note="Is mijn nicht.", by=cast.actor("bram"), at=at)
    row = KeepOut.objects.get()
    row.case = referral.case
    assert (row.user, row.by_client, row.reason) == (cast.bram, False, "Is mijn nicht.")
    grant(referral.case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    assert not Case.objects.visible_to(cast.actor("bram"), at).exists()
    with pytest.raises(NotNow):
        actions.give(Case.objects.get(), to=cast.bram, by=cast.actor("samira"), at=at)


def test_it_is_in_the_audit(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    blocks.block(case, cast.joost, by=cast.actor("tom"), at=at)
    event = AuditEvent.objects.get(action="block.made")
    assert (event.case_id, event.actor_id, event.basis) == (case.pk, str(cast.tom.pk), "client")


def test_an_account_is_found_by_its_very_address(cast: Cast) -> None:
    User.objects.create_user("sam@nabıj.example")
    assert blocks.account_with(f" {cast.tom.email.upper()} ") == cast.tom
    assert blocks.account_with("sam@nabij.example") is None


def lifted(case: Case) -> list[tuple[str, str]]:
    lines = AuditEvent.objects.filter(action="block.lifted", case_id=case.pk).order_by("at")
    return list(lines.values_list("actor_kind", "basis"))


def test_the_client_takes_back_what_they_asked(now_cast: Cast, logged_in: LogIn) -> None:
    cast, at = now_cast, timezone.now()
    case = make_accepted(cast, client="tom")
    blocks.block(case, cast.ilse, by=cast.actor("tom"), at=at)
    blocks.block(case, cast.karin, reason="Is zijn nicht.", by=cast.actor("bram"), at=at)
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.ilse.pk, at=at)
    tom, page = logged_in(cast.tom), f"/mijn/{case.reference}/niet-zien/"
    mine, staffs = KeepOut.objects.get(user=cast.ilse), KeepOut.objects.get(user=cast.karin)
    assert "Karin" not in tom.get(page).content.decode()
    assert "Kies een van deze antwoorden." in tom.post(page, {"lift": str(staffs.pk)}).content.decode()
    for _twice in range(2):
        tom.post(page, {"lift": str(mine.pk)})
    assert list(KeepOut.objects.values_list("user", flat=True)) == [cast.karin.pk]
    assert logged_in(cast.ilse).get(f"/zaken/{case.reference}/").status_code == 200
    assert lifted(case) == [("user", "client")]
    assert "mag je zaak weer zien" in tom.get(f"/mijn/{case.reference}/verloop/").content.decode()


def test_staff_take_back_what_staff_did_with_a_reason(now_cast: Cast, logged_in: LogIn) -> None:
    cast, at = now_cast, timezone.now()
    case = make_accepted(cast, client="tom")
    blocks.block(case, cast.ilse, reason="Is zijn zus.", by=cast.actor("bram"), at=at)
    blocks.block(case, cast.ilse, by=cast.actor("tom"), at=at)
    bram, page = logged_in(cast.bram), f"/zaken/{case.reference}/niet-zien/"
    staffs, clients = KeepOut.objects.get(by_client=False), KeepOut.objects.get(by_client=True)
    assert "Schrijf op waarom dit een vergissing was." in bram.post(page, {"lift": str(staffs.pk)}).content.decode()
    with pytest.raises(NotNow):
        blocks.lift(clients, reason="x", by=cast.actor("bram"), at=at)
    assert bram.post(page, {"lift": str(staffs.pk), "why": "Een andere Ilse."}).status_code == 302
    assert KeepOut.objects.get() == clients
    assert CaseAccess.objects.filter(reason=AccessReason.BLOCKED, user=cast.ilse).exists()  # the client still asks it
    assert lifted(case) == [("user", "staff")]
    told = timeline.for_staff(case).object_list[0]
    assert (told.text, told.detail) == ("Weghouden van iemand is teruggenomen", "Een andere Ilse.")
    assert "Een andere Ilse." not in logged_in(cast.tom).get(f"/mijn/{case.reference}/verloop/").content.decode()


def test_what_keeps_a_relative_out_is_no_wish_to_take_back(cast: Cast, at: dt.datetime) -> None:
    case = make_accepted(cast, client="tom")
    row = blocks.block(case, cast.ilse, by=cast.actor("tom"), at=at)
    ends = at + HOUR
    grant(case, reason=AccessReason.FAMILY, user_id=cast.ilse.pk, at=at, ends_at=ends, scope=AccessScope.NAMED)
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.ilse.pk, at=at)
    blocks.lift(row, by=cast.actor("tom"), at=at)
    assert not CaseAccess.objects.filter(reason=AccessReason.BLOCKED).exists()
    assert not Case.objects.visible_to(cast.actor("ilse"), at).filter(pk=case.pk).exists()


@pytest.mark.parametrize(("reason", "scope"), [("family", "messages"), ("client", "client")])
def test_a_colleague_hears_at_work_nothing_of_a_relatives_case_nor_of_their_own(
    cast: Cast, at: dt.datetime, reason: str, scope: str
) -> None:
    """Samira is on duty when the case comes back to the desk. What she was let in for she still hears."""
    case = make_accepted(cast)
    ends_at = at + 24 * HOUR if reason == "family" else None
    grant(case, reason=AccessReason(reason), scope=AccessScope(scope), user_id=cast.samira.pk, at=at, ends_at=ends_at)
    hand_back(case, reason="Het past niet.", by=cast.actor("bram"), at=at)
    assert not Notice.objects.filter(kind="case.handed_back", user=cast.samira).exists()
    kind = GUEST_NEWS if reason == "family" else CLIENT_NEWS
    tell_user(kind, cast.samira, about=case.pk, occasion="news", at=at)
    assert Notice.objects.filter(kind=kind.code, user=cast.samira).exists()
