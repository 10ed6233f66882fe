"""The week of call-backs, days by hours."""

import datetime as dt

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_TRIAGE
from desk import callback_week
from desk.callback_week import DAYS
from desk.forms.callback_week import WeekForm


@needs(CASE_TRIAGE)
@require_safe
def week(request: HttpRequest) -> TemplateResponse:
    """Seven days from today, or from ``vanaf``."""
    by, at = actor_of(request), timezone.now()
    today = timezone.localdate(at)
    first = WeekForm(request.GET).first(today)
    step = dt.timedelta(days=DAYS)
    context = {
        "week": callback_week.of(by, at, first), "at": at, "today": today, "earlier": first - step,
        "later": first + step, "is_now": first == today,
    }  # fmt: skip
    return TemplateResponse(request, "desk/callbacks/week.html", context)
