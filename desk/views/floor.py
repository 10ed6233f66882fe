"""The measure for all other pages: a bare list under the same server. Only where the site runs to be measured."""

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from accounts.models import Notice
from accounts.permissions import signed_in

ROWS = 25


@require_GET
@signed_in
def floor(request: HttpRequest) -> TemplateResponse:
    """Session, user, one indexed query, 25 rows of your own notices through the template engine; nothing else."""
    rows = Notice.objects.inbox_of(request.user.pk or 0)[:ROWS]
    return TemplateResponse(request, "desk/floor.html", {"rows": rows})
