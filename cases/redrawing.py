"""Pictures of what was sent, made in a process of its own: ``python redrawing.py KIND`` reads a file and writes a zip.

Whoever made the file may have meant to break what reads it. So nothing of the site is in here: no settings, no
database, no keys, little memory and little time. In the zip ``file`` is a picture drawn anew, without what the camera
added; ``1.jpg`` and so on are its pages to look at. The exit code says what was wrong with it.
"""

import io
import resource
import sys
import warnings
import zipfile

from PIL import Image, ImageOps

MOST_PIXELS = 60_000_000
MOST_PAGES = 20
WIDTH = 1000
SECONDS = 20
MEMORY = 1_500_000_000
UNREADABLE, PASSWORD, TOO_MUCH, ACTIVE = 3, 4, 5, 6
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


class Wrong(Exception):
    """It cannot be used; ``code`` is the exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def picture(content: bytes, kind: str) -> dict[str, bytes]:
    """The picture drawn anew, upright, and a smaller one to look at."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            found = Image.open(io.BytesIO(content), formats=[FORMATS[kind]])
            if found.width * found.height > MOST_PIXELS:
                raise Wrong(TOO_MUCH)
            drawn = ImageOps.exif_transpose(found)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Wrong(TOO_MUCH) from error
    drawn = drawn.convert("RGBA" if "A" in drawn.getbands() and kind != "jpg" else "RGB")
    return {"file": _saved(drawn, FORMATS[kind]), "1.jpg": _page(drawn)}


def _page(drawn: Image.Image) -> bytes:
    small = drawn.copy()
    small.thumbnail((WIDTH, WIDTH * 2))
    white = Image.new("RGB", small.size, "white")
    white.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return _saved(white, "JPEG")


def _saved(drawn: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    clean = Image.new(drawn.mode, drawn.size)
    clean.paste(drawn)  # pixels only: whatever else the file carried stays behind
    clean.save(out, form, **({} if form == "PNG" else {"quality": 88}))
    return out.getvalue()


def pdf(content: bytes) -> dict[str, bytes]:
    """Pictures of the first pages of a PDF in which nothing acts by itself."""
    import pypdfium2

    try:
        found = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Wrong(PASSWORD if "password" in str(error).lower() else UNREADABLE) from error
    raw = pypdfium2.raw
    if raw.FPDFDoc_GetJavaScriptActionCount(found) > 0 or raw.FPDFDoc_GetAttachmentCount(found) > 0:
        raise Wrong(ACTIVE)
    if not len(found):
        raise Wrong(UNREADABLE)
    pages = {}
    for number in range(min(len(found), MOST_PAGES)):
        page = found[number]
        wide, high = page.get_size()
        scale = WIDTH / max(wide, high / 2, 1)
        drawn = page.render(scale=scale).to_pil().convert("RGB")
        pages[f"{number + 1}.jpg"] = _saved(drawn, "JPEG")
        page.close()
    return pages


def main(kind: str) -> int:
    """Read from standard input, write to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        made = pdf(content) if kind == "pdf" else picture(content, kind)
    except Wrong as wrong:
        return wrong.code
    except MemoryError:
        return TOO_MUCH
    except (OSError, ValueError, SyntaxError, RuntimeError):
        return UNREADABLE
    with zipfile.ZipFile(sys.stdout.buffer, "w", zipfile.ZIP_STORED) as pack:
        for name, body in made.items():
            pack.writestr(name, body)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
