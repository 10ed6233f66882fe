"""When far more comes in than normal: the figures, and switching by hand (SECURITY 2.10)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import ROUTING_EDIT
from cases import surge as surges
from cases.forms.surge import SurgeForm
from desk import snapshot


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def surge(request: HttpRequest) -> HttpResponse:
    """How much comes in and whether that is a surge; POST switches by hand, with a reason."""
    at, now = timezone.now(), surges.state()
    form = SurgeForm(request.POST or None, initial={"by_hand": now.by_hand})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        surges.choose(given["by_hand"], reason=given["reason"], by=actor_of(request), at=at)
        snapshot.write(at)
        messages.success(request, _("Switched. It counts at once."))
        return redirect("surge")
    context = {
        "form": form, "surge": now, "is_on": surges.counts_as_on(now, at),
        "by_hand": bool(now.by_hand and now.hand_until and at < now.hand_until), "times": surges.TIMES,
        "normal": max(now.normal_hour, surges.LEAST_HOUR),
    }  # fmt: skip
    return TemplateResponse(request, "desk/routing/surge.html", context)
