"""The client reads each letter to a provider outside, takes things out, and says yes or no; and what became of it."""

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused
from cases.moves import NotNow
from desk.views.doors import Door, Page
from referrals.letters import facts, writing
from referrals.letters.enums import TO_CLIENT, Field, LetterState
from referrals.models.letters import Letter


@require_http_methods(["GET", "POST"])
def client_letters(request: HttpRequest, door: Door) -> HttpResponse:
    """Every letter in its own words. A yes counts for the words that were on the screen, and for no others."""
    opened = door.open("letters")
    rows = facts.of_case(opened)
    chosen: dict[str, list[str]] = {}
    if request.method == "POST":
        row = _of(rows, request.POST.get("letter", ""))
        covers = [*request.POST.getlist("covers"), Field.QUESTION.value]
        if request.POST.get("answer") == "look":
            chosen[str(row.pk)] = covers
        elif _answer(request, door, row, covers):
            return redirect(door.url("letters"))
        else:
            chosen[str(row.pk)] = covers
    shown = [_shown(row, chosen.get(str(row.pk))) for row in rows]
    return TemplateResponse(request, "desk/client/letters.html", door.context(opened) | {"rows": shown})


def _answer(request: HttpRequest, door: Door, row: Letter, covers: list[str]) -> bool:
    """Do what was chosen; False when the letter has to be read again first."""
    said = request.POST.get("answer")
    try:
        if said == "yes":
            writing.approve(row, covers=covers, seen=request.POST.get("seen", ""), by=door.by, at=door.at)
            banners.success(request, _("You said yes. We send exactly this letter."))
        elif said == "no":
            writing.refuse(row, by=door.by, at=door.at)
            banners.success(request, _("Nothing is sent. We look with you at what would help."))
    except writing.ReadAgain as why:
        banners.info(request, str(why))
        return False
    except NotNow as why:
        banners.info(request, str(why))
    return True


def _shown(row: Letter, covers: list[str] | None) -> dict[str, object]:
    """One letter as it would go with these fields; what can be taken out, while it waits for their answer."""
    waits = row.state == LetterState.ASKED
    kept = [field for field in row.covers if covers is None or field in covers]
    text = facts.composed(row, kept).text if waits else str(row.text)
    parts = [
        {"field": field, "label": label, "kept": field in kept}
        for field, label in TO_CLIENT.items()
        if field in row.covers and row.facts.get(field)
    ]
    return {"letter": row, "text": text, "seen": writing.print_of(text), "parts": parts if waits else []}


def _of(rows: list[Letter], pk: str) -> Letter:
    found = next((row for row in rows if str(row.pk) == pk), None)
    if found is None:
        raise Refused("letter.answered", basis="not of this case")
    return found


LETTER_PAGES: dict[str, tuple[str, Page]] = {"letters": ("brieven/", client_letters)}
