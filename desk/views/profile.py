"""Your own account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.duty import shifts_of
from accounts.models import User
from accounts.permissions import actor_of, signed_in
from accounts.roles import ABSENCE_OWN, ROLES_VIEW
from cases.forms.work import posted
from desk import profile as profiles
from desk.forms.profile import ProfileForm
from desk.language import remember_language


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Language for everyone; number, notices and look for staff; safe contact for who asked for help."""
    by, at = actor_of(request), timezone.now()
    user, staff = by.user or User(), bool(by.roles)
    needs_number = staff and shifts_of(user, at).exists()
    start = {name: getattr(user, name) for name in profiles.OWN_FIELDS}
    on = profiles.wanted(user) if staff else set()
    form = ProfileForm(posted(request), staff=staff, needs_number=needs_number, initial=start)
    if request.method == "POST" and form.is_valid():
        notices = form.cleaned_data.pop("notices") if staff else None
        profiles.keep(user, form.cleaned_data, notices=notices, by=by, at=at)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return remember_language(redirect("profile"), user.language)
    if form.is_bound and staff:
        on = set(request.POST.getlist("notices"))
    reference, reach = ("", []) if staff else profiles.safe_contact_of(user)
    context: dict[str, Any] = {
        "form": form, "person": user, "is_staff": staff, "on": on, "choices": list(profiles.choices()),
        "reference": reference, "reach": reach, "may_be_away": by.may(ABSENCE_OWN),
        "may_read_roles": by.may(ROLES_VIEW), "frame": "base_staff.html" if staff else "base_client.html",
    }  # fmt: skip
    return TemplateResponse(request, "desk/people/profile.html", context)
