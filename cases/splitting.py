"""A second problem gets a request of its own: same person, own file, own promise. The two are linked.

Only the words that somebody chooses travel. Whoever is kept out of the first is kept out of the second.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from itertools import count

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.duty import line_at
from accounts.enums import TeamKind
from accounts.models import DataKey, Team
from cases import actions, intake, links, passphrase, timeline
from cases.deadlines import first_contact_by, starting_urgency
from cases.enums import KEEPS_OUT, AccessReason, AccessScope, EntryKind, Overlay
from cases.intake import ByDesk, Decided, Names, Submission
from cases.models import Case, CaseAccess, Intake, KeepOut, Topic
from cases.moves import NotNow, locked, unused
from cases.notices import tell_client

DESK = "DESK"


@dataclass(frozen=True)
class Part:
    """What goes to the new request. ``submission_id`` comes from the form: a second click is the same request."""

    topics: tuple[str, ...]
    words: str
    submission_id: uuid.UUID


@transaction.atomic
def split(case: Case, part: Part, *, by: Actor, at: dt.datetime, calendar: Calendar) -> Case:
    """Open a new case of the same person, in the queue of the desk. Its topics leave the first, as long as that keeps
    one. Raises NotNow when the first is closed."""
    case = locked(case)
    sent_before = Case.objects.filter(intake__submission_id=part.submission_id, person=case.person)
    if (known := sent_before.exclude(pk=case.pk).first()) is not None:
        return known
    part = replace(part, submission_id=unused(Intake, part.submission_id, "submission_id"))
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    topics = Topic.objects.in_bulk(part.topics)
    new = _open(case, part, topics, by=by, at=at, calendar=calendar)
    _keep_out(case, new, at)
    rest = [code for code in case.topics if code not in part.topics]
    if rest and rest != case.topics:
        case = actions.set_topics(case, rest, by=by, at=at)
    links.link(case, new, reason=_("A second problem of the same person."), by=by, at=at)
    timeline.add(case, EntryKind.SPLIT, by=by, at=at, facts={"other": str(new.pk)})
    audit.record("case.split", by=by, at=at, case_id=case.pk, obj=new)
    tell_client(new, occasion="split", at=at)
    return new


def _open(case: Case, part: Part, topics: dict[str, Topic], *, by: Actor, at: dt.datetime, calendar: Calendar) -> Case:
    first = case.intake
    asked = Submission(
        submission_id=part.submission_id, language=case.person.language, danger=first.danger, requester=case.requester,
        situation=first.situation, returned_month=first.returned_month, unit_id=case.unit_id, topics=part.topics,
        topic_titles=tuple(str(topics[code]) for code in part.topics), story=part.words, channel=first.channel,
        by_desk=ByDesk(),
    )  # fmt: skip
    urgency = starting_urgency(Overlay.NONE, part.topics, topics)
    decided = Decided(
        desk_was_open=calendar.is_open(at), handler_now=line_at(at, calendar), proposal=DESK, overlay=Overlay.NONE,
        rule="split", because_nl="Een tweede vraag van dezelfde cliënt.",
        because_en="A second problem of the same client.", urgency=urgency,
        promised_at=first_contact_by(urgency, at, calendar),
    )  # fmt: skip
    reference = _free_reference(part.submission_id)
    phrase = passphrase.phrase_for(part.submission_id, asked.language)
    names = Names(reference, passphrase.hash_of(reference, phrase))
    sent = intake.receive(asked, decided, names, key=DataKey.objects.make(), unit=case.unit, by=by, at=at)
    teams = {team.kind: team for team in Team.objects.filter(kind__in=[TeamKind.DESK, TeamKind.AFTER_HOURS])}
    return intake.open_case(
        sent, asked, person=case.person, unit=case.unit, region_id=case.region_id, teams=teams, by=by, at=at
    )


def _free_reference(number: uuid.UUID) -> str:
    """One that no request has; two hardly ever get the same."""
    tried = (passphrase.reference_for(number, attempt) for attempt in count())
    return next(one for one in tried if not Intake.objects.filter(reference=one).exists())


def _keep_out(case: Case, new: Case, at: dt.datetime) -> None:
    """The client's account follows both. Who may never see the first never sees the second; of a relative whom the
    client let in only that remains."""
    for row in CaseAccess.objects.filter(case=case, reason__in=KEEPS_OUT, user__isnull=False):
        live = row.ends_at is None or row.ends_at > at
        if row.reason == AccessReason.FAMILY or (row.reason == AccessReason.CLIENT and not live):
            row.reason, row.scope, row.ends_at = AccessReason.FAMILY, AccessScope.NAMED, at
        row.pk, row.case, row.starts_at, row.source = None, new, at, "split"
        row.save(force_insert=True)
    for wish in KeepOut.objects.filter(case=case):
        wish.case = case
        words, reason = wish.words, wish.reason
        copy = KeepOut(case=new, user=wish.user, by_client=wish.by_client, asked_by=wish.asked_by, asked_at=at)
        copy.resolved_by, copy.resolved_at = wish.resolved_by, wish.resolved_at
        copy.words, copy.reason = words, reason
        copy.save(force_insert=True)
