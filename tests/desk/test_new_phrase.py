"""A new pass-phrase on the phone: shown once, the old one stops, and only who may contact the client gives it."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actors import ANONYMOUS
from accounts.models import AuditEvent
from cases.enums import AccessScope
from cases.following import try_phrase
from cases.intake import Submission
from cases.models import Case, CaseAccess, NewPhrase
from desk.reception import Receipt, take_in
from tests.factories.cast import Cast
from tests.world import let_in

HERE = "192.0.2.1"


@pytest.fixture
def sent(cast: Cast) -> Receipt:
    return take_in(Submission(submission_id=uuid.uuid4(), danger="no"), by=ANONYMOUS, at=timezone.now())


def browser(cast: Cast, name: str) -> Client:
    return let_in(Client(headers={"accept-language": "nl"}), cast.users[name])


def test_the_new_phrase_works_and_the_old_one_does_not(cast: Cast, sent: Receipt) -> None:
    client, at = browser(cast, "samira"), timezone.now()
    phrases = [client.post(f"/loket/{sent.reference}/wachtzin/", {"asked": "on"}).context["phrase"] for _ in range(2)]
    opened = [try_phrase(sent.reference, one, place=HERE, at=at).actor for one in (sent.passphrase, *phrases)]
    assert [actor is not None for actor in opened] == [False, False, True]
    event = AuditEvent.objects.filter(action="follow.new_phrase").latest("id")
    assert (event.actor_id, event.case_id) == (str(cast.samira.pk), Case.objects.get().pk)
    assert phrases[1] not in str(NewPhrase.objects.values_list("passphrase_hash", flat=True))


def test_first_you_must_know_who_calls(cast: Cast, sent: Receipt) -> None:
    page = browser(cast, "samira").post(f"/loket/{sent.reference}/wachtzin/", {})
    assert page.context["form"].errors == {"asked": ["Zorg eerst dat je weet wie er belt."]}
    assert not NewPhrase.objects.exists()


def test_looking_at_the_page_changes_nothing(cast: Cast, sent: Receipt) -> None:
    assert browser(cast, "samira").get(f"/loket/{sent.reference}/wachtzin/").status_code == 200
    assert not NewPhrase.objects.exists()


@pytest.mark.parametrize("name", ["bram", "vera", "arie", "tom"])
def test_nobody_else_can(cast: Cast, sent: Receipt, name: str) -> None:
    assert browser(cast, name).post(f"/loket/{sent.reference}/wachtzin/", {"asked": "on"}).status_code == 404
    assert not NewPhrase.objects.exists()


def test_sending_the_form_again_no_longer_shows_a_phrase(cast: Cast) -> None:
    asked = Submission(submission_id=uuid.uuid4(), danger="no")
    sent = take_in(asked, by=ANONYMOUS, at=timezone.now())
    browser(cast, "samira").post(f"/loket/{sent.reference}/wachtzin/", {"asked": "on"})
    assert take_in(asked, by=ANONYMOUS, at=timezone.now()).passphrase == ""


def test_after_acceptance_the_desk_may_not_let_itself_in(cast: Cast, sent: Receipt) -> None:
    case = Case.objects.get()
    CaseAccess.objects.filter(case=case, team=cast.teams["desk"]).update(scope=AccessScope.CONTACT)
    answer = browser(cast, "samira").post(f"/loket/{sent.reference}/wachtzin/", {"asked": "on"})
    assert (answer.status_code, NewPhrase.objects.count()) == (403, 0)


def test_the_same_form_twice_shows_the_same_phrase(cast: Cast, sent: Receipt) -> None:
    client, address = browser(cast, "samira"), f"/loket/{sent.reference}/wachtzin/"
    number = re.search(r'name="submission" value="([^"]+)"', client.get(address).content.decode())
    assert number is not None
    typed = {"asked": "on", "submission": number[1]}
    first, second = (client.post(address, typed).context["phrase"] for _ in range(2))
    assert first == second != sent.passphrase
    assert try_phrase(sent.reference, first, place=HERE, at=timezone.now()).actor is not None
    assert NewPhrase.objects.count() == AuditEvent.objects.filter(action="follow.new_phrase").count() == 1


def test_an_old_form_says_that_a_newer_phrase_was_given(cast: Cast, sent: Receipt) -> None:
    client, address = browser(cast, "samira"), f"/loket/{sent.reference}/wachtzin/"
    typed = {"asked": "on", "submission": str(uuid.uuid4())}
    client.post(address, typed)
    newer = client.post(address, {"asked": "on", "submission": str(uuid.uuid4())}).context["phrase"]
    page = client.post(address, typed)
    assert page.context["phrase"] == "" and "later een nieuwere wachtzin" in page.content.decode()
    assert try_phrase(sent.reference, newer, place=HERE, at=timezone.now()).actor is not None
