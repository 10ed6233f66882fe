"""Telling a colleague of a file note: only who can open the case, once, and without a word of what it says."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from cases import blocks, mentions, note_drafts, notes
from cases.enums import NoteKind
from cases.models import Case, Note
from cases.moves import NotNow
from cases.note_drafts import Page, Place
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]


@pytest.fixture
def now(db: None) -> Cast:
    return make_cast(timezone.localtime())


def told(cast: Cast) -> list[str]:
    rows = Notice.objects.filter(kind="case.mentioned", channel="inbox").select_related("user")
    return sorted(notice.user.name for notice in rows)


def write(case: Case, cast: Cast, *names: str, kind: str = NoteKind.FILE) -> Note:
    people = [cast.users[name] for name in names]
    return notes.write(case, "Kijk mee.", kind=kind, by=cast.actor("samira"), at=cast.at, tell=people)


def test_a_colleague_is_told_once_and_nothing_is_said(cast: Cast) -> None:
    case = make_case(cast)
    note = write(case, cast, "joost", "samira")
    notes.edit(note, "Kijk nog eens mee.", version=1, by=cast.actor("samira"), at=cast.at, tell=[cast.users["joost"]])
    assert told(cast) == [cast.users["joost"].name]
    notice = Notice.objects.filter(kind="case.mentioned", channel="email").get()
    assert (notice.params, notice.path) == ({}, f"/zaken/{case.reference}/verslagen/#entry-{note.pk}")


def test_who_cannot_open_the_case_is_not_told_and_nothing_is_saved(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NotNow):
        notes.write(case, "Kijk.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at, tell=[cast.users["ilse"]])
    assert (told(cast), Note.objects.count()) == ([], 0)


def test_a_working_note_tells_nobody(cast: Cast) -> None:
    write(make_case(cast), cast, "joost", kind=NoteKind.WORKING)
    assert told(cast) == []


def test_who_is_named_is_told_when_a_working_note_is_shared(now: Cast, logged_in: LogIn) -> None:
    case = make_case(now)
    note = notes.write(case, "@Joost weet dit.", kind=NoteKind.WORKING, by=now.actor("samira"), at=now.at)
    path = f"/zaken/{case.reference}/verslagen/{note.pk}/delen/"
    assert now.users["joost"].name in logged_in(now.samira).get(path).content.decode() and told(now) == []
    logged_in(now.samira).post(path), logged_in(now.samira).post(path)
    assert told(now) == [now.users["joost"].name]


def test_names_in_a_text(cast: Cast) -> None:
    people = [cast.users[name] for name in ("samira", "joost", "els")]
    named = mentions.named_in("Wil @Joost kijken? Mail jan@joost.nl. @samira El Amrani ook, en @Piet.", people)
    assert ([user.pk for user in named.people], named.unknown) == (
        [cast.users["joost"].pk, cast.users["samira"].pk], ("Piet",),
    )  # fmt: skip
    twin = User(pk=999_999, name="Joost Ander")
    assert mentions.named_in("@Joost", [*people, twin]).unknown == ("Joost",)


def test_the_page_offers_only_who_can_open_it(now: Cast, logged_in: LogIn) -> None:
    case, browser = make_case(now), logged_in(now.samira)
    blocks.block(case, now.users["els"], reason="Buren.", by=now.actor("samira"), at=now.at)
    page = browser.get(f"/zaken/{case.reference}/verslagen/?new=1").content.decode()
    assert now.users["joost"].name in page
    assert now.users["els"].name not in page and now.users["ilse"].name not in page
    sent = {"body": "Kijk mee.", "submission": uuid.uuid4()}
    refused = browser.post(f"/zaken/{case.reference}/verslagen/?new=1", sent | {"tell": now.users["ilse"].pk})
    assert "Deze collega kan deze zaak niet openen." in refused.content.decode() and told(now) == []
    browser.post(f"/zaken/{case.reference}/verslagen/?new=1", sent | {"tell": now.users["joost"].pk})
    assert told(now) == [now.users["joost"].name]
    shown = browser.get(f"/zaken/{case.reference}/verslagen/").content.decode()
    assert f"Melding aan: {now.users['joost'].name}" in " ".join(shown.split())


def test_a_name_that_fits_nobody_is_said(now: Cast, logged_in: LogIn) -> None:
    case, browser = make_case(now), logged_in(now.samira)
    path = f"/zaken/{case.reference}/verslagen/?new=1"
    answer = browser.post(path, {"body": "@Ilse en @Joost, kijk mee.", "submission": uuid.uuid4()}, follow=True)
    assert "Door @Ilse kreeg niemand een melding" in answer.content.decode()
    assert told(now) == [now.users["joost"].name]


def test_who_lost_access_before_opening_it_finds_nothing(now: Cast, logged_in: LogIn) -> None:
    case = make_case(now)
    note = note_drafts.save(
        Place(case, now.samira.pk, NoteKind.FILE), "Kijk mee.", Page(uuid.uuid4()), by=now.actor("samira"),
        at=now.at, tell=[now.users["joost"]],
    )  # fmt: skip
    path = Notice.objects.filter(kind="case.mentioned").first().path.partition("#")[0]
    joost = logged_in(now.users["joost"])
    assert str(note.pk) in joost.get(path).content.decode()
    blocks.block(case, now.users["joost"], reason="Neef.", by=now.actor("samira"), at=now.at)
    assert joost.get(path).status_code == 404
