"""Pages of what happens by itself: notices, the page for whoever is on duty, and the demonstration's mailbox."""

from typing import Any

from django.core.mail import EmailMultiAlternatives

from desk.demo import mail
from tests.pages import STAFF, Page, register


def letter(world: Any) -> str:
    """The name of a letter; the first one is written when there is none."""
    if not mail.names():
        message = EmailMultiAlternatives("Bericht", "https://nabij.example/", None, ["els@nabij.example"])
        message.attach_alternative("<p>Er is een bericht voor je.</p>", "text/html")
        mail.FolderBackend().send_messages([message])
    return mail.names()[0]


register(
    Page("inbox", "/meldingen/", roles=STAFF),
    Page("duty", "/wacht/", roles=("samira", "els")),
    Page("demo_mail", "/demo/mail/"),
    Page("demo_letter", lambda world: f"/demo/mail/{letter(world)}/"),
    Page("demo_letter_html", lambda world: f"/demo/mail/{letter(world)}/opgemaakt/"),
)
