"""What the client agreed to share, by both doors: whom with, what exactly, and taking that yes back."""

from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused
from cases.moves import NotNow
from desk.views.doors import Door, Page
from referrals import second_thoughts, travelling


@require_http_methods(["GET", "POST"])
def shared(request: HttpRequest, door: Door) -> HttpResponse:
    """Everything that waits or runs by their yes. What can still be stopped has a button; only that does it."""
    opened = door.open("what is shared")
    if request.method == "POST":
        row = second_thoughts.of_case(opened, _number(request.POST.get("shared", "")))
        try:
            second_thoughts.change_mind(row, by=door.by, at=door.at)
        except NotNow as why:
            banners.info(request, str(why))
            return redirect(door.url("shared"))
        banners.success(request, _("You took your yes back. We no longer share it, and who asked you is told."))
        return redirect(door.url("case"))
    rows = second_thoughts.shared(opened, door.at) if opened.is_open else []
    items = travelling.of_each(opened, rows)
    context = {"rows": [{"shared": row, "items": items[row.pk]} for row in rows]}
    return TemplateResponse(request, "desk/client/shared.html", door.context(opened) | context)


def _number(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError:
        raise Refused("consent.take_back", basis="no number of a hand-over") from None


SHARED_PAGES: dict[str, tuple[str, Page]] = {"shared": ("gedeeld/", shared)}
