"""How many people can be called in each half hour of the week, for each line (page M)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Line, Weekday
from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases import callbacks
from desk import snapshot
from desk.forms.callback_hours import GridForm, copied

LINES = {"dag": Line.DESK, "nacht": Line.AFTER_HOURS}


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def call_back_hours(request: HttpRequest) -> HttpResponse:
    """The grid of one line (``?lijn=``). Copying a day fills in the others and keeps nothing until it is saved."""
    by, at = actor_of(request), timezone.now()
    name = request.GET.get("lijn", "")
    line = LINES.get(name, Line.DESK)
    places = callbacks.places_of(line)
    hours = list(range(24)) if line == Line.AFTER_HOURS else _open_hours(places)
    data = request.POST if request.method == "POST" else None
    if data is not None and "copy" in data:
        form = GridForm(copied(data.dict(), hours), hours=hours, places=places)
        messages.info(request, _("Monday was copied. Look whether it is right, and save."))
    else:
        form = GridForm(data, hours=hours, places=places)
        if data is not None and form.is_valid():
            callbacks.set_places(line, form.places(), by=by, at=at)
            snapshot.write(at)
            messages.success(request, _("Saved. It counts for every time that is chosen from now on."))
            return redirect(f"{request.path}?lijn={'nacht' if line == Line.AFTER_HOURS else 'dag'}")
    tabs = [{"label": one.label, "url": f"?lijn={word}", "current": one == line} for word, one in LINES.items()]
    context = {
        "form": form, "tabs": tabs, "days": [day.label for day in Weekday], "line": line,
        "is_night": line == Line.AFTER_HOURS,
    }  # fmt: skip
    return TemplateResponse(request, "desk/callbacks/hours.html", context)


def _open_hours(places: dict[tuple[int, int], int]) -> list[int]:
    """The hours in which the desk is open on some day, and those that have a number already."""
    opening = snapshot.read().calendar.hours.get("desk", ())
    hours = {hour for row in opening for hour in range(row.opens.hour, row.closes.hour + bool(row.closes.minute))}
    return sorted(hours | {hour for _day, hour in places}) or list(range(8, 17))
