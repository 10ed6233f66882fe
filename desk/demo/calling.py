"""Times to be called back, and people who are to be called: chosen, not reached, and a voice message of somebody."""

import datetime as dt

from accounts.actors import actor_for, follower
from accounts.calendar import Calendar
from accounts.duty import line_at, load_calendar
from accounts.enums import Line
from cases import callbacks, telephone
from cases.enums import CallBackSource
from cases.models import CallBackHour, Case
from cases.telephone import Event
from desk.demo.organisation import Organisation

HOUR = dt.timedelta(hours=1)
BY_DAY = {(day, hour): 2 for day in range(1, 6) for hour in (9, 10, 11, 13, 14, 15, 16)}
AT_NIGHT = {(day, hour): 1 for day in range(1, 8) for hour in (18, 19, 20)}


def open_hours() -> None:
    """Two people in each half hour by day, one in the evening."""
    for line, places in ((Line.DESK, BY_DAY), (Line.AFTER_HOURS, AT_NIGHT)):
        CallBackHour.objects.bulk_create(
            CallBackHour(line=line, weekday=day, hour=hour, places=count) for (day, hour), count in places.items()
        )


def fill(made: Organisation, at: dt.datetime) -> None:
    """Some requests at the desk that nobody tried yet chose a time; the telephone reported two callers."""
    open_hours()
    calendar = load_calendar()
    may = [case for case in Case.objects.new().by_pressure().select_related("person__contact", "person__data_key")]
    may = [case for case in may if not callbacks.why_not(case)]
    for case, slot in zip(may[-2:], callbacks.load_slots(at).free(at, calendar)[1::3], strict=False):
        callbacks.choose(case, slot.start, by=follower(case.pk), at=at, calendar=calendar)
    if may[:-2]:
        samira = actor_for(made.users["samira"], at)
        callbacks.agree(may[0], at + HOUR, by=samira, at=at)
    _rang("1", at - HOUR, CallBackSource.MISSED_CALL, "+31880000071", calendar, at=at)
    _rang("2", at - HOUR / 2, CallBackSource.MISSED_CALL, "+31880000071", calendar, at=at)
    _rang("3", at - HOUR / 3, CallBackSource.VOICEMAIL, "+31880000072", calendar, at=at, recording="bericht-3107")
    _rang("4", at - 2 * HOUR, CallBackSource.MISSED_CALL, "", calendar, at=at)


def _rang(
    number: str, when: dt.datetime, kind: str, caller: str, calendar: Calendar, *, at: dt.datetime, recording: str = ""
) -> None:
    line = line_at(when, calendar)
    event = Event(f"demo-{number}", kind, line, when, number=caller, seconds=25, recording=recording)
    telephone.take_event(event, at=at, calendar=calendar)
