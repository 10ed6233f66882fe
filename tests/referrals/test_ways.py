"""A worker gives a case away, or asks a colleague for advice: what moves, what stays, and who reads what."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_VIEW, CASE_WORK
from cases import case_tasks, closing, deputies, documents, handback, notes, who_sees
from cases.enums import AccessReason, CaseState, EntryKind, NoteKind, SessionState
from cases.models import Case, CaseAccess, Note, Session, TimelineEntry
from cases.permissions import case_for, permissions_on
from referrals import actions, consulting, handed, taking_back, travelling
from referrals.enums import HandOver
from referrals.models import Referral, Travelling
from tests.conftest import AMSTERDAM
from tests.factories.cases import PHRASE
from tests.factories.cast import Cast
from tests.factories.files import upload
from tests.factories.referrals import SUMMARY, to_worker
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)
WHY = "Ik ga met pensioen."
DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


def ask(cast: Cast, case: Case, kind: HandOver, *, to: str = "ilse", by_phone: bool = True, **terms: Any) -> Referral:
    terms = {"reason": WHY, "ends_at": cast.at + 7 * DAY if kind == HandOver.CONSULTATION else None} | terms
    code = "regional-noord" if to == "karin" else "regional-west"
    return actions.propose(
        case, to_worker(cast, to, code), destination="REGIONAL_DIRECT", summary=SUMMARY, by=cast.actor("bram"),
        at=cast.at, by_phone=by_phone, terms=actions.Terms(kind, **terms),
    )  # fmt: skip


def transfer(cast: Cast, case: Case | None = None, **rest: Any) -> Referral:
    return ask(cast, case or make_accepted(cast, client="tom"), HandOver.TRANSFER, **rest)


def consult(cast: Cast, case: Case | None = None, **rest: Any) -> Referral:
    return ask(cast, case or make_accepted(cast, client="tom"), HandOver.CONSULTATION, **rest)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("data_key", "owner").get(pk=case.pk)


def may_open(cast: Cast, name: str, case: Case, at: dt.datetime | None = None) -> bool:
    try:
        case_for(cast.actor(name, at), case.reference, needs=CASE_VIEW, at=at or cast.at)
    except Refused:
        return False
    return True


def file_note(cast: Cast, case: Case, text: str = "Hij slaapt slecht.", kind: str = NoteKind.FILE) -> str:
    return f"n{notes.write(case, text, kind=kind, by=cast.actor('bram'), at=cast.at, note_id=None).pk}"


def document(cast: Cast, case: Case) -> str:
    version = documents.receive(
        case, file=upload(), title="Brief", for_client=False, by=cast.actor("bram"), at=cast.at,
        submission_id=uuid.uuid4(),
    )  # fmt: skip
    while documents.check_due(cast.at):
        pass
    return f"d{version.document_id}"


# -- a transfer --------------------------------------------------------------------------------------


def test_a_case_stays_with_its_worker_until_it_is_accepted(cast: Cast) -> None:
    referral = transfer(cast)
    case = fresh(referral.case)
    assert (referral.state, case.state, case.owner) == ("offered", CaseState.ACCEPTED, cast.bram)
    assert may_open(cast, "bram", case)
    assert not may_open(cast, "ilse", case)
    assert list(Referral.objects.offered_to(cast.actor("ilse"))) == [referral]
    assert not Referral.objects.offered_to(cast.actor("bram")).exists()


def test_with_acceptance_everything_that_is_still_to_come_moves(cast: Cast) -> None:
    case = make_accepted(cast, client="tom", state=CaseState.ACTIVE)
    case_tasks.add(case, what="Bellen", due_at=cast.at + DAY, by=cast.actor("bram"), at=cast.at)
    talk = Session.objects.create(
        case=case, with_user=cast.bram, starts_at=cast.at + DAY, minutes=60, state=SessionState.PLANNED, way="phone",
    )  # fmt: skip
    actions.accept(transfer(cast, case), read=True, by=cast.actor("ilse"), at=cast.at)
    case, talk = fresh(case), Session.objects.get(pk=talk.pk)
    assert (case.owner, case.primary_contact, case.state) == (cast.ilse, cast.bram, CaseState.ACTIVE)
    assert talk.with_user == cast.ilse
    assert case.tasks.get().user == cast.ilse
    assert CASE_WORK in permissions_on(case.pk, cast.actor("ilse"), cast.at)
    assert permissions_on(case.pk, cast.actor("bram"), cast.at) == {CASE_VIEW, CASE_CONTACT}  # till they have met
    lines = [row.facts for row in TimelineEntry.objects.filter(kind=EntryKind.ACCEPTED)]
    assert lines == [{"to_user": cast.ilse.pk, "from": cast.bram.pk, "summary_read": True}]
    assert Notice.objects.filter(kind="referral.stays_contact", user=cast.bram, channel="inbox").count() == 1


def test_a_worker_chooses_from_who_fits_best_or_anybody(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast, client="tom"), logged_in(cast.bram)
    here = f"/zaken/{case.reference}/doorgeven/zaak/"
    form = browser.get(here).context["form"]
    assert next(words for _key, words in form.fields["to"].choices) == "Regioteam West"
    others = {words for _key, words in browser.get(f"{here}?others=1").context["form"].fields["to"].choices}
    assert any(words.startswith("Karin Postma") for words in others)
    assert not any(words.startswith("Bram") for words in others)
    sent = {"to": form.fields["to"].choices[0][0], "reason": WHY, "summary": SUMMARY, "consent": "ask"}
    assert browser.post(here, sent | {"submission": str(uuid.uuid4())}).status_code == 302
    referral = Referral.objects.get()
    assert (referral.to_team, referral.to_user, referral.state) == (
        cast.teams["regional-west"],
        None,
        "awaiting_consent",
    )
    actions.approve_summary(referral, by=follower(case.pk), at=cast.at)
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    assert fresh(case).owner == cast.ilse


def test_a_second_click_accepts_once(cast: Cast) -> None:
    referral = transfer(cast)
    for _again in range(2):
        actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    assert CaseAccess.objects.filter(reason=AccessReason.REFERRAL, user=cast.ilse).count() == 1
    assert AuditEvent.objects.filter(action="case.transferred").count() == 1


@pytest.mark.parametrize("way", ["returned", "expired", "withdrawn", "refused"])
def test_any_other_answer_leaves_it_with_its_worker(cast: Cast, way: str) -> None:
    referral = transfer(cast, by_phone=way != "refused")
    if way == "returned":
        actions.return_to_desk(referral, reason="no_capacity", note="", by=cast.actor("ilse"), at=cast.at)
    elif way == "expired":
        assert actions.expire_due(cast.at + 30 * DAY) == 1
    elif way == "withdrawn":
        taking_back.of_case(referral.case, referral.pk, by=cast.actor("bram"), at=cast.at)
    else:
        actions.refuse_summary(referral, by=follower(referral.case_id), at=cast.at)
    case = fresh(referral.case)
    assert (Referral.objects.get().state, case.state, case.owner) == (way, CaseState.ACCEPTED, cast.bram)
    assert may_open(cast, "bram", case)
    told = Notice.objects.filter(user=cast.bram, channel="inbox", kind__startswith="referral.").count()
    assert told == (way != "withdrawn")


def test_one_transfer_at_a_time_and_the_same_again_is_the_same(cast: Cast) -> None:
    first = transfer(cast)
    assert transfer(cast, first.case) == first
    with pytest.raises(actions.NotNow, match="Ilse"):
        transfer(cast, first.case, to="karin")


def test_consultations_stay_when_the_case_moves(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    advice = consult(cast, case, to="karin")
    actions.accept(advice, read=True, by=cast.actor("karin"), at=cast.at)
    actions.accept(transfer(cast, case), read=True, by=cast.actor("ilse"), at=cast.at)
    assert consulting.mine(cast.actor("karin"), cast.at) == [advice]


def test_who_stands_in_gives_it_away_no_more_once_it_is_gone(cast: Cast) -> None:
    case, today = make_accepted(cast, client="tom"), cast.at.date()
    referral = transfer(cast, case)
    deputies.enter(cast.bram, first_day=today, last_day=today, deputy=cast.karin, by=cast.actor("bram"), at=cast.at)
    assert may_open(cast, "karin", case)
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    assert not may_open(cast, "karin", case)


# -- a consultation ----------------------------------------------------------------------------------


def test_who_is_consulted_reads_what_was_chosen_and_opens_no_case(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    chosen, other = file_note(cast, case), file_note(cast, case, "Dit blijft hier.")
    referral = consult(cast, case, items=(chosen,))
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    found = consulting.reading_for(cast.actor("ilse"), referral.pk, at=cast.at, part="consultation")
    assert [item.words for item in travelling.of(found)] == ["Hij slaapt slecht."]
    assert other not in travelling.keys_of(referral)
    assert not may_open(cast, "ilse", case)
    assert not Case.objects.visible_to(cast.actor("ilse"), cast.at).exists()
    assert fresh(case).owner == cast.bram
    seen = who_sees.seers(case, cast.at, for_client=True)
    assert [one.because for one in seen if one.name == "Ilse Çelik"] == [
        "geeft je hulpverlener advies; leest alleen wat jij goedkeurde"
    ]


@pytest.mark.parametrize(
    ("until", "before"),
    [
        ("2026-03-17T17:00", "2026-03-17T16:59:59"),
        ("2026-03-29T17:00", "2026-03-29T16:59:59"),  # the clock went forward that night
        ("2026-10-25T17:00", "2026-10-25T16:59:59"),  # and back
    ],
)
def test_it_ends_by_the_clock_to_the_second_before_any_sweep(cast: Cast, until: str, before: str) -> None:
    end, last = (dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM) for text in (until, before))
    cast.at = end - 7 * DAY
    referral = consult(cast, make_accepted(cast, client="tom", at=cast.at), ends_at=end)
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    assert consulting.reading_for(cast.actor("ilse", last), referral.pk, at=last) == referral
    assert actions.end_over(last) == 0
    with pytest.raises(Refused):
        consulting.reading_for(cast.actor("ilse", end), referral.pk, at=end)
    assert [actions.end_over(end + DAY) for _again in range(2)] == [1, 0]
    assert Referral.objects.get().state == "ended"


@pytest.mark.parametrize("name", ["ilse", "bram"])
def test_either_side_ends_it_early(cast: Cast, name: str) -> None:
    referral = consult(cast)
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    for _again in range(2):
        consulting.stop(referral, by=cast.actor(name), at=cast.at + SECOND)
    assert Referral.objects.get().state == "ended"
    assert consulting.mine(cast.actor("ilse"), cast.at + SECOND) == []
    assert TimelineEntry.objects.filter(kind=EntryKind.HAND_OVER).count() == 3
    with pytest.raises(Refused):
        consulting.stop(referral, by=cast.actor("karin"), at=cast.at)


@pytest.mark.parametrize("way", ["closed", "back"])
def test_it_ends_with_the_work_of_who_asked(cast: Cast, way: str) -> None:
    referral, later = consult(cast, make_accepted(cast, client="tom", state=CaseState.ACTIVE)), cast.at + SECOND
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    case = fresh(referral.case)
    if way == "closed":
        closing.withdraw(case, by=cast.actor("tom"), at=later)
    else:
        handback.hand_back(case, reason="Past niet.", by=cast.actor("bram"), at=later)
    assert consulting.mine(cast.actor("ilse"), later) == []
    assert actions.end_over(later) == 1


def test_advice_becomes_a_note_of_the_file_once(cast: Cast) -> None:
    referral, number = consult(cast), uuid.uuid4()
    ilse = cast.actor("ilse")
    actions.accept(referral, read=True, by=ilse, at=cast.at)
    for _again in range(2):
        consulting.advise(referral, "Denk aan slaap.", by=ilse, at=cast.at, note_id=number)
    note = Note.objects.get(case=referral.case)
    assert (note.author, note.kind) == (cast.ilse, NoteKind.FILE)
    assert Notice.objects.filter(kind="referral.advised", user=cast.bram, channel="inbox").count() == 1
    with pytest.raises(Refused):
        consulting.advise(referral, "Ik ook.", by=cast.actor("karin"), at=cast.at)


def test_a_day_that_has_passed_cannot_be_accepted_any_more(cast: Cast) -> None:
    referral = consult(cast, ends_at=cast.at + SECOND)
    with pytest.raises(actions.NotNow):
        actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at + SECOND)


# -- what travels, and the client's yes --------------------------------------------------------------


def test_working_notes_and_what_is_not_clean_cannot_be_chosen(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    working = file_note(cast, case, "Alleen voor mij.", NoteKind.WORKING)
    assert [item.key for item in travelling.to_choose(case)] == []
    clean = document(cast, case)
    assert [item.key for item in travelling.to_choose(case)] == [clean]
    for key in (working, "d" + str(uuid.uuid4()), "x"):
        with pytest.raises(actions.NotNow):
            consult(cast, case, items=(key,))
    assert not Referral.objects.exists()


def test_the_yes_binds_the_words_as_they_were(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    note = file_note(cast, case)
    referral = consult(cast, case, items=(note,))
    row = Travelling.objects.get()
    assert str(row.words) == "Hij slaapt slecht."
    notes.write(case, "Later erbij.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at, note_id=None)
    assert [item.words for item in travelling.of(referral)] == ["Hij slaapt slecht."]


def test_the_client_reads_each_part_and_leaves_out_what_they_want(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, client="tom")
    keep, drop = file_note(cast, case, "Dit mag."), file_note(cast, case, "Dit liever niet.")
    letter = document(cast, case)
    referral = consult(cast, case, items=(keep, drop, letter), by_phone=False)
    browser, here = logged_in(cast.tom), f"/samenvatting/{case.reference}/"
    page = browser.get(here, headers=DUTCH).content.decode()
    for words in ("Dit mag.", "Dit liever niet.", "Brief", WHY, SUMMARY):
        assert words in page
    items = {str(item.words or item.title): item.key for item in travelling.of(referral)}
    file = browser.get(f"{here}stuk/{items['Brief']}/")
    assert (file.status_code, file.content) == (200, upload().content)
    sent = {"asked": referral.pk, "summary": SUMMARY, "answer": "yes", "items": [items["Dit mag."], "999999"]}
    page = browser.post(here, sent).content.decode()
    assert travelling.keys_of(referral) == [keep, drop, letter]  # what was never asked is no choice
    browser.post(here, sent | {"items": [items["Dit mag."]]})
    referral.refresh_from_db()
    assert (referral.state, referral.consent, referral.share_contact) == ("offered", "in_portal", False)
    assert travelling.keys_of(referral) == [keep]
    assert browser.get(f"{here}stuk/{items['Brief']}/").status_code == 404


# -- the pages ---------------------------------------------------------------------------------------


def test_a_worker_asks_for_advice_on_the_page(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, client="tom")
    note, browser, here = file_note(cast, case), logged_in(cast.bram), f"/zaken/{case.reference}/doorgeven/advies/"
    form = browser.get(here, headers=DUTCH).context["form"]
    to = next(key for key, who in form.fields["to"].choices if who.startswith("Ilse"))
    sent = {
        "to": to, "reason": "Wat denk jij?", "summary": SUMMARY, "items": [note], "contact": "on",
        "until": (cast.at.date() + 7 * DAY).isoformat(), "consent": "phone", "submission": str(uuid.uuid4()),
    }  # fmt: skip
    page = browser.post(here, sent | {"phrase": "fiets fiets"}, headers=DUTCH).content.decode()
    assert ("Wat denk jij?" in page, "fiets fiets" in page, Referral.objects.count()) == (True, False, 0)
    assert browser.post(here, sent | {"phrase": PHRASE}).status_code == 302
    referral = Referral.objects.get()
    assert (referral.kind, referral.state, referral.consent) == ("consultation", "offered", "by_phone")
    assert (referral.share_contact, travelling.keys_of(referral)) == (True, [note])
    assert [row.pk for row in handed.of_case(case, cast.at).waiting] == [referral.pk]


def test_a_yes_by_voice_comes_later_with_the_phrase(cast: Cast, logged_in: LogIn) -> None:
    referral = consult(cast, by_phone=False)
    browser = logged_in(cast.bram)
    here = f"/zaken/{referral.case.reference}/doorgeven/{referral.pk}/ja/"
    assert here in browser.get(f"/zaken/{referral.case.reference}/doorgeven/").content.decode()
    page = browser.post(here, {"phrase": "fiets fiets"}, headers=DUTCH).content.decode()
    assert ("Dit is niet de wachtzin" in page, SUMMARY in page, "fiets fiets" in page) == (True, True, False)
    assert browser.post(here, {"phrase": PHRASE}).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.consent, referral.consent_recorded_by) == ("offered", "by_phone", cast.bram)
    assert browser.get(here).status_code == 302


def test_the_pages_of_ways_are_for_who_may_pass_the_case_on(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, client="tom")
    for path in ("", "zaak/", "advies/"):
        for name in ("ilse", "karin", "tom", "arie", "vera"):
            assert logged_in(cast.users[name]).get(f"/zaken/{case.reference}/doorgeven/{path}").status_code in {
                403,
                404,
            }
        assert logged_in(cast.bram).get(f"/zaken/{case.reference}/doorgeven/{path}").status_code == 200


def test_a_consultation_on_the_board_says_so_and_opens_its_own_page(cast: Cast, logged_in: LogIn) -> None:
    referral = consult(cast)
    browser = logged_in(cast.ilse)
    board = browser.get("/overnemen/", headers=DUTCH).content.decode()
    assert "Bram de Wit vraagt je om advies" in board
    answer = browser.post(f"/overnemen/{referral.pk}/", {"read": "on"})
    assert answer["Location"] == f"/meelezen/{referral.pk}/"
    page = browser.get(answer["Location"], headers=DUTCH).content.decode()
    assert (WHY in page, SUMMARY in page, "06 00 00 00 11" in page or "Tom Jansen" in page) == (True, True, True)
    assert browser.get(f"/zaken/{referral.case.reference}/").status_code == 404
    assert browser.post(f"/meelezen/{referral.pk}/klaar/").status_code == 302
    assert browser.get(f"/meelezen/{referral.pk}/").status_code == 404
    assert AuditEvent.objects.filter(case_id=referral.case_id, action="case.viewed", part="consultation").count() == 1


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_of_what_you_read_along_in_costs_the_same_with_many(
    cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Any, many: int
) -> None:
    for _number in range(many):
        actions.accept(consult(cast, make_accepted(cast)), read=True, by=cast.actor("ilse"), at=cast.at)
    browser = logged_in(cast.ilse)
    browser.get("/meelezen/")
    with django_assert_max_num_queries(12):
        assert len(browser.get("/meelezen/").context["rows"]) == many
