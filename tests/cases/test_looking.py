"""What a file is, and whether it acts by itself."""

import io

import pytest
from PIL import Image

from cases.enums.documents import DocumentKind, Lock
from cases.looking import look_through
from tests.factories.files import PLACE, pdf, picture, word

ACTION = b"<< /S /JavaScript /JS (app.alert(1)) >>"
LOCKED = {
    "a script": (pdf(more=ACTION), Lock.ACTIVE),
    "a script at opening": (pdf(catalog=b"/OpenAction " + ACTION), Lock.ACTIVE),
    "a script in code": (pdf(more=b"<< /S /J#61vaScript /JS (1) >>"), Lock.ACTIVE),
    "a script packed": (pdf(packed=b"9 0 " + ACTION), Lock.ACTIVE),
    "a program": (pdf(more=b"<< /S /Launch /F (cmd.exe) >>"), Lock.ACTIVE),
    "a file inside": (pdf(catalog=b"/Names << /EmbeddedFiles 9 0 R >>"), Lock.ACTIVE),
    "packed in another way": (
        pdf(more=b"<< /Type /ObjStm /Filter /LZWDecode >>\nstream\n\x80\x0b\nendstream"),
        Lock.ACTIVE,
    ),
    "a password": (pdf(more=b"<< /Encrypt 9 0 R >>"), Lock.PASSWORD),
    "a broken PDF": (b"%PDF-1.7\nnothing of the kind", Lock.UNREADABLE),
    "a broken picture": (picture()[:200], Lock.UNREADABLE),
    "a macro": (word(word__vbaProject_dot_bin="x"), Lock.ACTIVE),
    "a template from elsewhere": (
        word(word___rels__settings_dot_xml_dot_rels='<Relationship Type="t/attachedTemplate" TargetMode="External"/>'),
        Lock.ACTIVE,
    ),
    "a zip": (b"PK\x03\x04" + b"\x00" * 40, Lock.KIND),
    "a program of its own": (b"MZ\x90\x00" + b"\x00" * 60, Lock.KIND),
    "a page": (b"<html><script>alert(1)</script></html>", Lock.KIND),
    "a drawing that can act": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', Lock.KIND),
    "a page called text": (b"hoi\n\n<script>alert(1)</script>", Lock.KIND),
    "an old picture": (b"GIF89a" + b"\x00" * 40, Lock.KIND),
}  # fmt: skip


@pytest.mark.parametrize("what", LOCKED)
def test_what_acts_or_cannot_be_read_is_locked(what: str) -> None:
    content, lock = LOCKED[what]
    found = look_through(content)
    assert (found.lock, found.body, found.pages) == (lock, b"", [])


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_is_drawn_anew_without_the_place(form: str, kind: str) -> None:
    sent = picture(form, orientation=6)
    assert PLACE.encode() in sent
    found = look_through(sent)
    assert (found.kind, found.lock, len(found.pages)) == (kind, "", 1)
    assert PLACE.encode() not in found.body
    with Image.open(io.BytesIO(found.body)) as drawn, Image.open(io.BytesIO(found.pages[0])) as page:
        assert (drawn.format, drawn.size, dict(drawn.getexif())) == (form, (60, 80), {})
        assert (page.format, page.size) == ("JPEG", (60, 80))


def test_the_first_pages_of_a_pdf_are_pictures() -> None:
    found = look_through(pdf(pages=23))
    assert (found.kind, found.lock, len(found.pages)) == (DocumentKind.PDF, "", 20)
    assert found.body == pdf(pages=23)
    with Image.open(io.BytesIO(found.pages[19])) as page:
        assert (page.format, page.width) == ("JPEG", 1000)


def test_too_many_pixels_are_not_drawn() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert look_through(out.getvalue()).lock == Lock.TOO_MUCH


def test_a_bomb_of_zeros_stops_in_time() -> None:
    assert look_through(pdf(packed=b"\x00" * 120_000_000)).lock == Lock.TOO_MUCH


def test_plain_text_stays_as_it_is() -> None:
    content = "Beste Zoë,\nhierbij. 3 > 2".encode()
    found = look_through(content)
    assert (found.kind, found.lock, found.body) == (DocumentKind.TXT, "", content)


def test_a_word_document_with_a_link_is_clean() -> None:
    link = '<Relationship Type="http://x/hyperlink" Target="https://voorbeeld.example" TargetMode="External"/>'
    content = word(word___rels__document_dot_xml_dot_rels=link)
    found = look_through(content)
    assert (found.kind, found.lock, found.body) == (DocumentKind.DOCX, "", content)
