"""Notices about what is guarded. They say that something waits under one heading, and never which of it."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Notice
from accounts.notices import Address, Kind, address_of_user, register
from cases.models import ComplaintHandler

NOTHING = UUID(int=0)


def address_of_handler(notice: Notice) -> Address:
    """Somebody who is named for it, as long as that counts."""
    named = ComplaintHandler.objects.filter(complaint=notice.subject_id or NOTHING, user=notice.user_id)
    return address_of_user(notice) if named.exists() else Address(skip="no longer named")


GUARDED_WAITS = register(
    Kind(
        code="guarded.waits",
        title=_("Something guarded waits for you"),
        text=_("Log in and look under Guarded. Only the people named for it see it."),
        priority=2,
    )
)
COMPLAINT_WAITS = register(
    Kind(
        code="guarded.asks",
        title=_("Something guarded asks for an answer"),
        text=_("Log in and look under Guarded. It has a term. Only the people named for it see it."),
        address=address_of_handler,
        priority=2,
    )
)
NOBODY_HANDLES = register(
    Kind(
        code="guarded.nobody",
        title=_("Nobody can handle something guarded"),
        text=_("Every coordinator and privacy officer is involved, or there is none. Please appoint another one."),
        priority=2,
    )
)
