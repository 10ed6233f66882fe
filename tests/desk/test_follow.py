"""The page that asks for reference and pass-phrase, and the page of a commander's question."""

import uuid
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.actors import ANONYMOUS
from accounts.models import AuditEvent
from cases import advice as advices
from cases import following
from cases.intake import Submission
from cases.models import CommanderAdvice
from cases.moments import promise_words
from cases.moves import NotNow
from desk.reception import Receipt, take_in
from tests.factories.cast import Cast


def sent(requester: str = "self") -> Receipt:
    asked = Submission(submission_id=uuid.uuid4(), danger="no", requester=requester, story="kanarie")
    return take_in(asked, by=ANONYMOUS, at=timezone.now())


def visitor() -> Client:
    return Client(headers={"accept-language": "nl"})


def entered(client: Client, receipt: Receipt, **changed: str) -> Any:
    return client.post("/volgen/", {"reference": receipt.reference, "phrase": receipt.passphrase} | changed)


def test_the_right_pair_opens_the_clients_page(cast: Cast) -> None:
    client, receipt = visitor(), sent()
    response = entered(client, receipt, reference=receipt.reference.lower().replace("-", " "))
    assert (response.status_code, response["Location"]) == (302, "/volgen/aanvraag/")
    page = client.get("/volgen/aanvraag/")
    assert page.status_code == 200 and receipt.reference in page.content.decode()


def test_it_always_begins_a_new_session(cast: Cast) -> None:
    client, receipt = visitor(), sent()
    client.force_login(cast.samira)
    before = client.cookies["__Host-session"].value
    entered(client, receipt)
    assert client.cookies["__Host-session"].value != before
    assert client.get("/loket/").status_code != 200


@pytest.mark.parametrize(
    "wrong", [{"phrase": "mis"}, {"reference": "NB-2222-2222"}, {"reference": "\x00"}, {"phrase": "🦆" * 200}]
)
def test_a_wrong_pair_is_told_in_one_sentence_and_kept(cast: Cast, wrong: dict[str, str]) -> None:
    client, receipt = visitor(), sent()
    response = entered(client, receipt, **wrong)
    page = response.content.decode()
    assert response.status_code == 200 and "Fout: " in page and "__Host-session" not in response.cookies
    if "\x00" not in "".join(wrong.values()):
        assert "horen niet bij elkaar" in page
        assert [response.context["form"][name].value() for name in wrong] == list(wrong.values())


def test_empty_fields_have_their_own_words(db: None) -> None:
    errors = visitor().post("/volgen/", {}).context["form"].errors
    assert errors == {"reference": ["Vul je kenmerk in."], "phrase": ["Vul je wachtzin in."]}


def test_after_five_tries_it_asks_to_wait(cast: Cast) -> None:
    client, receipt = visitor(), sent()
    for _try in range(5):
        entered(client, receipt, phrase="mis")
    page = entered(client, receipt).content.decode()
    assert "Wacht 5 seconden en probeer het dan opnieuw." in page or "Wacht 4 seconden" in page


def test_without_a_database_it_says_so(db: None) -> None:
    with patch.object(following, "try_phrase", side_effect=OperationalError("gone")):
        response = visitor().post("/volgen/", {"reference": "NB-2222-2222", "phrase": "een twee"})
    assert response.status_code == 503 and "Je aanvraag is veilig" in response.content.decode()
    assert "NB-2222-2222" in response.content.decode()


@pytest.mark.parametrize("path", ["/volgen/aanvraag/", "/volgen/vraag/"])
def test_who_follows_nothing_is_asked_for_the_pair(db: None, path: str) -> None:
    assert visitor().get(path)["Location"] == "/volgen/"


def test_a_commanders_question_has_a_page_of_its_own(cast: Cast) -> None:
    client, receipt = visitor(), sent("team_advice")
    assert entered(client, receipt)["Location"] == "/volgen/vraag/"
    page = client.get("/volgen/vraag/").content.decode()
    assert receipt.reference in page and "Trek mijn vraag in" in page
    with override("nl"):
        assert promise_words(receipt.promised_at, timezone.now()) in page
    assert client.get("/volgen/aanvraag/")["Location"] == "/volgen/"
    assert AuditEvent.objects.filter(action="advice.viewed", actor_kind="follower").exists()


def test_a_question_can_be_withdrawn_once(cast: Cast) -> None:
    client, receipt = visitor(), sent("team_advice")
    entered(client, receipt)
    for _press in range(2):
        assert client.post("/volgen/vraag/")["Location"] == "/volgen/vraag/"
    advice = CommanderAdvice.objects.get()
    assert (advice.state, advice.version, advice.done_at is not None) == ("withdrawn", 2, True)
    assert "Trek mijn vraag in" not in client.get("/volgen/vraag/").content.decode()


def test_an_answered_question_cannot_be_withdrawn(cast: Cast) -> None:
    sent("team_advice")
    CommanderAdvice.objects.update(state="done", done_at=timezone.now())
    with pytest.raises(NotNow):
        advices.withdraw(CommanderAdvice.objects.get(), by=ANONYMOUS, at=timezone.now())


def test_closing_the_page_ends_it(cast: Cast) -> None:
    client, receipt = visitor(), sent()
    entered(client, receipt)
    assert client.post("/volgen/stoppen/")["Location"] == "/"
    assert client.get("/volgen/aanvraag/")["Location"] == "/volgen/"
