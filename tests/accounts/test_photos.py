"""A photo: what is taken, what is refused, what is left of it, and who may see it."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import photos
from accounts.models import AuditEvent, DataKey, Photo, User
from accounts.photos import BadPicture
from cases.enums import CaseState
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]


def picture(kind: str = "JPEG", size: tuple[int, int] = (600, 400), **more: object) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **more)
    file.seek(0)
    return file


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_becomes_a_small_square(kind: str) -> None:
    made = Image.open(io.BytesIO(photos.made_small(picture(kind), 1000)))
    assert (made.format, made.size) == ("WEBP", (256, 256))


def test_what_the_camera_added_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "SecretCam 3000", 6
    exif.get_ifd(0x8825)[2] = (52.0, 5.0, 0.0)
    made = photos.made_small(picture(size=(600, 400), exif=exif), 1000)
    assert b"SecretCam" not in made
    assert dict(Image.open(io.BytesIO(made)).getexif()) == {}


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 60),
        (b"GIF89a" + b"\x00" * 60, 66),
        (b"\xff\xd8\xff\xe0 no picture at all", 30),
        (b"", 0),
        (b"\xff\xd8", photos.LARGEST + 1),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, size: int) -> None:
    with pytest.raises(BadPicture):
        photos.made_small(io.BytesIO(content), size)


def test_too_many_and_too_few_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadPicture):
        photos.made_small(picture(size=(63, 400)), 1000)
    monkeypatch.setattr(photos, "MOST_PIXELS", 600 * 400 - 1)
    with pytest.raises(BadPicture):
        photos.made_small(picture(), 1000)
    with pytest.raises(BadPicture):
        photos.made_small(io.BytesIO(picture("PNG").getvalue()[:100]), 1000)


def test_it_lies_sealed_and_goes_with_its_key(cast: Cast) -> None:
    small, by = photos.made_small(picture(), 1000), cast.actor("bram")
    photos.keep(cast.bram, small, by=by, at=cast.at)
    keys = DataKey.objects.count()
    photos.keep(cast.bram, small, by=by, at=cast.at)
    assert DataKey.objects.count() == keys
    raw = Photo.objects.values_list("picture", flat=True).get()
    assert b"WEBP" not in bytes(raw)
    assert photos.of(cast.bram) == small
    photos.remove(cast.bram, by=by, at=cast.at)
    photos.remove(cast.bram, by=by, at=cast.at)
    assert (photos.of(cast.bram), DataKey.objects.count()) == (None, keys - 1)
    assert not User.objects.get(pk=cast.bram.pk).has_photo


def test_who_may_see_it(cast: Cast, logged_in: LogIn) -> None:
    make_case(cast, client="tom", state=CaseState.ACCEPTED, owner="bram", primary_contact=cast.bram)
    make_case(cast, client="lisa")
    where = reverse("photo", args=[cast.bram.public_id])
    assert logged_in(cast.samira).get(where).status_code == 404
    photos.keep(cast.bram, photos.made_small(picture(), 1000), by=cast.actor("bram"), at=cast.at)
    seen = {name: logged_in(cast.users[name]).get(where).status_code for name in ("samira", "bram", "tom", "lisa")}
    assert seen == {"samira": 200, "bram": 200, "tom": 200, "lisa": 404}
    assert Client().get(where).status_code == 302
    assert AuditEvent.objects.filter(action="photo.open", outcome="denied").count() == 2
    answer = logged_in(cast.tom).get(where)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "no-store")


def test_sending_one_with_the_profile(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    client = logged_in(cast.bram)
    page, answers = reverse("profile"), {"language": "nl", "reachable_number": "088 000 00 70"}
    wrong = client.post(page, answers | {"photo": SimpleUploadedFile("ik.jpg", b"geen foto", "image/jpeg")})
    assert wrong.status_code == 200
    assert "geen foto die we kunnen lezen" in wrong.content.decode()
    sent = SimpleUploadedFile("../../etc/passwd.exe", picture().getvalue(), "text/plain")
    assert client.post(page, answers | {"photo": sent}).status_code == 302
    assert photos.of(cast.bram)
    assert client.post(page, answers | {"remove_photo": "on"}).status_code == 302
    assert photos.of(cast.bram) is None
