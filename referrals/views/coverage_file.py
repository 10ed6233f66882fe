"""Coverage from and to a file; for the coordinator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.forms.organisation import ImportForm
from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases.forms.work import posted
from referrals import coverage_file as files

MOST_SHOWN = 200


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def coverage_import(request: HttpRequest) -> HttpResponse:
    """A file is looked through first: what each row would do is listed, and nothing is written before a second yes."""
    by, at, trial = actor_of(request), timezone.now(), None
    form = ImportForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        trial = files.look_through(form.cleaned_data["text"], at)
        if not trial.errors and "apply" in request.POST:
            try:
                count = files.apply(trial, by=by, at=at)
            except ValueError:
                trial.wrong(1, "", _("Somebody changed coverage at the same moment. Look through the file again."))
            else:
                words = ngettext("Imported: %(n)d row changed.", "Imported: %(n)d rows changed.", count)
                messages.success(request, words % {"n": count})
                return redirect("coverage")
    context = {
        "form": form, "trial": trial, "columns": files.COLUMNS, "most": MOST_SHOWN,
        "errors": trial.errors[:MOST_SHOWN] if trial else [], "news": trial.news[:MOST_SHOWN] if trial else [],
        "text": form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else "",
    }  # fmt: skip
    return TemplateResponse(request, "referrals/coverage_import.html", context)


@needs(ORGANISATION_EDIT)
@require_GET
def coverage_export(request: HttpRequest) -> HttpResponse:
    """Every row there is or was, for a spreadsheet; its first bytes say that it is UTF-8."""
    audit.record("coverage.exported", by=actor_of(request), at=timezone.now())
    answer = HttpResponse("\ufeff" + files.written_out(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dekking.csv"'
    return answer
