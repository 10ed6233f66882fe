"""Registrations of a colleague, for who handles people (R19)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import registrations
from accounts.actions import Clash
from accounts.forms.registrations import RegistrationForm
from accounts.models import Registration, User
from accounts.people import NotYours, person_for
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import PEOPLE_EDIT
from cases.forms.work import posted

FIELDS = ("register", "number", "as_coach", "expires_on")


@needs(PEOPLE_EDIT)
@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, person: UUID, pk: UUID | None = None) -> HttpResponse:
    """Enter what stands in a register, or that it was looked up again."""
    by, at = actor_of(request), timezone.now()
    day = timezone.localdate(at)
    user = person_for(by, person, day=day, action="registration.open")
    row = _registration(user, pk) if pk else None
    start = {name: getattr(row, name) for name in FIELDS} if row else {}
    form = RegistrationForm(posted(request), day=day, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            registrations.keep(user, row=row, by=by, at=at, **form.cleaned_data)
        except (Clash, NotYours) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The registration is kept, with the day on which you looked it up."))
            return redirect("person", user.public_id)
    title = _("Registration looked up again") if row else _("Enter a registration")
    context: dict[str, Any] = {
        "person": user, "form": form, "title": title, "back": reverse("person", args=[user.public_id]),
        "submit": _("Save"),
    }  # fmt: skip
    return TemplateResponse(request, "desk/people/registration.html", context)


@needs(PEOPLE_EDIT)
@require_POST
def registration_remove(request: HttpRequest, person: UUID, pk: UUID) -> HttpResponse:
    """Take a registration off the list."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(at), action="registration.remove")
    try:
        registrations.remove(_registration(user, pk), by=by, at=at)
    except NotYours as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Removed."))
    return redirect("person", user.public_id)


def _registration(user: User, pk: UUID) -> Registration:
    row = next((row for row in registrations.of(user) if row.pk == pk), None)
    if row is None:
        raise Refused("registration.open", basis="of somebody else or not existing")
    return row
