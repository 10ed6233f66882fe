"""Coverage, and how much fits, from and to a file; for the coordinator."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.forms.organisation import ImportForm
from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases.forms.work import posted
from referrals import capacity_file, coverage_file
from referrals import row_files as files

MOST_SHOWN = 200
COVERAGE = {
    "file": coverage_file.FILE, "list": "coverage", "export": "coverage_export",
    "up": gettext_lazy("Who serves which unit"), "title": gettext_lazy("Import or export coverage"),
}  # fmt: skip
CAPACITY = {
    "file": capacity_file.FILE, "list": "capacity", "export": "capacity_export",
    "up": gettext_lazy("How much fits"), "title": gettext_lazy("Import or export how much fits"),
    "hint": gettext_lazy("What counts already gets an end, and the new number a row of its own."),
}  # fmt: skip


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def coverage_import(request: HttpRequest) -> HttpResponse:
    """Who serves which unit."""
    return _import(request, COVERAGE)


@needs(ORGANISATION_EDIT)
@require_GET
def coverage_export(request: HttpRequest) -> HttpResponse:
    return _export(request, COVERAGE, "dekking.csv")


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def capacity_import(request: HttpRequest) -> HttpResponse:
    """How much fits with whom."""
    return _import(request, CAPACITY)


@needs(ORGANISATION_EDIT)
@require_GET
def capacity_export(request: HttpRequest) -> HttpResponse:
    return _export(request, CAPACITY, "ruimte.csv")


def _import(request: HttpRequest, about: dict[str, Any]) -> HttpResponse:
    """A file is looked through first: what each row would do is listed, and nothing is written before a second yes."""
    by, at, trial, file = actor_of(request), timezone.now(), None, about["file"]
    form = ImportForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        trial = files.look_through(file, form.cleaned_data["text"], at)
        if not trial.errors and "apply" in request.POST:
            try:
                count = files.apply(file, trial, by=by, at=at)
            except ValueError:
                trial.wrong(1, "", _("Somebody changed these rows at the same moment. Look through the file again."))
            else:
                words = ngettext("Imported: %(n)d row changed.", "Imported: %(n)d rows changed.", count)
                messages.success(request, words % {"n": count})
                return redirect(about["list"])
    context = about | {
        "form": form, "trial": trial, "columns": file.columns.items(), "most": MOST_SHOWN,
        "up_url": reverse(about["list"]), "text": form.cleaned_data.get("text", "") if form.is_valid() else "",
        "errors": trial.errors[:MOST_SHOWN] if trial else [], "news": trial.news[:MOST_SHOWN] if trial else [],
    }  # fmt: skip
    return TemplateResponse(request, "referrals/rows_import.html", context)


def _export(request: HttpRequest, about: dict[str, Any], name: str) -> HttpResponse:
    """Every row there is or was, for a spreadsheet; its first bytes say that it is UTF-8."""
    audit.record(f"{about['file'].name}.exported", by=actor_of(request), at=timezone.now())
    answer = HttpResponse("\ufeff" + files.written_out(about["file"]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
