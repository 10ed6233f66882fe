"""Who has the same case open at this moment, for colleagues who may open it too; the client never sees it.

The page says every ASKS_EVERY seconds that it is still there; that is one upsert and no line in the audit, which has
one for opening the page. Nobody says goodbye: it ends by the clock. Without script the page shows who was there when it
was made.
"""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from accounts.actors import Actor
from cases.models import Case, Presence

LASTS = dt.timedelta(seconds=45)
"""Three times what the page waits before it asks again, so that one lost request hides nobody."""


def of_case() -> dict[str, ArraySubquery]:
    """Who has it open, inside a query for cases; ``others`` reads it."""
    rows = Presence.objects.filter(case=OuterRef("pk")).order_by("user__name", "user")
    return {"opened_by": ArraySubquery(rows.values(one=JSONObject(id="user", name="user__name", until="until")))}


def others(case: Case, by: Actor, at: dt.datetime) -> list[str]:
    """The names of colleagues who have it open now. No query; ``case`` comes from a query with ``of_case``."""
    rows: list[dict[str, Any]] = case.opened_by  # type: ignore[attr-defined]
    return [row["name"] for row in rows if row["id"] != by.user_id and dt.datetime.fromisoformat(row["until"]) > at]


def beat(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """Say that ``by`` has it open. One query."""
    Presence.objects.bulk_create(
        [Presence(case=case, user=by.user, until=at + LASTS)],
        update_conflicts=True, unique_fields=["case", "user"], update_fields=["until"],
    )  # fmt: skip


def forget_over(at: dt.datetime) -> int:
    """Remove what no longer counts; returns how many."""
    return Presence.objects.filter(until__lte=at).delete()[0]
