"""Files as people send them, made here: pictures with a place in them, PDFs with and without something that acts."""

import io
import zipfile
import zlib

from PIL import Image

from cases.documents import Upload

PLACE = "Kerkstraat 1, thuis"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (80, 60), orientation: int = 1) -> bytes:
    """A picture in which a camera wrote where it was taken."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = PLACE, orientation
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return out.getvalue()


def pdf(*, pages: int = 1, more: bytes = b"", packed: bytes = b"", catalog: bytes = b"") -> bytes:
    """A PDF of empty pages; ``more`` are objects after them, ``packed`` is put in a compressed stream."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>"] * pages,
    ]
    if packed:
        body = zlib.compress(packed)
        objects.append(
            b"<< /Type /ObjStm /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(body), body)
        )
    if more:
        objects.append(more)
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def word(**more: str) -> bytes:
    """A Word document; ``more`` are entries by name, with __ for a slash and _dot_ for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        pack.writestr("word/document.xml", "<w:document/>")
        for name, text in more.items():
            pack.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


def upload(content: bytes = b"Beste Tom, hierbij de brief.", name: str = "brief.txt") -> Upload:
    return Upload(name, content)
