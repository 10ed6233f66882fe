"""Mails that wait for a person: the list, one mail, its files, and the mails of a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK, DASHBOARD_VIEW
from cases import workspace
from cases.moves import NotNow
from desk.forms.post import FROM_CLIENT, forms_for
from desk.mailroom import deciding
from desk.mailroom.deciding import NoSuchCase
from desk.mailroom.enums import Because, MailState
from desk.mailroom.models import Mail

PER_PAGE = 25
UNANSWERED = (Because.NO_ANSWER, Because.LIST, Because.BOUNCE, Because.NO_SENDER)
"""For these nobody has ticked beforehand that we may write back."""

TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "heic": "image/heic", "txt": "text/plain"}


@needs(DASHBOARD_VIEW)
@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """What waits, what machines sent, or what was decided lately. No name and no word of a mail."""
    by, at = actor_of(request), timezone.now()
    which = request.GET.get("lijst", "")
    seen = Mail.objects.visible_to(by, at).not_from_accounts(by)
    rows = {"automatisch": seen.automatic, "gedaan": seen.decided}.get(which, seen.waiting)()
    page = Paginator(rows.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    labels = {"": _("Waits for a person"), "automatisch": _("Sent by machines"), "gedaan": _("Decided")}
    chosen = which if which in labels else ""
    context = {
        "at": at, "page": page,
        "rows": [{"mail": mail, "holder": mail.holder(at)} for mail in page], "which": chosen, "title": labels[chosen],
        "query": f"lijst={chosen}" if chosen else "",
        "tabs": [
            {"label": label, "url": f"?lijst={code}" if code else request.path, "current": code == chosen}
            for code, label in labels.items()
        ],
        "columns": [
            {"label": label} for label in (_("Came in"), _("Why"), _("Files"), _("Answer by"), _("In hand"))
        ],
    }  # fmt: skip
    return TemplateResponse(request, "desk/post/list.html", context)


@needs(DASHBOARD_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def post_mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read one safely, and decide."""
    by, at = actor_of(request), timezone.now()
    do = request.POST.get("do", "")
    mail = deciding.mail_for(by, pk, at=at, part="" if request.method == "POST" else "mail")
    start = {
        "reference": mail.case.reference if mail.case else "",
        "answer": mail.state == MailState.WAITING and mail.because not in UNANSWERED,
    }
    forms = forms_for(do, request.POST, start)
    if request.method == "POST":
        try:
            if said := _act(do, mail, forms, by=by, at=at):
                messages.success(request, said)
                return redirect("post" if do in forms else request.path)
        except NoSuchCase:
            forms["join"].add_error("reference", _("There is no such case, or you cannot work in it."))
        except NotNow as error:
            messages.error(request, str(error))
            mail = deciding.mail_for(by, pk, at=at)
        audit.record("mail.viewed", by=by, at=at, obj=mail, part="mail", case_id=mail.case_id)
    context = {"at": at, "forms": forms, "page_has_errors": any(form.errors for form in forms.values())}
    return TemplateResponse(request, "desk/post/mail.html", context | _shown(mail, by, at))


def _shown(mail: Mail, by: Actor, at: Any) -> dict[str, Any]:
    return {
        "mail": mail, "files": list(mail.enclosures.defer("content")), "holder": mail.holder(at),
        "mine": mail.holder(at) is not None and mail.claimed_by_id == by.user_id,
        "facts": [
            {"label": _("From"), "value": mail.writer},
            {"label": _("Subject"), "value": mail.subject},
            {"label": _("Why it waits"), "value": mail.get_because_display()},
            {"label": _("Names the case"), "value": mail.case.reference if mail.case else _("None")},
        ],
    }  # fmt: skip


def _act(do: str, mail: Mail, forms: dict[str, Any], **who: Any) -> str:
    """Carry out what was asked, and what to say about it; empty when a form is not right yet."""
    if do == "claim":
        deciding.claim(mail, **who)
        return _("You have this e-mail in hand for half an hour.")
    if do == "release":
        deciding.release(mail, **who)
        return _("The others can take it again.")
    if do not in forms or not forms[do].is_valid():
        return ""
    got = forms[do].cleaned_data
    if do == "join":
        case = deciding.join(mail, got["reference"], from_client=got["writer"] == FROM_CLIENT, **who)
        return _("The e-mail is in case %(reference)s.") % {"reference": case.reference}
    if do == "request":
        reference = deciding.make_request(mail, danger=got["danger"], answer=got["answer"], **who)
        return _("The e-mail is request %(reference)s now.") % {"reference": reference}
    deciding.set_aside(mail, got["reason"], **who)
    return _("The e-mail is set aside. It can be taken back for 30 days.")


@needs(CASE_WORK)
@require_safe
def post_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A file, only ever as a download under our own name for it."""
    file = deciding.file_for(actor_of(request), pk, at=timezone.now())
    answer = HttpResponse(file.bytes, content_type=TYPES.get(file.kind, "application/octet-stream"))
    answer["Content-Disposition"] = f'attachment; filename="{file.own_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@needs(CASE_WORK)
def post_file_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a file among the documents of its case."""
    by, at = actor_of(request), timezone.now()
    file = deciding.file_for(by, pk, at=at)
    try:
        case = deciding.to_documents(file, by=by, at=at)
    except NotNow as error:
        messages.error(request, str(error))
        return redirect("post_mail", pk=file.mail_id)
    messages.success(request, _("The file is among the documents. It can be opened as soon as it is checked."))
    return redirect("case_documents", reference=case.reference)


@needs(CASE_WORK)
@require_safe
def case_post(request: HttpRequest, reference: str) -> HttpResponse:
    """The mails that belong to a case, whole, with their files."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_messages", part="e-mail", at=at, needs=CASE_WORK)
    rows = Mail.objects.of_case(space.case).prefetch_related("enclosures").defer("raw")
    page = Paginator(rows, 5).get_page(request.GET.get("page"))
    for mail in page:
        mail.data_key = space.case.data_key  # the key is at hand, so no mail asks for it again
    return TemplateResponse(request, "desk/post/case.html", space.context() | {"page": page})
