"""Finding the provider that a letter goes to."""

import datetime as dt
from uuid import UUID

from cases.models import Case
from referrals.directory import finding
from referrals.directory.enums import PhoneKind
from referrals.directory.finding import Wanted
from referrals.directory.models import Phone, Service

MOST = 20


def service_of(number: str) -> Service | None:
    """The service with this id that can be found now; none for anything else."""
    try:
        pk = UUID(number)
    except ValueError:
        return None
    return Service.objects.found().select_related("provider").filter(pk=pk).first()


def look_for(words: str, case: Case, at: dt.datetime) -> list[Service]:
    """The services that these words find; without words those that help with what the case is about, or else all. Two
    queries at most."""
    rows = finding.matching(Wanted(words=words), at).select_related("provider")
    if words:
        return list(rows[:MOST])
    helping = Service.needs.through.objects.filter(need__topics__in=case.topics).values("service")
    return list(rows.filter(pk__in=helping)[:MOST]) or list(rows[:MOST])


def reached_at(service: Service) -> tuple[str, str]:
    """E-mail address and number to call of a service, or else of its provider; empty where there is none. One query."""
    provider = service.provider
    rows = Phone.objects.filter(service=service) | Phone.objects.filter(provider=service.provider_id or service.pk)
    phone = rows.filter(kind=PhoneKind.VOICE).order_by("service", "number").first()
    return service.email or (provider.email if provider else ""), phone.number if phone else ""
