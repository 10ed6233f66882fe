"""The notice about entries that nobody verified for long."""

from django.utils.translation import gettext_lazy as _

from accounts.notices import Kind, register

STALE = register(
    Kind(
        code="directory.stale",
        title=_("Entries of outside help wait to be checked"),
        text=_("Nobody checked them for a long time. Ring or write to ask whether all of it is still so."),
    )
)
