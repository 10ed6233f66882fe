"""Texts to begin a note with."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone, translation

from cases.models import Note, NoteDraft, NoteTemplate
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
SHEET = "/organisatie/blad/note-texts/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(timezone.localtime())


def test_they_come_with_the_migrations_in_both_languages(cast: Cast) -> None:
    template = NoteTemplate.objects.get(moment="closing")
    assert [row.moment for row in NoteTemplate.objects.in_use()] == ["intake", "call", "session", "handover", "closing"]
    assert (str(template), template.body.partition("\n")[0]) == ("Afsluiting", "Afsluiting")
    with translation.override("en"):
        assert (str(template), template.body.partition("\n")[0]) == ("Closing", "Closing")


def test_choosing_one_keeps_what_was_typed(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    path, template = f"/zaken/{case.reference}/verslagen/?new=1", NoteTemplate.objects.get(moment="session")
    number = uuid.uuid4()
    page = browser.post(path, {"do": "fill", "template": template.pk, "body": "AL GETYPT", "submission": number})
    shown = page.context["form"]["body"].value()
    assert shown == f"AL GETYPT\n\n{template.body}"
    assert page.context["form"]["submission"].value() == str(number)
    assert not Note.objects.exists() and not NoteDraft.objects.exists()
    none = browser.post(path, {"do": "fill", "body": "AL GETYPT", "submission": number}).content.decode()
    assert "Kies eerst een tekst." in none and "AL GETYPT" in none
    odd = browser.post(
        path, {"do": "fill", "template": "x", "body": "AL GETYPT", "submission": number}
    ).content.decode()
    assert "Deze tekst is er niet meer." in odd and "AL GETYPT" in odd


def test_the_coordinator_keeps_them(cast: Cast, logged_in: LogIn) -> None:
    els = logged_in(cast.users["els"])
    given = {"moment": "other", "name_nl": "Huisbezoek", "name_en": "Visit", "body_nl": "Gezien:", "body_en": "Seen:"}
    els.post(f"{SHEET}nieuw/", given | {"active": "on"})
    assert NoteTemplate.objects.get(name_nl="Huisbezoek").active
    assert "Huisbezoek" in els.get(SHEET).content.decode()
    case = make_accepted(cast)
    page = logged_in(cast.bram).get(f"/zaken/{case.reference}/verslagen/?new=1").content.decode()
    assert "Huisbezoek" in page
    assert logged_in(cast.bram).get(SHEET).status_code == 404
