"""The problem analysis: what the client asks, in which situation, with which strengths and risks, and who else takes
part. It belongs to the file, so the client reads it (DOMAIN 3.4). Every version is kept."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import timeline
from cases.confidentiality import must_be_explained
from cases.enums import WITH_WORKER, EntryKind
from cases.models import Analysis, Case
from cases.moves import NotNow, locked

LONGEST = 4000
PARTS = ("demand", "context", "strengths", "risk", "others")

Words = Mapping[str, str]
"""The words by part; what is missing is empty."""


class Conflict(NotNow):
    """Somebody saved another version meanwhile. ``saved`` is that one; nothing of what was typed is saved."""

    def __init__(self, saved: Analysis) -> None:
        super().__init__(_("The analysis was changed while you had it open. Nothing is lost: both texts are below."))
        self.saved = saved


def versions(case: Case) -> list[Analysis]:
    """All of them, the newest first. One query."""
    rows = list(Analysis.objects.filter(case=case).select_related("by").order_by("-number"))
    for row in rows:
        row.case = case  # the key is at hand
    return rows


def latest(case: Case) -> Analysis | None:
    """The one that counts. One query."""
    row = Analysis.objects.filter(case=case).select_related("by").order_by("-number").first()
    if row is not None:
        row.case = case
    return row


@transaction.atomic
def write(case: Case, words: Words, *, number: int, by: Actor, at: dt.datetime) -> Analysis:
    """Keep a next version; ``number`` is the one that was open, 0 for none. The same words again change nothing.

    Raises Conflict, NotExplained, and NotNow for a case that no worker has.
    """
    case = locked(case)
    given = {part: words.get(part, "").strip() for part in PARTS}
    last = latest(case)
    if last is not None and given == {part: getattr(last, part) for part in PARTS}:
        return last
    if case.state not in WITH_WORKER:
        raise NotNow(_("This belongs to a case that a worker has accepted."))
    must_be_explained(case)
    if last is not None and last.number != number:
        raise Conflict(last)
    row = Analysis(case=case, number=last.number + 1 if last else 1, by=by.user, at=at, **given)
    row.save(force_insert=True)
    timeline.add(case, EntryKind.ANALYSIS, by=by, at=at, facts={"number": row.number}, for_client=True)
    audit.record("analysis.written", by=by, at=at, case_id=case.pk, obj=row, part=str(row.number))
    return row


def start_of(case: Case, row: Analysis | None) -> dict[str, str | int]:
    """What a form starts with: the last version, or for the first one what the client told and approved."""
    if row is None:
        return {"number": 0, "demand": str(case.summary)}
    return {"number": row.number} | {part: str(getattr(row, part)) for part in PARTS}
