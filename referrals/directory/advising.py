"""Telling a client about outside help. It stands in the timeline of the case; the directory keeps nothing of it."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import timeline
from cases.enums import EntryKind
from cases.models import Case, TimelineEntry
from cases.moves import NotNow, locked
from referrals.directory.models import Phone, Service


@transaction.atomic
def tell(case: Case, service: Service, *, by: Actor, at: dt.datetime) -> None:
    """Write down that the client was told of this help, by its name and number, which they see too. Twice on one day
    is once. Raises NotNow when the case is closed."""
    case = locked(case)
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    if told_in(case).get(service.pk) == timezone.localdate(at):
        return
    facts = {"entry": str(service.pk)}
    timeline.add(case, EntryKind.OUTSIDE_HELP, facts=facts, text=_words(service), for_client=True, by=by, at=at)
    audit.record("case.outside_help", by=by, at=at, case_id=case.pk, obj=service)


def told_in(case: Case) -> dict[UUID, dt.date]:
    """Of which help this client was told, and on which day last. One query."""
    rows = TimelineEntry.objects.filter(case=case, kind=EntryKind.OUTSIDE_HELP).order_by("at").values("facts", "at")
    return {UUID(row["facts"]["entry"]): timezone.localdate(row["at"]) for row in rows}


def _words(service: Service) -> str:
    """As somebody can find it again without this site."""
    own = Phone.objects.filter(service=service, for_staff=False).order_by("number").first()
    number = service.helpline.number if service.helpline else own.number if own else ""
    name = service.provider.name if service.provider and service.provider.name != service.name else ""
    return ", ".join(part for part in (str(service.name), name, number) if part)
