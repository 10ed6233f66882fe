"""What the demo shows of hours and rosters: other hours on a day, a pattern, a swap, holes, and a hand-over."""

import datetime as dt

from accounts import patterns, swaps
from accounts.actions import Clash
from accounts.actors import actor_for
from accounts.duty import load_calendar, roster
from accounts.enums import ClosedDays, OpenFor, Rotation
from accounts.models import Closure, DataKey, OpeningHours, Shift, ShiftHandover, ShiftPattern
from accounts.shifts import midnight
from desk.demo.organisation import Organisation

DAY = dt.timedelta(days=1)
NOTE = "NB-zaken van vannacht staan in de lijst. Twee mensen niet bereikt: graag na tienen nog eens proberen."


def fill(made: Organisation, at: dt.datetime) -> None:
    """Els keeps the roster; Samira asks her to take tomorrow's or the next shift."""
    _hours(made, at.date())
    _pattern(made, at)
    _hole(at.date())
    _swap(made, at)
    _handover(made, at)


def _hours(made: Organisation, today: dt.date) -> None:
    for weekday in range(1, 6):
        OpeningHours.objects.create(
            team=made.teams["desk"], channel=OpenFor.VISIT, weekday=weekday, opens=dt.time(10), closes=dt.time(12)
        )
    day = next(one for one in (today + n * DAY for n in range(9, 30)) if one.isoweekday() <= 5)
    Closure.objects.get_or_create(
        day=day, team=made.teams["regional-west"], channel="",
        defaults={"name_nl": "Studiemiddag", "name_en": "Training", "opens": dt.time(8), "closes": dt.time(12)},
    )  # fmt: skip


def _pattern(made: Organisation, at: dt.datetime) -> None:
    """Begins after the roster that is filled already, and has not been made yet."""
    last = Shift.objects.order_by("-ends_at").values_list("ends_at", flat=True)[0]
    first = last.date() + DAY
    pattern = ShiftPattern(
        team=made.teams["after-hours"], weekdays=[1, 2, 3, 4, 5, 6, 7], starts=dt.time(17), ends=dt.time(8),
        closed_days=ClosedDays.ALSO, rotation=Rotation.WEEK, first_day=first, last_day=first + 27 * DAY,
    )  # fmt: skip
    patterns.keep(pattern, [made.users["nadia"], made.users["otto"]], by=actor_for(made.users["els"], at), at=at)


def _hole(today: dt.date) -> None:
    """In the second week one night has nobody, and another only one person."""
    night = Shift.objects.filter(team__code="after-hours")
    night.filter(starts_at__range=(midnight(today + 11 * DAY), midnight(today + 12 * DAY))).delete()
    second = night.filter(starts_at__range=(midnight(today + 8 * DAY), midnight(today + 9 * DAY)), position=2)
    second.delete()


def _swap(made: Organisation, at: dt.datetime) -> None:
    shift = Shift.objects.filter(user=made.users["samira"], starts_at__gt=at).order_by("starts_at").first()
    if shift is None:
        return
    half = shift.starts_at + (shift.ends_at - shift.starts_at) / 2
    half = half.replace(minute=0, second=0, microsecond=0)
    try:
        swaps.ask(
            shift,
            made.users["els"],
            starts_at=half,
            ends_at=shift.ends_at,
            by=actor_for(made.users["samira"], at),
            at=at,
        )
    except Clash:
        return  # Els has another shift then


def _handover(made: Organisation, at: dt.datetime) -> None:
    turns = roster(at, load_calendar()).on_duty
    if not turns:
        return
    writer = made.users["otto" if turns[0].team == "desk" else "joost"]
    for back, read in ((7, True), (0, False)):
        when = turns[0].starts_at - back * DAY
        ShiftHandover.objects.create(
            team=made.teams[turns[0].team], starts_at=when, data_key=DataKey.objects.make(), note=NOTE,
            written_by=writer, written_at=when - dt.timedelta(minutes=20),
            read_by=turns[0].user if read else None, read_at=when + dt.timedelta(minutes=5) if read else None,
        )  # fmt: skip
