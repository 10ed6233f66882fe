"""A long history: more lines in the timeline of every case, and a few cases with hundreds."""

from django.db import connection

PER_CASE = 20
"""On average, so that 100,000 cases have 2,000,000 lines."""
LONG = 500
LONG_CASES = 8
"""So many running cases of the worker who is measured get at least LONG lines."""

MORE = """
    INSERT INTO cases_timelineentry (id, case_id, at, kind, by_id, by_client, facts, for_client)
    SELECT gen_random_uuid(), c.id, c.sent_at + (now() - c.sent_at) * (n::float8 / %(more)s), 'contact_attempt',
           c.owner_id, false, '{"way": "phone", "outcome": "spoken"}', true
    FROM cases_case c, generate_series(1, %(more)s) AS n
    WHERE c.id = ANY(%(cases)s)
"""


def lengthen(worker: str) -> int:
    """Write what is missing to the average, and to LONG for ``worker`` (an e-mail address); returns how many lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_timelineentry")
        entries = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM cases_case ORDER BY sent_at")
        cases = [pk for (pk,) in cursor.fetchall()]
        written = 0
        missing = PER_CASE * len(cases) - entries
        if missing > 0 and cases:
            each = -(-missing // len(cases))
            for first in range(0, len(cases), 5000):
                cursor.execute(MORE, {"more": each, "cases": cases[first : first + 5000]})
                written += cursor.rowcount
        cursor.execute(
            "SELECT c.id FROM cases_case c JOIN accounts_user u ON u.id = c.owner_id"
            " WHERE u.email = %s AND c.state = 'active' ORDER BY c.sent_at DESC LIMIT %s",
            [worker, LONG_CASES],
        )
        longest = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(
            "SELECT case_id FROM cases_timelineentry WHERE case_id = ANY(%s) GROUP BY case_id HAVING count(*) < %s",
            [longest, LONG],
        )
        if short := [pk for (pk,) in cursor.fetchall()]:
            cursor.execute(MORE, {"more": LONG, "cases": short})
            written += cursor.rowcount
    return written
