"""Your keyboard shortcuts: which there are, whether they work, and by which keys."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused, actor_of, signed_in
from cases.forms.work import posted
from desk import profile, shortcuts
from desk.forms.shortcuts import ShortcutsForm


@signed_in
@require_http_methods(["GET", "POST"])
def shortcut_keys(request: HttpRequest) -> HttpResponse:
    """For who works here; the list is here without script too."""
    by, at = actor_of(request), timezone.now()
    if by.user is None or not (by.roles or profile.works_here(by.user, at)):
        raise Refused("shortcuts.open", basis="does not work here")
    form = ShortcutsForm(posted(request), keys=shortcuts.keys_of(by.user), on=by.user.keyboard_shortcuts)
    if request.method == "POST" and form.is_valid():
        shortcuts.keep(by.user, form.keys(), on=form.cleaned_data["on"], by=by, at=at)
        messages.success(request, _("Saved."))
        return redirect("shortcut_keys")
    context = {"form": form, "go": shortcuts.GO, "frame": "base_staff.html" if by.roles else "base_client.html"}
    return TemplateResponse(request, "desk/people/shortcuts.html", context)
