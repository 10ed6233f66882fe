"""What the people on duty hear of the mailroom."""

from django.utils.translation import gettext_lazy as _

from accounts.notices import Kind, register

MAIL_WAITS = register(
    Kind(
        code="desk.mail_waits",
        title=_("An e-mail waits for a person"),
        text=_("The system does not know what to do with an e-mail. Read it and decide."),
        priority=3,
    )
)
MAIL_PRESSES = register(
    Kind(
        code="desk.mail_presses",
        title=_("Urgent: an e-mail waits that may not"),
        text=_("There may be worrying words in an e-mail that waits. Read it now and decide."),
        priority=1,
    )
)
