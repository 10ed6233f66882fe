"""The words about confidentiality and its limits, kept in versions by the coordinator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import ROUTING_EDIT
from cases import confidentiality
from cases.models import LimitsText
from cases.moves import NotNow
from desk.forms.limits_text import LimitsTextForm


@needs(ROUTING_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def limits_text(request: HttpRequest) -> HttpResponse:
    """What counts now, in both languages, and every version before it. Publishing changes nothing for who was told."""
    by, at = actor_of(request), timezone.now()
    rows = list(LimitsText.objects.newest_first())
    start = {"text_nl": rows[0].text_nl, "text_en": rows[0].text_en, "number": rows[0].number}
    form = LimitsTextForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            confidentiality.publish(
                answers["text_nl"], answers["text_en"], number=answers["number"] or 0, by=by, at=at
            )  # fmt: skip
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Published. It counts for everyone who is told from now on."))
            return redirect("limits_text")
    return TemplateResponse(request, "desk/limits_text.html", {"form": form, "current": rows[0], "earlier": rows[1:]})
