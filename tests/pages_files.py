"""Documents of a case, on the worker's and on the client's side."""

import datetime as dt
import uuid
from typing import Any

from accounts.actors import follower
from cases import documents, messages
from cases.documents import Upload
from cases.models import Document, Message
from tests.factories.files import pdf, word
from tests.pages import Page, Send, State, register
from tests.world import LONG_WORD, World

FOLLOWS = "follower:long"


def _document(world: World, title: str = "Afspraken na ons gesprek") -> Document:
    rows = Document.objects.filter(case=world.case("active")).select_related("case__data_key")
    return next(row for row in rows if row.title == title)


def _about(name: str, *more: Any, title: str = "Afspraken na ons gesprek") -> Any:
    return lambda world: world.url(name, "active", _document(world, title).pk, *more)


def _long(world: World) -> Document:
    """What the writer of the long story sends, with a long name; made once."""
    case = world.case("long")
    if not (found := Document.objects.filter(case=case, message=None).first()):
        file = Upload(f"{LONG_WORD}-{LONG_WORD}.txt", b"Lang.")
        at = world.at - dt.timedelta(minutes=5)
        made = documents.receive(case, file=file, title=f"Brief over {LONG_WORD}", for_client=True,
                                 by=follower(case.pk), at=at, submission_id=uuid.uuid4())  # fmt: skip
        documents.check_due(at)
        found = made.document
    return found


def with_long_files(world: World, address: str = "/volgen/aanvraag/") -> str:
    """The writer of the long story sends three with long names, of which one is locked."""
    case, key = world.case("long"), uuid.uuid5(uuid.NAMESPACE_URL, "three files")
    if not Message.objects.filter(submission_id=key).exists():
        at = world.at - dt.timedelta(minutes=4)
        kinds = (("pdf", pdf()), ("docx", word(word__vbaProject_dot_bin="x")), ("txt", b"Lang."))
        files = [Upload(f"{place}-brief-over-{LONG_WORD}.{kind}", body) for place, (kind, body) in enumerate(kinds, 1)]
        messages.send(case, submission_id=key, body="Hier zijn de brieven.", by=follower(case.pk), at=at, files=files)
        documents.check_due(at)
    return address


def with_wrong_files(address: str) -> Send:
    """Two of the three are refused, and named."""
    strange = f"Salarisstrook-over-{LONG_WORD}-van-{LONG_WORD}.exe"
    files = {"attached": [("rooster.txt", "Vrij."), (strange, "<x>"), ("leeg.txt", "")]}
    return Send(address, {"body": "Hier zijn de brieven.", "submission": str(uuid.UUID(int=9))}, files=files)


def _long_at(tail: str = "") -> Any:
    return lambda world: f"/volgen/aanvraag/stukken/{_long(world).pk}/{tail}"


register(
    Page(
        "case_documents",
        lambda world: world.url("case_documents", "active"),
        roles=("bram",),
        states={
            "error": lambda world: Send(world.url("case_documents", "active")),
            "empty": lambda world: world.url("case_documents", "accepted"),
            "closed": State(lambda world: world.url("case_documents", "solved"), role="samira"),
        },
    ),
    Page(
        "case_document",
        _about("case_document"),
        roles=("bram",),
        states={
            "error": lambda world: Send(_about("case_document")(world)),
            "picture": _about("case_document", title="IMG_2041.png"),
            "locked": _about("case_document", title="Ziekmelding"),
            "removed": _about("case_document", title="Verslag"),
            "waits": _about("case_document", title="Brief van de bedrijfsarts"),
            "internal": _about("case_document", title="Vragen voor het overleg"),
        },
    ),
    Page("case_document_share", _about("case_document_share", title="Vragen voor het overleg"), roles=("bram",)),
    Page(
        "case_document_remove",
        _about("case_document_remove"),
        roles=("bram",),
        states={"error": lambda world: Send(_about("case_document_remove")(world))},
    ),
    Page("case_document_file", _about("case_document_file", 1), roles=("bram",), whole=False),
    Page("case_document_page", _about("case_document_page", 1, 1), roles=("bram",), whole=False),
    Page(
        "my_documents",
        lambda world: world.url("my_documents", "active"),
        roles=("tom",),
        states={"error": lambda world: Send(world.url("my_documents", "active"))},
    ),
    Page(
        "my_document",
        _about("my_document"),
        roles=("tom",),
        states={
            "own": _about("my_document", title="Brief van de bedrijfsarts"),
            "locked": _about("my_document", title="Ziekmelding"),
            "error": lambda world: Send(_about("my_document", title="Ziekmelding")(world)),
        },
    ),
    Page("my_document_file", _about("my_document_file", 1), roles=("tom",), whole=False),
    Page("my_document_page", _about("my_document_page", 1, 1), roles=("tom",), whole=False),
    Page(
        "follow_documents",
        "/volgen/aanvraag/stukken/",
        roles=("follower:active", "follower:consent", FOLLOWS),
        states={"empty": State("/volgen/aanvraag/stukken/", role="follower:consent")},
    ),
    Page("follow_document", _long_at(), roles=(FOLLOWS,)),
    Page("follow_document_file", _long_at("1/"), roles=(FOLLOWS,), whole=False),
    Page(
        "follow_document_page",
        lambda world: f"/volgen/aanvraag/stukken/{_document(world).pk}/1/1/",
        roles=("follower:active",),
        whole=False,
    ),
)
