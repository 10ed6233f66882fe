"""The client's summary: told once, theirs to correct, and read by whoever takes over before they contact the client.

Every version is kept. One counts from the moment that the client approved it (R25). Who has to read it, and when, is in
cases/reading.py.
"""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.notices import tell_user
from cases import timeline
from cases.answering import who_answers
from cases.enums import AT_DESK, EntryKind
from cases.models import Case, SummaryVersion, TimelineEntry
from cases.moves import NotNow, locked, save
from cases.notices import SUMMARY_CHANGED

LONGEST = 1500
"""What fits a card and is read in a minute."""


class Conflict(NotNow):
    """There is a newer version than the one that was corrected. ``saved`` is that one."""

    def __init__(self, saved: SummaryVersion) -> None:
        super().__init__(_("The summary was changed while you had it open. Nothing is lost: both texts are below."))
        self.saved = saved


def versions(case: Case) -> list[SummaryVersion]:
    """All of them, the newest first. One query."""
    rows = list(SummaryVersion.objects.filter(case=case).select_related("by").order_by("-number"))
    for row in rows:
        row.case = case  # the key is at hand
    return rows


def latest(case: Case) -> SummaryVersion | None:
    """The newest one, approved or not. One query."""
    row = SummaryVersion.objects.filter(case=case).order_by("-number").first()
    if row is not None:
        row.case = case
    return row


def counting(case: Case) -> SummaryVersion | None:
    """The newest one that the client approved. One query."""
    rows = SummaryVersion.objects.filter(case=case, approved_at__isnull=False)
    row = rows.select_related("by").order_by("-number").first()
    if row is not None:
        row.case = case
    return row


def propose(case: Case, text: str, *, by: Actor, at: dt.datetime) -> SummaryVersion:
    """What staff wrote for the client to approve. The case must be locked. The newest words again are not a new one."""
    last = _known(case, at)
    if last is not None and last.text == text:
        return last
    return _add(case, text, last, by=by, at=at)


def approve(case: Case, text: str, *, by: Actor, at: dt.datetime) -> SummaryVersion:
    """These words are right, says the client; words of their own are a version of theirs. The case must be locked.

    Who recorded a yes by phone did not write the words, unless they changed them.
    """
    version = propose(case, text, by=by, at=at)
    if version.approved_at is None:
        version.approved_at = at
        version.save(update_fields=["approved_at"])
    return version


@transaction.atomic
def correct(case: Case, text: str, *, number: int, by: Actor, at: dt.datetime) -> SummaryVersion:
    """The client's own words, which count at once; whoever helps is told. ``number`` is the version that they read.

    The same words again change nothing. Raises Conflict, and NotNow when the case is closed.
    """
    case = locked(case)
    words = text.strip()
    if not case.is_open:
        raise NotNow(_("Your request is closed. Send a new one, or call us."))
    last = _known(case, at)
    if last is not None and last.text == words and last.approved_at:
        return last
    if last is not None and last.number != number:
        raise Conflict(last)
    version = approve(case, words, by=by, at=at)
    case.summary = words
    save(case, "summary")
    timeline.add(case, EntryKind.SUMMARY_CHANGED, by=by, at=at, facts={"number": version.number}, for_client=True)
    audit.record("summary.corrected", by=by, at=at, case_id=case.pk, obj=version, part=str(version.number))
    path = reverse("triage" if case.state in AT_DESK else "case", args=[case.reference])
    for user in who_answers(case, at):
        tell_user(SUMMARY_CHANGED, user, about=case.pk, occasion=str(version.pk), path=path, at=at)
    return version


def _known(case: Case, at: dt.datetime) -> SummaryVersion | None:
    """The newest version. A summary from before versions were kept becomes the first one, as it was approved."""
    last = latest(case)
    if last is None and case.summary:
        said = TimelineEntry.objects.filter(case=case, kind__in=[EntryKind.CONSENT_ASKED, EntryKind.CONSENT_GIVEN])
        rows = list(said.select_related("by").order_by("at"))
        when = rows[-1].at if rows else case.sent_at
        writer = None if rows and rows[-1].facts.get("changed") else next((row.by for row in rows if row.by), None)
        last = SummaryVersion(case=case, number=1, text=case.summary, by=writer, at=when, approved_at=when)
        last.save(force_insert=True)
    return last


def _add(case: Case, text: str, last: SummaryVersion | None, *, by: Actor, at: dt.datetime) -> SummaryVersion:
    writer = by.user if by.roles else None
    row = SummaryVersion(case=case, number=last.number + 1 if last else 1, text=text, by=writer, at=at)
    row.save(force_insert=True)
    return row
