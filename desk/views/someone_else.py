"""The client asks for somebody else, by both doors."""

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import someone_else
from cases.forms.someone_else import SomeoneElseForm
from cases.forms.work import posted
from cases.moves import NotNow
from desk.views.doors import Door, Page


@require_http_methods(["GET", "POST"])
def other_person(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask, see what happens with it, and take it back."""
    opened = door.open("someone else")
    takes_back = "take_back" in request.POST
    form = SomeoneElseForm(None if takes_back else posted(request))
    if takes_back:
        someone_else.take_back(opened, by=door.by, at=door.at)
        banners.success(request, _("Taken back. It stays as it is."))
        return redirect(door.url("someone_else"))
    if request.method == "POST" and form.is_valid():
        try:
            someone_else.ask(opened, why=form.cleaned_data["why"], by=door.by, at=door.at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("We have it. The desk looks at it and contacts you."))
            return redirect(door.url("someone_else"))
    row = someone_else.latest(opened)
    asked = row if row and opened.is_open and not someone_else.is_settled(row, opened) else None
    context = door.context(opened) | {"form": form, "asked": asked, "row": row}
    return TemplateResponse(request, "desk/client/someone_else.html", context)


SOMEONE_ELSE_PAGES: dict[str, tuple[str, Page]] = {"someone_else": ("iemand-anders/", other_person)}
