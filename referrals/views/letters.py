"""Letters to providers outside, on the worker's side."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_REFER, ROUTING_EDIT
from cases import workspace
from cases.forms.work import posted
from cases.moves import NotNow
from cases.workspace import Workspace
from referrals import voice
from referrals.directory.models import Service
from referrals.forms.letters import AnsweredForm, LetterForm, language_of
from referrals.forms.ways import SpokenForm
from referrals.letters import door, facts, moves, paper, providers, sending, writing
from referrals.letters.enums import ALWAYS, Field, LetterState
from referrals.letters.fields import compose
from referrals.models.letters import Letter


def _open(request: HttpRequest, reference: str) -> Workspace:
    at = timezone.now()
    return workspace.open_workspace(actor_of(request), reference, tab="case", part="letters", at=at, needs=CASE_REFER)


@require_safe
@needs(ROUTING_EDIT)
def letter_looks(request: HttpRequest) -> HttpResponse:
    """For the coordinator: every field there is, and each template filled in for somebody who does not exist."""
    context = {"fields": [(f"{{{field}}}", field) for field in Field], "always": ALWAYS, "shown": facts.examples()}
    return TemplateResponse(request, "referrals/letters/looks.html", context)


@require_safe
@needs(CASE_REFER)
def onward_letters(request: HttpRequest, reference: str) -> HttpResponse:
    """Every letter of this case, with how far it is."""
    space = _open(request, reference)
    context = space.context() | {"rows": facts.of_case(space.case)}
    return TemplateResponse(request, "referrals/letters/list.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_REFER)
def onward_letter_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose a provider, say what is asked, look at the letter, and ask the client."""
    by, space = actor_of(request), _open(request, reference)
    service = providers.service_of(request.GET.get("aanbod", ""))
    if service is None:
        words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
        looked = {"words": words, "found": providers.look_for(words, space.case, space.at)}
        return TemplateResponse(request, "referrals/letters/choose.html", space.context() | looked)
    known = facts.facts_about(
        space.case, service, question=request.POST.get("question", ""), by=by, at=space.at,
        language=language_of(request.POST.get("language")),
    )  # fmt: skip
    form = LetterForm(posted(request), facts=known, initial={"language": "nl", "covers": ["name"]})
    sent = request.method == "POST" and form.is_valid()
    spoken = SpokenForm(request.POST if sent and request.POST.get("do") == "phone" else None)
    context: dict[str, Any] = {"service": service, "form": form, "second_form": spoken}
    if sent:
        if request.POST.get("do") in {"ask", "phone"} and (made := _written(request, space, service, form, spoken, by)):
            return redirect("onward_letter", reference=space.case.reference, pk=made.pk)
        language = form.cleaned_data["language"]
        shown = compose(form.cleaned_data["template"].text_in(language), known, form.covered)
        context |= {"shown": shown, "language": language, "seen": writing.print_of(shown.text)}
    return TemplateResponse(request, "referrals/letters/new.html", space.context() | context)


def _written(
    request: HttpRequest, space: Workspace, service: Service, form: LetterForm, spoken: SpokenForm, by: Actor
) -> Letter | None:
    """The letter as it was looked at, or none with the reason in one of the forms."""
    given, by_phone = form.cleaned_data, spoken.is_bound
    if by_phone and not spoken.is_valid():
        return None
    try:
        if by_phone:
            voice.must_fit(space.case, spoken.cleaned_data["phrase"], by=by, at=space.at)
        made = writing.write(
            space.case, service, given["template"], language=given["language"], question=given["question"],
            covers=form.covered, reason=given["reason"], seen=request.POST.get("seen", ""), by=by, at=space.at,
            by_phone=by_phone, letter_id=given["submission"],
        )  # fmt: skip
    except NotNow as why:
        refused, field = (spoken, "phrase") if isinstance(why, voice.NotHeard) else (form, None)
        refused.add_error(field, str(why))
        return None
    if by_phone:
        messages.success(request, _("Kept that the client said yes. Send the letter now."))
    else:
        messages.success(request, _("The client can read the letter now, and says yes or no there."))
    return made


