"""The letter that confirms a request: in the client's language, and without who we are unless they agree."""

import datetime as dt
import html
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import ANONYMOUS, actor_for
from accounts.models import AuditEvent
from cases.enums import AccessScope
from cases.intake import ByDesk, Submission
from cases.models import Case, CaseAccess
from desk import reception, snapshot
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
STORY = "Mijn sergeant schreeuwt."


def asked(at: dt.datetime, language: str = "nl", by_desk: ByDesk | None = None, **contact: Any) -> Case:
    snapshot.write(at)
    submission = Submission(
        submission_id=uuid.uuid4(), danger="no", story=STORY, language=language, topic_titles=("Ruzie",),
        contact={"name": "Noor"} | contact, by_desk=by_desk,
    )  # fmt: skip
    return Case.objects.get(reference=reception.take_in(submission, by=ANONYMOUS, at=at).reference)


def letter(client: Client, case: Case, chosen: str = "") -> str:
    """Only the letter itself: what is around it is not printed."""
    page = html.unescape(client.get(f"/zaken/{case.reference}/brief/{chosen}").content.decode())
    return page[page.index("<article") : page.index("</article>")]


def test_it_says_what_somebody_needs_and_nothing_more(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case = asked(at)
    desk = logged_in(cast.samira)
    words = letter(desk, case)
    numbers = {line.number for line in snapshot.read().lines.values()}
    assert all(part in words for part in ("Hallo Noor,", case.reference, "vrijdag 13 maart, 17:00", "112", *numbers))
    phrase = reception._sent_before(Submission(submission_id=case.intake.submission_id))
    assert phrase is not None
    assert not any(part in words for part in (STORY, "Ruzie", phrase.passphrase, "oket", settings.BRAND_NAME))
    event = AuditEvent.objects.filter(action="case.viewed", case_id=case.pk).latest("id")
    assert (event.part, event.actor_id) == ("letter", str(cast.samira.pk))


def test_who_we_are_is_said_when_they_agreed_or_when_it_is_chosen(
    cast: Cast, at: dt.datetime, logged_in: LogIn
) -> None:  # fmt: skip
    silent, named, desk = asked(at), asked(at, may_identify=True), logged_in(cast.samira)
    told = [
        settings.BRAND_NAME in letter(desk, case, chosen)
        for case, chosen in ((silent, ""), (silent, "?from=us"), (named, ""), (named, "?from=nobody"))
    ]
    assert told == [False, True, True, False]


def test_in_the_clients_language(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    words = letter(logged_in(cast.samira, headers={"accept-language": "nl"}), asked(at, "en"))
    assert ('lang="en"' in words, "Hello Noor," in words, "Friday 13 March, 17:00" in words) == (True, True, True)


def test_a_letter_that_came_before_is_confirmed_with_its_own_day(
    cast: Cast, at: dt.datetime, logged_in: LogIn
) -> None:  # fmt: skip
    case = asked(at, by_desk=ByDesk(received_at=at - dt.timedelta(days=5)))
    assert "donderdag 5 maart" in letter(logged_in(cast.samira), case)


def test_after_the_first_talk_it_promises_nothing(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case = asked(at)
    Case.objects.filter(pk=case.pk).update(first_contact_at=at)
    assert "Je hoort van ons" not in letter(logged_in(cast.samira), case)


def test_who_may_contact_the_client_may_make_it(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case = asked(at)
    CaseAccess.objects.filter(case=case, team=cast.teams["desk"]).update(scope=AccessScope.CONTACT)
    address = f"/zaken/{case.reference}/brief/"
    answers = {name: logged_in(cast.users[name]).get(address).status_code for name in ("samira", "bram", "vera", "tom")}
    assert answers == {"samira": 200, "bram": 404, "vera": 404, "tom": 404}
    assert logged_in(cast.samira).post(address).status_code == 405


@pytest.mark.parametrize("page", ["/loket/{}/", "/zaken/{}/"])
def test_it_is_found_from_the_case(cast: Cast, at: dt.datetime, logged_in: LogIn, page: str) -> None:
    case = asked(at)
    answer = logged_in(cast.samira).get(page.format(case.reference))
    assert f"/zaken/{case.reference}/brief/" in answer.content.decode()
    assert actor_for(cast.samira, at).roles
