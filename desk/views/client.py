"""The client's own pages (E and F): the same for who logged in and for who follows with a reference and pass-phrase.

Each page is one function of a ``Door``: who looks, at which case, and the addresses that belong to the way they came.
``for_account`` and ``for_follower`` make the two views out of it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, public, signed_in
from cases import actions, cautions, client_page, deputies, messages, notes, timeline, who_sees
from cases.following import follower_of
from cases.forms.client import StoryForm
from cases.forms.contact import ContactForm
from cases.forms.work import MessageForm, posted
from cases.models import Case
from cases.moves import NotNow
from cases.permissions import OWN_CASE, case_for
from referrals import consent


@dataclass(frozen=True)
class Door:
    """How a client came in."""

    by: Actor
    at: dt.datetime
    reference: str
    way: str  # my or follow

    def url(self, page: str) -> str:
        """The address of one of the client's pages by this way."""
        return reverse(f"{self.way}_{page}", args=[self.reference] if self.way == "my" else [])

    def open(self, part: str) -> Case:
        """The case, if it is their own; the look is in the audit."""
        return case_for(self.by, self.reference, needs=OWN_CASE, at=self.at, part=part)

    def context(self, case: Case) -> dict[str, Any]:
        """What all pages share: the case, the addresses, and the way back."""
        urls = {page: self.url(page) for page in PAGES}
        account = {"account_url": reverse("my_cases"), "account_label": _("Your cases")} if self.way == "my" else {}
        return {"case": case, "door": self, "urls": urls, "now": self.at, "is_account": self.way == "my"} | account


Page = Callable[[HttpRequest, Door], HttpResponse]


def client_actor(request: HttpRequest) -> Actor:
    """The signed-in person as a client only: whatever else they are, on these pages their roles do not count."""
    return replace(actor_of(request), roles=frozenset(), teams={}, team_kinds=frozenset())


def for_account(page: Page) -> Callable[..., HttpResponse]:
    """The page for someone with an account, at /mijn/<reference>/."""

    @signed_in
    @wraps(page)
    def opened(request: HttpRequest, reference: str) -> HttpResponse:
        return page(request, Door(client_actor(request), timezone.now(), reference, "my"))

    return opened


def for_follower(page: Page) -> Callable[..., HttpResponse]:
    """The page for someone who gave a reference and its pass-phrase; anyone else is asked for them."""

    @public("Asks for the reference and its pass-phrase first.")
    @wraps(page)
    def opened(request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        by = follower_of(request, at)
        if by is None:
            return redirect("follow")
        reference = Case.objects.values_list("reference", flat=True).get(pk=by.case_id or "")
        return page(request, Door(by, at, reference, "follow"))

    return opened


@require_GET
@signed_in
def my_cases(request: HttpRequest) -> HttpResponse:
    """All cases of the person who logged in; those of relatives and colleagues are never among them."""
    by, at = client_actor(request), timezone.now()
    cases = list(client_page.cases_of(by, at))
    asked = consent.asked_in(cases)
    cards: list[dict[str, Any]] = [
        {
            "case": case,
            "url": reverse("my_case", args=[case.reference]),
            "step": client_page.step_words(case),
            "moment": client_page.next_moment(case, at),
            "asks": case.pk in asked,
            "consent_url": reverse("referral_consent", args=[case.reference]),
        }
        for case in cases
    ]
    context = {
        "open": [card for card in cards if card["case"].is_open],
        "closed": [card for card in cards if not card["case"].is_open],
    }
    return TemplateResponse(request, "desk/client/cases.html", context)


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, door: Door) -> HttpResponse:
    """How far it is, who helps, when they hear what; messages; who can see it (page F)."""
    opened = door.open("client page")
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            messages.send(opened, submission_id=answers["submission"], body=answers["body"], by=door.by, at=door.at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Your message has been sent."))
            return redirect(f"{door.url('case')}#write")
    page = client_page.open_page(opened, door.at)
    context = door.context(page.case) | {
        "page": page, "steps": page.steps(), "form": form,
        "seers": who_sees.seers(page.case, door.at, for_client=True), "consent": _consent(page.case, door),
        "also_open": cautions.also_open(page.case.topics) if page.case.is_open else [],
        "away": deputies.away_words(page.case, door.at) if page.case.is_open else "",
    }  # fmt: skip
    return TemplateResponse(request, "desk/client/case.html", context)


def _consent(opened: Case, door: Door) -> str:
    """Where a summary waits for the client's yes; empty when none does."""
    return reverse("referral_consent", args=[door.reference]) if consent.waiting_for(opened) else ""


@require_http_methods(["GET", "POST"])
def story(request: HttpRequest, door: Door) -> HttpResponse:
    """What they told, and room to add to it."""
    opened = door.open("story")
    form = StoryForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            actions.client_added(opened, answers["text"], by=door.by, at=door.at, submission_id=answers["submission"])
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("We added it to your story."))
            return redirect(door.url("case"))
    context = door.context(opened) | {"form": form, "told": client_page.told_by_client(opened)}
    return TemplateResponse(request, "desk/client/story.html", context)


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, door: Door) -> HttpResponse:
    """Change how we may reach them; it counts at once."""
    opened = door.open("contact")
    form = ContactForm(posted(request), initial=_answers(opened))
    if request.method == "POST" and form.is_valid():
        actions.change_contact(opened, form.answers(), by=door.by, at=door.at)
        banners.success(request, _("Changed. From now on we do it this way."))
        return redirect(door.url("case"))
    return TemplateResponse(request, "desk/client/contact.html", door.context(opened) | {"form": form})


