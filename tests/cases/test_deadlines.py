"""By when: at closing time, on Fridays, over days off and over the clock change."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import defaults
from accounts.duty import calendar_of
from cases.deadlines import (
    alert_every,
    answer_message_by,
    check_terms,
    first_contact_by,
    referral_clock,
    starting_urgency,
    terms,
)
from cases.defaults import TOPICS
from cases.enums import Overlay, Urgency
from cases.topics import TopicFacts

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CALENDAR = calendar_of(defaults.HOURS, [(day, None) for day, _, _ in defaults.closures()])
KNOWN = {row["code"]: TopicFacts(**row) for row in TOPICS}


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("urgency", "sent", "by"),
    [
        ("emergency", "2026-03-10T16:59:59", "2026-03-10T17:29:59"),
        ("emergency", "2026-03-15T02:50:00", "2026-03-15T03:20:00"),
        ("urgent", "2026-03-10T17:00:00", "2026-03-10T21:00:00"),
        ("urgent", "2026-04-27T03:00:00", "2026-04-27T07:00:00"),  # King's Day, at night
        ("soon", "2026-03-10T16:59:59", "2026-03-11T17:00:00"),
        ("soon", "2026-03-10T17:00:00", "2026-03-11T17:00:00"),
        ("soon", "2026-03-13T16:59:59", "2026-03-16T17:00:00"),  # Friday
        ("soon", "2026-04-24T10:00:00", "2026-04-28T17:00:00"),  # Friday before King's Day
        ("soon", "2026-03-28T23:30:00", "2026-03-30T17:00:00"),  # the clock changes that night
        ("routine", "2026-03-10T10:00:00", "2026-03-13T17:00:00"),
        ("routine", "2026-03-12T17:00:00", "2026-03-17T17:00:00"),
        ("routine", "2026-12-23T10:00:00", "2026-12-29T17:00:00"),  # over Christmas
    ],
)
def test_the_promised_first_contact(urgency: str, sent: str, by: str) -> None:
    assert first_contact_by(urgency, local(sent), CALENDAR) == local(by)


def test_minutes_by_the_clock_are_real_minutes_when_the_clock_changes() -> None:
    spring = first_contact_by("emergency", local("2026-03-29T01:45"), CALENDAR)
    autumn = first_contact_by("urgent", local("2026-10-25T00:30"), CALENDAR)
    assert spring.isoformat() == "2026-03-29T03:15:00+02:00"
    assert autumn.isoformat() == "2026-10-25T03:30:00+01:00"


@pytest.mark.parametrize(
    ("urgency", "offered", "remind", "due"),
    [
        ("emergency", "2026-03-10T10:00:00", "2026-03-10T11:00:00", "2026-03-10T12:00:00"),
        ("emergency", "2026-03-10T16:59:59", "2026-03-11T08:59:59", "2026-03-11T09:59:59"),
        ("urgent", "2026-03-13T15:00:00", "2026-03-13T17:00:00", "2026-03-16T10:00:00"),  # over the weekend
        ("soon", "2026-03-10T17:00:00", "2026-03-11T12:30:00", "2026-03-11T17:00:00"),
        ("soon", "2026-03-27T12:00:00", "2026-03-27T16:30:00", "2026-03-30T12:00:00"),  # the clock change
        ("routine", "2026-04-24T12:00:00", "2026-04-28T16:30:00", "2026-04-30T12:00:00"),  # King's Day
    ],
)
def test_a_referral_reminds_at_half_time_and_comes_back_at_the_end(
    urgency: str, offered: str, remind: str, due: str
) -> None:
    assert referral_clock(urgency, local(offered), CALENDAR) == (local(remind), local(due))


def test_alerts_go_up_every_five_or_fifteen_minutes() -> None:
    minutes = {urgency: alert_every(urgency) for urgency in Urgency}
    assert minutes == {
        Urgency.EMERGENCY: dt.timedelta(minutes=5),
        Urgency.URGENT: dt.timedelta(minutes=15),
        Urgency.SOON: None,
        Urgency.ROUTINE: None,
    }


def test_a_message_has_an_answer_before_the_next_working_day_ends() -> None:
    assert answer_message_by(local("2026-03-13T16:59:59"), CALENDAR) == local("2026-03-16T17:00")


@pytest.mark.parametrize(
    ("overlay", "topics", "urgency"),
    [
        (Overlay.NONE, [], Urgency.ROUTINE),
        (Overlay.NONE, ["info.question", "private.care_health"], Urgency.ROUTINE),
        (Overlay.NONE, ["work.conflict"], Urgency.SOON),
        (Overlay.NONE, ["mission.home_front", "private.family_children"], Urgency.SOON),
        (Overlay.NONE, ["work.stress_burnout", "work.career_fit"], Urgency.SOON),
        (Overlay.NONE, ["mission.during"], Urgency.SOON),
        (Overlay.NONE, ["private.bereavement"], Urgency.URGENT),
        (Overlay.NONE, ["info.question", "work.incident"], Urgency.URGENT),
        (Overlay.NONE, ["private.safety_home"], Urgency.URGENT),
        (Overlay.NONE, ["mental.low_mood"], Urgency.URGENT),
        (Overlay.NONE, ["mental.suicidal_thoughts"], Urgency.URGENT),
        (Overlay.NONE, ["not_asked"], Urgency.ROUTINE),
        (Overlay.EMERGENCY, ["info.question"], Urgency.EMERGENCY),
        (Overlay.EMERGENCY, [], Urgency.EMERGENCY),
    ],
)
def test_the_urgency_at_the_start(overlay: str, topics: list[str], urgency: str) -> None:
    assert starting_urgency(overlay, topics, KNOWN) == urgency


def test_a_risk_topic_is_urgent_whatever_its_own_urgency() -> None:
    calm = TopicFacts(code="x", name_nl="x", name_en="x", is_risk=True, starts_as="routine", order=1)
    assert starting_urgency(Overlay.NONE, ["x"], {"x": calm}) == Urgency.URGENT


def test_the_settings_replace_single_terms(settings: Any) -> None:
    settings.URGENCY_TERMS = {"urgent": {"contact_working_days": 1}, "soon": {"referral_hours": 2}}
    assert first_contact_by("urgent", local("2026-03-10T10:00"), CALENDAR) == local("2026-03-11T17:00")
    assert referral_clock("soon", local("2026-03-10T10:00"), CALENDAR)[1] == local("2026-03-10T12:00")
    assert terms("urgent").alert_minutes == 15


@pytest.mark.parametrize("bad", [{"pressing": {"alert_minutes": 1}}, {"urgent": {"alert_hours": 1}}])
def test_a_term_that_does_not_exist_stops_the_site(settings: Any, bad: dict[str, Any]) -> None:
    settings.URGENCY_TERMS = bad
    with pytest.raises(ImproperlyConfigured, match="NABIJ_URGENCY_TERMS knows the urgencies emergency, urgent"):
        check_terms()
