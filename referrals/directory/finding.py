"""Finding help: by need, region and words, with mistakes in spelling forgiven. Reads only."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.core.paginator import Page, Paginator
from django.db import connection, transaction
from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, Lower

from accounts.models import Region
from cases.models import Case
from referrals.directory.enums import FOUND
from referrals.directory.hours import open_at
from referrals.directory.models import Need, Phone, Schedule, Service, ServiceArea, ServiceAtPlace, ServiceLanguage

PER_PAGE = 12  # in rows of two and of three
SHORTEST = 4  # of a word whose likeness says anything
NEAREST = 4
NEARLY = (0.6, 0.45)  # how much a word must be like one of an entry, first and at a second look
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

    def wider(self) -> "Wanted":
        """The same need or words, anywhere and for anyone: what to try when nothing was found."""
        return replace(Wanted(), words=self.words, need=self.need)

    def address(self) -> str:
        """As the end of an address, without what is not asked."""
        return urlencode({name: "on" if value is True else value for name, value in asdict(self).items() if value})


def find(wanted: Wanted, at: dt.datetime, page: int | str = 1) -> "Page[Service]":
    """One page of what fits, the best first; without words by name. When nothing does, words may be further off. Two
    queries, however many there are, and one more for a second look."""
    rows = for_list(matching(wanted, at))
    with transaction.atomic(), connection.cursor() as cursor:
        for likeness in NEARLY if wanted.words else NEARLY[:1]:
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = %s", [likeness])
            found = Paginator(rows, PER_PAGE).get_page(page)
            found.object_list = list(found.object_list)  # read while that counts
            if found.object_list:
                break
    return found


def matching(wanted: Wanted, at: dt.datetime) -> "QuerySet[Service]":
    """Every entry that may be shown and fits."""
    rows = Service.objects.found()
    if wanted.need:
        rows = rows.filter(pk__in=Service.needs.through.objects.filter(need__code=wanted.need).values("service"))
    if wanted.region:
        there = ServiceArea.objects.filter(region__code=wanted.region).values("service")
        rows = rows.filter(Q(everywhere=True) | Q(pk__in=there))
    if wanted.language:
        rows = rows.filter(pk__in=ServiceLanguage.objects.filter(code=wanted.language).values("service"))
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
    """With what a card of the list shows, in the same query."""
    of = OuterRef("pk")
    phones = Phone.objects.filter(service=of, contact=None, for_staff=False).order_by("number")
    both = JSONObject(number="number", nl="about_nl", en="about_en")
    places = ServiceAtPlace.objects.filter(service=of).exclude(place__town="").order_by("place__town")
    times = Schedule.objects.filter(service=of).order_by("opens_at", "id")
    hours = ("days", "opens_at", "closes_at", "about_nl", "about_en")
    return described(rows).annotate(
        dialled=ArraySubquery(phones.values(facts=both)),
        towns=ArraySubquery(places.values("place__town")),
        times=ArraySubquery(times.values(facts=JSONObject(**{name: name for name in hours}))),
    )


def described(rows: "QuerySet[Service]") -> "QuerySet[Service]":
    """With its provider and who keeps it, and in the same query its regions, languages and needs as plain values."""
    of = OuterRef("pk")
    both = {"nl": F("name_nl"), "en": F("name_en")}
    areas = ServiceArea.objects.filter(service=of).order_by("region__name_nl", "name")
    region = JSONObject(nl=Coalesce("region__name_nl", "name"), en=Coalesce("region__name_en", "name"))
    spoken = ServiceLanguage.objects.filter(service=of).order_by("code")
    helped = Need.objects.filter(services=of).order_by("order", "code")
    rows = rows.select_related("provider", "helpline", "owner", "verified_by").defer("found_by", "sought")
    return rows.annotate(
        region_names=ArraySubquery(areas.values(facts=region)),
        spoken=ArraySubquery(spoken.values(facts=JSONObject(code="code", name="name"))),
        need_names=ArraySubquery(helped.values(facts=JSONObject(code="code", **both))),
    )


def _open(at: dt.datetime) -> "QuerySet[Service, Any]":
    """By hours of its own, of a place, or of its own at a place."""
    now = open_at(at)
    return Service.objects.filter(
        Q(pk__in=_of(now, "service"))
        | Q(pk__in=_of(now, "at_place__service"))
        | Q(pk__in=_of(now, "place__at_services__service"))
    ).values("pk")


def _of(rows: "QuerySet[Schedule]", way: str) -> "QuerySet[Schedule, Any]":
    return rows.filter(**{f"{way}__isnull": False}).values(way)


def needs_for(case: Case | None) -> "QuerySet[Need]":
    """All of them, in their order; ``fits`` are those that go with a topic of the case."""
    with_topic = Need.topics.through.objects.filter(need=OuterRef("pk"), topic__in=case.topics if case else [])
    return Need.objects.annotate(fits=Exists(with_topic))


def need_of(code: str) -> Need | None:
    return Need.objects.filter(code=code).first()


def needs_with_entries() -> "QuerySet[Need]":
    """In their order; ``entries`` is how many entries that can be found help with it. One query."""
    counted = Count("services", filter=Q(services__state__in=FOUND))
    return Need.objects.annotate(entries=counted).order_by("order", "code")  # a count drops the usual order


def nearest(text: str) -> list[Need]:
    """The needs that look most like what was typed; none when none does. One query."""
    of = ("name_nl", Value(" "), "words_nl", Value(" "), "name_en", Value(" "), "words_en")
    words = Lower(Concat(*of, output_field=TextField()))
    alike: QuerySet[Any] = Need.objects.annotate(like=TrigramWordSimilarity(text.lower()[:200], words))
    return list(alike.filter(like__gte=LIKE).order_by("-like", "order")[:NEAREST])


def of_case(case: Case, needs: Iterable[Need], regions: Iterable[Region]) -> Wanted:
    """What fits a case: the first of ``needs_for`` that goes with its topics, in its region. Nothing else of a case is
    ever asked of the directory."""
    need = next((need.code for need in needs if need.fits), "")  # type: ignore[attr-defined]
    region = next((region.code for region in regions if region.pk == case.region_id), "")
    return Wanted(need=need, region=region)
