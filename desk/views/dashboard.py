"""The desk's landing page: queues, the list, today's work (UX H). Names and stories are behind the row, never in it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.enums import Outcome
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_TRIAGE, DASHBOARD_VIEW
from cases import search
from cases.moves import NotNow
from cases.permissions import case_for
from desk import condition, preferences, queue, rail, roster, rows, snapshot, sought, surge, today, triage
from desk.forms.dashboard import LONGEST_SEARCH, FilterForm, NewsForm

MOST_PICKED = queue.PER_PAGE


@needs(DASHBOARD_VIEW)
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The list with its counts; asked by htmx with ``since`` only the line about what is new."""
    by, at = actor_of(request), timezone.now()
    if request.htmx and "since" in request.GET:  # type: ignore[attr-defined]
        since = NewsForm(request.GET).moment(at)
        new = queue.new_since(by, at, since)
        return TemplateResponse(
            request, "desk/dashboard.html#news", {"new": new, "since": since, "here": _here(request)}
        )
    words = sought.words_of(request.GET.get("q", ""), by, at)
    bar = rail.topbar(by, at, words=words, with_duty=True)
    form = _filter_form(request, bar["on_duty"], words)
    form.is_valid()
    filters = form.filters()
    if filters.words:
        audit.record("case.searched", by=by, at=at, part="dashboard")
    counts = queue.counts(by, at)
    request.counted = {"new": counts.by_queue["new"]}  # type: ignore[attr-defined]  # the rail need not count it again
    advice = queue.open_advice(by, at)
    page = queue.page_of(by, at, filters, counts, request.GET.get("page"))
    agenda = today.lines(by, at)
    context = {
        "at": at, "alarms": [*condition.read(at).sentences, *surge.sentences()], "topbar": bar, "form": form,
        "filters": filters, "chips": form.chips(), "page": page,
        "page_has_errors": bool(form.errors), "query": _query(request),
        "rows": [] if filters.queue == queue.ADVICE else rows.of_cases(page.object_list, at),
        "advice": rows.of_advice(advice) if filters.queue == queue.ADVICE else [],
        "queues": rows.tiles(counts, advice, at), "views": rows.views(counts, filters),
        "title": rows.title(filters), "greeting": rows.greeting(by, at), "load": rows.load(counts),
        "too_short": bool(filters.words) and search.too_short(filters.words),
        "today": [line for line in agenda if line.kind != today.OFFER],
        "roster_lacks": roster.missing(by, at),
        "offers": [line for line in agenda if line.kind == today.OFFER],
    }  # fmt: skip
    return TemplateResponse(request, "desk/dashboard.html", context)


def _here(request: HttpRequest) -> str:
    """The list that the browser shows, as htmx says it; without its filters when that is no address."""
    try:
        return request.htmx.current_url_abs_path or request.path  # type: ignore[attr-defined]
    except ValueError:
        return request.path


def _filter_form(request: HttpRequest, on_duty: list[Any], words: str) -> FilterForm:
    topics = snapshot.read().topics
    return FilterForm(
        request.GET,
        topics=[(code, str(topic)) for code, topic in topics.items()],
        people=[(turn.user.pk, turn.name) for turn in on_duty],
        words=words,
    )


def _query(request: HttpRequest) -> str:
    """The address of this list without its page."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@needs(DASHBOARD_VIEW)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Search: to the list with the words sealed in its address, so that they stay in no history and no log."""
    words = " ".join(request.POST.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    token = sought.seal(words, actor_of(request), timezone.now())
    return redirect(f"{reverse('dashboard')}?{urlencode({'q': token})}" if token else "dashboard")


@needs(DASHBOARD_VIEW)
@require_POST
def take_picked(request: HttpRequest) -> HttpResponse:
    """Make the ticked requests yours; one that a colleague took meanwhile, or that is not there, is skipped."""
    by, at = actor_of(request), timezone.now()
    taken = 0
    picked = request.POST.getlist("one") or request.POST.getlist("pick")
    for reference in picked[:MOST_PICKED]:
        try:
            case = case_for(by, reference.replace("\x00", ""), needs=CASE_TRIAGE, at=at)
            triage.take(case, by=by, at=at)
            taken += 1
        except Refused as refused:
            audit.record(
                refused.action, by=by, at=at, case_id=refused.case_id, basis=refused.basis, outcome=Outcome.DENIED
            )
            messages.warning(request, _("One of the requests you chose cannot be taken by you. It was skipped."))
        except NotNow as error:
            messages.warning(request, f"{case.reference}: {error}")
    if taken:
        said = ngettext("%(n)d request is yours.", "%(n)d requests are yours.", taken) % {"n": taken}
        messages.success(request, said)
    elif not picked:
        messages.info(request, _("No request was chosen."))
    return _back(request)


@needs(DASHBOARD_VIEW)
@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Rows compact or comfortable, keyboard shortcuts on or off: kept on the account."""
    for name in preferences.CHOICES:
        if name in request.POST:
            preferences.prefer(actor_of(request), name, request.POST[name] == "on")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was."""
    to = request.POST.get("next", "")
    if to and url_has_allowed_host_and_scheme(to, allowed_hosts=None, require_https=request.is_secure()):
        return HttpResponseRedirect(to)  # an address, never the name of a page
    return redirect("dashboard")
