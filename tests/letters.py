"""Mails as people, machines and villains write them, as bytes."""

from email.message import EmailMessage
from email.utils import make_msgid

DESK = "loket@nabij.example"
TOM = "tom@buiten.example"


def letter(
    text: str = "Ik slaap slecht en ik wil graag met iemand praten.", *, sender: str = f"Tom de Wit <{TOM}>",
    subject: str = "Vraag", html: str = "", files: tuple[tuple[str, bytes], ...] = (), **headers: str,
) -> bytes:  # fmt: skip
    """A mail; a header name may be written with underscores."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, DESK, subject
    mail["Message-ID"] = headers.pop("Message_ID", "") or make_msgid(domain="buiten.example")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if html and not text:
        mail.set_content(html, subtype="html")
    else:
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def bounce(original: str, *, action: str = "failed") -> bytes:
    """A report of a mail server about one of our mails, named by its Message-ID."""
    return f"""From: Mail Delivery System <MAILER-DAEMON@mail.example>
To: {DESK}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <b1@mail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain

I'm sorry. It could not be delivered.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; iemand@weg.example
Action: {action}
Status: 5.1.1

--grens
Content-Type: text/rfc822-headers

From: {DESK}
Message-ID: {original}
Subject: Er is een bericht voor je

--grens--
""".encode()
