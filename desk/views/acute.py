"""Acute danger, seen while following the reporting code: who is on duty is alerted at once, without hearing why."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import actions, guarded
from cases.enums import Urgency
from cases.moves import NotNow
from desk import hearing, snapshot


@needs(CASE_WORK)
@require_POST
def reporting_acute(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The urgency becomes an emergency, with a reason that tells nothing of the code."""
    by, at = actor_of(request), timezone.now()
    code = guarded.opened(guarded.codes(by, at), pk, by=by, at=at)
    if not guarded.in_circle(by).filter(pk=code.pk).exists():
        raise Refused("reporting.acute", basis="not in the circle")
    reason, calendar = _("The worker says that it cannot wait."), snapshot.read().calendar
    try:
        with transaction.atomic():
            case = actions.set_urgency(code.case, Urgency.EMERGENCY, reason=reason, by=by, at=at, calendar=calendar)
            hearing.alert(case, at=at)
    except NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Who is on duty is alerted. In danger now? Call 112 yourself, do not wait."))
    return redirect("reporting_code", pk=code.pk)
