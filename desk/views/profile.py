"""Your own account."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import photos, push, shifts, vapid
from accounts.actors import Actor
from accounts.duty import shifts_of
from accounts.models import User
from accounts.permissions import actor_of, signed_in
from accounts.roles import ABSENCE_OWN, REFERRAL_ANSWER, ROLES_VIEW
from cases.forms.work import posted
from desk import profile as profiles
from desk.forms.profile import ProfileForm
from desk.language import remember_language
from desk.staff import registered
from referrals import speaking


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Language and notices for everyone; number and look for staff; safe contact for who asked for help."""
    by, at = actor_of(request), timezone.now()
    user = by.user or User()
    staff = bool(by.roles) or profiles.works_here(user, at)
    needs_number = staff and shifts_of(user, at).exists()
    helps = by.may(REFERRAL_ANSWER)
    start = {name: getattr(user, name) for name in profiles.OWN_FIELDS}
    if helps:
        start |= model_to_dict(speaking.of(user), ["languages", "gender"])
    audiences = profiles.audiences_of(user, staff=staff)
    on = profiles.wanted(user, audiences)
    form = ProfileForm(
        posted(request), request.FILES or None, staff=staff, audiences=audiences, needs_number=needs_number,
        has_photo=user.has_photo, helps=helps, initial=start,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _keep(user, form.cleaned_data, audiences, by, at)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return remember_language(redirect("profile"), user.language)
    if form.is_bound:
        on = set(request.POST.getlist("notices"))
    reference, reach = ("", []) if staff else profiles.safe_contact_of(user)
    context: dict[str, Any] = {
        "form": form, "person": user, "is_staff": staff, "on": on,
        "choices": profiles.choices(audiences), "ways": profiles.channels(audiences),
        "reference": reference, "reach": reach, "may_be_away": by.may(ABSENCE_OWN),
        "takes_turns": shifts.may_read(by, at),
        "registrations": registered(user, timezone.localdate(at)) if staff else [],
        "may_read_roles": by.may(ROLES_VIEW), "frame": "base_staff.html" if by.roles else "base_client.html",
    }  # fmt: skip
    if staff and push.is_on():
        context |= {"push_key": vapid.public_key(settings.VAPID_KEY), "devices": list(user.devices.all())}
    return TemplateResponse(request, "desk/people/profile.html", context)


def _keep(user: User, answers: dict[str, Any], of: profiles.Audiences, by: Actor, at: dt.datetime) -> None:
    picture, away = answers.pop("photo", None), answers.pop("remove_photo", False)
    if "languages" in answers:
        speaking.keep(user, languages=answers.pop("languages"), gender=answers.pop("gender"), by=by, at=at)
    profiles.keep(user, answers, notices=answers.pop("notices"), of=of, by=by, at=at)
    if picture:
        photos.keep(user, picture, by=by, at=at)
    elif away:
        photos.remove(user, by=by, at=at)


@signed_in
@require_GET
def photo(request: HttpRequest, person: UUID) -> HttpResponse:
    """Somebody's photo, for colleagues and for their own clients."""
    found = profiles.photo_for(actor_of(request), person, timezone.now())
    return HttpResponse(photos.of(found) or b"", content_type="image/webp")
