"""Run inside a site's own processes (``Site.python``): at whatever hour the tests run, it is night there."""

import datetime as dt

from django.utils import timezone

from accounts.duty import load_calendar
from accounts.models import OpeningHours, Shift
from desk import snapshot
from tests.journeys.scene import cast, show

NOON, TWELVE_HOURS = 12, dt.timedelta(hours=12)


def falls() -> None:
    """The desk, and every team with hours, is open at the other end of the day only; Nadia has the shift. Shows
    whether the desk is open."""
    here, now = cast(), timezone.now()
    early = timezone.localtime(now).hour >= NOON
    opens, closes = (dt.time(3), dt.time(4)) if early else (dt.time(22), dt.time(23))
    teams = set(OpeningHours.objects.values_list("team", flat=True))
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(team_id=team, weekday=weekday, opens=opens, closes=closes)
        for team in teams for weekday in range(1, 8)
    )  # fmt: skip
    Shift.objects.filter(team=here.teams["after-hours"]).delete()
    start, end = now - TWELVE_HOURS, now + TWELVE_HOURS
    Shift.objects.create(team=here.teams["after-hours"], user=here.users["nadia"], starts_at=start, ends_at=end)
    snapshot.write(now)
    show(load_calendar().is_open(now))
