"""Whoever takes a case over reads the client's summary first, and ticks that they did: each person, each version (R25).

It is asked before the next contact, so also when the client changed the summary since. See cases/summaries.py.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import timeline
from cases.enums import WITH_WORKER, EntryKind
from cases.models import Case, SummaryRead, SummaryVersion
from cases.moves import NotNow, locked


class MustRead(NotNow):
    """The summary comes first, so that the client need not tell it again."""

    def __init__(self) -> None:
        super().__init__(_("First read the client's summary and tick that you have read it."))


@transaction.atomic
def mark_read(case: Case, version_id: UUID, *, by: Actor, at: dt.datetime) -> SummaryRead:
    """Tick that ``by`` read this version. Twice is once. Raises NotNow when another one counts now."""
    case = locked(case)
    version = _counting(case.pk).first()
    if version is None or version.pk != version_id:
        raise NotNow(_("The client changed the summary meanwhile. Read it again, please."))
    row, is_new = SummaryRead.objects.get_or_create(version=version, user=by.user, defaults={"at": at})
    if is_new:
        timeline.add(case, EntryKind.SUMMARY_READ, by=by, at=at, facts={"number": version.number}, for_client=True)
        audit.record("summary.read", by=by, at=at, case_id=case.pk, obj=version, part=str(version.number))
    return row


def was_read(case: Case, text: str, *, by: Actor, at: dt.datetime) -> None:
    """Keep that ``by`` ticked these words elsewhere, such as on the board; nothing when other words count by now."""
    version = _counting(case.pk).first()
    if version is None:
        return
    version.case = case  # its key is at hand
    if version.text == text:
        SummaryRead.objects.get_or_create(version=version, user=by.user, defaults={"at": at})


def must_be_read(case: Case, by: Actor) -> None:
    """Raises MustRead for the worker who has the case, or who stands in for them, and did not tick the summary as it is
    now. One query."""
    if case.state not in WITH_WORKER or not by.roles or case.owner_id not in {by.user_id, *by.stands_in_for}:
        return
    read = SummaryRead.objects.filter(user=by.user_id or 0, version__case=case).values("version")
    counting = _counting(case.pk).values_list("pk", flat=True)[:1]
    if SummaryVersion.objects.filter(pk__in=counting).exclude(pk__in=read).exists():
        raise MustRead


def reading_of_case() -> dict[str, Any]:
    """Inside a query for cases: ``summary_version`` that counts, and everyone who read any version, for ``read_at``."""
    reads = SummaryRead.objects.filter(version__case=OuterRef("pk")).order_by("pk")
    one = JSONObject(version=F("version"), user=F("user"), at=F("at"))
    return {
        "summary_version": Subquery(_counting(OuterRef("pk")).values("pk")[:1]),
        "summary_reads": ArraySubquery(reads.values(one=one)),
    }


def read_at(case: Any, user_id: int | None) -> dt.datetime | None:
    """When somebody ticked the version that counts; none when they did not. ``case`` was read with reading_of_case."""
    for row in case.summary_reads:
        if row["user"] == user_id and row["version"] == str(case.summary_version):
            return dt.datetime.fromisoformat(row["at"])
    return None


def _counting(case_id: Any) -> "QuerySet[SummaryVersion]":
    """The approved versions of a case, the one that counts first."""
    return SummaryVersion.objects.filter(case=case_id, approved_at__isnull=False).order_by("-number")
