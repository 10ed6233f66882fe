"""The pages of documents: who opens them, what they show, and what reaches a browser."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actors import follower
from accounts.models import AuditEvent
from cases import claiming, documents
from cases.models import Case, Document, DocumentVersion, Message
from desk import surge
from tests.desk.counting import queries_of
from tests.factories.cast import Cast
from tests.factories.files import pdf, picture, upload
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _now(cast: Cast) -> Iterator[None]:
    with time_machine.travel(cast.at, tick=False):
        yield


@pytest.fixture
def case(cast: Cast) -> Case:
    case = make_accepted(cast)
    claiming.claim(case, by=cast.actor("tom"), at=cast.at)
    return case


@pytest.fixture
def bram(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.bram)


@pytest.fixture
def tom(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.tom)


def letter(content: bytes = b"Beste Tom", name: str = "brief.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def sent(**more: Any) -> dict[str, Any]:
    return {"file": letter(), "title": "Brief", "who": "client", "submission": str(uuid.uuid4())} | more


def added(case: Case, cast: Cast, content: bytes = b"Beste Tom", **more: Any) -> DocumentVersion:
    given = {"title": "Brief", "for_client": True, "by": cast.actor("bram"), "at": cast.at} | more
    version = documents.receive(case, file=upload(content), submission_id=uuid.uuid4(), **given)
    documents.check_due(cast.at)
    return version


def page(name: str, case: Case, *more: Any) -> str:
    return reverse(name, args=[case.reference, *more])


def test_a_worker_adds_one_and_opens_it_when_it_is_checked(case: Case, cast: Cast, bram: Client) -> None:
    assert bram.post(page("case_documents", case), sent()).status_code == 302
    version = DocumentVersion.objects.get()
    file = page("case_document_file", case, version.document_id, 1)
    assert bram.get(file).status_code == 404
    documents.check_due(cast.at)
    answer = bram.get(file)
    assert (answer.content, answer["Content-Type"]) == (b"Beste Tom", "text/plain; charset=utf-8")
    name = f"document-{str(version.document_id)[:8]}-1.txt"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert "sandbox" in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]


def test_errors_stand_beside_their_fields_and_keep_the_words(case: Case, bram: Client) -> None:
    answer = bram.post(page("case_documents", case), sent(file="", who=""))
    assert answer.context["form"].errors.keys() == {"file", "who"}
    assert 'value="Brief"' in answer.content.decode()
    for content in (b"", b"x" * 10_000_001):
        answer = bram.post(page("case_documents", case), sent(file=letter(content)))
        assert answer.context["form"].errors.keys() == {"file"}
    assert bram.post(page("case_documents", case), {"file": "no file", "submission": "x"}).status_code == 200
    assert Document.objects.count() == 0


def test_twice_is_once(case: Case, bram: Client) -> None:
    given = sent()
    for _twice in range(2):
        assert bram.post(page("case_documents", case), given | {"file": letter()}).status_code == 302
    assert DocumentVersion.objects.count() == 1


def test_a_strange_name_stays_a_name(case: Case, cast: Cast, bram: Client) -> None:
    bram.post(page("case_documents", case), sent(file=letter(name="../../x\r\nSet-Cookie: a=1.txt"), title=""))
    documents.check_due(cast.at)
    version = DocumentVersion.objects.select_related("case__data_key").get()
    answer = bram.get(page("case_document_file", case, version.document_id, 1))
    assert "Set-Cookie" not in str(answer.headers) and "\n" not in version.name
    assert bram.get(page("case_documents", case)).status_code == 200


def test_a_picture_is_shown_as_we_drew_it(case: Case, cast: Cast, bram: Client) -> None:
    version = added(case, cast, picture("PNG"))
    shown = bram.get(page("case_document", case, version.document_id)).content.decode()
    address = page("case_document_page", case, version.document_id, 1, 1)
    assert address in shown
    answer = bram.get(address)
    assert (answer["Content-Type"], answer.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert bram.get(page("case_document_page", case, version.document_id, 1, 2)).status_code == 404


def test_only_who_works_on_the_case_gets_in(case: Case, cast: Cast, logged_in: LogIn) -> None:
    version = added(case, cast)
    for who, status in (("ilse", 404), ("karin", 404), ("samira", 403), ("tom", 404)):
        browser = logged_in(cast.users[who])
        for address in (page("case_documents", case), page("case_document_file", case, version.document_id, 1)):
            denied = AuditEvent.objects.filter(outcome="denied").count()
            assert browser.get(address).status_code == status
            assert AuditEvent.objects.filter(outcome="denied").count() == denied + 1


def test_sharing_asks_first(case: Case, cast: Cast, bram: Client, tom: Client) -> None:
    version = added(case, cast, for_client=False)
    theirs, ours = (page(f"{door}_document", case, version.document_id) for door in ("my", "case"))
    assert tom.get(theirs).status_code == 404
    assert bram.get(f"{ours}delen/").status_code == 200
    assert Document.objects.get().for_client is False
    assert bram.post(f"{ours}delen/").status_code == 302
    assert tom.get(theirs).status_code == 200
    assert tom.get(page("my_document_file", case, version.document_id, 1)).content == b"Beste Tom"


def test_removing_needs_a_reason_that_the_client_does_not_read(
    case: Case, cast: Cast, bram: Client, tom: Client
) -> None:
    version = added(case, cast)
    address = page("case_document_remove", case, version.document_id)
    assert bram.post(address, {"reason": ""}).context["form"].errors.keys() == {"reason"}
    assert bram.post(address, {"reason": "Hoort elders."}).status_code == 302
    assert "Hoort elders." in bram.get(page("case_documents", case)).content.decode()
    seen = tom.get(page("my_documents", case)).content.decode()
    assert "Brief" in seen and "Hoort elders." not in seen
    assert tom.get(page("my_document_file", case, version.document_id, 1)).status_code == 404


def test_the_client_sends_one_and_a_newer_one(case: Case, cast: Cast, tom: Client) -> None:
    assert tom.post(page("my_documents", case), sent()).status_code == 302
    row = Document.objects.get()
    newer = {"file": letter(b"Nieuwer"), "submission": str(uuid.uuid4())}
    assert tom.post(page("my_document", case, row.pk), newer).status_code == 302
    documents.check_due(cast.at)
    assert tom.get(page("my_document_file", case, row.pk, 2)).content == b"Nieuwer"
    assert (row.for_client, row.added_by, row.versions.count()) == (True, None, 2)


def test_what_nobody_may_open_yet_says_so(case: Case, cast: Cast, tom: Client) -> None:
    acts = pdf(catalog=b"/OpenAction << /S /JavaScript >>")
    tom.post(page("my_documents", case), sent(file=letter(acts, "brief.pdf")))
    assert "Ontvangen" in tom.get(page("my_documents", case)).content.decode()
    documents.check_due(cast.at)
    assert (
        "Dit bestand doet uit zichzelf iets als je het opent." in tom.get(page("my_documents", case)).content.decode()
    )


def test_what_is_nothing_that_we_know_is_refused_at_once(case: Case, tom: Client) -> None:
    answer = tom.post(page("my_documents", case), sent(file=letter(b"MZ\x90\x00" + bytes(60), "brief.pdf")))
    assert "Dit soort bestand nemen we niet aan." in answer.context["form"].errors["file"][0]
    assert not Document.objects.exists()


def test_a_reply_goes_under_its_message(case: Case, cast: Cast, tom: Client, bram: Client) -> None:
    tom.post(page("my_case", case), {"body": "Vraag", "submission": str(uuid.uuid4())})
    first = Message.objects.get()
    asked = bram.get(f"{page('case_messages', case)}?reply={first.pk}")
    assert asked.context["beginning"] == first
    given = {"body": "Antwoord", "answers": str(first.pk), "reason": "Hij vroeg erom.", "submission": str(uuid.uuid4())}
    assert bram.post(page("case_messages", case), given).status_code == 302
    assert Message.objects.get(answers=first).sender == cast.bram
    assert "Nog niet gelezen" in bram.get(page("case_messages", case)).content.decode()
    with time_machine.travel(cast.at + dt.timedelta(minutes=1), tick=False):
        assert "elezen door" not in tom.get(page("my_case", case)).content.decode()
    assert "Gelezen door de cliënt" in bram.get(page("case_messages", case)).content.decode()
    for wrong in ("x", str(uuid.uuid4())):
        assert bram.get(f"{page('case_messages', case)}?reply={wrong}").context["beginning"] is None


def test_in_a_surge_words_come_in_and_files_do_not(
    case: Case, tom: Client, bram: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surge, "is_on", lambda: True)
    given = {"body": "Zie de brief", "submission": str(uuid.uuid4())}
    assert tom.post(page("my_documents", case), sent()).context["form"].errors.keys() == {"file"}
    answer = tom.post(page("my_case", case), given | {"attached": [letter(), letter()]})
    assert answer.context["form"].errors.keys() == {"attached"}
    assert tom.post(page("my_case", case), given).status_code == 302
    assert bram.post(page("case_documents", case), sent()).status_code == 302
    assert (Message.objects.count(), DocumentVersion.objects.count()) == (1, 1)


def _open(browser: Client, address: str, into: list[Any]) -> None:
    into.append(browser.get(address))


@pytest.mark.parametrize("many", [1, 30])
def test_lists_within_their_budget(case: Case, cast: Cast, bram: Client, tom: Client, many: int) -> None:
    for number in range(many):
        documents.receive(case, file=upload(f"{number}".encode()), title=f"Brief {number}", for_client=True,
                          by=follower(case.pk), at=cast.at, submission_id=uuid.uuid4())  # fmt: skip
    for browser, name in ((bram, "case_documents"), (tom, "my_documents")):
        shown: list[Any] = []
        queries = queries_of(partial(_open, browser, page(name, case), shown))
        assert len(queries) <= 12
        assert len(shown[0].context["page"]) == min(many, documents.PER_PAGE)


@pytest.mark.parametrize("door", ["zaken", "mijn"])
def test_a_page_is_never_the_file_itself(case: Case, cast: Cast, bram: Client, tom: Client, door: str) -> None:
    version = added(case, cast)
    documents.check_due(cast.at)
    browser, name = (bram, "case_document_page") if door == "zaken" else (tom, "my_document_page")
    for place, status in ((0, 404), (99, 404)):
        url = reverse(name, args=[case.reference, version.document_id, version.number, place])
        assert browser.get(url).status_code == status
