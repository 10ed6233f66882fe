"""The page of a provider outside, behind a link and a code. Before the code it says nothing of anybody."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import public
from cases.moves import NotNow
from referrals.forms.letters import LetterCodeForm, ProviderAnswerForm
from referrals.letters import door, paper
from referrals.models.letters import Letter
from referrals.views.letters import as_file


@require_http_methods(["GET", "HEAD", "POST"])
@public("Opens a letter only with its secret link and the code that was told by another way.", stateless=True)
def letter_link(request: HttpRequest, token: str) -> HttpResponse:
    """The code is asked; after it come the letter as a file and the question whether they can help. A program that
    only opens links changes nothing."""
    if request.method == "POST" and "ticket" in request.POST:
        return _inside(request, token)
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        letter = door.try_code(token, form.cleaned_data["code"], at=timezone.now())
        if letter is not None:
            return _letter(request, letter, None)
        time.sleep(settings.WRONG_LINK_PAUSE)
        form.add_error(
            "code", _("This link and this code do not open a letter, or no longer. Call who sent you the link.")
        )
    return TemplateResponse(request, "referrals/letters/code.html", {"form": form})


def _inside(request: HttpRequest, token: str) -> HttpResponse:
    """After the code: the file, or the answer. Whoever waited too long gives the code again."""
    at = timezone.now()
    letter = door.by_ticket(token, request.POST["ticket"], at=at)
    if letter is None:
        context = {"form": LetterCodeForm(None), "again": True}
        return TemplateResponse(request, "referrals/letters/code.html", context)
    if request.POST.get("do") == "file":
        door.read(letter, at=at)
        return as_file(paper.pdf(str(letter.text), letter.language, at=at), letter)
    form = ProviderAnswerForm(request.POST)
    if form.is_valid():
        try:
            letter = door.answer(letter, form.cleaned_data["answer"], note=form.cleaned_data["note"], at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            return _letter(request, letter, None)
    return _letter(request, letter, form)


def _letter(request: HttpRequest, letter: Letter, form: ProviderAnswerForm | None) -> HttpResponse:
    ticket = door.ticket_of(letter)
    context: dict[str, Any] = {
        "letter": letter, "ticket": ticket, "can_answer": door.can_answer(letter),
        "form": form or ProviderAnswerForm(None, initial={"ticket": ticket}),
    }  # fmt: skip
    return TemplateResponse(request, "referrals/letters/inside.html", context)
