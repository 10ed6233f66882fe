"""The desk's landing page: queues, the list, today's work (UX H). Names and stories are behind the row, never in it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import DASHBOARD_VIEW
from cases import search
from desk import bulk, columns, condition, preferences, queue, rail, roster, rows, snapshot, sought, surge, tally, today
from desk.forms.dashboard import LONGEST_SEARCH, FilterForm, NewsForm
from desk.lists import shown

OF_TICKS = ("pick", "lacks")
"""What an address says of the rows that were ticked, and of the field that was left empty beside them."""


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
    shelf = shown.of(by, at)
    if not request.GET and shelf.default:
        return redirect(f"{request.path}?{shelf.default.query or queue.EVERYTHING}")
    words = sought.words_of(request.GET.get("q", ""), by, at)
    bar = rail.topbar(by, at, words=words, with_duty=True)
    form = _filter_form(request, bar["on_duty"], shelf.tags, words)
    form.is_valid()
    filters = form.filters()
    if filters.words:
        audit.record("case.searched", by=by, at=at, part="dashboard")
    counts = tally.of(by, at, shelf.filters(snapshot.read().topics))
    request.counted = {"new": counts.by_queue["new"]}  # type: ignore[attr-defined]  # the rail need not count it again
    advice = queue.advice_ids(by, at)
    page = queue.page_of(by, at, filters, counts.by_queue, request.GET.get("page"), _size(request))
    context = _list_of(request, form, filters, page, at) | _around(request, by, at) | {
        "more": today.more(counts.due), "more_offers": today.more({today.OFFER: counts.offers}),
        "topbar": bar, "views": rows.views(counts, filters, len(advice), shelf.tabs, form.query()),
        "advice": rows.of_advice(queue.open_advice(by, advice)) if filters.queue == queue.ADVICE else [],
        "title": rows.title(filters, shelf.views, form.query()),
        "queues": rows.tiles(counts, at), "load": rows.load(counts), "tags": shelf.tags, "today_count": counts.today,
        "colleagues": [turn for turn in bar["on_duty"] if turn.user.pk != by.user_id],
    }  # fmt: skip
    return TemplateResponse(request, "desk/dashboard.html", context)


@needs(DASHBOARD_VIEW)
@require_safe
def all_of_today(request: HttpRequest, slug: str) -> TemplateResponse:
    """Everything of one kind that stands under Today."""
    at = timezone.now()
    title, page = today.page_of(actor_of(request), at, slug, request.GET.get("page"))
    return TemplateResponse(request, "desk/dashboard/all_of_today.html", {"title": title, "page": page})


def _list_of(
    request: HttpRequest, form: FilterForm, filters: queue.Filters, page: "Page[Any]", at: dt.datetime
) -> dict[str, Any]:
    """The list itself."""
    listed = [] if filters.queue == queue.ADVICE else rows.of_cases(page.object_list, at)
    field = request.GET.get("lacks", "")
    lacks = {field: str(bulk.LACKS[field])} if listed and field in bulk.LACKS else {}
    return {
        "at": at, "form": form, "filters": filters, "chips": form.chips(), "page": page, "query": _query(request),
        "page_has_errors": bool(form.errors or lacks), "columns": columns.of_user(request.user),
        "sizes": _sizes(request, page),
        "rows": listed, "ticked": frozenset(request.GET.getlist("pick")), "lacks": lacks,
        "wrong": [{"target": f"bulk-{name}", "text": words} for name, words in lacks.items()],
        "address": _without_ticks(request.get_full_path()),
        "too_short": bool(filters.words) and search.too_short(filters.words),
        "keep": urlencode({"what": form.query()}) if form.query() and not filters.words else "",
    }  # fmt: skip


def _around(request: HttpRequest, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """What stands beside the list."""
    agenda = today.lines(by, at)
    return {
        "alarms": [*condition.read(at).sentences, *surge.sentences()], "greeting": rows.greeting(by, at),
        "today": [line for line in agenda if line.kind != today.OFFER], "roster_lacks": roster.missing(by, at),
        "offers": [line for line in agenda if line.kind == today.OFFER],
    }  # fmt: skip


def _size(request: HttpRequest) -> int:
    """How many rows a page has; only these two."""
    return queue.MOST_A_PAGE if request.GET.get("per") == str(queue.MOST_A_PAGE) else queue.PER_PAGE


def _sizes(request: HttpRequest, page: "Page[Any]") -> list[dict[str, Any]]:
    """The ways to have more or fewer on a page, where that makes a difference."""
    if page.paginator.count <= queue.PER_PAGE:
        return []
    query = _rest(request)
    found = []
    for size in (queue.PER_PAGE, queue.MOST_A_PAGE):
        query["per"] = str(size)
        found.append({"n": size, "url": f"?{query.urlencode()}", "current": size == page.paginator.per_page})
    return found


def _here(request: HttpRequest) -> str:
    """The list that the browser shows, as htmx says it; without its filters when that is no address."""
    try:
        return _without_ticks(request.htmx.current_url_abs_path or request.path)  # type: ignore[attr-defined]
    except ValueError:
        return request.path


def _without_ticks(address: str) -> str:
    """The same list, with nothing ticked."""
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    for name in OF_TICKS:
        query.pop(name, None)
    return parts._replace(query=query.urlencode()).geturl()


def _filter_form(request: HttpRequest, on_duty: list[Any], tags: list[tuple[str, str]], words: str) -> FilterForm:
    """The choices for the owner are who is on duty, and whoever the address names."""
    topics = snapshot.read().topics
    people = [(turn.user.pk, turn.name) for turn in on_duty]
    owner = request.GET.get("owner", "")
    if owner not in {str(pk) for pk, _name in people}:
        people += queue.colleague(owner)
    return FilterForm(
        request.GET,
        topics=[(code, str(topic)) for code, topic in topics.items()],
        people=people,
        tags=tags,
        words=words,
    )


def _query(request: HttpRequest) -> str:
    """The address of this list without its page."""
    return _rest(request).urlencode()


def _rest(request: HttpRequest) -> QueryDict:
    """What the address says of the list, and not of this page of it."""
    query = request.GET.copy()
    for name in ("page", *OF_TICKS):
        query.pop(name, None)
    return query


@needs(DASHBOARD_VIEW)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Search: to the list with the words sealed in its address, so that they stay in no history and no log."""
    words = " ".join(request.POST.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    token = sought.seal(words, actor_of(request), timezone.now())
    return redirect(f"{reverse('dashboard')}?{urlencode({'q': token})}" if token else "dashboard")


@needs(DASHBOARD_VIEW)
@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Rows compact or comfortable, keyboard shortcuts on or off: kept on the account."""
    for name in preferences.CHOICES:
        if name in request.POST:
            preferences.prefer(actor_of(request), name, request.POST[name] == "on")
    return back_to_list(request)


def back_to_list(request: HttpRequest, **more: Any) -> HttpResponse:
    """To the list as it was; ``more`` is added to its address."""
    to = request.POST.get("next", "")
    if not to or not url_has_allowed_host_and_scheme(to, allowed_hosts=None, require_https=request.is_secure()):
        to = reverse("dashboard")
    if more:
        parts = urlsplit(to)
        query = "&".join(filter(None, [parts.query, urlencode(more, doseq=True)]))
        to = parts._replace(query=query).geturl()
    return HttpResponseRedirect(to)  # an address, never the name of a page
