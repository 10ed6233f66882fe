"""Hearing words of the list in what is written later, as in the story itself (decision 10).

They may only raise, and whoever is on duty is alerted as at sending: also when somebody spoke to the client before, or
a worker has the case, because whoever that is may be asleep. Only a person ends such an alert.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import Team
from cases import actions, keywords, messages
from cases.documents import Upload
from cases.enums import AT_DESK, AccessReason, AccessScope, Urgency
from cases.models import Case, Invitation, Message
from cases.moves import locked
from cases.permissions import grant
from desk import paging, snapshot

SEEN_FOR = dt.timedelta(hours=24)
"""How long the after-hours line may open the contact details of a case that a worker has."""


@transaction.atomic
def client_added(case: Case, text: str, *, by: Actor, at: dt.datetime, submission_id: uuid.UUID) -> Case:
    """As cases.actions.client_added, and listened to once."""
    before = locked(case).version
    case = actions.client_added(case, text, by=by, at=at, submission_id=submission_id)
    if case.version != before:
        listen(case, text, at=at)
    return case


@transaction.atomic
def send(
    case: Case, *, submission_id: uuid.UUID, body: str, by: Actor, at: dt.datetime, family: Invitation | None = None,
    text: str = "", answers: Message | None = None, files: Sequence[Upload] = (),
) -> Message:  # fmt: skip
    """As cases.messages.send, for a message from outside, and listened to once; ``text`` when more was written."""
    before = locked(case).version
    message = messages.send(
        case, submission_id=submission_id, body=body, by=by, at=at, family=family, answers=answers, files=files
    )  # fmt: skip
    if message.case.version != before:
        listen(message.case, text or body, at=at)
    return message


@transaction.atomic
def listen(case: Case, text: str, *, at: dt.datetime) -> None:
    """Raise the urgency when words of the list ask for it, and alert who is on duty."""
    said = keywords.heard(text, snapshot.read().keywords)
    if not said.words:
        return
    case = locked(case)
    if Urgency(said.raises_to).rank < case.urgency_rank:
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("Words in what was written later: %(words)s") % {"words": ", ".join(said.words)}
        calendar = snapshot.read().calendar
        case = actions.set_urgency(case, said.raises_to, reason=reason, by=paging.BY, at=at, calendar=calendar)
    alert(case, at=at)


def alert(case: Case, *, at: dt.datetime) -> None:
    """Alert who is on duty, also about a case of a worker; the after-hours line may open how to reach the client for a
    day. Low-level: the case is locked."""
    if case.state not in AT_DESK:
        night = Team.objects.get(kind=TeamKind.AFTER_HOURS)
        grant(
            case, reason=AccessReason.NIGHT, team_id=night.pk, scope=AccessScope.CONTACT, at=at, ends_at=at + SEEN_FOR,
            source="words heard",
        )  # fmt: skip
    paging.raise_alert(case, by=paging.BY, at=at, heard=True)
