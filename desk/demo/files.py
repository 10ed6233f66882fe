"""Documents in Tom's case: sent and shared, in versions, one that is locked and one that was removed."""

import datetime as dt
import io
import uuid

import typst
from PIL import Image, ImageDraw

from accounts import audit
from accounts.actors import Actor, actor_for
from cases import documents, messages
from cases.documents import Upload
from cases.models import Case, DocumentVersion
from desk.demo.organisation import Organisation

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
LETTER = """#set page(paper: "a5", margin: 2cm)
#set text(size: 11pt)
= {title}
#v(1em)
{text}
#v(2em)
_Voorbeeld voor de demo._
"""
SCRIPT = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>\n"
    b"endobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Size 3 /Root 1 0 R >>\n%%EOF\n"
)


def fill(made: Organisation, case: Case, at: dt.datetime) -> None:
    """By the real verbs, and looked through as the worker does; one came in just now and waits for that."""
    tom, bram = actor_for(made.users["tom"], at), actor_for(made.users["bram"], at)
    roster, swaps = Upload("IMG_2041.png", _roster()), _text("Geruild: 4 en 18, allebei met Daan.", "ruilingen.txt")
    messages.send(
        case, submission_id=uuid.uuid4(), body="Dit is mijn rooster van deze maand. Dan zie je hoe het gaat.", by=tom,
        at=at - 9 * DAY, files=[roster, swaps],
    )  # fmt: skip
    audit.record("case.viewed", by=tom, at=at - 30 * HOUR, case_id=case.pk, obj=case, part=messages.CLIENT_PART)
    plan = _add(case, bram, at - 8 * DAY, "Afspraken na ons gesprek", _letter("Afspraken", "Tom oefent een gesprek."))
    _add(case, bram, at - 2 * DAY, "", _letter("Afspraken", "Tom sprak met zijn collega. Dat ging goed."), newer=plan)
    _add(case, bram, at - 7 * DAY, "Vragen voor het overleg", _text("Kan bemiddeling later helpen?"), internal=True)
    _add(case, tom, at - 6 * DAY, "Ziekmelding", Upload("formulier.pdf", SCRIPT))
    wrong = _add(case, bram, at - 5 * DAY, "Verslag", _text("Hoort bij iemand anders."), internal=True)
    _check(at - 5 * DAY)
    documents.remove(wrong.document, reason="Hoorde bij een andere zaak.", by=bram, at=at - 5 * DAY + HOUR)
    _check(at - DAY)
    _add(case, tom, at - dt.timedelta(minutes=1), "Brief van de bedrijfsarts", _letter("Advies", "Rustig opbouwen."))


def _add(
    case: Case, by: Actor, at: dt.datetime, title: str, file: Upload, *, internal: bool = False,
    newer: DocumentVersion | None = None,
) -> DocumentVersion:  # fmt: skip
    return documents.receive(
        case, file=file, title=title, for_client=not internal, by=by, at=at, submission_id=uuid.uuid4(),
        document=newer.document if newer else None,
    )  # fmt: skip


def _check(at: dt.datetime) -> None:
    while documents.check_due(at):
        pass


def _letter(title: str, text: str) -> Upload:
    made = typst.compile(LETTER.format(title=title, text=text).encode())
    return Upload(f"{title.lower()}.pdf", bytes(made))


def _text(text: str, name: str = "notitie.txt") -> Upload:
    return Upload(name, text.encode())


def _roster() -> bytes:
    """A month with its shifts, as somebody photographs it."""
    picture = Image.new("RGB", (900, 620), "white")
    pen = ImageDraw.Draw(picture)
    for number in range(35):
        left, top = 20 + number % 7 * 124, 20 + number // 7 * 116
        busy = number % 7 < 5 and number % 3
        pen.rectangle((left, top, left + 116, top + 108), fill="#d5e6e8" if busy else "#f5f5f0", outline="#8a9a9c")
        pen.text((left + 10, top + 8), str(number + 1), fill="#1d3b40", font_size=22)
        pen.text((left + 10, top + 60), "07-16" if busy else "vrij", fill="#1d3b40", font_size=24)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
