"""Under 16: called back, no account and no mail; the desk sees it at once, and it costs no question more."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from cases.models import Case
from desk import snapshot, wizard
from tests.desk.asking import CONTACT, Asking
from tests.factories.cast import make_cast

LogIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    make_cast(timezone.localtime())
    snapshot.write(timezone.now())


def asked(**contact: object) -> Asking:
    asking = Asking()
    asking.walk(contact=CONTACT | contact)
    return asking


def test_called_back_and_nothing_by_mail(logged_in: LogIn) -> None:
    asking = asked(young="on", email="kind@thuis.example", safe_to_email="yes", channels=["phone", "email"])
    assert "Jonger dan 16" in asking.page
    asking.post(send="1")
    case = Case.objects.get()
    assert case.intake.is_young
    assert (case.person.contact.channels, case.person.contact.safe_to_email) == (["phone"], False)
    assert not Notice.objects.filter(kind="client.received").exists()
    samira = logged_in(case.access.get(reason="desk").team.memberships.get(user__email="samira@nabij.example").user)
    for path in (f"/loket/{case.reference}/", f"/zaken/{case.reference}/"):
        assert "Jonger dan 16: terugbellen, geen account" in samira.get(path).content.decode()


def test_a_number_is_needed() -> None:
    asking = Asking()
    asking.walk(until="contact")
    asking.post(**CONTACT | {"young": "on", "channels": ["portal"]})
    assert "wij bellen je terug" in " ".join(asking.errors["channels"])


def test_without_the_tick_nothing_changes() -> None:
    asking = asked()
    assert "Jonger dan 16" not in asking.page
    assert wizard.QUESTIONS == 8
    asking.post(send="1")
    assert not Case.objects.get().intake.is_young
    assert "young" not in Case.objects.get().intake.contact_answers
