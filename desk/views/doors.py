"""The two doors to the client's own pages: an account, or a reference and its pass-phrase.

Each page is one function of a ``Door``: who looks, at which case, and the addresses that belong to the way they came.
``for_account`` and ``for_follower`` make the two views out of it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import actor_of, public, signed_in
from cases.following import follower_of
from cases.models import Case
from cases.permissions import OWN_CASE, case_for


@dataclass(frozen=True)
class Door:
    """How a client came in."""

    by: Actor
    at: dt.datetime
    reference: str
    way: str  # my or follow

    def url(self, page: str, *more: Any) -> str:
        """The address of one of the client's pages by this way."""
        return reverse(f"{self.way}_{page}", args=[*([self.reference] if self.way == "my" else []), *more])

    def open(self, part: str) -> Case:
        """The case, if it is their own; the look is in the audit, unless ``part`` is empty and the caller does that."""
        return case_for(self.by, self.reference, needs=OWN_CASE, at=self.at, part=part)

    def context(self, case: Case) -> dict[str, Any]:
        """What all pages share: the case, the addresses, and the way back."""
        urls = {page: self.url(page) for page, (tail, _page) in PAGES.items() if "<" not in tail}
        account = {"account_url": reverse("my_cases"), "account_label": _("Your cases")} if self.way == "my" else {}
        return {"case": case, "door": self, "urls": urls, "now": self.at, "is_account": self.way == "my"} | account


Page = Callable[..., HttpResponse]  # of a request, a Door, and what else is in the address

PAGES: dict[str, tuple[str, Page]] = {}
"""The last part of each page's address, and the page. Filled by desk/views/client.py."""


def client_actor(request: HttpRequest) -> Actor:
    """The signed-in person as a client only: whatever else they are, on these pages their roles do not count."""
    return replace(actor_of(request), roles=frozenset(), teams={}, team_kinds=frozenset())


def for_account(page: Page) -> Callable[..., HttpResponse]:
    """The page for someone with an account, at /mijn/<reference>/."""

    @signed_in
    @wraps(page)
    def opened(request: HttpRequest, reference: str, **more: Any) -> HttpResponse:
        return page(request, Door(client_actor(request), timezone.now(), reference, "my"), **more)

    return opened


def for_follower(page: Page) -> Callable[..., HttpResponse]:
    """The page for someone who gave a reference and its pass-phrase; anyone else is asked for them."""

    @public("Asks for the reference and its pass-phrase first.")
    @wraps(page)
    def opened(request: HttpRequest, **more: Any) -> HttpResponse:
        at = timezone.now()
        by = follower_of(request, at)
        if by is None:
            return redirect("follow")
        reference = Case.objects.values_list("reference", flat=True).get(pk=by.case_id or "")
        return page(request, Door(by, at, reference, "follow"), **more)

    return opened


def routes() -> list[URLPattern]:
    """The addresses of all pages, by both ways: my_case and follow_case, my_story and follow_story, and so on."""
    return [
        pattern
        for name, (tail, page) in PAGES.items()
        for pattern in (
            path(f"mijn/<str:reference>/{tail}", for_account(page), name=f"my_{name}"),
            path(f"volgen/aanvraag/{tail}", for_follower(page), name=f"follow_{name}"),
        )
    ]
