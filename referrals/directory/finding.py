"""Finding help: by need, region and words, with mistakes in spelling forgiven. Reads only."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    TrigramWordSimilarity,
)
from django.core.paginator import Page, Paginator
from django.db.models import F, FloatField, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Greatest, JSONObject, Lower

from accounts.models import Region
from cases.models import Case
from referrals.directory.hours import open_at
from referrals.directory.models import Need, Phone, Schedule, Service, ServiceArea, ServiceAtPlace, ServiceLanguage

PER_PAGE = 10
SHORTEST = 4  # of a word whose likeness says anything
NEAREST = 4
LIKE = 0.3  # how much a need must be like what was typed to be offered
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty is everything. ``need`` and ``region`` are codes, ``language`` is of ISO 639."""

    words: str = ""
    need: str = ""
    region: str = ""
    language: str = ""
    free: bool = False
    family: bool = False
    open_now: bool = False

    @property
    def is_narrow(self) -> bool:
        return self != Wanted()

    def wider(self) -> "Wanted":
        """The same need or words, anywhere and for anyone: what to try when nothing was found."""
        return replace(Wanted(), words=self.words, need=self.need)


def find(wanted: Wanted, at: dt.datetime, page: int | str = 1) -> "Page[Service]":
    """One page of what fits, the best first; without words by name. Eight queries at most, however many there are."""
    return Paginator(for_list(matching(wanted, at)), PER_PAGE).get_page(page)


def matching(wanted: Wanted, at: dt.datetime) -> "QuerySet[Service]":
    """Every entry that may be shown and fits."""
    rows = Service.objects.found()
    if wanted.need:
        rows = rows.filter(pk__in=Service.needs.through.objects.filter(need__code=wanted.need).values("service"))
    if wanted.region:
        there = ServiceArea.objects.filter(region__code=wanted.region).values("service")
        rows = rows.filter(Q(everywhere=True) | Q(pk__in=there))
    if wanted.language:
        rows = rows.filter(languages__code=wanted.language).distinct()
    if wanted.free:
        rows = rows.filter(is_free=True)
    if wanted.family:
        rows = rows.filter(for_family=True)
    if wanted.open_now:
        rows = rows.filter(pk__in=_open(at))
    return by_words(rows, wanted.words) if wanted.words else rows.order_by("name_nl", "id")


def by_words(rows: "QuerySet[Service]", text: str) -> "QuerySet[Service]":
    """Those that say it in any form of the words, in Dutch or English, or in which every longer word is nearly there;
    what says it best first. Both conditions have an index."""
    text = text[:200].lower()
    query = SearchQuery(text, config="dutch", search_type="websearch") | SearchQuery(
        text, config="english", search_type="websearch"
    )
    says = Q(found_by=query)
    likeness: Any = Value(0.0, output_field=FloatField())
    if long := [word for word in _WORD.findall(text) if len(word) >= SHORTEST]:
        nearly = Q()
        for word in long:
            nearly &= Q(sought__trigram_word_similar=word)
        says |= nearly
        likeness = TrigramWordSimilarity(text, "sought")
    ranked = rows.filter(says).annotate(fits=SearchRank(F("found_by"), query) + likeness)
    return ranked.order_by("-fits", "name_nl", "id")


def for_list(rows: "QuerySet[Service]") -> "QuerySet[Service]":
    """With what a card of the list shows."""
    return described(rows).prefetch_related(
        Prefetch("phones", Phone.objects.filter(for_staff=False)),
        "schedules",
        Prefetch("at_places", ServiceAtPlace.objects.select_related("place")),
    )


def described(rows: "QuerySet[Service]") -> "QuerySet[Service]":
    """With its provider and who keeps it, and in the same query its regions, languages and needs as plain values."""
    of = OuterRef("pk")
    both = {"nl": F("name_nl"), "en": F("name_en")}
    areas = ServiceArea.objects.filter(service=of).order_by("region__name_nl", "name")
    region = JSONObject(nl=Coalesce("region__name_nl", "name"), en=Coalesce("region__name_en", "name"))
    spoken = ServiceLanguage.objects.filter(service=of).order_by("code")
    helped = Need.objects.filter(services=of).order_by("order", "code")
    return rows.select_related("provider", "helpline", "owner", "verified_by").annotate(
        region_names=ArraySubquery(areas.values(facts=region)),
        spoken=ArraySubquery(spoken.values(facts=JSONObject(code="code", name="name"))),
        need_names=ArraySubquery(helped.values(facts=JSONObject(code="code", **both))),
    )


def _open(at: dt.datetime) -> "QuerySet[Service]":
    """By hours of its own, of a place, or of its own at a place."""
    now = open_at(at)
    return Service.objects.filter(
        Q(pk__in=_of(now, "service"))
        | Q(pk__in=_of(now, "at_place__service"))
        | Q(pk__in=_of(now, "place__at_services__service"))
    ).values("pk")


def _of(rows: "QuerySet[Schedule]", way: str) -> "QuerySet[Schedule, Any]":
    return rows.filter(**{f"{way}__isnull": False}).values(way)


def all_needs() -> "QuerySet[Need]":
    """In their order."""
    return Need.objects.all()


def regions() -> list[Region]:
    """One query."""
    return list(Region.objects.all())


def nearest(text: str) -> list[Need]:
    """The needs that look most like what was typed; when none does, the first ones. One query."""
    words = Lower(Concat("name_nl", Value(" "), "words_nl", Value(" "), "name_en", Value(" "), "words_en"))
    alike = Need.objects.annotate(like=Greatest(TrigramWordSimilarity(text.lower()[:200], words), Value(0.0)))
    found = list(alike.filter(like__gte=LIKE).order_by("-like", "order")[:NEAREST]) if text else []
    return found or list(Need.objects.all()[:NEAREST])


def needs_of(case: Case) -> list[Need]:
    """What help a case may need, by its topics. One query."""
    return list(Need.objects.filter(topics__in=case.topics).distinct())


def region_of(case: Case) -> str:
    """The code of the region in which the client's unit is, or its location lies; empty when unknown."""
    unit = case.unit
    region = unit and (unit.region or (unit.location and unit.location.region))
    return region.code if region else ""
