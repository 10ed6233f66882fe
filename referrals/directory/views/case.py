"""Outside help for one case: found by its topics and region, and told to the client."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import workspace
from cases.moves import NotNow
from referrals.directory import advising
from referrals.directory.models import Service
from referrals.directory.permissions import entry_for
from referrals.directory.views.searching import searched


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CASE_WORK)
def case_help(request: HttpRequest, reference: str) -> HttpResponse:
    """Look for help with the needs of this case; by POST write down that the client was told of one entry."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="outside_help", at=at, needs=CASE_WORK)
    if request.method == "POST":
        try:
            service = _chosen(by, request.POST.get("entry", ""))
            advising.tell(space.case, service, by=by, at=at)
        except NotNow as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("Written down: the client was told of %(name)s.") % {"name": service})
        return redirect(request.get_full_path())
    context = space.context() | searched(request.GET, at, case=space.case, staff=True)
    told = advising.told_in(space.case) if context["cards"] else {}
    context["found"] = [(card, told.get(card.service.pk)) for card in context["cards"]]
    return TemplateResponse(request, "directory/case.html", context)


def _chosen(by: Actor, text: str) -> Service:
    try:
        pk = UUID(text)
    except ValueError:
        raise NotNow(_("Choose one from the list.")) from None
    return entry_for(by, pk)
