"""E-mail in the demo, where no mail server is: the mailroom gets the bytes as if it had just fetched them."""

import datetime as dt
from email.message import EmailMessage
from uuid import UUID

from cases.models import Case
from desk.mailroom import keeping, sorting
from desk.mailroom.models import Mail

HOUR = dt.timedelta(hours=1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def fill(at: dt.datetime) -> None:
    """One mail that became a request, two that wait for a person, and an automatic reply."""
    asked = _arrives(
        1, _mail("Mara Koning <mara@buiten.example>", "Vraag over mijn rooster",
        "Beste mensen,\n\nMijn dienstrooster is veranderd en ik krijg de opvang van mijn zoon niet meer rond. "
        "Kan iemand met me meedenken? Mailen is het makkelijkst.\n\nGroet,\nMara", file=("rooster.pdf", PDF)),
        at - 6 * HOUR,
    )  # fmt: skip
    reference = Case.objects.get(intake__submission_id=asked).reference
    _arrives(
        2, _mail("M. Koning <mk@elders.example>", f"Re: {reference}",
        "Ik schrijf nu vanaf mijn werk. Woensdag kan ik ook.\n\n"
        "Op di 10 mrt 2026 om 09:00 schreef Loket <loket@nabij.example>:\n> We hebben je bericht."),
        at - 3 * HOUR,
    )  # fmt: skip
    _arrives(
        3, _mail("Stagebureau <stage@school.example>", "Stageplaatsen", "Geachte heer, mevrouw,\n\n"
        "Heeft u plaats voor stagiairs maatschappelijk werk?", X_Auto_Response_Suppress="All"),
        at - 2 * HOUR,
    )  # fmt: skip
    _arrives(
        4, _mail("Pim <pim@buiten.example>", "Automatisch antwoord: Er is een bericht voor je",
        "Ik ben tot maandag niet bereikbaar.", Auto_Submitted="auto-replied"),
        at - HOUR,
    )  # fmt: skip


def _mail(sender: str, subject: str, text: str, *, file: tuple[str, bytes] | None = None, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "loket@nabij.example", subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if file:
        mail.add_attachment(file[1], maintype="application", subtype="pdf", filename=file[0])
    return mail.as_bytes()


def _arrives(uid: int, raw: bytes, at: dt.datetime) -> UUID:
    """Kept and sorted at that moment; its id."""
    keeping.keep(raw, folder="demo", uidvalidity=1, uid=uid, size=len(raw), at=at)
    sorting.sort_due(at)
    return Mail.objects.values_list("pk", flat=True).get(folder="demo", uid=uid)
