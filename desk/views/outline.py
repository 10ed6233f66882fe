"""The client reads what an employer would hear of coaching, and says yes or no (R16)."""

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused
from cases import outlines
from cases.models import Outline
from cases.moves import NotNow
from desk.forms.outline import AnswerForm
from desk.views.doors import Door, Page


@require_http_methods(["GET", "POST"])
def outline(request: HttpRequest, door: Door) -> HttpResponse:
    """Each text with its answer; what waits can be answered, and a yes taken back until it was passed on."""
    opened = door.open("outline")
    rows = outlines.of_case(opened)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row, said = _of(rows, str(form.cleaned_data["outline"])), form.cleaned_data["answer"]
        try:
            if said == "back":
                outlines.withdraw(row, by=door.by, at=door.at)
            else:
                outlines.answer(row, yes=said == "yes", by=door.by, at=door.at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _said(said))
            return redirect(door.url("outline"))
    return TemplateResponse(request, "desk/client/outline.html", door.context(opened) | {"rows": rows, "form": form})


def _said(answer: str) -> str:
    return {
        "yes": _("You approved the text."),
        "no": _("You did not approve the text. Nothing is passed on."),
    }.get(answer, _("You took your yes back. Nothing is passed on."))


def _of(rows: list[Outline], pk: str) -> Outline:
    found = next((row for row in rows if str(row.pk) == pk), None)
    if found is None:
        raise Refused("outline.answered", basis="not of this case")
    return found


OUTLINE_PAGES: dict[str, tuple[str, Page]] = {"outline": ("werkgever/", outline)}
