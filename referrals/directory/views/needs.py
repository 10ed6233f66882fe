"""The needs and their words, for coordinators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import DIRECTORY_ALL
from cases.forms.work import posted
from referrals.directory import finding, keeping
from referrals.directory.forms.needs import NeedForm
from referrals.directory.models import Need

COLUMNS = [{"label": label} for label in (gettext_lazy("Need"), gettext_lazy("Found by"), gettext_lazy("Entries"))]


@require_safe
@needs(DIRECTORY_ALL)
def directory_needs(request: HttpRequest) -> HttpResponse:
    """Every need, with its words and how many entries help with it."""
    context = {"needs": finding.needs_with_entries(), "columns": COLUMNS}
    return TemplateResponse(request, "directory/needs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DIRECTORY_ALL)
def directory_need(request: HttpRequest, code: str = "") -> HttpResponse:
    """One of them, new or changed. Its entries are found by the new words at once."""
    need = finding.need_of(code) if code else Need()
    if need is None:
        raise Refused("directory.need", basis="not existing")
    form = NeedForm(posted(request), instance=need)
    if request.method == "POST" and form.is_valid():
        keeping.keep_need(need, topics=form.cleaned_data["topics"], by=actor_of(request), at=timezone.now())
        messages.success(request, _("Saved. Who types these words finds it from now on."))
        return redirect("directory_needs")
    return TemplateResponse(request, "directory/need_form.html", {"form": form, "is_new": not code})
