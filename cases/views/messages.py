"""Messages with the client, on the worker's side."""

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import family, messages, workspace
from cases.enums import AccessScope
from cases.forms.work import MessageForm, posted
from cases.moves import NotNow
from cases.views.summary import first_read


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_messages(request: HttpRequest, reference: str) -> HttpResponse:
    """The conversation in writing, by when an answer is promised, and the composer under the safe-contact strip."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_messages", part="messages", at=at, needs=CASE_WORK)
    if asked := first_read(request, space):
        return asked
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            messages.send(space.case, submission_id=answers["submission"], body=answers["body"], by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Your message is on the client's page."))
            return redirect("case_messages", reference=space.case.reference)
    rows = messages.of_case(space.case)
    readers = [row.name for row in family.in_force(space.case, at) if row.scope == AccessScope.MESSAGES]
    context = space.context() | {
        "readers": ", ".join(readers), "form": form,
        "promised_by": messages.promised_by(rows), "unread": messages.unread(rows),
        "thread": messages.thread(rows, for_client=False, nobody=space.case.person.name),
    }  # fmt: skip
    return TemplateResponse(request, "cases/messages.html", context)


@require_POST
@needs(CASE_WORK)
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Set the read mark; the promise to answer stays."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_messages", part="messages", at=at, needs=CASE_WORK)
    messages.mark_read(space.case, by=by, at=at)
    return redirect("case_messages", reference=space.case.reference)
