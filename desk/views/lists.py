"""Views of the list: keep one, change it, follow it; and the columns of the list."""

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import Team
from accounts.permissions import actor_of, needs
from accounts.roles import DASHBOARD_VIEW
from cases.forms.conflict import both
from cases.forms.work import posted
from desk import columns, queue, snapshot
from desk.forms.dashboard import FilterForm
from desk.forms.lists import ColumnsForm, ViewForm, WishForm
from desk.lists import saving
from desk.lists import shown as shelves
from desk.lists.models import SavedView

LONGEST = 600
"""What is kept. A sign that is no letter of ours takes up to twelve."""
LONGEST_READ = 4000


@needs(DASHBOARD_VIEW)
@require_safe
def saved(request: HttpRequest) -> TemplateResponse:
    """Everything that somebody may open, with what they want of it."""
    by = actor_of(request)
    return TemplateResponse(request, "desk/lists/list.html", {"views": saving.listed(by)})


@needs(DASHBOARD_VIEW)
@require_safe
def open_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the list that it names."""
    view = saving.view_for(actor_of(request), pk)
    return redirect(f"{reverse('dashboard')}?{view.query or queue.EVERYTHING}")


@needs(DASHBOARD_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the list that ``what`` in the address narrows to, under a name."""
    by, at = actor_of(request), timezone.now()
    what = filters_of(request.GET.get("what", ""), by, at)
    query = what.query()
    form = ViewForm(posted(request), teams=_teams(by), told=_is_told(query))
    if form.is_bound and len(query) > LONGEST:
        form.add_error(None, _("This list has too much in its filters to be kept. Make the words shorter."))
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        view = saving.make(
            got["view_id"] or uuid4(), title=got["title"], query=query, team=form.team_chosen(), wish=form.wish(),
            by=by, at=at,
        )  # fmt: skip
        messages.success(request, _("Kept. You find it above the list."))
        return redirect(f"{reverse('dashboard')}?{view.query or queue.EVERYTHING}")
    context = {"form": form, "chips": what.chips(), "view": None, "both": None}
    return TemplateResponse(request, "desk/lists/one.html", context)


@needs(DASHBOARD_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its name and who may open it, for who made it; and for everyone what they want with it."""
    by, at = actor_of(request), timezone.now()
    view = saving.view_for(by, pk)
    may_change, wish, shown = saving.may_change(view, by), saving.wish_of(view, by), None
    form: Any
    if may_change:
        start = _answers(view) | {"version": view.version}
        form = ViewForm(
            posted(request), teams=_teams(by), new=False, told=_is_told(view.query), wish=wish, initial=start
        )
    else:
        form = WishForm(posted(request), told=_is_told(view.query), wish=wish)
    if request.method == "POST" and form.is_valid():
        try:
            if may_change:
                _change(view, form, by, at)
        except saving.ViewChanged as changed:
            view = changed.saved
            shown = both(form, _answers(view) | asdict(wish), version=view.version)
        else:
            saving.want(view, form.wish(), by=by, at=at)
            messages.success(request, _("Saved."))
            return redirect("views")
    chips = filters_of(view.query, by, at).chips()
    context = {"form": form, "chips": chips, "view": view, "may_change": may_change, "both": shown}
    return TemplateResponse(request, "desk/lists/one.html", context, status=200 if shown is None else 409)


def _change(view: SavedView, form: ViewForm, by: Actor, at: dt.datetime) -> None:
    got = form.cleaned_data
    saving.change(view, title=got["title"], team=form.team_chosen(), version=got["version"], by=by, at=at)


def _answers(view: SavedView) -> dict[str, str]:
    """What the form says of a view as it is kept."""
    return {"title": view.title, "team": str(view.team_id or "")}


@needs(DASHBOARD_VIEW)
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Away with it, for everyone who could open it."""
    by, at = actor_of(request), timezone.now()
    saving.remove(saving.view_for(by, pk, change=True), by=by, at=at)
    messages.success(request, _("The view is gone. The requests are not."))
    return redirect("views")


def _teams(by: Actor) -> list[Team]:
    """With whom somebody can share: the teams in which they count now."""
    return list(Team.objects.filter(pk__in=list(by.teams)).order_by("name_nl"))


def _is_told(query: str) -> bool:
    """Requests for advice have their own notices."""
    return queue.Filters.of(query).queue != queue.ADVICE


def filters_of(query: str, by: Actor, at: dt.datetime) -> FilterForm:
    """What an address narrows to, checked; of what is wrong nothing is left."""
    data = QueryDict(query[:LONGEST_READ].replace("\x00", ""))
    form = FilterForm(
        data, topics=[(code, str(topic)) for code, topic in snapshot.read().topics.items()],
        people=queue.colleague(data.get("owner", "")), tags=shelves.of(by, at).tags,
    )  # fmt: skip
    form.is_valid()
    return form


@needs(DASHBOARD_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Which columns the list has for you."""
    by = actor_of(request)
    form = ColumnsForm(posted(request), initial={"chosen": list(columns.of_user(request.user))})
    if request.method == "POST" and form.is_valid():
        columns.choose(by, form.cleaned_data["chosen"])
        messages.success(request, _("The list has your columns now."))
        return redirect("dashboard")
    return TemplateResponse(request, "desk/lists/columns.html", {"form": form})
