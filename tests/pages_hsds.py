"""The directory in and out as a file."""

from tests.pages import Page, Send, register

AT = "/organisatie/hulp-buiten/uitwisselen/"

register(Page("directory_exchange", AT, roles=("els",), states={"error": lambda _world: Send(AT, {"do": "look"})}))
