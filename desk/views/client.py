"""The client's own pages (E and F), each by two doors; see desk/views/doors.py."""

from typing import Any

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import signed_in
from cases import (
    actions,
    after_care,
    analysis,
    blocks,
    callbacks,
    cautions,
    client_page,
    deputies,
    first_contact,
    mediation_door,
    messages,
    notes,
    reopening,
    slots,
    timeline,
    who_sees,
)
from cases.contact import mark as contact_mark
from cases.forms.call_back import SlotForm
from cases.forms.client import StoryForm
from cases.forms.conflict import both
from cases.forms.contact import ContactForm, answers_of_person
from cases.forms.documents import MessageWithFilesForm
from cases.forms.first_contact import FirstContactForm, answers_of
from cases.forms.keep_out import LiftForm, NamedForm
from cases.forms.work import posted
from cases.models import Draft, Invitation
from cases.moves import Changed, NotNow
from desk import hearing, snapshot
from desk.numbers import ways_of
from desk.views.after import AFTER_PAGES
from desk.views.client_documents import DOCUMENT_PAGES, too_busy
from desk.views.client_letters import LETTER_PAGES
from desk.views.client_plan import PLAN_PAGES
from desk.views.complaint import COMPLAINT_PAGES
from desk.views.doors import PAGES, Door, client_actor
from desk.views.family import FAMILY_PAGES
from desk.views.mediation import of_client
from desk.views.outline import OUTLINE_PAGES
from desk.views.shared import SHARED_PAGES
from desk.views.someone_else import SOMEONE_ELSE_PAGES
from referrals import consent, handed, second_thoughts
from referrals.enums import Consent, ReferralState
from referrals.letters import facts as letters
from referrals.models import Referral
from referrals.offering import seers_of_offer


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
            "story_url": reverse("my_story", args=[case.reference]),
            "step": client_page.step_words(case),
            "team": client_page.contact_team(case),
            "moment": client_page.next_moment(case, at),
            "asks": case.pk in asked,
            "consent_url": reverse("referral_consent", args=[case.reference]),
        }
        for case in cases
    ]
    context = {
        "seats": mediation_door.seats(by, at),
        "looks_along": Invitation.objects.accepted_by_actor(by, at).exists(),
        "drafts": list(Draft.objects.of_user(by.user_id or 0, at)),
        "open": [card for card in cards if card["case"].is_open],
        "closed": [card for card in cards if not card["case"].is_open],
    }
    return TemplateResponse(request, "desk/client/cases.html", context)


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, door: Door) -> HttpResponse:
    """How far it is, who helps, when they hear what; messages; who can see it (page F)."""
    opened = door.open("client page")
    form = MessageWithFilesForm(
        posted(request), request.FILES or None, initial={"answers": request.GET.get("reply", "")}
    )  # fmt: skip
    beginning = messages.beginning_of(opened, form["answers"].value() or "")
    if request.method == "POST" and form.is_valid() and not too_busy(form, "attached"):
        given = form.cleaned_data
        try:
            hearing.send(opened, submission_id=given["submission"], body=given["body"], by=door.by, at=door.at,
                         answers=beginning, files=given["attached"])  # fmt: skip
        except NotNow as why:
            form.refuse(str(why))
        else:
            banners.success(request, _("Your message has been sent."))
            return redirect(f"{door.url('case')}#write")
    also = letters.asked_of_case() | second_thoughts.shares_of_case(door.at)
    page = client_page.open_page(opened, door.at, request.GET.get("page"), also)
    waits = handed.pending(page.case)
    seers = [*who_sees.seers(page.case, door.at, for_client=True), *seers_of_offer(waits)]
    context = door.context(page.case) | {
        "page": page, "steps": page.steps(), "form": form, "seers": seers, "beginning": beginning,
        "thread": page.thread(lambda document: door.url("document", document)),
        "readers": ", ".join(seer.name for seer in seers if seer.reads_messages), "consent": _consent(waits, door),
        "also_open": cautions.also_open(page.case.topics) if page.case.is_open else [],
        "away": deputies.away_words(page.case, door.at) if page.case.is_open else "",
        "can_come_back": not reopening.why_not(page.case, door.at),
        "may_call_again": not page.case.is_open and after_care.may_turn_on(page.case, door.at),
        "ways": ways_of(page.case, door.at),
        "called": _called(page.case.called_at),  # type: ignore[attr-defined]
    }  # fmt: skip
    return TemplateResponse(request, "desk/client/case.html", context)


def _called(start: Any) -> str:
    """The half hour in which we call, in words; empty when none was chosen."""
    return slots.words(start, snapshot.read().calendar) if start else ""


def _consent(waits: list[Referral], door: Door) -> str:
    """Where a summary waits for the client's yes; empty when none does."""
    address = reverse("follow_consent") if door.way == "follow" else reverse("referral_consent", args=[door.reference])
    asked = (ReferralState.AWAITING_CONSENT, Consent.ASKED)
    return address if any((row.state, row.consent) == asked for row in waits) else ""


