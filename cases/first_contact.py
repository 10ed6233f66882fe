"""The first contact person, when they are rung, and whether the service member abroad hears it when something serious
happens at home. Kept with the person, so that it holds for every case of theirs (R8)."""

import datetime as dt
from dataclasses import asdict, dataclass, field, fields

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Weekday
from cases import timeline
from cases.enums import EntryKind
from cases.models import Case, FirstContact
from cases.moves import Changed, NeedsReason, locked
from cases.safe_contact import Rule

MOST_TIMES = 6
"""A day."""


@dataclass(frozen=True)
class Agreed:
    """The answers, checked by the form."""

    name: str = ""
    relation: str = ""
    number: str = ""
    ring_times: list[dt.time] = field(default_factory=list)
    ring_days: list[int] = field(default_factory=list)  # empty: every day
    tell_abroad: bool = False
    abroad_how: str = ""


def of(case: Case) -> FirstContact | None:
    """What was agreed, if anything. No query when the case was read with ``person__first_contact``."""
    row: FirstContact | None = getattr(case.person, "first_contact", None)
    if row is not None:
        row.person = case.person  # its key is the person's
    return row


@transaction.atomic
def change(
    case: Case, agreed: Agreed, *, by: Actor, at: dt.datetime, reason: str = "", seen: str | None = None
) -> FirstContact:
    """Keep new answers; they count at once. Staff say why. Raises NeedsReason, and Changed when the answers are others
    than those the form showed (``seen``, from ``mark``); the same answers again change nothing."""
    case = locked(case)
    if by.roles and not reason.strip():
        raise NeedsReason(_("Write down who asked for this, or why it changes."))
    kept = of(case)
    if seen is not None and seen != mark(kept):
        if kept is not None and agreed == agreed_in(kept):
            return kept
        raise Changed(case)
    row = kept or FirstContact(person=case.person)
    for name, value in asdict(agreed).items():
        setattr(row, name, value)
    row.changed_at = at
    row.save()
    timeline.add(case, EntryKind.FIRST_CONTACT, by=by, at=at, text=reason.strip(), for_client=True)
    audit.record("person.first_contact", by=by, at=at, case_id=case.pk, obj=row)
    return row


def mark(row: FirstContact | None) -> str:
    """Which answers these are, for a form to carry along."""
    return row.changed_at.isoformat() if row else ""


def agreed_in(row: FirstContact) -> Agreed:
    """The answers of a row."""
    return Agreed(**{one.name: getattr(row, one.name) for one in fields(Agreed)})


def rules(case: Case) -> list[Rule]:
    """For the strip with the client's wishes."""
    row = of(case)
    if row is None:
        return []
    lines = []
    who = ", ".join(part for part in (str(row.name), str(row.relation), str(row.number)) if part)
    if who:
        lines.append(Rule("person-badge", _("First contact person: %(who)s") % {"who": who}))
    if when := ring_words(row):
        lines.append(Rule("bell", _("Agreed to ring: %(when)s") % {"when": when}))
    if row.tell_abroad:
        how = str(row.abroad_how) or _("ask how")
        lines.append(Rule("globe2", _("Something serious at home? Tell the one abroad: %(how)s") % {"how": how}))
    elif row.abroad_how:
        lines.append(Rule("globe2", _("Tell the one abroad nothing")))
    return lines


def ring_words(row: FirstContact) -> str:
    """Such as "Mon, Wed 08:30, 19:00"; empty when nothing is agreed."""
    times = ", ".join(f"{time:%H:%M}" for time in row.ring_times)
    days = ", ".join(str(Weekday(day).label) for day in row.ring_days)
    return f"{days}: {times}" if times and days else times
