"""How someone wants to see their own pages."""

from accounts.actors import Actor
from accounts.models import User

CHOICES = ("compact_rows", "keyboard_shortcuts")


def prefer(by: Actor, name: str, on: bool) -> None:
    """Keep one of CHOICES on the account of ``by``; another name raises KeyError."""
    if name not in CHOICES:
        raise KeyError(name)
    User.objects.filter(pk=by.user_id or 0).update(**{name: on})
