"""Words that were searched for, as they stand in an address: sealed, for who searched, for one day.

A surname or number in an address would stay in the browser's history and in the logs of every server on the way.
"""

import datetime as dt

from accounts import vault
from accounts.actors import Actor

PURPOSE = "search"
LASTS = dt.timedelta(days=1)


def seal(words: str, by: Actor, at: dt.datetime) -> str:
    """The words for an address; empty stays empty."""
    return vault.seal_secret(PURPOSE, f"{by.user_id}|{int(at.timestamp())}|{words}") if words else ""


def words_of(token: str, by: Actor, at: dt.datetime) -> str:
    """The words again; empty for what is not ours, somebody else's, or older than a day."""
    if not token:
        return ""
    try:
        user_id, made, words = vault.unseal_secret(PURPOSE, token).split("|", 2)
    except vault.CannotRead:
        return ""
    fresh = dt.timedelta() <= at - dt.datetime.fromtimestamp(int(made), dt.UTC) <= LASTS
    return words if fresh and user_id == str(by.user_id) else ""
