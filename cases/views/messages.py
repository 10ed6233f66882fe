"""Messages with the client, on the worker's side."""

from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import family, messages, workspace
from cases.enums import AccessScope
from cases.forms.documents import AGAIN, WorkerMessageForm
from cases.forms.work import posted
from cases.moves import NotNow
from cases.views.summary import FILE_AGAIN, first_read


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_messages(request: HttpRequest, reference: str) -> HttpResponse:
    """The threads, by when an answer is promised, and the composer under the safe-contact strip."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_messages", part="messages", at=at, needs=CASE_WORK)
    if asked := first_read(request, space):
        return asked
    outside = messages.outside_wishes(space.case, at)
    replied = request.GET.get("reply", "")
    form = WorkerMessageForm(
        posted(request), request.FILES or None, outside=bool(outside), initial={"answers": replied}
    )  # fmt: skip
    if FILE_AGAIN in request.POST:
        form.add_error("attached", AGAIN)
    beginning = messages.beginning_of(space.case, form["answers"].value() or "")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            messages.write(
                space.case, submission_id=given["submission"], body=given["body"], reason=given.get("reason", ""),
                answers=beginning, files=given["attached"], by=by, at=at,
            )  # fmt: skip
        except NotNow as why:  # NeedsReason too: the client's wishes changed while this was written
            form.refuse(str(why))
        else:
            banners.success(request, _("Your message is on the client's page."))
            return redirect("case_messages", reference=space.case.reference)
    context = space.context() | {"form": form, "beginning": beginning, "outside": outside}
    return TemplateResponse(request, "cases/messages.html", context | _thread(space, request.GET.get("page")))


def _thread(space: workspace.Workspace, number: str | None) -> dict[str, object]:
    """One page of what was written, who reads along, and by when an answer is promised."""
    case, at = space.case, space.at
    page = messages.page_of(case, number)
    promised_by = case.answer_by if case.is_open else None  # type: ignore[attr-defined]

    def address(document: UUID) -> str:
        return reverse("case_document", args=[case.reference, document])

    return {
        "page": page, "unread": case.unread, "promised_by": promised_by,  # type: ignore[attr-defined]
        "at_risk": promised_by is not None and (case.answer_at_risk or promised_by) <= at,  # type: ignore[attr-defined]
        "readers": ", ".join(row.name for row in family.in_force(case, at) if row.scope == AccessScope.MESSAGES),
        "thread": messages.thread(page, for_client=False, nobody=case.person.name, address=address),
    }  # fmt: skip


@require_POST
@needs(CASE_WORK)
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Set the read mark; the promise to answer stays."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_messages", part="messages", at=at, needs=CASE_WORK)
    messages.mark_read(space.case, by=by, at=at)
    return redirect("case_messages", reference=space.case.reference)
