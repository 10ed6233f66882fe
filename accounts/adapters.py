"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the desk for now; nobody needs one to ask for help."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A log-in never fails because the address of the network is not known, as behind a Unix socket."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return "0.0.0.0"  # noqa: S104 - no address that is listened on

    def add_message(self, request: Any, level: Any, message_template: Any = None, *args: Any, **kwargs: Any) -> None:
        """No 'signed in as …' line: it would stay on a shared screen."""
