"""Where files are while they come in."""

import tempfile
from typing import Any

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory

from referrals.forms.hsds import ExchangeForm


def came(*sizes: int) -> list[Any]:
    sent = [SimpleUploadedFile(f"{place}.txt", b"x" * size) for place, size in enumerate(sizes)]
    return RequestFactory().post("/", {"files": sent, "words": "Dag"}).FILES.getlist("files")


@pytest.fixture(autouse=True)
def _no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be written beside the database."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a file on disk")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)


def test_as_much_as_goes_along_with_a_message_is_kept_in_memory() -> None:
    files = came(10_000_000, 10_000_000, 5_000_000)
    assert {type(one) for one in files} == {InMemoryUploadedFile}
    assert [len(one.read()) for one in files] == [one.size for one in files] == [10_000_000, 10_000_000, 5_000_000]


def test_of_what_is_beyond_that_only_the_size_is_known() -> None:
    files = came(10_000_000, 20_000_000, 3, 0)
    assert [(one.size, len(one.read())) for one in files] == [
        (10_000_000, 10_000_000), (20_000_000, 0), (3, 0), (0, 0),
    ]  # fmt: skip


def test_the_words_beside_it_come_across() -> None:
    sent = {"files": SimpleUploadedFile("a.txt", b"x" * 30_000_000), "words": "Dag"}
    assert RequestFactory().post("/", sent).POST["words"] == "Dag"


def test_a_directory_beyond_that_is_said_to_be_too_big() -> None:
    """Of which nothing is left to read."""
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.json", b"x" * 30_000_000)})
    assert ExchangeForm(request.POST, request.FILES).errors["file"] == ["Dit bestand is te groot: hooguit 10 MB."]
