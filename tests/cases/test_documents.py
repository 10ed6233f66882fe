"""Documents of a case: receiving, checking, opening, versions, sharing, removing."""

import datetime as dt
import os
import signal
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases import actions, documents, timeline
from cases.documents import Upload
from cases.enums import CaseOutcome, CaseState
from cases.enums.documents import DocumentState, Lock, Waits
from cases.models import Case, Document, DocumentPart, DocumentVersion
from cases.moves import NeedsReason, NotNow
from tests import clamd
from tests.factories.cast import Cast, make_cast
from tests.factories.files import PLACE, pdf, picture, upload
from tests.factories.work import make_accepted

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, client="tom")


def received(case: Case, cast: Cast, file: Upload | None = None, **more: Any) -> DocumentVersion:
    """By Bram, for the client too, unless it says otherwise."""
    given = {
        "title": "Brief", "by": cast.actor("bram"), "at": cast.at, "for_client": True, "submission_id": uuid.uuid4(),
    }  # fmt: skip
    return documents.receive(case, file=file or upload(), **(given | more))


def from_client(case: Case, cast: Cast, file: Upload | None = None, **more: Any) -> DocumentVersion:
    return received(case, cast, file, **({"by": follower(case.pk)} | more))


def now(version: DocumentVersion) -> DocumentVersion:
    return DocumentVersion.objects.select_related("case__data_key", "document").get(pk=version.pk)


def opened(version: DocumentVersion, cast: Cast, who: str = "bram", place: int = 0) -> bytes:
    by = cast.actor(who) if who != "client" else follower(version.case_id)
    case = Case.objects.get(pk=version.case_id)
    return documents.open_document(case, version.document_id, version.number, place=place, by=by, at=cast.at)[1]


def test_nobody_opens_it_before_it_was_checked(case: Case, cast: Cast) -> None:
    version = received(case, cast)
    assert (version.state, version.check_at) == (DocumentState.RECEIVED, cast.at)
    with pytest.raises(Refused):
        opened(version, cast)
    assert documents.check_due(cast.at) == 1
    assert (now(version).state, now(version).kind, now(version).check_at) == (DocumentState.CLEAN, "txt", None)
    assert opened(version, cast) == opened(version, cast, "client") == upload().content
    look = AuditEvent.objects.filter(case_id=case.pk, action="case.viewed", part="document").latest("pk")
    assert (look.object_type, look.object_id) == ("cases.documentversion", str(version.pk))


