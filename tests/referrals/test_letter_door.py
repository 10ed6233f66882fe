"""The door of a provider outside: a link and a code, five wrong ones shut it, and nothing is said before."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdfium2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.delivery import deliver_due
from accounts.models import AuditEvent, Notice
from cases.enums import CaseState
from cases.models import Case
from cases.moves import NotNow
from referrals.letters import door, sending, writing
from referrals.letters.door import MOST_TRIES, Given
from referrals.letters.enums import LetterState
from referrals.models import Letter
from tests.factories.cases import PHRASE
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import make_given, make_letter, make_service
from tests.factories.work import make_accepted

WRONG = "0000 0000"
DAY = dt.timedelta(days=1)
NO = "Deze link en deze code openen geen brief"


@pytest.fixture
def at() -> dt.datetime:
    """The pages read the clock."""
    return timezone.now()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, state=CaseState.ACTIVE)


@pytest.fixture
def given(cast: Cast, case: Case) -> Given:
    return make_given(cast, case)


def path(given: Given) -> str:
    return door.path_of(door.link_of(given.letter))


def wrong(given: Given) -> str:
    return WRONG if given.code != WRONG else "1111 1111"


def reread(given: Given) -> Letter:
    return Letter.objects.select_related("case__data_key").get(pk=given.letter.pk)


def told(kind: str) -> int:
    return Notice.objects.filter(kind=kind, channel="inbox").count()


def ticket_in(page: Any) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_the_code_opens_it_and_the_worker_hears_the_first_time_only(given: Given) -> None:
    page = Client().post(path(given), {"code": given.code.replace(" ", "-")})
    assert page.status_code == 200
    assert "Ruzie met de sergeant" in page.content.decode()
    Client().post(path(given), {"code": given.code})
    row = reread(given)
    assert (row.openings, row.failures) == (2, 0)
    assert row.opened_at and row.last_opened_at and row.opened_at < row.last_opened_at
    assert told("letter.opened") == 1
    opened = AuditEvent.objects.filter(action="letter.opened", case_id=row.case_id)
    assert [event.basis for event in opened] == ["link and code"] * 2


def test_nothing_is_said_before_the_code_and_nothing_is_kept_anywhere(given: Given) -> None:
    for page in (Client().get(path(given)), Client().post(path(given), {"code": wrong(given)})):
        text = page.content.decode()
        for word in ("Tom", "Schuldhulp", "Ruzie", given.letter.case.reference, "Bram"):
            assert word not in text
        assert "no-store" in page["Cache-Control"]
        assert "noindex" in text
        assert "sessionid" not in page.cookies
    inside = Client().post(path(given), {"code": given.code})
    assert "no-store" in inside["Cache-Control"]
    assert "noindex" in inside.content.decode()
    assert "sessionid" not in inside.cookies


def test_looking_changes_nothing(given: Given) -> None:
    """Mail programs open links before anybody reads the mail."""
    before = AuditEvent.objects.count()
    for ask in ("get", "head"):
        assert getattr(Client(), ask)(path(given)).status_code == 200
    for ask in ("options", "put", "delete", "patch", "trace"):
        assert getattr(Client(), ask)(path(given)).status_code == 405
    row = reread(given)
    assert (row.openings, row.failures, row.opened_at) == (0, 0, None)
    assert AuditEvent.objects.count() == before


def test_five_wrong_codes_shut_it_until_there_is_a_new_one(cast: Cast, given: Given) -> None:
    for number in range(1, MOST_TRIES + 1):
        assert NO in Client().post(path(given), {"code": wrong(given)}).content.decode()
        assert reread(given).failures == number
    assert NO in Client().post(path(given), {"code": given.code}).content.decode()
    assert (reread(given).openings, told("letter.shut")) == (0, 1)
    Client().post(path(given), {"code": wrong(given)})
    assert (reread(given).failures, told("letter.shut")) == (MOST_TRIES, 1)
    again = door.give_link(given.letter, mail=False, by=cast.actor("bram"), at=timezone.now())
    assert door.link_of(again.letter) == door.link_of(given.letter)
    assert door.try_code(door.link_of(given.letter), given.code, at=timezone.now()) is None
    assert "Ruzie" in Client().post(path(again), {"code": again.code}).content.decode()


def test_four_wrong_ones_are_forgiven_by_the_right_one(given: Given) -> None:
    token, at = door.link_of(given.letter), timezone.now()
    for _try in range(MOST_TRIES - 1):
        assert door.try_code(token, wrong(given), at=at) is None
    assert door.try_code(token, given.code, at=at) is not None
    for _try in range(MOST_TRIES - 1):
        door.try_code(token, wrong(given), at=at)
    assert door.try_code(token, given.code, at=at) is not None


def everything_that_does_not_open(cast: Cast, case: Case, at: dt.datetime) -> Iterator[tuple[str, str]]:
    """A link and a code of each kind that has to look the same."""
    good = make_given(cast, case, make_service("Een"))
    yield path(good), wrong(good)
    other = make_given(cast, case, make_service("Twee"))
    yield path(good), other.code
    yield "/brief/abcdefghijklmnopqrstuvwxyz234567/", good.code
    yield "/brief/-/", good.code
    over = make_given(cast, case, make_service("Drie"))
    Letter.objects.filter(pk=over.letter.pk).update(link_until=at - DAY)
    yield path(over), over.code
    back = make_given(cast, case, make_service("Vier"))
    address = path(back)
    writing.withdraw(back.letter, by=cast.actor("bram"), at=at)
    yield address, back.code
    shut = make_given(cast, case, make_service("Vijf"))
    Letter.objects.filter(pk=shut.letter.pk).update(failures=MOST_TRIES)
    yield path(shut), shut.code
    yield path(good), ""
    yield path(good), "×" * 60
    yield path(good), "٣٣٣٣٣٣٣٣"


def test_wrong_over_shut_withdrawn_and_unknown_look_the_same(cast: Cast, case: Case, at: dt.datetime) -> None:
    looks = set()
    for address, code in everything_that_does_not_open(cast, case, at):
        page = Client().post(address, {"code": code})
        text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce|value|action)="[^"]*"', "", page.content.decode())
        if code:
            looks.add((page.status_code, re.sub(r"/brief/[^/\"]*/", "", text)))
        assert "Een brief voor u" in text
    assert len(looks) == 1


def test_it_is_over_after_the_term_of_the_settings(cast: Cast, given: Given, at: dt.datetime) -> None:
    token = door.link_of(given.letter)
    assert door.try_code(token, given.code, at=at + settings.LETTER_LINK_DAYS - DAY) is not None
    assert door.try_code(token, given.code, at=at + settings.LETTER_LINK_DAYS) is None


def test_a_ticket_counts_for_its_own_letter_and_its_own_code(cast: Cast, case: Case, given: Given) -> None:
    other = make_given(cast, case, make_service("Elders"))
    ticket = ticket_in(Client().post(path(given), {"code": given.code}))
    answer = {"answer": "accepted", "do": "answer", "note": ""}
    for address, proof in (
        (path(other), ticket), (path(given), ticket[:-2] + "xx"), (path(given), ""), (path(given), "a:b:c"),
        (path(given), "\x00"),
    ):  # fmt: skip
        page = Client().post(address, answer | {"ticket": proof})
        assert page.status_code == 200
        assert "Geef de code nog een keer" in page.content.decode()
    assert (reread(given).state, reread(other).state) == (LetterState.SENT, LetterState.SENT)
    door.give_link(given.letter, mail=False, by=cast.actor("bram"), at=timezone.now())
    assert "Geef de code" in Client().post(path(given), answer | {"ticket": ticket}).content.decode()


def test_a_ticket_of_a_letter_that_was_taken_back_opens_nothing(cast: Cast, given: Given) -> None:
    address = path(given)
    ticket = ticket_in(Client().post(address, {"code": given.code}))
    writing.withdraw(given.letter, by=cast.actor("bram"), at=timezone.now())
    page = Client().post(address, {"ticket": ticket, "do": "file"})
    assert page["Content-Type"].startswith("text/html")
    assert "Geef de code" in page.content.decode()


def test_a_ticket_is_good_for_half_an_hour(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = door.ticket_of(given.letter)
    token, now = door.link_of(given.letter), timezone.now()
    assert door.by_ticket(token, ticket, at=now) is not None
    monkeypatch.setattr("django.core.signing.time.time", lambda: now.timestamp() + 31 * 60)
    assert door.by_ticket(token, ticket, at=now) is None


def test_the_letter_is_taken_along_as_a_file(given: Given) -> None:
    ticket = ticket_in(Client().post(path(given), {"code": given.code}))
    page = Client().post(path(given), {"ticket": ticket, "do": "file"})
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"].startswith("attachment")
    assert "no-store" in page["Cache-Control"]
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(page.content))
    assert "Vertrouwelijk" in text
    assert "Ruzie met de sergeant" in text
    assert AuditEvent.objects.filter(action="letter.taken", case_id=given.letter.case_id).count() == 1


@pytest.mark.parametrize(("said", "words"), [("accepted", "dat u kunt helpen"), ("declined", "dat u niet kunt helpen")])
def test_the_answer_comes_to_the_worker_and_counts_once(given: Given, said: str, words: str) -> None:
    ticket = ticket_in(Client().post(path(given), {"code": given.code}))
    fields = {"ticket": ticket, "do": "answer", "answer": said, "note": "Vanaf volgende week."}
    for _twice in range(2):
        assert words in Client().post(path(given), fields).content.decode()
    row = reread(given)
    assert (row.state, row.answered_by_id, row.answer_note) == (said, None, "Vanaf volgende week.")
    assert row.answered_on == timezone.localdate()
    assert told("letter.answered") == 1
    other = "declined" if said == "accepted" else "accepted"
    assert "al beantwoord" in Client().post(path(given), fields | {"answer": other}).content.decode()
    assert reread(given).state == said


@pytest.mark.parametrize("answer", ["", "no_answer", "withdrawn", "x" * 500])
def test_a_wrong_answer_is_asked_again_with_what_was_typed(given: Given, answer: str) -> None:
    ticket = ticket_in(Client().post(path(given), {"code": given.code}))
    page = Client().post(path(given), {"ticket": ticket, "do": "answer", "answer": answer, "note": "Wij zitten vol."})
    assert page.status_code == 200
    assert "Wij zitten vol." in page.content.decode()
    assert reread(given).state == LetterState.SENT


def test_the_words_of_a_provider_are_words(given: Given) -> None:
    ticket = ticket_in(Client().post(path(given), {"code": given.code}))
    page = Client().post(
        path(given), {"ticket": ticket, "do": "answer", "answer": "", "note": "<script>alert(1)</script>"}
    )
    assert "<script>alert" not in page.content.decode()


def test_the_mail_has_the_link_and_neither_code_nor_name(given: Given, mailoutbox: list[Any]) -> None:
    deliver_due(timezone.now())
    mail = next(one for one in mailoutbox if one.to == ["post@schuldhulp.example"])
    whole = mail.subject + mail.body
    assert path(given) in whole
    for word in (given.code, given.code.replace(" ", ""), "Tom", "Ruzie", given.letter.case.reference):
        assert word not in whole


def test_a_letter_on_paper_or_unsent_has_no_door(cast: Cast, case: Case) -> None:
    letter = make_letter(cast, case)
    assert door.link_of(letter) == ""
    writing.approve_by_phone(letter, phrase=PHRASE, by=cast.actor("bram"), at=cast.at)
    sending.send_on_paper(letter, by=cast.actor("bram"), at=cast.at)
    with pytest.raises(NotNow):
        door.give_link(letter, mail=False, by=cast.actor("bram"), at=cast.at)
    assert not Letter.objects.exclude(token_hash="").exists()


@pytest.mark.parametrize("tries", [12])
def test_wrong_codes_at_once_are_all_counted(committed_db: None, tries: int) -> None:
    """As many connections as there are tries: no more than five are ever compared."""
    cast = make_cast(timezone.now())
    given = make_given(cast, make_accepted(cast, state=CaseState.ACTIVE))
    token, code = door.link_of(given.letter), wrong(given)
    with ThreadPoolExecutor(tries) as pool:
        assert (
            list(pool.map(lambda _one: _closing(lambda: door.try_code(token, code, at=cast.at)), range(tries)))
            == [None] * tries
        )
    assert reread(given).failures == MOST_TRIES
    assert AuditEvent.objects.filter(action="letter.tried", basis="wrong code").count() == MOST_TRIES
    assert door.try_code(token, given.code, at=cast.at) is None


def test_a_yes_and_a_no_at_once_are_one_answer(committed_db: None) -> None:
    cast = make_cast(timezone.now())
    for number in range(5):
        given = make_given(cast, make_accepted(cast, state=CaseState.ACTIVE), make_service(f"Hulp {number}"))

        def say(said: str, one: Given = given) -> str:
            try:
                return door.answer(one.letter, said, note="", at=cast.at).state
            except NotNow:
                return ""

        with ThreadPoolExecutor(2) as pool:
            found = sorted(pool.map(lambda said: _closing(lambda: say(said)), ["accepted", "declined"]))
        assert found[0] == ""
        assert found[1] == reread(given).state


def _closing(verb: Callable[[], Any]) -> Any:
    try:
        return verb()
    finally:
        connection.close()
