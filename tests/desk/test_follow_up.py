"""Somebody who asks again is offered to add to the running request, which reaches the contact person."""

import datetime as dt
import html
import uuid
from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from accounts.actors import ANONYMOUS, actor_for
from accounts.models import Notice
from cases import actions
from cases.intake import Submission
from cases.models import Case
from desk import reception
from tests.desk.asking import Asking
from tests.factories.cast import Cast
from tests.world import follower_session


def asked(cast: Cast, at: dt.datetime, *, account: bool) -> Case:
    by = actor_for(cast.tom, at) if account else ANONYMOUS
    sent = reception.take_in(Submission(submission_id=uuid.uuid4(), danger="no"), by=by, at=at)
    case = Case.objects.get(reference=sent.reference)
    actions.take(case, by=actor_for(cast.samira, at), at=at)
    return case


def text(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_the_form_begins_with_the_running_request() -> None:
    page = text(Client(headers={"accept-language": "nl"}), "/vraag/")
    assert all(part in page for part in ("Heb je al een aanvraag bij ons lopen?", 'href="/mijn/"', 'href="/volgen/"'))


def test_only_the_first_question_says_so() -> None:
    someone = Asking()
    someone.post(danger="no")
    assert "Heb je al een aanvraag" not in someone.page


def test_with_an_account_it_joins_the_case_and_tells_the_contact_person(
    cast: Cast, at: dt.datetime, logged_in: Callable[..., Client]
) -> None:
    case = asked(cast, at, account=True)
    tom = logged_in(cast.tom, headers={"accept-language": "nl"})
    page = text(tom, "/mijn/")
    story = f"/mijn/{case.reference}/verhaal/"
    assert (f'href="{story}"' in page, 'href="/mijn/nieuw/"' in page) == (True, True)
    number = str(uuid.uuid4())
    assert tom.post(story, {"text": "Er is iets bijgekomen.", "submission": number}).status_code == 302
    assert case.timeline.get(kind="added").by_client
    told = Notice.objects.filter(kind="case.message", subject_id=case.pk).values_list("user", flat=True)
    assert set(told) == {cast.samira.pk}
    assert Case.objects.count() == 1


def test_a_finished_request_offers_nothing(cast: Cast, at: dt.datetime, logged_in: Callable[..., Client]) -> None:
    case = asked(cast, at, account=True)
    actions.withdraw(case, by=actor_for(cast.tom, at), at=at)
    assert f"/mijn/{case.reference}/verhaal/" not in text(logged_in(cast.tom), "/mijn/")


def test_who_follows_by_reference_finds_both_ways(cast: Cast) -> None:
    at = timezone.now()
    case = asked(cast, at, account=False)
    client = Client(headers={"accept-language": "nl"})
    client.cookies["__Host-session"] = follower_session(case.intake, at)
    page = text(client, "/volgen/aanvraag/")
    assert ("/volgen/aanvraag/verhaal/" in page, "Over iets anders: een nieuwe aanvraag" in page) == (True, True)