@require_http_methods(["GET", "POST"])
def story(request: HttpRequest, door: Door) -> HttpResponse:
    """What they told, and room to add to it."""
    opened = door.open("story")
    form = StoryForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            hearing.client_added(opened, answers["text"], by=door.by, at=door.at, submission_id=answers["submission"])
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
    form, shown = ContactForm(posted(request), initial=answers_of_person(opened.person)), None
    seen = request.POST.get("seen", contact_mark(opened.person))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contact(opened, form.answers(), by=door.by, at=door.at, seen=seen)
        except Changed as changed:
            now = changed.case.person
            shown, seen = both(form, answers_of_person(now)), contact_mark(now)
        if not shown:  # saved, or sent twice
            banners.success(request, _("Changed. From now on we do it this way."))
            return redirect(door.url("case"))
    context = door.context(opened) | {"form": form, "both": shown, "seen": seen}
    return TemplateResponse(request, "desk/client/contact.html", context, status=409 if shown else 200)


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
    names = who_sees.guests(opened)
    context = {
        "seers": [
            *who_sees.seers(opened, door.at, for_client=True, names=names),
            *seers_of_offer(handed.pending(opened)),
        ],
        "kept_out": [row for row in blocks.of_case(opened) if row.by_client],
        "looks": found,
        "days": who_sees.by_day(found, names),
    }
    return TemplateResponse(request, "desk/client/looks.html", door.context(opened) | context)


@require_GET
def file(request: HttpRequest, door: Door) -> HttpResponse:
    """The analysis and the file notes about them; working notes are not part of the file."""
    opened = door.open("file")
    rows = [{"note": note, "parts": notes.parts(note.body)} for note in notes.for_client(opened)]
    context = {"rows": rows, "analysis": analysis.latest(opened)}
    return TemplateResponse(request, "desk/client/file.html", door.context(opened) | context)


@require_http_methods(["GET", "POST"])
def first_call(request: HttpRequest, door: Door) -> HttpResponse:
    """Whom we ring first, when, and whether the one abroad hears of something serious at home."""
    opened = door.open("first contact")
    form = FirstContactForm(posted(request), initial=answers_of(first_contact.of(opened)))
    if request.method == "POST" and form.is_valid():
        first_contact.change(opened, form.agreed(), by=door.by, at=door.at)
        banners.success(request, _("Changed. It counts at once."))
        return redirect(door.url("case"))
    return TemplateResponse(request, "desk/client/first_contact.html", door.context(opened) | {"form": form})


@require_http_methods(["GET", "POST"])
def keep_out(request: HttpRequest, door: Door) -> HttpResponse:
    """Name someone who may never see the case: an account at once, a name as soon as the desk knows who it is."""
    opened = door.open("who may not see it")
    rows = [row for row in blocks.of_case(opened) if row.by_client]
    lifts = "lift" in request.POST
    lift = LiftForm(request.POST if lifts else None, rows=blocks.liftable(rows, door.by), asks_why=False)
    if lifts and lift.is_valid():
        blocks.lift(lift.chosen, by=door.by, at=door.at)
        banners.success(request, _("Taken back."))
        return redirect(door.url("keep_out"))
    form = NamedForm(None if lifts else posted(request), people=blocks.who_could(opened, door.at))
    if not lifts and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["colleague"]:
                blocks.block(opened, given["colleague"], by=door.by, at=door.at)
            if given["words"]:
                blocks.ask(opened, given["words"], by=door.by, at=door.at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("We see to it. That person is not told."))
            return redirect(door.url("keep_out"))
    context = door.context(opened) | {"form": form, "rows": rows, "lift": lift}
    return TemplateResponse(request, "desk/client/keep_out.html", context)


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


@require_http_methods(["GET", "POST"])
def call_back(request: HttpRequest, door: Door) -> HttpResponse:
    """Choose the half hour in which we call, another one, or none."""
    opened = door.open("call back")
    calendar, known, own = (
        snapshot.read().calendar,
        callbacks.slots_for(opened, door.at),
        callbacks.slot_of(opened.intake),
    )
    cancels = "cancel" in request.POST
    form = SlotForm(None if cancels else posted(request), known=known, at=door.at, calendar=calendar, own=own)
    if cancels:
        callbacks.cancel(opened, by=door.by, at=door.at)
        banners.success(request, _("Cancelled. We do not call you at that time."))
        return redirect(door.url("case"))
    if request.method == "POST" and form.is_valid():
        start = form.cleaned_data["call_slot"]
        try:
            callbacks.choose(opened, start, by=door.by, at=door.at, calendar=calendar)
        except NotNow as why:
            form.add_error("call_slot", str(why))
        else:
            banners.success(request, _("We call you: %(when)s.") % {"when": slots.words(start, calendar)})
            return redirect(door.url("case"))
    context = door.context(opened) | {
        "form": form, "own": slots.words(own, calendar) if own else "",
        "why_not": callbacks.why_not(opened) if opened.is_open else _("Your request is closed."),
    }  # fmt: skip
    return TemplateResponse(request, "desk/client/call_back.html", context)


PAGES |= {
    # page: (last part of its address, the page)
    "case": ("", case),
    "story": ("verhaal/", story),
    "contact": ("bereiken/", contact),
    "call_back": ("bellen/", call_back),
    "history": ("verloop/", history),
    "looks": ("wie-keek/", looks),
    "file": ("verslagen/", file),
    "first_call": ("eerste-contact/", first_call),
    "keep_out": ("niet-zien/", keep_out),
    "withdraw": ("stoppen/", withdraw),
    "mediation": ("samen/", of_client),
    **DOCUMENT_PAGES,
    **COMPLAINT_PAGES,
    **FAMILY_PAGES,
    **OUTLINE_PAGES,
    **PLAN_PAGES,
    **AFTER_PAGES,
    **SOMEONE_ELSE_PAGES,
    **LETTER_PAGES,
    **SHARED_PAGES,
}
