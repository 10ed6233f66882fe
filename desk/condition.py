"""How the machinery is doing: for the monitor (desk/views/health.py) and as a red line on the desk's dashboard."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import delivery
from accounts.counting import Question, recall
from desk import sweeps
from desk.mailroom import mailbox

LATE_TICK = dt.timedelta(seconds=120)
LATE_NOTICE = dt.timedelta(minutes=5)
LATE_MAIL = dt.timedelta(minutes=5)
MAILBOX = mailbox.NAME

FACTS = """SELECT (SELECT max(at) FROM accounts_heartbeat WHERE name = ANY(%s)) AS run,
           (SELECT min(created_at) FROM ({waits}) AS waits) AS oldest,
           (SELECT count(*) FROM accounts_notice WHERE dead_at > %s::timestamptz - %s) AS dead,
           (SELECT max(at) FROM accounts_heartbeat WHERE name = %s) AS mail,
           (SELECT array_agg(name ORDER BY name) FROM accounts_heartbeat
            WHERE name LIKE 'fail:%%' AND at > %s::timestamptz - %s) AS failing
"""


@dataclass(frozen=True)
class Condition:
    """Ages are None when nobody ever swept, or nothing waits to be sent. ``failing`` names steps of the sweep."""

    last_run: dt.timedelta | None
    oldest_undelivered: dt.timedelta | None
    dead_notices: int
    failing: tuple[str, ...]
    last_mail: dt.timedelta | None = None  # since the mailbox was looked into, when there is one

    @property
    def problems(self) -> list[str]:
        """Codes for a monitor."""
        wrong = {
            "tick": self.last_run is None or self.last_run > LATE_TICK,
            "delivery": self.oldest_undelivered is not None and self.oldest_undelivered > LATE_NOTICE,
            "dead_notices": self.dead_notices > 0,
            MAILBOX: settings.MAILBOX is not None and (self.last_mail is None or self.last_mail > late_mail()),
        }
        return [*(name for name, is_wrong in wrong.items() if is_wrong), *(f for f in self.failing if f != MAILBOX)]

    @property
    def sentences(self) -> list[str]:
        """The same for the people at the desk: what it means for them."""
        problems, said = set(self.problems), []
        if problems & {"tick", *self.failing} - {MAILBOX}:
            said.append(_("Alerts and reminders do not go out by themselves at the moment. Keep an eye on the list."))
        if MAILBOX in problems:
            said.append(_("New e-mail is not coming in at the moment. What people wrote is safe on the mail server."))
        if "delivery" in problems:
            said.append(_("Mail is not getting out at the moment. Call instead."))
        if self.dead_notices:
            said.append(
                ngettext(
                    "%(n)d mail of the last week could not be sent, and will not be tried again.",
                    "%(n)d mails of the last week could not be sent, and will not be tried again.",
                    self.dead_notices,
                )
                % {"n": self.dead_notices}
            )
        return said


def read(at: dt.datetime) -> Condition:
    """One query, on partial indexes; raises what the database raises when it is away."""
    (row,) = recall(("condition",), at, lambda: _facts(at))
    names = tuple(name.removeprefix(sweeps.FAILED) for name in row["failing"] or ())
    return Condition(
        last_run=_age(row["run"], at), oldest_undelivered=_age(row["oldest"], at), dead_notices=row["dead"],
        failing=names, last_mail=_age(row["mail"], at),
    )  # fmt: skip


def _facts(at: dt.datetime) -> Question:
    waits, kinds = delivery.undelivered().values("created_at").query.sql_with_params()
    rest = (at, delivery.SHOW_DEAD_FOR, MAILBOX, at, sweeps.SHOW_FAILURES_FOR)
    return FACTS.format(waits=waits), (list(sweeps.SOURCES), *kinds, *rest)


def late_mail() -> dt.timedelta:
    """After how long without a look into the mailbox something is wrong."""
    return max(LATE_MAIL, 5 * dt.timedelta(seconds=settings.MAILBOX.every if settings.MAILBOX else 0))


def _age(moment: dt.datetime | None, at: dt.datetime) -> dt.timedelta | None:
    return max(at - moment, dt.timedelta(0)) if moment else None
