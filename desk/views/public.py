"""Pages that everyone may read. They show what the snapshot says and touch no database."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.duty import line_at
from accounts.enums import HelplineFor, Line
from accounts.permissions import public
from cases.deadlines import first_contact_by
from cases.enums import Urgency
from cases.moments import before_words, clock, from_words
from desk import snapshot
from desk.frame import phone_of
from referrals import reaching
from referrals.enums import Destination

WAYS = {
    # slug: (wish or situation that the form begins with, need of the helplines shown)
    "own-worker": ("wens=own_worker", ()),
    "chaplain": ("wens=chaplain", (HelplineFor.CHAPLAIN, HelplineFor.TALK)),
    "on-mission": ("situatie=unit_mission", (HelplineFor.CHAPLAIN,)),
    "family": ("voor=family_of_colleague", (HelplineFor.HOME_SAFETY, HelplineFor.TALK)),
}

REACHED = {
    # name in the template: (page, whom)
    "chaplain": ("chaplain", Destination.CHAPLAIN),
    "smt": ("on-mission", Destination.SMT),
    "biu": ("on-mission", Destination.BIU),
}


@require_safe
@public("The front page.", stateless=True)
def home(request: HttpRequest) -> HttpResponse:
    """By day and by night the same page; the lamp, the first number and the promise follow the opening hours."""
    at, seen = timezone.now(), snapshot.read()
    is_open = line_at(at, seen.calendar) == Line.DESK
    change = seen.calendar.next_change(at)
    context = {
        "is_open": is_open,
        "organisation": settings.ORGANISATION_NAME[get_language()],
        "change": clock(change) if change else "",
        "opens": from_words(change, at) if change and not is_open else "",
        "by_day": phone_of(seen, Line.DESK),
        "by_night": phone_of(seen, Line.AFTER_HOURS),
        "promise": before_words(first_contact_by(Urgency.ROUTINE, at, seen.calendar), at),
    }
    return TemplateResponse(request, "desk/public/home.html", context)


@require_safe
@public("Numbers for who cannot wait.", stateless=True)
def help_now(request: HttpRequest) -> HttpResponse:
    """Every number, the most urgent first."""
    return TemplateResponse(request, "desk/public/help_now.html", {"helplines": snapshot.read().helplines})


@require_safe
@public("Explains another way to help.", stateless=True)
def way(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the other doors: own social worker, chaplain, on a mission, family."""
    if slug not in WAYS:
        raise Http404
    (begins_with, needs), seen = WAYS[slug], snapshot.read()
    context: dict[str, Any] = {
        "slug": slug,
        "begins_with": begins_with,
        "helplines": seen.helplines_for(*needs),
        "smt_roles": seen.arranged.places,
        **_ways(slug, seen, timezone.now()),
    }
    return TemplateResponse(request, f"desk/public/way_{slug.replace('-', '_')}.html", context)


def _ways(slug: str, seen: snapshot.Snapshot, at: dt.datetime) -> dict[str, Any]:
    """How to reach a chaplain, or help on a mission: those for everyone, and apart those of one unit."""
    found: dict[str, Any] = {}
    for name, (page, destination) in REACHED.items():
        if slug == page:
            rows = [one for one in seen.reaches if one.destination == destination]
            ways = [reaching.way_at(one, at, seen.calendar) for one in rows]
            found[f"{name}_ways"] = [way for way in ways if way.facts.unit_id == reaching.EVERYONE]
            found[f"{name}_of_units"] = [way for way in ways if way.facts.unit_id != reaching.EVERYONE]
    return found


@require_safe
@public("Explains who sees what.", stateless=True)
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees what, what we keep, and what someone can ask of us."""
    return TemplateResponse(request, "desk/public/privacy.html")


@require_safe
@public("Says how accessible the site is.", stateless=True)
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used, and whom to tell when it cannot."""
    return TemplateResponse(request, "desk/public/accessibility.html")
