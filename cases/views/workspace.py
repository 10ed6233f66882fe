"""The worker's own list, and the first page of one case: where it stands, how to reach the client, who may see it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import BOARD_VIEW, CASE_CONTACT, CASE_VIEW, CASE_WORK, DASHBOARD_VIEW
from cases import (
    actions,
    after_care,
    case_tasks,
    closing,
    deputies,
    links,
    mediation_door,
    merged,
    next_step,
    safe_contact,
    timeline,
    who_sees,
    workspace,
)
from cases.forms.work import AttemptForm, HandBackForm, posted
from cases.handback import hand_back
from cases.models import ContactAttempt
from cases.moves import NeedsReason, NotNow
from cases.topics import load_topics
from cases.views.summary import first_read

PER_PAGE = 25


@require_GET
@needs(CASE_WORK)
def my_work(request: HttpRequest) -> HttpResponse:
    """The cases you own, what is due first on top: a message, a conversation, a promise, a decision."""
    by, closed, at = actor_of(request), request.GET.get("status") == "closed", timezone.now()
    rows = workspace.work_of(by, at, closed=closed)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    topics = load_topics()
    context = {
        "page": page, "closed": closed, "now": at,
        "rows": [
            {
                "case": case, "topic": topics.get(case.topic), "counter": workspace.counter_of(case),
                "step": None if closed else next_step.of(case, at), "last_day": deputies.last_day_of(case, by),
            }
            for case in page
        ],
        "columns": [{"label": label} for label in _columns(closed=closed)],
        "query": "status=closed" if closed else "", "leads": mediation_door.leads(by),
        "stands_in": [] if closed else deputies.stands_in_by(by, at), "today": timezone.localdate(at),
        "still_contact": [] if closed else workspace.still_contact(by, at),
    }  # fmt: skip
    return TemplateResponse(request, "cases/my_work.html", context | _where_work_is(by))


def _where_work_is(by: Actor) -> dict[str, str]:
    """Where the next case can be found, of what this worker may open."""
    if by.may(BOARD_VIEW):
        return {"next_url": reverse("board"), "next_words": _("See what is offered")}
    if by.may(DASHBOARD_VIEW):
        return {"next_url": reverse("dashboard"), "next_words": _("See what waits at the desk")}
    return {}


def _columns(*, closed: bool) -> list[str]:
    if closed:
        return [_("Reference"), _("Unit"), _("Topic"), _("Conversations"), _("Outcome"), _("Closed on")]
    return [
        _("Urgency"), _("Reference"), _("Unit"), _("Topic"), _("Status"), _("Conversations"),
        _("What comes next"), _("Messages"),
    ]  # fmt: skip


@require_GET
@needs(CASE_VIEW)
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a case stands. Who may see only the contact details sees those, and the attempts to reach the client."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="overview", at=at)
    if stays := merged.gone_into(space.case, by, at):
        return redirect("case", reference=stays.reference)
    context = space.context() | {"contact": _contact(space)}
    context["tasks"] = case_tasks.first_of(space.case, reads_all=space.reads_all)
    context["links"] = linked = links.of_case(space.case, by, at)
    if space.reads_all:
        others, joined = links.visible_ids(linked), merged.opened(space.case, by, at, part="overview")
        also = [row.case for row in joined]
        context["timeline"] = timeline.for_staff(space.case, request.GET.get("page", 1), others=others, also=also)
        context["joined"] = joined
        if "page" not in request.GET:  # how it ended stands above the latest lines
            context["endings"] = ended = closing.endings_of(space.case)
            context["calls"] = after_care.done_of(space.case) if ended else []
    else:
        context["attempts"] = _attempts(space)
    return TemplateResponse(request, "cases/overview.html", context)


def _contact(space: workspace.Workspace) -> list[dict[str, str]]:
    """How to reach the client, for the summary list."""
    person = space.case.person
    return [
        {"label": _("Name"), "value": person.name},
        {"label": _("Phone"), "value": person.phone},
        {"label": _("E-mail"), "value": person.email},
    ]


def _attempts(space: workspace.Workspace) -> list[dict[str, Any]]:
    rows = ContactAttempt.objects.filter(case=space.case).select_related("by").defer("note").order_by("-at")[:PER_PAGE]
    return [
        {"moment": row.at, "text": f"{row.get_way_display()}: {row.get_outcome_display()}", "by": row.by.name}
        for row in rows
    ]


@require_http_methods(["GET", "POST"])
@needs(CASE_CONTACT)
def attempt(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep one try to reach the client. Outside their wishes it asks for a reason first."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="contact", at=at, needs=CASE_CONTACT)
    if asked := first_read(request, space):
        return asked
    form = AttemptForm(posted(request), wishes=safe_contact.wishes_of(space.case))
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("way", "outcome", "rang", "note", "reason")}
        try:
            actions.log_attempt(space.case, **answers, by=by, at=at, attempt_id=form.cleaned_data["submission"])
        except NeedsReason as why:
            form.ask_reason(str(why))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The attempt is in the file."))
            return redirect("case", reference=space.case.reference)
    return TemplateResponse(request, "cases/attempt.html", space.context() | {"form": form})


@require_GET
@needs(CASE_VIEW)
def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Who takes part, who may see the case and why, and who looked."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at)
    looks = who_sees.looks(space.case, request.GET.get("page", 1))
    names = who_sees.guests(space.case)
    context = space.context() | {
        "contact": _contact(space), "seers": who_sees.seers(space.case, at, for_client=False, names=names),
        "looks": looks, "days": who_sees.by_day(looks, names),
        "keep_out_url": reverse("case_keep_out", args=[space.case.reference]),
        "away": deputies.away_words(space.case, at),
    }  # fmt: skip
    return TemplateResponse(request, "cases/people.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def give_to_desk(request: HttpRequest, reference: str) -> HttpResponse:
    """Give an accepted case back; an act that is not undone by a click, so it says first what will happen."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_close", part="closing", at=at, needs=CASE_WORK)
    form = HandBackForm(posted(request), initial={"reason": _ready_reason(request.GET.get("for", ""))})
    if request.method == "POST" and form.is_valid():
        try:
            hand_back(space.case, reason=form.cleaned_data["reason"], by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The desk has the case again and has been told."))
            return redirect("my_work")
    return TemplateResponse(request, "cases/give_to_desk.html", space.context() | {"form": form})


def _ready_reason(why: str) -> str:
    """Words to start with, for who comes from the page about the sixth conversation."""
    return {
        "coaching": _("Coaching fits now: please refer to a coach."),
        "other": _("Other help fits now:"),
        "asked": _("A colleague asked for this case. I agree:"),
    }.get(why, "")
