"""Somebody who logs in with the employer, and what came of it."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site
from django.test import Client

from accounts.models import AuditEvent, User
from tests.oidc.provider import CALLBACK

START, LOG_IN = "/account/werkgever/inloggen/", "/account/inloggen/"
FAILED, UNKNOWN = "/account/werkgever/mislukt/", "/account/werkgever/onbekend/"


def tie(user: User, sub: str = "emp-1") -> User:
    """The employer's log-in opens this account."""
    SocialAccount.objects.create(user=user, provider=site.OIDC.issuer, uid=sub)
    return user


def leave(browser: Client, to: str = "") -> str:
    """Press the button; the address at the provider."""
    answer = browser.post(START, {"next": to} if to else {})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def come_in(browser: Client, sub: str = "emp-1", *, to: str = "", **options: Any) -> str:
    """All the way; where the site sends the browser at the end."""
    answer = browser.get(log_in_there(leave(browser, to), sub, **options))
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def who(browser: Client) -> User | None:
    return User.objects.filter(pk=browser.session.get("_auth_user_id")).first()


def refusals() -> list[str]:
    rows = AuditEvent.objects.filter(action="employer.login", outcome="denied").order_by("pk")
    return list(rows.values_list("basis", flat=True))


def log_in_there(url: str, login: str, *, factor: bool = False, go: str = "in") -> str:
    """From the address that the site sent the browser to, through the provider's own page, to the address on the
    site that it sends the browser back to."""
    with requests.Session() as browser:
        page = browser.get(url, timeout=10)
        assert "Inloggen bij je werkgever" in page.text, page.text
        typed = {"login": login, "go": go} | ({"factor": "yes"} if factor else {})
        answer = browser.post(page.url, data=typed, allow_redirects=False, timeout=10)
        while CALLBACK not in answer.headers["Location"]:
            answer = browser.get(urljoin(answer.url, answer.headers["Location"]), allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"
