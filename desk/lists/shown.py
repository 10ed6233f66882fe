"""What the dashboard knows of somebody's views, and of the labels, in one query."""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from django.db.models import BooleanField, CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast

from accounts.actors import Actor
from accounts.counting import Question, ask
from cases.models import Tag
from desk.lists.models import Following, SavedView
from desk.queue import Filters

MOST_TABS = 8


@dataclass(frozen=True)
class Tab:
    """A view that somebody may open."""

    key: str
    title: str
    query: str
    is_default: bool


@dataclass(frozen=True)
class Shelf:
    """The views, the own default first, and the labels in use as choices."""

    views: list[Tab]
    tags: list[tuple[str, str]]

    @property
    def default(self) -> Tab | None:
        return next((tab for tab in self.views if tab.is_default), None)

    def filters(self, topics: Container[str]) -> tuple[Filters, ...]:
        """What each of the tabs narrows to now."""
        tags = {key for key, _label in self.tags}
        return tuple(Filters.of(tab.query).still(topics, tags) for tab in self.tabs)

    @property
    def tabs(self) -> list[Tab]:
        """As many as fit above the list."""
        return self.views[:MOST_TABS]


def of(by: Actor, at: dt.datetime) -> Shelf:
    """One query."""
    rows = ask(_rows, by, at)
    tabs = [Tab(row["key"], row["name"], row["where"], row["first"]) for row in rows if row["kind"] == "view"]
    tabs.sort(key=lambda tab: (not tab.is_default, tab.title.casefold()))
    labels = [(row["key"], row["name"]) for row in rows if row["kind"] == "tag"]
    return Shelf(tabs, sorted(labels, key=lambda label: label[1].casefold()))


def _rows(by: Actor, at: dt.datetime) -> Question:
    columns = ("kind", "key", "name", "where", "first")
    mine = Following.objects.filter(view=OuterRef("pk"), user=by.user_id or 0, is_default=True)
    views = SavedView.objects.open_to(by).annotate(
        kind=Value("view"), key=Cast("pk", CharField()), name=F("title"), where=F("query"), first=Exists(mine)
    )
    labels = Tag.objects.filter(active=True).annotate(
        kind=Value("tag"), key=Cast("pk", CharField()), name=F("label"), where=Value(""),
        first=Value(False, output_field=BooleanField()),
    )  # fmt: skip
    both = views.order_by().values_list(*columns).union(labels.order_by().values_list(*columns), all=True)
    return both.query.sql_with_params()
