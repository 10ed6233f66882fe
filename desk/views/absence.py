"""Days away: your own, and those of the people you handle."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import duty
from accounts.actions import Clash
from accounts.forms.people import AbsenceForm
from accounts.models import Absence, User
from accounts.people import NotYours, person_for
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import ABSENCE_OWN, PEOPLE_EDIT
from cases import deputies
from cases.forms.work import posted
from desk import staff


@needs(ABSENCE_OWN)
@require_GET
def own_absences(request: HttpRequest) -> HttpResponse:
    """Your days away, and for whom you stand in."""
    by, at = actor_of(request), timezone.now()
    context = {"absences": staff.absences_of(_self(request), at), "for_others": deputies.stands_in_by(by, at)}
    return TemplateResponse(request, "desk/people/own_absences.html", context)


@needs(ABSENCE_OWN)
@require_http_methods(["GET", "POST"])
def own_absence(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter or change your own days away."""
    return _edit(request, _self(request), pk, back=reverse("own_absences"))


@require_POST
@needs(ABSENCE_OWN)
def own_absence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """You are back."""
    return _remove(request, _self(request), pk, back=reverse("own_absences"))


@needs(PEOPLE_EDIT)
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, person: UUID, pk: int | None = None) -> HttpResponse:
    """Enter or change somebody's days away."""
    user = person_for(actor_of(request), person, day=timezone.localdate(), action="absence.enter")
    return _edit(request, user, pk, back=reverse("person", args=[user.public_id]))


@require_POST
@needs(PEOPLE_EDIT)
def absence_remove(request: HttpRequest, person: UUID, pk: int) -> HttpResponse:
    """They are back."""
    user = person_for(actor_of(request), person, day=timezone.localdate(), action="absence.remove")
    return _remove(request, user, pk, back=reverse("person", args=[user.public_id]))


def _self(request: HttpRequest) -> User:
    user = actor_of(request).user
    if user is None:
        raise Http404
    return user


def _edit(request: HttpRequest, user: User, pk: int | None, *, back: str) -> HttpResponse:
    by, at = actor_of(request), timezone.now()
    row, day = _row(user, pk), timezone.localdate(at)
    start: dict[str, Any] = {"first_day": day, "last_day": day}
    if row is not None:
        start = {"first_day": row.first_day, "last_day": row.last_day, "deputy": row.deputy_id}
    form = AbsenceForm(posted(request), colleagues=deputies.possible(user, day), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            if row is not None:
                row = deputies.change(row, by=by, at=at, **form.cleaned_data)
            else:
                row = deputies.enter(user, by=by, at=at, **form.cleaned_data)
        except (Clash, NotYours) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _told(row, at))
            return redirect(back)
    context = {"form": form, "person": user, "row": row, "back": back, "own": user.pk == by.user_id}
    return TemplateResponse(request, "desk/people/absence.html", context)


def _told(row: Absence, at: Any) -> str:
    """Saved, with what still asks attention: cases without anybody, and shifts in these days."""
    said = [_("Saved.")]
    if left := deputies.left_of(row.user, at):
        text = ngettext(
            "%(n)d case has nobody who stands in: the desk answers.",
            "%(n)d cases have nobody who stands in: the desk answers.",
            left,
        )
        said.append(text % {"n": left})
    if shifts := len(duty.shifts_during(row)):
        text = ngettext("There is %(n)d shift in these days.", "There are %(n)d shifts in these days.", shifts)
        said.append(text % {"n": shifts} + " " + _("Look for somebody else in the roster."))
    return " ".join(said)


def _remove(request: HttpRequest, user: User, pk: int, *, back: str) -> HttpResponse:
    row = _row(user, pk)
    if row is not None:
        deputies.remove(row, by=actor_of(request), at=timezone.now())
    messages.success(request, _("Removed. Nobody stands in any more."))
    return redirect(back)


def _row(user: User, pk: int | None) -> Absence | None:
    """An absence of this person; of somebody else it does not exist."""
    if pk is None:
        return None
    row: Absence | None = user.absences.select_related("user", "deputy").filter(pk=pk).first()
    if row is None:
        raise Refused("absence.open", basis="of somebody else or not existing")
    return row
