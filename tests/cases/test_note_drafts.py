"""A note that is still being written: kept by itself, in two tabs, for its author alone, until it is saved or over."""

import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from cases import closing, merging, note_drafts, notes
from cases.enums import AccessReason, CaseOutcome, NoteKind
from cases.models import Case, CaseAccess, Note, NoteDraft
from cases.moves import NotNow
from cases.note_drafts import OtherText, Page, Place
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)
TYPING = {"HX-Request": "true"}


@pytest.fixture
def now(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


def place(case: Case, cast: Cast, who: str = "bram", **more: object) -> Place:
    return Place(case, cast.users[who].pk, **{"kind": NoteKind.FILE} | more)


def keep(case: Case, cast: Cast, body: str, form: uuid.UUID = ONE, seen: int = 0, **more: object) -> NoteDraft | None:
    page = Page(form, seen=seen, of_version=more.pop("of_version", 0))
    at = more.pop("at", cast.at)
    return note_drafts.keep(place(case, cast, **more), body, page, by=cast.actor("bram"), at=at)


def kept(case: Case, cast: Cast, at: dt.datetime | None = None) -> list[str]:
    return [row.body for row in note_drafts.of_author(case, cast.bram.pk, at or cast.at)]


def test_one_tab_keeps_one_text(cast: Cast) -> None:
    case = make_accepted(cast)
    keep(case, cast, "Eerst"), keep(case, cast, "Eerst dit", at=cast.at + DAY)
    draft = NoteDraft.objects.select_related("case__data_key").get()
    assert (draft.body, draft.saved_at, draft.expires_at) == ("Eerst dit", cast.at + DAY, cast.at + 8 * DAY)
    assert AuditEvent.objects.filter(action="note.kept", case_id=case.pk).count() == 1
    keep(case, cast, "  ")
    assert not NoteDraft.objects.exists()


def test_another_tab_overwrites_nothing_unseen(cast: Cast) -> None:
    case = make_accepted(cast)
    first = keep(case, cast, "Tekst een")
    with pytest.raises(OtherText) as error:
        keep(case, cast, "Tekst twee", TWO)
    assert (error.value.saved.body, kept(case, cast)) == ("Tekst een", ["Tekst een"])
    keep(case, cast, "Tekst twee", TWO, seen=first.version)
    assert kept(case, cast) == ["Tekst twee"]
    with pytest.raises(OtherText):
        keep(case, cast, "Tekst een, langer", ONE)


def test_saving_takes_only_what_this_tab_knows(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    keep(case, cast, "Andere tekst")
    note = note_drafts.save(place(case, cast), "Gesprek.", Page(TWO), by=by, at=cast.at)
    assert (note.pk, note.body, kept(case, cast)) == (TWO, "Gesprek.", ["Andere tekst"])
    note_drafts.save(place(case, cast), "Andere tekst.", Page(ONE), by=by, at=cast.at)
    assert kept(case, cast) == []


def test_what_comes_in_after_saving_makes_no_draft(cast: Cast) -> None:
    case = make_accepted(cast)
    note_drafts.save(place(case, cast), "Klaar.", Page(ONE), by=cast.actor("bram"), at=cast.at)
    assert keep(case, cast, "Klaa") is None
    assert not NoteDraft.objects.exists()


def test_each_note_has_a_draft_of_its_own(cast: Cast) -> None:
    case = make_accepted(cast)
    note = notes.write(case, "Oud.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at)
    keep(case, cast, "Nieuw"), keep(case, cast, "Voor mij", kind=NoteKind.WORKING)
    keep(case, cast, "Oud en beter", note=note, of_version=1)
    assert set(kept(case, cast)) == {"Nieuw", "Voor mij", "Oud en beter"}


def test_it_is_over_after_seven_days_and_at_closing(cast: Cast) -> None:
    case, other = make_accepted(cast), make_accepted(cast, state="active")
    keep(case, cast, "Blijft even"), keep(other, cast, "Gaat nu")
    assert kept(case, cast, cast.at + 7 * DAY) == []
    assert note_drafts.forget_old(cast.at + 6 * DAY) == 0
    closing.close(other, outcome=CaseOutcome.STOPPED, by=cast.actor("bram"), at=cast.at)
    assert [row.case_id for row in NoteDraft.objects.all()] == [case.pk]
    assert note_drafts.forget_old(cast.at + 7 * DAY) == 1
    with pytest.raises(NotNow):
        keep(other, cast, "Te laat")


def test_two_connections_keep_one_text_and_show_the_other(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    case, shown = make_accepted(cast), []

    def type_in(form: uuid.UUID) -> None:
        try:
            keep(case, cast, f"Tekst {form.int}", form)
        except OtherText as other:
            shown.append(other.saved.body)
        finally:
            connection.close()

    threads = [threading.Thread(target=type_in, args=[form]) for form in (ONE, TWO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(shown), shown) == (1, kept(case, cast))


def address(case: Case, tail: str = "?new=1") -> str:
    return f"/zaken/{case.reference}/verslagen/{tail}"


def test_typing_is_kept_with_the_time_and_offered_again(now: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(now), logged_in(now.bram)
    page = browser.get(address(case)).content.decode()
    assert 'hx-post=""' in page and 'id="kept-line" role="status"' in page
    answer = browser.post(address(case), {"do": "keep", "body": "Half af", "submission": ONE}, headers=TYPING)
    told = " ".join(answer.content.decode().split())
    assert re.search(r"Bewaard om \d\d:\d\d\. Alleen jij ziet dit", told)
    assert "Half af" not in told and "<html" not in told
    assert "Half af" in browser.get(address(case)).content.decode()
    assert "Half af" not in browser.get(address(case, "")).content.decode()  # only that there is one
    assert "Je begon aan een dossierverslag." in browser.get(address(case, "")).content.decode()


def test_without_a_script_there_is_a_button(now: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(now), logged_in(now.bram)
    answer = browser.post(address(case), {"do": "keep", "body": "Half af", "submission": ONE})
    assert answer.status_code == 302 and not Note.objects.exists()
    again = browser.post(address(case), {"do": "keep", "body": "Iets anders", "submission": TWO}).content.decode()
    assert "Half af" in again and "Iets anders" in again
    draft = NoteDraft.objects.get()
    browser.post(address(case), {"over": draft.version, "body": "Iets anders", "submission": TWO})
    assert kept(case, now, timezone.now()) == ["Iets anders"]
    browser.post(f"/zaken/{case.reference}/verslagen/weg/", {"draft": draft.pk})
    assert not NoteDraft.objects.exists()


def test_another_tab_is_shown_while_typing(now: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(now), logged_in(now.bram)
    browser.post(address(case), {"do": "keep", "body": "Half af", "submission": ONE}, headers=TYPING)
    told = browser.post(
        address(case), {"do": "keep", "body": "Iets anders", "submission": TWO}, headers=TYPING
    ).content.decode()
    assert "Half af" in told and "Niet bewaard" in told and kept(case, now, timezone.now()) == ["Half af"]


def test_a_draft_of_a_change_meets_what_was_saved_since(now: Cast, logged_in: LogIn) -> None:
    case, by = make_accepted(now), now.actor("bram")
    note = notes.write(case, "Oud.", kind=NoteKind.FILE, by=by, at=now.at)
    keep(case, now, "Oud, met meer.", note=note, of_version=1)
    notes.edit(note, "Nieuw.", version=1, by=by, at=now.at)
    browser, path = logged_in(now.bram), address(case, f"{note.pk}/")
    assert "Oud, met meer." in browser.get(path).content.decode()
    sent = {"body": "Oud, met meer.", "submission": TWO, "version": 1, "seen": NoteDraft.objects.get().version}
    both = browser.post(path, sent).content.decode()
    assert "Nieuw." in both and "Oud, met meer." in both
    browser.post(path, sent | {"version": 2})
    assert (Note.objects.select_related("case__data_key").get().body, NoteDraft.objects.count()) == (
        "Oud, met meer.",
        0,
    )


def test_nobody_else_ever_sees_it(now: Cast, logged_in: LogIn) -> None:
    case = make_accepted(now, client="tom")
    keep(case, now, "ALLEEN VAN BRAM"), keep(case, now, "OOK VAN BRAM", kind=NoteKind.WORKING)
    CaseAccess.objects.create(case=case, user=now.ilse, reason=AccessReason.DEPUTY, starts_at=now.at)
    ilse, tom = logged_in(now.ilse), logged_in(now.tom)
    seen = [ilse.get(address(case, tail)) for tail in ("", "?new=1", "?own=1")]
    seen += [ilse.get(f"/zaken/{case.reference}/{tail}") for tail in ("", "tijdlijn/", "taken/")]
    seen += [tom.get(f"/mijn/{case.reference}/{tail}") for tail in ("", "verloop/")]
    assert {page.status_code for page in seen} == {200}
    assert not any("VAN BRAM" in page.content.decode() for page in seen)
    draft = NoteDraft.objects.first()
    ilse.post(address(case, "weg/"), {"draft": draft.pk})
    assert NoteDraft.objects.count() == 2


@pytest.mark.parametrize("sent", [{}, {"body": "x" * 9000}, {"body": "x", "submission": "nee"}, {"over": "veel"}])
def test_odd_requests_while_typing_end_in_a_sentence(now: Cast, logged_in: LogIn, sent: dict[str, str]) -> None:
    case = make_accepted(now)
    answer = logged_in(now.bram).post(address(case), {"do": "keep"} | sent, headers=TYPING)
    assert answer.status_code == 200 and not NoteDraft.objects.exists()


def test_another_draft_that_began_meanwhile_is_shown_and_not_overwritten(cast: Cast) -> None:
    case, later = make_accepted(cast), cast.at + dt.timedelta(minutes=1)
    first = keep(case, cast, "Eerst")
    note_drafts.throw_away(first, by=cast.actor("bram"), at=cast.at)
    keep(case, cast, "Uit een andere tab", TWO, at=later)
    with pytest.raises(OtherText):
        keep(case, cast, "Eerst, met meer", seen=first.version, at=later)
    assert kept(case, cast, later) == ["Uit een andere tab"]


def test_what_comes_after_saving_is_kept_by_nobody_and_said(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    notes.write(case, "Het hele verslag.", kind=NoteKind.FILE, by=by, at=cast.at, note_id=ONE)
    assert keep(case, cast, "Het hele ver") is None  # on its way while it was saved
    with pytest.raises(NotNow):
        keep(case, cast, "Heel iets anders.")
    note = notes.of_case(case, by)[0]
    notes.edit(note, "Het hele verslag, beter.", version=1, by=by, at=cast.at)
    assert keep(case, cast, "Het hele verslag, be", note=note, of_version=1) is None
    with pytest.raises(NotNow):
        keep(case, cast, "Heel iets anders.", note=note, of_version=1)
    assert not NoteDraft.objects.exists()


def test_what_was_kept_in_a_request_that_is_put_together_with_this_one_is_shown_to_copy(
    now: Cast, logged_in: LogIn
) -> None:
    gone, stays = make_accepted(now), make_accepted(now)
    keep(gone, now, "Eerste\n\ngesprek", at=now.at - HOUR)
    keep(stays, now, "Eigen", TWO, at=now.at)
    merging.merge(gone, stays, reason="Zelfde stem.", by=now.actor("bram"), at=now.at)
    browser = logged_in(now.bram)
    page = browser.get(address(stays, "")).content.decode()
    assert "<p>gesprek</p>" in page and gone.reference in page
    assert page.count("Verder schrijven") == 1  # what is of the other one is copied
    [copied, own] = note_drafts.of_author(stays, now.bram.pk, now.at)
    assert (copied.body, own.body) == ("Eerste\n\ngesprek", "Eigen")
    browser.post(f"/zaken/{stays.reference}/verslagen/weg/", {"draft": str(copied.pk)})
    assert kept(stays, now) == ["Eigen"]
