"""Kinds of notices about letters to providers outside; none says about whom, or what it is about."""

from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Audience
from accounts.models import Notice
from accounts.notices import Address, Kind, register
from cases import tokens
from cases.notices import NOTHING
from referrals.letters.enums import LetterState
from referrals.models.letters import Letter

USE = "letter link"
"""What the secret of the link is made for; see cases/tokens.py."""


def address_of_provider(notice: Notice) -> Address:
    """Where the letter goes, as long as its link opens something."""
    rows = Letter.objects.filter(pk=notice.subject_id or NOTHING, link_until__gt=Now()).exclude(code_hash="")
    letter = rows.exclude(state=LetterState.WITHDRAWN).select_related("case__data_key").first()
    if letter is None:
        return Address(skip="no longer open")
    return Address(email=letter.to_email) if letter.to_email else Address(skip="no e-mail address")


def path_of_letter(notice: Notice) -> str:
    """The link, which is kept nowhere."""
    letter = Letter.objects.filter(pk=notice.subject_id or NOTHING).only("token_hash").first()
    token = tokens.token_of(letter.pk, letter.token_hash, USE) if letter else ""
    return reverse("letter_link", args=[token]) if token else ""


LETTER_LINK = register(
    Kind(
        code="letter.link",
        title=_("There is a letter for you"),
        text=_(
            "The support desk has written you a letter. Open the link and give the code that we tell you by phone. "
            "Did nobody call you? Then call the desk."
        ),
        address=address_of_provider,
        path=path_of_letter,
        audience=Audience.OUTSIDE,
    )
)
LETTER_APPROVED = register(
    Kind(
        code="letter.approved",
        title=_("A client approved a letter"),
        text=_("The letter can be sent now. Open the case to do so."),
    )
)
LETTER_REFUSED = register(
    Kind(
        code="letter.refused",
        title=_("A client said no to a letter"),
        text=_("Nothing of it is sent. Open the case and talk about what would help."),
        priority=3,
    )
)
LETTER_OPENED = register(
    Kind(
        code="letter.opened",
        title=_("A letter was opened"),
        text=_("The provider has opened the letter for the first time. You need not do anything."),
    )
)
LETTER_SHUT = register(
    Kind(
        code="letter.shut",
        title=_("The link of a letter was closed"),
        text=_("Somebody gave a wrong code too often. Call the provider, and give them a new code."),
        priority=3,
    )
)
LETTER_ANSWERED = register(
    Kind(
        code="letter.answered",
        title=_("A provider answered a letter"),
        text=_("Open the case to read the answer and tell the client."),
        priority=3,
    )
)
LETTER_WAITS = register(
    Kind(
        code="letter.waits",
        title=_("A letter has no answer yet"),
        text=_("Half of the time has passed. Call the provider and ask whether the letter came."),
    )
)
LETTER_LATE = register(
    Kind(
        code="letter.late",
        title=_("A letter was not answered in time"),
        text=_("Call the provider, or look with the client for other help, and write down what it became."),
        priority=3,
    )
)