@require_http_methods(["GET", "POST"])
@needs(CASE_REFER)
def onward_letter(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """One letter: the words, how far it is, and what can be done now."""
    by, space = actor_of(request), _open(request, reference)
    letter, wish = _of(space, pk), request.POST.get("do")
    if wish == "said" and letter.state != LetterState.ASKED:  # from an old page: there is no field any more
        messages.info(request, moves.how_it_stands(letter))
        return redirect("onward_letter", reference=space.case.reference, pk=pk)
    form = AnsweredForm(request.POST if wish == "answer" else None, initial={"on": timezone.localdate(space.at)})
    spoken = SpokenForm(request.POST if wish == "said" else None)
    code = ""
    if request.method == "POST" and all(one.is_valid() for one in (form, spoken) if one.is_bound):
        try:
            code = _do(request, letter, form, spoken, by)
        except voice.NotHeard as why:
            spoken.add_error("phrase", str(why))
        except NotNow as why:
            messages.error(request, str(why))
        if not code and not spoken.errors:
            return redirect("onward_letter", reference=space.case.reference, pk=pk)
        letter = _of(space, pk)
    token = door.link_of(letter)
    context = {
        "letter": letter, "left": facts.composed(letter), "form": form, "second_form": spoken, "code": code,
        "link": request.build_absolute_uri(door.path_of(token)) if token else "",
        "link_open": door.is_open(letter, space.at), "most_tries": door.MOST_TRIES,
    }  # fmt: skip
    return TemplateResponse(request, "referrals/letters/one.html", space.context() | context)


def _do(request: HttpRequest, letter: Letter, form: AnsweredForm, spoken: SpokenForm, by: Actor) -> str:
    """One button of the page; a code is given back when there is one to tell. Raises NotNow."""
    at, wish = timezone.now(), request.POST.get("do")
    if wish in {"link", "mail"}:
        return door.give_link(letter, mail=wish == "mail", by=by, at=at).code
    if wish == "paper":
        sending.send_on_paper(letter, by=by, at=at)
        messages.success(request, _("Kept as sent on paper. Print it now."))
    elif wish == "said":
        writing.approve_by_phone(letter, phrase=spoken.cleaned_data["phrase"], by=by, at=at)
        messages.success(request, _("Kept that the client said yes. Send the letter now."))
    elif wish == "back":
        writing.withdraw(letter, by=by, at=at)
        messages.success(request, _("Taken back. A link that was sent opens nothing any more."))
    elif wish == "answer":
        given = form.cleaned_data
        sending.record_answer(letter, given["answer"], on=given["on"], note=given["note"], by=by, at=at)
        messages.success(request, _("Kept. The client can see it."))
    return ""


@require_POST
@needs(CASE_REFER)
def onward_letter_pdf(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The letter to print. By POST: making one is in the audit, and no browser does that by looking ahead."""
    by, space = actor_of(request), _open(request, reference)
    letter = _of(space, pk)
    if letter.sent_at is None:
        messages.error(request, moves.how_it_stands(letter))
        return redirect("onward_letter", reference=space.case.reference, pk=pk)
    return as_file(paper.printed(letter, by=by, at=space.at), letter)


def as_file(content: bytes, letter: Letter) -> HttpResponse:
    """As an attachment with a name of our own."""
    headers = {"Content-Disposition": f'attachment; filename="letter-{letter.pk.hex[:8]}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _of(space: Workspace, pk: uuid.UUID) -> Letter:
    found = next((row for row in facts.of_case(space.case) if row.pk == pk), None)
    if found is None:
        raise Refused("letter.open", case_id=space.case.pk, basis="not of this case")
    return found
