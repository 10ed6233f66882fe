"""What the database of a running site says, asked as its superuser: what no page shows."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from tests.journeys.site import Site
from tests.mailbox import Letter, eventually

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CASE = """
    FROM cases_case c JOIN cases_intake i ON i.id = c.intake_id
    LEFT JOIN accounts_user o ON o.id = c.owner_id WHERE c.reference = %s
"""
REFERRAL = """
    FROM referrals_referral r JOIN cases_case c ON c.id = r.case_id
    LEFT JOIN accounts_user o ON o.id = r.answered_by_id WHERE c.reference = %s ORDER BY r.created_at DESC LIMIT 1
"""


class Records:
    """Questions about one case by its reference; moments are aware, in UTC."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def quiet_the_demo(self) -> None:
        """Say that somebody has spoken to the demo's clients, so that their alerts end. Its submissions are uuid5."""
        self.site.sql(
            "UPDATE cases_case c SET first_contact_at = now() FROM cases_intake i WHERE i.id = c.intake_id"
            " AND c.first_contact_at IS NULL AND substr(i.submission_id::text, 15, 1) = '5'"
        )

    def put_on_shift(self, name: str) -> None:
        """Somebody of the after-hours team can log in from this moment on, whatever the roster says; last in line. In
        the minute in which their own shift ends, or begins, the two adjoin."""
        self.site.sql(
            "INSERT INTO accounts_shift (team_id, user_id, position, starts_at, ends_at)"
            " SELECT t.id, u.id, 9, own.first, own.last FROM accounts_team t, accounts_user u, LATERAL ("
            " SELECT greatest(now() - interval '1 minute', max(ends_at) FILTER (WHERE starts_at <= now())) AS first,"
            " least(now() + interval '10 minutes', min(starts_at) FILTER (WHERE starts_at > now())) AS last"
            " FROM accounts_shift WHERE user_id = u.id) AS own"
            " WHERE t.code = 'after-hours' AND u.email = %s AND own.first < own.last",
            f"{name}@nabij.example",
        )

    def case(self, reference: str, columns: str) -> tuple[Any, ...]:
        """Columns of the case (c), its intake (i) and its owner (o), as SQL."""
        return self.site.sql(f"SELECT {columns} {CASE}", reference)[0]

    def state(self, reference: str) -> str:
        return str(self.case(reference, "c.state")[0])

    def owner(self, reference: str) -> str:
        """The full name; empty when nobody has it."""
        return str(self.case(reference, "coalesce(o.name, '')")[0])

    def referral(self, reference: str, columns: str) -> tuple[Any, ...]:
        """Columns of the latest hand-over (r), its case (c) and who answered (o)."""
        return self.site.sql(f"SELECT {columns} {REFERRAL}", reference)[0]

    def audit(self, reference: str) -> list[str]:
        """What was done with the case, in order; refusals as "denied <action>"."""
        rows = self.site.sql(
            "SELECT CASE WHEN outcome = 'denied' THEN 'denied ' ELSE '' END || action FROM accounts_auditevent"
            " WHERE case_id = (SELECT id FROM cases_case WHERE reference = %s) ORDER BY id",
            reference,
        )
        return [action for (action,) in rows]

    def viewers(self, reference: str) -> set[str]:
        """The names of the staff who saw something of the case."""
        rows = self.site.sql(
            "SELECT DISTINCT actor_name FROM accounts_auditevent WHERE outcome = 'done' AND actor_roles <> ''"
            " AND case_id = (SELECT id FROM cases_case WHERE reference = %s)",
            reference,
        )
        return {name for (name,) in rows}

    def told(self, reference: str) -> list[tuple[str, str]]:
        """Every mail that was sent about the case: kind and the receiver's log-in address; "client" for the client."""
        rows = self.site.sql(
            "SELECT n.kind, coalesce(u.email, 'client') FROM accounts_notice n"
            " LEFT JOIN accounts_user u ON u.id = n.user_id"
            " WHERE n.channel = 'email' AND n.sent_at IS NOT NULL AND n.skipped_because = ''"
            " AND n.subject_id = (SELECT id FROM cases_case WHERE reference = %s) ORDER BY n.created_at, n.sent_at",
            reference,
        )
        return [(kind, to) for kind, to in rows]

    def everything_delivered(self, reference: str) -> bool:
        """Waits until no mail about the case is still to be sent; False when that takes too long."""
        left = (
            "SELECT count(*) FROM accounts_notice WHERE finished_at IS NULL"
            " AND subject_id = (SELECT id FROM cases_case WHERE reference = %s)"
        )
        return bool(eventually(lambda: self.site.count(left, reference) == 0))

    def letters_to(self, address: str, count: int) -> list[Letter]:
        """The mails to an address, once there are ``count``; what came when that takes too long."""
        eventually(lambda: len(self.site.mailbox.to(address)) >= count)
        return self.site.mailbox.to(address)


def day(ahead: int) -> dt.date:
    """So many days from now, or ago when negative, in local time."""
    return (dt.datetime.now(AMSTERDAM) + dt.timedelta(days=ahead)).date()


def letter_words(letter: Letter) -> str:
    """Everything in a mail that somebody can read: its headers and both its parts."""
    headers = "\n".join(f"{name}: {value}" for name, value in letter.message.items())
    return f"{headers}\n{letter.text}\n{letter.html}"
