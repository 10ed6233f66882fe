"""Run inside a site's own processes (``Site.python``): sets the scene for the kill tests, tells what came of it."""

import datetime as dt
import json
from collections import Counter
from typing import Any

from django.utils import timezone

from accounts import duty
from accounts.delivery import message_id
from accounts.models import Membership, Notice, Team, Unit, User
from accounts.notices import tell_user
from cases.enums import CaseState, Urgency
from cases.models import Case
from cases.notices import CASE_GIVEN
from desk import paging
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import make_referral

MINUTE = dt.timedelta(minutes=1)


def show(value: Any) -> None:
    """The answer, for whoever asked."""
    print(json.dumps(value, default=str))


def people() -> None:
    """The organisation, with a roster around today."""
    make_cast(timezone.localtime())


def cast() -> Cast:
    """The people that are there, as the tests know them."""
    return Cast(
        at=timezone.localtime(),
        users={user.email.split("@")[0]: user for user in User.objects.all()},
        units={unit.code: unit for unit in Unit.objects.all()},
        teams={team.code: team for team in Team.objects.all()},
    )


def queue(count: int, occasion: str) -> None:
    """Notices to all staff in turn, each committed and hinted on its own; shows the Message-IDs of their mails."""
    staff = list(User.objects.filter(pk__in=Membership.objects.values("user")).order_by("pk"))
    for number in range(count):
        receiver = staff[number % len(staff)]
        tell_user(CASE_GIVEN, receiver, about=None, occasion=f"{occasion}{number}", at=timezone.now())
    mails = Notice.objects.filter(channel="email", dedupe_key__contains=f":{occasion}")
    show([message_id(notice) for notice in mails])


def plan_an_hour() -> None:
    """Something of every kind that falls due within the next hour, and nothing that is due now.

    An emergency that was just alerted, a hand-over at half time, one at its deadline, a client we wait for, and a
    mail that was put back. Shows whom the coming steps have to reach.
    """
    here, now = cast(), timezone.now()
    emergency = make_case(here, at=now, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None)
    paging.raise_alert(emergency, by=paging.BY, at=now)
    half, end = (make_referral(here, at=now, urgency=Urgency.URGENT) for _ in range(2))
    Referral.objects.filter(pk=half.pk).update(remind_at=now + 20 * MINUTE, due_at=now + 300 * MINUTE)
    Referral.objects.filter(pk=end.pk).update(reminded_at=now, remind_at=now, due_at=now + 30 * MINUTE)
    waiting = make_case(here, at=now, state=CaseState.WAITING_CLIENT, waiting_until=now + 40 * MINUTE)
    tell_user(CASE_GIVEN, here.bram, about=None, occasion="put back", at=now + 10 * MINUTE)
    turns = duty.roster(now).on_duty
    show({"first": turns[0].user.email, "waiting": waiting.reference, "expired": end.case.reference})


def an_hour_passes() -> None:
    """Everything that waits for a moment waits an hour less, as if the clock had run while nobody looked."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table, columns in MOMENTS.items():
            shifted = ", ".join(f"{column} = {column} - interval '1 hour'" for column in columns)
            cursor.execute(f"UPDATE {table} SET {shifted}")  # noqa: S608 - names from the table below


MOMENTS = {
    "cases_alert": ("raised_at", "next_step_at"),
    "cases_case": ("sent_at", "state_since", "first_contact_due_at", "waiting_until"),
    "referrals_referral": ("offered_at", "remind_at", "due_at", "reminded_at"),
    "accounts_notice": ("created_at", "available_at", "lease_until"),
}


def told() -> None:
    """Shows how often each person was mailed what, and what is still to be sent."""
    mails = Notice.objects.filter(channel="email").select_related("user")
    counted = Counter(f"{mail.kind} {mail.user.email if mail.user else 'client'}" for mail in mails if mail.sent_at)
    waiting = [mail.kind for mail in mails if mail.finished_at is None]
    states = {case.reference: [case.state, case.owner_id] for case in Case.objects.all()}
    show(
        {
            "sent": counted,
            "waiting": waiting,
            "states": states,
            "ids": [message_id(mail) for mail in mails if mail.sent_at],
        }
    )
