"""The first contact person and the agreed times to ring: with the person, sealed, and in the strip."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent
from cases import first_contact
from cases.enums import EntryKind
from cases.first_contact import Agreed
from cases.forms.first_contact import FirstContactForm
from cases.models import Case, FirstContact, TimelineEntry
from cases.moves import NeedsReason
from tests.cases.test_blocks import now_cast  # noqa: F401
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
AGREED = Agreed("Fenna Maas", "mijn vrouw", "06 12 34 56 78", [dt.time(8, 30), dt.time(19)], [1, 3], True, "via de CSM")


def test_it_holds_for_every_case_of_the_person(cast: Cast, at: dt.datetime) -> None:
    first = make_case(cast, client="tom")
    first_contact.change(first, AGREED, by=cast.actor("tom"), at=at)
    second = make_case(cast, client="tom")
    texts = [rule.text for rule in first_contact.rules(Case.objects.get(pk=second.pk))]
    assert texts == [
        "Eerste contactpersoon: Fenna Maas, mijn vrouw, 06 12 34 56 78",
        "Afgesproken beltijden: maandag, woensdag: 08:30, 19:00",
        "Iets ernstigs thuis? Vertel het aan wie op missie is: via de CSM",
    ]
    entry = TimelineEntry.objects.get(kind=EntryKind.FIRST_CONTACT)
    assert (entry.by_client, entry.for_client) == (True, True)
    assert AuditEvent.objects.get(action="person.first_contact").case_id == first.pk


def test_it_is_sealed(cast: Cast, at: dt.datetime) -> None:
    first_contact.change(make_case(cast, client="tom"), AGREED, by=cast.actor("tom"), at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name::text || relation::text || number::text || abroad_how::text FROM cases_firstcontact"
        )
        assert b"Fenna" not in bytes.fromhex(cursor.fetchone()[0].replace("\\x", ""))
    assert FirstContact.objects.get().name == "Fenna Maas"


def test_staff_say_why(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    with pytest.raises(NeedsReason):
        first_contact.change(case, AGREED, by=cast.actor("samira"), at=at)
    first_contact.change(case, AGREED, by=cast.actor("samira"), at=at, reason="Tom belde.")
    entry = TimelineEntry.objects.get(kind=EntryKind.FIRST_CONTACT)
    assert (entry.by, entry.text) == (cast.samira, "Tom belde.")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("19.00 8:30 en 08:30", [dt.time(8, 30), dt.time(19)]),
        ("1:00, 2:00, 3:00, 4:00, 5:00, 6:00", [dt.time(hour) for hour in range(1, 7)]),
    ],
)
def test_times_in_any_spelling(typed: str, found: list[dt.time]) -> None:
    form = FirstContactForm({"ring_times": typed, "tell_abroad": "no"})
    assert form.is_valid(), form.errors
    assert form.agreed().ring_times == found


@pytest.mark.parametrize("typed", ["24:00", "8:60", "half negen", "1:00 2:00 3:00 4:00 5:00 6:00 7:00", "8", "-1:00"])
def test_what_is_no_time_is_said(typed: str) -> None:
    assert "ring_times" in FirstContactForm({"ring_times": typed}).errors


def test_days_need_times() -> None:
    assert "ring_times" in FirstContactForm({"ring_days": ["1"]}).errors


def test_both_sides_change_it_and_the_strip_shows_it(now_cast: Cast, logged_in: LogIn) -> None:  # noqa: F811
    case = make_accepted(now_cast, client="tom")
    given = {"name": "Fenna Maas", "ring_times": "8:30", "tell_abroad": "no", "number": "0612345678"}
    assert logged_in(now_cast.tom).post(f"/mijn/{case.reference}/eerste-contact/", given).status_code == 302
    bram = logged_in(now_cast.bram)
    assert "Fenna Maas, 06 12 34 56 78" in bram.get(f"/zaken/{case.reference}/").content.decode()
    page = f"/zaken/{case.reference}/eerste-contact/"
    assert bram.post(page, given | {"name": "Wil Maas"}).status_code == 200
    assert bram.post(page, given | {"name": "Wil Maas", "reason": "Tom belde."}).status_code == 302
    assert FirstContact.objects.get().name == "Wil Maas"
    for who, status in (("ilse", 404), ("karin", 404), ("arie", 404), ("lisa", 404)):
        assert logged_in(now_cast.users[who]).post(page, given | {"reason": "x"}).status_code == status