def test_it_lies_encrypted(case: Case, cast: Cast) -> None:
    version = received(case, cast, upload(name="huisarts-tom.txt"), title="Brief van de huisarts")
    documents.check_due(cast.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM cases_documentpart WHERE version_id = %s", [version.pk])
        [(body,)] = cursor.fetchall()
        cursor.execute("SELECT title, name FROM cases_document d JOIN cases_documentversion v ON v.document_id = d.id")
        [(title, name)] = cursor.fetchall()
    assert b"Tom" not in bytes(body)
    assert b"huisarts" not in bytes(title) + bytes(name)


def test_a_second_click_is_the_same_file(case: Case, cast: Cast) -> None:
    number = uuid.uuid4()
    first, second = (received(case, cast, submission_id=number) for _ in range(2))
    assert (first.pk, Document.objects.count(), DocumentPart.objects.count()) == (second.pk, 1, 1)


def test_a_number_from_another_case_makes_a_file_of_its_own(case: Case, cast: Cast) -> None:
    other, number = make_accepted(cast), uuid.uuid4()
    assert received(other, cast, submission_id=number).pk != received(case, cast, submission_id=number).pk


def test_too_big_empty_and_closed_are_refused(case: Case, cast: Cast) -> None:
    for content, words in ((b"", "leeg"), (b"x" * 10_000_001, "10 MB")):
        with pytest.raises(NotNow, match=words):
            received(case, cast, upload(content))
    actions.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    with pytest.raises(NotNow):
        received(case, cast)
    assert Document.objects.count() == 0


def test_a_locked_file_says_why_and_is_not_kept(case: Case, cast: Cast) -> None:
    version = from_client(case, cast, upload(pdf(more=b"<< /S /JavaScript /JS (1) >>"), "formulier.pdf"))
    documents.check_due(cast.at)
    row = now(version)
    assert (row.state, row.lock, row.parts.count()) == (DocumentState.LOCKED, Lock.ACTIVE, 0)
    with pytest.raises(Refused):
        opened(version, cast, "client")
    assert Notice.objects.filter(kind="client.news", subject_id=case.pk).exists()


def test_a_worker_hears_that_their_file_is_locked(case: Case, cast: Cast) -> None:
    received(case, cast, upload(b"MZ\x90\x00" + bytes(60)))
    documents.check_due(cast.at)
    notice = Notice.objects.get(kind="case.document_locked", channel="inbox")
    assert (notice.user, notice.path.startswith(f"/zaken/{case.reference}/stukken/")) == (cast.bram, True)
    assert not Notice.objects.filter(kind="client.news").exists()


def test_a_picture_loses_where_it_was_taken(case: Case, cast: Cast) -> None:
    version = from_client(case, cast, upload(picture(), "foto.exe"))
    documents.check_due(cast.at)
    assert (now(version).kind, now(version).pages) == ("jpg", 1)
    assert PLACE.encode() not in opened(version, cast)
    assert opened(version, cast, place=1).startswith(b"\xff\xd8\xff")
    page = AuditEvent.objects.filter(case_id=case.pk).latest("pk")
    assert (page.action, page.part) == ("document.page", "1")


def test_the_client_hears_of_what_is_shared_when_it_can_be_opened(case: Case, cast: Cast) -> None:
    received(case, cast)
    assert not Notice.objects.filter(kind="client.news").exists()
    documents.check_due(cast.at)
    told = Notice.objects.filter(kind="client.news", subject_id=case.pk)
    assert {notice.channel for notice in told} == {"inbox", "email"}


def test_what_the_client_sends_is_told_and_goes_on(cast: Cast) -> None:
    case = make_accepted(cast, state=CaseState.WAITING_CLIENT, waiting_until=cast.at + dt.timedelta(days=2))
    from_client(case, cast)
    assert Case.objects.get(pk=case.pk).state == CaseState.IN_TRIAGE
    assert Notice.objects.filter(kind="case.message", user=cast.bram).exists()


def test_what_is_internal_does_not_exist_for_the_client(case: Case, cast: Cast) -> None:
    version = received(case, cast, for_client=False)
    documents.check_due(cast.at)
    with pytest.raises(Refused) as refused:
        opened(version, cast, "client")
    assert refused.value.visible is False
    assert list(documents.page_of(case, 1, for_client=True)) == []
    assert [line.text for line in timeline.for_client(case)] == []
    documents.share(version.document, by=cast.actor("bram"), at=cast.at)
    assert opened(version, cast, "client") == upload().content
    assert [line.text for line in timeline.for_client(case)] == ["Bram de Wit deelde een document met je"]


def test_versions_stay(case: Case, cast: Cast) -> None:
    first = received(case, cast)
    second = received(case, cast, upload(b"Tweede"), document=first.document, title="iets anders")
    documents.check_due(cast.at)
    assert (opened(first, cast), opened(second, cast)) == (upload().content, b"Tweede")
    [row] = documents.page_of(case, 1)
    assert (row.title, [one.number for one in row.versions.all()]) == ("Brief", [2, 1])


def test_a_client_adds_versions_only_to_their_own(case: Case, cast: Cast) -> None:
    ours, theirs = received(case, cast), from_client(case, cast)
    with pytest.raises(NotNow):
        from_client(case, cast, document=ours.document)
    assert from_client(case, cast, document=theirs.document).number == 2


def test_a_document_of_another_case_cannot_be_reached(case: Case, cast: Cast) -> None:
    other = received(make_accepted(cast), cast)
    documents.check_due(cast.at)
    with pytest.raises(Refused):
        documents.document_for(case, other.document_id, cast.actor("bram"))
    with pytest.raises(Refused):
        documents.open_document(case, other.document_id, 1, by=cast.actor("bram"), at=cast.at)


def test_removing_takes_the_files_and_leaves_the_line(case: Case, cast: Cast) -> None:
    checked = received(case, cast)
    documents.check_due(cast.at)
    waiting = received(case, cast, document=checked.document)
    with pytest.raises(NeedsReason):
        documents.remove(checked.document, reason=" ", by=cast.actor("bram"), at=cast.at)
    documents.remove(checked.document, reason="Van iemand anders.", by=cast.actor("bram"), at=cast.at)
    [row] = documents.page_of(case, 1)
    assert (row.removed_why, row.removed_by, DocumentPart.objects.count()) == ("Van iemand anders.", cast.bram, 0)
    assert (now(waiting).state, now(waiting).lock) == (DocumentState.LOCKED, Lock.REMOVED)
    with pytest.raises(Refused):
        opened(checked, cast)
    assert documents.check_due(cast.at) == 0


def test_a_virus_is_locked_before_anything_reads_the_file(case: Case, cast: Cast, settings: Any) -> None:
    with clamd.running() as settings.CLAMD:
        bad, good = received(case, cast, upload(b"brief " + clamd.VIRUS)), received(case, cast)
        documents.check_due(cast.at)
    assert (now(bad).state, now(bad).lock, now(good).state) == (DocumentState.LOCKED, Lock.VIRUS, DocumentState.CLEAN)


def test_without_its_scanner_it_waits_and_is_tried_again(case: Case, cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.CLAMD, version = str(tmp_path / "socket"), received(case, cast)
    for minutes in range(6):
        documents.check_due(cast.at + minutes * MINUTE)
    row = now(version)
    assert (row.state, row.waits, row.check_at) == (DocumentState.SCANNING, Waits.SCANNER, cast.at + 6 * MINUTE)
    with pytest.raises(Refused):
        opened(version, cast)
    with clamd.running(tmp_path / "socket"):
        assert documents.check_due(cast.at + 6 * MINUTE) == 1
    assert (now(version).state, now(version).waits) == (DocumentState.CLEAN, "")


def test_a_file_that_a_worker_died_over_is_taken_again_and_in_the_end_locked(case: Case, cast: Cast) -> None:
    version = received(case, cast)
    for number in range(documents.MOST_TRIES):
        at = cast.at + number * documents.LEASE
        assert documents._begin(at) is not None  # and here it dies
        assert documents._begin(at + MINUTE) is None
    documents.check_due(cast.at + documents.MOST_TRIES * documents.LEASE)
    assert (now(version).state, now(version).lock) == (DocumentState.LOCKED, Lock.UNREADABLE)


def test_what_was_found_is_written_down_once(case: Case, cast: Cast) -> None:
    version = received(case, cast)
    slow = documents._begin(cast.at)
    assert slow is not None
    documents.check_due(cast.at + documents.LEASE)
    documents.check(slow, at=cast.at + documents.LEASE)
    assert AuditEvent.objects.filter(action="document.checked", object_id=str(version.pk)).count() == 1
    assert opened(version, cast) == upload().content


def test_a_client_cannot_fill_the_store(case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "FROM_CLIENT_UNCHECKED", 60)
    from_client(case, cast)
    with pytest.raises(NotNow):
        from_client(case, cast, upload(b"x" * 50))
    documents.check_due(cast.at)
    from_client(case, cast, upload(b"x" * 50))
    received(case, cast, upload(b"y" * 50))


def test_checking_goes_on_after_closing_and_tells_nobody(case: Case, cast: Cast) -> None:
    version = from_client(case, cast)
    actions.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    before = Notice.objects.count()
    documents.check_due(cast.at)
    assert (now(version).state, Notice.objects.count()) == (DocumentState.CLEAN, before)


def test_a_locked_file_needs_its_reason(case: Case, cast: Cast) -> None:
    version = received(case, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(state=DocumentState.LOCKED, check_at=None)


@pytest.mark.usefixtures("committed_db")
def test_a_worker_that_is_killed_over_a_file_loses_it_to_the_next(at: dt.datetime) -> None:
    cast = make_cast(at)
    version = received(make_accepted(cast), cast)
    connection.close()
    worker = os.fork()
    if not worker:
        documents.looking.look_through = lambda _content: time.sleep(60)
        documents.check_due(at)
        os._exit(0)
    ends = time.monotonic() + 20
    while now(version).state != DocumentState.SCANNING and time.monotonic() < ends:
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert documents.check_due(at + MINUTE) == 0
    assert documents.check_due(at + documents.LEASE) == 1
    assert (now(version).state, now(version).tries) == (DocumentState.CLEAN, 2)


@pytest.mark.usefixtures("committed_db")
def test_two_workers_check_each_file_once(at: dt.datetime) -> None:
    cast = make_cast(at)
    case = make_accepted(cast)
    versions = [received(case, cast, upload(f"brief {number}".encode())) for number in range(6)]
    done: list[int] = []

    def work() -> None:
        try:
            done.append(documents.check_due(cast.at))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert (sum(done), {now(one).state for one in versions}) == (6, {DocumentState.CLEAN})
    assert AuditEvent.objects.filter(action="document.checked").count() == 6
