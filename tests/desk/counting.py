"""Counting queries as DECISIONS does: without transaction control, and without the audit's own line."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

NOT_COUNTED = re.compile(
    r'^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK|SET )|^INSERT INTO "accounts_auditevent"', re.IGNORECASE
)


def queries_of(act: Callable[[], Any]) -> list[str]:
    """The statements that count, in order."""
    with CaptureQueriesContext(connection) as caught:
        act()
    return [query["sql"] for query in caught if not NOT_COUNTED.match(query["sql"])]
