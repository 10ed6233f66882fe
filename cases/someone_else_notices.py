"""Kinds of notices about a client who asks for somebody else; none says why, or about whom it is."""

from django.utils.translation import gettext_lazy as _

from accounts.notices import Kind, register

SOMEONE_ELSE_ASKED = register(
    Kind(
        code="case.someone_else",
        title=_("A client would rather talk with someone else"),
        text=_("Read what they ask, talk with them, and decide what happens."),
        priority=3,
    )
)
SOMEONE_ELSE_HELPS = register(
    Kind(
        code="case.someone_else_helps",
        title=_("A case went back to the desk"),
        text=_("The desk looks for somebody else for one of your cases. You need not do anything."),
    )
)
