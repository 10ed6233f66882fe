"""Labels on cases: for staff only, in clear text, and so never about who somebody is."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases.models import Case, CaseTag, Tag
from cases.models.tags import LONGEST
from cases.moves import Changed, NotNow, locked

MOST_TAGS = 5
_LABEL = re.compile(r"[^\W_][\w &/+-]*")
_NUMBER = re.compile(r"(\d[ -]?){5}")


def wrong_with(label: str) -> str:
    """Why this cannot be a label, in a sentence; empty when it can. It is kept in clear, and stands in lists."""
    if len(label) > LONGEST:
        return _("At most %(most)d characters.") % {"most": LONGEST}
    if not _LABEL.fullmatch(label):
        return _("Letters, figures, spaces and hyphens only.")
    if _NUMBER.search(label):
        return _("This looks like somebody's number. A label says nothing about who somebody is.")
    return ""


def in_use() -> "list[Tag]":
    """What is offered. One query."""
    return list(Tag.objects.filter(active=True))


@transaction.atomic
def make(label: str, *, by: Actor, at: dt.datetime) -> Tag:
    """A label for everyone; one that is there already, whatever its capitals, is that one. Raises NotNow."""
    label = " ".join(label.split())
    if why := wrong_with(label):
        raise NotNow(why)
    if known := Tag.objects.filter(label__iexact=label).first():
        if not known.active:
            raise NotNow(_("The coordinator took this label out of use."))
        return known
    Tag.objects.bulk_create([Tag(label=label)], ignore_conflicts=True)
    tag = Tag.objects.get(label__iexact=label)
    audit.record("tag.made", by=by, at=at, obj=tag)
    return tag


@transaction.atomic
def put(case: Case, tag: Tag, *, by: Actor, at: dt.datetime) -> None:
    """On this case; a second time changes nothing. Raises NotNow for a closed case, and for more than MOST_TAGS."""
    for why in put_on_each([locked(case)], tag, by=by, at=at).values():
        raise NotNow(why)


def put_on_each(cases: Sequence[Case], tag: Tag, *, by: Actor, at: dt.datetime) -> dict[UUID, str]:
    """The same on each of these, which are locked; why it is not on others, by id. Three queries."""
    has: dict[UUID, set[int]] = {case.pk: set() for case in cases}
    for pk, tag_id in CaseTag.objects.filter(case__in=cases).values_list("case_id", "tag_id"):
        has[pk].add(tag_id)
    left, rows = {}, []
    for case in cases:
        if tag.pk in has[case.pk]:
            continue
        if not case.is_open:
            left[case.pk] = _("This case is closed.")
        elif len(has[case.pk]) >= MOST_TAGS:
            left[case.pk] = _("A case has at most %(most)d labels.") % {"most": MOST_TAGS}
        else:
            rows.append(CaseTag(case=case, tag=tag, put_by=by.user, put_at=at))
    CaseTag.objects.bulk_create(rows)
    put = [SimpleNamespace(pk=tag.pk, case_id=row.case_id) for row in rows]
    audit.record_each("case.tagged", put, by=by, at=at, kind=Tag)
    return left


@transaction.atomic
def keep(case: Case, chosen: Iterable[Tag], *, by: Actor, at: dt.datetime, seen: str | None = None) -> None:
    """Exactly these labels on the case: the others come off. Raises NotNow, and then nothing has changed; and Changed
    when the labels are others than those the form showed (``seen``, from ``mark``)."""
    case, wanted = locked(case), {tag.pk: tag for tag in chosen}
    now = of_case(case)
    if seen is not None and seen != mark(now) and now != wanted.keys():
        raise Changed(case)
    gone = CaseTag.objects.filter(case=case).exclude(tag__in=wanted)
    for row in gone.select_related("tag"):
        audit.record("case.untagged", by=by, at=at, case_id=case.pk, obj=row.tag)
    gone.delete()
    for tag in wanted.values():
        put(case, tag, by=by, at=at)


def of_case(case: Case) -> set[int]:
    return set(CaseTag.objects.filter(case=case).values_list("tag_id", flat=True))


def mark(ids: Iterable[int]) -> str:
    """Which labels these are, for a form to carry along."""
    return " ".join(str(pk) for pk in sorted(ids))


def labels_of_case() -> dict[str, Any]:
    """``tag_labels``: the labels of each case, inside a query for cases."""
    rows = CaseTag.objects.filter(case=OuterRef("pk")).order_by("tag__label")
    return {"tag_labels": ArraySubquery(rows.values("tag__label"))}


def fact(case: Case) -> list[dict[str, Any]]:
    """For the strip above a case: its labels, with the way to change them. Nothing when it was read without
    ``labels_of_case``."""
    labels: list[str] | None = getattr(case, "tag_labels", None)
    if labels is None:
        return []
    url = reverse("case_tags", args=[case.reference])
    return [{"label": _("Labels"), "value": ", ".join(labels), "url": url, "link": _("Change labels")}]
