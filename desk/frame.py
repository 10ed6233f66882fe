"""What every page shows around its content: the lamp, the emergency line, the name of the site. No database."""

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.duty import line_at
from accounts.enums import HelplineFor, Line
from desk import snapshot
from desk.snapshot import Snapshot


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the base templates, in the language of the page; touches no database."""
    seen = snapshot.read()
    return {
        "brand_name": settings.BRAND_NAME,
        "is_demo": settings.DEMO,
        "takes_mail": takes_mail(),
        "employer_name": settings.OIDC.name if settings.OIDC else "",
        "lamp": lamp(seen, timezone.now()),
        "emergency_lines": emergency_lines(seen),
        "desk_lines": desk_lines(seen),
        "desk_mail": settings.DESK_MAIL,
        "checked_on": min((line.checked_on for line in seen.helplines), default=None),
    }


def takes_mail() -> bool:
    """Whether people can write to us by e-mail here; the demo shows what that looks like."""
    return settings.MAILBOX is not None or settings.DEMO


def lamp(seen: Snapshot, at: dt.datetime) -> dict[str, Any]:
    """Who is there at ``at``, and the number: {open, headline, number, tel, cost}. Never empty-handed: see phone_of."""
    line = line_at(at, seen.calendar)
    closing = seen.calendar.next_change(at)
    if line == Line.DESK and closing is not None:
        headline = _("Desk open until %(time)s") % {"time": f"{closing:%H:%M}"}
    else:
        headline = _("After-hours duty. Someone is always there.")
    return {"open": line == Line.DESK, "headline": headline} | phone_of(seen, line)


def phone_of(seen: Snapshot, line: str) -> dict[str, str]:
    """Number, dialling form and cost of one of our lines; the defaults stand in for a line that was removed."""
    found = seen.lines.get(line) or snapshot.defaults().lines[line]
    return {"number": found.number, "tel": dialled(found.number), "cost": found.cost}


def desk_lines(seen: Snapshot) -> list[dict[str, str]]:
    """Both our lines with when they answer, for the foot of the page."""
    labels = {Line.DESK: _("Working days, by day"), Line.AFTER_HOURS: _("Evening, night and weekend")}
    spans = {(row.opens, row.closes) for row in seen.calendar.hours.get("desk", ())}
    if len(spans) == 1:
        opens, closes = spans.pop()
        labels[Line.DESK] = _("Working days %(from)s–%(to)s") % {"from": f"{opens:%H:%M}", "to": f"{closes:%H:%M}"}
    return [{"label": label} | phone_of(seen, line) for line, label in labels.items()]


def emergency_lines(seen: Snapshot) -> list[dict[str, str]]:
    """The helplines of the bar on every page, each with the question it answers."""
    questions = {
        HelplineFor.DANGER: _("In danger now?"),
        HelplineFor.SUICIDE: _("Thinking of suicide?"),
        HelplineFor.HOME_SAFETY: _("Not safe at home?"),
        HelplineFor.SEXUAL_VIOLENCE: _("Sexual violence?"),
    }
    return [
        {
            "label": questions.get(HelplineFor(line.need), line.name),
            "number": line.number,
            "tel": dialled(line.number),
            "action": _("Free:") if line.number.startswith("0800") else _("Call"),
        }
        for line in seen.helplines
        if line.in_bar
    ]


def dialled(number: str) -> str:
    """How a telephone dials a number written for people: with +31, which works from abroad; short ones as they are."""
    digits = re.sub(r"[^\d+]", "", number)
    if len(digits) == 10 and digits.startswith("0") and not digits.startswith(("0800", "0900")):
        return "+31" + digits[1:]
    return digits
