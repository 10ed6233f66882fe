"""A photo of someone: read by its content, made small and square, kept sealed, shown to who may see that person."""

import base64
import datetime as dt
import io
import warnings
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts import audit
from accounts.actors import Actor
from accounts.models import DataKey, Photo, User

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST = 8_000_000  # bytes, as phones make them
MOST_PIXELS = 60_000_000
SIDE = 256
SMALLEST = 64


class BadPicture(Exception):
    """It cannot be used; ``str(error)`` says why to the person who sent it."""


def made_small(file: IO[bytes], size: int) -> bytes:
    """The picture as a square WebP of SIDE pixels, upright, without place, date or anything else it carried.

    What it is called counts for nothing; what it holds does. Raises BadPicture.
    """
    if size > LARGEST:
        raise BadPicture(_("This file is too large. At most %(most)d MB.") % {"most": LARGEST // 1_000_000})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPicture(_("This picture has too many pixels. Make it smaller first."))
            if min(picture.size) < SMALLEST:
                raise BadPicture(_("This picture is too small to show."))
            picture.draft("RGB", (SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise BadPicture(_("This is no picture that we can read. Choose a JPEG, PNG or WebP.")) from error
    out = io.BytesIO()
    ImageOps.fit(upright, (SIDE, SIDE)).save(out, "WEBP", quality=82, exif=b"", icc_profile=None)
    return out.getvalue()


@transaction.atomic
def keep(user: User, picture: bytes, *, by: Actor, at: dt.datetime) -> None:
    """Keep a picture that was made small, in place of the one there was."""
    remove(user, by=by, at=at)
    row = Photo(user=user, data_key=DataKey.objects.make(), changed_at=at)
    row.picture = base64.b64encode(picture).decode()
    row.save(force_insert=True)
    User.objects.filter(pk=user.pk).update(has_photo=True)
    audit.record("photo.kept", by=by, at=at, obj=row)


@transaction.atomic
def remove(user: User, *, by: Actor, at: dt.datetime) -> None:
    """Away with it, and with its key. Without one nothing happens."""
    row = Photo.objects.select_for_update().filter(user=user).first()
    if row is None:
        return
    key = row.data_key_id
    row.delete()
    DataKey.objects.filter(pk=key).delete()
    User.objects.filter(pk=user.pk).update(has_photo=False)
    audit.record("photo.removed", by=by, at=at, obj=user)


def of(user: User) -> bytes | None:
    """The picture, or nothing."""
    row = Photo.objects.select_related("data_key").filter(user=user).first()
    return base64.b64decode(str(row.picture)) if row else None
