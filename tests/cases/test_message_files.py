"""Files that go along with a message: all of them or none, each checked and opened by itself."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.actors import follower
from accounts.models import Notice
from cases import actions, claiming, closing, documents, messages
from cases.documents import Upload
from cases.enums import CaseOutcome
from cases.forms.documents import AGAIN
from cases.messages import Attached, Bubble
from cases.models import Case, Document, DocumentVersion, Message
from cases.moves import NotNow
from tests import clamd
from tests.desk.counting import queries_of
from tests.desk.test_client import follow
from tests.factories.cast import Cast
from tests.factories.files import pdf, picture, upload
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
ENGLISH = {"accept-language": "en"}
PROGRAM = b"MZ\x90\x00" + bytes(60)


@pytest.fixture(autouse=True)
def _now(cast: Cast) -> Iterator[None]:
    with time_machine.travel(cast.at, tick=False):
        yield


@pytest.fixture
def case(cast: Cast) -> Case:
    case = make_accepted(cast)
    case.person.contact.channels = ["phone", "portal"]
    case.person.contact.save()
    claiming.claim(case, by=cast.actor("tom"), at=cast.at)
    return case


@pytest.fixture
def bram(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.bram)


def three() -> list[Upload]:
    return [upload(name="een.txt"), Upload("twee.jpg", picture()), Upload("drie.pdf", pdf())]


def send(case: Case, cast: Cast, *files: Upload, number: uuid.UUID | None = None) -> Message:
    """From the client, at home."""
    return messages.send(case, submission_id=number or uuid.uuid4(), body="Zie de brieven", by=follower(case.pk),
                         at=cast.at, files=files)  # fmt: skip


def seen(case: Case, *, for_client: bool = False) -> list[Bubble]:
    return messages.thread(messages.page_of(case), for_client=for_client, address=lambda one: f"/{one}/")


def sent(*files: tuple[str, bytes], **more: str) -> dict[str, Any]:
    attached = [SimpleUploadedFile(name, content) for name, content in files]
    return {"body": "Zie de brieven", "submission": str(uuid.uuid4()), "attached": attached} | more


def doors(case: Case, cast: Cast, logged_in: LogIn) -> list[tuple[Client, str]]:
    """Where a message is written: the client with an account, the client with the pass-phrase, the worker."""
    return [
        (logged_in(cast.tom), reverse("my_case", args=[case.reference])),
        (follow(case), reverse("follow_case")),
        (logged_in(cast.bram), reverse("case_messages", args=[case.reference])),
    ]


def test_all_of_them_stand_under_it_in_order_and_say_how_far_they_are(case: Case, cast: Cast) -> None:
    send(case, cast, *three())
    rows = list(Document.objects.order_by("place"))
    assert [row.place for row in rows] == [0, 1, 2] and len({row.message_id for row in rows}) == 1
    names = ["een.txt", "twee.jpg", "drie.pdf"]
    waiting = [Attached(name, f"/{row.pk}/", "wordt nog nagekeken") for name, row in zip(names, rows, strict=True)]
    assert [seen(case, for_client=True)[0].files, seen(case)[0].files] == [waiting, waiting]
    documents.check_due(cast.at)
    assert [one.note for one in seen(case)[0].files] == ["", "", ""]
    rows[1].case = case
    documents.remove(rows[1], reason="Verkeerde zaak.", by=cast.actor("bram"), at=cast.at)
    assert [(one.note, bool(one.url)) for one in seen(case)[0].files] == [
        ("", True), ("verwijderd", False), ("", True),
    ]  # fmt: skip
    assert Notice.objects.filter(kind="case.message", channel="inbox").count() == 1


def test_one_that_is_locked_is_not_given_out_and_the_others_are(
    case: Case, cast: Cast, bram: Client, settings: Any
) -> None:
    send(case, cast, upload(name="een.txt"), upload(b"brief " + clamd.VIRUS, "twee.txt"), Upload("drie.pdf", pdf()))
    with clamd.running() as settings.CLAMD:
        documents.check_due(cast.at)
    assert [one.note for one in seen(case, for_client=True)[0].files] == ["", "kan niet worden geopend", ""]
    for browser, name, first in ((bram, "case", [case.reference]), (follow(case), "follow", [])):
        rows = Document.objects.order_by("place")
        found = [browser.get(reverse(f"{name}_document_file", args=[*first, row.pk, 1])) for row in rows]
        assert [answer.status_code for answer in found] == [200, 404, 200]
    assert [version.lock for version in DocumentVersion.objects.exclude(lock="")] == ["virus"]


def test_a_second_click_doubles_nothing(case: Case, cast: Cast) -> None:
    number = uuid.uuid4()
    assert send(case, cast, *three(), number=number) == send(case, cast, *three(), number=number)
    assert (Message.objects.count(), Document.objects.count(), DocumentVersion.objects.count()) == (1, 3, 3)


def test_no_two_files_have_one_place_in_a_message(case: Case, cast: Cast) -> None:
    message = send(case, cast, *three())
    with pytest.raises(IntegrityError):
        Document.objects.filter(message=message).update(place=0)


@pytest.mark.parametrize(
    "files",
    [
        [upload(b"")],
        [upload(), upload(b""), upload()],
        [upload(b"x", f"{number}.txt") for number in range(6)],
        [upload(b"x" * 9_000_000, f"{number}.txt") for number in range(3)],
    ],
    ids=["empty", "second empty", "six", "too large together"],
)
def test_with_one_that_cannot_be_taken_nothing_is_sent(case: Case, cast: Cast, files: list[Upload]) -> None:
    with pytest.raises(NotNow):
        send(case, cast, *files)
    assert (Message.objects.count(), Document.objects.count()) == (0, 0)


def test_what_waits_to_be_checked_counts_for_all_of_them_together(case: Case, cast: Cast) -> None:
    send(case, cast, *[upload(b"x" * 8_000_000, f"{number}.txt") for number in range(3)])
    with pytest.raises(NotNow):
        send(case, cast, upload(), upload(b"x" * 1_500_000))
    assert (Message.objects.count(), Document.objects.count()) == (1, 3)


def test_three_go_along_by_every_door(case: Case, cast: Cast, logged_in: LogIn) -> None:
    for number, (browser, address) in enumerate(doors(case, cast, logged_in), 1):
        assert "multiple" in browser.get(address).content.decode()
        files, submission = [("een.txt", b"Een"), ("twee.png", picture("PNG")), ("drie.pdf", pdf())], str(uuid.uuid4())
        for _twice in range(2):
            assert browser.post(address, sent(*files, submission=submission)).status_code == 302
        assert (Message.objects.count(), Document.objects.count()) == (number, 3 * number)
        page = browser.get(address).content.decode()
        assert page.count("een.txt") == page.count("drie.pdf") == number


WRONG: list[tuple[list[tuple[str, bytes]], str]] = [
    ([("een.txt", b"Een"), ("salaris.exe", PROGRAM), ("drie.txt", b"Drie")], "salaris.exe: Dit soort bestand nemen we"),
    ([("een.txt", b"Een"), ("leeg.txt", b"")], "leeg.txt: Dit bestand is leeg."),
    ([("een.txt", b"Een"), ("film.txt", b"x" * 10_000_001)], "film.txt: Dit bestand is te groot."),
    ([(f"{number}.txt", b"x") for number in range(7)], "Te veel: 5.txt, 6.txt."),
    ([(f"{number}.txt", b"x" * 9_000_000) for number in range(3)], "Samen zijn deze bestanden te groot."),
]


@pytest.mark.parametrize(("files", "why"), WRONG, ids=["kind", "empty", "large", "seven", "together"])
def test_what_is_refused_is_named_and_nothing_is_sent(
    case: Case, cast: Cast, logged_in: LogIn, files: list[tuple[str, bytes]], why: str
) -> None:
    for browser, address in doors(case, cast, logged_in):
        answer = browser.post(address, sent(*files))
        [said, again] = answer.context["form"].errors["attached"]
        assert (answer.status_code, said.startswith(why) or said.endswith(why), again) == (200, True, str(AGAIN))
        assert answer.context["form"].errors.keys() == {"attached"}
        assert "Zie de brieven</textarea>" in answer.content.decode()
    assert (Message.objects.count(), Document.objects.count()) == (0, 0)


def test_each_that_is_wrong_is_named(case: Case, cast: Cast, logged_in: LogIn) -> None:
    browser, address = doors(case, cast, logged_in)[0]
    answer = browser.post(address, sent(("a.exe", PROGRAM), ("<b>.txt", b""), ("c.txt", b"Goed")))
    assert [one.partition(":")[0] for one in list(answer.context["form"].errors["attached"])[:-1]] == [
        "a.exe",
        "<b>.txt",
    ]
    assert "<b>.txt" not in answer.content.decode()


def test_files_need_no_words(case: Case, cast: Cast, logged_in: LogIn) -> None:
    for number, (browser, address) in enumerate(doors(case, cast, logged_in), 1):
        assert browser.post(address, sent(("een.txt", b"Een"), body=" ")).status_code == 302
        assert (Message.objects.count(), Document.objects.count()) == (number, number)
        page = browser.get(address).content.decode()
        assert page.count("een.txt") == number and "<p></p>" not in page
        answer = browser.post(address, sent(("een.exe", PROGRAM), body=""))
        assert answer.context["form"].errors.keys() == {"attached"}
        assert browser.post(address, sent(body="")).context["form"].errors.keys() == {"body"}
    assert [str(row.body) for row in messages.of_case(case)] == ["", "", ""]
    quoted = browser.get(f"{address}?reply={messages.of_case(case)[0].pk}", headers=ENGLISH).content.decode()
    assert "<p>Files without words</p>" in quoted


def test_on_paper_files_without_words_are_said_also_when_they_are_gone(case: Case, cast: Cast, bram: Client) -> None:
    messages.send(case, submission_id=uuid.uuid4(), body="", by=follower(case.pk), at=cast.at, files=[upload()])
    row = Document.objects.get()
    row.case = case
    documents.remove(row, reason="Verkeerde zaak.", by=cast.actor("bram"), at=cast.at)
    page = bram.get(reverse("case_paper", args=[case.reference]) + "?all=1", headers=ENGLISH).content.decode()
    assert "Files without words" in page and "Sent along" not in page


def test_in_a_closed_case_the_files_are_not_taken_either(case: Case, cast: Cast, logged_in: LogIn) -> None:
    actions.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    for browser, address in doors(case, cast, logged_in):
        answer = browser.post(address, sent(("een.txt", b"Een"), ("twee.txt", b"Twee")))
        assert answer.context["form"].errors["attached"] == [str(AGAIN)]
    assert (Message.objects.count(), Document.objects.count()) == (0, 0)


def test_the_paper_names_all_that_came_along(case: Case, cast: Cast, bram: Client) -> None:
    send(case, cast, *three())
    page = bram.get(reverse("case_paper", args=[case.reference]) + "?all=1").content.decode()
    assert "Meegestuurd: een.txt, twee.jpg, drie.pdf" in page


@pytest.mark.parametrize("which", [0, 1, 2], ids=["account", "pass-phrase", "worker"])
def test_thirty_messages_with_files_cost_what_one_costs(case: Case, cast: Cast, logged_in: LogIn, which: int) -> None:
    browser, address = doors(case, cast, logged_in)[which]
    send(case, cast, upload())
    browser.get(address)
    one = queries_of(lambda: browser.get(address))
    for _number in range(29):
        send(case, cast, upload(), upload(b"Nog een"), upload(b"En nog een"))
    thirty = queries_of(lambda: browser.get(address))
    assert len(thirty) == len(one) <= 12


def test_something_else_from_the_same_form_is_another_message(case: Case, cast: Cast, logged_in: LogIn) -> None:
    """Who stopped a slow page, or went back to it, and changed what they say has said it."""
    one, other = ("brief.txt", b"een brief"), ("brief.txt", b"een andere brief")
    for browser, path in doors(case, cast, logged_in):
        number, before = str(uuid.uuid4()), Message.objects.count()
        for files, body, made in (
            ([one], "Zie de brief", 1), ([one], "Zie de brief", 1), ([one], "Zie de brief nu", 2),
            ([other], "Zie de brief nu", 3), ([one], "Zie de brief nu", 3),
        ):  # fmt: skip
            answer = browser.post(path, sent(*files, body=body, submission=number))
            assert (answer.status_code, Message.objects.count() - before) == (302, made)


def test_what_was_written_while_the_case_was_closed_is_shown_to_copy(case: Case, cast: Cast, logged_in: LogIn) -> None:
    found = doors(case, cast, logged_in)
    closing.close(case, outcome=CaseOutcome.HELPED, note="Klaar.", by=cast.actor("bram"), at=cast.at)
    pages = [path for _browser, path in found]
    found += [(found[0][0], f"{pages[0]}verhaal/"), (found[2][0], reverse("case_notes", args=[case.reference])),
              (found[2][0], reverse("case_tasks", args=[case.reference]))]  # fmt: skip
    for browser, path in found:
        typed = {"text": "Dit is nog niet alles.", "what": "Dit is nog niet alles.", "do": "save"}
        page = browser.post(path, sent(body="Dit is nog niet alles.") | typed, headers={"accept-language": "nl"})
        assert page.status_code == 200 and not Message.objects.exists()
        assert "Niet bewaard: de zaak is intussen gesloten" in page.content.decode(), path
        assert "<p>Dit is nog niet alles.</p>" in page.content.decode(), path
    attempt = reverse("case_attempt", args=[case.reference])  # where the form stays, it has the words
    page = found[2][0].post(attempt, {"note": "Dit is nog niet alles."}, headers={"accept-language": "nl"})
    assert (
        "Niet bewaard: de zaak" not in page.content.decode() and "nog niet alles.</textarea>" in page.content.decode()
    )
