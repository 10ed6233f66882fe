"""Coming in, in a real browser: a colleague's first day with a passkey or an app, and a client by code and by claim.

Passkeys are made by Chromium's virtual authenticator. They belong to a host name, so these visits go to "localhost".
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.factors import code_of
from desk.demo.organisation import PASSWORD
from tests.journeys.client import Client, Request, press, words
from tests.journeys.site import Site
from tests.mailbox import eventually

CODE = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
HIRE = """
from django.utils import timezone
from accounts.entrance import know_addresses
from accounts.models import Membership, Team, User
user = User.objects.create_user("{name}@nabij.example", "{password}", name="{name}")
know_addresses([user])
Membership.objects.create(user=user, team=Team.objects.get(code="desk"), role="desk_worker", starts_on="2020-01-01")
"""


@pytest.fixture
def hire(whole_site: Site) -> Callable[[str], str]:
    """A new colleague of the desk who has no second factor yet; returns the log-in address."""

    def made(name: str) -> str:
        whole_site.python(HIRE.format(name=name, password=PASSWORD))
        return f"{name}@nabij.example"

    return made


def home(site: Site) -> str:
    return f"http://localhost:{site.port}"


def with_key(page: Page) -> Any:
    """A phone that keeps passkeys, in this browser; returns how to talk to it, and its id."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    return talk, talk.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]


def log_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/account/inloggen/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    press(page.locator("main form .actions button").first)


def log_out(page: Page, url: str) -> None:
    page.goto(f"{url}/account/uitloggen/")
    press(page.locator("main form button"))


def code_for(site: Site, address: str) -> str:
    """The code in the last letter to this address."""
    assert eventually(lambda: site.mailbox.to(address)), "no letter came"
    found = CODE.search(site.mailbox.to(address)[-1].text)
    assert found is not None
    return found.group()


def shown_codes(page: Page) -> list[str]:
    return page.locator(".recovery-codes li").all_inner_texts()


def test_a_first_day_with_a_passkey(
    whole_site: Site, open_page: Callable[..., Page], hire: Callable[[str], str]
) -> None:
    page, url, email = open_page(), home(whole_site), hire("amira")
    talk, phone = with_key(page)
    log_in(page, url, email)
    assert page.url == f"{url}/account/beveiliging/"
    page.goto(f"{url}/loket/")
    assert page.url == f"{url}/account/beveiliging/", "the work is closed until there is a factor"
    press(page.locator("a[href='/account/beveiliging/sleutel/']"))
    page.fill("[name=name]", "Mijn telefoon")
    press(page.locator("form[data-passkey] button[type=submit]"))
    assert page.url == f"{url}/account/beveiliging/herstelcodes/", words(page)
    assert len(talk.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]) == 1
    press(page.locator("main form button"))
    assert len(set(shown_codes(page))) == 10
    press(page.locator("main .actions a.btn-primary"))
    assert page.url == f"{url}/loket/"

    log_out(page, url)
    page.goto(f"{url}/account/inloggen/")
    press(page.locator("form[data-passkey=get] button"))
    assert page.url == f"{url}/loket/", words(page)
    page.goto(f"{url}/account/controle/sleutel/?next=/account/e-mail/")
    press(page.locator("form[data-passkey=get] button"))
    assert page.url == f"{url}/account/e-mail/"

    log_out(page, url)
    log_in(page, url, email)
    assert page.url == f"{url}/account/inloggen/controle/"
    press(page.locator("form[data-passkey=get] button"))
    assert page.url == f"{url}/loket/", "the passkey is a second step after the password too"


def test_a_finger_that_is_not_given_is_said_on_the_page(whole_site: Site, open_page: Callable[..., Page]) -> None:
    page, url = open_page(), home(whole_site)
    with_key(page)
    page.goto(f"{url}/account/inloggen/")
    page.locator("form[data-passkey=get] button").click()
    page.locator("[data-passkey-problem]").wait_for(state="visible")
    assert "De browser gaf geen toegangssleutel" in words(page)
    assert page.url == f"{url}/account/inloggen/"


@pytest.mark.parametrize("script", [True, False])
def test_a_first_day_with_an_app(
    whole_site: Site, open_page: Callable[..., Page], hire: Callable[[str], str], script: bool
) -> None:
    """Also without a script: then there is no button for a passkey, and all the rest works."""
    page, url, email = open_page(script=script), home(whole_site), hire("bilal" if script else "cor")
    page.goto(f"{url}/account/inloggen/")
    assert page.locator("form[data-passkey=get] button").is_visible() is script
    log_in(page, url, email)
    press(page.locator("a[href='/account/beveiliging/app/']"))
    assert page.locator("svg.square-code path").count() == 1
    secret = (page.locator(".secret").text_content() or "").replace(" ", "")
    page.fill("[name=code]", "000000")
    press(page.locator("main form .actions button"))
    assert "Deze code klopt niet" in words(page)
    assert (page.locator(".secret").text_content() or "").replace(" ", "") == secret
    page.fill("[name=code]", code_of(secret))
    press(page.locator("main form .actions button"))
    press(page.locator("main form button"))
    codes = shown_codes(page)
    assert len(set(codes)) == 10
    page.goto(f"{url}/account/beveiliging/herstelcodes/")
    assert shown_codes(page) == [] and codes[0] not in words(page), "they are shown once"
    log_out(page, url)
    log_in(page, url, email)
    page.fill("[name=code]", codes[0])
    press(page.locator("main form .actions button").first)
    assert page.url == f"{url}/loket/"


def test_a_client_logs_in_by_code(whole_site: Site, open_page: Callable[..., Page]) -> None:
    page, url = open_page(), whole_site.url
    page.goto(f"{url}/account/inloggen/")
    press(page.locator("a[href^='/account/inloggen/code/']"))
    page.fill("[name=email]", "lisa@thuis.example")
    press(page.locator("main form .actions button"))
    letter = whole_site.mailbox.wait_for(1)[0]
    assert letter.subject == "Er is een bericht voor je" and "Nabij" not in letter.text + letter.html
    page.fill("[name=code]", code_for(whole_site, "lisa@thuis.example"))
    press(page.locator("main form .actions button"))
    assert page.url == f"{url}/mijn/"


def test_a_client_makes_an_account_and_keeps_the_request(whole_site: Site, client: Callable[..., Client]) -> None:
    daan = client()
    sent = daan.ask(Request("Ik slaap slecht en ik wil praten.", ("low-mood",)))
    daan.follow(sent)
    page, url = daan.page, whole_site.url
    press(page.locator("a[href^='/account/nieuw/']"))
    page.fill("[name=email]", "daan@thuis.example")
    press(page.locator("main form .actions button"))
    page.fill("[name=code]", code_for(whole_site, "daan@thuis.example"))
    press(page.locator("main form .actions button").first)
    assert page.url == f"{url}/volgen/bewaren/" and sent.reference in words(page)
    press(page.locator("main form .actions button"))
    assert page.url == f"{url}/mijn/{sent.reference}/"
    log_out(page, url)
    page.goto(f"{url}/mijn/")
    assert page.url.startswith(f"{url}/account/inloggen/")
    daan.follow(sent)
