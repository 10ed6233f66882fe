"""The directory in and out as a file (HSDS 3), for who keeps all of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.permissions import actor_of, needs
from accounts.roles import DIRECTORY_ALL
from referrals.forms.hsds import ExchangeForm
from referrals.hsds import exporting, files, importing

MOST_LINES = 300
KINDS = {"json": (files.as_json, "application/json"), "zip": (files.as_zip, "application/zip")}


@require_http_methods(["GET", "POST"])
@needs(DIRECTORY_ALL)
def directory_exchange(request: HttpRequest) -> HttpResponse:
    """Look a file through, row by row, or take it in; and save all of it as a file."""
    sent = request.method == "POST"
    form = ExchangeForm(request.POST if sent else None, request.FILES if sent else None)
    context = {"form": form, "most": MOST_LINES}
    if sent and form.is_valid():
        if request.POST.get("do") == "import":
            report = importing.take_in(form.cleaned_data["file"], by=actor_of(request), at=timezone.now())
            if not report.refused:
                made, changed = report.counts[importing.Verdict.NEW], report.counts[importing.Verdict.CHANGED]
                first = ngettext("%(n)d row is new", "%(n)d rows are new", made) % {"n": made}
                then = ngettext("%(n)d was changed", "%(n)d were changed", changed) % {"n": changed}
                messages.success(request, _("Imported: %(new)s, %(changed)s.") % {"new": first, "changed": then})
                return redirect("directory_exchange")
        else:
            report = importing.look_through(form.cleaned_data["file"])
        context |= {"report": report, "counts": report.counts.items(), "lines": report.telling[:MOST_LINES]}
    return TemplateResponse(request, "referrals/hsds/exchange.html", context)


@require_POST
@needs(DIRECTORY_ALL)
def directory_file(request: HttpRequest) -> HttpResponse:
    """Everything, as JSON or as a zip of CSV; in the audit."""
    write, kind = KINDS["zip" if request.POST.get("as") == "zip" else "json"]
    audit.record("directory.exported", by=actor_of(request), at=timezone.now())
    name = "directory.zip" if kind.endswith("zip") else "directory.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(exporting.tables()), content_type=kind, headers=headers)
