"""With whom a client talks: what they would rather have, and asking for somebody else."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    """Of whom a client would rather talk with, and of who helps when they say so themselves."""

    WOMAN = "woman", _("A woman")
    MAN = "man", _("A man")


class SomeoneElseState(models.TextChoices):
    OPEN = "open", _("Asked")
    LOOKING = "looking", _("The desk looks for someone else")
    STAYS = "stays", _("Talked about: it stays as it is")
    TAKEN_BACK = "taken_back", _("Taken back by the client")
    OVER = "over", _("Over")


NOT_AGAIN = (SomeoneElseState.OPEN, SomeoneElseState.LOOKING, SomeoneElseState.OVER)
"""While one of these stands, whom the client asked away from is not suggested for this case."""
