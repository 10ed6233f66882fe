"""Confidentiality and its limits: what we say about them, and that this client was told (DOMAIN 3.2 and 3.4).

Explaining comes first: until it is recorded nothing of an analysis or a plan is written down, and every page of the
case says so. A conversation that took place is recorded all the same, because it did.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import timeline
from cases.enums import WITH_WORKER, EntryKind
from cases.models import Case, Explained, LimitsText
from cases.moves import NotNow, locked, unused

LONGEST_TEXT = 6000
LONGEST = 2000


class NotExplained(NotNow):
    """The client has not heard yet what stays between us and what does not."""

    def __init__(self) -> None:
        super().__init__(_("First explain confidentiality and its limits to the client, and record that here."))


class OtherWords(NotNow):
    """Somebody published another version meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody published other words meanwhile. Read them first, and then change what must change.")
        )


def present_text() -> LimitsText:
    """The words that count now. One query."""
    return LimitsText.objects.newest_first()[:1].get()


@transaction.atomic
def publish(text_nl: str, text_en: str, *, number: int, by: Actor, at: dt.datetime) -> LimitsText:
    """New words from now on; who was told earlier was told the earlier ones. ``number`` is the version that was read.

    Raises OtherWords when somebody published another one meanwhile. The same words again are the same version.
    """
    last = LimitsText.objects.latest("number")
    if (last.text_nl, last.text_en) == (text_nl.strip(), text_en.strip()):
        return last
    if last.number != number:
        raise OtherWords
    row = LimitsText(number=number + 1, published_at=at, published_by=by.user)
    row.text_nl, row.text_en = text_nl.strip(), text_en.strip()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the table cannot be locked by the site's role: of two at one moment the number decides
        raise OtherWords from None
    audit.record("limits_text.published", by=by, at=at, obj=row, part=str(row.number))
    return row


@transaction.atomic
def explain(
    case: Case, *, on: dt.date, by: Actor, at: dt.datetime, words: str = "", questions: str = "",
    explained_id: uuid.UUID | None = None,
) -> Explained:  # fmt: skip
    """Record that ``by`` explained it, with the words that count now. It may be explained again; all of it is kept.

    Raises NotNow for a case that no worker has, and for a day that is still to come or before the request.
    """
    case = locked(case)
    if explained_id and (known := Explained.objects.filter(pk=explained_id, case=case).first()):
        return known
    if case.state not in WITH_WORKER:
        raise NotNow(_("This belongs to a case that a worker has accepted."))
    if on > timezone.localdate(at):
        raise NotNow(_("This day is still to come."))
    if on < timezone.localdate(case.sent_at):
        raise NotNow(_("That was before the client asked for help."))
    row = Explained(
        id=unused(Explained, explained_id), case=case, text=present_text(), by=by.user, on=on,
        words=words.strip(), questions=questions.strip(), recorded_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    timeline.add(case, EntryKind.EXPLAINED, by=by, at=at, facts={"text": row.text.number}, for_client=True)
    audit.record("case.explained", by=by, at=at, case_id=case.pk, obj=row, part=str(row.text.number))
    return row


def latest(case: Case) -> Explained | None:
    """The last time that it was explained, with the words. One query."""
    rows = Explained.objects.filter(case=case).select_related("text", "by").order_by("-recorded_at")
    row = rows.first()
    if row is not None:
        row.case = case  # the key is at hand
    return row


def times(case: Case) -> list[Explained]:
    """Every time that it was explained, the first one first. One query."""
    rows = list(Explained.objects.filter(case=case).select_related("by").order_by("recorded_at"))
    for row in rows:
        row.case = case
    return rows


def explained_of_case() -> dict[str, Any]:
    """When it was last explained, and by whom, inside a query for cases."""
    rows = Explained.objects.filter(case=OuterRef("pk")).order_by("-recorded_at")
    return {
        "explained_on": Subquery(rows.values("on")[:1]),
        "explained_by": Subquery(rows.values("by__name")[:1]),
    }


def must_be_explained(case: Case) -> None:
    """Raises NotExplained."""
    if not Explained.objects.filter(case=case).exists():
        raise NotExplained
