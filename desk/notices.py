"""Kinds of notices about screens that span apps; none carries a detail."""

import datetime as dt
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import system
from accounts.models import Notice
from accounts.notices import FAILED, GIVEN_UP, Address, Kind, address_of_user, register
from cases import timeline
from cases.enums import EntryKind
from cases.models import Alert, Case
from desk import tap

BY = system("desk.paging")
NOTHING = UUID(int=0)


def address_of_alerted(notice: Notice) -> Address:
    """Whoever is alerted. One that had to wait is left out when someone is on it by now, or a newer one follows."""
    alerts = Alert.objects.of(notice.subject_id or NOTHING)
    if alerts.exists() and not alerts.open().exists():
        return Address(skip="someone is on it")
    if Notice.objects.newer_than(notice).exists():
        return Address(skip="a newer one follows")
    return address_of_user(notice)


def path_of_alert(notice: Notice) -> str:
    """The link with one button, for this person and this alert only; it is kept nowhere."""
    alert = notice.params.get("alert")
    return reverse("tap", args=[tap.token(UUID(alert), notice.user_id)]) if alert and notice.user_id else notice.path


def keep_how_it_went(notice: Notice, how: str, at: dt.datetime) -> None:
    """On the timeline of the request: who was sent something by which way, or why that did not work."""
    if how not in ("", FAILED, GIVEN_UP, "no number", "no address", "no active user"):
        return
    case = Case.objects.filter(pk=notice.subject_id or NOTHING).only("id").first()
    if case is not None:
        facts = {"to_user": notice.user_id, "by_way": notice.channel, "how": how if how in ("", FAILED) else "never"}
        timeline.add(case, EntryKind.ALERT_SENT, by=BY, at=at, facts=facts)


ALERT = register(
    Kind(
        code="case.alert",
        title=_("Urgent: someone needs you now"),
        text=_("An urgent request waits for the person on duty. Open it and press 'I am on it'."),
        address=address_of_alerted,
        priority=1,
        path=path_of_alert,
        brief=_("There is something for you on the duty page."),
        ended=keep_how_it_went,
    )
)
ALERT_GAP = register(
    Kind(
        code="case.alert_gap",
        title=_("Urgent: nobody on the roster"),
        text=_("An urgent request waits and a step of the roster is empty. Open it and make sure someone picks it up."),
        address=address_of_alerted,
        priority=1,
        brief=_("There is something for you on the duty page."),
    )
)
ADVICE_PASSED = register(
    Kind(
        code="advice.passed",
        title=_("A commander asks for advice"),
        text=_("The desk passed a request for advice to your team. Open it to answer."),
        priority=3,
    )
)

WORK_HANDED_OVER = register(
    Kind(
        code="staff.work",
        title=_("You have the work of a colleague who left"),
        text=_("It is on your list and on the board. Look first at what is due first."),
        priority=2,
    )
)
WORK_BACK = register(
    Kind(
        code="staff.work_back",
        title=_("The work of a colleague is back at the desk"),
        text=_("A colleague left. What was theirs waits on the dashboard."),
        priority=2,
    )
)
CASES_GIVEN = register(
    Kind(
        code="case.given_many",
        title=_("A colleague gave you requests"),
        text=_("They are on your list at the desk."),
        priority=3,
    )
)
