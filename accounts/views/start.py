"""Where someone lands after logging in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.permissions import actor_of, signed_in
from accounts.roles import AUDIT_VIEW, BOARD_VIEW, DASHBOARD_VIEW, ORGANISATION_EDIT, SIGNAL_ANSWER

FIRST_PAGES = (
    (DASHBOARD_VIEW, "dashboard"),
    (BOARD_VIEW, "board"),
    (ORGANISATION_EDIT, "organisation"),
    (AUDIT_VIEW, "inbox"),
    (SIGNAL_ANSWER, "signals"),
)


@require_GET
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Staff go to their work, everyone else to their own cases; off-shift night workers to their inbox."""
    actor = actor_of(request)
    for permission, page in FIRST_PAGES:
        if actor.may(permission):
            return redirect(page)
    return redirect("inbox" if actor.user and actor.user.memberships.exists() else "my_cases")