def _answers(opened: Case) -> dict[str, Any]:
    """The present answers as ContactForm shows them."""
    person = opened.person
    wishes = person.contact
    flags = ("may_leave_voicemail", "may_identify", "safe_to_text", "safe_to_email")
    hours = {name: f"{value:%H:%M}" for name in ("window_from", "window_until") if (value := getattr(wishes, name))}
    words = {name: getattr(wishes, name) for name in ("contact_person", "spoken_language", "accessibility_needs")}
    return {
        "name": person.name, "phone": person.phone, "email": person.email, "channels": wishes.channels,
        "weekdays": [str(day) for day in wishes.weekdays],
        **{name: "yes" if getattr(wishes, name) else "no" for name in flags}, **hours, **words,
    }  # fmt: skip


@require_GET
def history(request: HttpRequest, door: Door) -> HttpResponse:
    """Everything that happened, in words to them."""
    opened = door.open("history")
    lines = timeline.for_client(opened, request.GET.get("page", 1))
    return TemplateResponse(request, "desk/client/history.html", door.context(opened) | {"lines": lines})


@require_GET
def looks(request: HttpRequest, door: Door) -> HttpResponse:
    """Who can see the case, and who looked on which day."""
    opened = door.open("who looked")
    found = who_sees.looks(opened, request.GET.get("page", 1))
    context = {
        "seers": who_sees.seers(opened, door.at, for_client=True),
        "looks": found,
        "days": who_sees.by_day(found),
    }
    return TemplateResponse(request, "desk/client/looks.html", door.context(opened) | context)


@require_GET
def file(request: HttpRequest, door: Door) -> HttpResponse:
    """The file notes about them; working notes are not part of the file."""
    opened = door.open("file")
    rows = [{"note": note, "parts": notes.parts(note.body)} for note in notes.for_client(opened)]
    return TemplateResponse(request, "desk/client/file.html", door.context(opened) | {"rows": rows})


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, door: Door) -> HttpResponse:
    """Stop the request. The page first says what that does; only the button on it does it."""
    opened = door.open("withdrawing")
    if request.method == "POST":
        try:
            actions.withdraw(opened, by=door.by, at=door.at)
        except NotNow as why:
            banners.error(request, str(why))
        else:
            banners.success(request, _("You withdrew your request."))
        return redirect(door.url("case"))
    return TemplateResponse(request, "desk/client/withdraw.html", door.context(opened))


PAGES: dict[str, tuple[str, Page]] = {
    # page: (last part of its address, the page)
    "case": ("", case),
    "story": ("verhaal/", story),
    "contact": ("bereiken/", contact),
    "history": ("verloop/", history),
    "looks": ("wie-keek/", looks),
    "file": ("verslagen/", file),
    "withdraw": ("stoppen/", withdraw),
}


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
